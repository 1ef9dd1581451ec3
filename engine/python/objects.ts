/** Attributes and items of what a value may be. */
import type { Place } from '../finding.ts'
import { classMember } from './functions.ts'
import { canonical } from './imports.ts'
import type { Interpreter } from './interpreter.ts'
import { configVariable } from './operators.ts'
import {
  type Atom,
  assigned,
  constant,
  type DictObject,
  each,
  equalsGuard,
  external,
  type InstanceObject,
  literalText,
  NO_ARGUMENTS,
  narrow,
  oneOf,
  only,
  RAISES,
  text,
  UNKNOWN,
  under,
  type Value,
} from './value.ts'

const isFlask = (object: InstanceObject): boolean => object.className === 'flask.Flask'

/** `app.config` of a Flask app, made when it is first touched. */
export function configOf(object: InstanceObject): DictObject {
  const [known] = object.attributes.get('config') ?? []
  if (known?.atom.kind === 'dict') return known.atom.object
  const made: DictObject = { entries: new Map(), open: false, config: true, at: object.at }
  object.attributes.set('config', only({ kind: 'dict', object: made }))
  return made
}

/** Attributes of a Flask app that are views of its config (flask/sansio/app.py, ConfigAttribute; Flask 3.1). */
const CONFIG_ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ['debug', 'DEBUG'],
  ['secret_key', 'SECRET_KEY'],
  ['testing', 'TESTING'],
  ['session_cookie_name', 'SESSION_COOKIE_NAME'],
  ['env', 'ENV'],
])

export function attributeOf(vm: Interpreter, of: Atom, name: string, at: Place): Value {
  switch (of.kind) {
    case 'module': {
      const value = of.scope.names.get(name)
      if (value !== undefined) return narrow(value, vm.guards)
      return UNKNOWN
    }
    case 'external': {
      const app = of.name === 'flask.current_app' && vm.apps.length === 1 ? vm.apps[0] : undefined
      if (app !== undefined) return attributeOf(vm, { kind: 'instance', object: app }, name, at)
      return external(canonical(`${of.name}.${name}`), at)
    }
    case 'class': {
      const member = classMember(of.object, name)
      if (member !== undefined)
        return narrow(
          member.map((alternative) => bound(alternative.atom, of, alternative.guards)),
          vm.guards,
        )
      if (name === '__name__') return text([of.object.name], at)
      return name === 'as_view' ? only({ kind: 'method', of, name, at }) : UNKNOWN
    }
    case 'instance':
      return instanceAttribute(vm, of, name, at)
    case 'super':
      return superAttribute(vm, of, name, at)
    case 'dict':
      if (of.object.config || DICT_METHODS.has(name)) return only({ kind: 'method', of, name, at })
      return UNKNOWN
    case 'text':
      if (name === 'parent') return parentOf(of, at)
      if (name === 'hex' || name === 'value') return only(of)
      return only({ kind: 'method', of, name, at })
    case 'list':
      return only({ kind: 'method', of, name, at })
    case 'method':
      return only({ kind: 'method', of: of.of, name: `${of.name}.${name}`, at })
    case 'constant':
      // None.startswith(…) raises, so that what follows may take the value as one that is there
      return of.value === null ? RAISES : UNKNOWN
    default:
      return UNKNOWN
  }
}

const DICT_METHODS = new Set(['get', 'update', 'setdefault', 'pop', 'items', 'keys', 'values', 'copy'])

function bound(atom: Atom, self: Atom, guards: Value[number]['guards']): Value[number] {
  return {
    atom: atom.kind === 'function' && atom.object.decorators.includes('classmethod') ? { ...atom, self } : atom,
    guards,
  }
}

