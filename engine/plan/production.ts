/** What production runs, as rules ask for it: settings of the app that is served, calls that are reached, and the way there. */
import type { Place, RelatedPlace } from '../finding.ts'
import type { Boot, FlaskApp } from '../python/boot.ts'
import type { CallRecord } from '../python/records.ts'
import { type Alternative, type Certainty, certainty, covers, type Guard, type Value } from '../python/value.ts'
import { boots, type Plan, type ProcessPlan } from './plan.ts'
import type { ServerPlan } from './process.ts'

export interface Run {
  readonly process: ProcessPlan | null
  readonly server: ServerPlan | null
  readonly boot: Boot
}

/** One value that a setting may have in production. */
export interface SettingInProduction extends Run {
  readonly app: FlaskApp
  readonly alternative: Alternative
  /** All that the setting may be, this alternative included. */
  readonly value: Value
  readonly guards: readonly Guard[]
  readonly certainty: Certainty
}

/** One alternative that is a fault, with what must hold for a fault to happen. */
export interface Judged {
  readonly alternative: Alternative
  readonly guards: readonly Guard[]
  readonly certainty: Certainty
}

/**
 * The faulty alternatives of a value, judged together: where all that the value may be is a fault,
 * it does not matter that reading cannot tell which of them it is.
 */
export function judge(value: Value, isFaulty: (alternative: Alternative) => boolean): Judged[] {
  const faulty = value.filter(isFaulty)
  const sets = faulty.map(({ guards }) => guards)
  return faulty.map((alternative) => {
    const known = alternative.guards.filter(({ about }) => about.kind !== 'unknown')
    const guards = covers(sets) ? [] : covers(sets, known) ? known : alternative.guards
    return { alternative, guards, certainty: certainty(guards) }
  })
}

/**
 * The faulty values of a key of `app.config`; none where reading cannot tell what was loaded over it.
 * `apps`: the app that is served, or all that are made (a database is often bound to an app of its own).
 */
export function settingsOf(
  plan: Plan,
  key: string,
  isFaulty: (alternative: Alternative) => boolean,
  apps: 'served' | 'all' = 'served',
): SettingInProduction[] {
  return webRuns(plan).flatMap((run) =>
    (apps === 'served' ? run.boot.apps : run.boot.allApps).flatMap((app) => {
      const value = settingOf(app, key, run.boot)
      if (value === null) return []
      return judge(value, isFaulty).map((judged) => ({ ...run, ...judged, app, value }))
    }),
  )
}

/** All that a key of an app's config may be; null where it is not set, or where reading cannot tell. */
export function settingOf(app: FlaskApp, key: string, boot: Boot): Value | null {
  const value = app.config.open ? undefined : app.config.entries.get(key)
  return value === undefined ? null : reachable(value, boot)
}

/** Without what cannot be because the program would have stopped before. */
export function reachable(value: Value, { needed }: Boot): Value {
  return needed.size === 0 ? value : value.filter(({ guards }) => !stopped(guards, needed))
}

/** Would the program have stopped before, for want of a config var? */
export const stopped = (guards: readonly Guard[], needed: ReadonlySet<string>): boolean =>
  guards.some(({ about, holds }) => about.kind === 'set' && !holds && needed.has(about.name))

/** The runs that serve HTTP: the web process, or the app that nothing starts. */
export function webRuns(plan: Plan): readonly Run[] {
  return boots(plan).filter(({ process }) => process === null || process.type === 'web')
}

export interface CallInProduction extends Run {
  readonly call: CallRecord
  /** What must hold for the call to be reached, and how sure that is. */
  readonly reach: readonly Guard[]
  readonly certainty: Certainty
}

/** Every reached call whose qualified name matches, in all processes, once a place. */
export function callsOf(plan: Plan, name: RegExp): CallInProduction[] {
  return [...byPlace(plan, name).values()].flatMap(([first]) => first ?? [])
}

/**
 * The same, by the record of each place that is surest to be reached: a helper that opens the database may be called
 * under a condition at the start and in every request after it.
 */
export function surestCallsOf(plan: Plan, name: RegExp): CallInProduction[] {
  return [...byPlace(plan, name).values()].flatMap(
    (records) => records.find(({ certainty }) => certainty === 'certain') ?? records[0] ?? [],
  )
}

