/** Accounts that a program makes while it starts, with a password that the repository shows. */
import type { Place } from '../finding.ts'
import type { Expr, Stmt } from '../python/ast.ts'
import { expressionsOf } from '../python/walk.ts'
import { boots, type Plan } from './plan.ts'
import type { Run } from './production.ts'

export interface StartAccount {
  /** The password. */
  readonly at: Place
  readonly value: string
  readonly run: Run
}

const WORDS = /(?:password|passwd)\s*=\s*["']/
const MAKES =
  /^(?:(?:create|add|register|make|new|insert|ensure)_\w*(?:user|admin|account)\w*|create_superuser|(?:User|Admin|Account|AdminUser|UserModel|Users)(?:\.create)?)$/

/** `User.create_user("harry", password="secret")` at the top level of a module that production imports. */
export function startAccounts(plan: Plan): StartAccount[] {
  const seen = new Set<string>()
  return boots(plan).flatMap((run) => {
    const { entry } = run.boot
    const isScript = entry.kind === 'script' || entry.kind === 'module-script'
    return run.boot.loaded.flatMap(({ path, phase }) => {
      if (seen.has(path) || phase !== 'import') return []
      seen.add(path)
      if (!WORDS.test(plan.modules.tree.read(path)?.text ?? '')) return []
      const isMain = isScript && path === run.boot.target?.path
      return atTopLevel(plan.modules.parse(path).body, isMain).flatMap((stmt) =>
        [...expressionsOf([stmt])].flatMap((expr) => passwordOf(expr, path).map((found) => ({ ...found, run }))),
      )
    })
  })
}

/** Statements that run when the module is imported, without their own bodies. */
function atTopLevel(stmts: readonly Stmt[], isMain: boolean): Stmt[] {
  return stmts.flatMap((stmt): Stmt[] => {
    switch (stmt.kind) {
      case 'expr':
      case 'assign':
        return [stmt]
      case 'with':
      case 'for':
        return atTopLevel(stmt.body, isMain)
      case 'try':
        return atTopLevel([...stmt.body, ...stmt.otherwise, ...stmt.final], isMain)
      case 'if':
        return [
          ...stmt.branches.flatMap(({ test, body }) => (isMainTest(test) && !isMain ? [] : atTopLevel(body, isMain))),
          ...atTopLevel(stmt.otherwise, isMain),
        ]
      default:
        return []
    }
  })
}

const isMainTest = (test: Expr): boolean =>
  test.kind === 'compare' && [test.left, test.right].some((side) => side.kind === 'name' && side.name === '__name__')

function passwordOf(expr: Expr, path: string): Omit<StartAccount, 'run'>[] {
  if (expr.kind !== 'call' || !MAKES.test(nameOf(expr.callee))) return []
  return expr.args.flatMap(({ name, value }) => {
    if (name === null || !/^(?:password|passwd)$/.test(name) || value.kind !== 'string') return []
    const [text] = value.parts
    if (value.parts.length !== 1 || typeof text !== 'string' || text === '') return []
    return [{ at: { path, start: value.start, end: value.end }, value: text }]
  })
}

/** The last name of `db.User`, and the last two of `User.create`. */
function nameOf(callee: Expr): string {
  if (callee.kind === 'name') return callee.name
  if (callee.kind !== 'attribute') return ''
  return callee.name === 'create' ? `${nameOf(callee.of)}.create` : callee.name
}
