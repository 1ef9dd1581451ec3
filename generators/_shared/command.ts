import type { Question } from './questions.ts'

/** A flag of the run itself, which no question asks. */
export interface RunFlag {
  readonly flag: string
  readonly description: string
  /** What it takes, as the help shows it: `FOLDER`. Left out, it takes nothing. */
  readonly value?: string
}

/** What a generator takes: one table for `yo`, for the package's own program, and for the help of both. */
export interface CommandLine {
  /** One line, for the list of commands. */
  readonly summary: string
  /** What the one argument, a folder, means. */
  readonly directory: string
  readonly questions: readonly Question[]
  readonly flags: readonly RunFlag[]
}
