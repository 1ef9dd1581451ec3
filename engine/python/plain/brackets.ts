/** What stands in brackets: tuples, lists, dictionaries, sets, comprehensions, subscripts, arguments. */
import type { Argument, DictEntry, Expr } from '../ast.ts'
import { tupleOf } from '../grammar-items.ts'
import {
  disjunction,
  expression,
  named,
  namedExpression,
  starredOr,
  startsExpression,
  target,
  yieldExpression,
} from './expressions.ts'
import { NotPlain, type Scanner } from './scanner.ts'
import * as T from './tokens.ts'

const isFor = (kind: number): boolean => kind === T.FOR || kind === T.ASYNC

const unstarred = (expr: Expr): Expr => (expr.kind === 'star' ? expr.value : expr)

/** Goes behind a bracket that closes. */
function close(scanner: Scanner, bracket: number): void {
  scanner.expect(bracket)
  scanner.leave()
}

/** `(a)`, `(a, b)`, `(yield)`, `(a for a in b)`. An expression in parentheses alone is that expression, in its own place. */
export function inParentheses(scanner: Scanner): Expr {
  const { start } = scanner
  scanner.enter()
  scanner.advance()
  if (scanner.kind === T.YIELD) {
    const value = yieldExpression(scanner)
    close(scanner, T.CLOSE)
    return value
  }
  if (scanner.kind === T.CLOSE) {
    close(scanner, T.CLOSE)
    return { kind: 'tuple', items: [], start, end: scanner.lastEnd }
  }
  const first = starredOr(scanner, namedExpression)
  if (isFor(scanner.kind)) return comprehension(scanner, [unstarred(first)], start, T.CLOSE)
  if (scanner.kind === T.COMMA) {
    const items = rest(scanner, first)
    close(scanner, T.CLOSE)
    return { kind: 'tuple', items, start, end: scanner.lastEnd }
  }
  if (first.kind === 'star') throw new NotPlain()
  close(scanner, T.CLOSE)
  return first
}

export function inBrackets(scanner: Scanner): Expr {
  const { start } = scanner
  scanner.enter()
  scanner.advance()
  let items: Expr[] = []
  if (scanner.kind !== T.CLOSE_SQUARE) {
    const first = starredOr(scanner, namedExpression)
    if (isFor(scanner.kind)) return comprehension(scanner, [unstarred(first)], start, T.CLOSE_SQUARE)
    items = rest(scanner, first)
  }
  close(scanner, T.CLOSE_SQUARE)
  return { kind: 'list', items, start, end: scanner.lastEnd }
}

/** The items behind the first one. */
function rest(scanner: Scanner, first: Expr): Expr[] {
  const items = [first]
  while (scanner.take(T.COMMA) && startsExpression(scanner.kind)) items.push(starredOr(scanner, namedExpression))
  return items
}

export function inBraces(scanner: Scanner): Expr {
  const { start } = scanner
  scanner.enter()
  scanner.advance()
  if (scanner.kind === T.CLOSE_BRACE || scanner.kind === T.POWER) return dictionary(scanner, [], start)
  const first = starredOr(scanner, expression)
  if (scanner.kind === T.COLON && first.kind !== 'star') {
    scanner.advance()
    const value = expression(scanner)
    if (isFor(scanner.kind)) return comprehension(scanner, [first, value], start, T.CLOSE_BRACE)
    if (!scanner.is(T.CLOSE_BRACE)) scanner.expect(T.COMMA)
    return dictionary(scanner, [{ key: first, value }], start)
  }
  if (isFor(scanner.kind)) return comprehension(scanner, [unstarred(first)], start, T.CLOSE_BRACE)
  const items = [first]
  while (scanner.take(T.COMMA) && startsExpression(scanner.kind)) items.push(starredOr(scanner, expression))
  close(scanner, T.CLOSE_BRACE)
  return { kind: 'set', items, start, end: scanner.lastEnd }
}

