/** JSON (RFC 8259) with the places where its values were written. */

export interface JsonSpan {
  readonly start: number
  readonly end: number
}

export interface JsonMember {
  readonly key: string
  readonly keyAt: JsonSpan
  readonly value: JsonNode
}

export type JsonNode =
  | (JsonSpan & { readonly kind: 'object'; readonly members: readonly JsonMember[] })
  | (JsonSpan & { readonly kind: 'array'; readonly items: readonly JsonNode[] })
  | (JsonSpan & { readonly kind: 'string'; readonly value: string })
  | (JsonSpan & { readonly kind: 'number'; readonly value: number })
  | (JsonSpan & { readonly kind: 'boolean'; readonly value: boolean })
  | (JsonSpan & { readonly kind: 'null' })

/** Why a text is no JSON: a message for a person, and where. */
export interface JsonProblem extends JsonSpan {
  readonly message: string
}

export type JsonResult = { readonly root: JsonNode } | { readonly problem: JsonProblem }

/** Nobody nests deeper by hand; the reader calls itself once a level. */
const DEEPEST = 200

class Broken extends Error {
  readonly problem: JsonProblem
  constructor(message: string, start: number, end: number) {
    super(message)
    this.problem = { message, start, end }
  }
}

/** Reads a JSON text. Never throws: what is wrong comes back as a `problem`. */
export function parseJson(text: string): JsonResult {
  const reader = new Reader(text)
  try {
    return { root: reader.document() }
  } catch (error) {
    if (error instanceof Broken) return { problem: error.problem }
    throw error
  }
}

/** The value of an object's key (the last one, as JSON parsers take it); undefined for any other node. */
export function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.members.findLast((member) => member.key === key)?.value : undefined
}

export const stringOf = (node: JsonNode | undefined): string | undefined =>
  node?.kind === 'string' ? node.value : undefined

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonNode {
    this.#blank()
    if (this.#at >= this.#text.length) throw new Broken('the file is empty', 0, 0)
    const root = this.#value(0)
    this.#blank()
    if (this.#at < this.#text.length) this.#fail('there is more after the end of the value')
    return root
  }

  #value(depth: number): JsonNode {
    if (depth > DEEPEST) this.#fail('it is nested too deeply')
    const start = this.#at
    switch (this.#text[start]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return { kind: 'string', value: this.#string(), start, end: this.#at }
      default:
        return this.#word()
    }
  }

  #object(depth: number): JsonNode {
    const start = this.#at++
    const members: JsonMember[] = []
    this.#blank()
    if (this.#take('}')) return { kind: 'object', members, start, end: this.#at }
    for (;;) {
      this.#blank()
      const keyStart = this.#at
      if (this.#text[keyStart] !== '"')
        this.#fail(this.#text[keyStart] === '}' ? TRAILING : 'a key in double quotes is expected')
      const key = this.#string()
      const keyAt = { start: keyStart, end: this.#at }
      this.#blank()
      if (!this.#take(':')) this.#fail('a colon is missing after the key')
      this.#blank()
      members.push({ key, keyAt, value: this.#value(depth + 1) })
      this.#blank()
      if (this.#take('}')) return { kind: 'object', members, start, end: this.#at }
      if (!this.#take(',')) this.#fail('a comma or a closing brace is missing')
    }
  }

  #array(depth: number): JsonNode {
    const start = this.#at++
    const items: JsonNode[] = []
    this.#blank()
    if (this.#take(']')) return { kind: 'array', items, start, end: this.#at }
    for (;;) {
      this.#blank()
      if (this.#text[this.#at] === ']') this.#fail(TRAILING)
      items.push(this.#value(depth + 1))
      this.#blank()
      if (this.#take(']')) return { kind: 'array', items, start, end: this.#at }
      if (!this.#take(',')) this.#fail('a comma or a closing bracket is missing')
    }
  }

  #string(): string {
    const start = this.#at
    let at = start + 1
    while (this.#text[at] !== '"') {
      const character = this.#text[at]
      if (character === undefined || character === '\n') throw new Broken('a closing quote is missing', start, at)
      if (character < ' ') throw new Broken('a tab or control character stands in a text', at, at + 1)
      at += character === '\\' ? 2 : 1
    }
    this.#at = at + 1
    const source = this.#text.slice(start, this.#at)
    try {
      return String(JSON.parse(source))
    } catch {
      throw new Broken('an escape in this text is none of JSON', start, this.#at)
    }
  }

  #word(): JsonNode {
    const start = this.#at
    const word = /^[^\s,:[\]{}"]{1,60}/.exec(this.#text.slice(start, start + 60))?.[0] ?? ''
    const end = start + word.length
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word)) {
      this.#at = end
      return { kind: 'number', value: Number(word), start, end }
    }
    if (word === 'true' || word === 'false') {
      this.#at = end
      return { kind: 'boolean', value: word === 'true', start, end }
    }
    if (word === 'null') {
      this.#at = end
      return { kind: 'null', start, end }
    }
    return this.#fail('a value is expected')
  }

  #blank(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #fail(message: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 60)
    const end = this.#at + Math.max(1, /^\S{1,40}/.exec(rest)?.[0].length ?? 0)
    if (rest === '')
      throw new Broken('the file ends too early', this.#text.trimEnd().length, this.#text.trimEnd().length)
    throw new Broken(reason(rest) ?? message, this.#at, Math.min(end, this.#text.length))
  }
}

const TRAILING = 'the comma before it is one too many'

/** What people write that JSON does not know. */
function reason(rest: string): string | null {
  if (/^(?:\/\/|\/\*|#)/.test(rest)) return 'JSON has no comments'
  if (rest.startsWith("'")) return 'JSON knows double quotes only'
  if (/^[\u201c\u201d]/.test(rest)) return 'a typographic quote stands where " belongs'
  if (/^<{7}|^={7}|^>{7}/.test(rest)) return 'a conflict marker of git is left'
  if (/^(?:True|False|None)\b/.test(rest)) return 'this is Python: JSON has true, false and null'
  return null
}
