import { LEVELS, type Level } from './finding.ts'
import { type Rule, STAGES } from './rule.ts'

export const PRESETS = ['recommended', 'strict'] as const
/** `recommended` hides what is merely worth knowing (`info`); `strict` shows all. */
export type Preset = (typeof PRESETS)[number]

/** Which findings are wanted. Names are rule identifiers or stages. */
export interface Selection {
  readonly preset: Preset
  /** Only these; empty for all. */
  readonly select: readonly string[]
  readonly ignore: readonly string[]
  /** What the config says of single rules. */
  readonly levels: Readonly<Record<string, Level | 'off'>>
}

export const EVERYTHING: Selection = { preset: 'strict', select: [], ignore: [], levels: {} }

const named = (names: readonly string[], rule: Rule): boolean => names.includes(rule.id) || names.includes(rule.stage)

/** Is this rule to be run at all? */
export function isSelected(rule: Rule, selection: Selection): boolean {
  if (selection.levels[rule.id] === 'off' && !selection.select.includes(rule.id)) return false
  return (selection.select.length === 0 || named(selection.select, rule)) && !named(selection.ignore, rule)
}

/** Does the preset show a finding of this level? Who selects a rule by its identifier wants to see it. */
export function isShown(rule: Rule, level: Level, selection: Selection): boolean {
  return selection.preset === 'strict' || level !== 'info' || selection.select.includes(rule.id)
}

/** At or above: `error` is above `warning`, `warning` above `info`. */
export const isAtLeast = (level: Level, floor: Level): boolean => LEVELS.indexOf(level) <= LEVELS.indexOf(floor)

/** Names that are neither a rule nor a stage, each with the nearest that is. */
export function unknownNames(
  names: readonly string[],
  rules: readonly Rule[],
): { readonly name: string; readonly nearest: string | undefined }[] {
  const known = [...rules.map((rule) => rule.id), ...STAGES]
  return names.filter((name) => !known.includes(name)).map((name) => ({ name, nearest: nearest(name, known) }))
}

/** The known word that a person most likely meant; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase().slice(0, 64)
  let best: string | undefined
  let bestCost = Math.max(1, Math.floor(typed.length / 3)) + 0.5
  for (const candidate of known) {
    const cost = distance(typed, candidate.toLowerCase())
    if (cost < bestCost) {
      best = candidate
      bestCost = cost
    }
  }
  if (best !== undefined || typed.length < 3) return best
  return known.find((candidate) => candidate.startsWith(typed) || candidate.split('-').includes(typed))
}

/** Edits between two words; two neighbours swapped count as one (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      }
      row.push(cost)
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}

/** ` (did you mean X?)`, or nothing. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const found = nearest(word, known)
  return found === undefined ? '' : `; did you mean "${found}"?`
}
