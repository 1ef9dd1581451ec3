import { spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { beforeAll, expect, test } from 'vitest'
import { program } from '../cli/program.ts'
import { BROKEN, clone, commit, ENV, GOOD, push, there } from '../cli/pushing.ts'
import { commitAll, fill, git } from '../engine/scratch.ts'
import { temporary } from '../scaffold/temporary.ts'

/** The hooks that this repository offers, by pre-commit itself, with the package built here and no Node on the PATH. */

const ROOT = join(import.meta.dirname, '../..')
const PRE_COMMIT = '4.7.0'

let env: Readonly<Record<string, string>>
let offered: string

beforeAll(async () => {
  const python = temporary('pre-commit')
  await execa('python3', ['-m', 'venv', python])
  await execa(join(python, 'bin/pip'), ['install', '--quiet', `pre-commit==${PRE_COMMIT}`])

  const wheels = temporary('wheels')
  await execa('python3', [join(ROOT, 'scripts/build-wheel.py'), '--from', dirname(program()), '--to', wheels])

  const tools = temporary('tools')
  for (const name of readdirSync('/usr/bin')) {
    if (!/^(node|nodejs|npm|npx|corepack)$/.test(name)) symlinkSync(join('/usr/bin', name), join(tools, name))
  }
  env = { PATH: `${tools}:${join(python, 'bin')}`, PRE_COMMIT_HOME: temporary('cache'), PIP_FIND_LINKS: wheels }
  expect(spawnSync('sh', ['-c', 'command -v node npx'], { env, encoding: 'utf8' }).stdout).toBe('')

  offered = temporary('offered')
  for (const name of ['.pre-commit-hooks.yaml', 'pyproject.toml', 'README.md']) {
    copyFileSync(join(ROOT, name), join(offered, name))
  }
  fill(offered, { 'generators/index.js': '', 'rules/index.py': '' })
  git(offered, 'init', '-q')
  commitAll(offered)
}, 300_000)

test('judge each commit, and what is pushed', { timeout: 300_000 }, async () => {
  const dir = clone()
  const config = readFileSync(join(ROOT, 'docs/hook.md'), 'utf8')
    .split('```yaml\n')
    .find((block) => block.includes('id: flask-dyno-push'))
    ?.split('```')[0]
    ?.replace('https://github.com/flask-dyno/flask-dyno', pathToFileURL(offered).href)
    .replace(/rev: .*/, `rev: ${git(offered, 'rev-parse', 'HEAD')}`)
  expect(config).toContain(offered)
  commit(dir, { '.pre-commit-config.yaml': config ?? '' })
  const options = { cwd: dir, env: { ...ENV, ...env }, reject: false, all: true } as const
  const installed = await execa('pre-commit', ['install', '--install-hooks'], options)
  expect(installed.exitCode, installed.all).toBe(0)
  expect(installed.all).toContain('pre-push')

  fill(dir, BROKEN)
  git(dir, 'add', '--all')
  const refused = await execa(
    'git',
    ['-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '-qm', 'x'],
    options,
  )
  expect(refused.exitCode).toBe(1)
  expect(refused.all).toContain('error[app-target-missing]')

  git(dir, 'commit', '-q', '--no-verify', '-m', 'broken all the same')
  fill(dir, GOOD)
  const stopped = push(dir, undefined, env)
  expect(stopped.status).toBe(1)
  expect(stopped.output).toContain('not pushed: 1 error in main')

  git(dir, 'commit', '-q', '--no-verify', '--all', '-m', 'mended')
  fill(dir, BROKEN)
  const passed = push(dir, undefined, env)
  expect(passed.status, passed.output).toBe(0)
  expect(there(dir)).toContain(git(dir, 'rev-parse', 'HEAD'))
})
