/** Expressions, by the precedence of their operators (https://docs.python.org/3/reference/expressions.html#operator-precedence). */
import type { Expr, Parameter } from '../ast.ts'
import { tupleOf } from '../grammar-items.ts'
import { numberOf } from '../number-literal.ts'
import { call, inBraces, inBrackets, inParentheses, subscript } from './brackets.ts'
import { parameters } from './parameters.ts'
import { NotPlain, type Scanner } from './scanner.ts'
import { strings } from './strings.ts'
import * as T from './tokens.ts'

/** How tightly operators bind. */
const OR_LEVEL = 1
const AND_LEVEL = 2
const NOT_LEVEL = 3
const COMPARE_LEVEL = 4
const BAR_LEVEL = 5

/** Operators, or attributes and calls, in a row; every one of them is a level of the tree. */
const MOST_LINKS = 100

/** An expression with `name := value`. */
export function namedExpression(scanner: Scanner): Expr {
  const { start } = scanner
  const target = expression(scanner)
  return scanner.kind === T.WALRUS ? named(scanner, target, start) : target
}

/** `target := …`, the target being read. */
export function named(scanner: Scanner, target: Expr, start: number): Expr {
  scanner.expect(T.WALRUS)
  if (target.kind !== 'name') throw new NotPlain()
  const value = expression(scanner)
  return { kind: 'assign-expr', target: target.name, value, start, end: scanner.lastEnd }
}

/** An expression with `if … else …` and lambdas. */
export function expression(scanner: Scanner): Expr {
  if (scanner.kind === T.LAMBDA) return lambda(scanner)
  const { start } = scanner
  const then = disjunction(scanner)
  if (scanner.kind !== T.IF) return then
  scanner.advance()
  scanner.enter()
  const test = disjunction(scanner)
  scanner.expect(T.ELSE)
  const otherwise = expression(scanner)
  scanner.leave()
  return { kind: 'conditional', test, then, otherwise, start, end: scanner.lastEnd }
}

/** An expression without `if … else …`: what a comprehension runs over and filters by. */
export const disjunction = (scanner: Scanner): Expr => operation(scanner, OR_LEVEL)

/** An expression without comparisons: what can be assigned to, and what a star unpacks. */
export const target = (scanner: Scanner): Expr => operation(scanner, BAR_LEVEL)

/** `*x`, or an expression that `plain` reads. */
export function starredOr(scanner: Scanner, plain: (scanner: Scanner) => Expr): Expr {
  const { start } = scanner
  if (!scanner.take(T.STAR)) return plain(scanner)
  const value = target(scanner)
  return { kind: 'star', value, start, end: scanner.lastEnd }
}

/** `a, *b, c`: at least one, as many as there are. */
export function expressionList(scanner: Scanner, plain: (scanner: Scanner) => Expr = expression): Expr[] {
  const list = [starredOr(scanner, plain)]
  while (scanner.take(T.COMMA) && startsExpression(scanner.kind)) list.push(starredOr(scanner, plain))
  return list
}

/** What a list without brackets stands for: one expression, or the tuple of several. */
export const listed = (scanner: Scanner): Expr => tupleOf(expressionList(scanner))

export function yieldExpression(scanner: Scanner): Expr {
  const { start } = scanner
  scanner.expect(T.YIELD)
  let value: Expr | null = null
  if (scanner.take(T.FROM)) value = expression(scanner)
  else if (startsExpression(scanner.kind)) {
    const [only] = expressionList(scanner)
    value = only?.kind === 'star' ? only.value : (only ?? null)
  }
  return { kind: 'yield', value, start, end: scanner.lastEnd }
}

/** May an expression start with this token? */
export function startsExpression(kind: number): boolean {
  switch (kind) {
    case T.NAME:
    case T.NUMBER:
    case T.STRING:
    case T.FORMAT_STRING:
    case T.OPEN:
    case T.OPEN_SQUARE:
    case T.OPEN_BRACE:
    case T.MINUS:
    case T.PLUS:
    case T.TILDE:
    case T.STAR:
    case T.ELLIPSIS:
    case T.NOT:
    case T.LAMBDA:
    case T.AWAIT:
    case T.NONE:
    case T.TRUE:
    case T.FALSE:
      return true
    default:
      return false
  }
}

function lambda(scanner: Scanner): Expr {
  const { start } = scanner
  scanner.enter()
  scanner.advance()
  const params: readonly Parameter[] = parameters(scanner, T.COLON, false)
  scanner.expect(T.COLON)
  const body = expression(scanner)
  scanner.leave()
  return { kind: 'lambda', params, body, start, end: scanner.lastEnd }
}

function operation(scanner: Scanner, lowest: number): Expr {
  const { start } = scanner
  let left = scanner.kind === T.NOT ? negation(scanner, lowest) : factor(scanner)
  for (let links = 0; ; links++) {
    const level = levelOf(scanner.kind)
    if (level < lowest) return left
    if (links > MOST_LINKS) throw new NotPlain()
    left = operator(scanner, left, level, start)
  }
}

