import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseSpecifier, parseVersion, satisfies } from '../../engine/facts/pep440.ts'
import { projectName } from '../../generators/_shared/names.ts'
import { ALWAYS, covers, either, markerText, NEVER, narrowed } from '../../generators/app/markers.ts'
import { requirementsFiles, uvLock } from '../../generators/app/pins.ts'
import { cutUvLock, readUvLock, requirementName } from '../../generators/app/uv-lock.ts'

const PINS = fileURLToPath(new URL('../../generators/app/templates/pins', import.meta.url))
const DIRECT: Record<string, Record<string, string>> = JSON.parse(readFileSync(join(PINS, 'direct.json'), 'utf8'))
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
    expect(markerText(either(narrowed(ALWAYS, windows), narrowed(ALWAYS, old)))).toBe(`${old} or ${windows}`)
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
