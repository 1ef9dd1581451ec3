/** One word of a shell command: what it says literally, and what only the dyno knows. */

/** `variable`: `$NAME` or `${NAME:-fallback}`. `opaque`: a command substitution, arithmetic, or an expansion that reading cannot follow. */
export type WordPart =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'variable'
      readonly name: string
      readonly fallback: Word | null
      /** Inside double quotes: never split into several words. */
      readonly quoted: boolean
    }
  | { readonly kind: 'opaque'; readonly text: string; readonly quoted: boolean }

/** `start` and `end` are offsets in the file that holds the text (see `ShellOptions`). */
export interface Word {
  readonly parts: readonly WordPart[]
  readonly raw: string
  readonly start: number
  readonly end: number
}

/** A word that may stand in another file than the command that it matters to. */
export interface PlacedWord extends Word {
  readonly path: string
}

/** The text of a word in which nothing is unknown, else null. */
export function literal(word: Word): string | null {
  return expand(word, NOTHING)
}

const NOTHING: ReadonlyMap<string, string> = new Map()

/**
 * The text of a word once `environment` is filled in; a fallback counts only when it says so by `assumeUnset`.
 * Null when a part is unknown.
 */
export function expand(
  word: Word,
  environment: ReadonlyMap<string, string>,
  options: { readonly assumeUnset?: boolean } = {},
): string | null {
  let text = ''
  for (const part of word.parts) {
    const piece = expandPart(part, environment, options)
    if (piece === null) return null
    text += piece
  }
  return text
}

function expandPart(
  part: WordPart,
  environment: ReadonlyMap<string, string>,
  options: { readonly assumeUnset?: boolean },
): string | null {
  switch (part.kind) {
    case 'literal':
      return part.text
    case 'opaque':
      return null
    case 'variable': {
      const known = environment.get(part.name)
      // `:-` takes the fallback for an empty value, too
      if (known !== undefined && (known !== '' || part.fallback === null)) return known
      if (part.fallback === null || !(known === '' || options.assumeUnset === true)) return null
      return expand(part.fallback, environment, options)
    }
  }
}

/** The literal text that a word begins with, up to its first unknown part. */
export function literalPrefix(word: Word): string {
  let text = ''
  for (const part of word.parts) {
    if (part.kind !== 'literal') break
    text += part.text
  }
  return text
}

/** A word that is known whole, placed where `place` is. */
export function literalWord(text: string, place: { readonly start: number; readonly end: number }): Word {
  return { parts: [{ kind: 'literal', text }], raw: text, start: place.start, end: place.end }
}

/** True for a word made of one unquoted variable or substitution: it may become no word, one, or many. */
export function isUnquotedExpansion(word: Word): boolean {
  const [only] = word.parts
  return word.parts.length === 1 && only !== undefined && only.kind !== 'literal' && !only.quoted
}

/**
 * The word without its first `length` literal characters, as after `--bind=`.
 * `start` moves along when the word is written without quotes before the cut, so that the place stays exact.
 */
export function dropPrefix(word: Word, length: number): Word {
  const parts: WordPart[] = []
  let left = length
  let written = ''
  for (const part of word.parts) {
    if (left > 0 && part.kind === 'literal') {
      const cut = Math.min(left, part.text.length)
      written += part.text.slice(0, cut)
      left -= cut
      if (cut < part.text.length) parts.push({ kind: 'literal', text: part.text.slice(cut) })
    } else {
      parts.push(part)
    }
  }
  const exact = word.raw.startsWith(written)
  return {
    parts,
    raw: exact ? word.raw.slice(written.length) : word.raw,
    start: exact && word.end - word.start === word.raw.length ? word.start + written.length : word.start,
    end: word.end,
  }
}

/** Splits a value as the shell splits an unquoted variable, or as Python's `shlex.split` does (`quotes`). Unknown parts stay whole. */
export function splitFields(word: Word, options: { readonly quotes: boolean }): Word[] {
  const fields: Word[] = []
  let parts: WordPart[] = []
  let text = ''
  let open = false
  let quote = ''
  const flushText = (): void => {
    if (text !== '') parts.push({ kind: 'literal', text })
    text = ''
  }
  const flush = (): void => {
    flushText()
    if (open) fields.push({ parts, raw: rawOf(parts), start: word.start, end: word.end })
    parts = []
    open = false
  }
  for (const part of word.parts) {
    if (part.kind !== 'literal') {
      flushText()
      parts.push(part)
      open = true
      continue
    }
    for (let i = 0; i < part.text.length; i++) {
      const character = part.text.charAt(i)
      if (quote !== '') {
        if (character === quote) quote = ''
        else if (quote === '"' && character === '\\' && '"\\'.includes(part.text.charAt(i + 1) || ' ')) {
          i++
          text += part.text.charAt(i)
        } else text += character
      } else if (' \t\n\r'.includes(character)) {
        flush()
      } else if (options.quotes && (character === '"' || character === "'")) {
        quote = character
        open = true
      } else if (options.quotes && character === '\\' && i + 1 < part.text.length) {
        i++
        text += part.text.charAt(i)
        open = true
      } else {
        text += character
        open = true
      }
    }
  }
  flush()
  return fields
}

function rawOf(parts: readonly WordPart[]): string {
  return parts.map((part) => (part.kind === 'variable' ? `\${${part.name}}` : part.text)).join('')
}

/** Neighbouring literals joined; an empty quoted string alone stays as one empty literal. */
export function merged(parts: readonly WordPart[]): WordPart[] {
  const result: WordPart[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (part.kind === 'literal' && last?.kind === 'literal') {
      result[result.length - 1] = { kind: 'literal', text: last.text + part.text }
    } else result.push(part)
  }
  return result.length > 1 ? result.filter((part) => part.kind !== 'literal' || part.text !== '') : result
}
