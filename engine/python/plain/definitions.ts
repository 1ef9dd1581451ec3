/** Functions and classes, with their decorators. */
import type { Expr, Stmt } from '../ast.ts'
import { block } from './blocks.ts'
import { callArguments } from './brackets.ts'
import { expression, namedExpression } from './expressions.ts'
import { parameters } from './parameters.ts'
import { NotPlain, type Scanner } from './scanner.ts'
import { typeParameters } from './statements.ts'
import * as T from './tokens.ts'

export function decorated(scanner: Scanner): Stmt {
  const { start } = scanner
  const decorators: Expr[] = []
  while (scanner.take(T.AT)) {
    decorators.push(namedExpression(scanner))
    scanner.expect(T.NEWLINE)
  }
  return definition(scanner, decorators, start)
}

/** `def`, `async def` or `class`, with the decorators that stood before it. */
export function definition(scanner: Scanner, decorators: readonly Expr[], start: number): Stmt {
  const isAsync = scanner.take(T.ASYNC)
  const { kind } = scanner
  if (kind !== T.DEF && (isAsync || kind !== T.CLASS)) throw new NotPlain()
  scanner.advance()
  const nameAt = { start: scanner.start, end: scanner.end }
  const name = scanner.name()
  typeParameters(scanner)
  if (kind === T.CLASS) {
    const args = scanner.kind === T.OPEN ? callArguments(scanner) : []
    const body = block(scanner)
    return { kind: 'class', name, nameAt, args, decorators, body, start, end: scanner.lastEnd }
  }
  scanner.expect(T.OPEN)
  const params = parameters(scanner, T.CLOSE, true)
  scanner.expect(T.CLOSE)
  if (scanner.take(T.ARROW)) expression(scanner)
  const body = block(scanner)
  return { kind: 'function', name, nameAt, params, decorators, body, isAsync, start, end: scanner.lastEnd }
}
