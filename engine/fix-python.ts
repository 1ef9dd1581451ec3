/** Edits of Python source: what stands around a place, and the import that a new expression needs. */
import type { Fix, Place, TextEdit } from './finding.ts'
import { blocksOf } from './plan/function-around.ts'
import type { Plan } from './plan/plan.ts'
import { guardedVariables } from './plan/production.ts'
import type { Expr, Stmt } from './python/ast.ts'
import type { Guard } from './python/value.ts'
import { expressionsOf } from './python/walk.ts'

/**
 * What makes `os` known at a place: nothing where it is imported above under its own name, else a line above the first
 * statement that may have one. Null where the place stands above that.
 */
export function importingOs(plan: Plan, { path, start }: Place): readonly TextEdit[] | null {
  if (start === undefined) return null
  const { body } = plan.modules.parse(path)
  const hasOs = body.some(
    (stmt) =>
      stmt.kind === 'import' &&
      stmt.end < start &&
      stmt.names.some(({ name, alias }) => alias === null && /^os(?:\.|$)/.test(name)),
  )
  if (hasOs) return []
  const first = body.find((stmt, i) => !isDocstring(stmt, i) && !(stmt.kind === 'from' && stmt.module === '__future__'))
  if (first === undefined || first.start > start) return null
  const isImport = first.kind === 'import' || first.kind === 'from'
  const text = isImport ? 'import os\n' : 'import os\n\n'
  return [{ kind: 'text', path, start: first.start, end: first.start, text }]
}

const isDocstring = (stmt: Stmt, i: number): boolean => i === 0 && stmt.kind === 'expr' && stmt.value.kind === 'string'

/** A fix that writes another expression, which uses `os`, in the place of one. */
export function otherExpression(plan: Plan, at: Place, expression: string, description: string): Fix | null {
  const { path, start, end } = at
  const imports = path.endsWith('.py') ? importingOs(plan, at) : null
  if (imports === null || start === undefined || end === undefined) return null
  return {
    safety: 'unsafe',
    description,
    // the code is sure to need it from now on
    brings: ['config-var-undeclared'],
    edits: [...imports, { kind: 'text', path, start, end, text: expression }],
  }
}

/** A fix that reads the session key from its config var. */
export function secretFromEnvironment(plan: Plan, at: Place): Fix | null {
  const whole = valueAround(plan, at, /secret_?key$/i)
  return whole === null
    ? null
    : otherExpression(plan, whole, 'os.environ["SECRET_KEY"]', 'read SECRET_KEY from the environment')
}

/**
 * A fix that stops the program on a dyno without a config var, right above the statement that would fall back to something
 * else. Null where that statement does not begin a line.
 */
function stopWithout(plan: Plan, at: Place, variable: string): Fix | null {
  const { path, start } = at
  const text = path.endsWith('.py') ? plan.modules.tree.read(path)?.text : undefined
  const imports = importingOs(plan, at)
  const statement = start === undefined ? undefined : statementAround(plan.modules.parse(path).body, start)
  if (text === undefined || imports === null || statement === undefined || !/^\w+$/.test(variable)) return null
  const line = text.lastIndexOf('\n', statement.start - 1) + 1
  const indent = text.slice(line, statement.start)
  if (!/^[ \t]*$/.test(indent)) return null
  // two empty lines around a class or a function, as everybody has them
  const behind = indent === '' && (statement.kind === 'class' || statement.kind === 'function') ? '\n\n' : ''
  const guard =
    `${indent}if "DYNO" in os.environ and "${variable}" not in os.environ:\n` +
    `${indent}    raise RuntimeError("${variable} is not set")\n${behind}`
  return {
    safety: 'unsafe',
    description: `stop at the start where DYNO is set and ${variable} is not`,
    brings: ['config-var-undeclared'],
    edits: [...imports, { kind: 'text', path, start: line, end: line, text: guard }],
  }
}

/** As `stopWithout`, where the absence of one config var is all that a fallback depends on. */
export function stopUnlessSet(plan: Plan, at: Place, guards: readonly Guard[]): Fix | null {
  const [variable, ...others] = guardedVariables(guards)
  const isAbsence = guards.every(({ about, holds }) => about.kind === 'set' && !holds)
  return variable === undefined || others.length > 0 || !isAbsence ? null : stopWithout(plan, at, variable)
}

/** The statement that holds an offset: of the module, or of the function that it lies in. */
function statementAround(body: readonly Stmt[], offset: number): Stmt | undefined {
  const found = body.find((stmt) => stmt.start <= offset && offset < stmt.end)
  return found?.kind === 'function' ? (statementAround(found.body, offset) ?? found) : found
}

/** The whole line of a statement of the module's top level that is exactly the call at a place; null for any other. */
export function lineOfCall(
  plan: Plan,
  { path, start, end }: Place,
): { readonly start: number; readonly end: number } | null {
  const text = plan.modules.tree.read(path)?.text
  const stmt = plan.modules
    .parse(path)
    .body.find((one) => one.kind === 'expr' && one.start === start && one.end === end)
  if (text === undefined || stmt === undefined) return null
  const behind = /^[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/.exec(text.slice(stmt.end))
  const line = text.lastIndexOf('\n', stmt.start - 1) + 1
  return behind === null || line !== stmt.start ? null : { start: line, end: stmt.end + behind[0].length }
}

/**
 * Where the whole of a value is written of which a place is a part: what is assigned to a name or key, or handed over under a
 * keyword. Null where the place is a part of a value that has another name, or none.
 */
function valueAround(plan: Plan, { path, start, end }: Place, name: RegExp): Place | null {
  if (!path.endsWith('.py') || start === undefined || end === undefined) return null
  const { body } = plan.modules.parse(path)
  const named: { readonly name: string; readonly value: Expr }[] = []
  for (const stmt of statementsOf(body)) {
    if (stmt.kind !== 'assign') continue
    for (const target of stmt.targets) named.push({ name: nameOf(target), value: stmt.value })
  }
  for (const expr of expressionsOf(body)) {
    if (expr.kind === 'call')
      for (const { name: keyword, value } of expr.args) if (keyword !== null) named.push({ name: keyword, value })
    if (expr.kind === 'dict')
      for (const { key, value } of expr.entries) named.push({ name: key === null ? '' : nameOf(key), value })
  }
  const exact = named.some(({ value }) => value.start === start && value.end === end)
  if (exact) return { path, start, end }
  const around = named.filter((one) => name.test(one.name) && one.value.start <= start && end <= one.value.end)
  const [only, ...others] = around
  return only === undefined || others.length > 0 ? null : { path, start: only.value.start, end: only.value.end }
}

function nameOf(target: Expr): string {
  if (target.kind === 'name' || target.kind === 'attribute') return target.name
  if (target.kind === 'subscript') return nameOf(target.index)
  const [text] = target.kind === 'string' && target.parts.length === 1 ? target.parts : []
  return typeof text === 'string' ? text : ''
}

function* statementsOf(body: readonly Stmt[]): Generator<Stmt> {
  for (const stmt of body) {
    yield stmt
    for (const inner of blocksOf(stmt)) yield* statementsOf(inner)
  }
}

/** The smallest expression that spans a place exactly; undefined where none does. */
export function expressionAt(plan: Plan, { path, start, end }: Place): Expr | undefined {
  if (!path.endsWith('.py')) return undefined
  let found: Expr | undefined
  for (const expr of expressionsOf(plan.modules.parse(path).body)) {
    if (expr.start === start && expr.end === end) found = expr
  }
  return found
}
