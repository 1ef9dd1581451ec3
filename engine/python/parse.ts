/**
 * Turns Python source into our syntax tree. The only module that knows @lezer/python's nodes.
 *
 * The grammar's error nodes are never shown as syntax errors: it marks 5 % of valid files
 * (`1.`, a bare `yield`, parenthesised `with`), yet keeps the calls and scopes around the mark.
 */
import type { TreeCursor } from '@lezer/common'
import { parser } from '@lezer/python'
import type { Argument, DictEntry, Expr, Handler, ImportedName, Parameter, Span, Stmt, StringPart } from './ast.ts'
import { literalShape, resolveEscapes } from './string-literal.ts'

export interface ParsedModule {
  readonly body: readonly Stmt[]
  /** False when the parser had to skip something; what parsed is still there. */
  readonly clean: boolean
}

/** One child of a grammar node, its own children already turned into expressions, statements or blocks. */
interface Item extends Span {
  readonly name: string
  readonly text: string
  readonly items: readonly Item[]
  readonly expr: Expr | null
  readonly stmts: readonly Stmt[] | null
}

/** Parses one file. Throws RangeError for source nested too deeply to walk. */
export function parsePython(source: string): ParsedModule {
  const cursor = parser.parse(source).cursor()
  const reader = new Reader(source)
  const root = reader.read(cursor)
  return { body: root.stmts ?? [], clean: reader.clean }
}

const EXPRESSION_LEAVES = new Set(['VariableName', 'Number', 'Boolean', 'None', 'String', 'Ellipsis'])

class Reader {
  readonly #source: string
  clean = true

  constructor(source: string) {
    this.#source = source
  }

  read(cursor: TreeCursor): Item {
    const name = cursor.name
    const start = cursor.from
    const end = cursor.to
    const items: Item[] = []
    if (cursor.type.isError) this.clean = false
    if (cursor.firstChild()) {
      do {
        if (cursor.name !== 'Comment') items.push(this.read(cursor))
      } while (cursor.nextSibling())
      cursor.parent()
    }
    const text = items.length === 0 ? this.#source.slice(start, end) : ''
    const stmts = this.#statements(name, items, start, end)
    const expr = stmts === null ? this.#expression(name, items, text, start, end) : null
    return { name, start, end, text, items, expr, stmts }
  }

  #statements(name: string, items: readonly Item[], start: number, end: number): readonly Stmt[] | null {
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
        const target = tupled(items.slice(0, at), start, end)
        const over = tupled(items.slice(at + 1), start, end)
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
        return [{ kind: 'return', value: optional(items, start, end), start, end }]
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
        return [{ kind: 'expr', value: { kind: 'unknown', parts: expressions(items), start, end }, start, end }]
      case 'MatchStatement': {
        const cases =
          items
            .find((item) => item.name === 'MatchBody')
            ?.items.flatMap((item) => (item.name === 'MatchClause' ? [bodies(item.items)[0] ?? []] : [])) ?? []
        return [{ kind: 'match', subject: tupled(items, start, end), cases, start, end }]
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

  #expression(name: string, items: readonly Item[], text: string, start: number, end: number): Expr | null {
    if (EXPRESSION_LEAVES.has(name)) return this.#leaf(name, text || this.#source.slice(start, end), start, end)
    const inner = () => expressions(items)
    switch (name) {
      case 'FormatString':
        return { kind: 'string', parts: this.#formatParts(items, start, end), bytes: false, start, end }
      case 'FormatReplacement':
        return inner()[0] ?? null
      case 'ContinuedString': {
        const strings = inner().flatMap((expr) => (expr.kind === 'string' ? [expr] : []))
        return {
          kind: 'string',
          parts: strings.flatMap((expr) => expr.parts),
          bytes: strings.some((expr) => expr.bytes),
          start,
          end,
        }
      }
      case 'MemberExpression':
        return member(items, start, end)
      case 'CallExpression': {
        const callee = items[0]?.expr
        const args = items.find((item) => item.name === 'ArgList')
        if (!callee) return { kind: 'unknown', parts: inner(), start, end }
        return { kind: 'call', callee, args: args ? argumentsOf(args.items) : [], start, end }
      }
      case 'Decorator':
        return decorator(items)
      case 'BinaryExpression':
        return binary(items, start, end)
      case 'UnaryExpression': {
        const operand = inner()[0]
        if (!operand) return null
        const op = items[0]?.text
        if (op === 'not') return { kind: 'not', operand, start, end }
        return op === '-'
          ? { kind: 'negative', operand, start, end }
          : { kind: 'unknown', parts: [operand], start, end }
      }
      case 'ConditionalExpression': {
        const [then, test, otherwise] = inner()
        return then && test && otherwise
          ? { kind: 'conditional', test, then, otherwise, start, end }
          : { kind: 'unknown', parts: inner(), start, end }
      }
      case 'ParenthesizedExpression':
        return inner()[0] ?? null
      case 'NamedExpression': {
        const [target, value] = inner()
        return target?.kind === 'name' && value
          ? { kind: 'assign-expr', target: target.name, value, start, end }
          : { kind: 'unknown', parts: inner(), start, end }
      }
      case 'TupleExpression':
        return many('tuple', starred(items), start, end)
      case 'ArrayExpression':
        return many('list', starred(items), start, end)
      case 'SetExpression':
        return many('set', starred(items), start, end)
      case 'DictionaryExpression':
        return { kind: 'dict', entries: dictEntries(items), start, end }
      case 'LambdaExpression': {
        const params = items.find((item) => item.name === 'ParamList')
        const body = items.findLast((item) => item.expr !== null)?.expr
        return body ? { kind: 'lambda', params: params ? parameters(params.items) : [], body, start, end } : null
      }
      case 'ArrayComprehensionExpression':
      case 'SetComprehensionExpression':
      case 'DictionaryComprehensionExpression':
      case 'ComprehensionExpression':
        return { kind: 'comprehension', parts: inner(), start, end }
      case 'AwaitExpression':
        return { kind: 'await', value: inner()[0] ?? null, start, end }
      case 'YieldExpression':
        return { kind: 'yield', value: inner()[0] ?? null, start, end }
      default:
        return null
    }
  }

  #leaf(name: string, text: string, start: number, end: number): Expr {
    switch (name) {
      case 'VariableName':
        return { kind: 'name', name: text, start, end }
      case 'Number':
        return { kind: 'number', value: numberOf(text), start, end }
      case 'Boolean':
        return { kind: 'constant', value: text === 'True', start, end }
      case 'None':
        return { kind: 'constant', value: null, start, end }
      case 'String': {
        const shape = literalShape(text)
        const content = text.slice(shape.start, shape.end)
        return {
          kind: 'string',
          parts: [shape.raw ? content : resolveEscapes(content)],
          bytes: shape.bytes,
          start,
          end,
        }
      }
      default:
        return { kind: 'unknown', parts: [], start, end }
    }
  }

