/** Calls: the callee, its arguments, and what each kind of callee does with them. */
import type { Place } from '../finding.ts'
import { ArgumentPlaces } from './argument-places.ts'
import type { Argument, Expr } from './ast.ts'
import { evaluate } from './evaluate.ts'
import { callExternal, callMethod, record } from './externals.ts'
import { externalBase, instantiate } from './functions.ts'
import type { Interpreter } from './interpreter.ts'
import { type Atom, type CallArguments, NO_ARGUMENTS, oneOf, only, UNKNOWN, under, type Value } from './value.ts'

export function call(vm: Interpreter, expr: Extract<Expr, { kind: 'call' }>, at: Place): Value {
  const callee = evaluate(vm, expr.callee)
  const args = argumentsOf(vm, expr.args)
  const argAt = new ArgumentPlaces(expr.args, vm.frame.path)
  const [first] = callee
  if (callee.length === 1 && first?.guards.length === 0 && first.atom.kind !== 'unknown')
    return oneOf(apply(vm, first.atom, args, argAt, at))
  return oneOf(
    ...callee.map(({ atom, guards }) => {
      if (atom.kind === 'unknown' && expr.callee.kind === 'attribute' && TELLING.has(expr.callee.name))
        record(vm, `?.${expr.callee.name}`, args, argAt, at, null, UNKNOWN)
      const result = vm.where(guards, () => apply(vm, atom, args, argAt, at))
      return result === undefined ? [] : under(result, guards)
    }),
  )
}

/** Methods whose name says what happens, whatever the object is: they are recorded as `?.name`. */
const TELLING = new Set([
  'create_all',
  'drop_all',
  'create_tables',
  'save',
  'savefig',
  'to_csv',
  'to_excel',
  'to_json',
  'to_parquet',
  'to_pickle',
  'write_html',
  'write_image',
  'start_polling',
  'infinity_polling',
  'run_polling',
])

function apply(vm: Interpreter, callee: Atom, args: CallArguments, argAt: ArgumentPlaces, at: Place): Value {
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
      if (callee.name === 'builtins.super') return superOf(vm, args)
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
  if (args.length === 0) return NO_ARGUMENTS
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

/** `super()`, or `super(Class, self)` of older code. */
function superOf(vm: Interpreter, args: CallArguments): Value {
  const [given, owner] = args.positional
  const fn = vm.frame.function
  const parameter = fn?.params[0]?.name
  const self =
    owner?.[0]?.atom ?? (parameter === undefined ? undefined : vm.frame.scope.names.get(parameter)?.[0]?.atom)
  const named = given?.[0]?.atom
  const cls = named?.kind === 'class' ? named.object : fn === null ? undefined : vm.classes.get(fn.scope)
  return cls === undefined || self === undefined ? UNKNOWN : only({ kind: 'super', object: cls, self })
}
