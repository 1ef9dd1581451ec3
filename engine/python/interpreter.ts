/**
 * Runs Python in the head: what a process of a dyno would execute from its entry on, with values as far as they can be told.
 *
 * It follows imports, functions and classes of the project, never anything outside the tree, and records each call
 * to something external with its arguments. Conditions that cannot be decided become guards (value.ts).
 */
import type { Place } from '../finding.ts'
import type { ClassDef, Expr, FunctionDef, Span, Stmt } from './ast.ts'
import { Environment, type EnvironmentOptions } from './environment.ts'
import { assignTo, dottedName, evaluate } from './evaluate.ts'
import { callFunction, runDeferred } from './functions.ts'
import { importFrom, importNames } from './imports.ts'
import type { Modules } from './modules.ts'
import { Scope } from './scope.ts'
import { branchesOf } from './truth.ts'
import {
  type Atom,
  both,
  type CallArguments,
  constant,
  type FunctionObject,
  type Guard,
  type InstanceObject,
  literalText,
  NO_ARGUMENTS,
  negated,
  only,
  setGuard,
  text,
  UNKNOWN,
  unknownGuard,
  type Value,
} from './value.ts'

/** One call to something outside the project. */
export interface CallRecord {
  /** Qualified name, such as `sqlite3.connect` or `flask.Flask.run`. */
  readonly name: string
  readonly at: Place
  readonly args: CallArguments
  /** Where each argument was written: by position and by keyword. */
  readonly argAt: ReadonlyMap<string | number, Place>
  /** What must hold for the call to happen. */
  readonly guards: readonly Guard[]
  /** `import`: while modules are imported or the app is made. `request`: in a function that the app or a library calls later. */
  readonly phase: 'import' | 'request'
  /** The object whose method was called. */
  readonly self: Atom | null
  /** Name of the project's function that holds the call, or null at a module's top level. */
  readonly within: string | null
  readonly result: Value
}

/** An import that nothing in the tree and nothing outside can satisfy for certain. */
export interface MissingImport {
  readonly name: string
  readonly at: Place
  readonly guards: readonly Guard[]
  readonly caught: boolean
}

