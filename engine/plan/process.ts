/** One process of the deploy plan: its server with the settings that take effect, and the Python that it runs. */
import type { Dependencies } from '../facts/dependencies.ts'
import type { Place, RelatedPlace } from '../finding.ts'
import { type Boot, boot, type Entry } from '../python/boot.ts'
import { Environment, type EnvironmentOptions } from '../python/environment.ts'
import { Interpreter } from '../python/interpreter.ts'
import type { Modules } from '../python/modules.ts'
import type { Value } from '../python/value.ts'
import { type Bind, bindOf, onlyText, plainText } from './bind.ts'
import type { Invocation } from './command.ts'
import { below, importRoots, workingDirectory } from './directories.ts'
import { entryOf, sameAsWeb } from './entry.ts'
import { type ServeCall, serveCalls } from './serve-calls.ts'
import { type ServerCommand, type Setting, serverCommand } from './server-arguments.ts'
import { bindOfServer } from './server-bind.ts'
import { literalEnvironment, wordValue } from './words.ts'

/** What a process is planned in: the tree's modules and what is known of the dyno. */
export interface Dyno {
  readonly modules: Modules
  readonly dependencies: Dependencies
  readonly generation: 'cedar' | 'fir'
  readonly declared: ReadonlyMap<string, string>
  /** True when the process runs in an image that the project builds itself. */
  readonly container: boolean
  /** Where the app's folder is in an image; the tree's root otherwise. */
  readonly cwd: string
  /** What the web process runs, once that is known. */
  readonly web?: Boot
}

export interface EffectiveSetting {
  readonly value: Value
  readonly at: Place
  /** `command line`, `GUNICORN_CMD_ARGS`, `environment` or the path of a configuration file. */
  readonly from: string
}

export interface ServerPlan {
  readonly invocation: Invocation
  readonly command: ServerCommand
  /** As a person would name it: `gunicorn`, `flask run`, `app.run()`. */
  readonly name: string
  /** A server made for development; null when the program is no server or reading cannot tell. */
  readonly development: boolean | null
  readonly settings: ReadonlyMap<string, readonly EffectiveSetting[]>
  readonly bind: Bind | null
  /** What is served, as it was named. */
  readonly target: { readonly spec: string; readonly at: Place } | null
  readonly entry: Entry | null
  readonly boot: Boot | null
  /** Servers that the Python program starts itself. */
  readonly serves: readonly ServeCall[]
  /** The one of them that counts. */
  readonly serving: ServeCall | null
  /** gunicorn's configuration file, where one is read. */
  readonly config: string | null
  /** The way from the process line to here. */
  readonly trail: readonly RelatedPlace[]
}

/** Plans what an invocation runs. */
export function planServer(invocation: Invocation, dyno: Dyno): ServerPlan {
  const command = serverCommand(invocation, dyno.modules.tree)
  const options: EnvironmentOptions = {
    generation: dyno.container ? 'fir' : dyno.generation,
    fixed: literalEnvironment(invocation.environment),
    declared: dyno.declared,
  }
  // `A=b cmd $A` expands what the dyno has; what a script itself set is filled in already
  const environment = new Environment({ ...options, fixed: new Map() })
  const cwd = invocation.cwd
  const settings = new Map<string, EffectiveSetting[]>()
  for (const [name, list] of command.settings)
    settings.set(
      name,
      list.map((setting) => effective(setting, invocation.path, environment, invocation.at)),
    )

  const config = command.server === 'gunicorn' && cwd !== null ? gunicornConfig(settings, dyno, cwd, options) : null
  if (config !== null) {
    for (const [name, value] of config.values) {
      if (!settings.has(name)) settings.set(name, [{ value, at: placeIn(value, config.path), from: config.path }])
    }
  }
  const wsgiApp = settings.get('wsgi_app')?.at(-1)
  const named = command.target ?? (command.server === 'gunicorn' && wsgiApp ? targetOf(wsgiApp) : null)
  const directory = cwd === null ? null : workingDirectory(cwd, settings)
  const roots = directory === null ? [] : importRoots(directory, command, invocation, dyno, settings)
  for (const root of config?.roots ?? []) if (!roots.includes(root)) roots.push(root)
  const entry = directory === null ? null : entryOf(command, named, invocation, dyno, directory, settings)
  const booted = once(() => {
    if (entry === null || directory === null) return null
    const same = sameAsWeb(entry, command, roots, dyno)
    return same ?? boot(entry, { ...options, modules: dyno.modules, roots, cwd: directory })
  })
  const serves = once(() => {
    const calls = isPython(command) ? booted()?.calls : undefined
    return calls === undefined ? [] : serveCalls(calls, dyno.dependencies)
  })
  const serving = once(() => servingOf(serves()))
  const bind = once(() => {
    const served = serving()
    const found = served ? served.bind : bindOfServer(command, settings, environment, invocation)
    return found === null || !dyno.container ? found : inImage(found)
  })
  // Of several candidates only the one that is judged is run through, unless the choice hangs on it: that is most of the work.
  return {
    invocation,
    command,
    get name() {
      return serving()?.name ?? nameOf(command, invocation)
    },
    get development() {
      return developmentOf(command, serving)
    },
    settings,
    get bind() {
      return bind()
    },
    target: named,
    entry,
    get boot() {
      return booted()
    },
    get serves() {
      return serves()
    },
    get serving() {
      return serving()
    },
    config: config?.path ?? null,
    trail: invocation.trail,
  }
}

