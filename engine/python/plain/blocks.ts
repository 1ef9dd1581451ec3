/** Statements that hold others (https://docs.python.org/3/reference/compound_stmts.html). */
import type { Expr, Handler, Stmt } from '../ast.ts'
import { tupleOf } from '../grammar-items.ts'
import { decorated, definition } from './definitions.ts'
import { expression, expressionList, listed, namedExpression, startsExpression, target } from './expressions.ts'
import { NotPlain, type Scanner } from './scanner.ts'
import { simpleLine } from './statements.ts'
import * as T from './tokens.ts'

/** One statement, or a line of them, added to `out`. */
export function statement(scanner: Scanner, out: Stmt[]): void {
  const { start } = scanner
  switch (scanner.kind) {
    case T.IF:
      out.push(ifStatement(scanner))
      return
    case T.WHILE: {
      scanner.advance()
      const test = namedExpression(scanner)
      const body = block(scanner)
      const otherwise = optionalBlock(scanner, T.ELSE)
      out.push({ kind: 'while', test, body, otherwise, start, end: scanner.lastEnd })
      return
    }
    case T.FOR:
      out.push(forStatement(scanner, start))
      return
    case T.TRY:
      out.push(tryStatement(scanner))
      return
    case T.WITH:
      out.push(withStatement(scanner, start))
      return
    case T.DEF:
    case T.CLASS:
      out.push(definition(scanner, [], start))
      return
    case T.AT:
      out.push(decorated(scanner))
      return
    case T.ASYNC:
      out.push(asynchronous(scanner))
      return
    case T.NAME:
      if (scanner.text === 'match') {
        const found = matchStatement(scanner)
        if (found !== null) {
          out.push(found)
          return
        }
      }
      break
    default:
      break
  }
  simpleLine(scanner, out)
}

/** `: …`, on the same line or indented. */
export function block(scanner: Scanner): readonly Stmt[] {
  const out: Stmt[] = []
  scanner.expect(T.COLON)
  if (!scanner.take(T.NEWLINE)) {
    simpleLine(scanner, out)
    return out
  }
  scanner.enter()
  scanner.expect(T.INDENT)
  while (scanner.kind !== T.DEDENT) statement(scanner, out)
  scanner.leave()
  scanner.advance()
  return out
}

function optionalBlock(scanner: Scanner, keyword: number): readonly Stmt[] {
  return scanner.take(keyword) ? block(scanner) : []
}

function asynchronous(scanner: Scanner): Stmt {
  const { start } = scanner
  const mark = scanner.mark()
  scanner.advance()
  if (scanner.kind === T.FOR) return forStatement(scanner, start)
  if (scanner.kind === T.WITH) return withStatement(scanner, start)
  scanner.reset(mark)
  return definition(scanner, [], start)
}

function ifStatement(scanner: Scanner): Stmt {
  const { start } = scanner
  const branches: { readonly test: Expr; readonly body: readonly Stmt[] }[] = []
  while (scanner.kind === T.IF || scanner.kind === T.ELIF) {
    // another `if` is a statement of its own
    if (scanner.kind === T.IF && branches.length > 0) break
    scanner.advance()
    const test = namedExpression(scanner)
    branches.push({ test, body: block(scanner) })
  }
  const otherwise = optionalBlock(scanner, T.ELSE)
  return { kind: 'if', branches, otherwise, start, end: scanner.lastEnd }
}

function forStatement(scanner: Scanner, start: number): Stmt {
  scanner.advance()
  const to = tupleOf(expressionList(scanner, target))
  scanner.expect(T.IN)
  const over = listed(scanner)
  const body = block(scanner)
  const otherwise = optionalBlock(scanner, T.ELSE)
  return { kind: 'for', target: to, over, body, otherwise, start, end: scanner.lastEnd }
}

function tryStatement(scanner: Scanner): Stmt {
  const { start } = scanner
  scanner.advance()
  const body = block(scanner)
  const handlers: Handler[] = []
  while (scanner.take(T.EXCEPT)) handlers.push(handler(scanner))
  if (handlers.length === 0 && !scanner.is(T.FINALLY)) throw new NotPlain()
  const otherwise = optionalBlock(scanner, T.ELSE)
  const final = optionalBlock(scanner, T.FINALLY)
  return { kind: 'try', body, handlers, otherwise, final, start, end: scanner.lastEnd }
}

function handler(scanner: Scanner): Handler {
  scanner.take(T.STAR)
  const type = scanner.kind === T.COLON ? null : expression(scanner)
  let name: string | null = null
  if (scanner.take(T.AS)) name = scanner.name()
  else if (scanner.take(T.COMMA)) scanner.name() // Python 2: `except Error, e:`
  const { start } = scanner
  const body = block(scanner)
  return { type, name, body, start, end: scanner.lastEnd }
}

interface WithItem {
  readonly value: Expr
  readonly target: Expr | null
}

function withStatement(scanner: Scanner, start: number): Stmt {
  scanner.advance()
  const items = (scanner.kind === T.OPEN ? itemsInParentheses(scanner) : null) ?? withItems(scanner)
  const body = block(scanner)
  return { kind: 'with', items, body, start, end: scanner.lastEnd }
}

function withItems(scanner: Scanner): readonly WithItem[] {
  const items: WithItem[] = []
  do {
    if (scanner.kind === T.CLOSE && items.length > 0) break
    const value = expression(scanner)
    items.push({ value, target: scanner.take(T.AS) ? target(scanner) : null })
  } while (scanner.take(T.COMMA))
  return items
}

/** `with (a as b, c as d):`; null where the parentheses are an expression's own. */
function itemsInParentheses(scanner: Scanner): readonly WithItem[] | null {
  return attempt(scanner, () => {
    scanner.expect(T.OPEN)
    const items = withItems(scanner)
    scanner.expect(T.CLOSE)
    return scanner.kind === T.COLON && items.some((item) => item.target !== null) ? items : null
  })
}

/** What `read` gives, or null with the scanner where it was. */
function attempt<Found>(scanner: Scanner, read: () => Found | null): Found | null {
  const mark = scanner.mark()
  let found: Found | null = null
  try {
    found = read()
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error
  }
  if (found === null) scanner.reset(mark)
  return found
}

/** A match statement; null where `match` is a name like any other. */
function matchStatement(scanner: Scanner): Stmt | null {
  const { start } = scanner
  const subject = attempt(scanner, () => {
    scanner.advance()
    if (!startsExpression(scanner.kind)) return null
    const found = listed(scanner)
    scanner.expect(T.COLON)
    scanner.expect(T.NEWLINE)
    scanner.expect(T.INDENT)
    return isCase(scanner) ? found : null
  })
  if (subject === null) return null
  const cases: (readonly Stmt[])[] = []
  while (isCase(scanner)) {
    pattern(scanner)
    cases.push(block(scanner))
  }
  scanner.expect(T.DEDENT)
  return { kind: 'match', subject, cases, start, end: scanner.lastEnd }
}

const isCase = (scanner: Scanner): boolean => scanner.kind === T.NAME && scanner.text === 'case'

/** Skips a pattern up to the colon behind it, and reads its condition, which may hold a colon of its own. */
function pattern(scanner: Scanner): void {
  const { depth } = scanner
  do {
    scanner.advance()
    if (scanner.kind === T.NEWLINE || scanner.kind === T.END) throw new NotPlain()
  } while (scanner.depth > depth || (scanner.kind !== T.COLON && scanner.kind !== T.IF))
  if (scanner.take(T.IF)) namedExpression(scanner)
}
