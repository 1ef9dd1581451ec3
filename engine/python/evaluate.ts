/** Expressions to values, and assignment to targets. */
import type { Place } from '../finding.ts'
import type { Argument, Expr } from './ast.ts'
import { callExternal, callMethod, record } from './externals.ts'
import { externalBase, instantiate } from './functions.ts'
import type { Interpreter } from './interpreter.ts'
import { attributeOf, itemOf, setAttribute, setItem } from './objects.ts'
import { textOf } from './text-methods.ts'
import { branchesOf, truthOf } from './truth.ts'
import {
  type Atom,
  type CallArguments,
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
  unknownGuard,
  type Value,
} from './value.ts'

/** `a.b.c` of names and attributes; '' for anything else. A call counts as its callee. */
export function dottedName(expr: Expr): string {
  if (expr.kind === 'name') return expr.name
  if (expr.kind === 'attribute') {
    const of = dottedName(expr.of)
    return of === '' ? '' : `${of}.${expr.name}`
  }
  return expr.kind === 'call' ? dottedName(expr.callee) : ''
}

export function evaluate(vm: Interpreter, expr: Expr): Value {
  const at = vm.at(expr)
  switch (expr.kind) {
    case 'string':
      return string(vm, expr, at)
    case 'number':
      return constant(expr.value, at)
    case 'constant':
      return constant(expr.value, at)
    case 'name':
      return name(vm, expr.name, at)
    case 'attribute': {
      const of = evaluate(vm, expr.of)
      return each(of, (atom) => attributeOf(vm, atom, expr.name, at))
    }
    case 'subscript': {
      const of = evaluate(vm, expr.of)
      if (expr.index.kind === 'slice') return slice(vm, of, expr.index, at)
      const index = evaluate(vm, expr.index)
      return each(of, (atom) => each(index, (key) => itemOf(vm, atom, key, at)))
    }
    case 'slice':
      return UNKNOWN
    case 'call':
      return call(vm, expr, at)
    case 'binary':
      return binary(vm, expr, at)
    case 'compare':
      return compare(vm, expr, at)
    case 'and':
    case 'or':
      return eitherOperand(vm, expr)
    case 'not': {
      const operand = evaluate(vm, expr.operand)
      return each(operand, (atom) => {
        const truth = truthOf(atom)
        return truth === undefined ? UNKNOWN : constant(!truth, at)
      })
    }
    case 'negative':
      return each(evaluate(vm, expr.operand), (atom) =>
        atom.kind === 'constant' && typeof atom.value === 'number' ? constant(-atom.value, at) : UNKNOWN,
      )
    case 'conditional': {
      const { yes, no } = branchesOf(vm, expr.test)
      if (yes === null) return evaluate(vm, expr.otherwise)
      if (no === null) return evaluate(vm, expr.then)
      const then = vm.where(yes, () => evaluate(vm, expr.then))
      const otherwise = vm.where(no, () => evaluate(vm, expr.otherwise))
      return oneOf(...(then ? [under(then, yes)] : []), ...(otherwise ? [under(otherwise, no)] : []))
    }
    case 'dict': {
      const entries = new Map<string, Value>()
      let open = false
      for (const entry of expr.entries) {
        const value = evaluate(vm, entry.value)
        if (entry.key === null) {
          const [first] = value
          if (value.length === 1 && first?.atom.kind === 'dict') {
            for (const [key, item] of first.atom.object.entries) entries.set(key, item)
            open ||= first.atom.object.open
          } else open = true
          continue
        }
        const key = vm.literal(evaluate(vm, entry.key))
        if (key === null) open = true
        else entries.set(key, value)
      }
      return only({ kind: 'dict', object: { entries, open, config: false, at } })
    }
    case 'list':
    case 'tuple':
    case 'set': {
      const items = expr.items.map((item) => evaluate(vm, item))
      return only({ kind: 'list', object: { items, exact: !expr.items.some((item) => item.kind === 'star'), at } })
    }
    case 'star':
      return evaluate(vm, expr.value)
    case 'lambda':
      return only({
        kind: 'function',
        object: {
          name: '<lambda>',
          params: expr.params,
          body: expr.body,
          def: null,
          scope: vm.frame.scope,
          path: vm.frame.path,
          at,
          decorators: [],
        },
        self: null,
      })
    case 'comprehension':
    case 'unknown':
      vm.where([unknownGuard(`${at.path}:${expr.start}`, true)], () => {
        for (const part of expr.parts) evaluate(vm, part)
      })
      return UNKNOWN
    case 'await':
      return expr.value ? evaluate(vm, expr.value) : UNKNOWN
    case 'yield':
      if (expr.value) evaluate(vm, expr.value)
      return UNKNOWN
    case 'assign-expr': {
      const value = evaluate(vm, expr.value)
      vm.frame.scope.assign(expr.target, value, vm.guards)
      return value
    }
  }
}

function string(vm: Interpreter, expr: Extract<Expr, { kind: 'string' }>, at: Place): Value {
  let value: Value = text([''], at)
  for (const part of expr.parts) {
    const next = typeof part === 'string' ? text([part], at) : evaluate(vm, part.expr)
    value = joined(value, next, at)
  }
  return value
}

/** Two values written one after the other as text. */
export function joined(left: Value, right: Value, at: Place): Value {
  return each(left, (first) => each(right, (second) => text([...textOf(first), ...textOf(second)], at)))
}

