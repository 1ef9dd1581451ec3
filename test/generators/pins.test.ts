import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lint, memoryTree } from '../../cli/api.ts'
import { parseSpecifier, parseVersion, satisfies } from '../../engine/facts/pep440.ts'
import { projectName } from '../../generators/_shared/names.ts'
import { ALWAYS, covers, either, markerText, NEVER, narrowed } from '../../generators/app/markers.ts'
import { type Answers, QUESTIONS } from '../../generators/app/options.ts'
import { pipfileLock, poetryLock, requirementsFiles, uvLock } from '../../generators/app/pins.ts'
import { readPoetryLock } from '../../generators/app/poetry-lock.ts'
import { requirementName } from '../../generators/app/reach.ts'
import { renderScaffold } from '../../generators/app/render.ts'
import { cutUvLock, readUvLock } from '../../generators/app/uv-lock.ts'

const GENERATORS = fileURLToPath(new URL('../../generators', import.meta.url))
const PINS = join(GENERATORS, 'app/templates/pins')
const DIRECT: Record<string, Record<string, string>> = JSON.parse(readFileSync(join(PINS, 'direct.json'), 'utf8'))
const POETRY_LOCK = readPoetryLock(readFileSync(join(PINS, 'poetry.lock'), 'utf8'))
const LOCK = readUvLock(readFileSync(join(PINS, 'uv.lock'), 'utf8'))

const FEW = { runtime: ['flask', 'gunicorn'], test: ['pytest'], dev: ['ruff'] }
const MANY = {
  runtime: ['flask', 'celery[redis]', 'psycopg[binary]', 'sqlalchemy'],
  test: ['fakeredis', 'pytest'],
  dev: ['honcho', 'ruff'],
}

const namesIn = (lock: string) => [...lock.matchAll(/^name = "([^"]+)"$/gm)].map(([, name]) => name)

describe('what a scaffold may install', () => {
  it('is locked, each package in a version that its range allows', () => {
    for (const [requirement, range] of Object.values(DIRECT).flatMap((group) => Object.entries(group))) {
      const { name, extras } = requirementName(requirement)
      const locked = LOCK.packages.get(name)
      const [clauses, version] = [parseSpecifier(range), parseVersion(locked?.version ?? '')]
      expect(version && clauses && satisfies(version, clauses), `${requirement} ${locked?.version}`).toBe(true)
      for (const extra of extras) expect(locked?.extras.has(extra), requirement).toBe(true)
    }
  })

  it('has the same version in both locks', () => {
    const versions = (packages: ReadonlyMap<string, { readonly version: string }>) =>
      [...packages].flatMap(([name, { version }]) => (name === 'everything' ? [] : [`${name} ${version}`]))
    expect(versions(POETRY_LOCK.packages)).toEqual(versions(LOCK.packages))
  })

  it('is no name for a project, which would hide it', () => {
    for (const name of LOCK.packages.keys()) {
      if (name !== 'everything') expect(projectName(name), name).toBeTypeOf('string')
    }
  })
})

describe('uv.lock of a project', () => {
  it('has what the project asks for and what comes with that, and nothing else', () => {
    expect(namesIn(uvLock(PINS, FEW, 'shop'))).toEqual(
      'blinker click colorama flask gunicorn iniconfig itsdangerous jinja2 markupsafe packaging pluggy pygments pytest ruff shop werkzeug'.split(
        ' ',
      ),
    )
  })

  it('keeps an extra that is asked for, through another package, too, and drops the others', () => {
    expect(uvLock(PINS, MANY, 'shop')).toContain('[package.optional-dependencies]\nredis = [\n    { name = "kombu"')
    const without = cutUvLock(LOCK, {
      name: 'shop',
      runtime: new Map([['celery', '>=5']]),
      dev: new Map([['ruff', '']]),
    })
    expect(without).not.toContain('optional-dependencies')
    expect(namesIn(without)).not.toContain('redis')
  })

  it('sorts the project among its packages', () => {
    const names = namesIn(uvLock(PINS, MANY, 'pier'))
    expect(names).toContain('pier')
    expect(names).toEqual([...names].sort())
  })

  it('refuses a package that nobody has pinned', () => {
    expect(() => uvLock(PINS, { ...FEW, runtime: ['django'] }, 'shop')).toThrow('django is not in direct.json')
  })
})

describe('poetry.lock of a project', () => {
  const entry = (lock: string, name: string) => new RegExp(`name = "${name}"\\n(?:[a-z-]+ = .*\\n)+`).exec(lock)?.[0]

  it('says in which groups a package is, and where', () => {
    const lock = poetryLock(PINS, MANY)
    expect(entry(lock, 'flask')).toContain('groups = ["main"]\nfiles')
    expect(entry(lock, 'redis')).toContain('groups = ["main", "dev"]\nfiles')
    expect(entry(lock, 'async-timeout')).toContain(
      'groups = ["main", "dev"]\nmarkers = "python_full_version < \\"3.11.3\\""\n',
    )
    expect(entry(lock, 'tzdata')).toContain('sys_platform == \\"win32\\" or platform_system == \\"Windows\\""\n')
  })

  it('tells the groups apart where a package is not installed under the same circumstances', () => {
    const lock = poetryLock(PINS, { ...FEW, runtime: ['flask', 'psycopg[binary]'], test: ['sqlalchemy'] })
    expect(entry(lock, 'typing-extensions')).toContain(
      'groups = ["main", "dev"]\nmarkers = {main = "python_version < \\"3.13\\""}\n',
    )
  })

  it('has nothing that is not asked for', () => {
    expect(namesIn(poetryLock(PINS, FEW))).toEqual(namesIn(uvLock(PINS, FEW, 'shop')).filter((name) => name !== 'shop'))
  })
})

