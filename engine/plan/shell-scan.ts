/**
 * The lowest layer of the shell reader: quotes, escapes, expansions and here-documents, as bash reads them
 * (https://www.gnu.org/software/bash/manual/bash.html#Shell-Syntax). Every function walks forward only, so time is linear.
 */
import { merged, type Word, type WordPart } from './shell-word.ts'

export type ShellProblemKind =
  /** An unquoted `(` inside an argument, as in `gunicorn app:create_app()`: bash refuses the whole line. */
  | 'unquoted-parenthesis'
  | 'unterminated-quote'
  /** `if` without `fi`, a stray `)` or `;;` and their like. */
  | 'syntax'
  /** CRLF line ends: on Linux the last word of each line ends with a carriage return. */
  | 'carriage-return'
  /** Nested beyond what is read. */
  | 'too-deep'

export interface ShellProblem {
  readonly kind: ShellProblemKind
  readonly start: number
  readonly end: number
}

/** Where offsets of the parsed text lie in the file: moved by `base`, or all `within` one place when the text is not written there verbatim. */
export interface ShellOptions {
  readonly base?: number
  readonly within?: { readonly start: number; readonly end: number }
}

const MAX_FALLBACK_DEPTH = 16
const NAME_START = /[A-Za-z_]/
const NAME = /[A-Za-z0-9_]/

export class Scanner {
  readonly text: string
  at = 0
  readonly problems: ShellProblem[] = []
  readonly #options: ShellOptions
  #carriageReturn = false
  #heredocs: { readonly delimiter: string; readonly tabs: boolean }[] = []

  constructor(text: string, options: ShellOptions) {
    this.text = text
    this.#options = options
  }

  place(start: number, end: number): { readonly start: number; readonly end: number } {
    const { base = 0, within } = this.#options
    return within ?? { start: base + start, end: base + end }
  }

