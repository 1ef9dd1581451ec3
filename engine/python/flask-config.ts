/** `app.config`: the ways by which Flask fills it (https://flask.palletsprojects.com/en/stable/config/). */
import type { Place } from '../finding.ts'
import { classMembers } from './functions.ts'
import { loadNamed } from './imports.ts'
import type { Interpreter } from './interpreter.ts'
import { attributeOf, configOf, productionChoice, setEntry } from './objects.ts'
import { configVariable } from './operators.ts'
import { truthOf } from './truth.ts'
import {
  type Atom,
  type CallArguments,
  type DictObject,
  each,
  equalsGuard,
  knownPrefix,
  literalText,
  narrow,
  oneOf,
  only,
  setGuard,
  UNKNOWN,
  under,
  type Value,
} from './value.ts'

/** Carries out a `from_…` method; false for any other method. */
export function callConfigMethod(
  vm: Interpreter,
  config: DictObject,
  name: string,
  args: CallArguments,
  at: Place,
): boolean {
  // What a request changes in the config is not what the app starts with
  if (vm.phase === 'request') return /^(?:from_|update$|setdefault$)/.test(name)
  const [given = UNKNOWN] = [...args.positional, ...args.named.values()]
  switch (name) {
    case 'from_object':
      for (const { atom, guards } of narrow(given, vm.guards)) vm.where(guards, () => fromObject(vm, config, atom, at))
      return true
    case 'from_mapping': {
      for (const value of args.positional) {
        for (const { atom, guards } of value) {
          if (atom.kind === 'dict') vm.where(guards, () => take(vm, config, atom.object.entries))
          else config.open = true
        }
      }
      take(vm, config, args.named)
      if (args.open) config.open = true
      return true
    }
    case 'from_pyfile':
      fromPyfile(vm, config, given, args, at)
      return true
    case 'from_envvar':
      fromEnvvar(vm, config, given, args, at)
      return true
    case 'from_file':
    case 'from_json':
    case 'from_toml':
    case 'from_yaml':
      config.open = true
      return true
    case 'from_prefixed_env':
      fromPrefixedEnv(vm, config, args, at)
      return true
    default:
      return false
  }
}

/** flask-heroku sets the config from the add-ons' config vars (flask_heroku.py, 0.1.9). */
export function loadHerokuExtension(vm: Interpreter, args: CallArguments, at: Place): Value {
  const [app = UNKNOWN] = args.positional
  for (const { atom } of app) {
    if (atom.kind === 'instance')
      setEntry(
        vm,
        configOf(atom.object),
        'SQLALCHEMY_DATABASE_URI',
        vm.environment.require('DATABASE_URL', at, vm.guards),
      )
  }
  return UNKNOWN
}

const isSetting = (name: string): boolean => name === name.toUpperCase() && /[A-Z]/.test(name)

function take(vm: Interpreter, config: DictObject, entries: Iterable<readonly [string, Value]>): void {
  for (const [name, value] of entries) if (isSetting(name)) setEntry(vm, config, name, value)
}

function fromObject(vm: Interpreter, config: DictObject, source: Atom, at: Place): void {
  switch (source.kind) {
    case 'class':
      take(vm, config, classMembers(source.object))
      return
    case 'instance': {
      if (source.object.class === null) {
        config.open = true
        return
      }
      const names = new Set([...classMembers(source.object.class).keys(), ...source.object.attributes.keys()])
      for (const name of names) if (isSetting(name)) setEntry(vm, config, name, attributeOf(vm, source, name, at))
      return
    }
    case 'module':
      take(vm, config, source.scope.names)
      return
    case 'text': {
      const name = literalText(source)
      if (name !== null) fromName(vm, config, name, at)
      else fromChoice(vm, config, source, at)
      return
    }
    default:
      config.open = true
  }
}

/** `from_object("pkg.config.Production")`: a module, or something in one. */
function fromName(vm: Interpreter, config: DictObject, name: string, at: Place): void {
  const dotted = name.replace(':', '.')
  const module = loadNamed(vm, dotted, at)
  if (module !== undefined) {
    take(vm, config, module.names)
    return
  }
  const cut = dotted.lastIndexOf('.')
  const owner = cut > 0 ? loadNamed(vm, dotted.slice(0, cut), at) : undefined
  const value = owner?.names.get(dotted.slice(cut + 1))
  if (value === undefined) {
    config.open = true
    return
  }
  for (const { atom, guards } of narrow(value, vm.guards))
    vm.where(guards, () => (atom.kind === 'text' ? undefined : fromObject(vm, config, atom, at)))
}

