/** Calling the project's own functions and classes. */
import type { Place } from '../finding.ts'
import type { Stmt } from './ast.ts'
import type { Frame, Interpreter } from './interpreter.ts'
import { Scope } from './scope.ts'
import {
  type Atom,
  type CallArguments,
  type ClassObject,
  constant,
  type FunctionObject,
  type InstanceObject,
  oneOf,
  only,
  UNKNOWN,
  under,
  type Value,
} from './value.ts'

/** Runs a function's body with its parameters bound, and gives what it may return. */
export function callFunction(vm: Interpreter, fn: FunctionObject, self: Atom | null, args: CallArguments): Value {
  const scope = new Scope('function', fn.scope)
  bind(vm, fn, scope, self, args)
  const frame: Frame = { path: fn.path, scope, function: fn, returns: [] }
  vm.active.push(fn)
  try {
    return vm.inFrame(frame, () => {
      if (!isBlock(fn.body)) return vm.evaluate(fn.body)
      const left = vm.block(fn.body)
      if (isGenerator(fn.body)) return UNKNOWN
      if (left !== null) frame.returns.push(under(constant(null, fn.at), left))
      return frame.returns.length > 0 ? oneOf(...frame.returns) : UNKNOWN
    })
  } finally {
    vm.active.pop()
  }
}

const isBlock = (body: FunctionObject['body']): body is readonly Stmt[] => Array.isArray(body)

const GENERATORS = new WeakMap<readonly Stmt[], boolean>()

function isGenerator(body: readonly Stmt[]): boolean {
  let known = GENERATORS.get(body)
  if (known === undefined) {
    known = yields(body)
    GENERATORS.set(body, known)
  }
  return known
}

/** Is there a `yield` among the statements, those of functions in them left out? */
function yields(stmts: readonly Stmt[]): boolean {
  return stmts.some((stmt) => {
    switch (stmt.kind) {
      case 'expr':
      case 'assign':
        return stmt.value.kind === 'yield'
      case 'if':
        return stmt.branches.some(({ body }) => yields(body)) || yields(stmt.otherwise)
      case 'while':
      case 'for':
        return yields(stmt.body) || yields(stmt.otherwise)
      case 'try':
        return [stmt.body, ...stmt.handlers.map(({ body }) => body), stmt.otherwise, stmt.final].some(yields)
      case 'with':
        return yields(stmt.body)
      default:
        return false
    }
  })
}

function bind(vm: Interpreter, fn: FunctionObject, scope: Scope, self: Atom | null, args: CallArguments): void {
  const positional =
    self === null || fn.decorators.includes('staticmethod') ? [...args.positional] : [only(self), ...args.positional]
  const taken = new Set<string>()
  let keywordOnly = false
  for (const param of fn.params) {
    if (param.kind === 'star') {
      scope.names.set(
        param.name,
        only({ kind: 'list', object: { items: positional.splice(0), exact: !args.open, at: fn.at } }),
      )
      keywordOnly = true
      continue
    }
    if (param.kind === 'double-star') {
      const rest = new Map([...args.named].filter(([name]) => !taken.has(name)))
      scope.names.set(
        param.name,
        only({ kind: 'dict', object: { entries: rest, open: args.open, config: false, at: fn.at } }),
      )
      continue
    }
    const named = args.named.get(param.name)
    const given = named ?? (keywordOnly ? undefined : positional.shift())
    taken.add(param.name)
    if (given !== undefined) scope.names.set(param.name, given)
    else if (args.open) scope.names.set(param.name, UNKNOWN)
    else if (param.fallback) {
      const fallback = param.fallback
      scope.names.set(
        param.name,
        vm.inFrame({ path: fn.path, scope: fn.scope, function: null, returns: [] }, () => vm.evaluate(fallback)),
      )
    } else scope.names.set(param.name, UNKNOWN)
  }
}

