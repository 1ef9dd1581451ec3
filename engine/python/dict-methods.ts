/** Methods of dicts, `app.config` among them. */

import type { Place } from '../finding.ts'
import type { Interpreter } from './interpreter.ts'
import { firstArgument } from './library-functions.ts'
import { productionChoice, setEntry } from './objects.ts'
import { branches } from './truth.ts'
import {
  type CallArguments,
  constant,
  type DictObject,
  each,
  literalText,
  narrow,
  oneOf,
  only,
  UNKNOWN,
  under,
  type Value,
} from './value.ts'

export function callDictMethod(vm: Interpreter, of: DictObject, name: string, args: CallArguments, at: Place): Value {
  const key = vm.literal(firstArgument(args))
  switch (name) {
    case 'get': {
      const fallback = args.positional[1] ?? constant(null, at)
      if (key !== null) {
        const value = of.entries.get(key)
        return value === undefined ? (of.open || of.config ? UNKNOWN : fallback) : narrow(value, vm.guards)
      }
      const chosen = each(firstArgument(args), (atom) =>
        atom.kind === 'text' && literalText(atom) === null ? attributeOfChoice(of, vm) : UNKNOWN,
      )
      const { no } = branches(firstArgument(args), `${at.path}:${at.start}`)
      return no === null ? chosen : oneOf(chosen, under(fallback, no))
    }
    case 'setdefault':
      if (key !== null && !of.entries.has(key) && args.positional[1]) setEntry(vm, of, key, args.positional[1])
      return UNKNOWN
    case 'update': {
      for (const [entry, value] of args.named) setEntry(vm, of, entry, value)
      for (const value of args.positional) {
        const [given] = value
        if (value.length === 1 && given?.atom.kind === 'dict') {
          for (const [entry, item] of given.atom.object.entries) setEntry(vm, of, entry, item)
          of.open ||= given.atom.object.open
        } else of.open = true
      }
      if (args.open) of.open = true
      return UNKNOWN
    }
    case 'copy':
      return only({ kind: 'dict', object: { ...of, entries: new Map(of.entries) } })
    case 'values':
      return only({ kind: 'list', object: { items: [...of.entries.values()], exact: !of.open, at } })
    default:
      return UNKNOWN
  }
}

function attributeOfChoice(of: DictObject, vm: Interpreter): Value {
  const { chosen, certain } = productionChoice([...of.entries.keys()])
  const [name] = chosen
  return certain && name !== undefined ? narrow(of.entries.get(name) ?? UNKNOWN, vm.guards) : UNKNOWN
}
