/** What a shell has set so far: variables, working directory, positional parameters. Kept as a log, so that branches can be told apart. */
import type { Condition } from './shell.ts'
import { expand, isUnquotedExpansion, type PlacedWord, splitFields, type Word, type WordPart } from './shell-word.ts'

interface Binding<T> {
  readonly name: string
  readonly value: T
  readonly exported: boolean
  readonly conditions: readonly Condition[]
}

/** Config vars and settings that a dyno has in its environment already, so that assigning them exports them (https://devcenter.heroku.com/articles/dynos). */
const EXPORTED_BY_THE_DYNO = new Set(
  'PORT DYNO HOME PATH PWD PYTHONPATH PYTHONHOME PYTHONUNBUFFERED DATABASE_URL REDIS_URL WEB_CONCURRENCY GUNICORN_CMD_ARGS FORWARDED_ALLOW_IPS LANG'.split(
    ' ',
  ),
)

type Relation = 'holds' | 'excluded' | 'unknown'

/** Did something that happened under `earlier` surely happen for a command under `now`? */
function relation(earlier: readonly Condition[], now: readonly Condition[]): Relation {
  let result: Relation = 'holds'
  for (const condition of earlier) {
    const same = now.find((other) => other.id === condition.id)
    if (same === undefined) result = 'unknown'
    else if (same.negated !== condition.negated) return 'excluded'
  }
  return result
}

export class ShellState {
  #bindings: Binding<PlacedWord>[] = []
  #directories: Binding<string | null>[] = []
  /** `$1`, `$2`…; null when they are not known. */
  parameters: readonly Word[] | null = null
  /** `set -a`: assignments are exported from here on. */
  exportAll = false
  /** What must hold for commands from here on to be reached at all, after an `exit` or `exec` under a condition. */
  reach: readonly Condition[] = []
  /** After an `exit` or `exec` that always runs. */
  ended = false

  constructor(cwd: string | null) {
    this.#directories.push({ name: 'cwd', value: cwd, exported: false, conditions: [] })
  }

  /** A child process sees the directory and what was exported; a subshell sees everything. */
  copy(kind: 'subshell' | 'child', conditions: readonly Condition[]): ShellState {
    const state = new ShellState(this.cwd(conditions))
    if (kind === 'subshell') {
      state.#bindings = [...this.#bindings]
      state.#directories = [...this.#directories]
      state.parameters = this.parameters
      state.exportAll = this.exportAll
      state.reach = this.reach
      state.ended = this.ended
    } else {
      for (const [name, value] of this.environment(conditions)) state.assign(name, value, true, [])
    }
    return state
  }

  assign(name: string, value: PlacedWord, exported: boolean, conditions: readonly Condition[]): void {
    this.#bindings.push({
      name,
      value,
      exported: exported || this.exportAll || EXPORTED_BY_THE_DYNO.has(name),
      conditions,
    })
  }

  /** `export NAME` of a variable that was set before. */
  export(name: string, conditions: readonly Condition[]): void {
    const value = this.variable(name, conditions)
    if (value !== undefined) this.assign(name, value, true, conditions)
  }

  enter(directory: string | null, conditions: readonly Condition[]): void {
    this.#directories.push({ name: 'cwd', value: directory, exported: false, conditions })
  }

  cwd(conditions: readonly Condition[]): string | null {
    for (const { value, conditions: earlier } of this.#directories.toReversed()) {
      const how = relation(earlier, conditions)
      if (how === 'holds') return value
      if (how === 'unknown') return null
    }
    return null
  }

  /** The value that the script gave; an opaque word when it depends on something; undefined when the script never set it. */
  variable(name: string, conditions: readonly Condition[]): PlacedWord | undefined {
    for (let i = this.#bindings.length - 1; i >= 0; i--) {
      const binding = this.#bindings[i]
      if (binding?.name !== name) continue
      const how = relation(binding.conditions, conditions)
      if (how === 'holds') return binding.value
      if (how === 'unknown') return opaqueWord(binding.value)
    }
    return undefined
  }

  environment(conditions: readonly Condition[]): Map<string, PlacedWord> {
    const result = new Map<string, PlacedWord>()
    for (const name of new Set(this.#bindings.filter((binding) => binding.exported).map((binding) => binding.name))) {
      const value = this.variable(name, conditions)
      if (value !== undefined) result.set(name, value)
    }
    return result
  }

  /** The words that stand for `words` once everything that the script set is filled in; `"$@"` may become many. */
  fill(words: readonly Word[], conditions: readonly Condition[]): Word[] {
    return words.flatMap((word) => this.#fillWord(word, conditions))
  }

  /** As `fill`, but the result stays one word, as in an assignment. */
  fillOne<W extends Word>(word: W, conditions: readonly Condition[]): W {
    if (word.parts.every((part) => part.kind !== 'variable')) return word
    return { ...word, parts: word.parts.flatMap((part) => this.#fillPart(part, conditions)) }
  }

  #fillWord(word: Word, conditions: readonly Condition[]): Word[] {
    const [only] = word.parts
    if (word.parts.length === 1 && only?.kind === 'variable') {
      if ((only.name === '@' || (only.name === '*' && !only.quoted)) && this.parameters !== null) {
        return this.parameters.map((parameter) => ({ ...parameter, start: word.start, end: word.end }))
      }
      const filled = this.fillOne(word, conditions)
      const changed = filled.parts.length !== 1 || filled.parts[0] !== only
      if (changed && isUnquotedExpansion(word)) return splitFields(filled, { quotes: false })
      return [filled]
    }
    return [this.fillOne(word, conditions)]
  }

  #fillPart(part: WordPart, conditions: readonly Condition[]): readonly WordPart[] {
    if (part.kind !== 'variable') return [part]
    const digit = /^[1-9]$/.test(part.name) && this.parameters !== null
    const value = digit ? this.parameters?.[Number(part.name) - 1] : this.variable(part.name, conditions)
    if (value === undefined) {
      if (digit)
        return part.fallback === null ? [{ kind: 'literal', text: '' }] : this.fillOne(part.fallback, conditions).parts
      return part.fallback === null ? [part] : [{ ...part, fallback: this.fillOne(part.fallback, conditions) }]
    }
    if (part.fallback !== null && expand(value, new Map()) === '') return this.fillOne(part.fallback, conditions).parts
    return value.parts
  }
}

/** A word of the same place that is set to something unknown. */
export function opaqueWord<W extends Word>(word: W): W {
  return { ...word, parts: [{ kind: 'opaque', text: word.raw, quoted: true }] }
}
