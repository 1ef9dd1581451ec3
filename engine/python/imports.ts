/** The import statement, as Python's import system would carry it out in a dyno's directory. */
import type { Place } from '../finding.ts'
import type { ImportedName, Stmt } from './ast.ts'
import type { Interpreter } from './interpreter.ts'
import type { Resolved } from './modules.ts'
import { Scope } from './scope.ts'
import { type Atom, external, only, type Value } from './value.ts'

/** `import a.b as c, d`. */
export function importNames(vm: Interpreter, names: readonly ImportedName[]): void {
  for (const item of names) {
    const at = vm.at(item)
    if (resolve(vm, item.name) === undefined) noteOutside(vm, item.name, at, false)
    const value = importModule(vm, item.name, at)
    const [top = ''] = item.name.split('.')
    if (item.alias !== null) vm.frame.scope.assign(item.alias, value, vm.guards)
    else vm.frame.scope.assign(top, top === item.name ? value : topOf(vm, top, at), vm.guards)
  }
}

/** `from .a import b as c`, `from a import *`. */
export function importFrom(vm: Interpreter, stmt: Extract<Stmt, { kind: 'from' }>): void {
  const at = vm.at(stmt.moduleAt)
  const dotted = absoluteName(vm, stmt.level, stmt.module)
  const scope = vm.frame.scope
  if (dotted === null) {
    if (vm.loaded.has(vm.frame.path)) noteOutside(vm, `${'.'.repeat(stmt.level)}${stmt.module}`, at, true)
    return
  }
  const resolved = resolve(vm, dotted)
  if (resolved === undefined) {
    noteOutside(vm, dotted, at, true)
    if (stmt.names === '*') {
      scope.open = true
      importModule(vm, dotted, at)
      return
    }
    importModule(vm, dotted, at)
    for (const item of stmt.names) {
      scope.assign(
        item.alias ?? item.name,
        external(canonical(dotted === '' ? item.name : `${dotted}.${item.name}`), vm.at(item)),
        vm.guards,
      )
    }
    return
  }
  const module = runResolved(vm, dotted, resolved, at)
  if (stmt.names === '*') {
    if (module === null) return
    const listed = exported(module)
    for (const [name, value] of module.names) {
      if (listed ? listed.has(name) : !name.startsWith('_')) scope.assign(name, value, vm.guards)
    }
    if (module.open) scope.open = true
    return
  }
  for (const item of stmt.names) {
    const found = module?.find(item.name, vm.guards)
    const child =
      found === undefined && resolved.directory !== null ? vm.modules.child(resolved.directory, item.name) : undefined
    let value: Value | undefined = found
    if (child !== undefined && (child.path !== null || child.directory !== null))
      value = moduleValue(vm, `${dotted}.${item.name}`, child, vm.at(item))
    if (value === undefined) {
      value = external(`${dotted}.${item.name}`, vm.at(item))
      const done = module !== null && !module.open && !isBeingImported(vm, resolved.path)
      noteMissing(vm, `${dotted}.${item.name}`, vm.at(item), false, done && resolved.path !== null)
    }
    scope.assign(item.alias ?? item.name, value, vm.guards)
  }
}

function noteMissing(vm: Interpreter, name: string, at: Place, isModule: boolean, isSure = true): void {
  vm.missing.push({
    name,
    at,
    isSure,
    guards: [...vm.importGuards, ...vm.guards],
    phase: vm.phase,
    caught: vm.catching > 0,
    isModule,
  })
}

function noteOutside(vm: Interpreter, name: string, at: Place, isFrom: boolean): void {
  vm.outside.push({
    name,
    at,
    guards: [...vm.importGuards, ...vm.guards],
    phase: vm.phase,
    caught: vm.catching > 0,
    isFrom,
  })
}

/** Imports a module by its dotted name, its packages first; something outside the tree becomes an external name. */
export function importModule(vm: Interpreter, dotted: string, at: Place): Value {
  const resolved = resolve(vm, dotted)
  if (resolved === undefined) {
    const [top = ''] = dotted.split('.')
    const owner = vm.modules.resolve(top, vm.roots)
    if (owner !== undefined && owner.path !== null) {
      runResolved(vm, top, owner, at)
      noteMissing(vm, dotted, at, true)
    }
    return external(canonical(dotted), at)
  }
  runResolved(vm, dotted, resolved, at)
  return moduleValue(vm, dotted, resolved, at)
}

/** Loads a module named in a text (`importlib.import_module("app.views")`, gunicorn's target); undefined when the tree has none. */
export function loadNamed(vm: Interpreter, dotted: string, at: Place | null): Scope | undefined {
  const resolved = resolve(vm, dotted)
  if (resolved === undefined || resolved.path === null) return undefined
  return runResolved(vm, dotted, resolved, at ?? { path: resolved.path }) ?? undefined
}

