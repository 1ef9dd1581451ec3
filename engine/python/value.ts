/**
 * What a Python expression may be in production, as far as reading tells.
 *
 * A value is a list of alternatives; each holds under guards (conditions that reading cannot decide).
 * A guard about a config var can be explained to a person ("when DATABASE_URL is not set");
 * any other guard is simply unknown, and *unknown never makes a finding*.
 */
import type { Place } from '../finding.ts'
import type { ClassDef, Expr, FunctionDef, Parameter, Stmt } from './ast.ts'
import { both, type Guard, implied, negated } from './guards.ts'
import type { Scope } from './scope.ts'

export {
  both,
  type Certainty,
  certainty,
  covers,
  equalsGuard,
  type Guard,
  negated,
  setGuard,
  unknownGuard,
} from './guards.ts'

/** What an expression is worth when evaluating it raises. */
export const RAISES: readonly Alternative[] = []

/** A part of a text that is not known: what a config var holds, a value made at random, or anything else. */
export interface Hole {
  readonly kind: 'config-var' | 'random' | 'unknown'
  readonly name: string
}
export type TextPart = string | Hole

export interface ListObject {
  readonly items: Value[]
  /** False when reading cannot tell all items. */
  exact: boolean
  readonly at: Place
}

export interface DictObject {
  readonly entries: Map<string, Value>
  /** True when there may be keys that reading cannot tell. */
  open: boolean
  /** Set for `app.config`. */
  readonly config: boolean
  readonly at: Place
}

export interface FunctionObject {
  readonly name: string
  readonly params: readonly Parameter[]
  readonly body: readonly Stmt[] | Expr
  readonly def: FunctionDef | null
  readonly scope: Scope
  readonly path: string
  readonly at: Place
  readonly decorators: readonly string[]
}

export interface ClassObject {
  readonly name: string
  readonly def: ClassDef
  readonly path: string
  readonly at: Place
  readonly bases: readonly Atom[]
  readonly scope: Scope
}

export interface InstanceObject {
  /** Qualified name of an external class (`flask.Flask`), or of the external class that a project class stands on. */
  readonly className: string
  readonly class: ClassObject | null
  readonly attributes: Map<string, Value>
  readonly at: Place
  readonly args: CallArguments
}

export interface CallArguments {
  readonly positional: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
  /** True when `*args` or `**kwargs` hide some. */
  readonly open: boolean
}

export type Atom =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'constant'; readonly value: number | boolean | null; readonly at: Place }
  | { readonly kind: 'text'; readonly parts: readonly TextPart[]; readonly at: Place }
  | { readonly kind: 'list'; readonly object: ListObject }
  | { readonly kind: 'dict'; readonly object: DictObject }
  | { readonly kind: 'module'; readonly path: string; readonly name: string; readonly scope: Scope }
  | { readonly kind: 'external'; readonly name: string; readonly at: Place }
  | { readonly kind: 'function'; readonly object: FunctionObject; readonly self: Atom | null }
  | { readonly kind: 'class'; readonly object: ClassObject }
  /** `super()` in a method of `object`. */
  | { readonly kind: 'super'; readonly object: ClassObject; readonly self: Atom }
  | { readonly kind: 'instance'; readonly object: InstanceObject }
  /** A method of a text, list, dict or external object, not called yet. */
  | { readonly kind: 'method'; readonly of: Atom; readonly name: string; readonly at: Place }

export interface Alternative {
  readonly atom: Atom
  readonly guards: readonly Guard[]
}
export type Value = readonly Alternative[]

/** More alternatives than this are not followed; the value becomes unknown. */
const MOST_ALTERNATIVES = 24

export const UNKNOWN_ATOM: Atom = { kind: 'unknown' }
export const UNKNOWN: Value = [{ atom: UNKNOWN_ATOM, guards: [] }]
export const NO_ARGUMENTS: CallArguments = { positional: [], named: new Map(), open: false }

export const only = (atom: Atom): Value => [{ atom, guards: [] }]
export const constant = (value: number | boolean | null, at: Place): Value => only({ kind: 'constant', value, at })
export const textAtom = (parts: readonly TextPart[], at: Place): Atom => ({ kind: 'text', parts: joinParts(parts), at })
export const text = (parts: readonly TextPart[], at: Place): Value => only(textAtom(parts, at))
export const external = (name: string, at: Place): Value => only({ kind: 'external', name, at })

export function narrow(value: Value, path: readonly Guard[]): Value {
  if (path.length === 0 || value.every(({ guards }) => guards.length === 0)) return value
  const out: Alternative[] = []
  for (const { atom, guards } of value) {
    if (both(guards, path) === null) continue
    out.push({ atom, guards: guards.filter((guard) => !implied(path, guard)) })
  }
  return out.length > 0 ? out : UNKNOWN
}

