/** Reads lists, pipelines and compound commands, and what each command in them depends on. */
import type { Condition, SimpleCommand } from './shell.ts'
import { CLOSING, type Scope, SimpleReader, testWords } from './shell-simple.ts'
import { literal, type Word } from './shell-word.ts'

const MAX_DEPTH = 60
/** Longer chains of tests become one condition. */
const MAX_TESTS = 8

export class CompoundReader extends SimpleReader {
  get lastId(): number {
    return this.ids
  }

  parse(): readonly SimpleCommand[] {
    const scope: Scope = { conditions: [], subshells: [], definedIn: null, depth: 0 }
    while (!this.scanner.done()) {
      this.#list(scope)
      if (this.scanner.done()) break
      // A stray `)`, `fi` or `;;`: bash stops here; we go on, since the rest shows what was meant
      this.scanner.problem('syntax', this.scanner.at, this.scanner.at + 1)
      this.scanner.at += this.reservedWord()?.length ?? 1
    }
    return this.commands
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
      this.lines()
      if (this.scanner.done() || this.scanner.peek() === ')' || this.scanner.peek(2) === ';;') return
      const reserved = this.reservedWord()
      if (reserved !== null && CLOSING.has(reserved)) return
      const first = this.commands.length
      const before = this.scanner.at
      this.#andOr(scope, after)
      after = ';'
      this.scanner.blanks()
      if (this.scanner.peek() === '&' && this.scanner.peek(2) !== '&&') {
        this.scanner.at++
        const id = ++this.ids
        for (const command of this.commands.slice(first)) {
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
        if (operator === '||') added = test === null ? [] : [this.condition('status', text, [], false)]
        else if (test !== null && added.length < MAX_TESTS) {
          added = [...added, this.condition('test', left.text, test, left.negated)]
        } else if (test !== null) added = [this.condition('status', text, [], false)]
      } else {
        const [only] = added
        if (added.length === 0 && test !== null) added = [this.condition('test', left.text, test, !left.negated)]
        else if (added.length === 1 && only !== undefined && test === null && operator === '&&') {
          added = [{ ...only, negated: !only.negated }]
        } else added = [this.condition('status', text, [], true)]
      }
      this.scanner.at += 2
      operator = next
      this.lines()
    }
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
      while (this.reservedWord() === '!' || this.reservedWord() === 'time') {
        if (this.reservedWord() === '!') negated = !negated
        this.scanner.at += this.reservedWord()?.length ?? 1
        this.scanner.blanks()
      }
      const first = this.commands.length
      const start = this.scanner.at
      const test = this.#command(scope, operator)
      const text = this.scanner.text.slice(start, this.scanner.at).trim()
      this.scanner.blanks()
      const outgoing = this.scanner.peek() === '|' && this.scanner.peek(2) !== '||'
      const piped = incoming ? (outgoing ? 'both' : 'from') : outgoing ? 'to' : null
      if (piped !== null) {
        const id = ++this.ids
        for (const command of this.commands.slice(first)) {
          command.piped ??= piped
          command.subshells.splice(scope.subshells.length, 0, id)
        }
      }
      if (!outgoing) return { test: incoming ? null : test, text, negated }
      this.scanner.at += this.scanner.peek(2) === '|&' ? 2 : 1
      incoming = true
      operator = null
      this.lines()
    }
  }

  /** One simple or compound command; returns the words of a test. */
  #command(scope: Scope, after: SimpleCommand['after']): readonly Word[] | null {
    const inner: Scope = { ...scope, depth: scope.depth + 1 }
    const { scanner } = this
    const reserved = this.reservedWord()
    if (scanner.peek(2) === '((') {
      scanner.skipParentheses()
      return []
    }
    if (scanner.peek() === '(') {
      scanner.at++
      this.#list({ ...inner, subshells: [...scope.subshells, ++this.ids] })
      if (scanner.peek() === ')') scanner.at++
      else scanner.problem('syntax', scanner.at, scanner.at)
    } else if (reserved === null || CLOSING.has(reserved) || reserved === '[[') {
      return this.simple(scope, after)
    } else {
      scanner.at += reserved.length
      if (reserved === '{') {
        this.#list(inner)
        this.expect('}')
      } else if (reserved === 'if') this.#if(inner)
      else if (reserved === 'case') this.#case(inner)
      else if (reserved === 'function') this.definition(inner)
      else this.#loop(inner, reserved)
    }
    this.redirects()
    return null
  }

  /** Behind `if`: the branches up to `fi`. */
  #if(scope: Scope): void {
    let failed: readonly Condition[] = []
    for (;;) {
      this.scanner.blanks()
      const start = this.scanner.at
      const first = this.commands.length
      this.#list({ ...scope, conditions: [...scope.conditions, ...failed] })
      const text = this.scanner.text.slice(start, this.scanner.at).trim().replace(/;$/, '').trim()
      const tested = this.commands.slice(first)
      const words = tested.length === 1 && tested[0] !== undefined ? testWords(tested[0].words) : null
      const condition = this.condition(
        words === null ? 'status' : 'test',
        text,
        words ?? [],
        words !== null && text.startsWith('!'),
      )
      this.expect('then')
      this.#list({ ...scope, conditions: [...scope.conditions, ...failed, condition] })
      failed = [...failed, { ...condition, negated: !condition.negated }]
      if (this.accept('elif') && failed.length < MAX_DEPTH) continue
      if (this.accept('else')) this.#list({ ...scope, conditions: [...scope.conditions, ...failed] })
      this.expect('fi')
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
      while (!scanner.done() && scanner.peek() !== ';' && scanner.peek() !== '\n' && this.reservedWord() !== 'do') {
        if (!this.skipWord()) break
        scanner.blanks()
      }
    }
    const text = `${keyword} ${scanner.text.slice(start, scanner.at).trim().replace(/;$/, '')}`
    scanner.blanks()
    if (scanner.peek() === ';') scanner.at++
    this.expect('do')
    this.#list({ ...scope, conditions: [...scope.conditions, this.condition('loop', text, [], false)] })
    this.expect('done')
  }

  /** Behind `case`: the branches up to `esac`. */
  #case(scope: Scope): void {
    const { scanner } = this
    scanner.blanks()
    const subject = scanner.word(false)
    this.#acceptIn()
    for (;;) {
      this.lines()
      if (scanner.done() || this.accept('esac')) return
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
      const condition = this.condition('case', text, [subject, ...patterns], false)
      this.#list({ ...scope, conditions: [...scope.conditions, condition] })
      while (scanner.peek() === ';' || scanner.peek(2) === '&\n') scanner.at++
    }
  }

  #acceptIn(): void {
    this.lines()
    if (/^in[\s]/.test(this.scanner.peek(3))) this.scanner.at += 2
    else this.scanner.problem('syntax', this.scanner.at, this.scanner.at)
  }

  /** Behind `function`, or at the name of `name() …`. */
  protected override definition(scope: Scope): void {
    const { scanner } = this
    scanner.blanks()
    const name = scanner.word(true)
    scanner.blanks()
    if (scanner.peek() === '(') scanner.skipParentheses()
    this.lines()
    this.#command({ ...scope, conditions: [], definedIn: literal(name) ?? name.raw }, null)
  }
}
