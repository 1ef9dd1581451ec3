import type { Conflict, Resolve } from './merge.ts'

/** One entry of a list, in a file in which the order of the entries does not matter to its reader. */
export interface Entry<T> {
  readonly key: string
  readonly value: T
}

/** The merged value of one entry, or undefined when both sides changed it; `base` is undefined for what both added. */
export type MergeValue<T> = (base: T | undefined, ours: T, theirs: T) => T | undefined

/**
 * Merges lists of entries by their keys: what one side added, changed or removed, whatever stands beside it.
 * Undefined when a key is there twice, when both changed one entry, or when one removed what the other changed.
 */
export function mergeEntries<T>(
  lists: {
    readonly base: readonly Entry<T>[]
    readonly ours: readonly Entry<T>[]
    readonly theirs: readonly Entry<T>[]
  },
  mergeValue: MergeValue<T>,
  same: (a: T, b: T) => boolean,
): readonly Entry<T>[] | undefined {
  const base = byKey(lists.base)
  const ours = byKey(lists.ours)
  const theirs = byKey(lists.theirs)
  if (base === undefined || ours === undefined || theirs === undefined) return undefined

  const merged: Entry<T>[] = []
  for (const key of orderOf(lists.ours, lists.theirs)) {
    const before = base.get(key)
    const mine = ours.get(key)
    const other = theirs.get(key)
    if (mine !== undefined && other !== undefined) {
      const value = same(mine.value, other.value) ? mine.value : mergeValue(before?.value, mine.value, other.value)
      if (value === undefined) return undefined
      merged.push({ key, value })
      continue
    }
    const left = mine ?? other
    if (left === undefined) continue
    if (before === undefined) merged.push(left)
    else if (!same(before.value, left.value)) return undefined
  }
  return merged
}

function byKey<T>(entries: readonly Entry<T>[]): ReadonlyMap<string, Entry<T>> | undefined {
  const map = new Map(entries.map((entry) => [entry.key, entry]))
  return map.size === entries.length ? map : undefined
}

/** The keys of both: in the order of ours, and what only theirs has behind the entry that it follows there. */
function orderOf(ours: readonly Entry<unknown>[], theirs: readonly Entry<unknown>[]): readonly string[] {
  const keys = ours.map(({ key }) => key)
  const known = new Set(keys)
  let at = 0
  for (const { key } of theirs) {
    if (known.has(key)) at = keys.indexOf(key) + 1
    else keys.splice(at++, 0, key)
  }
  return keys
}

/** Resolves conflicts in a file that lists one thing a line; `keyOf` names the thing, or is undefined for another line. */
export function resolveList(keyOf: (line: string) => string | undefined): Resolve {
  const entriesOf = (lines: readonly string[]): readonly Entry<string>[] | undefined => {
    const entries = lines.map((value) => ({ key: keyOf(value), value }))
    return entries.every(hasKey) ? entries : undefined
  }
  return (conflict: Conflict) => {
    const [base, ours, theirs] = [conflict.base, conflict.ours, conflict.theirs].map(entriesOf)
    if (base === undefined || ours === undefined || theirs === undefined) return undefined
    const merged = mergeEntries({ base, ours, theirs }, whicheverChanged, (a, b) => a === b)
    return merged?.map(({ value }) => value)
  }
}

const hasKey = (entry: { key: string | undefined; value: string }): entry is Entry<string> => entry.key !== undefined

const whicheverChanged: MergeValue<string> = (base, ours, theirs) => {
  if (base === ours) return theirs
  return base === theirs ? ours : undefined
}

/** Whole-line texts of a list: a comment is an entry by itself. */
const comment = (line: string): string | undefined => (/^\s*#/.test(line) ? line.trim() : undefined)

const first = (pattern: RegExp) => (line: string) => pattern.exec(line)?.[1]

/** `Flask_Login`, `flask-login`: https://packaging.python.org/en/latest/specifications/name-normalization/ */
const requirement = (pattern: RegExp) => (line: string) =>
  pattern
    .exec(line)?.[1]
    ?.toLowerCase()
    .replace(/[._-]+/g, '-')

/** The files in which neighbouring lines have nothing to do with each other. */
const LISTS: readonly { readonly path: RegExp; readonly keyOf: (line: string) => string | undefined }[] = [
  { path: /^requirements[\w-]*\.txt$/, keyOf: requirement(/^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*[=<>~!]/) },
  { path: /^Pipfile$/, keyOf: requirement(/^"?([A-Za-z0-9][\w.-]*)"?\s*=\s*\S/) },
  { path: /^pyproject\.toml$/, keyOf: requirement(/^\s+"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*[^"]*",$/) },
  { path: /^Procfile$/, keyOf: first(/^([A-Za-z0-9_-]+):\s/) },
  { path: /^\.env\.example$/, keyOf: first(/^#?\s?([A-Z][A-Z0-9_]*)=/) },
  { path: /^\.(?:git|slug|docker)ignore$/, keyOf: first(/^([^#\s].*)$/) },
]

/** What knows how to resolve conflicts in the file of this path. */
export function resolverFor(path: string): Resolve {
  const list = LISTS.find((candidate) => candidate.path.test(path))
  return list === undefined ? () => undefined : resolveList((line) => list.keyOf(line) ?? comment(line))
}
