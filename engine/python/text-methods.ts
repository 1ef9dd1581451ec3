/** Methods of str on texts that are known in part. */
import type { Place } from '../finding.ts'
import {
  type Atom,
  type CallArguments,
  constant,
  each,
  knownPrefix,
  literalText,
  only,
  type TextPart,
  text,
  UNKNOWN,
  type Value,
} from './value.ts'

/** An atom as it would be written into a text. */
export function textOf(atom: Atom): readonly TextPart[] {
  if (atom.kind === 'text') return atom.parts
  if (atom.kind === 'constant')
    return [
      atom.value === null ? 'None' : atom.value === true ? 'True' : atom.value === false ? 'False' : String(atom.value),
    ]
  return [{ kind: 'unknown', name: '' }]
}

type TextAtom = Extract<Atom, { kind: 'text' }>

/** `text.name(args)`. */
export function callTextMethod(of: TextAtom, name: string, args: CallArguments, at: Place): Value {
  const [first = UNKNOWN, second = UNKNOWN] = args.positional
  switch (name) {
    case 'replace':
      return each(first, (old) =>
        each(second, (replacement) => replaced(of, literalText(old), textOf(replacement), at)),
      )
    case 'startswith':
      return each(first, (wanted) => startsWith(of, wanted, at))
    case 'endswith':
      return each(first, (wanted) => {
        const whole = literalText(of)
        const end = literalText(wanted)
        return whole !== null && end !== null ? constant(whole.endsWith(end), at) : UNKNOWN
      })
    case 'removeprefix':
      return each(first, (wanted) => {
        const prefix = literalText(wanted)
        const known = knownPrefix(of)
        return prefix !== null && known.startsWith(prefix)
          ? text([known.slice(prefix.length), ...of.parts.slice(1)], at)
          : only(of)
      })
    case 'lower':
    case 'upper':
    case 'casefold':
    case 'title':
    case 'capitalize':
      return text(
        of.parts.map((part) => (typeof part === 'string' ? changedCase(part, name) : part)),
        at,
      )
    case 'strip':
    case 'lstrip':
    case 'rstrip': {
      const whole = literalText(of)
      if (args.positional.length > 0) return whole === null ? only(of) : UNKNOWN
      return whole === null
        ? only(of)
        : text([name === 'lstrip' ? whole.trimStart() : name === 'rstrip' ? whole.trimEnd() : whole.trim()], at)
    }
    case 'format':
      return formatted(of, args, at)
    case 'join':
      return each(first, (list) => {
        // random characters, one after the other
        if (list.kind === 'text' && list.parts.some((part) => typeof part !== 'string' && part.kind === 'random'))
          return text(list.parts, at)
        if (list.kind !== 'list' || !list.object.exact) return UNKNOWN
        const parts: TextPart[] = []
        for (const [i, item] of list.object.items.entries()) {
          const [atom] = item
          if (i > 0) parts.push(...of.parts)
          parts.push(...(item.length === 1 && atom ? textOf(atom.atom) : [{ kind: 'unknown', name: '' } as const]))
        }
        return text(parts.length > 0 ? parts : [''], at)
      })
    case 'partition':
      return each(first, (separator) => {
        const cut = cutAt(of, literalText(separator))
        const items =
          cut === 'unknown' ? null : cut === null ? [of.parts, [''], ['']] : [cut.before, [cut.separator], cut.after]
        return items === null
          ? UNKNOWN
          : only({ kind: 'list', object: { items: items.map((parts) => text(parts, at)), exact: true, at } })
      })
    case 'encode':
    case 'decode':
      return only(of)
    case 'split': {
      const whole = literalText(of)
      const separator =
        args.positional.length === 0 ? ' ' : first.length === 1 && first[0] ? literalText(first[0].atom) : null
      if (whole === null || separator === null || separator === '') return UNKNOWN
      return only({
        kind: 'list',
        object: { items: whole.split(separator).map((part) => text([part], at)), exact: true, at },
      })
    }
    // pathlib, whose paths are texts here
    case 'joinpath':
      return text(
        [
          ...of.parts,
          ...args.positional.flatMap((value) => [
            '/',
            ...(value.length === 1 && value[0] ? textOf(value[0].atom) : [{ kind: 'unknown', name: '' } as const]),
          ]),
        ],
        at,
      )
    case 'resolve':
    case 'absolute':
    case 'as_posix':
    case 'expanduser':
    case '__str__':
      return only(of)
    default:
      return UNKNOWN
  }
}

