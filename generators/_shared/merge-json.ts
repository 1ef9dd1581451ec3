import { type Entry, mergeEntries } from './merge-entries.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * Merges JSON by its keys, where a comparison by lines sees a conflict in the comma of the line before.
 * The result is written with the indent of `ours`. Undefined when it is a conflict by keys, too, or no JSON.
 */
export function mergeJson(base: string, ours: string, theirs: string): string | undefined {
  const values = [base, ours, theirs].map(parsed)
  const [before, mine, other] = values
  if (before === undefined || mine === undefined || other === undefined) return undefined
  const merged = mergeValue(before, mine, other)
  if (merged === undefined) return undefined
  const indent = /\n([ \t]+)"/.exec(ours)?.[1] ?? '  '
  return `${JSON.stringify(merged, null, indent)}\n`
}

/** Whether a text is JSON, as far as `JSON.parse` is concerned. */
export const isJson = (text: string): boolean => parsed(text) !== undefined

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as Json
  } catch {
    // No JSON: whoever asks has another way.
    return undefined
  }
}

function mergeValue(base: Json | undefined, ours: Json, theirs: Json): Json | undefined {
  if (same(ours, theirs) || same(base, theirs)) return ours
  if (isObject(ours) && isObject(theirs)) {
    const lists = {
      base: isObject(base) ? Object.entries(base) : [],
      ours: Object.entries(ours),
      theirs: Object.entries(theirs),
    }
    const merged = mergeEntries(
      { base: lists.base.map(entryOf), ours: lists.ours.map(entryOf), theirs: lists.theirs.map(entryOf) },
      mergeValue,
      same,
    )
    return merged && Object.fromEntries(merged.map(({ key, value }) => [key, value]))
  }
  if (isArray(ours) && isArray(theirs)) {
    const lists = { base: isArray(base) ? base : [], ours, theirs }
    const merged = mergeEntries(
      { base: lists.base.map(elementOf), ours: ours.map(elementOf), theirs: theirs.map(elementOf) },
      mergeValue,
      same,
    )
    return merged?.map(({ value }) => value)
  }
  return same(base, ours) ? theirs : undefined
}

const entryOf = ([key, value]: [string, Json]): Entry<Json> => ({ key, value })

/** An add-on is known by its service, a buildpack by its address, anything else by all that it says. */
function elementOf(value: Json): Entry<Json> {
  const name = isObject(value) ? (value.plan ?? value.url) : value
  if (typeof name !== 'string') return { key: JSON.stringify(value), value }
  return { key: /^([a-z0-9-]+):[a-z0-9-]+$/.exec(name)?.[1] ?? name, value }
}

const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keys in another order are the same object. */
function same(a: Json | undefined, b: Json | undefined): boolean {
  if (isArray(a) && isArray(b)) return a.length === b.length && a.every((value, at) => same(value, b[at]))
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a)
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  }
  return a === b
}
