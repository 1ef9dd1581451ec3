/**
 * Takes a command line or a script apart as `bash -c` would (https://www.gnu.org/software/bash/manual/bash.html):
 * the commands that may run, in the order in which they stand, and on what each depends. Nothing is run.
 */
import { Scanner, type ShellOptions, type ShellProblem } from './shell-scan.ts'
import { dropPrefix, literal, literalWord, type Word } from './shell-word.ts'

export type { ShellOptions, ShellProblem, ShellProblemKind } from './shell-scan.ts'
export { dropPrefix, expand, literal, type Word, type WordPart } from './shell-word.ts'

export interface Assignment {
  readonly name: string
  readonly value: Word
}

export interface Redirect {
  /** `>`, `>>`, `<`, `2>`, `&>`, `<<` and so on. */
  readonly operator: string
  readonly target: Word | null
}

/**
 * Something that decides whether a command runs. The same object is shared by all the commands of a branch;
 * the other branch has one of the same `id` with `negated` turned.
 */
export interface Condition {
  readonly id: number
  /** `test`: `[ … ]`, `[[ … ]]` or `test`. `case`: a pattern. `loop`: a body that may run never. `status`: how another command ended. */
  readonly kind: 'test' | 'case' | 'loop' | 'status'
  /** The source: `[ "$X" = "y" ]`, or `$X in start|run` for a case. */
  readonly text: string
  /** The words of the test without its brackets; for a case the subject and then the patterns; else empty. */
  readonly words: readonly Word[]
  readonly negated: boolean
}

export interface SimpleCommand {
  readonly assignments: readonly Assignment[]
  readonly words: readonly Word[]
  readonly redirects: readonly Redirect[]
  /** True when something decides whether it runs; `a && b` counts only where `a` is a test. */
  readonly conditional: boolean
  readonly conditions: readonly Condition[]
  readonly background: boolean
  /** Its output goes into another command, or it reads another's. */
  readonly piped: 'from' | 'to' | 'both' | null
  /** The operator before it. */
  readonly after: '&&' | '||' | ';' | null
  /** Identifiers of the subshells around it, outermost first: what is set there ends there. */
  readonly subshells: readonly number[]
  /** Name of the shell function whose body it belongs to; such a command runs when the function is called. */
  readonly definedIn: string | null
  /** Where it stands, without its redirections' here-documents. */
  readonly start: number
  readonly end: number
}

export interface Shell {
  readonly commands: readonly SimpleCommand[]
  /** What bash would refuse, or what could not be read. */
  readonly problems: readonly ShellProblem[]
  /** The greatest `Condition.id` given; with `firstId` identifiers stay unique over several texts. */
  readonly lastId: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
interface Draft extends Omit<Mutable<SimpleCommand>, 'subshells'> {
  subshells: number[]
}
interface Scope {
  readonly conditions: readonly Condition[]
  readonly subshells: readonly number[]
  readonly definedIn: string | null
  readonly depth: number
}

const MAX_DEPTH = 60
const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*\+?=/
const FUNCTION_NAME = /^[A-Za-z_][A-Za-z0-9_:.-]*$/
const CLOSING = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}'])
const RESERVED = new Set(['if', 'while', 'until', 'for', 'select', 'case', 'function', '{', '!', 'time', '[['])

/** Parses shell text. Never throws; `options` say where the text lies in its file, so that all offsets are offsets there. */
export function parseShell(text: string, options: ShellOptions & { readonly firstId?: number } = {}): Shell {
  const parser = new Parser(text, options, options.firstId ?? 0)
  const commands = parser.parse()
  return { commands, problems: parser.scanner.problems, lastId: parser.lastId }
}

class Parser {
  readonly scanner: Scanner
  readonly #commands: Draft[] = []
  #ids: number

  constructor(text: string, options: ShellOptions, firstId: number) {
    this.scanner = new Scanner(text, options)
    this.#ids = firstId
  }

  get lastId(): number {
    return this.#ids
  }

