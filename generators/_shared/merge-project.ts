import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FileChange } from 'flask-dyno'
import type { RenderedFile } from '../app/render.ts'
import { conflictOfAll, hasMarkers, inTheStyleOf, type Labels, mergeText, sameLines, type Versions } from './merge.ts'
import { resolverFor } from './merge-entries.ts'
import { isJson, mergeJson } from './merge-json.ts'
import { type Place, type ProjectFile, placeIn } from './project-file.ts'
import { Refusal } from './refusal.ts'

/** All files of a project as a version of the generator writes them, by path. */
export type Rendering = ReadonlyMap<string, RenderedFile>

export type Outcome =
  /** Nobody had changed it since it was written: it is now as the new version has it. */
  | 'updated'
  /** Both had changed it, in different places. */
  | 'merged'
  /** Both had changed the same lines, or it cannot be merged by lines; a person has to look. */
  | 'conflict'
  /** New in this version. */
  | 'added'
  /** The new version has it no more, and nobody had changed it. */
  | 'removed'
  /** Changed by the new version, and yet left as it is: `reason` says why. */
  | 'left'

/** What becomes of one file; files of which there is nothing to say are in no list. */
export interface MergedFile {
  readonly path: string
  readonly outcome: Outcome
  /** What a person should know or do, as a clause. */
  readonly reason?: string
}

export interface MergedProject {
  readonly files: readonly MergedFile[]
  /** What is to be written; nothing has been yet. */
  readonly changes: readonly FileChange[]
}

export interface MergeRequest {
  readonly root: string
  /** The project as the stored version and answers wrote it. */
  readonly base: Rendering
  /** The project as it is to be. */
  readonly theirs: Rendering
  readonly labels: Labels
  /** Whether a file that was deleted comes back: what somebody asks for by name. Left out, none does. */
  readonly isWanted?: (path: string) => boolean
}

/** Merges a new rendering into a project that may have been changed since the old one. Reads the project, writes nothing. */
export function mergeProject(request: MergeRequest): MergedProject {
  const paths = [...new Set([...request.base.keys(), ...request.theirs.keys()])].sort()
  const history = historyOf(request)
  const files: MergedFile[] = []
  const changes: FileChange[] = []
  for (const path of paths) {
    const merged = history.has(path) ? history.get(path) : mergeFile(path, placeIn(request.root, path), request)
    if (merged === undefined) continue
    const { change, ...file } = merged
    files.push(file)
    if (change !== undefined) changes.push(change)
  }
  return { files, changes }
}

interface Merged extends MergedFile {
  readonly change?: FileChange
}

/** The programs that make lock files anew; what a merge makes of one by lines may fit no manifest. */
const LOCKS: Readonly<Record<string, string>> = {
  'uv.lock': 'uv lock',
  'poetry.lock': 'poetry lock',
  'Pipfile.lock': 'pipenv lock',
}

function mergeFile(path: string, place: Place, request: MergeRequest): Merged | undefined {
  const base = request.base.get(path)
  const theirs = request.theirs.get(path)
  if (place.bytes === undefined) return mergeMissing(path, place.path, base, theirs, request)
  if (place.text !== undefined && hasMarkers(place.text, request.labels.ours)) {
    throw new Refusal(`nothing was written: ${path} still has the conflict markers of an earlier merge`)
  }
  if (theirs === undefined) return base && mergeGone(path, place, base)
  if (base !== undefined && sameFile(base, theirs)) return undefined
  const isSame = place.text !== undefined && sameLines(place.text, theirs.text)
  const executable = mergedBit(place, base, theirs)
  const kept = { path, place, executable }
  if (isSame)
    return executable === place.executable ? undefined : written({ ...kept, outcome: 'updated', text: place.text })
  if (place.text === undefined) return { path, outcome: 'conflict', reason: 'left as it is: it is no text in UTF-8' }
  const versions = { base: base?.text ?? '', ours: place.text, theirs: theirs.text }
  if (base !== undefined && sameLines(place.text, base.text)) {
    return written({ ...kept, outcome: 'updated', text: inTheStyleOf(place.text, theirs.text) })
  }
  const { text, conflicts } = mergeByKind(path, versions, request.labels)
  const lock = LOCKS[path]
  if (conflicts === 0) {
    return written({
      ...kept,
      outcome: 'merged',
      text,
      ...(lock === undefined ? {} : { reason: `run "${lock}" to be sure of it` }),
    })
  }
  if (lock !== undefined)
    return { path, outcome: 'conflict', reason: `left as it is: run "${lock}" when the rest is merged` }
  const places = `${conflicts} ${conflicts === 1 ? 'place' : 'places'}`
  return written({ ...kept, outcome: 'conflict', text, reason: `${places} to decide between the markers` })
}

