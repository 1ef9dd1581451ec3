import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import { program } from '../cli/program.ts'
import { runGenerator } from './scaffold.ts'
import { temporary } from './temporary.ts'

/** Stands in for npx with a registry behind it: runs the program that was built here. */
const NPX = `#!/bin/sh
[ "$1" = --yes ] || exit 9
case "$2" in flask-dyno@*) ;; *) exit 9 ;; esac
shift 2
exec "${process.execPath}" "${program()}" "$@"
`

/** npx without a network. */
const NO_NPX = `#!/bin/sh
echo 'npm error network' >&2
exit 1
`

describe('the pre-push hook of a scaffold', { timeout: 60_000 }, () => {
  let project: string
  let environment: NodeJS.ProcessEnv
  let npx: string

  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', ...args], {
      cwd: project,
      env: environment,
      reject: false,
      all: true,
    })

  const PROCFILE = 'release: flask db upgrade\nweb: gunicorn wsgi:app\n'
  const BROKEN = 'web: gunicorn nowhere:app\n'
  const write = (procfile: string) => writeFileSync(join(project, 'Procfile'), procfile)

  async function commit(procfile: string): Promise<void> {
    write(procfile)
    await git('add', '.')
    const made = await git('commit', '--quiet', '--allow-empty', '--message', 'A change')
    expect(made.exitCode, made.all).toBe(0)
  }

  beforeAll(async () => {
    const made = await runGenerator(['shop', '--defaults', '--git', '--hook'])
    expect(made.status, made.output).toBe(0)
    project = made.path('shop')
    const programs = temporary('programs')
    npx = join(programs, 'npx')
    writeFileSync(npx, NPX)
    chmodSync(npx, 0o755)
    environment = { PATH: `${programs}${delimiter}${process.env.PATH}`, GIT_CONFIG_GLOBAL: '/dev/null' }
    const server = temporary('server')
    await execa('git', ['init', '--quiet', '--bare', server])
    await git('remote', 'add', 'heroku', server)
  })

  it('is on in the new repository, and stops a commit that would not run', async () => {
    await commit(BROKEN)
    const push = await git('push', 'heroku', 'main')
    expect(push.exitCode).not.toBe(0)
    expect(push.all).toContain('app-target-missing')
    expect((await git('ls-remote', 'heroku')).stdout).toBe('')
  })

  it('looks at the commit that is pushed, not at the working tree', async () => {
    await commit(BROKEN)
    write(PROCFILE)
    expect((await git('push', 'heroku', 'main')).exitCode).not.toBe(0)
    await commit(PROCFILE)
    write(BROKEN)
    const push = await git('push', 'heroku', 'main')
    expect(push.exitCode, push.all).toBe(0)
  })

  it('is gone past by --no-verify', async () => {
    await commit(BROKEN)
    expect((await git('push', 'heroku', 'main')).exitCode).not.toBe(0)
    expect((await git('push', '--no-verify', 'heroku', 'main')).exitCode).toBe(0)
  })

  it('lets a push go where flask-dyno cannot be had, and says so', async () => {
    await commit(`${BROKEN}other: true\n`)
    writeFileSync(npx, NO_NPX)
    const push = await git('push', 'heroku', 'main')
    expect(push.exitCode, push.all).toBe(0)
    expect(push.all).toContain('this push was not looked at')
    rmSync(npx)
    await commit(`${BROKEN}another: true\n`)
    environment = { ...environment, PATH: '/usr/bin:/bin' }
    const without = await git('push', 'heroku', 'main')
    expect(without.exitCode, without.all).toBe(0)
  })
})

describe('a scaffold with a hook', () => {
  it('leaves the hooks of a repository around it alone, and says how to switch its own on', async () => {
    const outer = temporary('outer')
    await execa('git', ['init', '--quiet', outer])
    mkdirSync(join(outer, 'apps'))
    const made = await runGenerator(['shop', '--defaults', '--git', '--hook'], { cwd: join(outer, 'apps') })
    expect(made.status, made.output).toBe(0)
    expect(made.output).toContain('git config core.hooksPath .githooks')
    const set = await execa('git', ['config', 'core.hooksPath'], { cwd: outer, reject: false })
    expect(set.exitCode).toBe(1)
  })
})