export interface LoadedModule {
  readonly path: string
  readonly name: string
  readonly scope: Scope
  /** The statement that imported it first; null for the entry. */
  readonly importedAt: Place | null
  readonly phase: 'import' | 'request'
}

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
  /** Every Flask app that was made, in order. */
  readonly apps: InstanceObject[] = []
  readonly loaded = new Map<string, LoadedModule>()
  /** Functions and classes that a library calls later: view functions, job targets. */
  readonly deferred = new Map<FunctionObject, Atom | null>()
  readonly active: FunctionObject[] = []
  /** Files whose module body is running: their names are not complete yet. */
  readonly importing = new Set<string>()
  phase: 'import' | 'request' = 'import'
  /** Depth of `try` statements whose handlers catch a failing import. */
  catching = 0
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
    return callFunction(this, fn, self, args)
  }

  evaluate(expr: Expr): Value {
    return evaluate(this, expr)
  }

  /** Executes statements. Null when control never falls out at the end, else the guards under which it does, given what ended early. */
  block(stmts: readonly Stmt[]): readonly Guard[] | null {
    const assumed: Guard[] = []
    for (const stmt of stmts) {
      const outcome = this.where(assumed, () => this.#statement(stmt))
      if (outcome === undefined) break
      if (outcome === null) return null
      assumed.push(...outcome)
    }
    return assumed
  }

  #statement(stmt: Stmt): readonly Guard[] | null {
    if (--this.#budget < 0) throw new Exhausted()
    switch (stmt.kind) {
      case 'expr': {
        const value = this.evaluate(stmt.value)
        if (value.length !== 1 || value[0]?.atom.kind !== 'external' || value[0].atom.name !== '<exit>') return []
        this.#requireUnset()
        return null
      }
      case 'assign': {
        const value = this.evaluate(stmt.value)
        for (const target of stmt.targets) assignTo(this, target, value)
        return []
      }
      case 'augment':
        return this.#augment(stmt.target, stmt)
      case 'import':
        importNames(this, stmt.names)
        return []
      case 'from':
        importFrom(this, stmt)
        return []
      case 'function':
        this.#define(stmt)
        return []
      case 'class':
        this.#defineClass(stmt)
        return []
      case 'if':
        return this.#if(stmt.branches, stmt.otherwise)
      case 'while': {
        const { yes } = branchesOf(this, stmt.test)
        if (yes !== null) this.where(yes, () => this.block(stmt.body))
        const forever = yes !== null && yes.length === 0 && stmt.test.kind !== 'unknown' && !breaks(stmt.body)
        return forever && (stmt.test.kind === 'constant' || stmt.test.kind === 'number') ? null : []
      }
      case 'for':
        this.#for(stmt.target, stmt.over, stmt.body)
        return this.block(stmt.otherwise)
      case 'try':
        return this.#try(stmt)
      case 'with': {
        for (const item of stmt.items) {
          const value = this.evaluate(item.value)
          if (item.target) assignTo(this, item.target, value)
        }
        return this.block(stmt.body)
      }
      case 'return': {
        const value = stmt.value ? this.evaluate(stmt.value) : constant(null, this.at(stmt))
        this.frame.returns.push(
          value.flatMap(({ atom, guards }) => {
            const merged = both(guards, this.guards)
            return merged === null ? [] : [{ atom, guards: merged }]
          }),
        )
        return null
      }
      case 'raise':
        if (stmt.value) this.evaluate(stmt.value)
        this.#requireUnset()
        return null
      case 'global':
        for (const name of stmt.names) this.frame.scope.outer.add(name)
        return []
      case 'match':
        this.evaluate(stmt.subject)
        for (const [i, body] of stmt.cases.entries())
          this.where([unknownGuard(`${this.frame.path}:${stmt.start}:${i}`, true)], () => this.block(body))
        return []
      case 'break':
      case 'continue':
        return null
      case 'delete':
      case 'declare':
      case 'pass':
        return []
    }
  }

  /** What stops the program where a config var is not set makes it a config var that the app needs. */
  #requireUnset(): void {
    for (const { about, holds } of this.guards)
      if (about.kind === 'set' && !holds) this.environment.markRequired(about.name)
  }

  #augment(target: Expr, stmt: Span & { readonly op: string; readonly value: Expr }): readonly Guard[] {
    const value = evaluate(this, {
      kind: 'binary',
      op: stmt.op,
      left: target,
      right: stmt.value,
      start: stmt.start,
      end: stmt.end,
    })
    assignTo(this, target, value)
    return []
  }

  #if(
    branches: readonly { readonly test: Expr; readonly body: readonly Stmt[] }[],
    otherwise: readonly Stmt[],
  ): readonly Guard[] | null {
    const [first, ...rest] = branches
    if (first === undefined) return this.block(otherwise)
    const { yes, no } = branchesOf(this, first.test)
    if (yes === null) return this.#if(rest, otherwise)
    if (no === null) return this.where(yes, () => this.block(first.body)) ?? []
    const taken = this.where(yes, () => this.block(first.body))
    const left = this.where(no, () => this.#if(rest, otherwise))
    if (taken === null && left === null) return null
    // A branch that never falls through leaves the other one's condition behind.
    if (taken === null) return [...no, ...(left ?? [])]
    if (left === null) return [...yes, ...(taken ?? [])]
    return []
  }

  #for(target: Expr, over: Expr, body: readonly Stmt[]): void {
    const value = this.evaluate(over)
    const [first] = value
    const items =
      value.length === 1 && first?.atom.kind === 'list' && first.atom.object.exact ? first.atom.object.items : null
    if (items !== null && items.length <= 20) {
      for (const item of [...items]) {
        assignTo(this, target, item)
        this.block(body)
      }
      return
    }
    assignTo(this, target, UNKNOWN)
    this.where([unknownGuard(`${this.frame.path}:${over.start}`, true)], () => this.block(body))
  }

  #try(stmt: Extract<Stmt, { kind: 'try' }>): readonly Guard[] | null {
    const wants = stmt.handlers.map((handler) => (handler.type === null ? ['Exception'] : exceptionNames(handler.type)))
    const catchesImport = wants
      .flat()
      .some((name) => /^(?:ImportError|ModuleNotFoundError|Exception|BaseException)$/.test(name))
    if (catchesImport) this.catching++
    let outcome: readonly Guard[] | null | undefined
    try {
      outcome = this.block(stmt.body)
    } finally {
      if (catchesImport) this.catching--
    }
    const required = requiredVariables(stmt.body)
    const handled = stmt.handlers.map((handler, i) => {
      const catchesKey = wants[i]?.some((name) =>
        /^(?:KeyError|LookupError|Exception|BaseException|UndefinedValueError)$/.test(name),
      )
      // `except KeyError` after os.environ["X"] runs where X is not set: a condition that can be explained
      const [name] = required
      const guard =
        catchesKey && name !== undefined && required.length === 1
          ? setGuard(name, false)
          : unknownGuard(`${this.frame.path}:${handler.start}`, true)
      return this.where([guard], () => {
        if (handler.name) this.frame.scope.assign(handler.name, UNKNOWN, this.guards)
        const left = this.block(handler.body)
        return left === null ? negated(guard) : guard
      })
    })
    if (outcome !== null) this.block(stmt.otherwise)
    this.block(stmt.final)
    const ended = handled.flatMap((guard) =>
      guard && !guard.holds && guard.about.kind === 'unknown'
        ? []
        : guard && guard.about.kind === 'set' && guard.holds
          ? [guard]
          : [],
    )
    if (outcome === null) return stmt.handlers.length > 0 && handled.some((guard) => guard?.holds) ? [] : null
    return ended
  }

  #define(def: FunctionDef): void {
    const decorators = def.decorators.map((decorator) => dottedName(decorator))
    const fn: FunctionObject = {
      name: def.name,
      params: def.params,
      body: def.body,
      def,
      scope: this.frame.scope,
      path: this.frame.path,
      at: this.at(def.nameAt),
      decorators,
    }
    const atom: Atom = { kind: 'function', object: fn, self: null }
    for (const decorator of def.decorators) {
      const value = this.evaluate(decorator)
      const outside = value.some(({ atom: made }) => made.kind !== 'function' && made.kind !== 'class')
      if (
        outside &&
        !/(?:^|\.)(?:cli|click|manager|pytest|typer)\.|(?:^|\.)(?:command|fixture|staticmethod|classmethod|property|lru_cache|cache|wraps|contextmanager|cached_property|dataclass)$/.test(
          dottedName(decorator),
        )
      )
        this.deferred.set(fn, null)
    }
    this.frame.scope.assign(def.name, only(atom), this.guards)
  }

  #defineClass(def: ClassDef): void {
    const scope = new Scope('class', this.frame.scope)
    const bases: Atom[] = []
    for (const arg of def.args) {
      const value = this.evaluate(arg.value)
      if (arg.name === null) bases.push(value.length === 1 && value[0] ? value[0].atom : { kind: 'unknown' })
    }
    for (const decorator of def.decorators) this.evaluate(decorator)
    const frame: Frame = { path: this.frame.path, scope, function: this.frame.function, returns: [] }
    const atom: Atom = {
      kind: 'class',
      object: { name: def.name, def, path: this.frame.path, at: this.at(def.nameAt), bases, scope },
    }
    this.inFrame(frame, () => this.block(def.body))
    this.frame.scope.assign(def.name, only(atom), this.guards)
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

