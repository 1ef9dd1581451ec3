/** Methods of dicts, `app.config` among them. */

import type { Place } from '../finding.ts'
import type { Interpreter } from './interpreter.ts'
import { firstArgument } from './library-functions.ts'
import { configDefault, productionChoice, setEntry } from './objects.ts'
import {
  type CallArguments,
  constant,
  type DictObject,
  each,
  literalText,
  narrow,
  only,
  text,
  UNKNOWN,
  type Value,
} from './value.ts'

/** Keys of Flask's default_config that projects set themselves (flask/app.py, Flask 3.1). */
const FLASK_OWN = /^(?:DEBUG|TESTING|SECRET_KEY|SERVER_NAME|APPLICATION_ROOT|PREFERRED_URL_SCHEME|SESSION_COOKIE_\w+)$/

/** Calls `of.name(args)`. */
export function callDictMethod(vm: Interpreter, of: DictObject, name: string, args: CallArguments, at: Place): Value {
  const key = vm.literal(firstArgument(args))
  const list = (items: Value[], exact = !of.open): Value => only({ kind: 'list', object: { items, exact, at } })
  switch (name) {
    case 'get': {
      const fallback = args.positional[1] ?? constant(null, at)
      if (key !== null) {
        const value = of.entries.get(key)
        if (value !== undefined) return narrow(value, vm.guards)
        if (of.config) return configDefault(vm, of, key, at)
        return of.open ? UNKNOWN : fallback
      }
      return each(firstArgument(args), (atom) => {
        if (atom.kind === 'constant' && atom.value === null && !of.open) return fallback
        return atom.kind === 'text' && literalText(atom) === null ? attributeOfChoice(of, vm) : UNKNOWN
      })
    }
    case 'setdefault':
      // Flask has put its own settings there already, so that nothing is set
      if (of.config && key !== null && FLASK_OWN.test(key)) return UNKNOWN
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
      return list([...of.entries.values()])
    case 'keys':
      return list([...of.entries.keys()].map((entry) => text([entry], at)))
    case 'items':
      return list([...of.entries].map(([entry, value]) => list([text([entry], at), value], true)))
    default:
      return UNKNOWN
  }
}

function attributeOfChoice(of: DictObject, vm: Interpreter): Value {
  const { chosen, certain } = productionChoice([...of.entries.keys()])
  const [name] = chosen
  return certain && name !== undefined ? narrow(of.entries.get(name) ?? UNKNOWN, vm.guards) : UNKNOWN
}
