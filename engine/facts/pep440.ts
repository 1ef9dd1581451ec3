/** Versions and version specifiers of Python distributions: https://packaging.python.org/en/latest/specifications/version-specifiers/ */

export interface Version {
  readonly text: string
  readonly epoch: number
  readonly release: readonly number[]
  readonly pre: readonly [order: number, number: number] | null
  readonly post: number | null
  readonly dev: number | null
  readonly local: readonly (number | string)[]
}

const VERSION =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/
const PRE_ORDER: Readonly<Record<string, number>> = { a: 0, alpha: 0, b: 1, beta: 1, c: 2, rc: 2, pre: 2, preview: 2 }
/** No version that a person writes is longer. */
const LONGEST = 200

/** The version that a text stands for; undefined when it is none. */
export function parseVersion(text: string): Version | undefined {
  const trimmed = text.trim().toLowerCase()
  if (trimmed.length > LONGEST) return undefined
  const match = VERSION.exec(trimmed)
  if (match === null) return undefined
  const [, epoch, release = '', pre, preNumber, dashPost, postNumber, dev, devNumber, local] = match
  return {
    text: trimmed,
    epoch: Number(epoch ?? 0),
    release: release.split('.').map(Number),
    pre: pre === undefined ? null : [PRE_ORDER[pre] ?? 0, Number(preNumber || 0)],
    post: dashPost === undefined && postNumber === undefined ? null : Number(dashPost ?? (postNumber || 0)),
    dev: dev === undefined ? null : Number(devNumber || 0),
    local: local === undefined ? [] : local.split(/[-_.]/).map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  }
}

/** As `compareVersions`, of the release numbers alone: 3.11 is 3.11.0. */
export function compareReleases(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}

/** A development release sorts before the pre-releases of its version, a version without either after them. */
function preKey(version: Version): readonly [number, number] {
  if (version.pre !== null) return version.pre
  return version.post === null && version.dev !== null ? [-1, 0] : [3, 0]
}

function compareLocals(a: Version['local'], b: Version['local']): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i]
    const y = b[i]
    if (x === y) continue
    if (x === undefined) return -1
    if (y === undefined) return 1
    if (typeof x !== typeof y) return typeof x === 'number' ? 1 : -1
    return x < y ? -1 : 1
  }
  return 0
}

/** Negative, zero or positive as `a` sorts before, with or after `b`. */
export function compareVersions(a: Version, b: Version, withLocal = true): number {
  const [preA, preB] = [preKey(a), preKey(b)]
  return (
    a.epoch - b.epoch ||
    compareReleases(a.release, b.release) ||
    preA[0] - preB[0] ||
    preA[1] - preB[1] ||
    (a.post ?? -1) - (b.post ?? -1) ||
    compareNumbers(a.dev ?? Number.POSITIVE_INFINITY, b.dev ?? Number.POSITIVE_INFINITY) ||
    (withLocal ? compareLocals(a.local, b.local) : 0)
  )
}

function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

export type Operator = '==' | '!=' | '<=' | '>=' | '<' | '>' | '~=' | '==='
export interface Clause {
  readonly operator: Operator
  /** As written, without a trailing `.*`. */
  readonly text: string
  readonly version: Version | undefined
  /** True for `==1.4.*` and `!=1.4.*`. */
  readonly wildcard: boolean
}

const CLAUSE = /^(===|==|!=|<=|>=|~=|<|>)\s*([^\s,;()]+)$/

/** The clauses of a specifier such as `>=2,<3`; empty for no constraint, undefined when it is not valid. */
export function parseSpecifier(text: string): readonly Clause[] | undefined {
  const clauses: Clause[] = []
  for (const part of text.split(',')) {
    const trimmed = part.trim()
    if (trimmed === '') continue
    const match = CLAUSE.exec(trimmed)
    if (match === null) return undefined
    const operator = match[1] as Operator
    const written = match[2] ?? ''
    const wildcard = (operator === '==' || operator === '!=') && written.endsWith('.*')
    const bare = wildcard ? written.slice(0, -2) : written
    const version = parseVersion(bare)
    if (version === undefined && operator !== '===') return undefined
    if (operator === '~=' && (version?.release.length ?? 0) < 2) return undefined
    clauses.push({ operator, text: bare, version, wildcard })
  }
  return clauses
}