  problem(kind: ShellProblemKind, start: number, end: number): void {
    if (kind === 'carriage-return' && this.#carriageReturn) return // once a file is enough
    this.#carriageReturn ||= kind === 'carriage-return'
    this.problems.push({ kind, ...this.place(start, end) })
  }

  done(): boolean {
    return this.at >= this.text.length
  }

  peek(length = 1): string {
    return this.text.slice(this.at, this.at + length)
  }

  /** Skips blanks, line continuations and carriage returns before a line end; not the line end itself. */
  blanks(): void {
    for (;;) {
      const character = this.text.charAt(this.at)
      if (character === ' ' || character === '\t') this.at++
      else if (character === '\\' && this.text.charAt(this.at + 1) === '\n') this.at += 2
      else if (character === '\\' && this.text.startsWith('\r\n', this.at + 1)) this.at += 3
      else if (character === '\r' && (this.at + 1 === this.text.length || this.text.charAt(this.at + 1) === '\n')) {
        this.problem('carriage-return', this.at, this.at + 1)
        this.at++
      } else if (character === '#') {
        const end = this.text.indexOf('\n', this.at)
        this.at = end < 0 ? this.text.length : end
      } else return
    }
  }

  expectHeredoc(delimiter: string, tabs: boolean): void {
    this.#heredocs.push({ delimiter, tabs })
  }

  /** Consumes a line end, and the here-documents that begin behind it. */
  lineEnd(): void {
    this.at++
    for (const { delimiter, tabs } of this.#heredocs) {
      while (!this.done()) {
        const found = this.text.indexOf('\n', this.at)
        const end = found < 0 ? this.text.length : found
        let line = this.text.slice(this.at, end)
        if (line.endsWith('\r')) line = line.slice(0, -1)
        this.at = Math.min(end + 1, this.text.length)
        if ((tabs ? line.replace(/^\t+/, '') : line) === delimiter) break
      }
    }
    this.#heredocs = []
  }

  /** Reads the word that begins here, up to a blank, a line end or an operator. `first`: in command position. */
  word(first: boolean, stop = ''): Word {
    const start = this.at
    const parts: WordPart[] = []
    let text = ''
    const flush = (): void => {
      if (text !== '') parts.push({ kind: 'literal', text })
      text = ''
    }
    while (!this.done()) {
      const character = this.text.charAt(this.at)
      if (' \t\n;&|<>)'.includes(character) || (stop !== '' && stop.includes(character))) break
      if (character === '\r' && (this.at + 1 === this.text.length || this.text.charAt(this.at + 1) === '\n')) break
      if (character === '(') {
        if (first) break
        const end = this.#balanced(this.at, ')')
        const isPattern = this.at > start && '?*+@!'.includes(this.text.charAt(this.at - 1))
        if (!isPattern) this.problem('unquoted-parenthesis', this.at, end)
        text += this.text.slice(this.at, end)
        this.at = end
      } else if (character === '\\') {
        // the last character of all is itself
        if (this.at + 1 === this.text.length) text += '\\'
        else if (this.text.charAt(this.at + 1) !== '\n') text += this.text.charAt(this.at + 1)
        this.at += 2
      } else if (character === "'") {
        const end = this.text.indexOf("'", this.at + 1)
        if (end < 0) this.problem('unterminated-quote', this.at, this.text.length)
        text += this.text.slice(this.at + 1, end < 0 ? this.text.length : end)
        this.at = end < 0 ? this.text.length : end + 1
        if (text === '' && parts.length === 0) parts.push({ kind: 'literal', text: '' })
      } else if (character === '"') {
        flush()
        this.#doubleQuoted(parts)
      } else if (character === '$' || character === '`') {
        flush()
        const part = this.#expansion(false, 0)
        if (part.kind === 'literal') text += part.text
        else parts.push(part)
      } else {
        text += character
        this.at++
      }
    }
    flush()
    this.at = Math.min(this.at, this.text.length)
    return { parts: merged(parts), raw: this.text.slice(start, this.at), ...this.place(start, this.at) }
  }

  #doubleQuoted(parts: WordPart[]): void {
    const start = this.at
    this.at++
    let text = ''
    const flush = (): void => {
      parts.push({ kind: 'literal', text })
      text = ''
    }
    while (!this.done()) {
      const character = this.text.charAt(this.at)
      if (character === '"') {
        this.at++
        flush()
        return
      }
      if (character === '\\') {
        const next = this.text.charAt(this.at + 1)
        if (next !== '\n') text += '$`"\\'.includes(next) ? next : `\\${next}`
        this.at += 2
      } else if (character === '$' || character === '`') {
        flush()
        const part = this.#expansion(true, 0)
        if (part.kind === 'literal') text += part.text
        else parts.push(part)
      } else {
        text += character
        this.at++
      }
    }
    flush()
    this.problem('unterminated-quote', start, this.text.length)
  }

  /** At `$` or a backtick: the part that stands for it; `$` alone is literal. */
  #expansion(quoted: boolean, depth: number): WordPart {
    const start = this.at
    const opaque = (end: number): WordPart => {
      this.at = end
      return { kind: 'opaque', text: this.text.slice(start, end), quoted }
    }
    if (this.text.charAt(start) === '`') {
      let end = start + 1
      while (end < this.text.length && this.text.charAt(end) !== '`') end += this.text.charAt(end) === '\\' ? 2 : 1
      return opaque(Math.min(end + 1, this.text.length))
    }
    const next = this.text.charAt(start + 1)
    if (next === '(') return opaque(this.#balanced(start + 1, ')'))
    if (next === '{') return this.#braced(quoted, depth)
    if (NAME_START.test(next)) {
      let end = start + 2
      while (NAME.test(this.text.charAt(end))) end++
      this.at = end
      return { kind: 'variable', name: this.text.slice(start + 1, end), fallback: null, quoted }
    }
    if (next !== '' && '0123456789@*#?$!-'.includes(next)) {
      this.at = start + 2
      return { kind: 'variable', name: next, fallback: null, quoted }
    }
    // $'…' and $"…" are strings of their own; the quote itself is read by the caller
    this.at = start + 1
    return { kind: 'literal', text: !quoted && (next === "'" || next === '"') ? '' : '$' }
  }

