/** What a process makes of the project's Python: the entry that its command names, and all that runs from there. */
import type { Place } from '../finding.ts'
import type { Expr } from './ast.ts'
import { loadNamed } from './imports.ts'
import { Interpreter, type InterpreterOptions } from './interpreter.ts'
import { configOf } from './objects.ts'
import { parsePython } from './parse.ts'
import type { CallRecord, LoadedModule, MissingImport, OutsideImport } from './records.ts'
import type { Scope } from './scope.ts'
import type { Atom, DictObject, FunctionObject, InstanceObject, Value } from './value.ts'

/** `gunicorn pkg.mod:create_app()` names a WSGI object; `python main.py` runs a script; anything else imports a module. */
export type Entry =
  | { readonly kind: 'wsgi'; readonly module: string; readonly expression: string; readonly callResult?: boolean }
  | { readonly kind: 'script'; readonly path: string }
  | { readonly kind: 'module-script'; readonly module: string }
  | { readonly kind: 'import'; readonly module: string }

export interface FlaskApp {
  readonly at: Place
  readonly config: DictObject
  readonly object: InstanceObject
}

/** Why an entry cannot be had. */
export type EntryProblem =
  | { readonly kind: 'no-module'; readonly module: string }
  | {
      readonly kind: 'no-attribute'
      readonly module: string
      readonly path: string
      readonly attribute: string
      readonly known: readonly string[]
    }
  | { readonly kind: 'not-called'; readonly factory: FunctionObject }
  | { readonly kind: 'bad-expression'; readonly expression: string }
  /** The name holds something that no server can call. */
  | { readonly kind: 'not-callable'; readonly path: string; readonly attribute: string; readonly holds: string }

export interface Boot {
  readonly entry: Entry
  readonly loaded: readonly LoadedModule[]
  readonly calls: readonly CallRecord[]
  readonly missing: readonly MissingImport[]
  readonly outside: readonly OutsideImport[]
  /** `sys.path` below the tree's root as the program leaves it, first one first. */
  readonly roots: readonly string[]
  readonly problem: EntryProblem | null
  /** Where the object that is served was found: the app itself, else the name that it was found under. */
  readonly target: { readonly path: string; readonly at: Place | null } | null
  /** The Flask app that is served; else every app that was made. */
  readonly apps: readonly FlaskApp[]
  /** Every Flask app that was made on the way. */
  readonly allApps: readonly FlaskApp[]
  readonly variables: ReadonlyMap<string, { readonly at: Place; readonly required: boolean }>
  /** Config vars without which the program stops before it serves. */
  readonly needed: ReadonlySet<string>
  /** True when reading gave up before the end. */
  readonly exhausted: boolean
  /** Another process runs the same: what it does is told there. */
  readonly repeats?: boolean
}

/** Runs an entry in the head. Never throws on a project's code. */
export function boot(entry: Entry, options: InterpreterOptions): Boot {
  const vm = new Interpreter(options)
  const outcome = vm.guarded(() => start(vm, entry)) ?? { problem: null, served: [], target: null }
  vm.finish()
  const served = outcome.served.flatMap((atom) => flaskOf(atom))
  const flaskApp = (object: InstanceObject): FlaskApp => ({ at: object.at, config: configOf(object), object })
  const allApps = vm.apps.map(flaskApp)
  const apps = served.length > 0 ? served.map(flaskApp) : allApps
  return {
    entry,
    loaded: [...vm.loaded.values()],
    calls: vm.calls,
    missing: vm.missing,
    outside: vm.outside,
    roots: vm.roots,
    problem: outcome.problem,
    target: outcome.target,
    apps,
    allApps,
    variables: vm.environment.reads,
    needed: vm.needed,
    exhausted: vm.exhausted,
  }
}

interface Outcome {
  readonly problem: EntryProblem | null
  readonly served: readonly Atom[]
  readonly target: Boot['target']
}

