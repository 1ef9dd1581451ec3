/** Operators and delimiters (https://docs.python.org/3/reference/lexical_analysis.html#operators). */
import * as T from './tokens.ts'

/** The kind of the operator that starts with `code` at `at`; 0 for what is none. Brackets count as such. */
export function operatorAt(source: string, at: number, code: number): number {
  const next = source.charCodeAt(at + 1)
  switch (code) {
    case T.OPEN:
    case T.OPEN_SQUARE:
    case T.OPEN_BRACE:
    case T.CLOSE:
    case T.CLOSE_SQUARE:
    case T.CLOSE_BRACE:
    case T.COMMA:
    case T.SEMICOLON:
    case T.TILDE:
      return code
    case T.DOT:
      return next === T.DOT && source.charCodeAt(at + 2) === T.DOT ? T.ELLIPSIS : code
    case T.COLON:
      return next === T.EQUALS ? T.WALRUS : code
    case T.EQUALS:
    case T.BANG:
      return next === T.EQUALS ? T.COMPARE : code
    case T.LESS:
    case T.MORE:
      if (next === code) return doubled(source, at, code === T.LESS ? T.SHIFT_LEFT : T.SHIFT_RIGHT)
      return next === T.EQUALS || (code === T.LESS && next === T.MORE) ? T.COMPARE : code
    case T.MINUS:
      if (next === T.MORE) return T.ARROW
      return next === T.EQUALS ? T.UPDATE : code
    case T.STAR:
    case T.SLASH:
      if (next === code) return doubled(source, at, code === T.STAR ? T.POWER : T.FLOOR)
      return next === T.EQUALS ? T.UPDATE : code
    case T.PLUS:
    case T.PERCENT:
    case T.AMPERSAND:
    case T.BAR:
    case T.CARET:
    case T.AT:
      return next === T.EQUALS ? T.UPDATE : code
    default:
      return 0
  }
}

function doubled(source: string, at: number, kind: number): number {
  return source.charCodeAt(at + 2) === T.EQUALS ? T.UPDATE : kind
}

/** How many characters an operator of this kind takes at `at`. */
export function operatorWidth(source: string, at: number, kind: number): number {
  if (kind < T.NAME) return 1
  if (kind === T.ELLIPSIS) return 3
  return kind === T.UPDATE && source.charCodeAt(at + 1) !== T.EQUALS ? 3 : 2
}
