/** Does a lock still fit its manifest, as the tool itself would judge it on Heroku? */
import { parse } from 'smol-toml'
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import type { Dependencies } from './dependencies.ts'
import { bounds, type Clause, compareReleases, compareVersions, parseSpecifier, parseVersion } from './pep440.ts'
import { normaliseName, parseRequirement } from './pep508.ts'
import { pythonJson } from './python-json.ts'
import { isTable, listOf, readToml, type Table, tableAt, textOf, textsOf } from './toml.ts'

export interface StaleLock {
  readonly lock: 'Pipfile.lock' | 'poetry.lock' | 'uv.lock'
  readonly manifest: 'Pipfile' | 'pyproject.toml'
  readonly at: Place
  /** In which respect they differ, as far as it can be told: "flask-cors is not in it". */
  readonly difference: string | null
  readonly reason: 'install-dependencies::pipenv' | 'install-dependencies::poetry' | 'install-dependencies::uv'
}

/**
 * The lock that its tool would refuse; null when it fits, or when nobody can tell.
 * Only where the build uses it: of several the project has to choose first.
 */
export function staleLock(tree: Tree, dependencies: Pick<Dependencies, 'found' | 'manager'>): StaleLock | null {
  if (dependencies.found.length !== 1) return null
  switch (dependencies.manager) {
    case 'pipenv':
      return stalePipenv(tree)
    case 'poetry':
      return stalePoetry(tree)
    case 'uv':
      return staleUv(tree)
    default:
      return null
  }
}

/** node:crypto takes longer to load than all the rules take on a new project, so it is taken when a lock is there to be judged. */
const sha256 = (text: string): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex')

/** A manifest with its integers as bigint; undefined when it is absent or no TOML. */
function manifestOf(tree: Tree, path: string): Table | undefined {
  const file = tree.read(path)
  if (file === undefined) return undefined
  try {
    return parse(file.text, { integersAsBigInt: true })
  } catch {
    return undefined
  }
}

/** Sections of a Pipfile that hold no packages. */
const OTHER_SECTIONS = new Set(['source', 'packages', 'dev-packages', 'requires', 'scripts', 'pipfile', 'pipenv'])
const DEFAULT_SOURCE = [{ name: 'pypi', url: 'https://pypi.org/simple', verify_ssl: true }]

/**
 * `Project.calculate_pipfile_hash` of Pipenv 2026.7.1, the buildpack's: names count in their normalised form.
 * `asWritten`: as older releases counted them.
 */
export function pipfileHash(pipfile: Table, asWritten = false): string | undefined {
  const normalised = (section: unknown): unknown =>
    asWritten
      ? (section ?? {})
      : Object.fromEntries(
          Object.entries(isTable(section) ? section : {}).map(([key, value]) => [normaliseName(key), value]),
        )
  const data: Record<string, unknown> = {
    _meta: { sources: pipfile.source ?? DEFAULT_SOURCE, requires: pipfile.requires ?? {} },
    default: normalised(pipfile.packages),
    develop: normalised(pipfile['dev-packages']),
  }
  for (const [name, section] of Object.entries(pipfile)) {
    if (!OTHER_SECTIONS.has(name) && name !== 'default' && name !== 'develop') data[name] = normalised(section)
  }
  const text = pythonJson(data, true)
  return text === undefined ? undefined : sha256(text)
}

function stalePipenv(tree: Tree): StaleLock | null {
  const pipfile = manifestOf(tree, 'Pipfile')
  const text = tree.read('Pipfile.lock')?.text ?? ''
  if (pipfile === undefined) return null
  let lock: unknown
  try {
    lock = JSON.parse(text)
  } catch {
    return null
  }
  const locked = textOf(tableAt(lock, '_meta', 'hash').sha256)
  const expected = pipfileHash(pipfile)
  if (locked === undefined || expected === undefined || locked === expected) return null
  const missing = Object.keys(tableAt(pipfile, 'packages')).find((name) => {
    const section = tableAt(lock, 'default')
    return !Object.keys(section).some((other) => normaliseName(other) === normaliseName(name))
  })
  const start = text.indexOf(locked)
  return {
    lock: 'Pipfile.lock',
    manifest: 'Pipfile',
    at: { path: 'Pipfile.lock', start, end: start + locked.length },
    difference:
      missing !== undefined
        ? `${missing} is not in it`
        : locked === pipfileHash(pipfile, true)
          ? 'an older Pipenv locked it, and names of packages are counted otherwise now'
          : null,
    reason: 'install-dependencies::pipenv',
  }
}

