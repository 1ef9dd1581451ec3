/** Runs statements: what they define, which branch is taken, and where control falls out of a block. */
import { assignTo } from './assign.ts'
import type { Expr, Span, Stmt } from './ast.ts'
import { defineClass, defineFunction } from './definitions.ts'
import { dottedName, evaluate } from './evaluate.ts'
import { importFrom, importNames } from './imports.ts'
import type { Interpreter } from './interpreter.ts'
import { noteCheck } from './stopping.ts'
import { branchesOf } from './truth.ts'
import { both, constant, type Guard, negated, setGuard, UNKNOWN, unknownGuard } from './value.ts'

/** Executes statements. Null when control never falls out at the end, else the guards under which it does, given what ended early. */
export function block(vm: Interpreter, stmts: readonly Stmt[]): readonly Guard[] | null {
  // never added to in place: what was defined under it keeps it
  let assumed: readonly Guard[] = NO_GUARDS
  for (const stmt of stmts) {
    const outcome = assumed.length === 0 ? statement(vm, stmt) : vm.where(assumed, () => statement(vm, stmt))
    if (outcome === undefined) break
    if (outcome === null) return null
    if (outcome.length === 0) continue
    vm.where(assumed, () => noteCheck(vm, stmt, outcome))
    assumed = [...assumed, ...outcome]
  }
  return assumed
}

const NO_GUARDS: readonly Guard[] = []

