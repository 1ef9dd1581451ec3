import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { covers, markerText, NEVER } from './markers.ts'
import { cutPipfileLock, pipfileLines } from './pipfile-lock.ts'
import { cutPoetryLock, readPoetryLock } from './poetry-lock.ts'
import { type Reached, reach, requirementName } from './reach.ts'
import { cutUvLock, readUvLock } from './uv-lock.ts'

/**
 * What a scaffold installs. `direct.json` names all that any part may ask for and is written by hand; `uv.lock` and
 * `poetry.lock` beside it hold one exact version of each and of all that comes with them (`scripts/pin-scaffold.mjs`), the
 * same in both. From these, what a project needs is cut. `pins` is always the folder that holds them.
 */

/** What a project asks for, as names of direct.json, by where it is installed: on a dyno, for the tests, for development. */
export interface Selection {
  readonly runtime: readonly string[]
  readonly test: readonly string[]
  readonly dev: readonly string[]
}

/** The Pythons that the locks are for, as pyproject.toml states them. */
export const PYTHONS = '>=3.11'

type Direct = Readonly<Record<keyof Selection, Readonly<Record<string, string>>>>

/** The files that say which versions are installed, beside the manifest that says which are allowed; by path. */
export function lockFiles(
  pins: string,
  packageManager: 'pip' | 'uv' | 'poetry' | 'pipenv',
  selection: Selection,
  name: string,
): Readonly<Record<string, string>> {
  switch (packageManager) {
    case 'pip':
      return requirementsFiles(pins, selection)
    case 'uv':
      return { 'uv.lock': uvLock(pins, selection, name) }
    case 'poetry':
      return { 'poetry.lock': poetryLock(pins, selection) }
    case 'pipenv':
      return { 'Pipfile.lock': pipfileLock(pins, selection) }
  }
}

/** The requirements that pyproject.toml states, as `name>=range`, for a dyno and for development. */
export function directDependencies(pins: string, selection: Selection): { runtime: string[]; dev: string[] } {
  const { runtime, dev } = ranges(pins, selection)
  const of = (group: ReadonlyMap<string, string>) => [...group].map(([name, range]) => name + range)
  return { runtime: of(runtime), dev: of(dev) }
}

/** uv.lock for a project of this name. */
export function uvLock(pins: string, selection: Selection, name: string): string {
  return cutUvLock(uvPins(pins), { name, ...ranges(pins, selection) })
}

/** poetry.lock for a project that states these requirements and `PYTHONS` in pyproject.toml. */
export function poetryLock(pins: string, selection: Selection): string {
  return cutPoetryLock(poetryPins(pins), { python: PYTHONS, ...ranges(pins, selection) })
}

/** Pipfile.lock for a project with the sections of `pipfileSections` in its Pipfile. */
export function pipfileLock(pins: string, selection: Selection): string {
  return cutPipfileLock(poetryPins(pins).packages, ranges(pins, selection))
}

/** The lines of the Pipfile's sections [packages] and [dev-packages]. */
export function pipfileSections(pins: string, selection: Selection): { runtime: string[]; dev: string[] } {
  const { runtime, dev } = ranges(pins, selection)
  return { runtime: pipfileLines(runtime), dev: pipfileLines(dev) }
}

/** The files that pip installs from: for a dyno, for Heroku CI besides, and for a developer's computer. */
export function requirementsFiles(pins: string, selection: Selection): Readonly<Record<string, string>> {
  const { packages } = uvPins(pins)
  const runtime = reach(packages, selection.runtime)
  const test = reach(packages, selection.test)
  const dev = reach(packages, selection.dev)
  const own = pinned(runtime, selection.runtime)
  const tested = pinned(test, selection.test, runtime)
  const developed = pinned(dev, selection.dev, runtime, test)
  return {
    'requirements.txt': blocks(
      [
        '# What a dyno installs. Every version is exact, those of the indirect packages too, so that each build is the same.',
        '# https://devcenter.heroku.com/articles/python-behavior-in-heroku',
      ],
      own.direct,
      ['# These come with the packages above.', ...own.indirect],
    ),
    'requirements-test.txt': blocks(
      ['# What Heroku CI installs as well, to run the tests. https://devcenter.heroku.com/articles/heroku-ci'],
      [...tested.direct, ...tested.indirect],
    ),
    'requirements-dev.txt': blocks(
      ['# What this computer and CI install: everything.'],
      ['-r requirements.txt', '-r requirements-test.txt', ...developed.direct, ...developed.indirect],
    ),
  }
}

const uvPins = (pins: string) => readUvLock(readFileSync(join(pins, 'uv.lock'), 'utf8'))
const poetryPins = (pins: string) => readPoetryLock(readFileSync(join(pins, 'poetry.lock'), 'utf8'))

/** The selected names with the versions that they allow, sorted; what is tested with is for development, too. */
function ranges(
  pins: string,
  { runtime, test, dev }: Selection,
): { runtime: ReadonlyMap<string, string>; dev: ReadonlyMap<string, string> } {
  const direct = JSON.parse(readFileSync(join(pins, 'direct.json'), 'utf8')) as Direct
  const known = { ...direct.runtime, ...direct.test, ...direct.dev }
  const of = (names: readonly string[]) =>
    new Map(
      [...new Set(names)].sort().map((name) => {
        const range = known[name]
        if (range === undefined) throw new Error(`${name} is not in direct.json`)
        return [name, range]
      }),
    )
  return { runtime: of(runtime), dev: of([...test, ...dev]) }
}

/** `name[extra]==1.2.3 ; marker` lines for what was asked for and for what comes with it, but for what is there already. */
function pinned(
  reached: ReadonlyMap<string, Reached>,
  requirements: readonly string[],
  ...installed: readonly ReadonlyMap<string, Reached>[]
): { readonly direct: readonly string[]; readonly indirect: readonly string[] } {
  const asked = new Map(requirements.map((requirement) => [requirementName(requirement).name, requirement]))
  const direct: string[] = []
  const indirect: string[] = []
  for (const [name, { locked, when }] of reached) {
    if (installed.some((others) => covers(others.get(name)?.when ?? NEVER, when))) continue
    const requirement = asked.get(name)
    const marker = markerText(when)
    const line = `${requirement ?? name}==${locked.version}${marker === '' ? '' : ` ; ${marker}`}`
    if (requirement === undefined) indirect.push(line)
    else direct.push(line)
  }
  return { direct, indirect }
}

const blocks = (...parts: readonly (readonly string[])[]) => `${parts.map((part) => part.join('\n')).join('\n\n')}\n`
