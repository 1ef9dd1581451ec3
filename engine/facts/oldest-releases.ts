/** Which pins are too old for a Python: it came after them. */
import data from '../../data/oldest-releases.json' with { type: 'json' }
import type { Dependencies } from './dependencies.ts'
import { compareVersions, parseVersion } from './pep440.ts'

type ByPython = Readonly<Record<string, Readonly<Record<string, string>>>>
const oldest: ByPython = { ...data.wheels, ...data.runs }

/**
 * The distributions that are pinned to a release from before a Python, such as `3.14`: without a wheel for it, or not starting
 * with it. A source may still build, so that this is no fault; it tells which of several Pythons is the safest.
 */
export function pinsTooOldFor({ production }: Dependencies, python: string): string[] {
  return [...production.values()].flatMap(({ name, version }) => {
    const first = Object.hasOwn(oldest, name) ? oldest[name]?.[python] : undefined
    const [pinned, least] = [parseVersion(version ?? ''), parseVersion(first ?? '')]
    return pinned !== undefined && least !== undefined && compareVersions(pinned, least) < 0 ? [name] : []
  })
}
