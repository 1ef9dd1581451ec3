import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lint, workingTree } from '../../cli/api.ts'
import { checkers } from './checkers.ts'
import { expectToServeFromImage, herokuYml, imageOf, inContainer, shellWords } from './container-dyno.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { pythonTools, skipped } from './python.ts'
import { render, writeProject } from './rendered.ts'

const tools = await pythonTools()
if (typeof tools === 'string') skipped('no image is followed and started', tools)

// The other package managers are in test/slow/container.test.ts.
describe.skipIf(typeof tools === 'string')('the image of a scaffold', { timeout: 240_000 }, () => {
  let postgres: Postgres | undefined

  beforeAll(async () => {
    postgres = await startPostgres()
  })

  afterAll(async () => {
    await postgres?.stop()
  })

  it('is released and serves, and can write nothing of its own', async () => {
    if (typeof tools === 'string' || postgres === undefined) throw new Error('not reached: skipped')
    await expectToServeFromImage('uv', tools, postgres)
  })

  it('says in one line which config var it cannot do without', async () => {
    if (typeof tools === 'string') throw new Error('not reached: skipped')
    const { image } = await imageOf({ packageManager: 'uv', database: 'none', migrations: false }, tools)
    const { exitCode, all } = await inContainer(image, shellWords(image.cmd), { DYNO: 'web.1', PORT: '0' })
    expect(exitCode).toBe(1)
    expect(all).toContain('SECRET_KEY is not set on this app. Run: heroku config:set')
  })
})

describe('heroku.yml of a scaffold', () => {
  it('runs every process of the Procfile that it stands for, all from one image', () => {
    const answers = { jobs: 'celery', schedule: true } as const
    const procfile = render('shop', answers).get('Procfile')?.text ?? ''
    const container = render('shop', { ...answers, container: true })
    expect(container.has('Procfile')).toBe(false)
    expect(container.has('.slugignore')).toBe(false)
    const { setup, build, release, run } = herokuYml(writeProject(container))
    const commands = {
      ...Object.fromEntries(
        Object.entries(run).map(([type, each]) => [type, typeof each === 'string' ? each : each.command.join()]),
      ),
      release: release?.command.join(),
    }
    const expected = Object.fromEntries(
      procfile
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    )
    expect(commands).toEqual(expected)
    expect(build.docker).toEqual({ web: 'Dockerfile' })
    expect(Object.values(run).flatMap((each) => (typeof each === 'string' ? [] : [each.image]))).toEqual(['web', 'web'])
    expect(release?.image).toBe('web')
    expect(setup?.addons.map(({ plan }) => plan)).toEqual(['heroku-postgresql:essential-0', 'heroku-redis:mini'])
    expect(JSON.parse(container.get('app.json')?.text ?? '')).toMatchObject({ stack: 'container' })
  })

  it('has no setup and no release where there is nothing to set up and to release', () => {
    const yml = herokuYml(writeProject(render('shop', { container: true, database: 'none', migrations: false })))
    expect(Object.keys(yml)).toEqual(['build', 'run'])
  })
})

const programs = await checkers()
if (typeof programs === 'string') skipped('hadolint does not read the Dockerfile', programs)

describe.each([
  ...(['pip', 'uv', 'poetry', 'pipenv'] as const).map((packageManager) => ({ packageManager })),
  { layout: 'module' as const },
  { jobs: 'rq' as const, websockets: true, database: 'none' as const, migrations: false },
  { python: '3.11' as const, uploads: true, reviewApps: true, hook: true, compose: true },
])('a container with %j', (answers) => {
  const project = writeProject(render('shop', { container: true, ...answers }))

  it('is what flask-dyno wants', async () => {
    const { findings } = await lint(workingTree(project))
    expect(findings.map(({ rule, path, line, message }) => `${path}:${line} ${rule}: ${message}`)).toEqual([])
  })

  it.skipIf(typeof programs === 'string')('is what hadolint wants', async () => {
    if (typeof programs === 'string') throw new Error('not reached: skipped')
    const { exitCode, all } = await execa(
      programs.hadolint,
      ['--no-color', '--failure-threshold', 'info', join(project, 'Dockerfile')],
      { reject: false, all: true },
    )
    expect(exitCode, all).toBe(0)
  })
})
