import { cpSync, existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUILD_TOOLS } from '../../generators/_shared/build-tools.ts'
import type { Answers } from '../../generators/app/options.ts'
import { flaskDyno } from '../cli/program.ts'
import { BackgroundDyno } from '../scaffold/background-dyno.ts'
import { type ConfigVars, oneOff, processCommand, type Slug, slugFolder, WebDyno } from '../scaffold/dyno.ts'
import { flagsOf, pairwiseAnswers } from '../scaffold/pairwise.ts'
import { type Postgres, startPostgres } from '../scaffold/postgres.ts'
import { type PythonTools, pythonTools, skipped, venv } from '../scaffold/python.ts'
import { type KeyValueStore, startKeyValueStore } from '../scaffold/redis.ts'
import { type ObjectStorage, startObjectStorage } from '../scaffold/s3.ts'
import { runGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'

/**
 * A selection of all answers in which any two stand together: each project is linted, installed with its own package
 * manager from its own lock, released, started through its Procfile beside real services, and tested by its own tests.
 */
const ROWS = pairwiseAnswers().map((answers, index) => ({
  ...answers,
  row: `row-${String(index + 1).padStart(2, '0')}`,
}))

const tools = await pythonTools()
if (typeof tools === 'string') skipped('the matrix of all answers', tools)

/** Running totals, printed at the end as a table. */
const table: Record<string, string>[] = []

describe.skipIf(typeof tools === 'string')('all answers, two by two', { timeout: 240_000 }, () => {
  const { python, uv } = typeof tools === 'string' ? ({ python: '', uv: '' } satisfies PythonTools) : tools
  let postgres: Postgres | undefined
  let keyValue: KeyValueStore | undefined
  let objects: ObjectStorage | undefined
  let managers: { readonly poetry: string; readonly pipenv: string }

  beforeAll(async () => {
    const folder = temporary('managers')
    const programs = async (name: 'poetry' | 'pipenv', ...more: readonly string[]) => {
      const home = join(folder, name)
      await execa(uv, ['venv', '--quiet', '--seed', '--no-managed-python', '--python', python, home])
      const install = ['pip', 'install', '--quiet', '--python', join(home, 'bin/python')]
      await execa(uv, [...install, `${name}==${BUILD_TOOLS[name]}`, ...more])
      return join(home, 'bin', name)
    }
    const [poetry, pipenv] = await Promise.all([
      programs('poetry', 'poetry-plugin-pypi-mirror==0.6.5'),
      programs('pipenv'),
    ])
    managers = { poetry, pipenv }
    // One after the other: each looks for free ports, and two at once may find the same.
    postgres = await startPostgres()
    keyValue = await startKeyValueStore({ python, uv })
    objects = await startObjectStorage({ python, uv })
  }, 300_000)

  afterAll(async () => {
    await Promise.all([postgres?.stop(), keyValue?.stop(), objects?.stop()])
    console.table(table)
  })

  // Two at once: most of a row's time goes by waiting for a package index or a process.
  for (const half of [0, 1]) {
    describe.concurrent(`half ${half + 1}`, () => {
      for (const { row, ...answers } of ROWS.filter((_, index) => index % 2 === half)) {
        it.sequential(`${row}: ${flagsOf(answers).join(' ')}`, async () => {
          const outcome: Record<string, string> = { row, ...shown(answers) }
          table.push(outcome)
          try {
            await prove(row, answers, outcome)
          } catch (error) {
            outcome.failed = error instanceof Error ? error.message.slice(0, 2000) : String(error)
            throw error
          } finally {
            // Each as soon as it is known: the whole takes a while.
            console.log(Object.values(outcome).join(' | '))
          }
        })
      }
    })
  }

  /** Takes one project through everything; notes in `outcome` how far it came. */
  async function prove(row: string, answers: Answers, outcome: Record<string, string>): Promise<void> {
    const made = await runGenerator([row, ...flagsOf(answers)])
    expect(made.status, made.output).toBe(0)
    const project = made.path(row)

    const lint = flaskDyno([
      'lint',
      project,
      '--preset',
      'strict',
      '--format',
      'concise',
      '--generation',
      answers.generation,
    ])
    expect(lint).toEqual({ status: 0, stdout: '', stderr: '' })
    outcome.findings = '0'

    const interpreter = interpreterOf(answers.python) ?? python
    const root = slugFolder(project)
    const slug: Slug = { root, bin: await buildInstall(answers, root, interpreter) }
    const config = await configVars(answers, row, slug)
    await boots(answers, slug, config)
    outcome.boot = 'ok'

    await ownTests(answers, project, interpreter)
    outcome.tests = 'ok'
  }

  /** Installs as the build does, and no more; returns the folder of the programs. */
  async function buildInstall({ packageManager }: Answers, root: string, interpreter: string): Promise<string> {
    if (packageManager === 'pip') {
      const bin = await venv(interpreter)
      await execa(join(bin, 'pip'), ['install', '--quiet', '-r', 'requirements.txt'], { cwd: root })
      return bin
    }
    if (packageManager === 'uv') {
      const flags = ['--locked', '--no-default-groups', '--no-managed-python', '--python', interpreter]
      await execa(uv, ['sync', '--quiet', ...flags], { cwd: root })
      return join(root, '.venv', 'bin')
    }
    if (packageManager === 'pipenv') {
      await pipenv(root, interpreter, 'install', '--deploy')
      return join(root, '.venv', 'bin')
    }
    await execa(uv, ['venv', '--quiet', '--no-managed-python', '--python', interpreter, '.venv'], { cwd: root })
    const env = managed(root)
    await execa(managers.poetry, ['sync', '--only', 'main', '--no-interaction'], { cwd: root, env })
    return join(root, '.venv', 'bin')
  }

  /** In an environment that it makes itself; it must not ask for a Python that is not on this computer. */
  async function pipenv(root: string, interpreter: string, ...args: readonly string[]): Promise<void> {
    const env = { PIPENV_VENV_IN_PROJECT: '1', PIPENV_PYTHON: interpreter, VIRTUAL_ENV: undefined }
    await execa(managers.pipenv, args, { cwd: root, env, stdin: 'ignore' })
  }

  /** Config vars as the add-ons and a person would set them. */
  async function configVars(answers: Answers, row: string, slug: Slug): Promise<ConfigVars> {
    const config: Record<string, string> = { SECRET_KEY: 'a secret of the test' }
    if (answers.database === 'postgres') {
      const name = row.replace('-', '_')
      const admin = postgres?.url('postgres') ?? ''
      const create = `import psycopg; psycopg.connect("${admin}", autocommit=True).execute("CREATE DATABASE ${name}")`
      await execa(join(slug.bin, 'python'), ['-c', create])
      config.DATABASE_URL = postgres?.url(name) ?? ''
    }
    if (answers.jobs !== 'none' || answers.cache || answers.sessions === 'server')
      config.REDIS_URL = keyValue?.url ?? ''
    if (answers.uploads) Object.assign(config, await objects?.bucket(row, slug.bin))
    return config
  }

  /** Releases it, starts every process of the Procfile, uses each part once, and stops them. */
  async function boots(answers: Answers, slug: Slug, config: ConfigVars): Promise<void> {
    const command = (type: string) => processCommand(slug, type)
    const release = command('release')
    expect(release !== undefined).toBe(answers.database === 'postgres')
    if (release !== undefined) {
      const { status, output } = await oneOff(slug, release, config)
      expect(status, output).toBe(0)
    }
    const web = await WebDyno.start(slug, command('web') ?? 'false', config)
    const health = await web.fetch('/health')
    expect(health.status, `${await health.text()}\n${web.log}`).toBe(200)
    if (answers.frontend === 'pages') expect((await web.fetch('/')).status, web.log).toBe(200)
    expect((await web.fetch('/api/nowhere')).status).toBe(404)
    if (answers.database === 'postgres') {
      const created = await web.fetch('/api/notes', asJson({ text: 'two by two' }))
      expect(created.status, web.log).toBe(201)
    }
    if (answers.jobs !== 'none') {
      const up = answers.jobs === 'rq' ? 'Listening on default' : ' ready.'
      const worker = await BackgroundDyno.start(slug, 'worker.1', command('worker') ?? 'false', config, up)
      const asked = await web.fetch('/api/word-counts', asJson({ text: 'water the plants' }))
      expect(asked.status, web.log).toBe(202)
      const look = asked.headers.get('location') ?? ''
      const words = await eventually(
        async () => ((await (await web.fetch(look)).json()) as { words: number | null }).words,
        worker,
      )
      expect(words).toBe(3)
      if (answers.schedule) {
        // test/scaffold/keyvalue.slow.test.ts waits until it does something; here it has to come up.
        const up = answers.jobs === 'rq' ? 'registering birth' : 'beat: Starting'
        const clock = await BackgroundDyno.start(slug, 'clock.1', command('clock') ?? 'false', config, up)
        await clock.kill()
      }
      expect(await worker.terminate(), worker.log).toBe(0)
    }
    if (answers.sessions === 'server') {
      expect(await (await web.fetch('/api/visits', { method: 'POST' })).json()).toEqual({ visits: 1 })
    }
    if (answers.cache) expect((await web.fetch('/api/figures')).status, web.log).toBe(200)
    if (answers.uploads) {
      const asked = await web.fetch('/api/uploads', asJson({ type: 'application/pdf', size: 4 }))
      const { upload } = (await asked.json()) as { upload: { url: string; method: string } }
      const put = await fetch(upload.url, {
        method: upload.method,
        headers: { 'Content-Type': 'application/pdf' },
        body: '%PDF',
      })
      expect(put.status).toBe(200)
    }
    const stopped = await web.stop()
    expect(stopped.status, web.log).toBe(0)
  }

  /** Installs what the README tells its reader to, and runs the project's own checks. */
  async function ownTests({ packageManager }: Answers, project: string, interpreter: string): Promise<void> {
    const checkout = temporary('checkout')
    cpSync(project, checkout, { recursive: true })
    if (packageManager !== 'pipenv') {
      await execa(uv, ['venv', '--quiet', '--no-managed-python', '--python', interpreter, '.venv'], { cwd: checkout })
    }
    const env = managed(checkout)
    if (packageManager === 'pip')
      await execa(uv, ['pip', 'install', '--quiet', '-r', 'requirements-dev.txt'], { cwd: checkout, env })
    else if (packageManager === 'uv') {
      await execa(uv, ['sync', '--quiet', '--locked', '--no-managed-python', '--python', interpreter], {
        cwd: checkout,
        env,
      })
    } else if (packageManager === 'poetry')
      await execa(managers.poetry, ['sync', '--no-interaction'], { cwd: checkout, env })
    else await pipenv(checkout, interpreter, 'sync', '--dev')
    const bin = join(checkout, '.venv/bin')
    for (const [program, ...args] of [
      ['python', '-W', 'error', '-m', 'pytest', '-q'],
      ['ruff', 'check'],
      ['ruff', 'format', '--check', '--diff'],
    ] as const) {
      const options = {
        cwd: checkout,
        env: { PATH: `${bin}:/usr/bin:/bin`, HOME: checkout },
        extendEnv: false,
      } as const
      const { exitCode, all } = await execa(join(bin, program), args, { ...options, reject: false, all: true })
      expect(exitCode, all).toBe(0)
    }
  }
})

/** What package managers need to know to work in the project's own environment. */
const managed = (root: string): Record<string, string | undefined> => ({
  VIRTUAL_ENV: join(root, '.venv'),
  POETRY_VIRTUALENVS_IN_PROJECT: 'true',
  // Through a mirror that is PyPI itself: so an index that gives out pages and no JSON is enough.
  POETRY_PYPI_MIRROR_URL: 'https://pypi.org/simple/',
})

const asJson = (body: unknown) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

/** Asks until the answer is there, for half a minute at most. */
async function eventually<T>(ask: () => Promise<T | null>, { log }: { readonly log: string }): Promise<T> {
  const end = Date.now() + 30_000
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    if (Date.now() > end) throw new Error(`no answer in 30 seconds:\n${log}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The Python of a version where pyenv has one; undefined where it has none, and the tests' own stands in. */
function interpreterOf(version: string): string | undefined {
  const root = process.env.PYENV_ROOT ?? join(homedir(), '.pyenv')
  const versions = existsSync(join(root, 'versions')) ? readdirSync(join(root, 'versions')) : []
  const found = versions.find((name) => name.startsWith(`${version}.`))
  return found === undefined ? undefined : join(root, 'versions', found, 'bin/python')
}

/** The answers that make a row, in few words. */
function shown(answers: Answers): Record<string, string> {
  const { packageManager, python, layout, frontend, database, migrations, jobs, ci, generation } = answers
  const yes = (
    ['schedule', 'cache', 'uploads', 'websockets', 'reviewApps', 'container', 'compose', 'hook'] as const
  ).filter((key) => answers[key])
  const ran = interpreterOf(python) === undefined ? `${python} (on another)` : python
  return {
    manager: packageManager,
    python: ran,
    shape: `${layout}, ${frontend}`,
    data: database === 'none' ? 'none' : migrations ? 'migrations' : 'postgres',
    jobs,
    ci,
    generation,
    with: [...yes, ...(answers.sessions === 'server' ? ['sessions'] : [])].join(' '),
  }
}
