/** The plan as `flask-dyno plan` hands it out: version 1, only ever added to. */
import type { Facts } from '../facts/facts.ts'
import { LineIndex } from '../positions.ts'
import { textShown } from './bind.ts'
import { firstBuildFailure } from './build.ts'
import { databaseUses } from './databases.ts'
import { boots, type Plan, type ProcessPlan } from './plan.ts'
import { guardedVariables } from './production.ts'

export interface PlanJson {
  readonly version: 1
  readonly generation: 'cedar' | 'fir'
  readonly buildpack: string
  readonly build: {
    /** The failure reason that the Python buildpack would give first, or null. */
    readonly failure: string | null
    readonly warnings: readonly string[]
    readonly packageManager: string | null
    readonly pythonVersion: string
    readonly pythonVersionSource: string
  }
  /** The file that says what runs, or null. */
  readonly source: string | null
  readonly processes: readonly ProcessJson[]
  /** The command of the release phase, or null. */
  readonly release: string | null
  /** Paths of the modules that production runs. */
  readonly reachable: readonly string[]
  readonly configVars: readonly {
    readonly name: string
    readonly required: boolean
    readonly path: string
    readonly line: number
  }[]
  readonly stores: readonly {
    readonly kind: 'postgres' | 'sqlite' | 'other'
    readonly through: string
    readonly address: string
    readonly when: readonly string[]
    readonly path: string
    readonly line: number
  }[]
}

export interface ProcessJson {
  readonly type: string
  readonly command: string
  readonly program: string | null
  readonly server: string | null
  readonly target: {
    readonly module: string
    readonly attribute: string | null
    readonly path: string | null
    readonly line: number | null
  } | null
  readonly bind: string | null
  readonly settings: Readonly<Record<string, { readonly value: string; readonly from: string }>>
}

/** The plan of a project; undefined when it is no Flask project. */
export function planJson(facts: Facts): PlanJson | undefined {
  const { plan, tree, dependencies, pythonVersion } = facts
  if (plan === undefined) return undefined
  const lines = new Map<string, LineIndex>()
  const lineOf = (path: string, offset: number | undefined): number => {
    let index = lines.get(path)
    if (index === undefined) {
      index = new LineIndex(tree.read(path)?.text ?? '')
      lines.set(path, index)
    }
    return index.position(offset ?? 0).line
  }
  const build = firstBuildFailure(facts)
  return {
    version: 1,
    generation: plan.generation,
    buildpack: plan.container ? 'container' : 'heroku/python',
    build: {
      failure: plan.container ? null : build.failure,
      warnings: plan.container ? [] : build.warnings,
      packageManager: dependencies.manager,
      pythonVersion: pythonVersion.full,
      pythonVersionSource: pythonVersion.origin,
    },
    source: plan.source.kind === 'none' ? null : plan.source.path,
    processes: plan.processes
      .filter((process) => process.type !== 'release')
      .map((process) => processJson(process, lineOf)),
    release: plan.processes.find((process) => process.type === 'release')?.command ?? null,
    reachable: [...new Set(boots(plan).flatMap(({ boot }) => boot.loaded.map((module) => module.path)))].sort(),
    configVars: configVars(plan, lineOf),
    stores: databaseUses(plan).flatMap((use) => {
      if (use.alternative.atom.kind !== 'text') return []
      const address = textShown(use.alternative.atom.parts)
      const kind =
        use.sqliteFile !== null
          ? ('sqlite' as const)
          : /^postgres/.test(address)
            ? ('postgres' as const)
            : ('other' as const)
      return [
        {
          kind,
          through: use.through,
          address: withoutPassword(address),
          when: guardedVariables(use.alternative.guards),
          path: use.at.path,
          line: lineOf(use.at.path, use.at.start),
        },
      ]
    }),
  }
}

/** A password that is written in the code is not printed again. */
const withoutPassword = (address: string): string => address.replace(/(:\/\/[^:@/]*:)[^@/$]+@/, '$1…@')

function processJson(process: ProcessPlan, lineOf: (path: string, offset: number | undefined) => number): ProcessJson {
  const { server } = process
  const settings: Record<string, { value: string; from: string }> = {}
  for (const [name, list] of server?.settings ?? []) {
    const last = list.at(-1)
    const [first] = last?.value ?? []
    if (last === undefined || first === undefined) continue
    const { atom } = first
    const value = atom.kind === 'text' ? textShown(atom.parts) : atom.kind === 'constant' ? String(atom.value) : null
    if (value !== null) settings[name] = { value, from: last.from }
  }
  return {
    type: process.type,
    command: process.command,
    program: server?.invocation.programName ?? process.invocations.at(-1)?.programName ?? null,
    server: server === null || server.command.server === 'other' ? null : server.name,
    target: targetJson(process, lineOf),
    bind: server?.bind ? server.bind.addresses.map((address) => address.shown).join(', ') : null,
    settings,
  }
}

function targetJson(
  { server }: ProcessPlan,
  lineOf: (path: string, offset: number | undefined) => number,
): ProcessJson['target'] {
  if (!server?.entry) return null
  const { entry, boot } = server
  const found = boot?.target ?? null
  const place = found?.at ?? null
  return {
    module: entry.kind === 'script' ? entry.path : entry.module,
    attribute: entry.kind === 'wsgi' ? entry.expression : null,
    path: place?.path ?? found?.path ?? null,
    line: place === null ? null : lineOf(place.path, place.start),
  }
}

function configVars(plan: Plan, lineOf: (path: string, offset: number | undefined) => number): PlanJson['configVars'] {
  const seen = new Map<string, PlanJson['configVars'][number]>()
  for (const { boot } of boots(plan)) {
    for (const [name, { at, required: isRead }] of boot.variables) {
      // a project may look for the variable itself, and stop without it
      const required = isRead || boot.needed.has(name)
      const known = seen.get(name)
      if (known === undefined || (required && !known.required))
        seen.set(name, { name, required, path: at.path, line: lineOf(at.path, at.start) })
    }
  }
  return [...seen.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
