/** Statements, by the grammar's node names. */
import type { Expr, Handler, ImportedName, Stmt } from './ast.ts'
import { bodies, expressions, type Item, many, nothing, optional, tupled } from './grammar-items.ts'
import { argumentsOf, parameters } from './parse-arguments.ts'

/** The statements that a node stands for; null for a node that is no statement. */
export function statementsOf(name: string, items: readonly Item[], start: number, end: number): readonly Stmt[] | null {
  switch (name) {
    case 'Script':
    case 'Body':
    case 'StatementGroup':
    case 'MatchBody':
      return items.flatMap(
        (item) =>
          item.stmts ??
          (item.expr ? [{ kind: 'expr', value: item.expr, start: item.start, end: item.end } as const] : []),
      )
    case 'ExpressionStatement': {
      const exprs = items.flatMap((item) => (item.expr ? [item.expr] : []))
      const value = exprs.length === 1 && exprs[0] ? exprs[0] : many('tuple', exprs, start, end)
      return [{ kind: 'expr', value, start, end }]
    }
    case 'YieldStatement': {
      const value: Expr = { kind: 'yield', value: optional(items, start), start, end }
      return [{ kind: 'expr', value, start, end }]
    }
    case 'PrintStatement':
      return [{ kind: 'expr', value: { kind: 'unknown', parts: expressions(items), start, end }, start, end }]
    case 'AssignStatement':
      return [assignment(items, start, end)]
    case 'UpdateStatement': {
      const op = items.find((item) => item.name === 'UpdateOp')
      const [target, value] = expressions(items)
      if (!op || !target || !value) return []
      return [{ kind: 'augment', target, op: op.text.slice(0, -1), value, start, end }]
    }
    case 'ImportStatement':
      return importStatement(items, start, end)
    case 'IfStatement':
      return [ifStatement(items, start, end)]
    case 'WhileStatement': {
      const [body, otherwise] = bodies(items)
      const test = expressions(items)[0] ?? nothing(start)
      return [{ kind: 'while', test, body: body ?? [], otherwise: otherwise ?? [], start, end }]
    }
    case 'ForStatement': {
      const at = items.findIndex((item) => item.name === 'in')
      const target = tupled(items.slice(0, at), start)
      const over = tupled(items.slice(at + 1), start)
      const [body, otherwise] = bodies(items)
      return [{ kind: 'for', target, over, body: body ?? [], otherwise: otherwise ?? [], start, end }]
    }
    case 'TryStatement':
      return [tryStatement(items, start, end)]
    case 'WithStatement':
      return [withStatement(items, start, end)]
    case 'DecoratedStatement': {
      const decorators = items.flatMap((item) => (item.name === 'Decorator' && item.expr ? [item.expr] : []))
      return items
        .flatMap((item) => item.stmts ?? [])
        .map((stmt) => (stmt.kind === 'function' || stmt.kind === 'class' ? { ...stmt, decorators, start } : stmt))
    }
    case 'FunctionDefinition': {
      const nameItem = items.find((item) => item.name === 'VariableName')
      const params = items.find((item) => item.name === 'ParamList')
      return [
        {
          kind: 'function',
          name: nameItem?.text ?? '',
          nameAt: nameItem ?? { start, end: start },
          params: params ? parameters(params.items) : [],
          decorators: [],
          body: bodies(items)[0] ?? [],
          isAsync: items[0]?.name === 'async',
          start,
          end,
        },
      ]
    }
    case 'ClassDefinition': {
      const nameItem = items.find((item) => item.name === 'VariableName')
      const args = items.find((item) => item.name === 'ArgList')
      return [
        {
          kind: 'class',
          name: nameItem?.text ?? '',
          nameAt: nameItem ?? { start, end: start },
          args: args ? argumentsOf(args.items) : [],
          decorators: [],
          body: bodies(items)[0] ?? [],
          start,
          end,
        },
      ]
    }
    case 'ReturnStatement':
      return [{ kind: 'return', value: optional(items, start), start, end }]
    case 'RaiseStatement':
      return [{ kind: 'raise', value: expressions(items)[0] ?? null, start, end }]
    case 'ScopeStatement':
      return [
        {
          kind: 'global',
          names: items.filter((item) => item.name === 'VariableName').map((item) => item.text),
          start,
          end,
        },
      ]
    case 'DeleteStatement':
      return [{ kind: 'delete', targets: expressions(items), start, end }]
    case 'AssertStatement':
      return assertion(items, start, end)
    case 'MatchStatement': {
      const cases =
        items
          .find((item) => item.name === 'MatchBody')
          ?.items.flatMap((item) => (item.name === 'MatchClause' ? [bodies(item.items)[0] ?? []] : [])) ?? []
      return [{ kind: 'match', subject: tupled(items, start), cases, start, end }]
    }
    case 'MatchClause':
      return []
    case 'BreakStatement':
      return [{ kind: 'break', start, end }]
    case 'ContinueStatement':
      return [{ kind: 'continue', start, end }]
    case 'PassStatement':
      return [{ kind: 'pass', start, end }]
    case 'TypeDefinition':
      return []
    default:
      return null
  }
}

