import { writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HerokuPlatform } from '../scaffold/heroku-platform.ts'
import { render, writeProject } from '../scaffold/rendered.ts'
import { temporary } from '../scaffold/temporary.ts'

/** bin/provision with the real Heroku CLI, which talks to a Platform API of our own; test/scaffold/fake-heroku.mjs copies this version. */
const CLI = 'heroku@11.10.0'

describe('bin/provision with the real Heroku CLI', { timeout: 300_000 }, () => {
  let platform: HerokuPlatform
  let programs: string

  beforeAll(async () => {
    platform = await HerokuPlatform.start()
    programs = temporary('heroku-cli')
    await execa('npm', ['install', '--prefix', programs, '--ignore-scripts', '--no-audit', '--no-fund', CLI])
  }, 300_000)

  afterAll(async () => {
    await platform?.stop()
  })

  /** A committed project, and what runs programs in it: `server` is where pushes to git.heroku.com arrive. */
  async function desk(project: string) {
    const home = temporary('home')
    const server = temporary('git-heroku-com')
    const env = {
      PATH: `${join(programs, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
      HOME: home,
      HEROKU_HOST: platform.host,
      HEROKU_GIT_HOST: 'git.heroku.com',
      HEROKU_API_KEY: 'of-nobody',
      HEROKU_DISABLE_TELEMETRY: 'true',
      GIT_AUTHOR_NAME: 'Dev',
      GIT_AUTHOR_EMAIL: 'dev@example.com',
      GIT_COMMITTER_NAME: 'Dev',
      GIT_COMMITTER_EMAIL: 'dev@example.com',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.${server}/.insteadOf`,
      GIT_CONFIG_VALUE_0: 'https://git.heroku.com/',
    }
    const run = async (program: string, ...args: string[]) => {
      const options = { cwd: project, env, extendEnv: false, reject: false, all: true } as const
      const { exitCode, all } = await execa(program, args, options)
      return { status: exitCode, output: all }
    }
    await run('git', 'init', '--quiet', '--initial-branch=main')
    await run('git', 'add', '.')
    await run('git', 'commit', '--quiet', '--message', 'Start')
    return { run, home, server }
  }

  it('makes an app with all that the project needs, and changes nothing the second time', async () => {
    const { run, home, server } = await desk(
      writeProject(render('shop', { jobs: 'rq', schedule: true, uploads: true })),
    )
    await run('git', 'init', '--quiet', '--bare', '--initial-branch=main', join(server, 'shop-staging.git'))
    const values = join(home, 'values')
    writeFileSync(values, 'S3_BUCKET=files\nAWS_ACCESS_KEY_ID=AKIA-OURS\nAWS_SECRET_ACCESS_KEY=s=1\n')

    const { status, output } = await run('bin/provision', '--yes', '--config', values)
    expect(status, output).toBe(0)
    const app = platform.apps.get('shop-staging')
    expect(app).toMatchObject({
      region: 'us',
      stack: 'heroku-24',
      buildpacks: ['heroku/python'],
      addons: [{ plan: 'heroku-postgresql:essential-0' }, { plan: 'heroku-redis:mini' }],
      config: { S3_BUCKET: 'files', AWS_SECRET_ACCESS_KEY: 's=1', AWS_REGION: 'us-east-1' },
      coupling: { pipeline: 'shop', stage: 'staging' },
      formation: {
        web: { quantity: 1, size: 'basic' },
        worker: { quantity: 1, size: 'basic' },
        clock: { quantity: 1, size: 'basic' },
      },
    })
    expect(app?.config.SECRET_KEY).toMatch(/^[0-9a-f]{64}$/)
    expect(output).toContain('heroku-postgresql:essential-0: $5/month')
    expect(output).toContain('heroku-redis:mini: $3/month')
    for (const secret of [app?.config.SECRET_KEY ?? '?', 'AKIA-OURS', 's=1']) expect(output).not.toContain(secret)
    expect(output).toContain(`It runs: ${platform.webUrl}`)
    const head = await run('git', 'rev-parse', 'HEAD')
    expect(await run('git', 'ls-remote', 'heroku', 'refs/heads/main')).toMatchObject({
      output: `${head.output}\trefs/heads/main`,
    })

    platform.changes.length = 0
    const again = await run('bin/provision')
    expect(again.status, again.output).toBe(0)
    expect(platform.changes).toEqual([])
  })

  it("stops where the app's name is somebody else's", async () => {
    platform.taken.add('taken-staging')
    const { run } = await desk(writeProject(render('taken')))
    const { status, output } = await run('bin/provision', '--yes')
    expect(status).toBe(1)
    expect(output).toContain("the app taken-staging is somebody else's")
  })
})
