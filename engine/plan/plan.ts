/** The deploy plan: what Heroku would do with a tree. */
import type { AppJson } from '../facts/app-json.ts'
import { type Dependencies, installs } from '../facts/dependencies.ts'
import type { HerokuYml } from '../facts/heroku-yml.ts'
import type { Procfile, ProcfileCandidate } from '../facts/procfile.ts'
import type { Place } from '../finding.ts'
import { type Boot, boot } from '../python/boot.ts'
import { Modules } from '../python/modules.ts'
import type { Tree } from '../tree.ts'
import { type CommandProblem, type Invocation, type Invocations, invocations, serving } from './command.ts'
import { containerProcesses } from './container.ts'
import { type FlaskDefinition, flaskDefinitions, gunicornWords, targetName } from './flask-definitions.ts'
import { type Dyno, planServer, type ServerPlan } from './process.ts'

/** Which file says what runs. */
export type PlanSource =
  | { readonly kind: 'procfile'; readonly path: string }
  /** A file that was meant as the Procfile: read as if it were named right. */
  | { readonly kind: 'candidate'; readonly path: string }
  | { readonly kind: 'heroku.yml'; readonly path: string }
  /** A Dockerfile alone: what would run if its image were pushed. */
  | { readonly kind: 'dockerfile'; readonly path: string }
  | { readonly kind: 'none' }

export interface ProcessPlan {
  readonly type: string
  readonly command: string
  readonly at: Place
  readonly invocations: readonly Invocation[]
  readonly problems: readonly CommandProblem[]
  /** What may be the program that stays in the foreground, best first. */
  readonly candidates: readonly ServerPlan[]
  /** The one of them that is judged; null when there is none, or when several are as likely. */
  readonly server: ServerPlan | null
}

export interface WebApp {
  /** The call that makes the Flask app. */
  readonly at: Place
  /** How a server would name it: `app:app`, `shop:create_app()`. */
  readonly name: string
  /** What gunicorn would be given on a shell's line, quotes and all. */
  readonly words: string
}

export interface Plan {
  readonly generation: 'cedar' | 'fir'
  readonly container: boolean
  readonly source: PlanSource
  readonly processes: readonly ProcessPlan[]
  readonly web: ProcessPlan | null
  /** The Flask app that the project seems to be about; null when none is made in plain sight. */
  readonly webApp: WebApp | null
  readonly definitions: readonly FlaskDefinition[]
  /**
   * The app, run in the head although no process starts it, where nothing serves it:
   * what would be wrong with it once a process did.
   */
  readonly unstarted: Boot | null
  readonly modules: Modules
}

export interface PlanInput {
  readonly tree: Tree
  readonly procfile: Procfile | undefined
  readonly candidates: readonly ProcfileCandidate[]
  readonly dependencies: Dependencies
  readonly appJson: AppJson | undefined
  readonly herokuYml: HerokuYml | undefined
  readonly generation: 'cedar' | 'fir'
}

/** Makes the plan; undefined when the tree holds no Flask project. */
export function makePlan(input: PlanInput): Plan | undefined {
  const { tree, dependencies, generation } = input
  const modules = new Modules(tree)
  const definitions = flaskDefinitions(tree, modules)
  const deployable = input.procfile !== undefined || input.candidates.length > 0 || tree.has('heroku.yml')
  if (definitions.length === 0 && !(deployable && bringsFlask(dependencies))) return undefined

  const base: Omit<Dyno, 'container' | 'cwd'> = {
    modules,
    dependencies,
    generation,
    declared: input.appJson?.values ?? new Map(),
  }
  const { source, processes, container } = plannedProcesses(input, base)
  const web = processes.find((process) => process.type === 'web') ?? null
  const [definition] = definitions
  return {
    generation,
    container,
    source,
    processes,
    web,
    webApp: definition === undefined ? null : webAppOf(definition, tree),
    definitions,
    unstarted: web === null && definition !== undefined ? bootDefinition(definition, base) : null,
    modules,
  }
}

const FLASK_LIKE = /^(?:flask|flask-.+|dash|apiflask|connexion|publ)$/

function bringsFlask(dependencies: Dependencies): boolean {
  return (
    installs(dependencies, 'flask') === 'yes' ||
    [...dependencies.production.keys()].some((name) => FLASK_LIKE.test(name))
  )
}

function plannedProcesses(
  input: PlanInput,
  base: Omit<Dyno, 'container' | 'cwd'>,
): { source: PlanSource; processes: ProcessPlan[]; container: boolean } {
  const { tree, procfile, candidates } = input
  const onContainerStack = input.appJson?.stack === 'container' && tree.has('heroku.yml')
  if (procfile !== undefined && !onContainerStack) {
    return {
      source: { kind: 'procfile', path: procfile.path },
      processes: fromProcfile(tree, procfile, { ...base, container: false, cwd: '' }),
      container: false,
    }
  }
  const [candidate] = candidates
  if (candidate !== undefined && !onContainerStack && !tree.has('heroku.yml')) {
    const folder =
      candidate.why === 'folder' && candidate.path.includes('/')
        ? candidate.path.slice(0, candidate.path.lastIndexOf('/'))
        : ''
    return {
      source: { kind: 'candidate', path: candidate.path },
      processes: fromProcfile(tree, candidate.procfile, { ...base, container: false, cwd: folder }),
      container: false,
    }
  }
  const image = containerProcesses(tree, input.herokuYml)
  if (image === null) return { source: { kind: 'none' }, processes: [], container: false }
  const processes = image.processes.map(({ type, command, at, cwd, found }) =>
    planProcess(type, command, at, found, { ...base, container: true, cwd }),
  )
  return { source: { kind: image.kind, path: image.path }, processes, container: true }
}

