/** The function of the project that holds a place, as it is written. */
import type { Place } from '../finding.ts'
import type { FunctionDef, Stmt } from '../python/ast.ts'
import { dottedName } from '../python/evaluate.ts'
import type { Plan } from './plan.ts'

export interface FunctionAround {
  readonly def: FunctionDef
  /** Dotted names of its decorators: `app.route`, `cache.cached`. */
  readonly decorators: readonly string[]
  readonly source: string
}

/** The innermost function that holds `place`; null at a module's top level or in a class body. */
export function functionAround(plan: Plan, place: Place): FunctionAround | null {
  const { path, start } = place
  if (start === undefined || !path.endsWith('.py')) return null
  const def = innermost(plan.modules.parse(path).body, start)
  if (def === null) return null
  const text = plan.modules.tree.read(path)?.text ?? ''
  return {
    def,
    decorators: def.decorators.map((decorator) => dottedName(decorator)),
    source: text.slice(def.start, def.end),
  }
}

function innermost(body: readonly Stmt[], at: number): FunctionDef | null {
  for (const stmt of body) {
    if (at < stmt.start || at >= stmt.end) continue
    for (const inner of blocksOf(stmt)) {
      const found = innermost(inner, at)
      if (found !== null) return found
    }
    return stmt.kind === 'function' ? stmt : null
  }
  return null
}

/** The blocks of statements that a statement holds. */
export function blocksOf(stmt: Stmt): readonly (readonly Stmt[])[] {
  switch (stmt.kind) {
    case 'function':
    case 'class':
    case 'with':
      return [stmt.body]
    case 'if':
      return [...stmt.branches.map(({ body }) => body), stmt.otherwise]
    case 'while':
    case 'for':
      return [stmt.body, stmt.otherwise]
    case 'try':
      return [stmt.body, ...stmt.handlers.map(({ body }) => body), stmt.otherwise, stmt.final]
    case 'match':
      return stmt.cases
    default:
      return []
  }
}

/** Decorators of a view function: `app.route`, `bp.get`, `api.post`. */
export const isView = (decorators: readonly string[]): boolean =>
  decorators.some((name) => /\.(?:route|get|post|put|patch|delete)$/.test(name))