/** How tightly an infix operator binds; 0 for what is none. */
function levelOf(kind: number): number {
  switch (kind) {
    case T.OR:
      return OR_LEVEL
    case T.AND:
      return AND_LEVEL
    case T.NOT:
    case T.IN:
    case T.IS:
    case T.COMPARE:
    case T.LESS:
    case T.MORE:
      return COMPARE_LEVEL
    case T.BAR:
      return BAR_LEVEL
    case T.CARET:
      return 6
    case T.AMPERSAND:
      return 7
    case T.SHIFT_LEFT:
    case T.SHIFT_RIGHT:
      return 8
    case T.PLUS:
    case T.MINUS:
      return 9
    case T.STAR:
    case T.SLASH:
    case T.FLOOR:
    case T.PERCENT:
    case T.AT:
      return 10
    default:
      return 0
  }
}

function operator(scanner: Scanner, left: Expr, level: number, start: number): Expr {
  const { kind } = scanner
  let op = scanner.source.slice(scanner.start, scanner.end)
  scanner.advance()
  if (kind === T.NOT) {
    scanner.expect(T.IN)
    op = 'not in'
  } else if (kind === T.IS && scanner.take(T.NOT)) op = 'is not'
  const right = operation(scanner, level + 1)
  const end = scanner.lastEnd
  if (kind === T.AND || kind === T.OR) return { kind: kind === T.AND ? 'and' : 'or', left, right, start, end }
  return { kind: level === COMPARE_LEVEL ? 'compare' : 'binary', op, left, right, start, end }
}

function negation(scanner: Scanner, lowest: number): Expr {
  if (lowest > NOT_LEVEL) throw new NotPlain()
  const { start } = scanner
  scanner.advance()
  scanner.enter()
  const operand = operation(scanner, NOT_LEVEL)
  scanner.leave()
  return { kind: 'not', operand, start, end: scanner.lastEnd }
}

function factor(scanner: Scanner): Expr {
  const { kind, start } = scanner
  if (kind !== T.MINUS && kind !== T.PLUS && kind !== T.TILDE) return power(scanner)
  scanner.advance()
  scanner.enter()
  const operand = factor(scanner)
  scanner.leave()
  const end = scanner.lastEnd
  return kind === T.MINUS
    ? { kind: 'negative', operand, start, end }
    : { kind: 'unknown', parts: [operand], start, end }
}

function power(scanner: Scanner): Expr {
  const { start } = scanner
  const left = scanner.kind === T.AWAIT ? awaited(scanner) : primary(scanner)
  if (!scanner.take(T.POWER)) return left
  scanner.enter()
  const right = factor(scanner)
  scanner.leave()
  return { kind: 'binary', op: '**', left, right, start, end: scanner.lastEnd }
}

function awaited(scanner: Scanner): Expr {
  const { start } = scanner
  scanner.advance()
  const value = primary(scanner)
  return { kind: 'await', value, start, end: scanner.lastEnd }
}

function primary(scanner: Scanner): Expr {
  const { start } = scanner
  let expr = atom(scanner)
  for (let links = 0; ; links++) {
    if (scanner.kind === T.DOT) expr = attribute(scanner, expr, start)
    else if (scanner.kind === T.OPEN) expr = call(scanner, expr, start)
    else if (scanner.kind === T.OPEN_SQUARE) expr = subscript(scanner, expr, start)
    else return expr
    if (links > MOST_LINKS) throw new NotPlain()
  }
}

function attribute(scanner: Scanner, of: Expr, start: number): Expr {
  scanner.advance()
  if (scanner.kind !== T.NAME && scanner.kind < T.FIRST_KEYWORD) throw new NotPlain()
  const { text, start: from, end } = scanner
  scanner.advance()
  return { kind: 'attribute', of, name: text, nameAt: { start: from, end }, start, end }
}

function atom(scanner: Scanner): Expr {
  const { kind, start, end } = scanner
  switch (kind) {
    case T.NAME: {
      const name = scanner.text
      scanner.advance()
      return { kind: 'name', name, start, end }
    }
    case T.STRING:
    case T.FORMAT_STRING:
      return strings(scanner)
    case T.NUMBER:
      scanner.advance()
      return { kind: 'number', value: numberOf(scanner.source.slice(start, end)), start, end }
    case T.TRUE:
    case T.FALSE:
      scanner.advance()
      return { kind: 'constant', value: kind === T.TRUE, start, end }
    case T.NONE:
      scanner.advance()
      return { kind: 'constant', value: null, start, end }
    case T.ELLIPSIS:
      scanner.advance()
      return { kind: 'unknown', parts: [], start, end }
    case T.OPEN:
      return inParentheses(scanner)
    case T.OPEN_SQUARE:
      return inBrackets(scanner)
    case T.OPEN_BRACE:
      return inBraces(scanner)
    default:
      throw new NotPlain()
  }
}
