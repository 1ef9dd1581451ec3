/** What Heroku says of the Pythons that it offers (data/python.json). */
import data from '../../data/python.json' with { type: 'json' }
import { compareVersions, parseSpecifier, parseVersion, satisfies } from './pep440.ts'

interface Offered {
  readonly latest: string
  readonly status: string
  readonly removed: string | null
}

const versions: Readonly<Record<string, Offered>> = data.versions
const offered = (major: string): Offered | undefined => (Object.hasOwn(versions, major) ? versions[major] : undefined)

/** The day, as `2027-01-06`, from which Heroku refuses a Python such as `3.10`; undefined when none is announced. */
export function removalOf(major: string): string | undefined {
  return offered(major)?.removed ?? undefined
}

/** The newest patch release known of a Python such as `3.13`; undefined for one that is not offered. */
export function latestPatch(major: string): string | undefined {
  return offered(major)?.latest
}

/** Is an exact version such as `3.13.1` older than the newest known of its line? */
export function isOutdatedPatch(full: string): boolean {
  const [version, latest] = [parseVersion(full), parseVersion(latestPatch(full.split('.').slice(0, 2).join('.')) ?? '')]
  return version !== undefined && latest !== undefined && compareVersions(version, latest) < 0
}

/**
 * Does a range in the notation of `requires-python` let in that Python, such as `3.13.7`?
 * undefined when the range is not understood.
 */
export function rangeAllows(range: string, full: string): boolean | undefined {
  const [clauses, version] = [parseSpecifier(range), parseVersion(full)]
  return clauses === undefined || version === undefined ? undefined : satisfies(version, clauses)
}

/** The newest offered Python, as `3.13`, that a range lets in; undefined when there is none or nobody can tell. */
export function newestWithin(range: string): string | undefined {
  return Object.keys(versions)
    .reverse()
    .find((major) => rangeAllows(range, latestPatch(major) ?? major) === true)
}

/** Stacks on which the buildpack builds, and those that it refuses by name. */
export const SUPPORTED_STACKS: readonly string[] = data.stacks.supported
export const REFUSED_STACKS: readonly string[] = data.stacks.refused
