/** Reads a program's options from its words, as the parser that the program uses would. */
import type { Place } from '../../finding.ts'
import { dropPrefix, isUnquotedExpansion, literalPrefix, type Word } from '../shell-word.ts'

/** One value that a server was given. */
export interface Setting {
  /** A word for an option with a value; `true` or `false` for a switch; text where only a file of another syntax says it. */
  readonly value: Word | string | boolean
  readonly at: Place
  readonly from: 'command line' | 'GUNICORN_CMD_ARGS' | 'environment' | 'file'
}

export interface Option {
  /** Canonical name, with underscores. */
  readonly name: string
  readonly flags: readonly string[]
  readonly value: 'none' | 'one' | 'optional'
  /** What a switch means; `false` for `--no-reload`. */
  readonly means?: boolean
}

export interface OptionTable {
  readonly options: readonly Option[]
  /** Python's argparse and getopt take unambiguous beginnings of long options; click and uWSGI do not. */
  readonly abbreviations: boolean
  /** Options may stand behind the first positional word; getopt and subcommands stop there. */
  readonly interspersed: boolean
}

export interface ParsedOptions {
  readonly settings: Map<string, Setting[]>
  readonly positionals: readonly Word[]
  /** Options that the table does not know, and words that may become anything, such as an unquoted `$OPTS`. */
  readonly unknown: readonly Word[]
}

/**
 * Makes a table of a compact text: one option a line, `flags… [=value | =?optional | !switch-off] > name`;
 * without `> name` the first long flag names it.
 */
export function optionTable(
  text: string,
  style: { readonly abbreviations: boolean; readonly interspersed?: boolean },
): OptionTable {
  const options: Option[] = []
  for (const line of text.trim().split('\n')) {
    const [left = '', given] = line.split('>')
    const words = left.trim().split(/\s+/)
    const flags = words.filter((word) => word.startsWith('-'))
    const long = flags.find((flag) => flag.startsWith('--')) ?? flags[0] ?? ''
    const name = given?.trim() ?? long.replace(/^-+/, '').replaceAll('-', '_')
    const value = words.includes('=') ? 'one' : words.includes('=?') ? 'optional' : 'none'
    options.push({ name, flags, value, means: !words.includes('!') })
  }
  return { options, abbreviations: style.abbreviations, interspersed: style.interspersed ?? true }
}

/** Reads `words`, which stand in the file `path`. Never throws: what the program itself would refuse is left out or `unknown`. */
export function parseOptions(
  words: readonly Word[],
  table: OptionTable,
  path: string,
  from: Setting['from'],
  place?: Place,
): ParsedOptions {
  const settings = new Map<string, Setting[]>()
  const positionals: Word[] = []
  const unknown: Word[] = []
  const spot = (word: Word): Place => place ?? { path, start: word.start, end: word.end }
  const set = (option: Option, value: Word | boolean, at: Place): void => {
    const list = settings.get(option.name)
    if (list === undefined) settings.set(option.name, [{ value, at, from }])
    else list.push({ value, at, from })
  }
  let options = true
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (word === undefined) break
    const text = literalPrefix(word)
    if (!options || !text.startsWith('-') || text === '-') {
      if (isUnquotedExpansion(word)) unknown.push(word)
      else positionals.push(word)
      if (!table.interspersed) {
        positionals.push(...words.slice(i + 1))
        break
      }
      continue
    }
    if (text === '--') {
      options = false
      continue
    }
    const next = words[i + 1]
    // a lone `-` is a value (standard output); another dash is the next option
    const following =
      next !== undefined && (!/^-./.test(literalPrefix(next)) || /^-\d/.test(literalPrefix(next))) ? next : undefined
    const whole = { path, start: word.start, end: following?.end ?? word.end }
    if (text.startsWith('--')) {
      const equals = text.indexOf('=')
      const flag = equals < 0 ? text : text.slice(0, equals)
      const option = findLong(flag, table)
      if (option === undefined) unknown.push(word)
      else if (equals >= 0)
        set(option, option.value === 'none' ? (option.means ?? true) : dropPrefix(word, equals + 1), spot(word))
      else if (option.value === 'none') set(option, option.means ?? true, spot(word))
      else if (following !== undefined) {
        set(option, following, place ?? whole)
        i++
      } else if (option.value === 'optional') set(option, true, spot(word))
      else unknown.push(word)
      continue
    }
    i += shortOptions(word, text, following, whole)
  }
  return { settings, positionals, unknown }

  /** `-w4`, `-w 4`, `-Rw4`: gives how many following words were taken. */
  function shortOptions(word: Word, text: string, following: Word | undefined, whole: Place): number {
    for (let at = 1; at < text.length; at++) {
      const option =
        (at === 1 ? table.options.find((each) => each.flags.includes(text)) : undefined) ??
        table.options.find((each) => each.flags.includes(`-${text.charAt(at)}`))
      if (option === undefined) {
        unknown.push(word)
        return 0
      }
      if (option.value === 'none') {
        set(option, option.means ?? true, spot(word))
        if (option.flags.includes(text)) return 0
        continue
      }
      const rest = option.flags.includes(text) ? dropPrefix(word, text.length) : dropPrefix(word, at + 1)
      if (rest.parts.length > 0) {
        set(option, literalPrefix(rest).startsWith('=') && table.abbreviations ? dropPrefix(rest, 1) : rest, spot(word))
        return 0
      }
      if (following === undefined) {
        unknown.push(word)
        return 0
      }
      set(option, following, place ?? whole)
      return 1
    }
    return 0
  }
}

function findLong(flag: string, table: OptionTable): Option | undefined {
  const exact = table.options.find((option) => option.flags.includes(flag))
  if (exact !== undefined || !table.abbreviations) return exact
  const found = table.options.flatMap((option) =>
    option.flags.filter((each) => each.startsWith(flag)).map(() => option),
  )
  return found.length === 1 ? found[0] : undefined
}

/** Adds what an environment variable sets where the command line does not; weaker, so it stands first. */
export function addFromEnvironment(
  settings: Map<string, Setting[]>,
  environment: ReadonlyMap<string, Word & { readonly path: string }>,
  names: Readonly<Record<string, string>>,
): void {
  for (const [variable, name] of Object.entries(names)) {
    const value = environment.get(variable)
    if (value === undefined) continue
    const setting: Setting = {
      value,
      at: { path: value.path, start: value.start, end: value.end },
      from: 'environment',
    }
    settings.set(name, [setting, ...(settings.get(name) ?? [])])
  }
}
