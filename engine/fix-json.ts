/** Edits of a JSON file that leave the rest of it as a person laid it out. */
import type { JsonNode } from './facts/json-source.ts'
import type { TextEdit } from './finding.ts'

type JsonObject = JsonNode & { readonly kind: 'object' }

/** Takes a member out, with the comma that parts it from its neighbour. Null where there is none of that name. */
export function withoutMember(path: string, object: JsonObject, key: string): TextEdit | null {
  const { members } = object
  const i = members.findIndex((member) => member.key === key)
  const [before, member, after] = [members[i - 1], members[i], members[i + 1]]
  if (member === undefined) return null
  const [start, end] =
    before !== undefined
      ? [before.value.end, member.value.end]
      : after !== undefined
        ? [member.keyAt.start, after.keyAt.start]
        : [object.start + 1, object.end - 1]
  return { kind: 'text', path, start, end, text: '' }
}

/** Adds a member behind the last one, or as the only one. `value` is JSON, indented as at the beginning of a line. */
export function withMember(path: string, text: string, object: JsonObject, key: string, value: string): TextEdit {
  const last = object.members.at(-1)
  const unit = indentUnit(text)
  const name = `${JSON.stringify(key)}: `
  if (last !== undefined) {
    const indent = indentAt(text, last.keyAt.start)
    const end = last.value.end
    // on one line with its neighbours, or on a line of its own
    const blank = indent === null ? ' ' : `\n${indent}`
    const shown = indent === null ? onOneLine(value) : indented(value, unit).replace(/\n/g, `\n${indent}`)
    return { kind: 'text', path, start: end, end, text: `,${blank}${name}${shown}` }
  }
  const own = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', object.start - 1) + 1))?.[0] ?? ''
  const inner = `${own}${unit}`
  const body = `\n${inner}${name}${indented(value, unit).replace(/\n/g, `\n${inner}`)}\n${own}`
  return { kind: 'text', path, start: object.start + 1, end: object.end - 1, text: body }
}

/** The blanks before a place, if nothing else stands before it on its line. */
function indentAt(text: string, at: number): string | null {
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return /^[ \t]*$/.test(before) && text.slice(0, at).includes('\n') ? before : null
}

const indentUnit = (text: string): string => /\n([ \t]+)"/.exec(text)?.[1] ?? '  '

/** With the file's own steps in the place of two blanks. */
const indented = (value: string, unit: string): string =>
  value.replace(/\n((?: {2})+)/g, (_, blanks: string) => `\n${unit.repeat(blanks.length / 2)}`)

const onOneLine = (value: string): string => value.replace(/\n\s*/g, ' ')
