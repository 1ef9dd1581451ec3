import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import { runGenerator } from './scaffold.ts'
import { temporary } from './temporary.ts'

/** Says that a commit is bad when its file `verdict` says so, as the linter would, and keeps what it was asked. */
const LINTER = `#!/bin/sh
echo "$*" >> "$ASKED"
for last in "$@"; do :; done
git show "$last:verdict" | grep -q good
`

describe('the pre-push hook of a scaffold', () => {
  let project: string
  let environment: NodeJS.ProcessEnv
  let asked: string

  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', ...args], {
      cwd: project,
      env: environment,
      reject: false,
      all: true,
    })

  async function commit(verdict: 'good' | 'bad'): Promise<void> {
    writeFileSync(join(project, 'verdict'), `${verdict} ${Math.random()}`)
    await git('add', '.')
    expect((await git('commit', '--quiet', '--message', verdict)).exitCode).toBe(0)
  }

  const questions = () => (existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n') : [])

  beforeAll(async () => {
    const made = await runGenerator(['shop', '--defaults', '--git', '--hook'])
    expect(made.status, made.output).toBe(0)
    project = made.path('shop')
    asked = join(temporary('asked'), 'questions')
    const programs = temporary('programs')
    writeFileSync(join(programs, 'npx'), LINTER)
    chmodSync(join(programs, 'npx'), 0o755)
    environment = { PATH: `${programs}${delimiter}${process.env.PATH}`, ASKED: asked, GIT_CONFIG_GLOBAL: '/dev/null' }
    const server = temporary('server')
    await execa('git', ['init', '--quiet', '--bare', server])
    await git('remote', 'add', 'heroku', server)
  })

  it('is on in the new repository', async () => {
    await commit('bad')
    const push = await git('push', 'heroku', 'main')
    expect(push.exitCode).not.toBe(0)
    expect(push.all).toContain('Not pushed. To push all the same: git push --no-verify')
    expect((await git('ls-remote', 'heroku')).stdout).toBe('')
  })

  it('looks at the commit that is pushed, not at the working tree', async () => {
    await commit('good')
    writeFileSync(join(project, 'verdict'), 'bad')
    const push = await git('push', 'heroku', 'main')
    expect(push.exitCode, push.all).toBe(0)
    const pushed = (await git('rev-parse', 'HEAD')).stdout
    expect(questions().at(-1)).toMatch(new RegExp(`^--yes flask-dyno@\\S+ lint --rev ${pushed}$`))
  })

  it('looks at each branch, and at none that is deleted', async () => {
    await git('checkout', '--quiet', '--force', '-b', 'other')
    await commit('good')
    await git('checkout', '--quiet', '-b', 'third')
    await commit('bad')
    const before = questions().length
    expect((await git('push', 'heroku', 'other', 'third')).exitCode).not.toBe(0)
    expect(questions().length).toBe(before + 2)
    expect((await git('push', 'heroku', 'other')).exitCode).toBe(0)
    const deletion = await git('push', 'heroku', '--delete', 'other')
    expect(deletion.exitCode, deletion.all).toBe(0)
    expect(questions().length).toBe(before + 3)
  })

  it('is gone past by --no-verify', async () => {
    expect((await git('push', '--no-verify', 'heroku', 'third')).exitCode).toBe(0)
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