function assignment(items: readonly Item[], start: number, end: number): Stmt {
  const groups: Item[][] = [[]]
  for (const item of items) {
    if (item.name === 'AssignOp') groups.push([])
    else if (item.name !== 'TypeDef') groups.at(-1)?.push(item)
  }
  const sides = groups.map((group) => tupled(group, start))
  const value = sides.pop()
  const [target] = sides
  if (value === undefined || target === undefined)
    return { kind: 'declare', target: value ?? nothing(start), start, end }
  return { kind: 'assign', targets: sides, value, start, end }
}

function importStatement(items: readonly Item[], start: number, end: number): Stmt[] {
  const at = items.findIndex((item) => item.name === 'import')
  if (items[0]?.name !== 'from') return [{ kind: 'import', names: importedNames(items.slice(1), true), start, end }]
  const head = items.slice(1, at < 0 ? items.length : at)
  let level = 0
  let module = ''
  for (const item of head) {
    if (item.name === 'VariableName') module += module === '' ? item.text : `.${item.text}`
    else if (module === '') level += item.text.length // `.` and the `...` that the grammar reads as one token
  }
  const moduleAt = { start: head[0]?.start ?? start, end: head.at(-1)?.end ?? end }
  const tail = at < 0 ? [] : items.slice(at + 1)
  const names = tail.some((item) => item.name === '*') ? ('*' as const) : importedNames(tail, false)
  return [{ kind: 'from', level, module, moduleAt, names, start, end }]
}

function importedNames(items: readonly Item[], dotted: boolean): ImportedName[] {
  const names: ImportedName[] = []
  let first = true
  let aliasNext = false
  for (const item of items) {
    const last = names.at(-1)
    if (item.name === ',') {
      first = true
      aliasNext = false
    } else if (item.name === 'as') aliasNext = true
    else if (item.name === 'VariableName') {
      if (first || last === undefined) names.push({ name: item.text, alias: null, start: item.start, end: item.end })
      else if (aliasNext) names[names.length - 1] = { ...last, alias: item.text }
      else if (dotted) names[names.length - 1] = { ...last, name: `${last.name}.${item.text}`, end: item.end }
      first = false
    }
  }
  return names
}

function ifStatement(items: readonly Item[], start: number, end: number): Stmt {
  const branches: { test: Expr; body: readonly Stmt[] }[] = []
  let otherwise: readonly Stmt[] = []
  let test: Expr | null = null
  for (const item of items) {
    if (item.name === 'else') test = null
    else if (item.name === 'Body') {
      if (test) branches.push({ test, body: item.stmts ?? [] })
      else otherwise = item.stmts ?? []
      test = null
    } else if (item.expr) test = item.expr
  }
  return { kind: 'if', branches, otherwise, start, end }
}

function tryStatement(items: readonly Item[], start: number, end: number): Stmt {
  let body: readonly Stmt[] = []
  let otherwise: readonly Stmt[] = []
  let final: readonly Stmt[] = []
  const handlers: Handler[] = []
  let part = 'try'
  let head: Item[] = []
  for (const item of items) {
    if (['try', 'except', 'else', 'finally'].includes(item.name)) {
      part = item.name
      head = []
    } else if (item.name !== 'Body') head.push(item)
    else if (part === 'try') body = item.stmts ?? []
    else if (part === 'else') otherwise = item.stmts ?? []
    else if (part === 'finally') final = item.stmts ?? []
    else {
      const as = head.findIndex((entry) => entry.name === 'as')
      const name = as >= 0 ? (head[as + 1]?.text ?? null) : null
      const type = expressions(as >= 0 ? head.slice(0, as) : head)[0] ?? null
      handlers.push({ type, name, body: item.stmts ?? [], start: item.start, end: item.end })
    }
  }
  return { kind: 'try', body, handlers, otherwise, final, start, end }
}

function withStatement(items: readonly Item[], start: number, end: number): Stmt {
  const pairs: { value: Expr; target: Expr | null }[] = []
  let as = false
  for (const item of items) {
    if (item.name === 'as') as = true
    else if (item.expr) {
      const last = pairs.at(-1)
      if (as && last) pairs[pairs.length - 1] = { value: last.value, target: item.expr }
      else pairs.push({ value: item.expr, target: null })
      as = false
    }
  }
  return { kind: 'with', items: pairs, body: bodies(items)[0] ?? [], start, end }
}

/** `assert test, message` is `if not test: raise …`. */
function assertion(items: readonly Item[], start: number, end: number): Stmt[] {
  const [test, value = null] = expressions(items)
  if (test === undefined) return []
  const failed: Expr = { kind: 'not', operand: test, start: test.start, end: test.end }
  return [
    {
      kind: 'if',
      branches: [{ test: failed, body: [{ kind: 'raise', value, start, end }] }],
      otherwise: [],
      start,
      end,
    },
  ]
}