const POETRY_LEGACY = ['dependencies', 'source', 'extras', 'dev-dependencies']
const PROJECT_KEYS = ['requires-python', 'dependencies', 'optional-dependencies']

/** `Locker._get_content_hash` of Poetry 2.4.1, the buildpack's. */
export function poetryHash(pyproject: Table, withGroups: boolean): string | undefined {
  const project = tableAt(pyproject, 'project')
  const poetry = tableAt(pyproject, 'tool', 'poetry')
  const groups = withGroups ? tableAt(pyproject, 'dependency-groups') : {}
  const hasGroups = Object.keys(groups).length > 0
  const ofProject = Object.fromEntries(PROJECT_KEYS.flatMap((key) => (key in project ? [[key, project[key]]] : [])))
  const hasProject = Object.keys(ofProject).length > 0
  const ofPoetry: Record<string, unknown> = {}
  for (const key of [...POETRY_LEGACY, 'group']) {
    const value = poetry[key]
    if (value === undefined && (key === 'group' || hasProject || hasGroups)) continue
    ofPoetry[key] = value ?? null
  }
  const content: Table =
    hasProject || hasGroups
      ? {
          ...(hasProject ? { project: ofProject } : {}),
          ...(hasGroups ? { 'dependency-groups': groups } : {}),
          tool: { poetry: ofPoetry },
        }
      : ofPoetry
  const text = pythonJson(content, false)
  return text === undefined ? undefined : sha256(text)
}

function stalePoetry(tree: Tree): StaleLock | null {
  const lock = readToml(tree, 'poetry.lock')
  const pyproject = manifestOf(tree, 'pyproject.toml')
  if (lock === undefined || 'error' in lock || pyproject === undefined) return null
  const locked = textOf(tableAt(lock.root, 'metadata')['content-hash'])
  const hashes = [poetryHash(pyproject, true), poetryHash(pyproject, false)]
  // Locks from before Poetry 2.3 left the groups out, and Poetry knows that.
  if (locked === undefined || locked === '' || hashes.includes(undefined) || hashes.includes(locked)) return null
  const names = new Set(
    listOf(lock.root.package).flatMap((entry) => (isTable(entry) ? [normaliseName(textOf(entry.name) ?? '')] : [])),
  )
  const wanted = [
    ...requirementNames(tableAt(pyproject, 'project').dependencies),
    ...Object.keys(tableAt(pyproject, 'tool', 'poetry', 'dependencies')).filter((name) => name !== 'python'),
  ]
  const missing = wanted.find((name) => !names.has(normaliseName(name)))
  const start = lock.text.indexOf(locked)
  return {
    lock: 'poetry.lock',
    manifest: 'pyproject.toml',
    at: { path: 'poetry.lock', start, end: start + locked.length },
    difference: missing === undefined ? null : `${missing} is not in it`,
    reason: 'install-dependencies::poetry',
  }
}

const requirementNames = (list: unknown): string[] =>
  textsOf(list).flatMap((text) => {
    const parsed = parseRequirement(text)
    return parsed.ok ? [parsed.requirement.spelling] : []
  })

/** The same limits, in whatever order and spacing; undefined when they cannot be compared. */
function sameClauses(left: string, right: string): boolean | undefined {
  const [a, b] = [parseSpecifier(left), parseSpecifier(right)]
  if (a === undefined || b === undefined) return undefined
  // uv rewrites these two forms in a lock
  if ([...a, ...b].some(({ operator, version }) => operator === '~=' || version?.pre != null)) return undefined
  return a.length === b.length && a.every((clause) => b.some((other) => sameClause(clause, other)))
}

function sameClause(a: Clause, b: Clause): boolean {
  if (a.operator !== b.operator || a.wildcard !== b.wildcard) return false
  if (a.version === undefined || b.version === undefined) return a.text === b.text
  return compareVersions(a.version, b.version) === 0
}

