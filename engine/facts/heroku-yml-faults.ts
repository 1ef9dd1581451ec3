/**
 * What Heroku refuses in heroku.yml ("Your heroku.yml manifest is invalid. Please correct the following issues"), as far as
 * the published reference tells (https://devcenter.heroku.com/articles/build-docker-images-heroku-yml).
 */
import { isMap, isScalar, isSeq, type Node } from 'yaml'
import type { Place } from '../finding.ts'
import { nearest } from '../select.ts'

export interface HerokuYmlFault {
  readonly at: Place
  /** What is wrong, and what to write: a sentence without its full stop. */
  readonly message: string
}

type PlaceOf = (node: Node) => Place

const SECTIONS = ['setup', 'build', 'release', 'run']
/** Keys of `build`: `languages`, `packages` and `pipeline` are of an older form, which is not judged here. */
const BUILD = ['docker', 'config', 'languages', 'packages', 'pipeline', 'buildpacks']
const SETUP = ['addons', 'config']

/** Every fault of a heroku.yml that is a YAML mapping. */
export function herokuYmlFaults(root: Node, place: PlaceOf): HerokuYmlFault[] {
  const entries = entriesOf(root)
  const faults = entries.flatMap(({ key, keyNode }) => {
    if (SECTIONS.includes(key)) return []
    const owner = BUILD.includes(key) && key !== 'config' ? 'build' : key === 'addons' ? 'setup' : null
    if (owner !== null)
      return [
        { at: place(keyNode), message: `"${key}" belongs into the section "${owner}"; indent it below "${owner}:"` },
      ]
    const meant = nearest(key, SECTIONS)
    const hint = meant === undefined ? `its sections are ${SECTIONS.join(', ')}` : `did you mean "${meant}"?`
    return [{ at: place(keyNode), message: `heroku.yml knows no section "${key.slice(0, 40)}"; ${hint}` }]
  })
  const section = (name: string): Entry | undefined => entries.find(({ key }) => key === name)
  return [
    ...faults,
    ...buildFaults(section('build'), place),
    ...setupFaults(section('setup'), place),
    ...runFaults(section('run'), place),
  ]
}

interface Entry {
  readonly key: string
  readonly keyNode: Node
  readonly value: Node | null
}

function entriesOf(node: unknown): Entry[] {
  if (!isMap(node)) return []
  return node.items.flatMap((pair): Entry[] => {
    if (!isScalar(pair.key)) return []
    const value = isMap(pair.value) || isSeq(pair.value) || isScalar(pair.value) ? pair.value : null
    return [{ key: String(pair.key.value), keyNode: pair.key, value }]
  })
}

const isNothing = (node: Node | null): boolean => node === null || (isScalar(node) && node.value === null)

function buildFaults(build: Entry | undefined, place: PlaceOf): HerokuYmlFault[] {
  if (build === undefined) return []
  if (isScalar(build.value) && !isNothing(build.value))
    return [{ at: place(build.value), message: '"build" has to hold "docker:", and below it "web: Dockerfile"' }]
  return entriesOf(build.value).flatMap(({ key, keyNode, value }) => {
    if (key === 'docker') return dockerFaults(keyNode, value, place)
    const meant = BUILD.includes(key) ? undefined : nearest(key, ['docker', 'config'])
    return meant === undefined
      ? []
      : [{ at: place(keyNode), message: `"build" knows no "${key}"; did you mean "${meant}"?` }]
  })
}

function dockerFaults(keyNode: Node, value: Node | null, place: PlaceOf): HerokuYmlFault[] {
  if (isNothing(value)) return [{ at: place(keyNode), message: '"docker" is empty; indent "web: Dockerfile" below it' }]
  if (value !== null && !isMap(value))
    return [
      { at: place(value), message: '"docker" has to name a Dockerfile for each process, as in "web: Dockerfile"' },
    ]
  return entriesOf(value).flatMap(({ key, keyNode: processNode, value: path }) =>
    isScalar(path) && typeof path.value === 'string'
      ? []
      : [{ at: place(path ?? processNode), message: `"${key}" has to name the path of a Dockerfile` }],
  )
}

function setupFaults(setup: Entry | undefined, place: PlaceOf): HerokuYmlFault[] {
  return entriesOf(setup?.value).flatMap(({ key, keyNode, value }): HerokuYmlFault[] => {
    if (key === 'addons') return addonFaults(value, place)
    const meant = SETUP.includes(key) ? undefined : nearest(key, SETUP)
    return meant === undefined
      ? []
      : [{ at: place(keyNode), message: `"setup" knows no "${key}"; did you mean "${meant}"?` }]
  })
}

/** `heroku create --manifest` reads `plan` of each (heroku/cli, src/commands/apps/create.ts, addAddons). */
function addonFaults(value: Node | null, place: PlaceOf): HerokuYmlFault[] {
  if (value === null || isNothing(value)) return []
  if (!isSeq(value))
    return [{ at: place(value), message: '"addons" has to be a list, as in "- plan: heroku-postgresql"' }]
  return value.items.flatMap((item) => {
    if (!isScalar(item) && !isMap(item)) return []
    if (isScalar(item))
      return [{ at: place(item), message: `an add-on is written "- plan: ${String(item.value).slice(0, 60)}"` }]
    return entriesOf(item).some(({ key }) => key === 'plan')
      ? []
      : [{ at: place(item), message: 'an add-on has to name its "plan"' }]
  })
}

function runFaults(run: Entry | undefined, place: PlaceOf): HerokuYmlFault[] {
  if (run === undefined || run.value === null || isNothing(run.value)) return []
  if (!isMap(run.value))
    return [
      { at: place(run.value), message: '"run" has to name a command for each process, as in "web: gunicorn app:app"' },
    ]
  return []
}

/** `setup.addons` with where each plan stands. */
export function addonPlaces(root: Node, place: PlaceOf): { readonly plan: string; readonly at: Place }[] {
  const setup = entriesOf(root).find(({ key }) => key === 'setup')
  const addons = entriesOf(setup?.value).find(({ key }) => key === 'addons')?.value
  if (!isSeq(addons)) return []
  return addons.items.flatMap((item) => {
    const plan = isMap(item) ? entriesOf(item).find(({ key }) => key === 'plan')?.value : item
    return isScalar(plan) && typeof plan.value === 'string' ? [{ plan: plan.value, at: place(plan) }] : []
  })
}