/** A config var names the class: the project's configuration class for production is taken. */
function fromChoice(vm: Interpreter, config: DictObject, source: Extract<Atom, { kind: 'text' }>, at: Place): void {
  const prefix = knownPrefix(source)
  const candidates = configurationClasses(vm).filter((name) => name.startsWith(prefix))
  const { chosen, certain } = productionChoice(candidates)
  const variable = configVariable(source)
  if (chosen.length === 0) config.open = true
  for (const name of chosen) {
    if (certain) fromName(vm, config, name, at)
    else if (variable !== null) vm.where([equalsGuard(variable, name, true)], () => fromName(vm, config, name, at))
    else config.open = true
  }
}

/** Dotted names of classes with settings, in modules that are named as configuration. */
function configurationClasses(vm: Interpreter): string[] {
  const names: string[] = []
  for (const path of vm.modules.tree.paths) {
    if (!/(?:^|\/)(?:config|settings|configs|configuration|conf)(?:\/\w+)?\.py$/.test(path)) continue
    const module = path
      .replace(/\.py$/, '')
      .replace(/\/__init__$/, '')
      .replaceAll('/', '.')
    const found = new Set<string>()
    for (const stmt of vm.modules.parse(path).body) {
      if (stmt.kind !== 'class') continue
      const inherits = stmt.args.some(({ value }) => value.kind === 'name' && found.has(value.name))
      const sets = stmt.body.some(
        (inner) => inner.kind === 'assign' && inner.targets[0]?.kind === 'name' && isSetting(inner.targets[0].name),
      )
      if (inherits || sets) found.add(stmt.name)
    }
    for (const name of found) names.push(`${module}.${name}`)
  }
  return names
}

/** A config var names a file. Unset, it stops the program, unless `silent=True` leaves the config as it is. */
function fromEnvvar(vm: Interpreter, config: DictObject, given: Value, args: CallArguments, at: Place): void {
  const name = vm.literal(given)
  const [silent] = args.named.get('silent') ?? args.positional[1] ?? []
  if (name === null || silent === undefined || truthOf(silent.atom) !== true) {
    config.open = true
    return
  }
  const { set, unset } = vm.environment.lookup(name, at, vm.guards)
  if (unset === null) config.open = true
  else if (set !== null)
    vm.where([setGuard(name, true)], () => {
      for (const key of config.entries.keys()) setEntry(vm, config, key, UNKNOWN)
    })
}

/** FLASK_SECRET_KEY and the like win over what was set before; their values are JSON or text. */
function fromPrefixedEnv(vm: Interpreter, config: DictObject, args: CallArguments, at: Place): void {
  const given = args.named.get('prefix') ?? args.positional[0]
  const prefix = given === undefined ? 'FLASK' : vm.literal(given)
  if (prefix === null) {
    config.open = true
    return
  }
  for (const [key, before] of [...config.entries]) {
    const name = `${prefix}_${key}`
    const { set, unset } = vm.environment.lookup(name, at, vm.guards)
    if (set === null) continue
    const value = narrow(set, [setGuard(name, true)])
    const plain = each(value, (atom) => (/^(?:SECRET_KEY|\w+_UR[IL])$/.test(key) ? only(atom) : UNKNOWN))
    if (unset === null) setEntry(vm, config, key, plain)
    else setEntry(vm, config, key, oneOf(under(plain, [setGuard(name, true)]), under(before, unset)))
  }
}

function fromPyfile(vm: Interpreter, config: DictObject, given: Value, args: CallArguments, at: Place): void {
  const name = vm.literal(narrow(given, vm.guards))
  if (name === null) {
    config.open = true
    return
  }
  const directory = vm.frame.path.includes('/') ? vm.frame.path.slice(0, vm.frame.path.lastIndexOf('/') + 1) : ''
  const plain = name.replace(/^\/app\//, '').replace(/^\.\//, '')
  const parent = directory.replace(/[^/]*\/$/, '')
  const up = plain.startsWith('../') ? `${parent}${plain.slice(3)}` : plain
  const path = [`${directory}${plain}`, up, plain, `instance/${plain}`].find((candidate) =>
    vm.modules.tree.has(candidate),
  )
  if (path === undefined) {
    // A file that is not in the repository: silent=True skips it, else the app does not start
    if (!args.named.has('silent')) config.open = true
    return
  }
  take(vm, config, vm.load(path, path.replace(/\.\w+$/, '').replaceAll('/', '.'), at).scope.names)
}
