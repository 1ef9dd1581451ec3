/** Would the production build bring a module? Told only where it can be told for certain. */
import { type Dependencies, installs } from './dependencies.ts'
import { carriersOf, distributionsOf, isListed } from './modules.ts'
import { broughtBy } from './packages.ts'

export interface AbsentModule {
  /** The distributions that would bring it, the usual one first. */
  readonly distributions: readonly string[]
}

/** The distributions that a module is missing; null where it is brought, or where nobody can tell. */
export function absentModule(deps: Dependencies, module: string): AbsentModule | null {
  if (deps.manager === null || !deps.certain) return null
  const distributions = distributionsOf(module)
  if (distributions === undefined || resemblesInstalled(deps, module)) return null
  return distributions.every((name) => isAbsent(deps, name)) ? { distributions } : null
}

function isAbsent(deps: Dependencies, name: string): boolean {
  switch (installs(deps, name)) {
    case 'yes':
      return false
    case 'no':
      return true
    case 'unknown':
      // Two package managers: the one that is kept may bring it
      if (deps.found.length > 1 && deps.elsewhere.has(name)) return false
      return isFrozen(deps) || comesWithNone(deps, name)
  }
}

/** More distributions than these that bring it along, and a list of them is not to be trusted. */
const MOST_CARRIERS = 8

function comesWithNone(deps: Dependencies, name: string): boolean {
  const carriers = carriersOf(name)
  if (carriers === undefined) return false
  const known = [...deps.production.keys()]
  if (known.some((each) => carriers.includes(each))) return false
  return carriers.length <= MOST_CARRIERS || known.every((each) => isListed(each) || isKnownWhole(deps, each))
}

const isKnownWhole = (deps: Dependencies, name: string): boolean => {
  const distribution = deps.production.get(name)
  return distribution !== undefined && broughtBy(name, distribution.version, distribution.extras).whole
}

/** A name that looks like the module's: what it brings is not known, but this may be it. */
export function resemblesInstalled(deps: Dependencies, module: string): boolean {
  const [top = ''] = module.split('.')
  const bare = squeezed(top)
  return isNamedAlike(deps, top) || (bare.length >= 4 && namesOf(deps).squeezed.some((name) => name.includes(bare)))
}

/** The module's own name, but for the order and the joints of its words: `flask_github` and `github-flask`. */
export function isNamedAlike(deps: Dependencies, top: string): boolean {
  const { words, squeezed: names } = namesOf(deps)
  return words.has(sortedWords(top)) || names.includes(squeezed(top))
}

/** The names of what production installs, in the forms that they are compared in. */
interface Names {
  readonly words: ReadonlySet<string>
  readonly squeezed: readonly string[]
}

const NAMES = new WeakMap<Dependencies, Names>()

function namesOf(deps: Dependencies): Names {
  const known = NAMES.get(deps)
  if (known !== undefined) return known
  const names = [...deps.production.keys()]
  const made = { words: new Set(names.map(sortedWords)), squeezed: names.map(squeezed) }
  NAMES.set(deps, made)
  return made
}

const squeezed = (name: string): string => name.toLowerCase().replace(/[-_.]/g, '')
const sortedWords = (name: string): string =>
  name
    .toLowerCase()
    .split(/[-_.]+/)
    .sort()
    .join('-')

/**
 * The output of `pip freeze`, untouched: every line is pinned, in alphabetical order, and what the known ones bring along
 * is there as well. Nothing comes along with it that it does not name.
 */
export function isFrozen(deps: Dependencies): boolean {
  if (deps.manager !== 'pip') return false
  const all = [...deps.production.values()]
  if (all.length < 8 || all.some(({ version }) => version === null)) return false
  if (new Set(all.map(({ at }) => at.path)).size > 1) return false
  const inOrder = [...all].sort((a, b) => (a.at.start ?? 0) - (b.at.start ?? 0))
  if (!isSorted(inOrder.map(({ spelling }) => spelling.toLowerCase())) && !isSorted(inOrder.map(({ name }) => name)))
    return false
  let brought = 0
  for (const { name, version, extras } of all) {
    for (const other of broughtBy(name, version, extras).names) {
      if (!deps.production.has(other)) return false
      brought++
    }
  }
  return brought >= 3
}

const isSorted = (names: readonly string[]): boolean =>
  names.every((name, i) => i === 0 || (names[i - 1] ?? '') <= name)
