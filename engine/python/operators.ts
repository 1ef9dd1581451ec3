/** Arithmetic, formatting and comparison of values. */
import type { Place } from '../finding.ts'
import type { Expr } from './ast.ts'
import { evaluate } from './evaluate.ts'
import type { Interpreter } from './interpreter.ts'
import { textOf } from './text-methods.ts'
import {
  type Atom,
  constant,
  each,
  equalsGuard,
  knownPrefix,
  literalText,
  oneOf,
  only,
  setGuard,
  type TextPart,
  text,
  UNKNOWN,
  under,
  type Value,
} from './value.ts'

export function binary(vm: Interpreter, expr: Extract<Expr, { kind: 'binary' }>, at: Place): Value {
  const left = evaluate(vm, expr.left)
  const right = evaluate(vm, expr.right)
  return each(left, (first) =>
    each(right, (second): Value => {
      if (expr.op === '+' && (first.kind === 'text' || second.kind === 'text'))
        return text([...textOf(first), ...textOf(second)], at)
      if (expr.op === '+' && first.kind === 'list' && second.kind === 'list') {
        return only({
          kind: 'list',
          object: {
            items: [...first.object.items, ...second.object.items],
            exact: first.object.exact && second.object.exact,
            at,
          },
        })
      }
      // pathlib's `/`
      if (expr.op === '/' && first.kind === 'text') return text([...textOf(first), '/', ...textOf(second)], at)
      if (expr.op === '%' && first.kind === 'text') return formatPercent(first, second, at)
      if (expr.op === '|' && first.kind === 'dict' && second.kind === 'dict') {
        return only({
          kind: 'dict',
          object: {
            entries: new Map([...first.object.entries, ...second.object.entries]),
            open: first.object.open || second.object.open,
            config: false,
            at,
          },
        })
      }
      if (
        first.kind === 'constant' &&
        second.kind === 'constant' &&
        typeof first.value === 'number' &&
        typeof second.value === 'number'
      ) {
        const result = arithmetic(expr.op, first.value, second.value)
        if (result !== null) return constant(result, at)
      }
      return UNKNOWN
    }),
  )
}

function arithmetic(op: string, left: number, right: number): number | null {
  switch (op) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return right === 0 ? null : left / right
    case '//':
      return right === 0 ? null : Math.floor(left / right)
    case '**':
      return left ** right
    default:
      return null
  }
}