/** A file that is not there: new, or deleted by somebody, who meant it. */
function mergeMissing(
  path: string,
  place: string,
  base: RenderedFile | undefined,
  theirs: RenderedFile | undefined,
  { isWanted }: MergeRequest,
): Merged | undefined {
  if (theirs === undefined) return undefined
  const isBack = isWanted?.(path) ?? false
  if (base !== undefined && !isBack) {
    return sameFile(base, theirs)
      ? undefined
      : { path, outcome: 'left', reason: 'you deleted it, and it stays deleted' }
  }
  const { text, executable } = theirs
  const after = Buffer.from(text)
  return { path, outcome: 'added', change: { from: null, to: place, before: null, after, executable } }
}

/** A file that the new version has no more. */
function mergeGone(path: string, place: ProjectFile, base: RenderedFile): Merged {
  if (place.text === undefined || !sameLines(place.text, base.text)) {
    return {
      path,
      outcome: 'left',
      reason: 'it is no longer part of the project, but you changed it: delete it if you do not need it',
    }
  }
  const { bytes, executable } = place
  return { path, outcome: 'removed', change: { from: place.path, to: null, before: bytes, after: null, executable } }
}

function mergeByKind(path: string, versions: Versions, labels: Labels) {
  const merged = mergeText(versions, labels, resolverFor(path))
  if (!path.endsWith('.json') || !isJson(versions.ours) || !isJson(versions.theirs)) return merged
  if (merged.conflicts === 0 && isJson(merged.text)) return merged
  const byKeys = mergeJson(versions.base === '' ? '{}' : versions.base, versions.ours, versions.theirs)
  if (byKeys !== undefined) return { text: inTheStyleOf(versions.ours, byKeys), conflicts: 0 }
  return merged.conflicts === 0 ? conflictOfAll(versions, labels) : merged
}

function written(file: {
  readonly path: string
  readonly place: ProjectFile
  readonly outcome: Outcome
  readonly text: string
  readonly executable: boolean
  readonly reason?: string
}): Merged {
  const { path, place, outcome, text, executable, reason } = file
  const change: FileChange = {
    from: place.path,
    to: place.path,
    before: place.bytes,
    after: Buffer.from(text),
    executable,
    wasExecutable: place.executable,
  }
  return { path, outcome, change, ...(reason === undefined ? {} : { reason }) }
}

const sameFile = (a: RenderedFile, b: RenderedFile): boolean => a.text === b.text && a.executable === b.executable

function mergedBit(place: ProjectFile, base: RenderedFile | undefined, theirs: RenderedFile): boolean {
  return (base?.executable ?? false) === theirs.executable ? place.executable : theirs.executable
}

const HISTORY = 'migrations/versions/'

/**
 * Migrations are history: one that ran anywhere must not change, and one more beginning beside the project's own would
 * leave `flask db upgrade` with two heads (https://alembic.sqlalchemy.org/en/latest/branches.html). They are written where
 * there are none, removed where there are no others, and otherwise left alone.
 */
function historyOf({ root, base, theirs }: MergeRequest): ReadonlyMap<string, Merged | undefined> {
  const there = new Set(migrationsIn(root))
  const hasOwn = [...there].some((path) => {
    const written = base.get(path)
    const place = placeIn(root, path)
    return (
      written === undefined ||
      place.bytes === undefined ||
      place.text === undefined ||
      !sameLines(place.text, written.text)
    )
  })
  const fixed = new Map<string, Merged | undefined>()
  for (const path of new Set([...base.keys(), ...theirs.keys()])) {
    if (!path.startsWith(HISTORY)) continue
    const before = base.get(path)
    const after = theirs.get(path)
    const isFirst = there.size === 0 && before === undefined
    const isLast = after === undefined && !hasOwn
    if (isFirst || isLast) continue
    const isNews = before?.text !== after?.text && after !== undefined
    const reason = 'migrations that exist are not changed: "flask db migrate" writes what the models now lack'
    fixed.set(path, isNews ? { path, outcome: 'left', reason } : undefined)
  }
  return fixed
}

function migrationsIn(root: string): string[] {
  const folder = join(root, HISTORY)
  try {
    return readdirSync(folder).flatMap((name) => (name.endsWith('.py') ? [HISTORY + name] : []))
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return []
    throw error
  }
}