function fromProcfile(tree: Tree, procfile: Procfile, dyno: Dyno): ProcessPlan[] {
  const entries = [...procfile.effective.values()].map((entry) => ({
    // Fir mends the case of a type (heroku/buildpacks-procfile, src/procfile.rs)
    type: dyno.generation === 'fir' ? entry.type.toLowerCase() : entry.type,
    entry,
  }))
  const planned = (index: number, on: Dyno): ProcessPlan[] =>
    entries
      .slice(index, index + 1)
      .map(({ type, entry }) =>
        planProcess(
          type,
          entry.command,
          entry.commandAt,
          invocations(tree, entry.command, entry.commandAt, { cwd: on.cwd }),
          on,
        ),
      )
  const first = entries.findIndex(({ type }) => type === 'web')
  const web = planned(first, dyno)
  const booted = web[0]?.server?.boot
  const known: Dyno = booted ? { ...dyno, web: booted } : dyno
  return entries.flatMap((_, index) => (index === first ? web : planned(index, known)))
}

function planProcess(type: string, command: string, at: Place, found: Invocations, dyno: Dyno): ProcessPlan {
  // What `release` runs has ended before a dyno serves; rules about it read its invocations.
  const candidates =
    type === 'release' ? [] : serving(found.invocations).map((invocation) => planServer(invocation, dyno))
  const certain = candidates.filter(({ invocation }) => !invocation.conditional)
  const server = candidates.length === 1 ? (candidates[0] ?? null) : (certain[0] ?? productionServer(candidates))
  return {
    type,
    command,
    at,
    invocations: found.invocations,
    problems: found.problems,
    candidates,
    server: server === null ? null : (behind(server, command, found.invocations) ?? server),
  }
}

const FRONT_ENDS = /\b(?:nginx|caddy|haproxy|traefik|envoy|apache2?|apachectl|httpd|lighttpd|supervisord|circusd)\b/
const WORKERS = /^(?:celery|rq|rqworker|huey_consumer(?:\.py)?|dramatiq|tail|sleep|flask|alembic|redis-server)$/

/** The server without an address, where another program may be the one that the router reaches; undefined where itself is. */
function behind(server: ServerPlan, command: string, all: readonly Invocation[]): ServerPlan | undefined {
  if (!FRONT_ENDS.test(command) && !hasFrontEnd(all, server)) return undefined
  return server.bind?.verdict === 'right' ? undefined : { ...server, bind: null }
}

/**
 * Does another program of the process listen on $PORT, or perhaps? nginx before gunicorn
 * (https://github.com/heroku/heroku-buildpack-nginx), a Node.js server beside it.
 */
function hasFrontEnd(all: readonly Invocation[], server: ServerPlan): boolean {
  const { invocation } = server
  if (invocation.wrappers.some((wrapper) => FRONT_ENDS.test(wrapper))) return true
  return all.some((other) => {
    if (other === invocation) return false
    const words = [other.program, ...other.arguments].map((word) => word.raw).join(' ')
    if (FRONT_ENDS.test(words) || other.wrappers.some((wrapper) => FRONT_ENDS.test(wrapper))) return true
    // of two that run side by side, either may be the one that the router reaches
    return (invocation.background || other.background) && !WORKERS.test(other.programName ?? '')
  })
}

/** Of several that depend on conditions, the one that is made for production. */
function productionServer(candidates: readonly ServerPlan[]): ServerPlan | null {
  const production = candidates.filter(({ development }) => development === false)
  return production.length === 1 ? (production[0] ?? null) : null
}

const webAppOf = (definition: FlaskDefinition, tree: Tree): WebApp => ({
  at: definition.at,
  name: targetName(definition),
  words: gunicornWords(definition, tree),
})

/** A target as it is written on a shell's line: bash stops at a bare parenthesis. */
export const inShell = (target: string): string => (target.includes('(') ? `"${target}"` : target)

function bootDefinition(definition: FlaskDefinition, base: Omit<Dyno, 'container' | 'cwd'>): Boot {
  const folder = definition.path.includes('/') ? definition.path.slice(0, definition.path.lastIndexOf('/')) : ''
  const isPackage = definition.path.endsWith('/__init__.py')
  // A module of a package is imported from the root, a module of a plain folder from that folder.
  const inPackage = isPackage || base.modules.tree.has(`${folder}/__init__.py`)
  const root = inPackage ? '' : folder
  const module =
    inPackage || folder === '' ? definition.module : definition.module.slice(definition.module.lastIndexOf('.') + 1)
  return boot(
    {
      kind: 'wsgi',
      module,
      expression: definition.variable ?? definition.factory ?? 'app',
      callResult: definition.variable === null,
    },
    {
      modules: base.modules,
      generation: base.generation,
      declared: base.declared,
      fixed: new Map(),
      roots: root === '' ? [''] : [root, ''],
      cwd: root,
    },
  )
}

/** Every boot of the plan: what production runs, first of all the web process. */
export function boots(
  plan: Plan,
): readonly { readonly process: ProcessPlan | null; readonly server: ServerPlan | null; readonly boot: Boot }[] {
  const out = [...plan.processes]
    .sort((a, b) => Number(b.type === 'web') - Number(a.type === 'web'))
    .flatMap((process) =>
      process.server?.boot && process.server.boot.repeats !== true
        ? [{ process, server: process.server, boot: process.server.boot }]
        : [],
    )
  return plan.unstarted === null ? out : [...out, { process: null, server: null, boot: plan.unstarted }]
}
