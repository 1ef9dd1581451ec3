import { appendFileSync, chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { type Checkers, checkers } from './checkers.ts'
import { skipped } from './python.ts'
import { render, writeProject } from './rendered.ts'
import { temporary } from './temporary.ts'

interface FakeApp {
  readonly region: string
  readonly space: string | null
  readonly team: string | null
  readonly stack: string
  readonly buildpack: string | null
  readonly addons: readonly string[]
  readonly config: Readonly<Record<string, string>>
  readonly formation: Readonly<Record<string, readonly [quantity: number, size: string]>>
  readonly coupling: string | null
}

interface FakeState {
  account: string | null
  apps: Record<string, FakeApp>
  pipelines: readonly string[]
  taken: readonly string[]
  plans: readonly (readonly [plan: string, price: string])[]
  /** The status of the newest release, for one question after the other; the last one stays. */
  releases: readonly string[]
  fails?: Record<string, string>
  calls: readonly string[]
}

const EMPTY: FakeState = {
  account: 'dev@example.com',
  apps: {},
  pipelines: [],
  taken: [],
  plans: [
    ['heroku-postgresql:essential-0', '$5/month'],
    ['heroku-redis:mini', '$3/month'],
    ['heroku-redis:premium-0', '$15/month'],
  ],
  releases: ['succeeded'],
  calls: [],
}

/** A scaffold that is committed, and a Heroku of its own: the CLI, curl and sleep are stood in for, git is the real one. */
class Desk {
  readonly project: string
  readonly #programs = temporary('programs')
  readonly #state = join(temporary('heroku'), 'state.json')
  /** Where pushes to https://git.heroku.com/NAME.git arrive. */
  readonly #server = temporary('git-heroku-com')

  private constructor(project: string) {
    this.project = project
    copyFileSync(fileURLToPath(new URL('fake-heroku.mjs', import.meta.url)), join(this.#programs, 'heroku'))
    chmodSync(join(this.#programs, 'heroku'), 0o755)
    this.program('curl', 'echo "curl $*" >> "$FAKE_HEROKU.curl"')
    this.program('sleep', 'exit 0')
    this.state = EMPTY
  }

  static async open(answers: Parameters<typeof render>[1] = {}): Promise<Desk> {
    const desk = new Desk(writeProject(render('shop', answers)))
    for (const name of ['shop-staging', 'shop', 'shop-production'])
      await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(desk.#server, `${name}.git`)])
    await desk.git('init', '--quiet', '--initial-branch=main')
    await desk.git('add', '.')
    await desk.git('commit', '--quiet', '--message', 'Start')
    return desk
  }

  program(name: string, script: string): void {
    writeFileSync(join(this.#programs, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(this.#programs, name), 0o755)
  }

  get state(): FakeState {
    return JSON.parse(readFileSync(this.#state, 'utf8')) as FakeState
  }

  set state(state: FakeState) {
    writeFileSync(this.#state, JSON.stringify(state))
  }

  app(name = 'shop-staging'): FakeApp {
    const app = this.state.apps[name]
    if (app === undefined) throw new Error(`there is no app ${name}`)
    return app
  }

  /** The calls that change something. */
  get changes(): string[] {
    return this.state.calls.filter(
      (call) =>
        !/^(?:auth:|apps:info|config --|addons:plans|addons:wait|releases:|pipelines:info|ps:scale --app \S+$)/.test(
          call,
        ),
    )
  }

  git(...args: string[]) {
    return execa('git', args, { cwd: this.project, env: this.environment, extendEnv: false })
  }

  /** Runs bin/provision without a terminal. */
  async provision(...args: string[]) {
    const { exitCode, all } = await execa(join(this.project, 'bin/provision'), args, {
      cwd: '/',
      env: this.environment,
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      all: true,
    })
    return { status: exitCode, output: all }
  }

  /** Runs bin/provision on a terminal, and presses keys when a text is shown. */
  async onTerminal(keys: readonly (readonly [string, string])[]) {
    const script = fileURLToPath(new URL('../generators/on-terminal.py', import.meta.url))
    const { exitCode, all } = await execa(
      'python3',
      [script, JSON.stringify(keys), join(this.project, 'bin/provision')],
      {
        env: this.environment,
        extendEnv: false,
        reject: false,
        all: true,
      },
    )
    return { status: exitCode, output: all }
  }

  async pushed(name = 'shop-staging'): Promise<string> {
    const { stdout } = await execa('git', ['for-each-ref', '--format=%(refname) %(objectname)'], {
      cwd: join(this.#server, `${name}.git`),
    })
    return stdout
  }

  get environment(): Record<string, string> {
    const home = join(this.#programs, 'home')
    mkdirSync(home, { recursive: true })
    return {
      PATH: `${this.#programs}${delimiter}${process.env.PATH}`,
      HOME: home,
      FAKE_HEROKU: this.#state,
      GIT_AUTHOR_NAME: 'Dev',
      GIT_AUTHOR_EMAIL: 'dev@example.com',
      GIT_COMMITTER_NAME: 'Dev',
      GIT_COMMITTER_EMAIL: 'dev@example.com',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.${this.#server}/.insteadOf`,
      GIT_CONFIG_VALUE_0: 'https://git.heroku.com/',
    }
  }
}

describe.concurrent('bin/provision', { timeout: 60_000 }, () => {
  it('makes all that the project needs, and says first what it costs', async ({ expect }) => {
    const desk = await Desk.open({ jobs: 'rq', schedule: true, dynoSize: 'standard-1x', region: 'eu' })
    const { status, output } = await desk.provision('--yes')
    expect(status, output).toBe(0)
    const { config, ...app } = desk.app()
    expect(app).toEqual({
      region: 'eu',
      space: null,
      team: null,
      stack: 'heroku-24',
      buildpack: 'heroku/python',
      addons: ['heroku-postgresql:essential-0', 'heroku-redis:mini'],
      formation: { web: [1, 'standard-1x'], worker: [1, 'standard-1x'], clock: [1, 'standard-1x'] },
      coupling: 'shop:staging',
    })
    expect(config.SECRET_KEY).toMatch(/^[0-9a-f]{64}$/)
    expect(output, 'no secret may be shown').not.toContain(config.SECRET_KEY)
    for (const line of [
      'heroku-postgresql:essential-0: $5/month',
      'heroku-redis:mini: $3/month',
      'worker=1:standard-1x: $25/month',
    ])
      expect(output.indexOf(line)).toBeGreaterThan(0)
    expect(output.indexOf('costs money')).toBeLessThan(output.indexOf('heroku apps:create'))
    const head = (await desk.git('rev-parse', 'HEAD')).stdout
    expect(await desk.pushed()).toBe(`refs/heads/main ${head}`)
    expect(output).toContain('It runs: https://shop-staging-0123456789ab.herokuapp.com/')
  })

  it('changes nothing when it runs again', async ({ expect }) => {
    const desk = await Desk.open({ jobs: 'celery' })
    await desk.provision('--yes')
    const first = desk.state
    desk.state = { ...first, calls: [] }
    // Nothing costs more than before, so that nobody has to agree.
    const again = await desk.provision()
    expect(again.status, again.output).toBe(0)
    expect(desk.changes).toEqual([])
    expect(desk.state.apps).toEqual(first.apps)
  })

  it('goes on where it stopped', async ({ expect }) => {
    const desk = await Desk.open()
    desk.state = { ...EMPTY, fails: { 'addons:create': 'Please verify your account' } }
    const stopped = await desk.provision('--yes')
    expect(stopped.status).not.toBe(0)
    expect(stopped.output).toContain('Please verify your account')
    expect(await desk.pushed()).toBe('')
    const { fails: _, ...mended } = desk.state
    desk.state = { ...mended, calls: [] }
    const { status, output } = await desk.provision('--yes')
    expect(status, output).toBe(0)
    expect(desk.changes.map((call) => call.split(' ')[0])).toEqual([
      'addons:create',
      'config:set',
      'pipelines:create',
      'ps:scale',
    ])
  })

  it('leaves what somebody else did: another plan, a value, more dynos, a pipeline', async ({ expect }) => {
    const desk = await Desk.open({ jobs: 'rq' })
    await desk.provision('--yes')
    const state = desk.state
    const app = desk.app()
    const changed: FakeApp = {
      ...app,
      addons: ['heroku-postgresql:standard-0', 'heroku-redis:premium-0'],
      config: { ...app.config, SECRET_KEY: "it's $own: secret" },
      formation: { web: [5, 'Performance-M'], worker: [0, 'Basic'] },
      coupling: 'other:production',
    }
    desk.state = { ...state, apps: { 'shop-staging': changed }, calls: [] }
    const { status, output } = await desk.provision('--yes')
    expect(status, output).toBe(0)
    expect(output).toContain('It runs web=5:Performance-M worker=0:Basic')
    expect(desk.app()).toEqual({ ...changed, formation: { web: [5, 'Performance-M'], worker: [1, 'basic'] } })
  })

  it('sets a config var that is empty, and makes no add-on beside an attached one', async ({ expect }) => {
    const desk = await Desk.open()
    await desk.provision('--yes')
    const state = desk.state
    desk.state = {
      ...state,
      apps: {
        'shop-staging': { ...desk.app(), addons: [], config: { SECRET_KEY: '', DATABASE_URL: 'postgres://shared' } },
      },
      calls: [],
    }
    expect((await desk.provision('--yes')).status).toBe(0)
    expect(desk.app().addons).toEqual([])
    expect(desk.app().config.SECRET_KEY).toMatch(/^[0-9a-f]{64}$/)
  })

  it('makes a second app beside the first, from another branch, in the same pipeline', async ({ expect }) => {
    const desk = await Desk.open()
    await desk.provision('--yes')
    await desk.git('checkout', '--quiet', '-b', 'release-2')
    await desk.git('commit', '--quiet', '--allow-empty', '--message', 'For production')
    const head = (await desk.git('rev-parse', 'HEAD')).stdout
    await desk.git('checkout', '--quiet', 'main')
    const { status, output } = await desk.provision(
      ...['--yes', '--app', 'shop-production', '--remote=production', '--branch', 'release-2'],
      ...['--stage', 'production', '--region', 'eu', '--team', 'acme'],
    )
    expect(status, output).toBe(0)
    expect(desk.app('shop-production')).toMatchObject({ region: 'eu', team: 'acme', coupling: 'shop:production' })
    expect(desk.state.pipelines).toEqual(['shop'])
    expect(await desk.pushed('shop-production')).toBe(`refs/heads/main ${head}`)
    expect(desk.app()).toMatchObject({ coupling: 'shop:staging' })
  })

  it('takes the values that only a person knows from a file, and shows none', async ({ expect }) => {
    const desk = await Desk.open({ uploads: true })
    const refused = await desk.provision('--yes')
    expect(refused.status).toBe(1)
    expect(refused.output).toBe(
      'bin/provision: S3_BUCKET has no value, and nobody is there to ask: give it with --config FILE',
    )
    expect(desk.changes).toEqual([])

    const file = join(temporary('values'), 'values')
    appendFileSync(
      file,
      '# ours\nS3_BUCKET=files\nexport AWS_ACCESS_KEY_ID="AKIA OF OURS"\nAWS_SECRET_ACCESS_KEY=a=b/c+\'d\n',
    )
    const { status, output } = await desk.provision('--yes', '--config', file)
    expect(status, output).toBe(0)
    expect(desk.app().config).toMatchObject({
      S3_BUCKET: 'files',
      AWS_ACCESS_KEY_ID: 'AKIA OF OURS',
      AWS_SECRET_ACCESS_KEY: "a=b/c+'d",
    })
    expect(output).not.toContain('AKIA')
    expect(output).not.toContain('a=b/c')
  })

  it('shows every command in a dry run, and runs none', async ({ expect }) => {
    const desk = await Desk.open({ jobs: 'rq', uploads: true })
    const { status, output } = await desk.provision('--dry-run')
    expect(status, output).toBe(0)
    expect(output.split('\n').filter((line) => line.startsWith('$ '))).toEqual([
      '$ heroku apps:create shop-staging --no-remote --buildpack heroku/python --region us',
      '$ heroku git:remote --app shop-staging --remote heroku',
      '$ heroku addons:create heroku-postgresql:essential-0 --app shop-staging --wait',
      '$ heroku addons:create heroku-redis:mini --app shop-staging --wait',
      '$ heroku config:set --app shop-staging SECRET_KEY=$(openssl rand -hex 32) AWS_REGION=us-east-1 S3_BUCKET=... AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=...',
      '$ heroku pipelines:create shop --app shop-staging --stage staging',
      '$ git push heroku main:refs/heads/main',
      '$ heroku releases:info --app shop-staging --json',
      '$ heroku ps:scale web=1:basic worker=1:basic --app shop-staging',
      "$ curl --fail <the app's address>/health",
    ])
    expect(desk.state.calls).toEqual([])
    expect(await desk.pushed()).toBe('')
  })

  it('makes nothing that costs money where nobody agreed', async ({ expect }) => {
    const desk = await Desk.open()
    const { status, output } = await desk.provision()
    expect(status).toBe(1)
    expect(output).toContain('bin/provision: nobody is there to agree to that: say --yes')
    expect(desk.changes).toEqual([])
  })

  it('asks on a terminal whether to go on, and for the values, which it does not show', async ({ expect }) => {
    const desk = await Desk.open({ uploads: true })
    const no = await desk.onTerminal([['Go on? [y/N]', '\r']])
    expect(no.status, no.output).toBe(1)
    expect(no.output).toContain('Nothing was changed.')
    expect(desk.changes).toEqual([])

    const yes = await desk.onTerminal([
      ['Go on? [y/N]', 'y\r'],
      ['S3_BUCKET (not shown)', 'my files\r'],
      ['AWS_ACCESS_KEY_ID (not shown)', 'AKIA\r'],
      ['AWS_SECRET_ACCESS_KEY (not shown)', 's=1\r'],
    ])
    expect(yes.status, yes.output).toBe(0)
    expect(desk.app().config).toMatchObject({
      S3_BUCKET: 'my files',
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 's=1',
    })
    for (const value of ['my files', 'AKIA', 's=1']) expect(yes.output).not.toContain(value)
  })

  it('waits for the release phase, and says when it failed', async ({ expect }) => {
    const desk = await Desk.open()
    desk.state = { ...EMPTY, releases: ['pending', 'pending', 'failed'] }
    const { status, output } = await desk.provision('--yes')
    expect(status).toBe(1)
    expect(output).toContain(
      'the release is failed, so that nothing new runs. Why: heroku releases:output --app shop-staging',
    )
    expect(desk.app().formation).toEqual({})
  })

  it('says when the app does not answer', async ({ expect }) => {
    const desk = await Desk.open()
    desk.program('curl', 'exit 22')
    const { status, output } = await desk.provision('--yes')
    expect(status).toBe(1)
    expect(output).toContain('herokuapp.com/health does not answer well. Why: heroku logs --app shop-staging')
  })

  it('makes a container app, and gives an app that exists the container stack', async ({ expect }) => {
    const desk = await Desk.open({ container: true })
    expect((await desk.provision('--yes')).status).toBe(0)
    expect(desk.app()).toMatchObject({ stack: 'container', buildpack: null })
    desk.state = { ...desk.state, apps: { 'shop-staging': { ...desk.app(), stack: 'heroku-24' } } }
    expect((await desk.provision('--yes')).status).toBe(0)
    expect(desk.app().stack).toBe('container')
  })

  it('makes an app on Fir in a space, and in no other place', async ({ expect }) => {
    const desk = await Desk.open({ generation: 'fir' })
    const nowhere = await desk.provision('--yes')
    expect(nowhere.status).toBe(2)
    expect(nowhere.output).toContain('a new app on Fir needs --space')
    const { status, output } = await desk.provision('--yes', '--space', 'acme-fir', '--team', 'acme')
    expect(status, output).toBe(0)
    expect(desk.app()).toMatchObject({ space: 'acme-fir', team: 'acme', buildpack: null })
    expect(desk.changes).toContain('ps:scale web=1 --app shop-staging')
  })

  describe.concurrent('refuses in one line, and before it changes anything,', () => {
    it.each([
      ['an app of somebody else', [], { taken: ['shop-staging'] }, "the app shop-staging is somebody else's"],
      ['without a login', [], { account: null }, 'not logged in to Heroku. Run: heroku login'],
      ['when Heroku does not answer', [], { fails: { 'apps:info': 'connect ECONNREFUSED' } }, 'ECONNREFUSED'],
      ['a branch that is not there', ['--branch', 'nope'], {}, 'git knows no branch or commit nope'],
      ['a name that Heroku refuses', ['--app', 'Shop_1'], {}, '--app: Shop_1 is no name for an app'],
      ['an option that is not there', ['--apps', 'x'], {}, '--apps: no such option'],
      ['an option without its value', ['--app'], {}, '--app: no such option, or its value is missing'],
      ['an operand', ['staging'], {}, 'staging is not an option'],
    ] satisfies [string, string[], Partial<FakeState>, string][])('%s', async (_, args, state, message) => {
      const desk = await Desk.open()
      desk.state = { ...EMPTY, ...state }
      const { status, output } = await desk.provision('--yes', ...args)
      expect(status).not.toBe(0)
      expect(output).toContain(message)
      expect(desk.changes).toEqual([])
      expect(await desk.pushed()).toBe('')
    })

    it('a remote that leads elsewhere', async () => {
      const desk = await Desk.open()
      await desk.git('remote', 'add', 'origin', 'git@github.com:acme/shop.git')
      const elsewhere = await desk.provision('--yes', '--remote', 'origin')
      expect(elsewhere.output).toContain('the git remote origin is not on Heroku')
      await desk.git('remote', 'add', 'heroku', 'https://git.heroku.com/shop.git')
      const other = await desk.provision('--yes', '--app', 'shop-staging')
      expect(other.output).toContain('the git remote heroku leads to shop, not to shop-staging')
      expect(desk.changes).toEqual([])
    })

    it('a folder inside of a larger repository', async () => {
      const desk = await Desk.open()
      const outer = temporary('outer')
      await execa('cp', ['-r', `${desk.project}/bin`, outer])
      await execa('mkdir', [join(outer, 'apps')])
      await execa('mv', [join(outer, 'bin'), join(outer, 'apps/bin')])
      const environment = { cwd: outer, env: desk.environment, extendEnv: false, reject: false, all: true } as const
      for (const args of [
        ['init', '--quiet'],
        ['add', '.'],
        ['commit', '--quiet', '--message', 'x'],
      ])
        await execa('git', args, environment)
      const { all } = await execa('apps/bin/provision', ['--yes'], environment)
      expect(all).toContain('Heroku builds the root of a git repository, and this folder is not it')
    })

    it('a repository without a commit', async () => {
      const desk = await Desk.open()
      await execa('rm', ['-rf', join(desk.project, '.git')])
      await desk.git('init', '--quiet')
      expect((await desk.provision('--yes')).output).toContain('nothing is committed yet')
    })
  })

  it('says that changes which are not committed stay behind', async ({ expect }) => {
    const desk = await Desk.open()
    appendFileSync(join(desk.project, 'README.md'), 'more')
    expect((await desk.provision('--yes')).output).toContain('Some changes are not committed')
  })

  it('deploys a commit that no branch points to', async ({ expect }) => {
    const desk = await Desk.open()
    await desk.git('checkout', '--quiet', '--detach')
    expect((await desk.provision('--yes')).status).toBe(0)
    expect(await desk.pushed()).toContain('refs/heads/main')
  })
})

const tools: Checkers | string = await checkers()
if (typeof tools === 'string') skipped('shellcheck does not read bin/provision', tools)

describe.skipIf(typeof tools === 'string')('every bin/provision', () => {
  it.each([
    {},
    { database: 'none', migrations: false },
    { jobs: 'celery', schedule: true, reviewApps: true, uploads: true, websockets: true },
    { container: true, dynoSize: 'eco' },
    { generation: 'fir', uploads: true },
  ] satisfies Parameters<typeof render>[1][])('with %j pleases shellcheck', async (answers) => {
    if (typeof tools === 'string') throw new Error('not reached: skipped')
    // A name in which a shell might see arithmetic.
    const project = writeProject(render('shop-a1', answers))
    const { exitCode, stdout } = await execa(tools.shellcheck, ['--severity=style', join(project, 'bin/provision')], {
      reject: false,
    })
    expect(exitCode, stdout).toBe(0)
  })
})
