/** The lock files that the generator writes, read by the tools in whose place it wrote them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import { BUILD_TOOLS } from '../../generators/_shared/build-tools.ts'
import { type Answers, QUESTIONS } from '../../generators/app/options.ts'
import { directDependencies, requirementsFiles, type Selection, uvLock } from '../../generators/app/pins.ts'
import { renderScaffold } from '../../generators/app/render.ts'
import { type PythonTools, pythonTools, skipped } from './python.ts'
import { temporary } from './temporary.ts'

const GENERATORS = fileURLToPath(new URL('../../generators', import.meta.url))
const PINS = join(GENERATORS, 'app/templates/pins')
const DEFAULTS = Object.fromEntries(QUESTIONS.map((question) => [question.key, question.default])) as unknown as Answers

/** Together these ask for every package that a dyno may need. */
const PROJECTS: readonly Partial<Answers>[] = [
  { jobs: 'celery', uploads: true, websockets: true },
  { jobs: 'rq', cache: true, sessions: 'server', migrations: false },
  { database: 'none', migrations: false },
]

/** A folder with a project in it. */
function project(answers: Partial<Answers>): string {
  const folder = temporary('locks')
  const shop = { name: 'shop', packageName: 'shop', title: 'Shop' }
  const files = renderScaffold(shop, { ...DEFAULTS, ...answers }, { generators: GENERATORS, version: '0.1.0' })
  for (const [path, { text }] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** Changes what a project asks for, and not what is locked. */
function askForMore(folder: string, manifest: string): void {
  const file = join(folder, manifest)
  const text = readFileSync(file, 'utf8')
  const changed = text.replace(/^( *"?flask"?) ?= ?"?>=3\.1,<4|^( *"flask)>=3\.1,<4/m, (match) =>
    match.replace('3.1', '3.0'),
  )
  expect(changed).not.toBe(text)
  writeFileSync(file, changed)
}

/** Names of direct.json, drawn anew each time, in the same order at each run. */
function* selections(count: number): Generator<Selection> {
  const direct = JSON.parse(readFileSync(join(PINS, 'direct.json'), 'utf8')) as Record<string, Record<string, string>>
  let seed = 20_261_121
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  const some = (group: string, share: number) => Object.keys(direct[group] ?? {}).filter(() => random() < share)
  for (let made = 0; made < count; made++) {
    const share = random()
    yield {
      runtime: some('runtime', share),
      test: ['pytest', ...some('test', 0.5)],
      dev: ['ruff', ...some('dev', 0.5)],
    }
  }
}

/** Requirement lines, without the extras: an export of uv has none. */
const pinned = (text: string) =>
  text.split('\n').flatMap((line) => (/^[a-z]/.test(line) ? [line.replace(/\[[a-z,]+\]/, '')] : []))

const tools = await pythonTools()
if (typeof tools === 'string') skipped('no lock is read by its tool', tools)

describe.skipIf(typeof tools === 'string')('the locks of a project', { timeout: 180_000 }, () => {
  const { python, uv } = typeof tools === 'string' ? ({ python: '', uv: '' } satisfies PythonTools) : tools
  const interpreter = ['--no-managed-python', '--python', python]

  /** Installs programs that are written in Python; returns the folder where they are. */
  async function installed(...requirements: readonly string[]): Promise<string> {
    const folder = temporary('tool')
    await execa(uv, ['venv', '--quiet', '--clear', '--seed', ...interpreter, folder])
    await execa(uv, ['pip', 'install', '--quiet', '--python', join(folder, 'bin', 'python'), ...requirements])
    return join(folder, 'bin')
  }

  /** Runs a program in a project, in an environment of the project's own; returns its status and all that it printed. */
  async function run(cwd: string, program: string, ...args: readonly string[]) {
    const env = {
      POETRY_VIRTUALENVS_IN_PROJECT: 'true',
      // The Python of .python-version need not be on this computer.
      POETRY_VIRTUALENVS_USE_POETRY_PYTHON: 'true',
      // Through a mirror that is PyPI itself: so an index that gives out pages and no JSON is enough.
      POETRY_PYPI_MIRROR_URL: 'https://pypi.org/simple/',
      PIPENV_VENV_IN_PROJECT: '1',
      PIPENV_PYTHON: python,
      VIRTUAL_ENV: undefined,
    }
    const { exitCode, all } = await execa(program, args, { cwd, env, all: true, reject: false })
    return { status: exitCode, output: all }
  }

  /** The names of the packages that are installed in a project. */
  async function packagesIn(cwd: string): Promise<readonly string[]> {
    const { stdout } = await execa(uv, ['pip', 'list', '--format', 'json', '--python', join(cwd, '.venv/bin/python')])
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)
  }

  describe('uv', () => {
    it('finds nothing to change in the lock of any selection, and exports the same versions', async () => {
      for (const selection of selections(12)) {
        const folder = temporary('selection')
        const { runtime, dev } = directDependencies(PINS, selection)
        writeFileSync(
          join(folder, 'pyproject.toml'),
          [
            '[project]',
            'name = "shop"',
            'version = "0.1.0"',
            'requires-python = ">=3.11"',
            `dependencies = ${JSON.stringify(runtime)}`,
            '[dependency-groups]',
            `dev = ${JSON.stringify(dev)}`,
            '',
          ].join('\n'),
        )
        writeFileSync(join(folder, 'uv.lock'), uvLock(PINS, selection, 'shop'))
        const check = await run(folder, uv, 'lock', '--check', ...interpreter)
        expect(check.status, `${JSON.stringify(selection)}\n${check.output}`).toBe(0)

        const files = requirementsFiles(PINS, selection)
        const flags = ['--locked', '--no-hashes', '--no-annotate', '--no-header', '--no-emit-project', ...interpreter]
        const exported = async (...groups: readonly string[]) =>
          pinned((await execa(uv, ['export', ...flags, ...groups], { cwd: folder })).stdout).sort()
        expect(pinned(files['requirements.txt'] ?? '').sort()).toEqual(await exported('--no-default-groups'))
        // What is installed under more circumstances for the tests than on a dyno stands in both files.
        const everything = Object.values(files).flatMap(pinned)
        expect(everything).toEqual(expect.arrayContaining(await exported()))
      }
    })

    it.each(PROJECTS)('installs for a dyno what the project asks for, and no more: %o', async (answers) => {
      const folder = project({ ...answers, packageManager: 'uv' })
      // https://github.com/heroku/heroku-buildpack-python/blob/main/lib/uv.sh
      const sync = await run(folder, uv, 'sync', '--locked', '--no-default-groups', ...interpreter)
      expect(sync.status, sync.output).toBe(0)
      const names = await packagesIn(folder)
      expect(names).toContain('gunicorn')
      expect(names).not.toContain('pytest')
      const check = await run(folder, uv, 'pip', 'check', '--python', '.venv/bin/python')
      expect(check.status, check.output).toBe(0)
    })

    it('refuses the lock of a project that asks for something else', async () => {
      const folder = project({ packageManager: 'uv' })
      askForMore(folder, 'pyproject.toml')
      const { status, output } = await run(folder, uv, 'sync', '--locked', '--no-default-groups', ...interpreter)
      expect(status, output).not.toBe(0)
    })
  })

  describe('Poetry', () => {
    let poetry: string

    beforeAll(async () => {
      poetry = join(await installed(`poetry==${BUILD_TOOLS.poetry}`, 'poetry-plugin-pypi-mirror==0.6.5'), 'poetry')
    }, 180_000)

    it.each(PROJECTS)('would lock the same: %o', async (answers) => {
      const folder = project({ ...answers, packageManager: 'poetry' })
      const check = await run(folder, poetry, 'check', '--lock', '--strict')
      expect(check.output).toBe('All set!')
      expect(check.status).toBe(0)

      const lock = join(folder, 'poetry.lock')
      const before = readFileSync(lock, 'utf8')
      const locked = await run(folder, poetry, 'lock')
      expect(locked.status, locked.output).toBe(0)
      // Authors may add files, for newer Pythons, to a version that is there.
      const withoutFiles = (text: string) => text.replace(/^ {4}\{file = .*\n/gm, '')
      expect(withoutFiles(readFileSync(lock, 'utf8'))).toBe(withoutFiles(before))
    })

    it('installs for a dyno what the project asks for, and no more', async () => {
      const folder = project({ jobs: 'celery', packageManager: 'poetry' })
      // https://github.com/heroku/heroku-buildpack-python/blob/main/lib/poetry.sh
      const sync = await run(folder, poetry, 'sync', '--only', 'main', '--no-interaction')
      expect(sync.status, sync.output).toBe(0)
      const names = await packagesIn(folder)
      expect(names).toEqual(expect.arrayContaining(['celery', 'gunicorn', 'psycopg-binary', 'redis']))
      expect(names).not.toContain('pytest')
    })

    it('refuses the lock of a project that asks for something else', async () => {
      const folder = project({ packageManager: 'poetry' })
      askForMore(folder, 'pyproject.toml')
      const { status, output } = await run(folder, poetry, 'check', '--lock')
      expect(output).toContain('pyproject.toml changed significantly')
      expect(status).not.toBe(0)
    })
  })

  describe('Pipenv', () => {
    let pipenv: string

    beforeAll(async () => {
      pipenv = join(await installed(`pipenv==${BUILD_TOOLS.pipenv}`), 'pipenv')
    }, 180_000)

    it.each(PROJECTS)('finds the lock up to date: %o', async (answers) => {
      const { status, output } = await run(project({ ...answers, packageManager: 'pipenv' }), pipenv, 'verify')
      expect(output).toContain('Pipfile.lock is up-to-date.')
      expect(status).toBe(0)
    })

    it('installs what the project asks for, on a dyno and for the tests, and leaves the lock alone', async () => {
      const folder = project({ jobs: 'celery', packageManager: 'pipenv' })
      const before = readFileSync(join(folder, 'Pipfile.lock'), 'utf8')
      // https://github.com/heroku/heroku-buildpack-python/blob/main/lib/pipenv.sh
      const deployed = await run(folder, pipenv, 'install', '--deploy')
      expect(deployed.status, deployed.output).toBe(0)
      const names = await packagesIn(folder)
      expect(names).toEqual(expect.arrayContaining(['celery', 'gunicorn', 'psycopg-binary', 'redis']))
      expect(names).not.toContain('pytest')

      // What the README tells its reader to run.
      const synced = await run(folder, pipenv, 'sync', '--dev')
      expect(synced.status, synced.output).toBe(0)
      expect(await packagesIn(folder)).toEqual(expect.arrayContaining(['pytest', 'ruff']))
      const check = await run(folder, uv, 'pip', 'check', '--python', '.venv/bin/python')
      expect(check.status, check.output).toBe(0)
      expect(readFileSync(join(folder, 'Pipfile.lock'), 'utf8')).toBe(before)
    })

    it('refuses the lock of a project that asks for something else', async () => {
      const folder = project({ packageManager: 'pipenv' })
      askForMore(folder, 'Pipfile')
      const { status, output } = await run(folder, pipenv, 'install', '--deploy')
      expect(output).toContain('Pipfile.lock')
      expect(status).not.toBe(0)
    })
  })
})
