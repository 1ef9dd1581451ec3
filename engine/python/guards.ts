/** Conditions that reading cannot decide, under which a value holds or a statement runs. */

export interface Guard {
  /** Equal keys are the same condition. */
  readonly key: string
  readonly holds: boolean
  readonly about:
    | { readonly kind: 'set'; readonly name: string }
    | { readonly kind: 'equals'; readonly name: string; readonly text: string }
    | { readonly kind: 'unknown' }
}

export const setGuard = (name: string, holds: boolean): Guard => ({
  key: `set:${name}`,
  holds,
  about: { kind: 'set', name },
})
export const equalsGuard = (name: string, value: string, holds: boolean): Guard => ({
  key: `equals:${name}=${value}`,
  holds,
  about: { kind: 'equals', name, text: value },
})
export const unknownGuard = (key: string, holds: boolean): Guard => ({
  key: `?${key}`,
  holds,
  about: { kind: 'unknown' },
})
export const negated = (guard: Guard): Guard => ({ ...guard, holds: !guard.holds })

/** The union of two sets of guards, or null when they contradict each other. */
export function both(left: readonly Guard[], right: readonly Guard[]): readonly Guard[] | null {
  if (left.length === 0) return right
  if (right.length === 0) return left
  const merged = [...left]
  for (const guard of right) {
    if (implied(merged, guard)) continue
    if (contradicts(merged, guard)) return null
    merged.push(guard)
  }
  return merged
}

/** Is a guard granted by others? A config var that equals a text is set, and one that is not set equals nothing. */
export function implied(guards: readonly Guard[], guard: Guard): boolean {
  const { about } = guard
  return guards.some((other) => {
    if (other.key === guard.key) return other.holds === guard.holds
    if (about.kind === 'unknown' || other.about.kind === 'unknown' || other.about.name !== about.name) return false
    if (about.kind === 'set') return guard.holds && other.about.kind === 'equals' && other.holds
    return !guard.holds && other.about.kind === 'set' && !other.holds
  })
}

/** A config var that is not set equals nothing, and one that equals a text equals no other. */
function contradicts(guards: readonly Guard[], guard: Guard): boolean {
  return guards.some(({ key, about, holds }) => {
    const other = guard.about
    if (key === guard.key) return holds !== guard.holds
    if (about.kind === 'unknown' || other.kind === 'unknown' || about.name !== other.name) return false
    if (about.kind === 'equals' && other.kind === 'equals') return holds && guard.holds
    if (about.kind === 'set' && other.kind === 'equals') return !holds && guard.holds
    if (about.kind === 'equals' && other.kind === 'set') return holds && !guard.holds
    return false
  })
}

/** Conditions that are told apart at most; with more of them nothing is said to be covered. */
const MOST_CONDITIONS = 10

/** Do the sets of guards, taken together, leave out no case among those in which `within` holds? */
export function covers(
  sets: readonly (readonly Guard[])[],
  within: readonly Guard[] = [],
  depth = MOST_CONDITIONS,
): boolean {
  const live = sets.filter((guards) => both(within, guards) !== null)
  const open = live.map((guards) => guards.find(({ key }) => !within.some((given) => given.key === key)))
  if (open.includes(undefined)) return true
  const [guard] = open
  if (guard === undefined || depth === 0) return false
  return [guard, negated(guard)].every((side) => {
    const deeper = both(within, [side])
    return deeper === null || covers(live, deeper, depth - 1)
  })
}

/** How sure it is that an alternative holds in production as committed. */
export type Certainty = 'certain' | 'fallback' | 'configured' | 'possible'

/**
 * `certain`: always. `fallback`: when config vars that the platform does not set stay unset.
 * `configured`: only when somebody sets a config var to a certain value. `possible`: reading cannot tell.
 */
export function certainty(guards: readonly Guard[]): Certainty {
  if (guards.length === 0) return 'certain'
  if (guards.some((guard) => guard.about.kind === 'unknown')) return 'possible'
  return guards.every((guard) => !guard.holds) ? 'fallback' : 'configured'
}
