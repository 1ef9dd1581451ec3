/** Which pins have no wheel for a Python: those of some years ago may not be built for it at all. */
import data from '../../data/first-wheels.json' with { type: 'json' }
import type { Dependencies } from './dependencies.ts'
import { compareVersions, parseVersion } from './pep440.ts'

const firstWheels: Readonly<Record<string, Readonly<Record<string, string>>>> = data.distributions

/**
 * The distributions that are pinned to a release without a wheel for a Python, such as `3.14`. Their source may still build,
 * so that this is no fault; it tells which of several Pythons is the safest.
 */
export function pinsWithoutWheel({ production }: Dependencies, python: string): string[] {
  return [...production.values()].flatMap(({ name, version }) => {
    const first = Object.hasOwn(firstWheels, name) ? firstWheels[name]?.[python] : undefined
    const [pinned, oldest] = [parseVersion(version ?? ''), parseVersion(first ?? '')]
    return pinned !== undefined && oldest !== undefined && compareVersions(pinned, oldest) < 0 ? [name] : []
  })
}
