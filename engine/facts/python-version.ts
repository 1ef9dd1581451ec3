/**
 * Which Python the build would use, as the buildpack decides it:
 * https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/python_version.sh
 */
import data from '../../data/python.json' with { type: 'json' }
import type { Place } from '../finding.ts'
import type { TextFile, Tree } from '../tree.ts'
import { findPackageManagers } from './package-manager.ts'
import { dynoEnvironment } from './pep508.ts'
import { allowsPython } from './poetry-constraint.ts'
import { readPyproject } from './pyproject.ts'
import { tableAt } from './toml.ts'

export type PythonVersionOrigin = 'runtime.txt' | '.python-version' | 'Pipfile.lock' | 'default'

export interface PythonVersionProblem {
  /** The buildpack's failure reason, such as `python-version::eol`. */
  readonly reason: string
  /** The offending text, a version or a file name. */
  readonly detail: string
  readonly at: Place
}

export interface ShadowedVersion {
  readonly path: string
  readonly version: string | null
  readonly at: Place
}

export interface PythonVersionFact {
  readonly origin: PythonVersionOrigin
  /** As written, `3.9.1`. */
  readonly requested: string | null
  /** `3.9` */
  readonly major: string | null
  /** What the build would use, such as `3.14.7`; the default's where the request fails. */
  readonly full: string
  readonly at: Place | null
  /** Why the build stops at this version, if it does. */
  readonly problem: PythonVersionProblem | null
  /** Sources that say something too, and that a stronger one outdoes. */
  readonly shadowed: readonly ShadowedVersion[]
}

/** What a source of the version says: a version, nothing, or a fault. */
interface Reading {
  readonly requested: string | null
  readonly at: Place
  readonly problem: PythonVersionProblem | null
}

const versions: Readonly<Record<string, { readonly latest: string }>> = data.versions
/** The Pythons that the buildpack offers, oldest first, as `3.13`. */
export const OFFERED_PYTHONS: readonly string[] = Object.keys(versions)
/** The Python of an app that names none, as `3.14`. */
export const DEFAULT_PYTHON: string = data.default
const VERSION = /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*))?$/
const RUNTIME = /^python-((?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?)$/
/** What `[[:space:]]` of sed means in C.UTF-8: without the no-break spaces that `\s` has in JavaScript. */
const SPACE = '[\\t\\v\\f\\r \\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000]'
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g')
/**
 * A patch release is refused when Python's archive does not hold it. The newest one known here may be months old,
 * and patches come about every two months, so that only a number far above it is sure to be none.
 */
const PATCHES_TO_COME = 12

interface Line {
  readonly text: string
  readonly at: Place
}

/** The lines that hold something and are no comment, trimmed. */
function versionLines(file: TextFile): Line[] {
  const lines: Line[] = []
  let start = 0
  for (const raw of file.text.split('\n')) {
    const text = raw.replace(OUTER_SPACE, '')
    if (text !== '' && !text.startsWith('#')) {
      const begin = start + raw.indexOf(text)
      lines.push({ text, at: { path: file.path, start: begin, end: begin + text.length } })
    }
    start += raw.length + 1
  }
  return lines
}

function readRuntimeTxt(tree: Tree): Reading {
  const path = 'runtime.txt'
  const file = tree.read(path)
  const lines = file === undefined ? [] : versionLines(file)
  const only = lines.length === 1 ? lines[0] : undefined
  const version = file?.encoding === 'utf-8' ? RUNTIME.exec(only?.text ?? '')?.[1] : undefined
  const at = (only ?? lines[0])?.at ?? { path }
  if (version !== undefined) return { requested: version, at, problem: null }
  const detail = lines
    .map(({ text }) => text)
    .join(' ')
    .slice(0, 100)
  return { requested: null, at, problem: { reason: 'runtime-txt::invalid-version', detail, at } }
}

function readVersionFile(tree: Tree): Reading {
  const path = '.python-version'
  const file = tree.read(path)
  const failed = (reason: string, detail: string, at: Place): Reading => ({
    requested: null,
    at,
    problem: { reason: `python-version-file::${reason}`, detail, at },
  })
  if (file === undefined) return failed('invalid-version', 'a file that is no text', { path })
  const lines = versionLines(file)
  // A byte-order mark stands before the first line, even before a comment; in UTF-16 no line can be read at all.
  if (file.encoding === 'utf-8-bom' || file.encoding === 'utf-16le' || file.encoding === 'utf-16be') {
    return failed('invalid-encoding', file.encoding, lines[0]?.at ?? { path })
  }
  const invalid = lines.find(({ text }) => !VERSION.test(text))
  if (invalid !== undefined) {
    return file.encoding === 'latin1'
      ? failed('invalid-encoding', file.encoding, invalid.at)
      : failed('invalid-version', invalid.text.slice(0, 100), invalid.at)
  }
  const [first, second] = lines
  if (first === undefined) return failed('no-version', '', { path })
  if (second !== undefined) return failed('multiple-versions', lines.map(({ text }) => text).join(','), second.at)
  return { requested: first.text, at: first.at, problem: null }
}

/** The version that Pipenv's lock requires; undefined when it names none. */
function readLockedVersion(tree: Tree): Reading | undefined {
  const path = 'Pipfile.lock'
  const file = tree.read(path)
  let root: unknown
  try {
    root = JSON.parse(file?.text ?? '')
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 100) : ''
    return { requested: null, at: { path }, problem: { reason: 'pipfile-lock::invalid-json', detail, at: { path } } }
  }
  const requires = tableAt(root, '_meta', 'requires')
  // jq's `a // b` passes over null and false
  const key = ['python_full_version', 'python_version'].find(
    (name) => requires[name] != null && requires[name] !== false,
  )
  if (key === undefined) return undefined
  const text = file?.text ?? ''
  const start = text.indexOf(`"${key}"`)
  const value = String(requires[key])
  const end = text.indexOf('\n', start)
  const at: Place =
    start < 0
      ? { path }
      : {
          path,
          start,
          end:
            start +
            text
              .slice(start, end < 0 ? undefined : end)
              .trimEnd()
              .replace(/,$/, '').length,
        }
  const problem = VERSION.test(value)
    ? null
    : { reason: 'pipfile-lock::invalid-version', detail: value.slice(0, 50), at }
  return { requested: problem === null ? value : null, at, problem }
}

