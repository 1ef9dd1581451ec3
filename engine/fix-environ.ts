/** What makes `os.environ` known at a place of a Python file. */
import type { Place, TextEdit } from './finding.ts'
import { commentsAbove } from './fix-spelling.ts'
import { blocksOf } from './plan/function-around.ts'
import type { Plan } from './plan/plan.ts'
import type { Expr, FunctionDef, ImportedName, Stmt } from './python/ast.ts'
import { expressionsOf } from './python/walk.ts'

export interface Environ {
  /** What it is called there: `os.environ`, or the name that the file imports it under. */
  readonly name: string
  /** An import, where there is none yet. */
  readonly edits: readonly TextEdit[]
}

/**
 * Nothing has to be added where it is imported above, else a line above the first statement that may have one. Null where
 * `os` is something else in this file, or not yet what it will be.
 */
export function environAt(plan: Plan, { path, start }: Place): Environ | null {
  if (start === undefined) return null
  const { body } = plan.modules.parse(path)
  if (hasOtherOs(body)) return null
  const around = functionsAround(body, start)
  for (const { body: inner } of around) {
    const imports = [...statementsOf(inner)].filter((stmt) => stmt.kind !== 'function' && importsOs(stmt))
    // a name that a function binds is its own from its first line on
    if (imports.some((stmt) => stmt.start > start)) return null
  }
  const isAbove = (stmt: Stmt): boolean => stmt.end < start
  if ([body, ...around.map(({ body: inner }) => inner)].some((block) => block.some((s) => isAbove(s) && importsOs(s))))
    return { name: 'os.environ', edits: [] }
  const imported = body.flatMap((stmt) => (isAbove(stmt) ? importedEnviron(stmt) : []))[0]
  if (imported !== undefined) return { name: imported, edits: [] }
  const edit = importingOs(plan.modules.tree.read(path)?.text ?? '', path, body, start)
  return edit === null ? null : { name: 'os.environ', edits: [edit] }
}

function importingOs(text: string, path: string, body: readonly Stmt[], start: number): TextEdit | null {
  const first = body.find((stmt, i) => !isDocstring(stmt, i) && !(stmt.kind === 'from' && stmt.module === '__future__'))
  if (first === undefined || first.start > start) return null
  const isImport = first.kind === 'import' || first.kind === 'from'
  const isDefinition = first.kind === 'class' || first.kind === 'function'
  const line = text.lastIndexOf('\n', first.start - 1) + 1
  // two empty lines around a class or a function, as everybody has them; the comment above it stays there
  const at = isImport || line !== first.start ? first.start : commentsAbove(text, line)
  const words = isImport ? 'import os\n' : isDefinition ? 'import os\n\n\n' : 'import os\n\n'
  return { kind: 'text', path, start: at, end: at, text: words }
}

const isDocstring = (stmt: Stmt, i: number): boolean => i === 0 && stmt.kind === 'expr' && stmt.value.kind === 'string'

const importsOs = (stmt: Stmt): boolean =>
  stmt.kind === 'import' && stmt.names.some(({ name, alias }) => alias === null && /^os(?:\.|$)/.test(name))

function importedEnviron(stmt: Stmt): string[] {
  if (stmt.kind !== 'from' || stmt.module !== 'os' || stmt.names === '*') return []
  return stmt.names.flatMap(({ name, alias }) => (name === 'environ' ? [alias ?? name] : []))
}

/** Is the name `os` anywhere bound to something else than the module? */
function hasOtherOs(body: readonly Stmt[]): boolean {
  for (const stmt of statementsOf(body)) if (boundBy(stmt).includes('os')) return true
  for (const expr of expressionsOf(body)) if (expr.kind === 'assign-expr' && expr.target === 'os') return true
  return false
}

function boundBy(stmt: Stmt): readonly string[] {
  switch (stmt.kind) {
    case 'assign':
      return stmt.targets.flatMap(namesIn)
    case 'augment':
    case 'declare':
    case 'for':
      return namesIn(stmt.target)
    case 'delete':
      return stmt.targets.flatMap(namesIn)
    case 'with':
      return stmt.items.flatMap(({ target }) => (target === null ? [] : namesIn(target)))
    case 'import':
      return stmt.names.flatMap(({ name, alias }) => (alias === null || name === 'os' ? [] : [alias]))
    case 'from':
      return stmt.names === '*' ? [] : stmt.names.map(({ name, alias }: ImportedName) => alias ?? name)
    case 'function':
      return [stmt.name, ...stmt.params.map(({ name }) => name)]
    case 'class':
      return [stmt.name]
    case 'try':
      return stmt.handlers.flatMap(({ name }) => (name === null ? [] : [name]))
    default:
      return []
  }
}

function namesIn(target: Expr): string[] {
  if (target.kind === 'name') return [target.name]
  if (target.kind === 'tuple' || target.kind === 'list') return target.items.flatMap(namesIn)
  return target.kind === 'star' ? namesIn(target.value) : []
}

/** The functions that hold an offset, outermost first. */
function functionsAround(body: readonly Stmt[], offset: number): FunctionDef[] {
  return [...statementsOf(body)].filter(
    (stmt): stmt is FunctionDef => stmt.kind === 'function' && stmt.start <= offset && offset < stmt.end,
  )
}

/** Every statement, those within others included. */
export function* statementsOf(body: readonly Stmt[]): Generator<Stmt> {
  for (const stmt of body) {
    yield stmt
    for (const inner of blocksOf(stmt)) yield* statementsOf(inner)
  }
}
