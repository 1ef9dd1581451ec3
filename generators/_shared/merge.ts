import { diff3Merge } from 'node-diff3'

/** The three states of one file: as it was written, as it is now, and as the new version would write it. */
export interface Versions {
  readonly base: string
  readonly ours: string
  readonly theirs: string
}

/** What stands behind the conflict markers. */
export interface Labels {
  readonly ours: string
  readonly base: string
  readonly theirs: string
}

/** Merged text; `conflicts` counts the places that carry markers. */
export interface MergedText {
  readonly text: string
  readonly conflicts: number
}

/** Lines that both sides changed, and what they were. */
export interface Conflict {
  readonly base: readonly string[]
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
}

/** Knows better than a comparison by lines what becomes of a conflict in one kind of file; undefined when it does not. */
export type Resolve = (conflict: Conflict) => readonly string[] | undefined

/**
 * Merges what was changed in a text since it was written with what its new version changes, by lines, as `git merge` does.
 *
 * Needs no git, since a project may be in none. Where both changed the same lines, both stand in the result between git's
 * own markers, with what they came from (https://git-scm.com/docs/git-merge#_how_conflicts_are_presented, style zdiff3).
 * Line ends, a byte order mark and a missing last line end stay as they are in `ours`.
 */
export function mergeText(versions: Versions, labels: Labels, resolve: Resolve = () => undefined): MergedText {
  const base = linesOf(versions.base)
  const ours = linesOf(versions.ours)
  const theirs = linesOf(versions.theirs)
  const out: string[] = []
  let conflicts = 0
  let endsInMarker = false
  for (const { ok, conflict } of diff3Merge([...ours.lines], [...base.lines], [...theirs.lines])) {
    endsInMarker = false
    if (ok !== undefined) out.push(...ok)
    if (conflict === undefined) continue
    const changed = { base: conflict.o, ours: conflict.a, theirs: conflict.b }
    const resolved = resolve(changed)
    if (resolved !== undefined) out.push(...resolved)
    else {
      const marked = markedLines(changed, labels)
      out.push(...marked.lines)
      endsInMarker = marked.endsInMarker
      conflicts++
    }
  }
  const closed = ours.closed === base.closed ? theirs.closed : ours.closed
  const text = out.join(ours.lineEnd) + (out.length > 0 && (closed || endsInMarker) ? ours.lineEnd : '')
  return { text: ours.mark + text, conflicts }
}

/** The whole of both sides as one conflict, for a text in which single lines mean nothing. */
export function conflictOfAll(versions: Versions, labels: Labels): MergedText {
  const ours = linesOf(versions.ours)
  const { lines } = markedLines(
    { base: linesOf(versions.base).lines, ours: ours.lines, theirs: linesOf(versions.theirs).lines },
    labels,
  )
  return { text: `${ours.mark}${lines.join(ours.lineEnd)}${ours.lineEnd}`, conflicts: 1 }
}

/** Whether a text still carries the markers of an earlier merge, which a second one would bury. */
export function hasMarkers(text: string, label: string): boolean {
  return text.split(/\r?\n/).includes(`<<<<<<< ${label}`)
}

/** Whether two texts differ in nothing but what an editor or a checkout makes of line ends. */
export function sameLines(one: string, other: string): boolean {
  const a = linesOf(one)
  const b = linesOf(other)
  return a.closed === b.closed && a.lines.length === b.lines.length && a.lines.every((line, at) => line === b.lines[at])
}

/** A text with the line ends and the byte order mark of another. */
export function inTheStyleOf(model: string, text: string): string {
  const style = linesOf(model)
  const { lines, closed } = linesOf(text)
  return style.mark + lines.join(style.lineEnd) + (closed ? style.lineEnd : '')
}

interface Lines {
  readonly lines: readonly string[]
  readonly lineEnd: '\n' | '\r\n'
  /** Whether the last line has an end; an empty text has none that could lack one. */
  readonly closed: boolean
  readonly mark: '' | '\uFEFF'
}

/** Where line ends are mixed, the carriage returns stay in the lines: each line keeps its own. */
function linesOf(whole: string): Lines {
  const mark = whole.startsWith('\uFEFF') ? '\uFEFF' : ''
  const text = whole.slice(mark.length)
  if (text === '') return { lines: [], lineEnd: '\n', closed: true, mark }
  const lineEnd = text.includes('\n') && !/(?<!\r)\n/.test(text) ? '\r\n' : '\n'
  const closed = text.endsWith(lineEnd)
  const lines = (closed ? text.slice(0, -lineEnd.length) : text).split(lineEnd)
  return { lines, lineEnd, closed, mark }
}

/** The lines on which both sides agree stand before and behind the markers, where nobody has to compare them. */
function markedLines(conflict: Conflict, labels: Labels): { lines: readonly string[]; endsInMarker: boolean } {
  const { base, ours, theirs } = conflict
  let head = 0
  while (head < ours.length && head < theirs.length && ours[head] === theirs[head]) head++
  let tail = 0
  const most = Math.min(ours.length, theirs.length) - head
  while (tail < most && ours[ours.length - 1 - tail] === theirs[theirs.length - 1 - tail]) tail++
  const lines = [
    ...ours.slice(0, head),
    `<<<<<<< ${labels.ours}`,
    ...ours.slice(head, ours.length - tail),
    `||||||| ${labels.base}`,
    ...base,
    '=======',
    ...theirs.slice(head, theirs.length - tail),
    `>>>>>>> ${labels.theirs}`,
    ...ours.slice(ours.length - tail),
  ]
  return { lines, endsInMarker: tail === 0 }
}
