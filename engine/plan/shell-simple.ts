/** Reads simple commands: assignments, words, redirections. */
import type { Assignment, Condition, Redirect, SimpleCommand } from './shell.ts'
import { Scanner, type ShellOptions } from './shell-scan.ts'
import { dropPrefix, literal, literalWord, type Word } from './shell-word.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
export interface Draft extends Omit<Mutable<SimpleCommand>, 'subshells'> {
  subshells: number[]
}

/** What surrounds a command. */
export interface Scope {
  readonly conditions: readonly Condition[]
  readonly subshells: readonly number[]
  readonly definedIn: string | null
  readonly depth: number
}

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*\+?=/
const FUNCTION_NAME = /^[A-Za-z_][A-Za-z0-9_:.-]*$/
export const CLOSING: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}'])
const RESERVED = new Set(['if', 'while', 'until', 'for', 'select', 'case', 'function', '{', '!', 'time', '[['])

export abstract class SimpleReader {
  readonly scanner: Scanner
  readonly commands: Draft[] = []
  protected ids: number

  constructor(text: string, options: ShellOptions, firstId: number) {
    this.scanner = new Scanner(text, options)
    this.ids = firstId
  }

  /** At the name of `name() …`, or behind `function`. */
  protected abstract definition(scope: Scope): void

  /** Skips blanks and line ends. */
  protected lines(): void {
    for (;;) {
      this.scanner.blanks()
      if (this.scanner.peek() !== '\n') return
      this.scanner.lineEnd()
    }
  }

  /** The reserved word that begins here, or null. Does not move. */
  protected reservedWord(): string | null {
    const match = /^(?:[a-z]+|[{}!]|\[\[)/.exec(this.scanner.peek(9))
    const word = match?.[0]
    if (word === undefined || !(CLOSING.has(word) || RESERVED.has(word))) return null
    const next = this.scanner.peek(word.length + 1).slice(word.length)
    return next === '' || ' \t\r\n;&|()<>'.includes(next) ? word : null
  }

  protected accept(word: string): boolean {
    this.lines()
    if (this.reservedWord() !== word) return false
    this.scanner.at += word.length
    return true
  }

  protected expect(word: string): void {
    if (!this.accept(word)) this.scanner.problem('syntax', this.scanner.at, this.scanner.at)
  }

  protected condition(kind: Condition['kind'], text: string, words: readonly Word[], negated: boolean): Condition {
    return { id: ++this.ids, kind, text, words, negated }
  }

  protected skipWord(): boolean {
    const before = this.scanner.at
    this.scanner.word(false)
    return this.scanner.at > before
  }

  protected simple(scope: Scope, after: SimpleCommand['after']): readonly Word[] | null {
    const { scanner } = this
    const start = scanner.at
    let end = start
    const assignments: Assignment[] = []
    const words: Word[] = []
    const redirects: Redirect[] = []
    for (;;) {
      scanner.blanks()
      if (scanner.done()) break
      const inTest = words[0]?.raw === '[[' && words.at(-1)?.raw !== ']]'
      const character = scanner.peek()
      if (inTest && '&|()<>'.includes(character)) {
        const at = scanner.at
        scanner.at += '&|'.includes(character) ? 2 : 1
        words.push(literalWord(scanner.text.slice(at, scanner.at), scanner.place(at, scanner.at)))
        continue
      }
      const redirect = this.#redirect()
      if (redirect !== null) {
        redirects.push(redirect)
        end = scanner.at
        continue
      }
      if ('\n;&|)'.includes(character)) break
      const at = scanner.at
      const naming = words.length === 0
      const word = scanner.word(naming)
      if (naming && scanner.peek() === '(') {
        if (assignments.length === 0 && FUNCTION_NAME.test(word.raw) && this.#isDefinition()) {
          scanner.at = at
          this.definition(scope)
          return null
        }
        const open = scanner.at
        scanner.skipParentheses()
        if (!ASSIGNMENT.test(word.raw)) scanner.problem('unquoted-parenthesis', open, scanner.at)
        const text = scanner.text.slice(open, scanner.at)
        const whole = { parts: [...word.parts, { kind: 'opaque', text, quoted: false } as const], raw: word.raw + text }
        this.#word({ ...whole, ...scanner.place(at, scanner.at) }, assignments, words)
      } else if (scanner.at === at) {
        scanner.at++ // a character that begins no word: never stand still
        scanner.problem('syntax', at, scanner.at)
      } else {
        this.#word(word, assignments, words)
      }
      end = scanner.at
    }
    if (words.length === 0 && assignments.length === 0 && redirects.length === 0) return null
    const { conditions, definedIn } = scope
    const conditional = conditions.length > 0
    this.commands.push({
      assignments,
      words,
      redirects,
      conditional,
      conditions,
      background: false,
      piped: null,
      after,
      subshells: [...scope.subshells],
      definedIn,
      ...scanner.place(start, end),
    })
    return testWords(words)
  }

  /** At `(` behind a name: is it `name()` and a body? Does not move. */
  #isDefinition(): boolean {
    return /^\([ \t]*\)[ \t]*(?:[\n{(]|\r\n)/.test(this.scanner.peek(40))
  }

  #word(word: Word, assignments: Assignment[], words: Word[]): void {
    const assignment = words.length === 0 ? ASSIGNMENT.exec(word.raw) : null
    if (assignment === null) words.push(word)
    else assignments.push({ name: assignment[0].replace(/\+?=$/, ''), value: dropPrefix(word, assignment[0].length) })
  }

  protected redirects(): void {
    for (;;) {
      this.scanner.blanks()
      if (this.#redirect() === null) return
    }
  }

  #redirect(): Redirect | null {
    const { scanner } = this
    const operator = /^(?:[0-9]{1,3}|&)?(?:>>|>\||>&|<<<|<<-|<<|<>|<&|>|<)/.exec(scanner.peek(7))?.[0]
    if (operator === undefined || scanner.peek(operator.length + 1).endsWith('(')) return null
    scanner.at += operator.length
    scanner.blanks()
    const start = scanner.at
    const target = scanner.word(false)
    if (/^[0-9]*<<-?$/.test(operator)) scanner.expectHeredoc(literal(target) ?? target.raw, operator.endsWith('-'))
    return { operator, target: scanner.at > start ? target : null }
  }
}

/** The words between the brackets of `[ … ]` or `[[ … ]]`, or behind `test`; null for any other command. */
export function testWords(words: readonly Word[]): readonly Word[] | null {
  const name = words[0]?.raw
  if (name === 'test') return words.slice(1)
  if (name !== '[' && name !== '[[') return null
  return words.slice(1, words.at(-1)?.raw === (name === '[' ? ']' : ']]') ? -1 : undefined)
}