function changedCase(part: string, name: string): string {
  if (name === 'upper') return part.toUpperCase()
  return name === 'lower' || name === 'casefold' ? part.toLowerCase() : part
}

function startsWith(of: TextAtom, wanted: Atom, at: Place): Value {
  if (wanted.kind === 'list') {
    const answers = wanted.object.items.map((item) => startsWith(of, item[0]?.atom ?? { kind: 'unknown' }, at))
    const values = answers.map((answer) => (answer[0]?.atom.kind === 'constant' ? answer[0].atom.value : undefined))
    if (values.some((value) => value === true)) return constant(true, at)
    return values.every((value) => value === false) ? constant(false, at) : UNKNOWN
  }
  const prefix = literalText(wanted)
  if (prefix === null) return UNKNOWN
  const known = knownPrefix(of)
  if (known.startsWith(prefix)) return constant(true, at)
  if (literalText(of) !== null || !prefix.startsWith(known)) return constant(false, at)
  return UNKNOWN
}

/** Cuts at the first separator where it stands in the known beginning; null when the text surely has none. */
function cutAt(
  of: TextAtom,
  separator: string | null,
):
  | { readonly before: readonly TextPart[]; readonly separator: string; readonly after: readonly TextPart[] }
  | 'unknown'
  | null {
  if (separator === null || separator === '') return 'unknown'
  const [head, ...rest] = of.parts
  const found = typeof head === 'string' ? head.indexOf(separator) : -1
  if (typeof head !== 'string' || (found < 0 && rest.length > 0)) return 'unknown'
  if (found < 0) return null
  return { before: [head.slice(0, found)], separator, after: [head.slice(found + separator.length), ...rest] }
}

/** Replaces in the known parts; the unknown ones are taken not to hold the text. */
function replaced(of: TextAtom, old: string | null, replacement: readonly TextPart[], at: Place): Value {
  if (old === null || old === '') return UNKNOWN
  const parts: TextPart[] = []
  for (const part of of.parts) {
    if (typeof part !== 'string') {
      parts.push(part)
      continue
    }
    for (const [i, piece] of part.split(old).entries()) parts.push(...(i > 0 ? replacement : []), piece)
  }
  return text(parts, at)
}

function formatted(of: TextAtom, args: CallArguments, at: Place): Value {
  const source = literalText(of)
  if (source === null) return UNKNOWN
  const parts: TextPart[] = []
  let automatic = 0
  for (const piece of source.split(/(\{\{|\}\}|\{[^{}]*\})/)) {
    if (piece === '{{') parts.push('{')
    else if (piece === '}}') parts.push('}')
    else if (piece.startsWith('{') && piece.endsWith('}')) {
      const field = /^\{([A-Za-z0-9_]*)/.exec(piece)?.[1] ?? ''
      const value =
        field === ''
          ? args.positional[automatic++]
          : /^\d+$/.test(field)
            ? args.positional[Number(field)]
            : args.named.get(field)
      const [first] = value ?? []
      const plain = /^\{[A-Za-z0-9_]*\}$/.test(piece)
      parts.push(
        ...(plain && value?.length === 1 && first ? textOf(first.atom) : [{ kind: 'unknown', name: '' } as const]),
      )
    } else parts.push(piece)
  }
  return text(parts, at)
}

/** `re.sub(pattern, replacement, text)` where the pattern touches the known beginning only. */
export function substituted(pattern: string, replacement: readonly TextPart[], of: Atom, at: Place): Value {
  if (of.kind !== 'text') return UNKNOWN
  const plain = pattern.replace(/^\^/, '').replaceAll('\\/', '/').replaceAll('\\:', ':')
  // `postgres(ql)?:` and the like touch the same beginning
  const simple = plain.replace(/\((?:\?:)?ql\)\?/, '')
  if (/[\\[\](){}.*+?|$]/.test(simple)) return UNKNOWN
  const known = knownPrefix(of)
  const found = known.indexOf(simple)
  if (found < 0) return simple.length > 40 ? UNKNOWN : only(of)
  return text([known.slice(0, found), ...replacement, known.slice(found + simple.length), ...of.parts.slice(1)], at)
}