function formatPercent(format: Atom, args: Atom, at: Place): Value {
  const source = literalText(format)
  if (source === null) return UNKNOWN
  const values = args.kind === 'list' ? args.object.items : [only(args)]
  const parts: TextPart[] = []
  let index = 0
  for (const piece of source.split(/(%(?:\([A-Za-z0-9_]+\))?[-+ #0-9.]*[a-zA-Z%])/)) {
    if (!/^%(?:\([A-Za-z0-9_]+\))?[-+ #0-9.]*[a-zA-Z%]$/.test(piece)) parts.push(piece)
    else if (piece.endsWith('%')) parts.push('%')
    else {
      const key = /^%\((\w+)\)/.exec(piece)?.[1]
      const value = key !== undefined && args.kind === 'dict' ? args.object.entries.get(key) : values[index++]
      const [first] = value ?? []
      parts.push(...(value?.length === 1 && first ? textOf(first.atom) : [{ kind: 'unknown', name: '' } as const]))
    }
  }
  return text(parts, at)
}

export function compare(vm: Interpreter, expr: Extract<Expr, { kind: 'compare' }>, at: Place): Value {
  const left = evaluate(vm, expr.left)
  const right = evaluate(vm, expr.right)
  if (expr.left.kind === 'compare') return UNKNOWN
  return each(left, (first) => each(right, (second) => compared(vm, expr.op, first, second, at)))
}

function compared(vm: Interpreter, op: string, left: Atom, right: Atom, at: Place): Value {
  const answer = (value: boolean): Value =>
    constant(op === 'not in' || op === '!=' || op === '<>' || op === 'is not' ? !value : value, at)
  if (op === 'in' || op === 'not in') {
    const key = literalText(left)
    if (right.kind === 'external' && right.name === 'os.environ' && key !== null) return answered(vm, key, answer, at)
    if (right.kind === 'dict' && key !== null && !right.object.open) return answer(right.object.entries.has(key))
    if (right.kind === 'list' && right.object.exact) {
      const results = right.object.items.map((item) =>
        equality(left, item.length === 1 && item[0] ? item[0].atom : { kind: 'unknown' }),
      )
      if (results.some((result) => result === true)) return answer(true)
      if (results.every((result) => result === false)) return answer(false)
    }
    if (right.kind === 'text' && key !== null) {
      const whole = literalText(right)
      if (whole !== null) return answer(whole.includes(key))
      if (right.parts.some((part) => typeof part === 'string' && part.includes(key))) return answer(true)
    }
    return UNKNOWN
  }
  if (op === '==' || op === '!=' || op === '<>' || op === 'is' || op === 'is not') {
    const same = equality(left, right)
    if (same !== undefined) return answer(same)
    const variable = configVariable(left) ?? configVariable(right)
    const wanted = literalText(right) ?? literalText(left)
    if (variable === null || wanted === null) return UNKNOWN
    return oneOf(
      under(answer(true), [equalsGuard(variable, wanted, true)]),
      under(answer(false), [equalsGuard(variable, wanted, false)]),
    )
  }
  if (
    left.kind === 'constant' &&
    right.kind === 'constant' &&
    typeof left.value === 'number' &&
    typeof right.value === 'number'
  ) {
    if (op === '<') return constant(left.value < right.value, at)
    if (op === '>') return constant(left.value > right.value, at)
    if (op === '<=') return constant(left.value <= right.value, at)
    if (op === '>=') return constant(left.value >= right.value, at)
  }
  return UNKNOWN
}

function answered(vm: Interpreter, key: string, answer: (value: boolean) => Value, at: Place): Value {
  const { set, unset } = vm.environment.lookup(key, at, vm.guards)
  if (unset === null) return answer(true)
  if (set === null) return answer(false)
  return oneOf(under(answer(true), [setGuard(key, true)]), under(answer(false), [setGuard(key, false)]))
}

/** Name of the config var that a text is, whole. */
export function configVariable(atom: Atom): string | null {
  const [part] = atom.kind === 'text' && atom.parts.length === 1 ? atom.parts : []
  return part !== undefined && typeof part !== 'string' && part.kind === 'config-var' && part.name !== 'PORT'
    ? part.name
    : null
}

function equality(left: Atom, right: Atom): boolean | undefined {
  if (left.kind === 'unknown' || right.kind === 'unknown') return undefined
  if (left.kind === 'constant' && right.kind === 'constant')
    return (
      left.value === right.value ||
      (typeof left.value !== typeof right.value &&
        Number(left.value) === Number(right.value) &&
        left.value !== null &&
        right.value !== null)
    )
  const first = literalText(left)
  const second = literalText(right)
  if (first !== null && second !== null) return first === second
  if (left.kind === 'text' && right.kind === 'text') {
    const known = first === null ? knownPrefix(left) : knownPrefix(right)
    const whole = first ?? second
    return whole !== null && known !== '' && !whole.startsWith(known) ? false : undefined
  }
  // A text is never None, a number or True; other mixtures are not decided.
  if ((left.kind === 'text' && right.kind === 'constant') || (left.kind === 'constant' && right.kind === 'text'))
    return false
  const object = left.kind === 'constant' ? right : left
  if ((left.kind === 'constant' && left.value === null) || (right.kind === 'constant' && right.value === null))
    return object.kind === 'external' || object.kind === 'method' ? undefined : false
  return undefined
}