  #formatParts(items: readonly Item[], start: number, end: number): StringPart[] {
    const source = this.#source.slice(start, end)
    const shape = literalShape(source)
    const parts: StringPart[] = []
    let at = start + shape.start
    const stop = start + shape.end
    const push = (to: number): void => {
      const raw = this.#source.slice(at, to)
      const text = (shape.raw ? raw : resolveEscapes(raw)).replaceAll('{{', '{').replaceAll('}}', '}')
      if (text !== '') parts.push(text)
    }
    for (const item of items) {
      if (item.name !== 'FormatReplacement') continue
      push(item.start)
      parts.push({ expr: item.expr ?? nothing(item.start) })
      at = item.end
    }
    if (at < stop) push(stop)
    return parts
  }
}

const nothing = (at: number): Expr => ({ kind: 'unknown', parts: [], start: at, end: at })

function expressions(items: readonly Item[]): Expr[] {
  return items.flatMap((item) => (item.expr && item.name !== 'TypeDef' ? [item.expr] : []))
}

function bodies(items: readonly Item[]): (readonly Stmt[])[] {
  return items.flatMap((item) => (item.name === 'Body' ? [item.stmts ?? []] : []))
}

function many(kind: 'tuple' | 'list' | 'set', items: readonly Expr[], start: number, end: number): Expr {
  return { kind, items, start, end }
}

/** Expressions with `*x` kept as such. */
function starred(items: readonly Item[]): Expr[] {
  const out: Expr[] = []
  let star: Item | null = null
  for (const item of items) {
    if (item.name === '*' || (item.name === 'ArithOp' && item.text === '*')) star = item
    else if (item.expr) {
      out.push(star ? { kind: 'star', value: item.expr, start: star.start, end: item.end } : item.expr)
      star = null
    }
  }
  return out
}

function tupled(items: readonly Item[], start: number, end: number): Expr {
  const exprs = starred(items.filter((item) => item.name !== 'Body'))
  const [only] = exprs
  if (exprs.length === 1 && only) return only
  return exprs.length === 0 ? nothing(start) : many('tuple', exprs, exprs[0]?.start ?? start, exprs.at(-1)?.end ?? end)
}

function optional(items: readonly Item[], start: number, end: number): Expr | null {
  return items.some((item) => item.expr) ? tupled(items, start, end) : null
}

