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
    const same = merged.find((other) => other.key === guard.key)
    if (same === undefined) {
      if (contradicts(merged, guard)) return null
      merged.push(guard)
    } else if (same.holds !== guard.holds) return null
  }
  return merged
}

/** A config var that is not set equals nothing, and one that equals a text equals no other. */
function contradicts(guards: readonly Guard[], guard: Guard): boolean {
  return guards.some(({ about, holds }) => {
    const other = guard.about
    if (about.kind === 'unknown' || other.kind === 'unknown' || about.name !== other.name) return false
    if (about.kind === 'equals' && other.kind === 'equals') return holds && guard.holds
    if (about.kind === 'set' && other.kind === 'equals') return !holds && guard.holds
    if (about.kind === 'equals' && other.kind === 'set') return holds && !guard.holds
    return false
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
