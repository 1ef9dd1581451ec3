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
import { flaskEntry } from './flask-cli.ts'
import { type ServeCall, serveCalls } from './serve-calls.ts'
import { type ServerCommand, type Setting, serverCommand } from './server-arguments.ts'
import { bindOfServer } from './server-bind.ts'
import { literal } from './shell.ts'
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
  const same = entry === null ? null : sameAsWeb(entry, command, roots, dyno)
  const booted =
    entry === null || directory === null
      ? null
      : (same ?? boot(entry, { ...options, modules: dyno.modules, roots, cwd: directory }))
  const serves = booted === null || !isPython(command) ? [] : serveCalls(booted.calls, dyno.dependencies)
  const certain = serves.filter((serve) => serve.certain)
  const serving =
    certain.find(isMeantForHeroku) ?? certain.findLast((serve) => !serve.background) ?? certain.at(-1) ?? null
  const bind = serving ? serving.bind : bindOfServer(command, settings, environment, invocation)
  return {
    invocation,
    command,
    name: serving?.name ?? nameOf(command, invocation),
    development: developmentOf(command, serving),
    settings,
    bind: bind === null || !dyno.container ? bind : inImage(bind),
    target: named,
    entry,
    boot: booted,
    serves,
    serving,
    config: config?.path ?? null,
    trail: invocation.trail,
  }
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

/**
 * A worker that imports the app which the web process has run through already does nothing that is not known by then;
 * to run through it a second time takes as long as the first. Null for any other entry.
 */
function sameAsWeb(entry: Entry, command: ServerCommand, roots: readonly string[], dyno: Dyno): Boot | null {
  const importsApp = entry.kind === 'import' || (command.server === 'flask' && entry.kind === 'wsgi')
  if (dyno.web === undefined || !importsApp) return null
  const path = dyno.modules.resolve(entry.module, roots)?.path
  if (path === undefined || path === null || !dyno.web.loaded.some((module) => module.path === path)) return null
  return { ...dyno.web, entry, target: { path, at: null }, problem: null, repeats: true }
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

function developmentOf(command: ServerCommand, serving: ServeCall | null): boolean | null {
  if (command.server === 'flask run' || command.server === 'manage.py runserver') return true
  if (command.server === 'python') return serving?.development ?? null
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

/** A path as a process in `cwd` would take it, relative to the tree's root; undefined when it leads out. */
export function below(cwd: string, path: string): string | undefined {
  if (path.startsWith('/') && !path.startsWith('/app/')) return undefined
  const parts = path.startsWith('/app/')
    ? path.slice(5).split('/')
    : [...(cwd === '' ? [] : cwd.split('/')), ...path.split('/')]
  const out: string[] = []
  for (const part of parts) {
    if (part === '' || part === '.') continue
    if (part !== '..') out.push(part)
    else if (out.pop() === undefined) return undefined
  }
  return out.join('/')
}

function workingDirectory(cwd: string, settings: ReadonlyMap<string, readonly EffectiveSetting[]>): string | null {
  const chdir = settings.get('chdir')?.at(-1)
  if (chdir === undefined) return cwd
  const named = onlyText(chdir.value)
  return named === null ? null : (below(cwd, named) ?? null)
}

/** `sys.path` below the tree: where the program puts itself first, then PYTHONPATH. */
function importRoots(
  directory: string,
  command: ServerCommand,
  invocation: Invocation,
  dyno: Dyno,
  settings: ReadonlyMap<string, readonly EffectiveSetting[]>,
): string[] {
  const roots: string[] = []
  const add = (root: string | undefined): void => {
    if (root !== undefined && !roots.includes(root)) roots.push(root)
  }
  const script =
    command.server === 'python' && command.target?.spec.endsWith('.py')
      ? below(directory, command.target.spec)
      : undefined
  if (script !== undefined) add(script.includes('/') ? script.slice(0, script.lastIndexOf('/')) : '')
  else add(directory)
  for (const setting of settings.get('pythonpath') ?? [])
    for (const path of onlyText(setting.value)?.split(/[,:]/) ?? []) add(below(directory, path))
  const fromLine = literalEnvironment(invocation.environment).get('PYTHONPATH')
  for (const path of fromLine?.split(':') ?? []) if (path !== '') add(below(directory, path))
  // The buildpack sets PYTHONPATH=/app on Cedar (heroku-buildpack-python, bin/compile); an image or Fir does not.
  if (fromLine === undefined && !dyno.container && dyno.generation === 'cedar') add('')
  // A project that installs itself is importable from its source folder as well.
  const { tree } = dyno.modules
  if (tree.hasDirectory('src') && ['pyproject.toml', 'setup.py', 'setup.cfg'].some((path) => tree.has(path))) add('src')
  return roots
}

function entryOf(
  command: ServerCommand,
  target: ServerPlan['target'],
  invocation: Invocation,
  dyno: Dyno,
  directory: string,
  settings: ReadonlyMap<string, readonly EffectiveSetting[]>,
): Entry | null {
  if (command.server === 'flask run' || command.server === 'flask')
    return flaskEntry(command, invocation, dyno, directory)
  if (target === null) return hueyEntry(invocation)
  const { spec } = target
  switch (command.server) {
    case 'gunicorn':
    case 'waitress':
    case 'hypercorn':
    case 'uvicorn':
    case 'daphne':
    case 'granian':
    case 'uwsgi': {
      if (command.server === 'uwsgi' && /\.py$/.test(spec)) {
        const path = below(directory, spec)
        return path === undefined
          ? null
          : {
              kind: 'wsgi',
              module: moduleName(path),
              expression: onlyText(settings.get('callable')?.at(-1)?.value) ?? 'application',
            }
      }
      const cut = spec.indexOf(':')
      const module = cut < 0 ? spec : spec.slice(0, cut)
      const expression =
        cut < 0
          ? command.server === 'uwsgi'
            ? (onlyText(settings.get('callable')?.at(-1)?.value) ?? 'application')
            : 'application'
          : spec.slice(cut + 1)
      const callResult = settings.has('call') || settings.has('factory')
      return { kind: 'wsgi', module, expression, ...(callResult ? { callResult } : {}) }
    }
    case 'python': {
      if (!spec.endsWith('.py')) return { kind: 'module-script', module: spec }
      const path = below(directory, spec)
      return path !== undefined && dyno.modules.tree.has(path) ? { kind: 'script', path } : null
    }
    case 'manage.py runserver': {
      const path = below(directory, spec)
      return path !== undefined && dyno.modules.tree.has(path) ? { kind: 'script', path } : null
    }
    case 'celery': {
      const module = spec.replace(/:.*$/, '')
      return dyno.modules.resolve(module, [directory, '']) === undefined && module.includes('.')
        ? { kind: 'import', module: module.slice(0, module.lastIndexOf('.')) }
        : { kind: 'import', module }
    }
    default:
      return hueyEntry(invocation)
  }
}

/** `huey_consumer.py pkg.module.huey` (https://huey.readthedocs.io/en/latest/consumer.html). */
function hueyEntry(invocation: Invocation): Entry | null {
  if (!/^huey_consumer(?:\.py)?$/.test(invocation.programName ?? '')) return null
  const [first] = invocation.arguments
  const spec = first === undefined ? null : literal(first)
  const cut = spec?.lastIndexOf('.') ?? -1
  return spec === null || cut <= 0
    ? null
    : { kind: 'wsgi', module: spec.slice(0, cut), expression: spec.slice(cut + 1) }
}

const moduleName = (path: string): string => path.replace(/\.py$/, '').replaceAll('/', '.')