function start(vm: Interpreter, entry: Entry): Outcome {
  if (entry.kind === 'script') {
    vm.load(entry.path, '__main__', null, true)
    return { problem: null, served: [], target: { path: entry.path, at: null } }
  }
  if (entry.kind === 'module-script') {
    const resolved = vm.modules.resolve(entry.module, vm.roots)
    const path = resolved?.path?.endsWith('__init__.py') ? `${resolved.directory}/__main__.py` : resolved?.path
    if (path === undefined || path === null || !vm.modules.tree.has(path)) return missing(entry.module)
    vm.load(path, entry.module, null, true)
    return { problem: null, served: [], target: { path, at: null } }
  }
  // a path is no module's name, even where the file is there
  if (entry.module.includes('/')) return missing(entry.module)
  const scope = loadNamed(vm, entry.module, null)
  const resolved = vm.modules.resolve(entry.module, vm.roots)
  if (scope === undefined || resolved === undefined || resolved.path === null) return missing(entry.module)
  const path = resolved.path
  if (entry.kind === 'import') return { problem: null, served: [], target: { path, at: null } }
  const expression = targetExpression(entry.expression)
  if (expression === null)
    return { problem: { kind: 'bad-expression', expression: entry.expression }, served: [], target: { path, at: null } }
  const wanted =
    expression.kind === 'name'
      ? expression.name
      : expression.kind === 'call' && expression.callee.kind === 'name'
        ? expression.callee.name
        : ''
  const found = scope.names.get(wanted)
  if (found === undefined) {
    const child = resolved.directory === null ? undefined : vm.modules.child(resolved.directory, wanted)
    const empty = vm.modules.parse(path).body.length === 0
    const unread = vm.modules.parse(path).skippedAt !== null
    if (scope.open || unread || vm.exhausted || (child !== undefined && !empty) || namesItself(vm, path, scope))
      return { problem: null, served: [], target: { path, at: null } }
    const known = [...scope.names.keys()].filter((name) => !name.startsWith('__'))
    return {
      problem: { kind: 'no-attribute', module: entry.module, path, attribute: wanted, known },
      served: [],
      target: { path, at: null },
    }
  }
  let value: Value = vm.inFrame({ path, scope, function: null, returns: [] }, () => vm.evaluate(expression))
  const [first] = value
  if (value.length === 1 && first?.atom.kind === 'function') {
    const factory = first.atom.object
    if (entry.callResult) value = vm.call(factory, first.atom.self, { positional: [], named: new Map(), open: false })
    else if (expression.kind === 'name' && factory.decorators.length === 0) {
      // Run it all the same, so that what the app would do is known too
      const made = vm.call(factory, first.atom.self, { positional: [], named: new Map(), open: false })
      const makesApp = !isWsgi(factory) && made.some(({ atom }) => flaskOf(atom).length > 0)
      if (!makesApp && (isWsgi(factory) || !isFactory(factory)))
        return { problem: null, served: [first.atom], target: { path, at: factory.at } }
      return { problem: { kind: 'not-called', factory }, served: [], target: { path, at: factory.at } }
    }
  }
  const holds = value.length === 1 && first !== undefined && !vm.exhausted ? uncallable(value[0]?.atom) : null
  return {
    problem: holds === null ? null : { kind: 'not-callable', path, attribute: wanted, holds },
    served: value.map(({ atom }) => atom),
    target: { path, at: value.map(({ atom }) => ('object' in atom ? atom.object.at : null))[0] ?? null },
  }
}

const missing = (module: string): Outcome => ({ problem: { kind: 'no-module', module }, served: [], target: null })

const isWsgi = (fn: FunctionObject): boolean =>
  fn.params.some(({ name }) => /^(?:start_?response|environ)$/i.test(name))

/** A WSGI application written as a function takes environ and start_response; a factory does not take exactly two. */
function isFactory(fn: FunctionObject): boolean {
  const needed = fn.params.filter((param) => param.kind === 'plain' && param.fallback === null)
  const open = fn.params.some((param) => param.kind === 'star')
  const plain = fn.params.filter((param) => param.kind === 'plain')
  return !open && (plain.length < 2 || needed.length > 2)
}

/** What a module does to get names that reading does not see. */
const HIDDEN_NAMES = /\bglobals\(\)|\bvars\(\)|\bexec\(|\bsys\.modules\[|\b__dict__\b/

function namesItself(vm: Interpreter, path: string, scope: Scope): boolean {
  return scope.names.has('__getattr__') || HIDDEN_NAMES.test(vm.modules.tree.read(path)?.text ?? '')
}

/** Objects of libraries that are no WSGI app themselves; Dash is one since 3.1, which the rule has to judge. */
function uncallable(atom: Atom | undefined): string | null {
  if (atom?.kind === 'module') return 'a module'
  if (atom?.kind === 'text') return 'a text'
  if (atom?.kind !== 'instance' || atom.object.class !== null) return null
  const { className } = atom.object
  return /^(?:flask_socketio\.SocketIO|(?:jupyter_)?dash\.(?:\w+\.)?(?:Jupyter)?Dash|flask_sqlalchemy\.SQLAlchemy|flask\.(?:\w+\.)?Blueprint|flask_restful\.Api|flask_restx\.Api)$/.test(
    className,
  )
    ? `a ${className.slice(className.lastIndexOf('.') + 1)} object`
    : null
}

/** gunicorn takes a plain name, or a call of one with literal arguments (gunicorn/util.py, import_app). */
function targetExpression(source: string): Expr | null {
  const [stmt] = parsePython(source).body
  if (stmt?.kind !== 'expr') return null
  const { value } = stmt
  if (value.kind === 'name') return value
  if (value.kind !== 'call' || value.callee.kind !== 'name') return null
  return value.args.every((arg) => isLiteral(arg.value)) ? value : null
}

/** What Python's `ast.literal_eval` takes. */
function isLiteral(expr: Expr): boolean {
  switch (expr.kind) {
    case 'attribute':
    case 'call':
    case 'name':
    case 'lambda':
    case 'subscript':
      return false
    case 'list':
    case 'tuple':
    case 'set':
      return expr.items.every(isLiteral)
    case 'dict':
      return expr.entries.every(({ key, value }) => (key === null || isLiteral(key)) && isLiteral(value))
    default:
      return true
  }
}

/** The Flask apps inside what is served: WSGI middleware often wraps one. */
function flaskOf(atom: Atom, depth = 0): InstanceObject[] {
  if (atom.kind !== 'instance' || depth > 5) return []
  if (atom.object.className === 'flask.Flask') return [atom.object]
  return [...atom.object.args.positional, ...atom.object.args.named.values()].flatMap((value) =>
    value.flatMap((alternative) => flaskOf(alternative.atom, depth + 1)),
  )
}