function assignment(items: readonly Item[], start: number, end: number): Stmt {
  const groups: Item[][] = [[]]
  for (const item of items) {
    if (item.name === 'AssignOp') groups.push([])
    else if (item.name !== 'TypeDef') groups.at(-1)?.push(item)
  }
  const sides = groups.map((group) => tupled(group, start, end))
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

function member(items: readonly Item[], start: number, end: number): Expr {
  const of = items[0]?.expr
  const property = items.find((item) => item.name === 'PropertyName')
  if (!of) return { kind: 'unknown', parts: expressions(items), start, end }
  if (items.some((item) => item.name === '[')) {
    const inside = items.slice(1).filter((item) => item.name !== '[' && item.name !== ']')
    const colon = inside.findIndex((item) => item.text === ':')
    const index: Expr =
      colon < 0
        ? tupled(inside, start, end)
        : {
            kind: 'slice',
            lower: expressions(inside.slice(0, colon))[0] ?? null,
            upper: expressions(inside.slice(colon + 1))[0] ?? null,
            start: inside[0]?.start ?? start,
            end: inside.at(-1)?.end ?? end,
          }
    return { kind: 'subscript', of, index, start, end }
  }
  return { kind: 'attribute', of, name: property?.text ?? '', nameAt: property ?? { start: end, end }, start, end }
}

/** `@a.b(c)` is flat in the grammar; a decorator with arguments becomes a call like any other. */
function decorator(items: readonly Item[]): Expr | null {
  let expr: Expr | null = null
  for (const item of items) {
    if (item.name === 'ArgList') {
      if (expr) expr = { kind: 'call', callee: expr, args: argumentsOf(item.items), start: expr.start, end: item.end }
    } else if (item.name === 'VariableName' || item.name === 'PropertyName') {
      expr = expr
        ? { kind: 'attribute', of: expr, name: item.text, nameAt: item, start: expr.start, end: item.end }
        : { kind: 'name', name: item.text, start: item.start, end: item.end }
    } else if (item.expr && !expr) expr = item.expr
  }
  return expr
}

function binary(items: readonly Item[], start: number, end: number): Expr {
  const [left, right] = expressions(items)
  if (!left || !right) return { kind: 'unknown', parts: expressions(items), start, end }
  const op = items
    .filter((item) => !item.expr)
    .map((item) => item.text)
    .join(' ')
  if (op === 'and' || op === 'or') return { kind: op, left, right, start, end }
  if (/^(?:[<>]=?|[!=]=|<>|in|not in|is|is not)$/.test(op)) return { kind: 'compare', op, left, right, start, end }
  return { kind: 'binary', op, left, right, start, end }
}

function dictEntries(items: readonly Item[]): DictEntry[] {
  const entries: DictEntry[] = []
  let key: Expr | null = null
  let unpack = false
  for (const item of items) {
    if (item.text === '**') unpack = true
    else if (item.expr) {
      if (unpack) {
        entries.push({ key: null, value: item.expr })
        unpack = false
      } else if (key) {
        entries.push({ key, value: item.expr })
        key = null
      } else key = item.expr
    } else if (item.name === ',') key = null
  }
  return entries
}

function argumentsOf(items: readonly Item[]): Argument[] {
  const args: Argument[] = []
  let group: Item[] = []
  const flush = (): void => {
    const exprs = expressions(group)
    const last = exprs.at(-1)
    const [first] = group
    if (first && last) {
      const span = { start: first.start, end: group.at(-1)?.end ?? first.end }
      const stars = first.text === '*' || first.text === '**' ? first.text : null
      const assign = group.findIndex((item) => item.name === 'AssignOp')
      if (stars) args.push({ name: stars, value: last, ...span })
      else if (assign > 0) args.push({ name: group[0]?.text ?? null, value: last, ...span })
      else if (group.some((item) => item.name === 'for'))
        args.push({ name: null, value: { kind: 'comprehension', parts: exprs, ...span }, ...span })
      else args.push({ name: null, value: last, ...span })
    }
    group = []
  }
  for (const item of items) {
    if (item.name === '(' || item.name === ')') continue
    if (item.name === ',') flush()
    else group.push(item)
  }
  flush()
  return args
}

function parameters(items: readonly Item[]): Parameter[] {
  const params: Parameter[] = []
  let kind: Parameter['kind'] = 'plain'
  let afterAssign = false
  for (const item of items) {
    if (item.text === '*') kind = 'star'
    else if (item.text === '**') kind = 'double-star'
    else if (item.name === 'AssignOp') afterAssign = true
    else if (item.name === ',') {
      kind = 'plain'
      afterAssign = false
    } else if (item.name === 'TypeDef') continue
    else if (afterAssign && item.expr) {
      const last = params.pop()
      if (last) params.push({ ...last, fallback: item.expr, end: item.end })
      afterAssign = false
    } else if (item.name === 'VariableName')
      params.push({ name: item.text, kind, fallback: null, start: item.start, end: item.end })
  }
  return params
}

function numberOf(text: string): number {
  const plain = text.replaceAll('_', '').replace(/[lLjJ]$/, '')
  const value = Number(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain)
  return value
}