/**
 * Do they begin and end at the same Python? uv locks `>=3.11,<3.12` and `~=3.11.0` as `==3.11.*`, and drops what says
 * nothing new; undefined when they cannot be compared. What they leave out in between is not looked at.
 */
function samePythons(left: string, right: string): boolean | undefined {
  const [a, b] = [left, right].map((text) => bounds(parseSpecifier(text) ?? []))
  if (a === undefined || b === undefined) return undefined
  return (['from', 'to'] as const).every((side) => {
    const [one, other] = [a[side], b[side]]
    if (one === null || other === null) return one === other
    return one.inclusive === other.inclusive && compareReleases(one.release, other.release) === 0
  })
}

/** What differs between the project and its entry in uv.lock; null when nothing that can be told does. */
function uvDifference(pyproject: Table, lock: Table): string | null {
  const project = tableAt(pyproject, 'project')
  const root = listOf(lock.package)
    .filter(isTable)
    .find((entry) => [tableAt(entry, 'source').virtual, tableAt(entry, 'source').editable].includes('.'))
  if (root === undefined || textOf(project.name) === undefined) return null
  const dynamic = textsOf(project.dynamic)
  if (normaliseName(textOf(project.name) ?? '') !== normaliseName(textOf(root.name) ?? '')) {
    return `it is of a project called ${textOf(root.name)}`
  }
  const [version, locked] = [parseVersion(textOf(project.version) ?? ''), parseVersion(textOf(root.version) ?? '')]
  if (version !== undefined && locked !== undefined && compareVersions(version, locked) !== 0) {
    return `it is of version ${locked.text}`
  }
  const [python, lockedPython] = [textOf(project['requires-python']), textOf(lock['requires-python'])]
  const workspace = isTable(tableAt(pyproject, 'tool', 'uv').workspace)
  if (python !== undefined && lockedPython !== undefined && !workspace) {
    if (samePythons(python, lockedPython) === false) return `it is for Python ${lockedPython}`
  }
  return dynamic.includes('dependencies') ? null : uvRequirements(project.dependencies, tableAt(root, 'metadata'))
}

function uvRequirements(list: unknown, metadata: Table): string | null {
  const wanted = textsOf(list).map(parseRequirement)
  if (wanted.some(({ ok }) => !ok)) return null
  const own = wanted.flatMap((one) => (one.ok ? [one.requirement] : []))
  const locked = listOf(metadata['requires-dist'])
    .filter(isTable)
    .filter((entry) => !/\bextra\s*==/.test(textOf(entry.marker) ?? ''))
  const nameOf = (entry: Table): string => normaliseName(textOf(entry.name) ?? '')
  const missing = own.find(({ name }) => !locked.some((entry) => nameOf(entry) === name))
  if (missing !== undefined) return `${missing.spelling} is not in it`
  const gone = locked.find((entry) => !own.some(({ name }) => name === nameOf(entry)))
  if (gone !== undefined) return `${textOf(gone.name)} is still in it`
  for (const requirement of own) {
    const same = locked.filter((entry) => nameOf(entry) === requirement.name)
    const [entry] = same
    if (same.length !== 1 || entry === undefined || own.filter(({ name }) => name === requirement.name).length !== 1)
      continue
    // A source of its own (git, a path) takes the place of the version.
    if (requirement.url !== null || Object.keys(entry).some((key) => !/^(?:name|specifier|marker|extras)$/.test(key)))
      continue
    const limits = textOf(entry.specifier) ?? ''
    if (sameClauses(requirement.specifier, limits) === false) {
      return `${requirement.spelling} is locked for ${limits === '' ? 'any version' : limits}`
    }
  }
  return null
}

function staleUv(tree: Tree): StaleLock | null {
  const lock = readToml(tree, 'uv.lock')
  const pyproject = readToml(tree, 'pyproject.toml')
  if (lock === undefined || 'error' in lock || (pyproject !== undefined && 'error' in pyproject)) return null
  if (pyproject === undefined) return null
  const difference = uvDifference(pyproject.root, lock.root)
  if (difference === null) return null
  return {
    lock: 'uv.lock',
    manifest: 'pyproject.toml',
    at: { path: 'uv.lock' },
    difference,
    reason: 'install-dependencies::uv',
  }
}
