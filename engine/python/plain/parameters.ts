/** Parameters of functions and lambdas. */
import type { Parameter } from '../ast.ts'
import { expression, starredOr } from './expressions.ts'
import { NotPlain, type Scanner } from './scanner.ts'
import * as T from './tokens.ts'

/** Everything up to the token that ends the list; only those of functions have annotations. */
export function parameters(scanner: Scanner, end: number, annotated: boolean): readonly Parameter[] {
  const params: Parameter[] = []
  while (scanner.kind !== end) {
    const found = parameter(scanner, annotated)
    if (found !== null) params.push(found)
    if (scanner.kind !== end) scanner.expect(T.COMMA)
  }
  return params
}

/** One parameter; null for the marks `*` and `/` that stand alone. */
function parameter(scanner: Scanner, annotated: boolean): Parameter | null {
  if (scanner.take(T.SLASH)) return null
  let kind: Parameter['kind'] = 'plain'
  if (scanner.take(T.STAR)) {
    if (scanner.kind === T.COMMA) return null
    kind = 'star'
  } else if (scanner.take(T.POWER)) kind = 'double-star'
  const { start, end } = scanner
  const name = scanner.name()
  if (annotated && scanner.take(T.COLON)) starredOr(scanner, expression)
  if (scanner.kind !== T.EQUALS) return { name, kind, fallback: null, start, end }
  if (kind !== 'plain') throw new NotPlain()
  scanner.advance()
  const fallback = expression(scanner)
  return { name, kind, fallback, start, end: scanner.lastEnd }
}