function once<Made extends object | null>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => {
    if (made === undefined) made = make()
    return made
  }
}

/** The one of a program's servers that counts. */
function servingOf(serves: readonly ServeCall[]): ServeCall | null {
  const certain = serves.filter((serve) => serve.certain)
  return certain.find(isMeantForHeroku) ?? certain.findLast((serve) => !serve.background) ?? certain.at(-1) ?? null
}

/** `if os.environ.get("APP_LOCATION") == "heroku"`: a config var that says so is set where the app is deployed. */
function isMeantForHeroku({ call }: ServeCall): boolean {
  return call.guards.some(
    ({ about, holds }) =>
      holds &&
      ((about.kind === 'equals' && /^(?:heroku|prod(?:uction)?|live)$/i.test(about.text)) ||
        (about.kind === 'set' && /HEROKU|PROD/i.test(about.name))),
  )
}

/** Heroku has a shell run an image's CMD, also its exec form (https://devcenter.heroku.com/articles/container-registry-and-runtime): `$PORT` may be filled in. */
function inImage(bind: Bind): Bind {
  return bindOf(
    bind.addresses.map((address) => (address.verdict === 'no-number' ? { ...address, verdict: 'unknown' } : address)),
  )
}

const isPython = (command: ServerCommand): boolean => command.server === 'python'

function effective(setting: Setting, path: string, environment: Environment, whole: Place): EffectiveSetting {
  const { value, from } = setting
  const at = setting.at.path === '' ? whole : setting.at
  if (typeof value === 'boolean') return { value: [{ atom: { kind: 'constant', value, at }, guards: [] }], at, from }
  return {
    value: typeof value === 'string' ? plainText(value, at) : wordValue(value, at.path || path, environment),
    at,
    from,
  }
}

function placeIn(value: Value, path: string): Place {
  const [first] = value
  return first && 'at' in first.atom && first.atom.at.path === path ? first.atom.at : { path }
}

function targetOf(setting: EffectiveSetting): ServerPlan['target'] {
  const spec = onlyText(setting.value)
  return spec === null ? null : { spec, at: setting.at }
}

function nameOf(command: ServerCommand, invocation: Invocation): string {
  if (command.server === 'other' || command.server === 'python') return invocation.programName ?? invocation.program.raw
  return command.server
}

function developmentOf(command: ServerCommand, serving: () => ServeCall | null): boolean | null {
  if (command.server === 'flask run' || command.server === 'manage.py runserver') return true
  if (command.server === 'python') return serving()?.development ?? null
  return command.server === 'other' || command.server === 'flask' ? null : false
}

interface GunicornConfig {
  readonly path: string
  readonly values: ReadonlyMap<string, Value>
  /** `sys.path` as the file leaves it behind. */
  readonly roots: readonly string[]
}

/** Reads gunicorn.conf.py as gunicorn would: from `-c`, else from the working directory (gunicorn/app/base.py). */
function gunicornConfig(
  settings: ReadonlyMap<string, readonly EffectiveSetting[]>,
  dyno: Dyno,
  cwd: string,
  options: EnvironmentOptions,
): GunicornConfig | null {
  const given = settings.get('config')?.at(-1)
  const named = given === undefined ? './gunicorn.conf.py' : onlyText(given.value)
  if (named === null) return null
  const module = /^python:(.+)$/.exec(named)?.[1]
  const path =
    module === undefined ? below(cwd, named.replace(/^file:/, '')) : dyno.modules.resolve(module, [cwd, ''])?.path
  if (path === undefined || path === null || !dyno.modules.tree.has(path)) return null
  const vm = new Interpreter({ ...options, modules: dyno.modules, roots: [cwd, ''], cwd })
  const loaded = vm.guarded(() => vm.load(path, module ?? '__config__', null))
  const values = new Map<string, Value>()
  for (const [name, value] of loaded?.scope.names ?? []) if (!name.startsWith('_')) values.set(name, value)
  return { path, values, roots: vm.roots }
}