function name(vm: Interpreter, wanted: string, at: Place): Value {
  const found = vm.frame.scope.find(wanted, vm.guards)
  if (found !== undefined) return found
  return vm.frame.scope.isOpen() ? UNKNOWN : only({ kind: 'external', name: `builtins.${wanted}`, at })
}

function slice(vm: Interpreter, of: Value, index: Extract<Expr, { kind: 'slice' }>, at: Place): Value {
  const lower = index.lower ? evaluate(vm, index.lower) : constant(0, at)
  return each(of, (atom) =>
    each(lower, (from) => {
      if (
        atom.kind !== 'text' ||
        from.kind !== 'constant' ||
        typeof from.value !== 'number' ||
        index.upper !== null ||
        from.value < 0
      )
        return UNKNOWN
      const [first, ...rest] = atom.parts
      // `url[len("postgres://"):]` cuts inside what is known
      return typeof first === 'string' && first.length >= from.value
        ? text([first.slice(from.value), ...rest], at)
        : UNKNOWN
    }),
  )
}

function call(vm: Interpreter, expr: Extract<Expr, { kind: 'call' }>, at: Place): Value {
  const callee = evaluate(vm, expr.callee)
  const args = argumentsOf(vm, expr.args)
  const argAt = new Map<string | number, Place>()
  let position = 0
  for (const arg of expr.args)
    argAt.set(arg.name === null || arg.name.startsWith('*') ? position++ : arg.name, vm.at(arg))
  return oneOf(
    ...callee.map(({ atom, guards }) => {
      const result = vm.where(guards, () => apply(vm, atom, args, argAt, at))
      return result === undefined ? [] : under(result, guards)
    }),
  )
}

function apply(
  vm: Interpreter,
  callee: Atom,
  args: CallArguments,
  argAt: ReadonlyMap<string | number, Place>,
  at: Place,
): Value {
  switch (callee.kind) {
    case 'function':
      return vm.call(callee.object, callee.self, args)
    case 'class': {
      const made = instantiate(vm, callee.object, args, at)
      // An instance of a class that stands on a library's is an instance of the library's too
      const base = externalBase(callee.object)
      if (base !== null) record(vm, base, args, argAt, at, null, made)
      return made
    }
    case 'external':
      return callExternal(vm, callee.name, args, argAt, at)
    case 'method':
      return callMethod(vm, callee.of, callee.name, args, argAt, at)
    case 'instance':
      return callMethod(vm, callee, '__call__', args, argAt, at)
    default:
      for (const value of [...args.positional, ...args.named.values()]) vm.handOver(value)
      return UNKNOWN
  }
}

function argumentsOf(vm: Interpreter, args: readonly Argument[]): CallArguments {
  const positional: Value[] = []
  const named = new Map<string, Value>()
  let open = false
  for (const arg of args) {
    const value = evaluate(vm, arg.value)
    const [first] = value
    if (arg.name === null) positional.push(value)
    else if (arg.name === '*') {
      if (value.length === 1 && first?.atom.kind === 'list' && first.atom.object.exact)
        positional.push(...first.atom.object.items)
      else open = true
    } else if (arg.name === '**') {
      if (value.length === 1 && first?.atom.kind === 'dict') {
        for (const [key, item] of first.atom.object.entries) named.set(key, item)
        open ||= first.atom.object.open
      } else open = true
    } else named.set(arg.name, value)
  }
  return { positional, named, open }
}

function binary(vm: Interpreter, expr: Extract<Expr, { kind: 'binary' }>, at: Place): Value {
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

function eitherOperand(vm: Interpreter, expr: Extract<Expr, { kind: 'and' | 'or' }>): Value {
  const left = evaluate(vm, expr.left)
  const out: Value[] = []
  for (const { atom, guards } of left) {
    const truth = truthOf(atom)
    const stays = expr.kind === 'or' ? truth === true : truth === false
    if (stays) out.push([{ atom, guards }])
    else {
      const undecided =
        truth === undefined ? unknownGuard(`${vm.frame.path}:${expr.left.start}`, expr.kind === 'or') : null
      if (undecided) out.push(under([{ atom, guards }], [undecided]))
      const reached = [...guards, ...(undecided ? [{ ...undecided, holds: !undecided.holds }] : [])]
      const right = vm.where(reached, () => evaluate(vm, expr.right))
      if (right !== undefined) out.push(under(right, reached))
    }
  }
  return oneOf(...out)
}

function compare(vm: Interpreter, expr: Extract<Expr, { kind: 'compare' }>, at: Place): Value {
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

/** Assigns to a name, attribute, item or a tuple of them. */
export function assignTo(vm: Interpreter, target: Expr, value: Value): void {
  switch (target.kind) {
    case 'name':
      vm.frame.scope.assign(target.name, value, vm.guards)
      return
    case 'attribute': {
      for (const { atom, guards } of evaluate(vm, target.of))
        vm.where(guards, () => setAttribute(vm, atom, target.name, value))
      return
    }
    case 'subscript': {
      const index = evaluate(vm, target.index)
      const key = vm.literal(index)
      for (const { atom, guards } of evaluate(vm, target.of)) vm.where(guards, () => setItem(vm, atom, key, value))
      return
    }
    case 'tuple':
    case 'list': {
      for (const [i, item] of target.items.entries()) {
        const part = value.map(
          ({ atom, guards }): Value =>
            under((atom.kind === 'list' && atom.object.exact ? atom.object.items[i] : undefined) ?? UNKNOWN, guards),
        )
        assignTo(vm, item, oneOf(...part))
      }
      return
    }
    case 'star':
      assignTo(vm, target.value, UNKNOWN)
      return
    default:
      return
  }
}
