/** Statements of one line (https://docs.python.org/3/reference/simple_stmts.html). */
import type { Expr, ImportedName, Stmt } from '../ast.ts'
import { tupleOf } from '../grammar-items.ts'
import { expression, expressionList, listed, startsExpression, target, yieldExpression } from './expressions.ts'
import { NotPlain, type Scanner } from './scanner.ts'
import * as T from './tokens.ts'

/** A line of statements with semicolons between them, added to `out`. */
export function simpleLine(scanner: Scanner, out: Stmt[]): void {
  do {
    if (scanner.kind === T.NEWLINE) break
    simple(scanner, out)
  } while (scanner.take(T.SEMICOLON))
  scanner.expect(T.NEWLINE)
}

const atEnd = ({ kind }: Scanner): boolean => kind === T.NEWLINE || kind === T.SEMICOLON

function simple(scanner: Scanner, out: Stmt[]): void {
  const { kind, start } = scanner
  switch (kind) {
    case T.PASS:
    case T.BREAK:
    case T.CONTINUE:
      scanner.advance()
      out.push({ kind: WORDS[kind], start, end: scanner.lastEnd })
      return
    case T.RETURN: {
      scanner.advance()
      const value = atEnd(scanner) ? null : listed(scanner)
      out.push({ kind: 'return', value, start, end: scanner.lastEnd })
      return
    }
    case T.RAISE: {
      scanner.advance()
      const value = atEnd(scanner) ? null : expression(scanner)
      if (scanner.take(T.FROM)) expression(scanner)
      else while (scanner.take(T.COMMA)) expression(scanner) // Python 2: `raise Error, "text"`
      out.push({ kind: 'raise', value, start, end: scanner.lastEnd })
      return
    }
    case T.GLOBAL:
    case T.NONLOCAL:
      out.push(scopeStatement(scanner))
      return
    case T.DEL: {
      scanner.advance()
      const targets = expressionList(scanner, target)
      out.push({ kind: 'delete', targets, start, end: scanner.lastEnd })
      return
    }
    case T.ASSERT:
      out.push(assertion(scanner))
      return
    case T.YIELD:
      out.push(yieldStatement(scanner))
      return
    case T.IMPORT:
      scanner.advance()
      out.push({ kind: 'import', names: importedNames(scanner, true), start, end: scanner.lastEnd })
      return
    case T.FROM:
      out.push(fromImport(scanner))
      return
    case T.NAME:
      if (scanner.text === 'print' && isPrintStatement(scanner)) {
        out.push(printStatement(scanner))
        return
      }
      if (scanner.text === 'type' && isTypeAlias(scanner)) {
        typeAlias(scanner)
        return
      }
      break
    default:
      break
  }
  out.push(expressionStatement(scanner))
}

const WORDS = { [T.PASS]: 'pass', [T.BREAK]: 'break', [T.CONTINUE]: 'continue' } as const

function scopeStatement(scanner: Scanner): Stmt {
  const { start } = scanner
  scanner.advance()
  const names = [scanner.name()]
  while (scanner.take(T.COMMA)) names.push(scanner.name())
  return { kind: 'global', names, start, end: scanner.lastEnd }
}

/** `assert test, message` is `if not test: raise …`. */
function assertion(scanner: Scanner): Stmt {
  const { start } = scanner
  scanner.advance()
  const test = expression(scanner)
  const value = scanner.take(T.COMMA) ? expression(scanner) : null
  const end = scanner.lastEnd
  const failed: Expr = { kind: 'not', operand: test, start: test.start, end: test.end }
  return {
    kind: 'if',
    branches: [{ test: failed, body: [{ kind: 'raise', value, start, end }] }],
    otherwise: [],
    start,
    end,
  }
}

function yieldStatement(scanner: Scanner): Stmt {
  const { start } = scanner
  scanner.advance()
  let value: Expr | null = null
  if (scanner.take(T.FROM)) value = expression(scanner)
  else if (startsExpression(scanner.kind)) value = listed(scanner)
  const end = scanner.lastEnd
  return { kind: 'expr', value: { kind: 'yield', value, start, end }, start, end }
}

/** Assignments of all kinds, and expressions that stand alone. */
function expressionStatement(scanner: Scanner): Stmt {
  const { start } = scanner
  const first = expressionList(scanner)
  if (scanner.kind === T.UPDATE) return augmented(scanner, first, start)
  const annotated = scanner.take(T.COLON)
  if (annotated) expression(scanner)
  if (scanner.kind === T.EQUALS) return assignment(scanner, tupleOf(first), start)
  const end = scanner.lastEnd
  if (annotated) return { kind: 'declare', target: tupleOf(first), start, end }
  const items = first.map((expr) => (expr.kind === 'star' ? expr.value : expr))
  const [only] = items
  const value: Expr = items.length === 1 && only ? only : { kind: 'tuple', items, start, end }
  return { kind: 'expr', value, start, end }
}

