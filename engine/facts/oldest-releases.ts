/** Which pins are too old for a Python: it came after them. */
import data from '../../data/oldest-releases.json' with { type: 'json' }
import type { Dependencies, Distribution } from './dependencies.ts'
import { allowsAtLeast, compareVersions, parseSpecifier, parseVersion } from './pep440.ts'

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

/** Gunicorn, where it is pinned to a release that does not start with a Python such as `3.14`; null where it does, or may. */
export function gunicornTooOldFor(dependencies: Dependencies, python: string): Distribution | null {
  const gunicorn = dependencies.production.get('gunicorn')
  const pinned = parseVersion(gunicorn?.version ?? '')
  if (gunicorn === undefined || pinned === undefined || !dependencies.certain) return null
  if (!pinsTooOldFor(dependencies, python).includes('gunicorn')) return null
  return pinned.release[0] === 20 && hasPkgResources(dependencies) ? null : gunicorn
}

/** False only where the installer takes a setuptools without it for certain: the newest, or one that is pinned. */
function hasPkgResources({ production }: Dependencies): boolean {
  const setuptools = production.get('setuptools')
  const until = parseVersion(data.pkgResourcesUntil)
  if (setuptools === undefined || until === undefined) return false
  const clauses = parseSpecifier(setuptools.specifier)
  return clauses === undefined || setuptools.url !== null || !allowsAtLeast(clauses, until)
}
