import { type Answers, QUESTIONS } from '../app/options.ts'
import type { CommandLine } from './command.ts'
import type { Part } from './part.ts'
import { CHANGE_FLAGS } from './project-generator.ts'
import type { Question } from './questions.ts'

/** The answers by which a part is asked for. */
export type Wants = Partial<Pick<Answers, 'database' | 'jobs' | 'uploads' | 'container' | 'reviewApps' | 'ci' | 'hook'>>

/** A generator of one part: what it takes, and what it brings. */
export interface PartCommand extends CommandLine {
  /** Its folder; `yo flask-dyno:<name>`. */
  readonly name: string
  /** What stands in the place of "no" in the answers of a project that has no such part yet. */
  readonly wants: Wants
  /** What it is made of; none for what every project has under app/templates/. */
  readonly part: Part | undefined
  /** Files that are its own and under app/templates/. */
  readonly files: readonly string[]
  /** What is left for a person to do once, as commands. */
  readonly afterwards: readonly string[]
  /** Modules of it that are examples, which a project that is not ours does without. */
  readonly examples: readonly string[]
  /** Distributions that show that a project which is not ours has something of the kind. */
  readonly has: readonly string[]
}

interface Definition {
  readonly name: string
  readonly summary: string
  readonly wants: Wants
  /** The keys of further questions. */
  readonly asks?: readonly (typeof QUESTIONS)[number]['key'][]
  readonly part?: Part
  readonly files?: readonly string[]
  readonly afterwards?: readonly string[]
  readonly examples?: readonly string[]
  readonly has?: readonly string[]
}

/** The generator of a part, with its questions taken out of the table of all. */
export function partCommand(definition: Definition): PartCommand {
  const { name, summary, wants, asks = [], part, files = [], afterwards = [], examples = [], has = [] } = definition
  const keys: readonly string[] = [...Object.keys(wants), ...asks]
  return {
    name,
    summary,
    directory: 'folder of the project (this one)',
    questions: QUESTIONS.flatMap((question) => (keys.includes(question.key) ? asked(question, wants) : [])),
    flags: [
      { flag: 'defaults', description: 'ask nothing; what no flag says stays, or takes its default' },
      ...CHANGE_FLAGS,
    ],
    wants,
    part,
    files,
    afterwards,
    examples,
    has,
  }
}

/** Whoever calls the generator of a part wants it: the answer "no" is none, and what is left of yes or no is no question. */
function asked(question: Question, wants: Wants): Question[] {
  const wanted: unknown = { ...wants }[question.key as keyof Wants]
  if (wanted === undefined) return [question]
  if (question.kind === 'yes-no' || typeof wanted !== 'string') return []
  const choices = question.choices.filter(({ value }) => value !== 'none')
  return choices.length > 1 ? [{ ...question, choices, default: wanted }] : []
}
