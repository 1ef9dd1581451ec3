import { createHash } from 'node:crypto'
import { type Condition, markerText, narrowed } from './markers.ts'
import type { PoetryPackage } from './poetry-lock.ts'
import { reach, requirementName } from './reach.ts'

/** What a Pipfile asks for, as `celery[redis]` with the versions that it allows, for a dyno and for development. */
export interface PipfileSections {
  readonly runtime: ReadonlyMap<string, string>
  readonly dev: ReadonlyMap<string, string>
}

/** A value of Pipfile or Pipfile.lock. */
type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }

/** The source that the Pipfile names (templates/Pipfile). */
const SOURCE = { name: 'pypi', url: 'https://pypi.org/simple', verify_ssl: true }

/**
 * The Pipfile.lock that `pipenv lock` would write for this project from the versions of the lock of everything, except that
 * packages for other systems and Pythons than the one that locks are in it, too, each with its marker.
 */
export function cutPipfileLock(
  packages: ReadonlyMap<string, PoetryPackage>,
  { runtime, dev }: PipfileSections,
): string {
  const lock = {
    _meta: {
      hash: { sha256: pipfileHash({ runtime, dev }) },
      'pipfile-spec': 6,
      requires: {},
      sources: [SOURCE],
    },
    default: section(packages, [...runtime.keys()]),
    develop: section(packages, [...dev.keys()]),
  }
  return `${JSON.stringify(lock, null, 4)}\n`
}

function section(packages: ReadonlyMap<string, PoetryPackage>, requirements: readonly string[]): Json {
  const entries: Record<string, Json> = {}
  for (const [name, { extras, when }] of reach(packages, requirements)) {
    const locked = packages.get(name)
    if (locked === undefined) continue
    const marker = markerText(withPython(when, locked.python)).replaceAll('"', "'")
    entries[name] = {
      ...(extras.length > 0 ? { extras } : {}),
      hashes: [...new Set(locked.hashes)].sort(),
      ...(requirements.includes(name) ? { index: SOURCE.name } : {}),
      ...(marker === '' ? {} : { markers: marker }),
      version: `==${locked.version}`,
    }
  }
  return entries
}

/** What a package's author says of Python, as markers: `>=2.7,!=3.0.*,!=3.1.*` leaves out two versions. */
function withPython(when: Condition, python: string): Condition {
  const clauses = [...python.matchAll(/(>=|!=)\s*([\d.]+?)(?:\.\*)?(?=,|\s|$)/g)]
  const least = clauses.find(([, operator]) => operator === '>=')?.[2]
  const not = clauses.flatMap(([, operator, version = '']) => (operator === '!=' ? [version] : []))
  const variable = least !== undefined && least.split('.').length > 2 ? 'python_full_version' : 'python_version'
  const limited = narrowed(when, least === undefined ? undefined : `${variable} >= '${least}'`)
  return narrowed(limited, not.length === 0 ? undefined : `python_version not in '${not.join(', ')}'`)
}

/**
 * What Pipenv compares a lock with: the content of the Pipfile, as its `Project.calculate_pipfile_hash` counts it.
 * https://github.com/pypa/pipenv/blob/v2026.7.1/pipenv/project.py
 */
function pipfileHash({ runtime, dev }: PipfileSections): string {
  const content = {
    _meta: { requires: {}, sources: [SOURCE] },
    default: asWritten(runtime),
    develop: asWritten(dev),
  }
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

/** The values of a section of the Pipfile, by name; keys are sorted throughout, as the hash wants them. */
function asWritten(requirements: ReadonlyMap<string, string>): Json {
  const entries = [...requirements].map(([requirement, version]) => {
    const { name, extras } = requirementName(requirement)
    return [name, extras.length === 0 ? version : { extras, version }] as const
  })
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The lines of a section of the Pipfile. */
export function pipfileLines(requirements: ReadonlyMap<string, string>): string[] {
  return [...requirements].map(([requirement, version]) => {
    const { name, extras } = requirementName(requirement)
    const quoted = extras.map((extra) => `"${extra}"`).join(', ')
    return extras.length === 0 ? `${name} = "${version}"` : `${name} = {extras = [${quoted}], version = "${version}"}`
  })
}
