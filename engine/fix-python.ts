/** Edits of Python source: what stands around a place, and the expressions that read the environment in its stead. */
import type { Fix, Place } from './finding.ts'
import { environAt, statementsOf } from './fix-environ.ts'
import { commentsAbove, spellingOf } from './fix-spelling.ts'
import type { Plan } from './plan/plan.ts'
import { guardedVariables } from './plan/production.ts'
import type { Expr, Stmt } from './python/ast.ts'
import type { Guard } from './python/value.ts'
import { expressionsOf } from './python/walk.ts'

/**
 * A fix that writes another expression in the place of one. It is made from `os.environ["NAME"]` and the like, written with
 * double quotes; `kept` is source of the file that goes behind it as it is, up to the bracket that ends it all.
 */
export function otherExpression(plan: Plan, at: Place, expression: string, description: string, kept = ''): Fix | null {
  const { path, start, end } = at
  const environ = path.endsWith('.py') ? environAt(plan, at) : null
  if (environ === null || start === undefined || end === undefined) return null
  const text = spellingOf(plan, path).quoted(expression).replaceAll('os.environ', environ.name)
  return {
    safety: 'unsafe',
    description,
    // the code is sure to need it from now on
    brings: ['config-var-undeclared'],
    edits: [...environ.edits, { kind: 'text', path, start, end, text: `${text}${kept}` }],
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
  const environ = environAt(plan, at)
  const statement = start === undefined ? undefined : statementAround(plan.modules.parse(path).body, start)
  if (text === undefined || environ === null || statement === undefined || !/^\w+$/.test(variable)) return null
  const line = text.lastIndexOf('\n', statement.start - 1) + 1
  const indent = text.slice(line, statement.start)
  if (!/^[ \t]*$/.test(indent)) return null
  // two empty lines around a class or a function, as everybody has them, and its comment right above it
  const isDefinition = indent === '' && (statement.kind === 'class' || statement.kind === 'function')
  const above = isDefinition ? commentsAbove(text, line) : line
  const { indent: step, quoted } = spellingOf(plan, path)
  const guard = quoted(
    `${indent}if "DYNO" in ${environ.name} and "${variable}" not in ${environ.name}:\n` +
      `${indent}${step}raise RuntimeError("${variable} is not set")\n${isDefinition ? '\n\n' : ''}`,
  )
  return {
    safety: 'unsafe',
    description: `stop at the start where DYNO is set and ${variable} is not`,
    brings: ['config-var-undeclared'],
    edits: [...environ.edits, { kind: 'text', path, start: above, end: above, text: guard }],
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

/** The smallest expression that spans a place exactly; undefined where none does. */
export function expressionAt(plan: Plan, { path, start, end }: Place): Expr | undefined {
  if (!path.endsWith('.py')) return undefined
  let found: Expr | undefined
  for (const expr of expressionsOf(plan.modules.parse(path).body)) {
    if (expr.start === start && expr.end === end) found = expr
  }
  return found
}