/** The value with guards added to every alternative; contradictions drop out. */
export function under(value: Value, guards: readonly Guard[]): Value {
  if (guards.length === 0) return value
  return value.flatMap(({ atom, guards: own }) => {
    const merged = both(own, guards)
    return merged === null ? [] : [{ atom, guards: merged }]
  })
}

/** One of several values. */
export function oneOf(...values: readonly Value[]): Value {
  return simplify(values.flat())
}

/** What a name holds after it was assigned `value` on a path, where it held `before` otherwise. */
export function assigned(before: Value | undefined, value: Value, path: readonly Guard[]): Value {
  if (path.length === 0) return value
  const kept: Alternative[] = []
  if (before !== undefined) {
    for (const [i, guard] of path.entries()) kept.push(...under(before, [...path.slice(0, i), negated(guard)]))
  }
  return simplify([...kept, ...under(value, path)])
}

/**
 * Applies a function to every alternative; its results keep the alternative's guards.
 * An empty result says that the program would stop there: that alternative is gone.
 */
export function each(value: Value, apply: (atom: Atom) => Value): Value {
  const [first] = value
  if (value.length === 1 && first) {
    const result = apply(first.atom)
    return result.length === 0 ? UNKNOWN : under(result, first.guards)
  }
  return simplify(value.flatMap(({ atom, guards }) => under(apply(atom), guards)))
}

function simplify(alternatives: readonly Alternative[]): Value {
  if (alternatives.length === 1) return alternatives
  const out: Alternative[] = []
  for (const alternative of alternatives) {
    const twin = out.findIndex(
      (other) => sameAtom(other.atom, alternative.atom) && foldable(other.guards, alternative.guards),
    )
    const other = out[twin]
    if (other === undefined) {
      if (out.length === MOST_ALTERNATIVES) return UNKNOWN
      out.push(alternative)
    } else out[twin] = { atom: other.atom, guards: folded(other.guards, alternative.guards) }
  }
  return out.length === 0 ? UNKNOWN : out
}

/** Do two sets of guards differ in one guard's polarity at most, or contain each other? */
function foldable(left: readonly Guard[], right: readonly Guard[]): boolean {
  const [small, large] = left.length <= right.length ? [left, right] : [right, left]
  const missing = small.filter(
    (guard) => !large.some((other) => other.key === guard.key && other.holds === guard.holds),
  )
  if (missing.length === 0) return true
  const [guard] = missing
  return (
    missing.length === 1 &&
    small.length === large.length &&
    guard !== undefined &&
    large.some((other) => other.key === guard.key)
  )
}

function folded(left: readonly Guard[], right: readonly Guard[]): readonly Guard[] {
  return left.filter((guard) => right.some((other) => other.key === guard.key && other.holds === guard.holds))
}

export function sameAtom(left: Atom, right: Atom): boolean {
  if (left === right) return true
  if (left.kind !== right.kind) return false
  if (left.kind === 'constant' && right.kind === 'constant') return left.value === right.value
  if (left.kind === 'unknown') return true
  if (left.kind === 'text' && right.kind === 'text') {
    return left.parts.length === right.parts.length && left.parts.every((part, i) => samePart(part, right.parts[i]))
  }
  if (left.kind === 'external' && right.kind === 'external') return left.name === right.name
  if ((left.kind === 'list' && right.kind === 'list') || (left.kind === 'dict' && right.kind === 'dict'))
    return left.object === right.object
  if (left.kind === 'instance' && right.kind === 'instance') return left.object === right.object
  if (left.kind === 'class' && right.kind === 'class') return left.object === right.object
  if (left.kind === 'function' && right.kind === 'function')
    return left.object === right.object && left.self === right.self
  return false
}

const samePart = (left: TextPart, right: TextPart | undefined): boolean =>
  right !== undefined &&
  (typeof left === 'string' || typeof right === 'string'
    ? left === right
    : left.kind === right.kind && left.name === right.name && left.kind !== 'unknown')

function joinParts(parts: readonly TextPart[]): readonly TextPart[] {
  const out: TextPart[] = []
  for (const part of parts) {
    const last = out.at(-1)
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part
    else if (part !== '' || parts.length === 1) out.push(part)
  }
  return out.length > 1 ? out.filter((part) => part !== '') : out
}

/** The whole text when every part is known; null otherwise. */
export function literalText(atom: Atom): string | null {
  if (atom.kind !== 'text') return null
  let out = ''
  for (const part of atom.parts) {
    if (typeof part !== 'string') return null
    out += part
  }
  return out
}

/** The known beginning of a text; '' when nothing is known of it. */
export function knownPrefix(atom: Atom): string {
  const [first] = atom.kind === 'text' ? atom.parts : []
  return typeof first === 'string' ? first : ''
}

/** The place where an atom was written, when it was written in one. */
export function placeOf(atom: Atom): Place | null {
  if ('at' in atom) return atom.at
  return 'object' in atom ? atom.object.at : null
}
