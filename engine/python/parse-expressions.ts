/** Expressions, by the grammar's node names. */
import type { DictEntry, Expr, StringPart } from './ast.ts'
import { expressions, type Item, many, nothing, starred, tupled } from './grammar-items.ts'
import { numberOf } from './number-literal.ts'
import { argumentsOf, parameters } from './parse-arguments.ts'
import { literalShape, resolveEscapes } from './string-literal.ts'

const EXPRESSION_LEAVES = new Set(['VariableName', 'Number', 'Boolean', 'None', 'String', 'Ellipsis'])

/** The expression that a node stands for; null for a node that is none. */
export function expressionOf(
  source: string,
  name: string,
  items: readonly Item[],
  text: string,
  start: number,
  end: number,
): Expr | null {
  if (EXPRESSION_LEAVES.has(name)) return leaf(name, text || source.slice(start, end), start, end)
  const inner = () => expressions(items)
  switch (name) {
    case 'FormatString':
      return { kind: 'string', parts: formatParts(source, items, start, end), bytes: false, start, end }
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
      if (op === 'not') return items[1] ? negation(source, items[1], start) : null
      return op === '-' ? { kind: 'negative', operand, start, end } : { kind: 'unknown', parts: [operand], start, end }
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

function leaf(name: string, text: string, start: number, end: number): Expr {
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

function formatParts(source: string, items: readonly Item[], start: number, end: number): StringPart[] {
  const shape = literalShape(source.slice(start, end))
  const parts: StringPart[] = []
  let at = start + shape.start
  const stop = start + shape.end
  const push = (to: number): void => {
    const raw = source.slice(at, to)
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
function member(items: readonly Item[], start: number, end: number): Expr {
  const of = items[0]?.expr
  const property = items.find((item) => item.name === 'PropertyName')
  if (!of) return { kind: 'unknown', parts: expressions(items), start, end }
  if (items.some((item) => item.name === '[')) {
    const inside = items.slice(1).filter((item) => item.name !== '[' && item.name !== ']')
    const colon = inside.findIndex((item) => item.text === ':')
    const index: Expr =
      colon < 0
        ? tupled(inside, start)
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

/**
 * The grammar takes everything that follows for the operand of `not`: `not a and b` as `not (a and b)`.
 * In Python `not` binds more tightly than `and` and `or`, so it goes to the first operand of those.
 */
function negation(source: string, operand: Item, start: number): Expr | null {
  const place = (expr: Expr): Expr => {
    if (expr.kind !== 'and' && expr.kind !== 'or') return { kind: 'not', operand: expr, start, end: expr.end }
    const { left } = expr
    // what is in parentheses starts behind them
    if (left.start === expr.start) return { ...expr, left: place(left), start }
    return { ...expr, left: { kind: 'not', operand: left, start, end: closedAt(source, left.end) }, start }
  }
  const { expr } = operand
  if (expr === null) return null
  return operand.start === expr.start ? place(expr) : { kind: 'not', operand: expr, start, end: operand.end }
}

/** Behind the parentheses that close at an offset; comments may stand between them. */
function closedAt(source: string, at: number): number {
  return at + (/^(?:(?:[\s\\]|#[^\n]*\n)*\))*/.exec(source.slice(at, at + 200))?.[0].length ?? 0)
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
  if (op === 'and' || op === 'or') return joined(op, left, right, start, end)
  if (/^(?:[<>]=?|[!=]=|<>|in|not in|is|is not)$/.test(op)) return { kind: 'compare', op, left, right, start, end }
  return { kind: 'binary', op, left, right, start, end }
}

/** `a and not b or c`: what `negation` has put behind its first operand belongs to the whole that stands before it, too. */
function joined(op: 'and' | 'or', left: Expr, right: Expr, start: number, end: number): Expr {
  const loose =
    (right.kind === 'and' || right.kind === 'or') && right.end === end && (op === 'and' || right.kind === 'or')
  if (!loose || firstOperand(right).kind !== 'not' || firstOperand(right).start !== right.start)
    return { kind: op, left, right, start, end }
  return { ...right, left: joined(op, left, right.left, start, right.left.end), start }
}

const firstOperand = (expr: Expr): Expr => (expr.kind === 'and' || expr.kind === 'or' ? firstOperand(expr.left) : expr)

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