function instanceAttribute(vm: Interpreter, of: Extract<Atom, { kind: 'instance' }>, name: string, at: Place): Value {
  const { object } = of
  if (isFlask(object)) {
    const key = CONFIG_ATTRIBUTES.get(name)
    if (name === 'config') return only({ kind: 'dict', object: configOf(object) })
    if (key !== undefined) {
      const value = configOf(object).entries.get(key)
      return value === undefined ? configDefault(vm, configOf(object), key, at) : narrow(value, vm.guards)
    }
    if (name === 'root_path') return text([directoryOf(object.at.path)], at)
    if (name === 'instance_path') return text([instancePath(vm, object.at.path)], at)
    if (name === '_get_current_object') return only({ kind: 'method', of, name, at })
  }
  const own = object.attributes.get(name)
  if (own !== undefined) return narrow(own, vm.guards)
  if (object.class !== null) {
    const member = classMember(object.class, name)
    if (member !== undefined) {
      return oneOf(
        ...narrow(member, vm.guards).map(({ atom, guards }): Value => {
          if (atom.kind !== 'function') return [{ atom, guards }]
          if (atom.object.decorators.some((decorator) => /(?:^|\.)(?:cached_)?property$/.test(decorator)))
            return under(vm.call(atom.object, of, NO_ARGUMENTS), guards)
          return [{ atom: { ...atom, self: atom.object.decorators.includes('staticmethod') ? null : of }, guards }]
        }),
      )
    }
    if (object.className === '') return UNKNOWN
  }
  if (name === 'server' && /^(?:jupyter_)?dash\.(?:\w+\.)?(?:Jupyter)?Dash$/.test(object.className))
    return dashServer(vm, object)
  if (name === 'app' && /^connexion\./.test(object.className)) return dashServer(vm, object)
  return only({ kind: 'method', of, name, at })
}

/** A method or attribute of the class above, as the method's own object sees it. */
function superAttribute(vm: Interpreter, of: Extract<Atom, { kind: 'super' }>, name: string, at: Place): Value {
  const { self, object } = of
  for (const base of object.bases) {
    const member = base.kind === 'class' ? classMember(base.object, name) : undefined
    if (member === undefined) continue
    return narrow(member, vm.guards).map(({ atom, guards }) => ({
      atom: atom.kind === 'function' && !atom.object.decorators.includes('staticmethod') ? { ...atom, self } : atom,
      guards,
    }))
  }
  return only({ kind: 'method', of: self, name, at })
}

const directoryOf = (path: string): string =>
  path.includes('/') ? `/app/${path.slice(0, path.lastIndexOf('/'))}` : '/app'

/** Beside the module or the package of the app (https://flask.palletsprojects.com/en/stable/config/#instance-folders). */
function instancePath(vm: Interpreter, path: string): string {
  let directory = directoryOf(path)
  while (directory !== '/app' && vm.modules.tree.has(`${directory.slice('/app/'.length)}/__init__.py`))
    directory = directory.slice(0, directory.lastIndexOf('/'))
  return `${directory}/instance`
}

/** What `app.config` holds before anything is set (flask/app.py, default_config; Flask 3.1). */
export function configDefault(vm: Interpreter, of: DictObject, key: string, at: Place): Value {
  if (!of.config || of.open) return UNKNOWN
  if (key === 'TESTING') return constant(false, at)
  if (key === 'SECRET_KEY') return constant(null, at)
  if (key !== 'DEBUG') return UNKNOWN
  const value = vm.environment.get('FLASK_DEBUG', constant(false, at), at, vm.guards)
  // Where nothing in the repository gives it a value, nobody does
  const isGiven = value.some(({ atom }) => atom.kind === 'text' && literalText(atom) !== null)
  return isGiven ? flagOf(value) : constant(false, at)
}

/** Words as FLASK_DEBUG is read (flask/helpers.py, get_debug_flag). */
export function flagOf(value: Value): Value {
  return each(value, (atom) => {
    const word = literalText(atom)
    if (atom.kind === 'constant') return only(atom)
    return word === null || atom.kind !== 'text'
      ? UNKNOWN
      : constant(word !== '' && !/^(?:0|false|no)$/i.test(word), atom.at)
  })
}

/** Dash and Connexion carry a Flask app of their own, or the one that they were given. */
function dashServer(vm: Interpreter, object: InstanceObject): Value {
  const given = object.args.named.get('server')
  if (given?.some(({ atom }) => atom.kind === 'instance')) return given
  const server: InstanceObject = {
    className: 'flask.Flask',
    class: null,
    attributes: new Map(),
    at: object.at,
    args: NO_ARGUMENTS,
  }
  const value = only({ kind: 'instance', object: server })
  object.attributes.set('server', value)
  object.attributes.set('app', value)
  vm.addApp(server)
  return value
}

