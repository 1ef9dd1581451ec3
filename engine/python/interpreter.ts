/**
 * Runs Python in the head: what a process of a dyno would execute from its entry on, with values as far as they can be told.
 *
 * It follows imports, functions and classes of the project, never anything outside the tree, and records each call
 * to something external with its arguments. Conditions that cannot be decided become guards (value.ts).
 */
import type { Place } from '../finding.ts'
import type { Expr, Span, Stmt } from './ast.ts'
import { Environment, type EnvironmentOptions } from './environment.ts'
import { evaluate } from './evaluate.ts'
import { callFunction, runDeferred } from './functions.ts'
import type { Modules } from './modules.ts'
import { configOf, flagOf, setEntry } from './objects.ts'
import type { CallRecord, LoadedModule, MissingImport, OutsideImport } from './records.ts'
import { Scope } from './scope.ts'
import { block } from './statements.ts'
import {
  type Atom,
  both,
  type CallArguments,
  type ClassObject,
  constant,
  type FunctionObject,
  type Guard,
  type InstanceObject,
  literalText,
  NO_ARGUMENTS,
  text,
  UNKNOWN,
  type Value,
} from './value.ts'

export interface InterpreterOptions extends EnvironmentOptions {
  readonly modules: Modules
  /** `sys.path` below the tree's root, first one first. */
  readonly roots: readonly string[]
  /** Working directory of the process below the tree's root. */
  readonly cwd: string
}

/** Statements that one boot may execute before reading gives up. */
const BUDGET = 150_000
const DEEPEST_CALL = 24
/** Calls of one function by what a library calls later. Each view asks the same few for its user and its settings. */
const MOST_REQUEST_CALLS = 4

class Exhausted extends Error {}

export interface Frame {
  readonly path: string
  readonly scope: Scope
  readonly function: FunctionObject | null
  readonly returns: Value[]
}

export class Interpreter {
  readonly modules: Modules
  readonly roots: string[]
  readonly cwd: string
  readonly environment: Environment
  readonly calls: CallRecord[] = []
  readonly missing: MissingImport[] = []
  readonly outside: OutsideImport[] = []
  /** Every Flask app that was made, in order. */
  readonly apps: InstanceObject[] = []
  readonly loaded = new Map<string, LoadedModule>()
  /** Functions and classes that a library calls later: view functions, job targets. */
  readonly deferred = new Map<FunctionObject, Atom | null>()
  readonly active: FunctionObject[] = []
  /** The class of each class body, for `super()`. */
  readonly classes = new Map<Scope, ClassObject>()
  /** Files whose module body is running: their names are not complete yet. */
  readonly importing = new Set<string>()
  phase: 'import' | 'request' = 'import'
  /** Depth of `try` statements whose handlers catch a failing import. */
  catching = 0
  /** Depth of `try` statements that catch anything: what fails there does not stop the program. */
  trying = 0
  /** Config vars without which the program stops before it serves. */
  readonly needed = new Set<string>()
  readonly #requestCalls = new Map<FunctionObject, number>()
  exhausted = false
  guards: readonly Guard[] = []
  /** Guards under which the module that is running was imported first. */
  importGuards: readonly Guard[] = []
  frame: Frame
  /** `__name__` of the entry when it is run as a script. */
  #script: string | null = null
  #budget = BUDGET

  constructor(options: InterpreterOptions) {
    this.modules = options.modules
    this.roots = [...options.roots]
    this.cwd = options.cwd
    this.environment = new Environment(options)
    this.frame = { path: '', scope: new Scope('module', null), function: null, returns: [] }
  }

  at(span: Span): Place {
    return { path: this.frame.path, start: span.start, end: span.end }
  }

  /** Imports a module by the path of its file, once; the module that is being imported already is handed out as it stands. */
  load(path: string, name: string, importedAt: Place | null, script = false): LoadedModule {
    const known = this.loaded.get(path)
    if (known !== undefined) return known
    const scope = new Scope('module', null)
    const module: LoadedModule = { path, name, scope, importedAt, phase: this.phase }
    this.loaded.set(path, module)
    if (script) this.#script = path
    const start: Place = { path, start: 0, end: 0 }
    scope.names.set('__name__', text([script ? '__main__' : name], start))
    scope.names.set('__file__', text([`/app/${path}`], start))
    scope.names.set('__doc__', constant(null, start))
    this.inFrame({ path, scope, function: null, returns: [] }, () => {
      const outer = this.guards
      const outerImport = this.importGuards
      this.importGuards = [...outerImport, ...outer]
      this.guards = []
      this.importing.add(path)
      try {
        this.block(this.modules.parse(path).body)
      } finally {
        this.guards = outer
        this.importGuards = outerImport
        this.importing.delete(path)
      }
    })
    return module
  }

