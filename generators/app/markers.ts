/**
 * When a package is installed, in terms of environment markers
 * (https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers):
 * in any of these cases, each of which wants all of its markers. A case without a marker is every case.
 */
export type Condition = readonly (readonly string[])[]

export const NEVER: Condition = []
export const ALWAYS: Condition = [[]]

/** This condition, and the marker besides. */
export function narrowed(condition: Condition, marker: string | undefined): Condition {
  if (marker === undefined) return condition
  return condition.map((markers) => (markers.includes(marker) ? markers : [...markers, marker].sort()))
}

/** Either of both, in this order; a case that another one holds already is left out. */
export function either(left: Condition, right: Condition): Condition {
  const kept: (readonly string[])[] = []
  for (const markers of [...left, ...right]) {
    if (kept.some((other) => isWithin(markers, other))) continue
    kept.splice(0, kept.length, ...kept.filter((other) => !isWithin(other, markers)), markers)
  }
  return kept
}

/** Whether the one holds wherever the other does. */
export function covers(condition: Condition, other: Condition): boolean {
  return other.every((markers) => condition.some((wider) => isWithin(markers, wider)))
}

/** As a requirement has it behind its semicolon; empty when it always holds. */
export function markerText(condition: Condition): string {
  if (covers(condition, ALWAYS)) return ''
  return condition
    .map((markers) =>
      markers.map((marker) => (markers.length > 1 && / or /.test(marker) ? `(${marker})` : marker)).join(' and '),
    )
    .join(' or ')
}

const isWithin = (markers: readonly string[], wider: readonly string[]): boolean =>
  wider.every((marker) => markers.some((narrower) => implies(narrower, marker)))

/** `python_full_version < '3.12'` holds only where `python_full_version < '3.13'` does. */
function implies(marker: string, wider: string): boolean {
  if (marker === wider) return true
  const [, variable, version] = UPPER_LIMIT.exec(marker) ?? []
  const [, sameVariable, limit] = UPPER_LIMIT.exec(wider) ?? []
  if (version === undefined || limit === undefined || variable !== sameVariable) return false
  return version.localeCompare(limit, 'en', { numeric: true }) <= 0
}

const UPPER_LIMIT = /^(python_full_version|python_version) < '(\d+(?:\.\d+)*)'$/