function assignment(scanner: Scanner, first: Expr, start: number): Stmt {
  const targets = [first]
  let value = first
  for (let more = false; scanner.take(T.EQUALS); more = true) {
    if (more) targets.push(value)
    value = scanner.kind === T.YIELD ? yieldExpression(scanner) : listed(scanner)
  }
  return { kind: 'assign', targets, value, start, end: scanner.lastEnd }
}

function augmented(scanner: Scanner, targets: readonly Expr[], start: number): Stmt {
  const [to] = targets
  if (to === undefined || targets.length > 1) throw new NotPlain()
  const op = scanner.source.slice(scanner.start, scanner.end - 1)
  scanner.advance()
  const [value] = scanner.kind === T.YIELD ? [yieldExpression(scanner)] : expressionList(scanner)
  if (value === undefined) throw new NotPlain()
  return { kind: 'augment', target: to, op, value, start, end: scanner.lastEnd }
}

function fromImport(scanner: Scanner): Stmt {
  const { start } = scanner
  scanner.advance()
  const from = scanner.start
  let level = 0
  for (; scanner.kind === T.DOT || scanner.kind === T.ELLIPSIS; scanner.advance()) level += scanner.end - scanner.start
  const module = scanner.kind === T.IMPORT && level > 0 ? '' : dottedName(scanner)
  const moduleAt = { start: from, end: scanner.lastEnd }
  scanner.expect(T.IMPORT)
  const names = scanner.take(T.STAR) ? '*' : importedNames(scanner, false)
  return { kind: 'from', level, module, moduleAt, names, start, end: scanner.lastEnd }
}

function importedNames(scanner: Scanner, dotted: boolean): ImportedName[] {
  const bracketed = !dotted && scanner.take(T.OPEN)
  const names: ImportedName[] = []
  do {
    if (bracketed && scanner.kind === T.CLOSE) break
    const { start } = scanner
    const name = dotted ? dottedName(scanner) : scanner.name()
    const end = scanner.lastEnd
    names.push({ name, alias: scanner.take(T.AS) ? scanner.name() : null, start, end })
  } while (scanner.take(T.COMMA))
  if (bracketed) scanner.expect(T.CLOSE)
  if (names.length === 0) throw new NotPlain()
  return names
}

function dottedName(scanner: Scanner): string {
  let name = scanner.name()
  while (scanner.take(T.DOT)) name += `.${scanner.name()}`
  return name
}

/** Python 2's `print x`: behind the word stands what no operator of an expression `print` could be. */
function isPrintStatement(scanner: Scanner): boolean {
  if (scanner.source.charCodeAt(scanner.end) === T.OPEN) return false
  const mark = scanner.mark()
  scanner.advance()
  const { kind } = scanner
  const found = startsExpression(kind) && kind !== T.OPEN && kind !== T.STAR && kind !== T.PLUS && kind !== T.ELLIPSIS
  if (!found && kind !== T.SHIFT_RIGHT) scanner.reset(mark)
  return found || kind === T.SHIFT_RIGHT
}

function printStatement(scanner: Scanner): Stmt {
  const start = scanner.lastEnd - 'print'.length
  scanner.take(T.SHIFT_RIGHT)
  const parts = expressionList(scanner)
  const end = scanner.lastEnd
  return { kind: 'expr', value: { kind: 'unknown', parts, start, end }, start, end }
}

/** `type Name = …` (https://docs.python.org/3/reference/simple_stmts.html#the-type-statement). */
function isTypeAlias(scanner: Scanner): boolean {
  const mark = scanner.mark()
  scanner.advance()
  if (scanner.kind === T.NAME) return true
  scanner.reset(mark)
  return false
}

function typeAlias(scanner: Scanner): void {
  scanner.name()
  typeParameters(scanner)
  scanner.expect(T.EQUALS)
  expression(scanner)
}

/** `[T: int, *Ts]` of functions, classes and type aliases: nothing that runs. */
export function typeParameters(scanner: Scanner): void {
  if (scanner.kind !== T.OPEN_SQUARE) return
  const { depth } = scanner
  while (scanner.depth >= depth) {
    if (scanner.is(T.END)) throw new NotPlain()
    scanner.advance()
  }
  scanner.expect(T.CLOSE_SQUARE)
}
