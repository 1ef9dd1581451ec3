/** Children of a grammar node, already turned into expressions and statements, and how to pick among them. */
import type { Expr, Span, Stmt } from './ast.ts'

/** One child of a grammar node, its own children already turned into expressions, statements or blocks. */
export interface Item extends Span {
  readonly name: string
  readonly text: string
  readonly items: readonly Item[]
  readonly expr: Expr | null
  readonly stmts: readonly Stmt[] | null
}

export const nothing = (at: number): Expr => ({ kind: 'unknown', parts: [], start: at, end: at })

export function expressions(items: readonly Item[]): Expr[] {
  return items.flatMap((item) => (item.expr && item.name !== 'TypeDef' ? [item.expr] : []))
}

export function bodies(items: readonly Item[]): (readonly Stmt[])[] {
  return items.flatMap((item) => (item.name === 'Body' ? [item.stmts ?? []] : []))
}

export function many(kind: 'tuple' | 'list' | 'set', items: readonly Expr[], start: number, end: number): Expr {
  return { kind, items, start, end }
}

/** Expressions with `*x` kept as such. */
export function starred(items: readonly Item[]): Expr[] {
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

/** What expressions with commas between them stand for: one alone is itself, also in front of a comma. */
export function tupleOf(exprs: readonly Expr[]): Expr {
  const [first] = exprs
  if (exprs.length === 1 && first) return first
  return many('tuple', exprs, first?.start ?? 0, exprs.at(-1)?.end ?? 0)
}

export function tupled(items: readonly Item[], start: number): Expr {
  const exprs = starred(items.filter((item) => item.name !== 'Body'))
  return exprs.length === 0 ? nothing(start) : tupleOf(exprs)
}

export function optional(items: readonly Item[], start: number): Expr | null {
  return items.some((item) => item.expr) ? tupled(items, start) : null
}
