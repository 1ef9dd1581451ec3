import { ALWAYS, type Condition, covers, either, NEVER, narrowed } from './markers.ts'

/** What one package of a lock, or one of its extras, asks for. */
export interface Edge {
  readonly name: string
  readonly extras: readonly string[]
  readonly marker: string | undefined
}

export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** Its entry as the tool wrote it, to before the next package. */
  readonly text: string
  readonly edges: readonly Edge[]
  readonly extras: ReadonlyMap<string, readonly Edge[]>
}

/** One version of each package that any project may ask for, by name. */
export type LockedPackages = ReadonlyMap<string, LockedPackage>

/** A package that a selection leads to. */
export interface Reached {
  readonly locked: LockedPackage
  readonly when: Condition
  /** Those of its extras that something asks for, sorted. */
  readonly extras: readonly string[]
}

/** A requirement's distribution and extras: `celery[redis]` is `celery` and `redis`. */
export function requirementName(requirement: string): { readonly name: string; readonly extras: readonly string[] } {
  const [, name = requirement, extras = ''] = /^([^[]+)\[(.+)\]$/.exec(requirement) ?? []
  return { name, extras: extras === '' ? [] : extras.split(',') }
}

/** Everything that these requirements bring with them, by name and sorted, and when each is installed. */
export function reach(packages: LockedPackages, requirements: Iterable<string>): ReadonlyMap<string, Reached> {
  const conditions = new Map<string, Condition>()
  const visit = ({ name, extras, marker }: Edge, from: Condition): void => {
    const locked = packages.get(name)
    if (locked === undefined) throw new Error(`the lock has no ${name}`)
    const when = narrowed(from, marker)
    const asked: readonly (readonly [string, readonly Edge[] | undefined])[] = [
      [name, locked.edges],
      ...extras.map((extra) => [`${name}[${extra}]`, locked.extras.get(extra)] as const),
    ]
    for (const [key, edges] of asked) {
      if (edges === undefined) throw new Error(`the lock has no ${key}`)
      const known = conditions.get(key) ?? NEVER
      // Packages may ask for each other: what is known already leads nowhere new.
      if (covers(known, when)) continue
      conditions.set(key, either(known, when))
      for (const edge of edges) visit(edge, when)
    }
  }
  for (const requirement of requirements) visit({ ...requirementName(requirement), marker: undefined }, ALWAYS)

  const reached = new Map<string, Reached>()
  for (const [name, locked] of [...packages].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const when = conditions.get(name)
    if (when === undefined) continue
    const extras = [...locked.extras.keys()].filter((extra) => conditions.has(`${name}[${extra}]`)).sort()
    reached.set(name, { locked, when, extras })
  }
  return reached
}
