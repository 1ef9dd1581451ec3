import { Refusal } from './refusal.ts'

/**
 * A generator's questions as data: one entry is the prompt, the flag, the check of its value and its line in the help.
 *
 * Yeoman checks what is typed at a prompt and takes a flag as it comes, so that everything goes through `answer` here.
 */
interface Asked {
  /** The answer's key, in camelCase; the flag is the same in kebab-case. */
  readonly key: string
  /** The question, at a prompt. */
  readonly message: string
  /** For `--help`. */
  readonly description: string
  /** False when the answers before it leave nothing to ask; the answer is then the default, or no. */
  readonly when?: (answers: Readonly<Record<string, unknown>>) => boolean
  /** Asked of those alone who want more than the first few questions. */
  readonly more?: boolean
}

export interface Choice extends Asked {
  readonly kind: 'choice'
  readonly choices: readonly { readonly value: string; readonly label: string }[]
  readonly default: string
}

export interface YesNo extends Asked {
  readonly kind: 'yes-no'
  readonly default: boolean
  /** The answer where nobody is asked, when it is not the default. */
  readonly unasked?: boolean
  /** Why `--flag` is refused where `when` says no. */
  readonly conflict?: string
}

export type Question = Choice | YesNo

/** `packageManager` -> `package-manager`. */
export const flagOf = (question: Pick<Question, 'key'>): string =>
  question.key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The value of a flag as the runner gave it (`yo` gives both spellings of its name), or undefined. */
export function given(options: Readonly<Record<string, unknown>>, key: string): unknown {
  return options[key] ?? options[flagOf({ key })]
}

/**
 * A flag's value as a Boolean, or undefined when the flag was not given.
 *
 * `yo` does not know which flags take a value and reads `--defaults my-app` as the text "my-app"; taken as a plain
 * yes, the name would be lost and the project made under another.
 */
export function booleanFlag(options: Readonly<Record<string, unknown>>, key: string): boolean | undefined {
  const value = given(options, key)
  if (value === undefined || typeof value === 'boolean') return value
  if (value === 'true' || value === 'false') return value === 'true'
  throw new Refusal(`--${flagOf({ key })} takes no value; write "${String(value)}" before it`)
}

/** The value that the flags give to a question, checked; undefined when they leave it open. */
export function fromFlags(
  question: Question,
  options: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
): string | boolean | undefined {
  const open = question.when?.(before) ?? true
  if (question.kind === 'yes-no') {
    const value = booleanFlag(options, question.key)
    if (value === true && !open) throw new Refusal(`--${flagOf(question)} ${question.conflict ?? 'does not fit'}`)
    return open ? value : false
  }
  const value = given(options, question.key)
  if (value === undefined) return open ? undefined : question.default
  const known = question.choices.map((choice) => choice.value)
  if (typeof value === 'string' && known.includes(value)) return value
  throw new Refusal(`--${flagOf(question)} must be ${known.join(' or ')}, not ${JSON.stringify(value)}`)
}

/** The answer where nobody is asked. */
export function unasked(question: Question): string | boolean {
  return question.kind === 'yes-no' ? (question.unasked ?? question.default) : question.default
}