function startsWithRelease(version: Version, prefix: Version): boolean {
  return version.epoch === prefix.epoch && prefix.release.every((part, i) => (version.release[i] ?? 0) === part)
}

function isPreRelease(version: Version): boolean {
  return version.pre !== null || version.dev !== null
}

function meets(version: Version, clause: Clause): boolean {
  const { operator, version: bound } = clause
  if (bound === undefined || operator === '===') return version.text === clause.text.toLowerCase()
  const order = compareVersions(version, bound, bound.local.length > 0)
  const same = clause.wildcard ? startsWithRelease(version, bound) : order === 0
  const sameBase = version.epoch === bound.epoch && compareReleases(version.release, bound.release) === 0
  switch (operator) {
    case '==':
      return same
    case '!=':
      return !same
    case '>=':
      return compareVersions(version, bound, false) >= 0
    case '<=':
      return compareVersions(version, bound, false) <= 0
    case '<':
      // "<3.0" leaves out 3.0rc1, unless the bound is itself a pre-release
      return order < 0 && !(sameBase && version.post === bound.post && isPreRelease(version) && !isPreRelease(bound))
    case '>':
      return order > 0 && !(sameBase && ((version.post !== null && bound.post === null) || version.local.length > 0))
    case '~=': {
      const prefix = { ...bound, release: bound.release.slice(0, -1) }
      return compareVersions(version, bound, false) >= 0 && startsWithRelease(version, prefix)
    }
  }
}

/** Does the version meet every clause? Pre-releases are let in: who asks knows what is offered. */
export function satisfies(version: Version, clauses: readonly Clause[]): boolean {
  return clauses.every((clause) => meets(version, clause))
}

/** The one version that the clauses leave: that of `==1.2.3` or `===1.2.3`; null otherwise. */
export function pinnedVersion(clauses: readonly Clause[]): string | null {
  const pin = clauses.find((clause) => !clause.wildcard && (clause.operator === '==' || clause.operator === '==='))
  return pin?.text ?? null
}

export interface Bound {
  readonly release: readonly number[]
  readonly inclusive: boolean
}

/** The lowest and the highest release that clauses let in; null where they are open. Undefined for `===`, and for none. */
export function bounds(
  clauses: readonly Clause[],
): { readonly from: Bound | null; readonly to: Bound | null } | undefined {
  let from: Bound | null = null
  let to: Bound | null = null
  for (const { operator, version, wildcard } of clauses) {
    if (version === undefined || operator === '===') return undefined
    if (operator === '!=') continue
    const { release } = version
    const inclusive: Bound = { release, inclusive: true }
    if (operator === '>' || operator === '>=') from = tighter(from, { release, inclusive: operator === '>=' }, 1)
    else if (operator === '<' || operator === '<=') to = tighter(to, { release, inclusive: operator === '<=' }, -1)
    else {
      from = tighter(from, inclusive, 1)
      const prefix = operator === '~=' ? release.slice(0, -1) : wildcard ? release : null
      to = tighter(to, prefix === null ? inclusive : { release: following(prefix), inclusive: false }, -1)
    }
  }
  return clauses.length === 0 ? undefined : { from, to }
}

/** What comes behind all releases that begin so: 3.12 for 3.11. */
const following = (prefix: readonly number[]): number[] => [...prefix.slice(0, -1), (prefix.at(-1) ?? 0) + 1]

/** `direction` is 1 where the higher bound is the tighter. */
function tighter(known: Bound | null, next: Bound, direction: 1 | -1): Bound {
  if (known === null) return next
  const order = compareReleases(next.release, known.release) * direction
  return order > 0 || (order === 0 && !next.inclusive) ? next : known
}

/** False when every version from `minimum` on is outside the clauses; true when at least an upper bound does not say so. */
export function allowsAtLeast(clauses: readonly Clause[], minimum: Version): boolean {
  return clauses.every(({ operator, version, wildcard }) => {
    if (version === undefined) return true
    switch (operator) {
      case '<':
        return compareVersions(version, minimum, false) > 0
      case '<=':
      case '===':
        return compareVersions(version, minimum, false) >= 0
      case '==':
        return compareVersions(version, minimum, false) >= 0 || (wildcard && startsWithRelease(minimum, version))
      case '~=':
        return (
          compareVersions(version, minimum, false) >= 0 ||
          startsWithRelease(minimum, { ...version, release: version.release.slice(0, -1) })
        )
      default:
        return true
    }
  })
}