  #braced(quoted: boolean, depth: number): WordPart {
    const start = this.at
    const end = this.#balanced(start + 1, '}')
    const inner = this.text.slice(start + 2, end - 1)
    const opaque: WordPart = { kind: 'opaque', text: this.text.slice(start, end), quoted }
    let cut = 0
    if (NAME_START.test(inner.charAt(0))) while (NAME.test(inner.charAt(cut))) cut++
    else if (inner !== '' && '0123456789@*'.includes(inner.charAt(0))) cut = 1
    this.at = end
    if (cut === 0 || this.text.charAt(end - 1) !== '}') return opaque
    const name = inner.slice(0, cut)
    const rest = inner.slice(cut)
    if (rest === '' || rest.startsWith(':?') || rest.startsWith('?')) {
      return { kind: 'variable', name, fallback: null, quoted }
    }
    const operator = rest.startsWith(':') ? rest.slice(0, 2) : rest.slice(0, 1)
    if (![':-', '-', ':=', '='].includes(operator) || depth >= MAX_FALLBACK_DEPTH) return opaque
    const from = start + 2 + cut + operator.length
    return { kind: 'variable', name, fallback: this.#fallback(from, end - 1, depth + 1), quoted }
  }

  #fallback(from: number, to: number, depth: number): Word {
    const text = this.text.slice(0, to)
    const inner = new Scanner(text, this.#options)
    inner.at = from
    const parts: WordPart[] = []
    let plain = ''
    let quote = ''
    while (!inner.done()) {
      const character = text.charAt(inner.at)
      if (character === '\\') {
        plain += text.charAt(inner.at + 1)
        inner.at += 2
      } else if (quote !== "'" && (character === '$' || character === '`')) {
        const part = inner.#expansion(quote !== '', depth)
        if (part.kind === 'literal') plain += part.text
        else {
          if (plain !== '') parts.push({ kind: 'literal', text: plain })
          plain = ''
          parts.push(part)
        }
      } else {
        if (character === quote) quote = ''
        else if (quote === '' && (character === '"' || character === "'")) quote = character
        else plain += character
        inner.at++
      }
    }
    if (plain !== '') parts.push({ kind: 'literal', text: plain })
    return { parts, raw: text.slice(from, to), ...this.place(from, to) }
  }

  /**
   * Offset behind the bracket that closes the one at `open`; the end of the text when none does.
   * Inside double quotes only an expansion opens a bracket, inside parentheses quotes count again.
   */
  #balanced(open: number, close: ')' | '}'): number {
    const closers: string[] = [close]
    for (let i = open + 1; i < this.text.length; i++) {
      const character = this.text.charAt(i)
      const awaited = closers.at(-1)
      if (character === '\\') i++
      else if (character === awaited) {
        closers.pop()
        if (closers.length === 0) return i + 1
      } else if (character === '$' && '({'.includes(this.text.charAt(i + 1) || ' ')) {
        i++
        closers.push(this.text.charAt(i) === '(' ? ')' : '}')
      } else if (character === '"' && awaited !== '"') closers.push('"')
      else if (character === '(' && awaited === ')') closers.push(')')
      else if (character === "'" && awaited === ')') {
        const end = this.text.indexOf("'", i + 1)
        if (end < 0) break
        i = end
      }
    }
    this.problem('unterminated-quote', open, this.text.length)
    return this.text.length
  }

  /** Offset behind the bracket that closes the one here. */
  skipParentheses(): void {
    this.at = this.#balanced(this.at, ')')
  }
}
