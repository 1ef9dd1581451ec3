import { parseArgs } from 'node:util'
import { didYouMean } from '../engine/select.ts'

/** Wrong use: one line for the person who typed it, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** One option of a command; the help is made of this table, too. */
export interface Option {
  readonly type: 'boolean' | 'string'
  /** What the value stands for in the help: `FILE`, or the words to choose from. */
  readonly value?: string | readonly string[]
  readonly short?: string
  /** May be given several times, and each time with several names between commas. */
  readonly list?: boolean
  readonly help: string
}
export type Options = Readonly<Record<string, Option>>

/** What was typed, checked against the table. */
export interface Arguments {
  readonly positionals: readonly string[]
  readonly flag: (name: string) => boolean
  readonly text: (name: string) => string | undefined
  readonly list: (name: string) => readonly string[]
  /** Each value of an option that may be given several times, as it was typed. */
  readonly all: (name: string) => readonly string[]
  /** The value of an option that has words to choose from. */
  readonly choice: <const T extends string>(name: string, words: readonly T[]) => T | undefined
}

/**
 * Reads the arguments of one command.
 *
 * @throws UsageError for an option that is not in the table, without its value or with a wrong one, and for too many operands.
 */
export function readArguments(command: string, argv: readonly string[], options: Options, operands: number): Arguments {
  const flags = new Set<string>()
  const texts = new Map<string, string[]>()
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type, short }]) => [
        name,
        { type, ...(short === undefined ? {} : { short }) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option === undefined) throw unknownOption(command, token.rawName, options)
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw new UsageError(`the option --${token.name} takes no value`)
      flags.add(token.name)
      continue
    }
    // `--select --fix` names no rule: an option is never the value of another unless it is written with `=`
    if (token.value === undefined || token.value === '' || (!token.inlineValue && /^--?[a-z]/i.test(token.value))) {
      throw new UsageError(`the option --${token.name} needs a value${wordsOf(option)}`)
    }
    if (typeof option.value === 'object' && !option.value.includes(token.value)) {
      const hint = didYouMean(token.value, option.value)
      throw new UsageError(`"${token.value}" is no value for --${token.name}${wordsOf(option)}${hint}`)
    }
    const earlier = texts.get(token.name) ?? []
    texts.set(token.name, [...earlier, token.value])
  }
  if (positionals.length > operands) {
    throw new UsageError(
      `${command} takes ${operands === 0 ? 'no operand' : 'one operand'}; "${positionals[operands]}" is too many`,
    )
  }
  const text = (name: string): string | undefined => texts.get(name)?.at(-1)
  return {
    positionals,
    flag: (name) => flags.has(name),
    text,
    all: (name) => texts.get(name) ?? [],
    list: (name) =>
      (texts.get(name) ?? []).flatMap((value) =>
        value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      ),
    choice: (name, words) => words.find((word) => word === text(name)),
  }
}

const wordsOf = (option: Option): string => {
  if (typeof option.value === 'object') return `: ${option.value.join(', ')}`
  return option.value === undefined ? '' : `: ${option.value}`
}

function unknownOption(command: string, rawName: string, options: Options): UsageError {
  const hint = didYouMean(
    rawName,
    Object.keys(options).map((name) => `--${name}`),
  )
  return new UsageError(`${command} has no option ${rawName}${hint || `; see flask-dyno ${command} --help`}`)
}
