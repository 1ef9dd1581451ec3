import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { lint, workingTree } from '../../cli/api.ts'
import { actionlint, checkers } from './checkers.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { pythonTools, skipped, venv } from './python.ts'
import { render, writeProject } from './rendered.ts'

const PACKAGE_MANAGERS = ['pip', 'uv', 'poetry', 'pipenv'] as const
const WORKFLOW = '.github/workflows/ci.yml'

interface Workflow {
  readonly jobs: { readonly test: { readonly steps: readonly { readonly run?: string; readonly uses?: string }[] } }
}

interface GitlabCi {
  readonly test: { readonly image: string; readonly script: readonly string[] }
  readonly heroku: { readonly script: readonly string[] }
}

const read = (project: string, file: string): unknown => parse(readFileSync(join(project, file), 'utf8'))

const programs = await checkers()
if (typeof programs === 'string') skipped('workflows are not read by zizmor and their schemas', programs)
const linter = await actionlint()
if (linter === undefined) console.log('skipped: workflows are not read by actionlint: no Go here to install it by')

const tools = await pythonTools()
if (typeof tools === 'string') skipped('no CI is followed', tools)

describe.each(PACKAGE_MANAGERS)('CI with %s', (packageManager) => {
  const github = writeProject(render('shop', { packageManager, ci: 'github' }))
  const gitlab = writeProject(render('shop', { packageManager, ci: 'gitlab' }))

  it.skipIf(typeof programs === 'string')('is what zizmor and the schemas of GitHub and GitLab want', async () => {
    if (typeof programs === 'string') throw new Error('not reached: skipped')
    const zizmor = await execa(programs.zizmor, ['--offline', '--no-progress', github], { reject: false, all: true })
    expect(zizmor.exitCode, zizmor.all).toBe(0)
    for (const [schema, file] of [
      ['vendor.github-workflows', join(github, WORKFLOW)],
      ['vendor.gitlab-ci', join(gitlab, '.gitlab-ci.yml')],
    ] as const) {
      const checked = await execa(programs.checkJsonschema, ['--builtin-schema', schema, file], {
        reject: false,
        all: true,
      })
      expect(checked.exitCode, checked.all).toBe(0)
    }
  })

  it.skipIf(linter === undefined)('is what actionlint wants', async () => {
    if (linter === undefined) throw new Error('not reached: skipped')
    const { exitCode, all } = await execa(linter, ['-no-color', join(github, WORKFLOW)], { reject: false, all: true })
    expect(exitCode, all).toBe(0)
  })

  it('takes every action by its commit', () => {
    const { jobs } = read(github, WORKFLOW) as Workflow
    const actions = jobs.test.steps.flatMap(({ uses }) => uses ?? [])
    expect(actions.length).toBeGreaterThan(0)
    for (const action of actions) expect(action).toMatch(/@[0-9a-f]{40}$/)
  })

  it('does the same at GitHub and at GitLab', () => {
    const { jobs } = read(github, WORKFLOW) as Workflow
    const { test, heroku } = read(gitlab, '.gitlab-ci.yml') as GitlabCi
    const atGithub = jobs.test.steps.flatMap(({ run }) => run ?? [])
    // GitHub has an action for uv, GitLab has none.
    const atGitlab = [...test.script, ...heroku.script].filter((line) => !line.startsWith('pip install uv=='))
    expect(atGitlab).toEqual(atGithub)
    expect(test.image).toBe('python:3.14')
  })

  it('is what flask-dyno wants', async () => {
    for (const project of [github, gitlab])
      expect((await lint(workingTree(project))).findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([])
  })
})

describe.skipIf(typeof tools === 'string')('a run of CI', { timeout: 180_000 }, () => {
  let postgres: Postgres | undefined

  beforeAll(async () => {
    postgres = await startPostgres()
  })

  afterAll(async () => {
    await postgres?.stop()
  })

  it('passes for a new project at GitLab, up to the linter', async () => {
    if (typeof tools === 'string') throw new Error('not reached: skipped')
    const project = writeProject(render('shop', { ci: 'gitlab' }))
    const { test } = read(project, '.gitlab-ci.yml') as GitlabCi
    const bin = await venv(tools.python)
    const ran = await execa('sh', ['-e'], {
      cwd: project,
      env: { PATH: `${bin}${delimiter}${process.env.PATH}`, CI: 'true' },
      input: test.script.join('\n'),
      reject: false,
      all: true,
    })
    expect(ran.exitCode, ran.all).toBe(0)
    expect(ran.all).toMatch(/\d+ passed/)
  })

  it('passes for a new project at Heroku CI, whose tables are first made in a PostgreSQL', async () => {
    if (typeof tools === 'string' || postgres === undefined) throw new Error('not reached: skipped')
    const project = writeProject(render('shop', { ci: 'heroku', jobs: 'rq' }))
    const { environments } = read(project, 'app.json') as {
      environments: { test: { addons: string[]; scripts: Record<'test-setup' | 'test', string> } }
    }
    expect(environments.test.addons).toEqual(['heroku-postgresql:in-dyno'])
    // What the buildpack installs there: https://github.com/heroku/heroku-buildpack-python/blob/main/lib/pip.sh
    const bin = await venv(tools.python)
    await execa(join(bin, 'pip'), ['install', '--quiet', '-r', 'requirements.txt', '-r', 'requirements-test.txt'], {
      cwd: project,
    })
    const create = `import psycopg; psycopg.connect("${postgres.url('postgres')}", autocommit=True).execute("CREATE DATABASE ci")`
    await execa(join(bin, 'python'), ['-c', create])
    const run = (command: string) =>
      execa('sh', ['-c', command], {
        cwd: project,
        env: {
          PATH: `${bin}:/usr/bin:/bin`,
          HOME: project,
          DYNO: 'test.1',
          CI: 'true',
          DATABASE_URL: postgres?.url('ci'),
        },
        extendEnv: false,
        reject: false,
        all: true,
      })
    const setup = await run(environments.test.scripts['test-setup'])
    expect(setup.exitCode, setup.all).toBe(0)
    expect(setup.all).toContain('PostgresqlImpl')
    const tested = await run(environments.test.scripts.test)
    expect(tested.exitCode, tested.all).toBe(0)
    expect(tested.all).toMatch(/\d+ passed/)
  })
})

describe('app.json of a scaffold', () => {
  const manifest = (answers: Parameters<typeof render>[1]) =>
    JSON.parse(render('shop', answers).get('app.json')?.text ?? '') as Record<string, unknown>

  it('gives a review app small plans, no clock and some data', () => {
    const answers = {
      jobs: 'rq',
      schedule: true,
      reviewApps: true,
      dynoSize: 'standard-2x',
      databasePlan: 'standard-0',
    } as const
    expect(manifest(answers)).toMatchObject({
      addons: ['heroku-postgresql', 'heroku-redis'],
      formation: { web: { quantity: 1, size: 'standard-2x' }, clock: { quantity: 1, size: 'standard-2x' } },
      environments: {
        review: {
          addons: ['heroku-postgresql:essential-0', 'heroku-redis:mini'],
          formation: {
            web: { quantity: 1, size: 'basic' },
            worker: { quantity: 1, size: 'basic' },
            clock: { quantity: 0, size: 'basic' },
          },
          scripts: { postdeploy: 'flask add-samples' },
        },
      },
    })
  })

  it('names no review app, no size that Fir lacks and no buildpack where there is none', () => {
    const { environments, formation, ...rest } = manifest({ generation: 'fir' })
    expect(environments).not.toHaveProperty('review')
    expect(formation).toEqual({ web: { quantity: 1 } })
    expect(rest).not.toHaveProperty('buildpacks')
  })

  it('asks for what only a person knows, and makes up the rest', () => {
    const { env } = manifest({ uploads: true }) as { env: Record<string, unknown> }
    expect(env.SECRET_KEY).toMatchObject({ generator: 'secret' })
    expect(env.S3_BUCKET).toMatchObject({ required: true })
    expect(env).not.toHaveProperty('DATABASE_URL')
  })

  it.each([
    {},
    { database: 'none', migrations: false, reviewApps: true },
    { ci: 'heroku', reviewApps: true, jobs: 'celery', schedule: true, uploads: true },
    { container: true, reviewApps: true },
    { generation: 'fir', reviewApps: true, websockets: true },
  ] satisfies Parameters<typeof render>[1][])('is what flask-dyno wants: %j', async (answers) => {
    const { findings } = await lint(workingTree(writeProject(render('shop', answers))))
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([])
  })
})