function parentOf(of: Extract<Atom, { kind: 'text' }>, at: Place): Value {
  const last = of.parts.at(-1)
  if (typeof last !== 'string') return UNKNOWN
  const cut = last.lastIndexOf('/')
  return cut >= 0
    ? text([...of.parts.slice(0, -1), last.slice(0, cut)], at)
    : of.parts.length === 1
      ? text(['.'], at)
      : UNKNOWN
}

/** A config of several that a config var chooses from: the one that production would choose. */
const PRODUCTION_KEY = [
  /^heroku$/i,
  /^prod(?:uction)?(?:_?config)?$/i,
  /heroku/i,
  /prod/i,
  /^(?:live|deploy|release)$/i,
]
const DEVELOPMENT_KEY = /dev|test|local|debug|ci$|default|unix|docker/i

/** Of candidates named by keys, the one for production (certain), or those that are not for development (undecided). */
export function productionChoice(keys: readonly string[]): {
  readonly chosen: readonly string[]
  readonly certain: boolean
} {
  for (const pattern of PRODUCTION_KEY) {
    const match = keys.filter((key) => pattern.test(key))
    if (match.length > 0) return { chosen: match.slice(0, 1), certain: true }
  }
  return { chosen: keys.filter((key) => !DEVELOPMENT_KEY.test(key)), certain: false }
}

export function itemOf(vm: Interpreter, of: Atom, key: Atom, at: Place): Value {
  if (of.kind === 'external' && of.name === 'os.environ') {
    const name = literalText(key)
    if (name === null) return text([{ kind: 'unknown', name: '' }], at)
    vm.stopsWithout(name)
    return vm.environment.require(name, at, vm.guards)
  }
  if (of.kind === 'dict') {
    const name = literalText(key)
    if (name !== null) {
      const value = of.object.entries.get(name)
      return value === undefined ? configDefault(vm, of.object, name, at) : narrow(value, vm.guards)
    }
    const variable = configVariable(key)
    if (variable === null || of.object.config) return UNKNOWN
    const { chosen, certain } = productionChoice([...of.object.entries.keys()])
    const values = chosen.map((choice) =>
      under(of.object.entries.get(choice) ?? UNKNOWN, certain ? [] : [equalsGuard(variable, choice, true)]),
    )
    return values.length > 0 ? oneOf(...values) : UNKNOWN
  }
  if (of.kind === 'list' && key.kind === 'constant' && typeof key.value === 'number') {
    const index = key.value < 0 ? of.object.items.length + key.value : key.value
    return (of.object.exact ? of.object.items[index] : undefined) ?? UNKNOWN
  }
  return UNKNOWN
}

export function setAttribute(vm: Interpreter, of: Atom, name: string, value: Value): void {
  if (of.kind === 'instance') {
    const key = isFlask(of.object) ? CONFIG_ATTRIBUTES.get(name) : undefined
    if (key !== undefined) setEntry(vm, configOf(of.object), key, value)
    else of.object.attributes.set(name, assigned(of.object.attributes.get(name), value, vm.guards))
  } else if (of.kind === 'class') of.object.scope.assign(name, value, vm.guards)
  else if (of.kind === 'module') of.scope.assign(name, value, vm.guards)
}

export function setItem(vm: Interpreter, of: Atom, key: string | null, value: Value): void {
  if (of.kind === 'external' && of.name === 'os.environ') {
    if (key !== null) vm.environment.write(key, value, vm.guards)
  } else if (of.kind === 'dict') {
    if (key === null) of.object.open ||= vm.phase === 'import' || !of.object.config
    else setEntry(vm, of.object, key, value)
  }
}

export function setEntry(vm: Interpreter, of: DictObject, key: string, value: Value): void {
  // What a request changes in the config is not what the app starts with
  if (of.config && vm.phase === 'request') return
  of.entries.set(key, assigned(of.entries.get(key), value, vm.guards))
}
