/** Takes Python source apart into tokens, one at a time (https://docs.python.org/3/reference/lexical_analysis.html). */
import {
  BACKSLASH,
  FORM_FEED,
  HASH,
  isDigit,
  isLineEnd,
  isNameCode,
  isQuote,
  NEW_LINE,
  RETURN,
  SPACE,
  TAB,
} from './characters.ts'
import { isPrefix, isTripled, numberEnd, stringEnd } from './literals.ts'
import { operatorAt, operatorWidth } from './operators.ts'
import * as T from './tokens.ts'

/** Thrown where source is not what the grammar of Python 3 expects: the parser that forgives has to read the file. */
export class NotPlain extends Error {}

/** Where a scanner stood, to go back to. */
export interface Mark {
  readonly pos: number
  readonly kind: number
  readonly start: number
  readonly end: number
  readonly text: string
  readonly lastEnd: number
  readonly depth: number
  readonly nesting: number
  readonly atLineStart: boolean
  readonly dedents: number
  readonly indents: readonly number[]
}

/** Brackets, blocks and operators in each other; what is nested deeper is left to the parser that counts. */
const MOST_NESTING = 60

/** No prefix of a string and no keyword is longer. */
const LONGEST_PREFIX = 2
const LONGEST_KEYWORD = 8

export class Scanner {
  readonly source: string
  /** Kind, place and, of names, text of the token at hand. */
  kind: number = T.NEWLINE
  start = 0
  end = 0
  text = ''
  /** End of the token before. Blocks end where the last line in them does. */
  lastEnd = 0
  /** Where the next token is looked for. */
  pos = 0
  /** Open brackets: in them, lines do not count. */
  depth = 0
  nesting = 0
  #atLineStart = true
  #indents: number[] = [0]
  /** Blocks that have ended and were not told yet. */
  #dedents = 0

  constructor(source: string) {
    this.source = source
  }

  mark(): Mark {
    const { pos, kind, start, end, text, lastEnd, depth, nesting } = this
    const [atLineStart, dedents, indents] = [this.#atLineStart, this.#dedents, [...this.#indents]]
    return { pos, kind, start, end, text, lastEnd, depth, nesting, atLineStart, dedents, indents }
  }

  reset(mark: Mark): void {
    this.pos = mark.pos
    this.kind = mark.kind
    this.start = mark.start
    this.end = mark.end
    this.text = mark.text
    this.lastEnd = mark.lastEnd
    this.depth = mark.depth
    this.nesting = mark.nesting
    this.#atLineStart = mark.atLineStart
    this.#dedents = mark.dedents
    this.#indents = [...mark.indents]
  }

  /** Is the token at hand of this kind? */
  is(kind: number): boolean {
    return this.kind === kind
  }

  /** Goes on to the next token if the one at hand is of this kind. */
  take(kind: number): boolean {
    if (this.kind !== kind) return false
    this.advance()
    return true
  }

  /** Goes on to the next token. Throws NotPlain if the one at hand is of another kind. */
  expect(kind: number): void {
    if (this.kind !== kind) throw new NotPlain()
    this.advance()
  }

  /** The name at hand. Throws NotPlain if there is none. */
  name(): string {
    const { text } = this
    this.expect(T.NAME)
    return text
  }

  enter(): void {
    if (++this.nesting > MOST_NESTING) throw new NotPlain()
  }

  leave(): void {
    this.nesting--
  }

  advance(): void {
    this.lastEnd = this.end
    if (this.#dedents > 0) this.#dedent()
    else if (!this.#atLineStart || this.depth > 0 || !this.#indentation()) this.#inLine()
  }

  /** Goes on from behind the text of a literal that somebody else has read. */
  resume(end: number): void {
    this.end = end
    this.pos = end
    this.advance()
  }

  #token(kind: number, end: number): void {
    if (end < 0) throw new NotPlain()
    this.kind = kind
    this.end = end
    this.pos = end
  }

  #inLine(): void {
    const { source } = this
    const at = this.#skipSpace()
    const code = source.charCodeAt(at)
    this.start = at
    if (isNameCode(code)) this.#word(at)
    else if (isDigit(code) || (code === T.DOT && isDigit(source.charCodeAt(at + 1))))
      this.#token(T.NUMBER, numberEnd(source, at))
    else if (isQuote(code)) this.#token(T.STRING, stringEnd(source, at))
    else if (at >= source.length) this.#finish(at)
    else if (isLineEnd(code)) {
      // a line ends behind the first character of its end, as the other parser has it
      this.#token(T.NEWLINE, at + 1)
      this.pos = this.#behindLineEnd(at)
      this.#atLineStart = true
    } else this.#operator(at, code)
  }

  /** At the end of the source the last line ends, then all blocks. */
  #finish(at: number): void {
    if (this.depth > 0) throw new NotPlain()
    this.kind = this.#atLineStart ? T.END : T.NEWLINE
    this.pos = at
    this.#atLineStart = true
  }