function byPlace(plan: Plan, name: RegExp): ReadonlyMap<string, readonly CallInProduction[]> {
  const places = new Map<string, CallInProduction[]>()
  for (const [own, calls] of callsByName(plan)) {
    if (!name.test(own)) continue
    for (const use of calls) {
      const key = `${use.call.at.path}:${use.call.at.start}`
      const known = places.get(key)
      if (known === undefined) places.set(key, [use])
      else known.push(use)
    }
  }
  return places
}

const CALLS = new WeakMap<Plan, readonly (readonly [string, readonly CallInProduction[]])[]>()

/** The reached calls of a plan, sorted once for all rules that ask. */
function callsByName(plan: Plan): readonly (readonly [string, readonly CallInProduction[]])[] {
  const known = CALLS.get(plan)
  if (known !== undefined) return known
  const byName = new Map<string, CallInProduction[]>()
  for (const run of boots(plan)) {
    for (const call of run.boot.calls) {
      if (stopped(call.guards, run.boot.needed)) continue
      const reach = reachGuards(call)
      const list = byName.get(call.name) ?? []
      byName.set(call.name, list)
      list.push({ ...run, call, reach, certainty: certainty(reach) })
    }
  }
  const made = [...byName]
  CALLS.set(plan, made)
  return made
}

/** What happens inside a request depends on the request: only conditions about config vars keep a call from being reached there. */
function reachGuards(call: CallRecord): readonly Guard[] {
  return call.phase === 'request' ? call.guards.filter((guard) => guard.about.kind !== 'unknown') : call.guards
}

const STEPS = 4

/** The way from the process line to a place, for a finding's related places. */
export function trailTo(run: Run, place: Place): RelatedPlace[] {
  const { process, server, boot } = run
  const trail: RelatedPlace[] = []
  if (process !== null) trail.push({ ...process.at, message: `the ${process.type} process starts here` })
  for (const step of server?.trail ?? []) if (!samePlace(step, process?.at)) trail.push(step)
  const { target } = boot
  if (target?.at && target.at.start !== undefined && !samePlace(target.at, place)) {
    trail.push({
      ...target.at,
      message:
        target.at.path.endsWith('.py') && server?.target
          ? `${server.name} serves this as ${server.target.spec}`
          : 'this is what it runs',
    })
  }
  return [...trail, ...importsTo(boot, place.path, new Set(trail.map((step) => step.path)))]
}

/** The import statements that lead from what is known already to a module. */
function importsTo(boot: Boot, path: string, known: ReadonlySet<string>): RelatedPlace[] {
  const steps: RelatedPlace[] = []
  let at = path
  for (let i = 0; i < STEPS && !known.has(at); i++) {
    const module = boot.loaded.find((loaded) => loaded.path === at)
    const from = module?.importedAt
    if (module === undefined || from === null || from === undefined || from.start === undefined) break
    steps.unshift({ ...from, message: `${module.path} is imported here` })
    at = from.path
  }
  return steps
}

function samePlace(left: Place, right: Place | null | undefined): boolean {
  return right !== null && right !== undefined && left.path === right.path && left.start === right.start
}

/** "DATABASE_URL is not set", "FLASK_CONFIG is not set and DATABASE_URL is not set". */
export function conditionText(guards: readonly Guard[]): string {
  const parts = guards.flatMap(({ about, holds }) => {
    if (about.kind === 'set') return [`${about.name} is ${holds ? 'set' : 'not set'}`]
    if (about.kind === 'equals') return [`${about.name} is ${holds ? '' : 'not '}"${about.text}"`]
    return []
  })
  return parts.join(' and ')
}

/** Names of the config vars that guards are about. */
export function guardedVariables(guards: readonly Guard[]): string[] {
  return [...new Set(guards.flatMap(({ about }) => (about.kind === 'unknown' ? [] : [about.name])))]
}

/** A fault in a file that Heroku does not read yet is a warning: once the file has its right name, or the image of a lone Dockerfile is pushed, it counts. */
export function asUnread(plan: Plan): { readonly level?: 'warning' } {
  return plan.source.kind === 'candidate' || plan.source.kind === 'dockerfile' ? { level: 'warning' } : {}
}
