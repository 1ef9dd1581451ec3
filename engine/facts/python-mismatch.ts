/** Where the Python of the build is one that the package manager then refuses. */
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import type { Dependencies } from './dependencies.ts'
import { dynoEnvironment } from './pep508.ts'
import { readPyproject } from './pyproject.ts'
import { isOutdatedPatch, newestWithin, rangeAllows } from './python-support.ts'
import { OFFERED_PYTHONS, type PythonVersionFact } from './python-version.ts'

export interface PythonMismatch {
  /** Where the Python of the build is named. */
  readonly at: Place
  /** The Python of the build, as written. */
  readonly asked: string
  /** What the project is for, as written. */
  readonly wanted: string
  readonly wantedAt: Place
  /** An offered Python that would do, such as `3.13`; null when there is none. */
  readonly version: string | null
  readonly reason: 'install-dependencies::uv' | 'install-dependencies::pipenv'
}

/**
 * The two places that contradict each other, or null.
 * uv: https://docs.astral.sh/uv/reference/settings/ (`requires-python`); Pipenv compares `_meta.requires` of its lock
 * (pipenv/routines/install.py, `--deploy`).
 */
export function pythonMismatch(
  tree: Tree,
  dependencies: Pick<Dependencies, 'found' | 'manager'>,
  python: PythonVersionFact,
): PythonMismatch | null {
  if (dependencies.found.length !== 1 || python.problem !== null || python.requested === null) return null
  if (python.at === null) return null
  if (dependencies.manager === 'uv') return uvMismatch(tree, python, python.at, python.requested)
  if (dependencies.manager === 'pipenv') return pipenvMismatch(python, python.at, python.requested)
  return null
}

function uvMismatch(tree: Tree, python: PythonVersionFact, at: Place, asked: string): PythonMismatch | null {
  const pyproject = readPyproject(tree, dynoEnvironment(python.full))
  if (pyproject === undefined || 'error' in pyproject || pyproject.python?.notation !== 'pep440') return null
  const { range, at: wantedAt } = pyproject.python
  if (rangeAllows(range, python.full) !== false) return null
  // The newest patch may be newer than is known here: only a range that leaves the whole line out is sure.
  const line = python.major ?? ''
  if (asked === python.major && someWithin(range, line)) return null
  const reason = 'install-dependencies::uv'
  return { at, asked, wanted: range, wantedAt, version: newestWithin(range) ?? null, reason }
}

const PATCHES = 40

function someWithin(range: string, line: string): boolean {
  return Array.from({ length: PATCHES }, (_, patch) => `${line}.${patch}`).some((full) => rangeAllows(range, full))
}

function pipenvMismatch(python: PythonVersionFact, at: Place, asked: string): PythonMismatch | null {
  const locked = python.shadowed.find(({ path }) => path === 'Pipfile.lock')
  const version = locked?.version
  if (locked === undefined || version === undefined || version === null) return null
  const exact = version.split('.').length === 3
  if (exact ? version === python.full : version === python.major) return null
  // The file names a line only, and the newest patch of it may be the very one that the lock asks for.
  if (exact && asked === python.major && version.startsWith(`${asked}.`) && !isOutdatedPatch(version)) return null
  const line = version.split('.').slice(0, 2).join('.')
  return {
    at,
    asked,
    wanted: version,
    wantedAt: locked.at,
    version: OFFERED_PYTHONS.includes(line) ? version : null,
    reason: 'install-dependencies::pipenv',
  }
}