function resolve(vm: Interpreter, dotted: string): Resolved | undefined {
  const resolved = vm.modules.resolve(dotted, vm.roots)
  if (resolved === undefined || resolved.path !== null) return resolved
  // A directory without __init__.py gives way to an installed package of the name (PEP 420), unless it holds Python itself.
  const directory = resolved.directory ?? ''
  return vm.modules.tree.paths.some((path) => path.startsWith(`${directory}/`) && path.endsWith('.py')) &&
    !KNOWN_OUTSIDE.has(dotted)
    ? resolved
    : undefined
}

/** Installed packages whose names projects like to give to plain folders. */
const KNOWN_OUTSIDE = new Set([
  'flask',
  'redis',
  'celery',
  'gunicorn',
  'sqlalchemy',
  'dash',
  'requests',
  'pandas',
  'numpy',
  'docker',
  'heroku',
  'telegram',
  'discord',
  'alembic',
  'rq',
])

function runResolved(vm: Interpreter, dotted: string, resolved: Resolved, at: Place): Scope | null {
  const parts = dotted.split('.')
  let parent: Scope | null = null
  for (let i = 1; i <= parts.length; i++) {
    const name = parts.slice(0, i).join('.')
    const step = i === parts.length ? resolved : vm.modules.resolve(name, vm.roots)
    if (step === undefined) return null
    const scope: Scope | null = step.path === null ? null : vm.load(step.path, name, at).scope
    const part = parts[i - 1]
    if (parent !== null && scope !== null && part !== undefined) {
      // The submodule becomes an attribute of its package, unless the package bound the name to something else meanwhile.
      if (!parent.names.has(part)) parent.names.set(part, only(moduleAtom(name, step, scope)))
    }
    parent = scope
  }
  return parent
}

function moduleValue(vm: Interpreter, dotted: string, resolved: Resolved, at: Place): Value {
  const scope = resolved.path === null ? new Scope('module', null) : vm.load(resolved.path, dotted, at).scope
  return only(moduleAtom(dotted, resolved, scope))
}

const moduleAtom = (name: string, resolved: Resolved, scope: Scope): Atom => ({
  kind: 'module',
  path: resolved.path ?? resolved.directory ?? '',
  name,
  scope,
})

function topOf(vm: Interpreter, top: string, at: Place): Value {
  const resolved = resolve(vm, top)
  return resolved === undefined ? external(top, at) : moduleValue(vm, top, resolved, at)
}

function absoluteName(vm: Interpreter, level: number, module: string): string | null {
  if (level === 0) return module
  const own = vm.loaded.get(vm.frame.path)
  if (own === undefined) return null
  const parts = own.name.split('.')
  const isPackage = vm.frame.path.endsWith('/__init__.py') || vm.frame.path === '__init__.py'
  const keep = parts.length - level + (isPackage ? 1 : 0)
  if (keep < 1) return null // "attempted relative import with no known parent package"
  return [...parts.slice(0, keep), ...(module === '' ? [] : [module])].join('.')
}

function isBeingImported(vm: Interpreter, path: string | null): boolean {
  return path !== null && vm.importing.has(path)
}

function exported(module: Scope): ReadonlySet<string> | null {
  const [all] = module.names.get('__all__') ?? []
  if (all?.atom.kind !== 'list') return null
  const names = new Set<string>()
  for (const item of all.atom.object.items) {
    const [first] = item
    const [part] = first?.atom.kind === 'text' ? first.atom.parts : []
    if (typeof part === 'string') names.add(part)
  }
  return names
}

/** One name for what libraries export under several. */
export function canonical(name: string): string {
  const ext = /^flask\.ext\.(\w+)(.*)$/.exec(name)
  if (ext) return `flask_${ext[1]}${ext[2]}`
  return ALIASES.get(name) ?? name
}

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['flask.app.Flask', 'flask.Flask'],
  ['quart.Quart', 'flask.Flask'],
  ['flask_openapi3.OpenAPI', 'flask.Flask'],
  ['apiflask.APIFlask', 'flask.Flask'],
  ['sqlalchemy.engine.create_engine', 'sqlalchemy.create_engine'],
  ['sqlmodel.create_engine', 'sqlalchemy.create_engine'],
  ['sqlalchemy.ext.asyncio.create_async_engine', 'sqlalchemy.create_async_engine'],
  ['flask_sqlalchemy.extension.SQLAlchemy', 'flask_sqlalchemy.SQLAlchemy'],
  ['flask_sqlalchemy_lite.SQLAlchemy', 'flask_sqlalchemy_lite.SQLAlchemy'],
  ['pysqlite2.dbapi2', 'sqlite3'],
  ['playhouse.db_url.connect', 'playhouse.db_url.connect'],
])
