/** Checks at the start that stop the program: `if not os.environ.get("SECRET_KEY"): raise …`. */
import type { Stmt } from './ast.ts'
import type { Interpreter } from './interpreter.ts'
import type { Guard } from './value.ts'

/** Notes the config vars that are set wherever the program goes on after a check. */
export function noteCheck(vm: Interpreter, stmt: Stmt, goesOn: readonly Guard[]): void {
  if (goesOn.length === 0 || stmt.kind !== 'if' || leavesOtherwise([stmt])) return
  for (const { about, holds } of goesOn) if (about.kind === 'set' && holds) vm.stopsWithout(about.name)
}

/** May statements leave a function or a loop, so that what stands behind them is skipped and the program goes on? */
function leavesOtherwise(stmts: readonly Stmt[]): boolean {
  return stmts.some((stmt) => {
    switch (stmt.kind) {
      case 'return':
      case 'break':
      case 'continue':
        return true
      case 'if':
        return stmt.branches.some(({ body }) => leavesOtherwise(body)) || leavesOtherwise(stmt.otherwise)
      case 'try':
        return [stmt.body, ...stmt.handlers.map(({ body }) => body), stmt.otherwise, stmt.final].some(leavesOtherwise)
      case 'while':
      case 'for':
        return leavesOtherwise(stmt.body) || leavesOtherwise(stmt.otherwise)
      case 'with':
        return leavesOtherwise(stmt.body)
      case 'match':
        return stmt.cases.some(leavesOtherwise)
      default:
        return false
    }
  })
}