function dictionary(scanner: Scanner, entries: DictEntry[], start: number): Expr {
  while (scanner.kind !== T.CLOSE_BRACE) {
    if (scanner.take(T.POWER)) entries.push({ key: null, value: target(scanner) })
    else {
      const key = expression(scanner)
      scanner.expect(T.COLON)
      entries.push({ key, value: expression(scanner) })
    }
    if (scanner.kind !== T.CLOSE_BRACE) scanner.expect(T.COMMA)
  }
  close(scanner, T.CLOSE_BRACE)
  return { kind: 'dict', entries, start, end: scanner.lastEnd }
}

function comprehension(scanner: Scanner, parts: Expr[], start: number, bracket: number): Expr {
  clauses(scanner, parts)
  close(scanner, bracket)
  return { kind: 'comprehension', parts, start, end: scanner.lastEnd }
}

/** `for a, b in c if d …`, added to the parts of a comprehension. */
function clauses(scanner: Scanner, parts: Expr[]): void {
  while (isFor(scanner.kind)) {
    scanner.take(T.ASYNC)
    scanner.expect(T.FOR)
    do parts.push(unstarred(starredOr(scanner, target)))
    while (scanner.take(T.COMMA) && scanner.kind !== T.IN)
    scanner.expect(T.IN)
    parts.push(disjunction(scanner))
    while (scanner.take(T.IF)) parts.push(condition(scanner))
  }
}

function condition(scanner: Scanner): Expr {
  if (scanner.kind === T.LAMBDA) throw new NotPlain()
  const { start } = scanner
  const test = disjunction(scanner)
  return scanner.kind === T.WALRUS ? named(scanner, test, start) : test
}

export function call(scanner: Scanner, callee: Expr, start: number): Expr {
  const args = callArguments(scanner)
  return { kind: 'call', callee, args, start, end: scanner.lastEnd }
}

/** `(a, *b, c=d)`, of a call or a class. */
export function callArguments(scanner: Scanner): readonly Argument[] {
  const args: Argument[] = []
  scanner.enter()
  scanner.expect(T.OPEN)
  while (scanner.kind !== T.CLOSE) {
    args.push(argument(scanner))
    if (scanner.kind !== T.CLOSE) scanner.expect(T.COMMA)
  }
  close(scanner, T.CLOSE)
  return args
}

function argument(scanner: Scanner): Argument {
  const { kind, start } = scanner
  if (kind === T.STAR || kind === T.POWER) {
    scanner.advance()
    const value = expression(scanner)
    return { name: kind === T.STAR ? '*' : '**', value, start, end: scanner.lastEnd }
  }
  const first = expression(scanner)
  if (scanner.kind === T.EQUALS) {
    if (kind !== T.NAME || first.kind !== 'name') throw new NotPlain()
    scanner.advance()
    const value = expression(scanner)
    return { name: first.name, value, start, end: scanner.lastEnd }
  }
  const value = scanner.kind === T.WALRUS ? named(scanner, first, start) : first
  if (!isFor(scanner.kind)) return { name: null, value, start, end: scanner.lastEnd }
  const parts = [value]
  clauses(scanner, parts)
  const end = scanner.lastEnd
  return { name: null, value: { kind: 'comprehension', parts, start, end }, start, end }
}

/** `[i]`, `[a, b]`, `[a:b:c]`. Of a slice, what stands before and what stands behind the first colon is kept. */
export function subscript(scanner: Scanner, of: Expr, start: number): Expr {
  scanner.enter()
  scanner.expect(T.OPEN_SQUARE)
  const from = scanner.start
  const before: Expr[] = []
  const behind: Expr[] = []
  let colon = false
  if (scanner.kind === T.CLOSE_SQUARE) throw new NotPlain()
  while (scanner.kind !== T.CLOSE_SQUARE) {
    if (scanner.take(T.COLON)) {
      colon = true
      scanner.take(T.COMMA)
    } else {
      const list = colon ? behind : before
      list.push(starredOr(scanner, namedExpression))
      if (!scanner.is(T.COLON) && !scanner.is(T.CLOSE_SQUARE)) scanner.expect(T.COMMA)
    }
  }
  const to = scanner.lastEnd
  close(scanner, T.CLOSE_SQUARE)
  const index: Expr = colon
    ? { kind: 'slice', lower: before[0] ?? null, upper: behind[0] ?? null, start: from, end: to }
    : tupleOf(before)
  return { kind: 'subscript', of, index, start, end: scanner.lastEnd }
}
