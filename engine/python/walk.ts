import type { Expr, Stmt } from './ast.ts'

type Node = Expr | Stmt

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'kind' in value && 'start' in value

/** Every expression below some statements, outermost first, in the order of the source; lambdas and nested functions included. */
export function* expressionsOf(body: readonly Stmt[]): Generator<Expr> {
  const stack: unknown[] = [...body].reverse()
  while (stack.length > 0) {
    const value = stack.pop()
    if (typeof value !== 'object' || value === null) continue
    if (isNode(value) && EXPRESSIONS.has(value.kind)) yield value as Expr
    const inner: unknown[] = Array.isArray(value) ? value : Object.values(value)
    for (let i = inner.length - 1; i >= 0; i--) if (typeof inner[i] === 'object') stack.push(inner[i])
  }
}

const EXPRESSIONS: ReadonlySet<string> = new Set([
  'string',
  'number',
  'constant',
  'name',
  'attribute',
  'subscript',
  'slice',
  'call',
  'binary',
  'compare',
  'and',
  'or',
  'not',
  'negative',
  'conditional',
  'dict',
  'list',
  'tuple',
  'set',
  'star',
  'lambda',
  'comprehension',
  'await',
  'yield',
  'assign-expr',
  'unknown',
])
