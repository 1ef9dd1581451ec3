/** Whether one version comes after another, as https://semver.org/#spec-item-11 orders them. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map(parsed)
  if (a === undefined || b === undefined) return false
  for (const [at, number] of a.numbers.entries()) {
    const other = b.numbers[at] ?? 0
    if (number !== other) return number > other
  }
  return comesAfter(a.before, b.before)
}

/** The identifiers of a version before a release; a release has none, and comes after all of them. */
function comesAfter(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === 0 || b.length === 0) return a.length === 0 && b.length > 0
  for (const [at, identifier] of a.entries()) {
    const other = b[at]
    if (other === undefined) return true
    if (identifier === other) continue
    const [isNumber, isOther] = [identifier, other].map((text) => /^\d+$/.test(text))
    if (isNumber && isOther) return Number(identifier) > Number(other)
    return isNumber === isOther ? identifier > other : isOther === true
  }
  return false
}

function parsed(version: string): { numbers: readonly number[]; before: readonly string[] } {
  const [release = '', ...before] = version.split('-')
  return { numbers: release.split('.').map(Number), before: before.length === 0 ? [] : before.join('-').split('.') }
}