function statement(vm: Interpreter, stmt: Stmt): readonly Guard[] | null {
  vm.step()
  switch (stmt.kind) {
    case 'expr': {
      if (isLiteralText(stmt.value)) return []
      const value = vm.evaluate(stmt.value)
      if (value.length !== 1 || value[0]?.atom.kind !== 'external' || value[0].atom.name !== '<exit>') return []
      requireUnset(vm)
      return null
    }
    case 'assign': {
      const value = vm.evaluate(stmt.value)
      for (const target of stmt.targets) assignTo(vm, target, value)
      return []
    }
    case 'augment':
      return augment(vm, stmt.target, stmt)
    case 'import':
      importNames(vm, stmt.names)
      return []
    case 'from':
      importFrom(vm, stmt)
      return []
    case 'function':
      defineFunction(vm, stmt)
      return []
    case 'class':
      defineClass(vm, stmt)
      return []
    case 'if':
      return branched(vm, stmt.branches, stmt.otherwise)
    case 'while': {
      const { yes } = branchesOf(vm, stmt.test)
      if (yes !== null) vm.where(yes, () => block(vm, stmt.body))
      const forever = yes !== null && yes.length === 0 && stmt.test.kind !== 'unknown' && !breaks(stmt.body)
      return forever && (stmt.test.kind === 'constant' || stmt.test.kind === 'number') ? null : []
    }
    case 'for':
      loop(vm, stmt.target, stmt.over, stmt.body)
      return block(vm, stmt.otherwise)
    case 'try':
      return attempt(vm, stmt)
    case 'with': {
      for (const item of stmt.items) {
        const value = vm.evaluate(item.value)
        if (item.target) assignTo(vm, item.target, value)
      }
      if (!stmt.items.some(({ value }) => suppressesImport(value))) return block(vm, stmt.body)
      vm.catching++
      try {
        block(vm, stmt.body)
      } finally {
        vm.catching--
      }
      return []
    }
    case 'return': {
      const value = stmt.value ? vm.evaluate(stmt.value) : constant(null, vm.at(stmt))
      vm.frame.returns.push(
        value.flatMap(({ atom, guards }) => {
          const merged = both(guards, vm.guards)
          return merged === null ? [] : [{ atom, guards: merged }]
        }),
      )
      return null
    }
    case 'raise':
      if (stmt.value) vm.evaluate(stmt.value)
      requireUnset(vm)
      return null
    case 'global':
      for (const name of stmt.names) vm.frame.scope.outer.add(name)
      return []
    case 'match':
      vm.evaluate(stmt.subject)
      for (const [i, body] of stmt.cases.entries())
        vm.where([unknownGuard(`${vm.frame.path}:${stmt.start}:${i}`, true)], () => block(vm, body))
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

/** A docstring, or a comment written as one. */
const isLiteralText = (expr: Expr): boolean =>
  expr.kind === 'string' && expr.parts.every((part) => typeof part === 'string')

/** What stops the program where a config var is not set makes it a config var that the app needs. */
function requireUnset(vm: Interpreter): void {
  for (const { about, holds } of vm.guards) {
    if (about.kind !== 'set' || holds) continue
    vm.environment.markRequired(about.name)
    vm.stopsWithout(about.name)
  }
}

function augment(
  vm: Interpreter,
  target: Expr,
  stmt: Span & { readonly op: string; readonly value: Expr },
): readonly Guard[] {
  const value = evaluate(vm, {
    kind: 'binary',
    op: stmt.op,
    left: target,
    right: stmt.value,
    start: stmt.start,
    end: stmt.end,
  })
  assignTo(vm, target, value)
  return []
}

function branched(
  vm: Interpreter,
  branches: readonly { readonly test: Expr; readonly body: readonly Stmt[] }[],
  otherwise: readonly Stmt[],
): readonly Guard[] | null {
  const [first, ...rest] = branches
  if (first === undefined) return block(vm, otherwise)
  const { yes, no } = branchesOf(vm, first.test)
  if (yes === null) return branched(vm, rest, otherwise)
  if (no === null) return vm.where(yes, () => block(vm, first.body)) ?? []
  const taken = vm.where(yes, () => block(vm, first.body))
  const left = vm.where(no, () => branched(vm, rest, otherwise))
  if (taken === null && left === null) return null
  // A branch that never falls through leaves the other one's condition behind.
  if (taken === null) return [...no, ...(left ?? [])]
  if (left === null) return [...yes, ...(taken ?? [])]
  return []
}

function loop(vm: Interpreter, target: Expr, over: Expr, body: readonly Stmt[]): void {
  const value = vm.evaluate(over)
  const [first] = value
  const items =
    value.length === 1 && first?.atom.kind === 'list' && first.atom.object.exact ? first.atom.object.items : null
  if (items !== null && items.length <= 20) {
    for (const item of [...items]) {
      assignTo(vm, target, item)
      block(vm, body)
    }
    return
  }
  assignTo(vm, target, UNKNOWN)
  vm.where([unknownGuard(`${vm.frame.path}:${over.start}`, true)], () => block(vm, body))
}

const IMPORT_ERRORS = /^(?:ImportError|ModuleNotFoundError|Exception|BaseException)$/

function attempt(vm: Interpreter, stmt: Extract<Stmt, { kind: 'try' }>): readonly Guard[] | null {
  const wants = stmt.handlers.map((handler) => (handler.type === null ? ['Exception'] : exceptionNames(handler.type)))
  const catchesImport = wants.flat().some((name) => IMPORT_ERRORS.test(name))
  if (catchesImport) vm.catching++
  if (stmt.handlers.length > 0) vm.trying++
  let outcome: readonly Guard[] | null | undefined
  try {
    outcome = block(vm, stmt.body)
  } finally {
    if (catchesImport) vm.catching--
    if (stmt.handlers.length > 0) vm.trying--
  }
  const handled = stmt.handlers.map((handler, i) => {
    const catchesKey = wants[i]?.some((name) =>
      /^(?:KeyError|LookupError|Exception|BaseException|UndefinedValueError)$/.test(name),
    )
    // `except KeyError` after os.environ["X"] runs where X is not set: a condition that can be explained
    const required = catchesKey === true ? requiredVariables(stmt.body) : []
    const [name] = required
    const guard =
      name !== undefined && required.length === 1
        ? setGuard(name, false)
        : unknownGuard(`${vm.frame.path}:${handler.start}`, true)
    // a variable that every dyno has, such as PORT, is never missing
    if (guard.about.kind === 'set' && vm.environment.lookup(guard.about.name, vm.at(handler), []).unset === null)
      return undefined
    return vm.where([guard], () => {
      if (handler.name) vm.frame.scope.assign(handler.name, UNKNOWN, vm.guards)
      const left = block(vm, handler.body)
      return left === null ? negated(guard) : guard
    })
  })
  if (outcome !== null) block(vm, stmt.otherwise)
  block(vm, stmt.final)
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

/** `with contextlib.suppress(ImportError):`. */
function suppressesImport(value: Expr): boolean {
  return (
    value.kind === 'call' &&
    /(?:^|\.)suppress$/.test(dottedName(value.callee)) &&
    value.args.some((arg) => exceptionNames(arg.value).some((name) => IMPORT_ERRORS.test(name)))
  )
}

function exceptionNames(type: Expr): string[] {
  if (type.kind === 'tuple' || type.kind === 'list') return type.items.flatMap(exceptionNames)
  return [dottedName(type).split('.').at(-1) ?? '']
}

const REQUIRED = new WeakMap<readonly Stmt[], readonly string[]>()

/** Config vars that the statements read so that a missing one raises. */
function requiredVariables(stmts: readonly Stmt[]): readonly string[] {
  const known = REQUIRED.get(stmts)
  if (known !== undefined) return known
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
  const found = [...names]
  REQUIRED.set(stmts, found)
  return found
}
