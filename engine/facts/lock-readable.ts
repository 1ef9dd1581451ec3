/** Locks and manifests that their tool could not even read. */
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import type { Dependencies, PackageManager } from './dependencies.ts'
import { parseJson } from './json-source.ts'
import type { PythonVersionFact } from './python-version.ts'
import { readToml } from './toml.ts'

export interface UnreadableLock {
  readonly path: string
  readonly at: Place
  /** What is wrong there, in words. */
  readonly why: string
  /** A merge was committed with its conflict markers. */
  readonly conflict: boolean
  readonly reason: string
}

const CONFLICT = /^<{7}(?: |$)/m

const FILES: Readonly<Record<PackageManager, readonly string[]>> = {
  pip: [],
  pipenv: ['Pipfile', 'Pipfile.lock'],
  poetry: ['pyproject.toml', 'poetry.lock'],
  uv: ['pyproject.toml', 'uv.lock'],
}

/** Those that the build would stop at, in the order in which it meets them. */
export function unreadableLocks(
  tree: Tree,
  { found }: Pick<Dependencies, 'found'>,
  { problem }: Pick<PythonVersionFact, 'problem'>,
): UnreadableLock[] {
  const out: UnreadableLock[] = []
  if (problem?.reason === 'pipfile-lock::invalid-version') {
    const why = `"${problem.detail}" is no version of the form 3.14 or 3.14.7`
    out.push({ path: 'Pipfile.lock', at: problem.at, why, conflict: false, reason: problem.reason })
  }
  const seen = new Set<string>()
  for (const { manager } of found) {
    for (const path of FILES[manager]) {
      if (seen.has(path) || !tree.has(path)) continue
      seen.add(path)
      const fault = path.endsWith('.json') || path === 'Pipfile.lock' ? brokenJson(tree, path) : brokenToml(tree, path)
      if (fault === undefined) continue
      const invalidJson = path === 'Pipfile.lock' && problem?.reason === 'pipfile-lock::invalid-json'
      out.push({ ...fault, reason: invalidJson ? problem.reason : `install-dependencies::${manager}` })
    }
  }
  return out
}

type Fault = Omit<UnreadableLock, 'reason'>

/** The conflict marker says more than the character at which a parser gave up. */
function conflictIn(path: string, text: string): Fault | undefined {
  const marker = CONFLICT.exec(text)
  if (marker === null) return undefined
  const at = { path, start: marker.index, end: marker.index + marker[0].trimEnd().length }
  return { path, at, why: 'a merge left its conflict markers', conflict: true }
}

function brokenJson(tree: Tree, path: string): Fault | undefined {
  const text = tree.read(path)?.text ?? ''
  try {
    JSON.parse(text)
    return undefined
  } catch {
    const result = parseJson(text)
    const problem = 'problem' in result ? result.problem : { message: 'it is no JSON', start: 0, end: 0 }
    const { message, start, end } = problem
    return conflictIn(path, text) ?? { path, at: { path, start, end }, why: message, conflict: false }
  }
}

function brokenToml(tree: Tree, path: string): Fault | undefined {
  const document = readToml(tree, path)
  if (document === undefined || !('error' in document)) return undefined
  const { text, error, start } = document
  const at = { path, start, end: start }
  return conflictIn(path, text) ?? { path, at, why: error.replace(/^Invalid TOML document: /, ''), conflict: false }
}