describe('Pipfile.lock of a project', () => {
  it('has exact versions with their hashes, extras and markers', () => {
    const { default: runtime, develop } = JSON.parse(pipfileLock(PINS, MANY))
    expect(runtime.celery).toEqual({
      extras: ['redis'],
      hashes: [expect.stringMatching(/^sha256:[0-9a-f]{64}$/), expect.stringMatching(/^sha256:[0-9a-f]{64}$/)],
      markers: "python_version >= '3.10'",
      version: `==${LOCK.packages.get('celery')?.version}`,
    })
    expect(runtime.flask.index).toBe('pypi')
    expect(runtime.kombu.extras).toEqual(['redis'])
    expect(runtime['async-timeout'].markers).toBe("python_full_version < '3.11.3' and python_version >= '3.8'")
    expect(runtime['click-didyoumean'].markers).toBe("python_full_version >= '3.6.2'")
    expect(runtime.six.markers).toBe("python_version >= '2.7' and python_version not in '3.0, 3.1, 3.2'")
    expect(Object.keys(develop)).toContain('redis')
    expect(Object.keys(runtime)).not.toContain('pytest')
  })
})

describe('a project as it is written', () => {
  const defaults = Object.fromEntries(QUESTIONS.map((question) => [question.key, question.default]))
  const shop = { name: 'shop', packageName: 'shop', title: 'Shop' }
  const project = (answers: Partial<Answers>) =>
    renderScaffold(
      shop,
      { ...(defaults as unknown as Answers), ...answers },
      { generators: GENERATORS, version: '0.1.0' },
    )

  for (const packageManager of ['pip', 'uv', 'poetry', 'pipenv'] as const) {
    it(`has a lock that ${packageManager} takes on Heroku, and none of another tool`, async () => {
      for (const database of ['postgres', 'none'] as const) {
        const files = project({ packageManager, database, migrations: database === 'postgres' })
        const texts = Object.fromEntries([...files].map(([path, { text }]) => [path, text]))
        const { findings } = await lint(memoryTree(texts))
        expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([])
        const locks = ['requirements.txt', 'uv.lock', 'poetry.lock', 'Pipfile.lock', 'Pipfile'].filter((file) =>
          files.has(file),
        )
        expect(locks).toEqual(
          { pip: ['requirements.txt'], uv: ['uv.lock'], poetry: ['poetry.lock'], pipenv: ['Pipfile.lock', 'Pipfile'] }[
            packageManager
          ],
        )
      }
    })
  }

  it('is for the Python that was asked for', () => {
    const files = project({ python: '3.12' })
    expect(files.get('.python-version')?.text).toBe('3.12\n')
    expect(files.get('pyproject.toml')?.text).toContain('target-version = "py312"')
  })
})

describe('the requirements files of a project', () => {
  const lines = (text: string | undefined) => (text ?? '').split('\n').filter((line) => /^[a-z-]/.test(line))

  it('pin every package, those asked for first, with their extras and markers', () => {
    const { 'requirements.txt': text } = requirementsFiles(PINS, MANY)
    const [direct = '', indirect = ''] = (text ?? '').split('# These come with the packages above.\n')
    expect(lines(direct).map((line) => line.split('==')[0])).toEqual([
      'celery[redis]',
      'flask',
      'psycopg[binary]',
      'sqlalchemy',
    ])
    expect(indirect).toMatch(/^async-timeout==\S+ ; python_full_version < '3\.11\.3'$/m)
    expect(indirect).toMatch(/^tzdata==\S+ ; sys_platform == 'win32'$/m)
    // SQLAlchemy wants it everywhere, psycopg on older Pythons.
    expect(indirect).toMatch(/^typing-extensions==[\d.]+$/m)
    for (const line of lines(text)) expect(line).toMatch(/^[a-z0-9-]+(\[[a-z]+\])?==\d[\w.]*( ; .+)?$/)
  })

  it('name no package twice', () => {
    const files = requirementsFiles(PINS, MANY)
    const names = Object.values(files)
      .flatMap(lines)
      .filter((line) => !line.startsWith('-r'))
      .map((line) => line.split('==')[0])
    expect(names).toHaveLength(new Set(names).size)
    expect(lines(files['requirements-test.txt']).map((line) => line.split('==')[0])).toEqual([
      'fakeredis',
      'pytest',
      'colorama',
      'iniconfig',
      'pluggy',
      'pygments',
      'sortedcontainers',
    ])
  })
})

describe('when a package is installed', () => {
  const windows = "sys_platform == 'win32'"
  const old = "python_full_version < '3.12'"
  const older = "python_full_version < '3.9'"

  it('is wherever one of those who want it is', () => {
    expect(markerText(either(narrowed(ALWAYS, windows), NEVER))).toBe(windows)
    expect(markerText(either(narrowed(ALWAYS, windows), ALWAYS))).toBe('')
    expect(markerText(narrowed(narrowed(ALWAYS, windows), old))).toBe(`${old} and ${windows}`)
    expect(markerText(either(narrowed(ALWAYS, windows), narrowed(ALWAYS, old)))).toBe(`${windows} or ${old}`)
    expect(markerText(narrowed(narrowed(ALWAYS, `${old} or ${windows}`), older))).toBe(
      `(${old} or ${windows}) and ${older}`,
    )
  })

  it('takes an older Python as part of the newer ones', () => {
    expect(markerText(either(narrowed(ALWAYS, older), narrowed(ALWAYS, old)))).toBe(old)
    expect(covers(narrowed(ALWAYS, old), narrowed(narrowed(ALWAYS, older), windows))).toBe(true)
    expect(covers(narrowed(ALWAYS, older), narrowed(ALWAYS, old))).toBe(false)
  })
})
