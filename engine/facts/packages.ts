/** What is known of well-known distributions (data/packages.json). */
import data from '../../data/packages.json' with { type: 'json' }
import { compareVersions, parseVersion, type Version } from './pep440.ts'

interface KnownPackage {
  readonly newest?: string
  readonly programs?: readonly string[]
  readonly brings?: Readonly<Record<string, string>>
  readonly whole?: string
  readonly extras?: Readonly<Record<string, readonly string[]>>
  readonly standalone?: boolean
  readonly needsPython?: Readonly<Record<string, string>>
}

const packages: Readonly<Record<string, KnownPackage>> = data.distributions
const known = (name: string): KnownPackage | undefined => (Object.hasOwn(packages, name) ? packages[name] : undefined)

/** The newest release known of a distribution (normalised name); undefined when it is not listed. */
export function newestVersion(name: string): string | undefined {
  return known(name)?.newest
}

/** True for what comes only with those who ask for it: servers, drivers, process managers. */
export function isStandalone(name: string): boolean {
  return known(name)?.standalone === true
}

/** The distributions that bring a program such as `waitress-serve`; several where forks share it. */
export function programDistributions(program: string): readonly string[] {
  return Object.keys(packages).filter((name) => packages[name]?.programs?.includes(program) === true)
}

/** The distribution that brings a program; undefined when it is not listed. */
export function programDistribution(program: string): string | undefined {
  const found = programDistributions(program)
  return found.includes(program) ? program : found[0]
}

/**
 * What a distribution is known to bring, and whether that is all of it.
 * `version` is the installed one; without it the newest is meant.
 */
export function broughtBy(
  name: string,
  version: string | null,
  extras: readonly string[],
): { readonly names: readonly string[]; readonly whole: boolean } {
  const entry = known(name)
  if (entry === undefined) return { names: [], whole: false }
  const installed = version === null ? undefined : parseVersion(version)
  const isSince = (release: string): boolean => {
    const first = parseVersion(release)
    return installed === undefined || first === undefined || compareVersions(installed, first) >= 0
  }
  const names = Object.entries(entry.brings ?? {}).flatMap(([brought, since]) => (isSince(since) ? [brought] : []))
  const more = extras.flatMap((extra) => entry.extras?.[extra] ?? [])
  const extrasKnown = extras.every((extra) => Object.hasOwn(entry.extras ?? {}, extra))
  return { names: [...names, ...more], whole: entry.whole !== undefined && isSince(entry.whole) && extrasKnown }
}

/** Is every release of a distribution from `minimum` on closed to that Python, such as `3.10.21`? False where nothing says so. */
export function isOutOfReach(name: string, minimum: Version, python: string): boolean {
  const running = parseVersion(python)
  if (running === undefined) return false
  return Object.entries(known(name)?.needsPython ?? {}).some(([release, oldest]) => {
    const [first, needed] = [parseVersion(release), parseVersion(oldest)]
    return (
      first !== undefined &&
      needed !== undefined &&
      compareVersions(minimum, first) >= 0 &&
      compareVersions(running, needed) < 0
    )
  })
}