  isScript(path: string): boolean {
    return this.#script === path
  }

  /** Runs what a library would call later, once each, after the boot itself. */
  finish(): void {
    this.guarded(() => {
      this.phase = 'request'
      runDeferred(this)
    })
  }

  /** Runs `body`; where reading has to give up, what was found so far stays. */
  guarded<T>(body: () => T): T | undefined {
    try {
      return body()
    } catch (error) {
      // Deep nesting of a project's calls or expressions ends here as well: what is known by then is kept.
      if (error instanceof Exhausted || error instanceof RangeError) {
        this.exhausted = true
        return undefined
      }
      throw error
    }
  }

  /** Notes a Flask app. Debug mode is on from the start where the program itself has set FLASK_DEBUG before (flask/sansio/app.py, make_config). */
  addApp(app: InstanceObject): void {
    this.apps.push(app)
    const word = this.environment.own('FLASK_DEBUG', this.guards)
    if (word !== null) setEntry(this, configOf(app), 'DEBUG', flagOf(word))
  }

  inFrame<T>(frame: Frame, body: () => T): T {
    const outer = this.frame
    this.frame = frame
    try {
      return body()
    } finally {
      this.frame = outer
    }
  }

  /** Runs `body` where `guard` holds as well; skipped when it cannot. Undefined when skipped. */
  where<T>(guards: readonly Guard[], body: () => T): T | undefined {
    const outer = this.guards
    const merged = both(outer, guards)
    if (merged === null) return undefined
    this.guards = merged
    try {
      return body()
    } finally {
      this.guards = outer
    }
  }

  call(fn: FunctionObject, self: Atom | null, args: CallArguments): Value {
    if (this.active.length >= DEEPEST_CALL || this.active.filter((other) => other === fn).length > 1) return UNKNOWN
    if (this.phase === 'request') {
      const count = (this.#requestCalls.get(fn) ?? 0) + 1
      this.#requestCalls.set(fn, count)
      if (count > MOST_REQUEST_CALLS) return UNKNOWN
    }
    return callFunction(this, fn, self, args)
  }

  evaluate(expr: Expr): Value {
    return evaluate(this, expr)
  }

  /** Executes statements. Null when control never falls out at the end, else the guards under which it does, given what ended early. */
  block(stmts: readonly Stmt[]): readonly Guard[] | null {
    return block(this, stmts)
  }

  /** Notes that the program stops here without a config var, if nothing but its absence leads here. */
  stopsWithout(name: string): void {
    if (this.phase !== 'import' || this.trying > 0) return
    const decided = [...this.importGuards, ...this.guards].every(
      ({ about, holds }) =>
        about.kind === 'set' && (about.name === name ? !holds : holds && this.needed.has(about.name)),
    )
    if (decided && this.environment.lookup(name, { path: '' }, []).unset !== null) this.needed.add(name)
  }

  /** Counts one statement. Throws Exhausted where reading gives up. */
  step(): void {
    if (--this.#budget < 0) throw new Exhausted()
  }

  /** Marks a value that was handed to a library: what it can call, it may call later. */
  handOver(value: Value): void {
    for (const { atom } of value) {
      if (atom.kind === 'function') this.deferred.set(atom.object, atom.self)
      if (atom.kind === 'class') {
        for (const [name, member] of atom.object.scope.names) {
          if (name.startsWith('__')) continue
          for (const { atom: method } of member) {
            if (method.kind === 'function')
              this.deferred.set(method.object, {
                kind: 'instance',
                object: {
                  className: '',
                  class: atom.object,
                  attributes: new Map(),
                  at: atom.object.at,
                  args: NO_ARGUMENTS,
                },
              })
          }
        }
      }
    }
  }

  literal(value: Value): string | null {
    const [first] = value
    return value.length === 1 && first ? literalText(first.atom) : null
  }
}