function breaks(stmts: readonly Stmt[]): boolean {
  return stmts.some((stmt) => {
    switch (stmt.kind) {
      case 'break':
      case 'return':
        return true
      case 'if':
        return stmt.branches.some((branch) => breaks(branch.body)) || breaks(stmt.otherwise)
      case 'try':
        return (
          breaks(stmt.body) ||
          stmt.handlers.some((handler) => breaks(handler.body)) ||
          breaks(stmt.otherwise) ||
          breaks(stmt.final)
        )
      case 'with':
        return breaks(stmt.body)
      default:
        return false
    }
  })
}

function exceptionNames(type: Expr): string[] {
  if (type.kind === 'tuple' || type.kind === 'list') return type.items.flatMap(exceptionNames)
  return [dottedName(type).split('.').at(-1) ?? '']
}

/** Config vars that the statements read so that a missing one raises. */
function requiredVariables(stmts: readonly Stmt[]): string[] {
  const names = new Set<string>()
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item)
    } else if (typeof node === 'object' && node !== null) {
      const expr = node as Partial<Extract<Expr, { kind: 'subscript' }>>
      if (
        expr.kind === 'subscript' &&
        expr.of &&
        expr.index?.kind === 'string' &&
        /(?:^|\.)environ$/.test(dottedName(expr.of))
      ) {
        const [name] = expr.index.parts
        if (typeof name === 'string') names.add(name)
      }
      for (const value of Object.values(node)) if (typeof value === 'object') visit(value)
    }
  }
  visit(stmts)
  return [...names]
}