  parse(): readonly SimpleCommand[] {
    const scope: Scope = { conditions: [], subshells: [], definedIn: null, depth: 0 }
    while (!this.scanner.done()) {
      this.#list(scope)
      if (this.scanner.done()) break
      // A stray `)`, `fi` or `;;`: bash stops here; we go on, since the rest shows what was meant
      this.scanner.problem('syntax', this.scanner.at, this.scanner.at + 1)
      this.scanner.at += this.#reservedWord()?.length ?? 1
    }
    return this.#commands
  }

  /** Skips blanks and line ends. */
  #lines(): void {
    for (;;) {
      this.scanner.blanks()
      if (this.scanner.peek() !== '\n') return
      this.scanner.lineEnd()
    }
  }

  /** The reserved word that begins here, or null. Does not move. */
  #reservedWord(): string | null {
    const match = /^(?:[a-z]+|[{}!]|\[\[)/.exec(this.scanner.peek(9))
    const word = match?.[0]
    if (word === undefined || !(CLOSING.has(word) || RESERVED.has(word))) return null
    const next = this.scanner.peek(word.length + 1).slice(word.length)
    return next === '' || ' \t\r\n;&|()<>'.includes(next) ? word : null
  }

  #accept(word: string): boolean {
    this.#lines()
    if (this.#reservedWord() !== word) return false
    this.scanner.at += word.length
    return true
  }

  #expect(word: string): void {
    if (!this.#accept(word)) this.scanner.problem('syntax', this.scanner.at, this.scanner.at)
  }

  /** Commands up to a closing word, `)`, `;;` or the end. */
  #list(scope: Scope): void {
    if (scope.depth > MAX_DEPTH) {
      this.scanner.problem('too-deep', this.scanner.at, this.scanner.at)
      this.scanner.at = this.scanner.text.length
      return
    }
    let after: SimpleCommand['after'] = null
    for (;;) {
      this.#lines()
      if (this.scanner.done() || this.scanner.peek() === ')' || this.scanner.peek(2) === ';;') return
      const reserved = this.#reservedWord()
      if (reserved !== null && CLOSING.has(reserved)) return
      const first = this.#commands.length
      const before = this.scanner.at
      this.#andOr(scope, after)
      after = ';'
      this.scanner.blanks()
      if (this.scanner.peek() === '&' && this.scanner.peek(2) !== '&&') {
        this.scanner.at++
        const id = ++this.#ids
        for (const command of this.#commands.slice(first)) {
          command.background = true
          command.subshells.splice(scope.subshells.length, 0, id)
        }
      } else if (this.scanner.peek() === ';' && this.scanner.peek(2) !== ';;') {
        this.scanner.at++
      } else if (this.scanner.at === before) {
        return
      }
    }
  }

  /** Pipelines joined by `&&` and `||`, which bind alike and to the left. Commands other than tests are taken to succeed. */
  #andOr(scope: Scope, after: SimpleCommand['after']): void {
    let added: readonly Condition[] = []
    let operator = after
    const start = this.scanner.at
    for (;;) {
      const left = this.#pipeline({ ...scope, conditions: [...scope.conditions, ...added] }, operator)
      this.scanner.blanks()
      const next = this.scanner.peek(2)
      if (next !== '&&' && next !== '||') return
      const text = this.scanner.text.slice(start, this.scanner.at).trim()
      const { test } = left
      if (next === '&&') {
        if (operator === '||') added = test === null ? [] : [this.#condition('status', text, [], false)]
        else if (test !== null) added = [...added, this.#condition('test', left.text, test, left.negated)]
      } else {
        const [only] = added
        if (added.length === 0 && test !== null) added = [this.#condition('test', left.text, test, !left.negated)]
        else if (added.length === 1 && only !== undefined && test === null && operator === '&&') {
          added = [{ ...only, negated: !only.negated }]
        } else added = [this.#condition('status', text, [], true)]
      }
      this.scanner.at += 2
      operator = next
      this.#lines()
    }
  }

  #condition(kind: Condition['kind'], text: string, words: readonly Word[], negated: boolean): Condition {
    return { id: ++this.#ids, kind, text, words, negated }
  }

  /** Commands joined by `|`. `test` holds the words when the pipeline is one lone test. */
  #pipeline(
    scope: Scope,
    after: SimpleCommand['after'],
  ): { test: readonly Word[] | null; text: string; negated: boolean } {
    let negated = false
    let operator = after
    let incoming = false
    for (;;) {
      this.scanner.blanks()
      while (this.#reservedWord() === '!' || this.#reservedWord() === 'time') {
        if (this.#reservedWord() === '!') negated = !negated
        this.scanner.at += this.#reservedWord()?.length ?? 1
        this.scanner.blanks()
      }
      const first = this.#commands.length
      const start = this.scanner.at
      const test = this.#command(scope, operator)
      const text = this.scanner.text.slice(start, this.scanner.at).trim()
      this.scanner.blanks()
      const outgoing = this.scanner.peek() === '|' && this.scanner.peek(2) !== '||'
      const piped = incoming ? (outgoing ? 'both' : 'from') : outgoing ? 'to' : null
      if (piped !== null) {
        const id = ++this.#ids
        for (const command of this.#commands.slice(first)) {
          command.piped ??= piped
          command.subshells.splice(scope.subshells.length, 0, id)
        }
      }
      if (!outgoing) return { test: incoming ? null : test, text, negated }
      this.scanner.at += this.scanner.peek(2) === '|&' ? 2 : 1
      incoming = true
      operator = null
      this.#lines()
    }
  }

  /** One simple or compound command; returns the words of a test. */
  #command(scope: Scope, after: SimpleCommand['after']): readonly Word[] | null {
    const inner: Scope = { ...scope, depth: scope.depth + 1 }
    const { scanner } = this
    const reserved = this.#reservedWord()
    if (scanner.peek(2) === '((') {
      scanner.skipParentheses()
      return []
    }
    if (scanner.peek() === '(') {
      scanner.at++
      this.#list({ ...inner, subshells: [...scope.subshells, ++this.#ids] })
      if (scanner.peek() === ')') scanner.at++
      else scanner.problem('syntax', scanner.at, scanner.at)
    } else if (reserved === null || CLOSING.has(reserved) || reserved === '[[') {
      return this.#simple(scope, after)
    } else {
      scanner.at += reserved.length
      if (reserved === '{') {
        this.#list(inner)
        this.#expect('}')
      } else if (reserved === 'if') this.#if(inner)
      else if (reserved === 'case') this.#case(inner)
      else if (reserved === 'function') this.#function(inner)
      else this.#loop(inner, reserved)
    }
    this.#redirects()
    return null
  }

  /** Behind `if`: the branches up to `fi`. */
  #if(scope: Scope): void {
    let failed: readonly Condition[] = []
    for (;;) {
      this.scanner.blanks()
      const start = this.scanner.at
      const first = this.#commands.length
      this.#list({ ...scope, conditions: [...scope.conditions, ...failed] })
      const text = this.scanner.text.slice(start, this.scanner.at).trim().replace(/;$/, '').trim()
      const tested = this.#commands.slice(first)
      const words = tested.length === 1 && tested[0] !== undefined ? testWords(tested[0].words) : null
      const condition = this.#condition(
        words === null ? 'status' : 'test',
        text,
        words ?? [],
        words !== null && text.startsWith('!'),
      )
      this.#expect('then')
      this.#list({ ...scope, conditions: [...scope.conditions, ...failed, condition] })
      failed = [...failed, { ...condition, negated: !condition.negated }]
      if (this.#accept('elif') && failed.length < MAX_DEPTH) continue
      if (this.#accept('else')) this.#list({ ...scope, conditions: [...scope.conditions, ...failed] })
      this.#expect('fi')
      return
    }
  }

  /** Behind `while`, `until`, `for` or `select`. */
  #loop(scope: Scope, keyword: string): void {
    const { scanner } = this
    scanner.blanks()
    const start = scanner.at
    if (keyword === 'while' || keyword === 'until') this.#list(scope)
    else if (scanner.peek(2) === '((') scanner.skipParentheses()
    else {
      while (!scanner.done() && scanner.peek() !== ';' && scanner.peek() !== '\n' && this.#reservedWord() !== 'do') {
        if (!this.#skipWord()) break
        scanner.blanks()
      }
    }
    const text = `${keyword} ${scanner.text.slice(start, scanner.at).trim()}`
    scanner.blanks()
    if (scanner.peek() === ';') scanner.at++
    this.#expect('do')
    this.#list({ ...scope, conditions: [...scope.conditions, this.#condition('loop', text, [], false)] })
    this.#expect('done')
  }

  /** Behind `case`: the branches up to `esac`. */
  #case(scope: Scope): void {
    const { scanner } = this
    scanner.blanks()
    const subject = scanner.word(false)
    this.#acceptIn()
    for (;;) {
      this.#lines()
      if (scanner.done() || this.#accept('esac')) return
      if (scanner.peek() === '(') scanner.at++
      const start = scanner.at
      const patterns: Word[] = []
      for (;;) {
        scanner.blanks()
        patterns.push(scanner.word(false))
        scanner.blanks()
        if (scanner.peek() !== '|') break
        scanner.at++
      }
      const text = `${subject.raw} in ${scanner.text.slice(start, scanner.at).trim()}`
      if (scanner.peek() !== ')') {
        scanner.problem('syntax', scanner.at, scanner.at)
        return
      }
      scanner.at++
      const condition = this.#condition('case', text, [subject, ...patterns], false)
      this.#list({ ...scope, conditions: [...scope.conditions, condition] })
      while (scanner.peek() === ';' || scanner.peek(2) === '&\n') scanner.at++
    }
  }

  #acceptIn(): void {
    this.#lines()
    if (/^in[\s]/.test(this.scanner.peek(3))) this.scanner.at += 2
    else this.scanner.problem('syntax', this.scanner.at, this.scanner.at)
  }

  /** Behind `function`, or at the name of `name() …`. */
  #function(scope: Scope): void {
    const { scanner } = this
    scanner.blanks()
    const name = scanner.word(true)
    scanner.blanks()
    if (scanner.peek() === '(') scanner.skipParentheses()
    this.#lines()
    this.#command({ ...scope, conditions: [], definedIn: literal(name) ?? name.raw }, null)
  }

  #skipWord(): boolean {
    const before = this.scanner.at
    this.scanner.word(false)
    return this.scanner.at > before
  }

  #simple(scope: Scope, after: SimpleCommand['after']): readonly Word[] | null {
    const { scanner } = this
    const start = scanner.at
    let end = start
    const assignments: Assignment[] = []
    const words: Word[] = []
    const redirects: Redirect[] = []
    for (;;) {
      scanner.blanks()
      if (scanner.done()) break
      const redirect = this.#redirect()
      if (redirect !== null) {
        redirects.push(redirect)
        end = scanner.at
        continue
      }
      const character = scanner.peek()
      const inTest = words[0]?.raw === '[[' && words.at(-1)?.raw !== ']]'
      if (inTest && '&|()<>'.includes(character)) {
        const at = scanner.at
        scanner.at += '&|'.includes(character) ? 2 : 1
        words.push(literalWord(scanner.text.slice(at, scanner.at), scanner.place(at, scanner.at)))
        continue
      }
      if ('\n;&|)'.includes(character)) break
      const at = scanner.at
      const naming = words.length === 0
      const word = scanner.word(naming)
      if (naming && scanner.peek() === '(') {
        if (assignments.length === 0 && FUNCTION_NAME.test(word.raw) && this.#definition()) {
          scanner.at = at
          this.#function(scope)
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
    this.#commands.push({
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
  #definition(): boolean {
    return /^\([ \t]*\)[ \t]*(?:[\n{(]|\r\n)/.test(this.scanner.peek(40))
  }

  #word(word: Word, assignments: Assignment[], words: Word[]): void {
    const assignment = words.length === 0 ? ASSIGNMENT.exec(word.raw) : null
    if (assignment === null) words.push(word)
    else assignments.push({ name: assignment[0].replace(/\+?=$/, ''), value: dropPrefix(word, assignment[0].length) })
  }

  #redirects(): void {
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
function testWords(words: readonly Word[]): readonly Word[] | null {
  const name = words[0]?.raw
  if (name === 'test') return words.slice(1)
  if (name !== '[' && name !== '[[') return null
  return words.slice(1, words.at(-1)?.raw === (name === '[' ? ']' : ']]') ? -1 : undefined)
}
