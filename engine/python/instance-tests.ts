/** `isinstance(config, str)`: how factories tell a name from a class, where what they were given is known. */
import type { Place } from '../finding.ts'
import { type Atom, type CallArguments, constant, each, UNKNOWN, type Value } from './value.ts'

/** What an atom is for certain, and what it is not. A list may be a tuple, and a number an int or a float. */
const KINDS: Partial<Record<Atom['kind'], { readonly is: readonly string[]; readonly isNot: readonly string[] }>> = {
  text: { is: ['str'], isNot: ['type', 'dict', 'list', 'tuple', 'set', 'int', 'float', 'bool'] },
  dict: { is: ['dict'], isNot: ['type', 'str', 'list', 'tuple', 'set', 'int', 'float', 'bool'] },
  list: { is: [], isNot: ['type', 'str', 'dict', 'int', 'float', 'bool'] },
  constant: { is: [], isNot: ['type', 'str', 'dict', 'list', 'tuple', 'set'] },
  class: { is: ['type'], isNot: ['str', 'dict', 'list', 'tuple', 'set', 'int', 'float', 'bool'] },
}

/** True or false where the type is one of Python's own; not known otherwise. */
export function isInstance({ positional: [value, type] }: CallArguments, at: Place): Value {
  const [only, ...others] = type ?? []
  if (value === undefined || only?.atom.kind !== 'external' || others.length > 0) return UNKNOWN
  const name = only.atom.name.replace(/^builtins\./, '')
  return each(value, ({ kind }) => {
    if (KINDS[kind]?.is.includes(name)) return constant(true, at)
    return KINDS[kind]?.isNot.includes(name) ? constant(false, at) : UNKNOWN
  })
}