/** Why the buildpack would not install that version, or null. */
function unsupported(requested: string, at: Place): PythonVersionProblem | null {
  const [major = 0, minor = 0, patch] = requested.split('.').map(Number)
  const named = `${major}.${minor}`
  const [, oldest = 0] = data.oldest.split('.').map(Number)
  const [, newest = 0] = data.newest.split('.').map(Number)
  if (major < 3 || (major === 3 && minor < oldest)) return { reason: 'python-version::eol', detail: named, at }
  if (data.expected.versions.includes(named)) return null
  if (major > 3 || minor > newest) return { reason: 'python-version::unknown-major', detail: named, at }
  const [, , latest = 0] = (versions[named]?.latest ?? '').split('.').map(Number)
  return patch !== undefined && patch > latest + PATCHES_TO_COME
    ? { reason: 'python-version::unknown-patch', detail: requested, at }
    : null
}

/**
 * Poetry looks for another Python when the project's range excludes the one that it runs on, and stops when
 * the machine has none within the range (seen with Poetry 2.4.1). The build image's own Python is of a version that
 * the buildpack offers too, so that only a range outside all of them is sure to fail.
 */
function poetryRangeExcludesAll(tree: Tree): PythonVersionProblem | null {
  const pyproject = readPyproject(tree, dynoEnvironment(versions[DEFAULT_PYTHON]?.latest ?? DEFAULT_PYTHON))
  if (pyproject === undefined || 'error' in pyproject || pyproject.python === null) return null
  const { range, at } = pyproject.python
  const excluded = [...OFFERED_PYTHONS, ...data.expected.versions].every(
    (python) => allowsPython(range, python) === false,
  )
  return excluded ? { reason: 'install-dependencies::poetry', detail: range, at } : null
}

/** Reads every source of the version, and says which one counts and whether the build gets past it. */
export function readPythonVersion(tree: Tree): PythonVersionFact {
  const managers = findPackageManagers(tree).map(({ manager }) => manager)
  const sources: { readonly origin: PythonVersionOrigin; readonly reading: Reading }[] = []
  if (tree.has('runtime.txt')) sources.push({ origin: 'runtime.txt', reading: readRuntimeTxt(tree) })
  if (tree.has('.python-version')) sources.push({ origin: '.python-version', reading: readVersionFile(tree) })
  const locked = managers.includes('pipenv') ? readLockedVersion(tree) : undefined
  if (locked !== undefined) sources.push({ origin: 'Pipfile.lock', reading: locked })

  const [winner, ...others] = sources
  const reading = winner?.reading
  const requested = reading?.requested ?? null
  const major = requested === null ? null : requested.split('.').slice(0, 2).join('.')
  const fallback = versions[DEFAULT_PYTHON]?.latest ?? `${DEFAULT_PYTHON}.0`
  const full =
    requested !== null && requested.split('.').length === 3 ? requested : (versions[major ?? '']?.latest ?? fallback)
  const origin = winner?.origin ?? 'default'
  const misspelt = origin === 'runtime.txt' ? undefined : data.misspelledFileNames.names.find((name) => tree.has(name))

  const problem = (): PythonVersionProblem | null => {
    if (misspelt !== undefined) {
      return { reason: 'python-version-file::misspelled', detail: misspelt, at: { path: misspelt } }
    }
    if (reading?.problem) return reading.problem
    const refused = requested === null || reading === undefined ? null : unsupported(requested, reading.at)
    // Whether a patch release exists shows only when Python is fetched, after the two rules of uv.
    const unknownPatch = refused?.reason === 'python-version::unknown-patch'
    if (refused !== null && !unknownPatch) return refused
    if (managers[0] === 'uv' && origin === 'default') {
      return { reason: 'python-version-file::not-found', detail: '', at: { path: 'uv.lock' } }
    }
    if (managers[0] === 'uv' && origin === 'runtime.txt') {
      return {
        reason: 'runtime-txt::not-supported',
        detail: requested ?? '',
        at: reading?.at ?? { path: 'runtime.txt' },
      }
    }
    if (unknownPatch) return refused
    return managers[0] === 'poetry' ? poetryRangeExcludesAll(tree) : null
  }
  return {
    origin,
    requested,
    major,
    full,
    at: reading?.at ?? null,
    problem: problem(),
    shadowed: others.map(({ origin: path, reading: { requested: version, at } }) => ({ path, version, at })),
  }
}
