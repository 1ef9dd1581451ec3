/** Calls that leave the project: what is known of them is modelled, and every one is recorded for the rules. */
import type { Place } from '../finding.ts'
import type { ArgumentPlaces } from './argument-places.ts'
import { callDictMethod } from './dict-methods.ts'
import { readVariable, variableReader } from './environment-readers.ts'
import { callConfigMethod } from './flask-config.ts'
import type { Interpreter } from './interpreter.ts'
import { LIBRARY_FUNCTIONS } from './library-functions.ts'
import { callTextMethod } from './text-methods.ts'
import { type Atom, type CallArguments, type InstanceObject, only, UNKNOWN, type Value } from './value.ts'

/** Calls a function or class by its qualified name. */
export function callExternal(
  vm: Interpreter,
  name: string,
  args: CallArguments,
  argAt: ArgumentPlaces,
  at: Place,
): Value {
  const reader = variableReader(name)
  if (reader !== null) return readVariable(vm, reader, args, at)
  const known = LIBRARY_FUNCTIONS.get(name)
  const result = known?.(vm, args, at) ?? made(vm, name, args, at)
  if (!QUIET.test(name)) record(vm, name, args, argAt, at, null, result)
  return result
}

/** Calls a method of a value. */
export function callMethod(
  vm: Interpreter,
  of: Atom,
  name: string,
  args: CallArguments,
  argAt: ArgumentPlaces,
  at: Place,
): Value {
  switch (of.kind) {
    case 'text':
      if (PATH_WRITES.has(name)) record(vm, `pathlib.Path.${name}`, args, argAt, at, of, UNKNOWN)
      return callTextMethod(of, name, args, at)
    case 'dict': {
      if (of.object.config && callConfigMethod(vm, of.object, name, args, at)) {
        // what is named by a text is looked for when the program runs
        if (args.positional.some((value) => vm.literal(value) !== null))
          record(vm, `flask.Config.${name}`, args, argAt, at, null, UNKNOWN)
        return UNKNOWN
      }
      return callDictMethod(vm, of.object, name, args, at)
    }
    case 'list':
      if (name === 'append' || name === 'add') {
        const [item] = args.positional
        if (item && vm.guards.length === 0) of.object.items.push(item)
        else of.object.exact = false
      } else if (name !== 'copy' && name !== 'index' && name !== 'count') of.object.exact = false
      return UNKNOWN
    case 'instance': {
      const full = name === '__call__' ? of.object.className : `${of.object.className}.${name}`
      const reader = variableReader(`${of.object.className}.${name}`)
      if (reader !== null) return readVariable(vm, reader, args, at)
      // what calling an app gives is no second app
      const result =
        LIBRARY_FUNCTIONS.get(full)?.(vm, args, at) ??
        made(vm, name === '__call__' ? `${full}.__call__` : full, args, at)
      record(vm, full, args, argAt, at, of, result)
      return result
    }
    case 'class':
      if (name === 'as_view') vm.handOver(only(of))
      return UNKNOWN
    default:
      return UNKNOWN
  }
}

/** Methods of a path that open or write its file; no text has them. */
const PATH_WRITES = new Set(['open', 'write_text', 'write_bytes', 'unlink'])

function made(vm: Interpreter, name: string, args: CallArguments, at: Place): Value {
  const object: InstanceObject = { className: name, class: null, attributes: new Map(), at, args }
  if (name === 'flask.Flask') vm.addApp(object)
  return only({ kind: 'instance', object })
}

/** Notes a call to something outside, and that its arguments may be called later. */
export function record(
  vm: Interpreter,
  name: string,
  args: CallArguments,
  argAt: ArgumentPlaces,
  at: Place,
  self: Atom | null,
  result: Value,
): void {
  for (const value of args.positional) vm.handOver(value)
  for (const value of args.named.values()) vm.handOver(value)
  vm.calls.push({
    name,
    at,
    args,
    argAt,
    guards: [...vm.importGuards, ...vm.guards],
    phase: vm.phase,
    self,
    within: vm.frame.function?.name ?? null,
    result,
  })
}

/** Calls that say nothing to any rule. */
const QUIET =
  /^(?:builtins\.(?:print|len|str|int|float|bool|isinstance|hasattr|getattr|range|dict|list|set|tuple|super|enumerate|zip|sorted|type)|os\.path\.|pathlib\.)/
