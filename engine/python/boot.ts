/** What a process makes of the project's Python: the entry that its command names, and all that runs from there. */
import type { Place } from '../finding.ts'
import type { Expr } from './ast.ts'
import { loadNamed } from './imports.ts'
import {
  type CallRecord,
  Interpreter,
  type InterpreterOptions,
  type LoadedModule,
  type MissingImport,
} from './interpreter.ts'
import { configOf } from './objects.ts'
import { parsePython } from './parse.ts'
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

export interface Boot {
  readonly entry: Entry
  readonly loaded: readonly LoadedModule[]
  readonly calls: readonly CallRecord[]
  readonly missing: readonly MissingImport[]
  readonly problem: EntryProblem | null
  /** Where the object that is served was found: the app itself, else the name that it was found under. */
  readonly target: { readonly path: string; readonly at: Place | null } | null
  /** The Flask app that is served; else every app that was made. */
  readonly apps: readonly FlaskApp[]
  /** Every Flask app that was made on the way. */
  readonly allApps: readonly FlaskApp[]
  readonly variables: ReadonlyMap<string, { readonly at: Place; readonly required: boolean }>
  /** True when reading gave up before the end. */
  readonly exhausted: boolean
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
    problem: outcome.problem,
    target: outcome.target,
    apps,
    allApps,
    variables: vm.environment.reads,
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
    if (scope.open || vm.exhausted || child !== undefined || scope.names.has('__getattr__'))
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
    else if (expression.kind === 'name' && isFactory(factory)) {
      // Run it all the same, so that what the app would do is known too
      vm.call(factory, first.atom.self, { positional: [], named: new Map(), open: false })
      return { problem: { kind: 'not-called', factory }, served: [], target: { path, at: factory.at } }
    }
  }
  return {
    problem: null,
    served: value.map(({ atom }) => atom),
    target: { path, at: value.map(({ atom }) => ('object' in atom ? atom.object.at : null))[0] ?? null },
  }
}

const missing = (module: string): Outcome => ({ problem: { kind: 'no-module', module }, served: [], target: null })

/** A WSGI application written as a function takes environ and start_response; a factory does not take exactly two. */
function isFactory(fn: FunctionObject): boolean {
  if (fn.decorators.length > 0) return false
  const needed = fn.params.filter((param) => param.kind === 'plain' && param.fallback === null)
  const open = fn.params.some((param) => param.kind === 'star')
  const plain = fn.params.filter((param) => param.kind === 'plain')
  return !open && (plain.length < 2 || needed.length > 2)
}

/** gunicorn takes a plain name, or a call of one with literal arguments (gunicorn/util.py, import_app). */
function targetExpression(source: string): Expr | null {
  const [stmt] = parsePython(source).body
  if (stmt?.kind !== 'expr') return null
  const { value } = stmt
  if (value.kind === 'name') return value
  return value.kind === 'call' && value.callee.kind === 'name' ? value : null
}

/** The Flask apps inside what is served: WSGI middleware often wraps one. */
function flaskOf(atom: Atom, depth = 0): InstanceObject[] {
  if (atom.kind !== 'instance' || depth > 5) return []
  if (atom.object.className === 'flask.Flask') return [atom.object]
  return [...atom.object.args.positional, ...atom.object.args.named.values()].flatMap((value) =>
    value.flatMap((alternative) => flaskOf(alternative.atom, depth + 1)),
  )
}