/** Runs every function that a library calls later, with parameters that nobody can tell. */
export function runDeferred(vm: Interpreter): void {
  const done = new Set<FunctionObject>()
  for (let found = true; found; ) {
    found = false
    for (const [fn, self] of [...vm.deferred]) {
      if (done.has(fn)) continue
      done.add(fn)
      found = true
      vm.call(fn, self, { positional: [], named: new Map(), open: true })
    }
  }
}

/** Makes an instance of a project's class: runs `__init__`, takes pydantic settings from the environment. */
export function instantiate(vm: Interpreter, cls: ClassObject, args: CallArguments, at: Place): Value {
  const className = externalBase(cls) ?? ''
  const object: InstanceObject = { className, class: cls, attributes: new Map(), at, args }
  const atom: Atom = { kind: 'instance', object }
  if (className === 'flask.Flask') vm.addApp(object)
  if (/(?:^|\.)BaseSettings$/.test(className)) readSettings(vm, cls, object)
  const init = classMember(cls, '__init__')
  for (const { atom: member } of init ?? []) if (member.kind === 'function') vm.call(member.object, atom, args)
  return only(atom)
}

/** Name of the first class outside the project among the ancestors. */
export function externalBase(cls: ClassObject, depth = 0): string | null {
  if (depth > 20) return null
  for (const base of cls.bases) {
    // `object`, exceptions and the like are no library's class
    if (base.kind === 'external' && !/^(?:builtins|abc|enum|typing)\./.test(base.name)) return base.name
    if (base.kind === 'class') {
      const found = externalBase(base.object, depth + 1)
      if (found !== null) return found
    }
  }
  return null
}

/** A class attribute, by the order of inheritance. */
export function classMember(cls: ClassObject, name: string, depth = 0): Value | undefined {
  const own = cls.scope.names.get(name)
  if (own !== undefined || depth > 20) return own
  for (const base of cls.bases) {
    if (base.kind !== 'class') continue
    const found = classMember(base.object, name, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

/** Every attribute name of a class and its ancestors in the project. */
export function classMembers(cls: ClassObject, depth = 0): Map<string, Value> {
  const members = new Map<string, Value>()
  if (depth > 20) return members
  for (const base of [...cls.bases].reverse())
    if (base.kind === 'class')
      for (const [name, value] of classMembers(base.object, depth + 1)) members.set(name, value)
  for (const [name, value] of cls.scope.names) members.set(name, value)
  return members
}

/** Fields of a pydantic BaseSettings class come from variables of their names, else from their defaults (https://docs.pydantic.dev/latest/concepts/pydantic_settings/). */
function readSettings(vm: Interpreter, cls: ClassObject, object: InstanceObject): void {
  const prefix = settingsPrefix(vm, cls)
  for (const stmt of settingsFields(cls)) {
    const target = stmt.kind === 'assign' ? stmt.targets[0] : stmt.kind === 'declare' ? stmt.target : null
    if (target?.kind !== 'name' || target.name === 'model_config') continue
    const name = `${prefix}${target.name}`.toUpperCase()
    const at: Place = { path: cls.path, start: stmt.start, end: stmt.end }
    const fallback = classMember(cls, target.name)
    object.attributes.set(
      target.name,
      fallback === undefined
        ? vm.environment.require(name, at, vm.guards)
        : vm.environment.get(name, fallback, at, vm.guards),
    )
  }
}

function settingsFields(cls: ClassObject, depth = 0): readonly Stmt[] {
  const inherited =
    depth > 10 ? [] : cls.bases.flatMap((base) => (base.kind === 'class' ? settingsFields(base.object, depth + 1) : []))
  return [...inherited, ...cls.def.body]
}

function settingsPrefix(vm: Interpreter, cls: ClassObject): string {
  const [config] = classMember(cls, 'model_config') ?? []
  const given =
    config?.atom.kind === 'dict'
      ? config.atom.object.entries.get('env_prefix')
      : config?.atom.kind === 'instance'
        ? config.atom.object.args.named.get('env_prefix')
        : undefined
  return given === undefined ? '' : (vm.literal(given) ?? '')
}