  #behindLineEnd(at: number): number {
    if (this.source.charCodeAt(at) === NEW_LINE) return at + 1
    if (this.source.charCodeAt(at + 1) === NEW_LINE) return at + 2
    throw new NotPlain() // as old Macs ended a line
  }

  /** Skips what stands between tokens and gives the place of the next one. */
  #skipSpace(): number {
    const { source } = this
    let at = this.pos
    for (;;) {
      const code = source.charCodeAt(at)
      if (code === SPACE || code === TAB || code === FORM_FEED) at++
      else if (code === HASH) at = this.#commentEnd(at)
      else if (this.depth > 0 && isLineEnd(code)) at = this.#behindLineEnd(at)
      else if (code === BACKSLASH) {
        at = this.#behindLineEnd(at + 1)
        if (at >= source.length) throw new NotPlain()
      } else return at
    }
  }

  #commentEnd(at: number): number {
    const end = this.source.indexOf('\n', at)
    if (end < 0) return this.source.length
    return this.source.charCodeAt(end - 1) === RETURN ? end - 1 : end
  }

  /** Skips empty lines and compares the indentation of the next one with the one before. True when that makes a token. */
  #indentation(): boolean {
    const { source } = this
    let at = this.pos
    let width = 0
    for (;;) {
      const code = source.charCodeAt(at)
      if (code === SPACE) width++
      else if (code === TAB) width += 8 - (width % 8)
      else if (isLineEnd(code) || code === HASH || code === FORM_FEED) {
        at = this.#behindBlankLine(at)
        width = 0
        continue
      } else if (code === BACKSLASH) throw new NotPlain()
      else break
      at++
    }
    if (at >= source.length) width = 0
    this.pos = at
    this.#atLineStart = at >= source.length
    const current = this.#indents.at(-1) ?? 0
    if (width === current) return false
    if (width < current) {
      this.#unindent(width)
      return true
    }
    this.#indents.push(width)
    this.start = at
    this.#token(T.INDENT, at)
    return true
  }

  #unindent(width: number): void {
    while ((this.#indents.at(-1) ?? 0) > width) {
      this.#indents.pop()
      this.#dedents++
    }
    if (this.#indents.at(-1) !== width) throw new NotPlain()
    this.#dedent()
  }

  /** Ends a block; that has no text of its own. */
  #dedent(): void {
    this.#dedents--
    this.start = this.end
    this.kind = T.DEDENT
  }

  /** Behind a line that holds at most a comment. Throws NotPlain where code follows a form feed. */
  #behindBlankLine(from: number): number {
    const { source } = this
    let at = from
    while (source.charCodeAt(at) === FORM_FEED || source.charCodeAt(at) === SPACE || source.charCodeAt(at) === TAB) at++
    if (source.charCodeAt(at) === HASH) at = this.#commentEnd(at)
    return at >= source.length ? at : this.#behindLineEnd(at)
  }

  #word(from: number): void {
    const { source } = this
    let at = from + 1
    let code = source.charCodeAt(at)
    while (isNameCode(code) || isDigit(code)) code = source.charCodeAt(++at)
    const word = source.slice(from, at)
    if (isQuote(code) && word.length <= LONGEST_PREFIX && isPrefix(word)) {
      // of an f-string only what it begins with: it is read with the expressions in it (strings.ts)
      if (/f/i.test(word)) this.#token(T.FORMAT_STRING, at + (isTripled(source, at) ? 3 : 1))
      else this.#token(T.STRING, stringEnd(source, at))
      return
    }
    this.text = word
    this.#token((word.length <= LONGEST_KEYWORD ? T.KEYWORDS.get(word) : undefined) ?? T.NAME, at)
  }

  #operator(at: number, code: number): void {
    const kind = operatorAt(this.source, at, code)
    if (kind === 0) throw new NotPlain()
    if (kind === T.OPEN || kind === T.OPEN_SQUARE || kind === T.OPEN_BRACE) this.depth++
    else if ((kind === T.CLOSE || kind === T.CLOSE_SQUARE || kind === T.CLOSE_BRACE) && --this.depth < 0)
      throw new NotPlain()
    this.#token(kind, at + operatorWidth(this.source, at, kind))
  }
}
