/** String literals, with the expressions in f-strings (https://docs.python.org/3/reference/lexical_analysis.html#formatted-string-literals). */
import type { Expr, StringPart } from '../ast.ts'
import { literalShape, resolveEscapes } from '../string-literal.ts'
import { BACKSLASH, isLineEnd, RETURN } from './characters.ts'
import { expressionList, yieldExpression } from './expressions.ts'
import { NotPlain, type Scanner } from './scanner.ts'
import * as T from './tokens.ts'

type Text = Extract<Expr, { kind: 'string' }>

/** One literal, or several that stand one behind the other. */
export function strings(scanner: Scanner): Expr {
  const first = literal(scanner)
  if (scanner.kind !== T.STRING && scanner.kind !== T.FORMAT_STRING) return first
  const parts = [...first.parts]
  let { bytes } = first
  while (scanner.kind === T.STRING || scanner.kind === T.FORMAT_STRING) {
    const next = literal(scanner)
    parts.push(...next.parts)
    bytes ||= next.bytes
  }
  return { kind: 'string', parts, bytes, start: first.start, end: scanner.lastEnd }
}

function literal(scanner: Scanner): Text {
  if (scanner.kind === T.FORMAT_STRING) return formatString(scanner)
  const { start, end } = scanner
  const source = scanner.source.slice(start, end)
  const shape = literalShape(source)
  const content = source.slice(shape.start, shape.end)
  scanner.advance()
  return { kind: 'string', parts: [shape.raw ? content : resolveEscapes(content)], bytes: shape.bytes, start, end }
}

function formatString(scanner: Scanner): Text {
  const { source, start } = scanner
  const opening = source.slice(start, scanner.end)
  const quote = opening.charCodeAt(opening.length - 1)
  const mark = opening.endsWith(opening.slice(-1).repeat(3)) ? 3 : 1
  const raw = /r/i.test(opening)
  const parts: StringPart[] = []
  let from = scanner.end
  let at = from
  const push = (): void => {
    const content = source.slice(from, at)
    const text = (raw ? content : resolveEscapes(content)).replaceAll('{{', '{').replaceAll('}}', '}')
    if (text !== '') parts.push(text)
  }
  for (;;) {
    const code = source.charCodeAt(at)
    if (code === quote && (mark === 1 || (source.charCodeAt(at + 1) === quote && source.charCodeAt(at + 2) === quote)))
      break
    if (code === T.OPEN_BRACE && source.charCodeAt(at + 1) === T.OPEN_BRACE) at += 2
    else if (code === T.OPEN_BRACE) {
      push()
      parts.push({ expr: replacement(scanner, at, quote, mark) })
      at = scanner.pos
      from = at
    } else if (code === BACKSLASH) at += escapeWidth(source, at, raw)
    else if (Number.isNaN(code) || (mark === 1 && isLineEnd(code))) throw new NotPlain()
    else at++
  }
  push()
  scanner.resume(at + mark)
  return { kind: 'string', parts, bytes: false, start, end: at + mark }
}

/** `\N{DASH}` holds braces that are no replacement. */
function escapeWidth(source: string, at: number, raw: boolean): number {
  if (source.charCodeAt(at + 1) === RETURN) throw new NotPlain()
  if (raw) {
    // a backslash in front of a brace escapes nothing there
    const next = source.charCodeAt(at + 1)
    return next === T.OPEN_BRACE || next === T.CLOSE_BRACE ? 1 : 2
  }
  if (!source.startsWith('\\N{', at)) return source.charCodeAt(at + 1) === T.OPEN_BRACE ? 1 : 2
  const close = source.indexOf('}', at)
  if (close < 0) throw new NotPlain()
  return close + 1 - at
}

/** The expression of `{…}`; the scanner's `pos` is then behind the brace. */
function replacement(scanner: Scanner, brace: number, quote: number, mark: number): Expr {
  const { depth } = scanner
  scanner.enter()
  scanner.depth = depth + 1
  scanner.pos = brace + 1
  scanner.advance()
  const expr = scanner.kind === T.YIELD ? yieldExpression(scanner) : first(expressionList(scanner))
  if (scanner.kind === T.EQUALS) scanner.advance()
  if (scanner.kind === T.BANG) {
    scanner.pos++ // the one letter of a conversion
    scanner.advance()
  }
  if (scanner.kind === T.COLON || scanner.kind === T.WALRUS) specification(scanner, scanner.start + 1, quote, mark)
  else if (scanner.kind !== T.CLOSE_BRACE) throw new NotPlain()
  scanner.depth = depth
  scanner.leave()
  return expr
}

const first = ([expr]: readonly Expr[]): Expr => {
  if (expr === undefined) throw new NotPlain()
  return expr.kind === 'star' ? expr.value : expr
}

/** What stands behind the colon: its own replacements are read, so that their ends are known, and dropped. */
function specification(scanner: Scanner, from: number, quote: number, mark: number): void {
  const { source } = scanner
  let at = from
  for (;;) {
    const code = source.charCodeAt(at)
    if (code === T.CLOSE_BRACE) break
    if (Number.isNaN(code) || code === quote || code === BACKSLASH) throw new NotPlain()
    if (mark === 1 && isLineEnd(code)) throw new NotPlain()
    if (code === T.OPEN_BRACE) {
      replacement(scanner, at, quote, mark)
      at = scanner.pos
    } else at++
  }
  scanner.pos = at + 1
}
