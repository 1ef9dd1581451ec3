/** Expressions to values, and assignment to targets. */

import type { Place } from '../finding.ts'
import type { Expr } from './ast.ts'
import { call } from './calls.ts'
import type { Interpreter } from './interpreter.ts'
import { attributeOf, itemOf } from './objects.ts'
import { binary, compare } from './operators.ts'
import { textOf } from './text-methods.ts'
import { branchesOf, truthOf } from './truth.ts'
import { type Atom, constant, each, oneOf, only, text, UNKNOWN, under, unknownGuard, type Value } from './value.ts'

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
  switch (expr.kind) {
    case 'string':
      return string(vm, expr)
    case 'number':
      return constant(expr.value, vm.at(expr))
    case 'constant':
      return constant(expr.value, vm.at(expr))
    case 'name':
      return name(vm, expr)
    case 'attribute': {
      const of = evaluate(vm, expr.of)
      const at = vm.at(expr)
      return each(of, (atom) => attributeOf(vm, atom, expr.name, at))
    }
    case 'subscript': {
      const of = evaluate(vm, expr.of)
      const at = vm.at(expr)
      if (expr.index.kind === 'slice') return slice(vm, of, expr.index, at)
      const index = evaluate(vm, expr.index)
      return each(of, (atom) => each(index, (key) => itemOf(vm, atom, key, at)))
    }
    case 'slice':
      return UNKNOWN
    case 'call':
      return call(vm, expr, vm.at(expr))
    case 'binary':
      return binary(vm, expr, vm.at(expr))
    case 'compare':
      return compare(vm, expr, vm.at(expr))
    case 'and':
    case 'or':
      return eitherOperand(vm, expr)
    case 'not': {
      const operand = evaluate(vm, expr.operand)
      return each(operand, (atom) => {
        const truth = truthOf(atom)
        return truth === undefined ? UNKNOWN : constant(!truth, vm.at(expr))
      })
    }
    case 'negative':
      return each(evaluate(vm, expr.operand), (atom) =>
        atom.kind === 'constant' && typeof atom.value === 'number' ? constant(-atom.value, vm.at(expr)) : UNKNOWN,
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
      return only({ kind: 'dict', object: { entries, open, config: false, at: vm.at(expr) } })
    }
    case 'list':
    case 'tuple':
    case 'set': {
      const items = expr.items.map((item) => evaluate(vm, item))
      const exact = !expr.items.some((item) => item.kind === 'star')
      return only({ kind: 'list', object: { items, exact, at: vm.at(expr) } })
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
          at: vm.at(expr),
          decorators: [],
        },
        self: null,
      })
    case 'comprehension':
    case 'unknown': {
      if (expr.parts.length === 0) return UNKNOWN
      let random = false
      vm.where([unknownGuard(`${vm.frame.path}:${expr.start}`, true)], () => {
        for (const part of expr.parts) {
          const value = evaluate(vm, part)
          random ||= value.length === 1 && value[0] !== undefined && isRandom(value[0].atom)
        }
      })
      return random ? text([{ kind: 'random', name: '' }], vm.at(expr)) : UNKNOWN
    }
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

const isRandom = (atom: Atom): boolean =>
  atom.kind === 'text' && atom.parts.some((part) => typeof part !== 'string' && part.kind === 'random')

function string(vm: Interpreter, expr: Extract<Expr, { kind: 'string' }>): Value {
  const at = vm.at(expr)
  const [only] = expr.parts
  if (expr.parts.length === 1 && typeof only === 'string') return text(only === '' ? [] : [only], at)
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

function name(vm: Interpreter, expr: Extract<Expr, { kind: 'name' }>): Value {
  const found = vm.frame.scope.find(expr.name, vm.guards)
  if (found !== undefined) return found
  return vm.frame.scope.isOpen() ? UNKNOWN : only({ kind: 'external', name: `builtins.${expr.name}`, at: vm.at(expr) })
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
