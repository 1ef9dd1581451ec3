import { TreeError } from '../engine/git-process.ts'
import { UsageError } from './arguments.ts'
import manifest from './package.json' with { type: 'json' }

/** Why a repository could not be linted, or not by every rule. */
export const FAILURE_KINDS = ['missing', 'unreadable', 'config', 'time', 'memory', 'crash', 'fault'] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]

export interface Failure {
  readonly kind: FailureKind
  readonly message: string
}

/** 0 to 3 as for a single lint; a repository that could not be read is 2, one at which the tool failed is 3. */
export type EachStatus = 0 | 1 | 2 | 3

/** One line of what `lint --each` writes, with what those who only count need to know of it. */
export interface Answer {
  readonly repository: string
  /** Without its line end. */
  readonly line: string
  readonly status: EachStatus
  readonly failure: Failure | null
  /** Of any level, also below the one that makes the status 1. */
  readonly hasFindings: boolean
}

/** What every line begins with. */
export const lineHead = (repository: string, status: EachStatus): object => ({
  version: 1,
  tool: { name: 'flask-dyno', version: manifest.version },
  repository,
  status,
})

/** The line of a repository without a report. */
export function failureAnswer(repository: string, failure: Failure): Answer {
  const status = ['missing', 'unreadable', 'config'].includes(failure.kind) ? 2 : 3
  const line = JSON.stringify({ ...lineHead(repository, status), error: failure })
  return { repository, line, status, failure, hasFindings: false }
}

/** What an error that ended a lint says about the repository. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof UsageError) return { kind: 'config', message }
  if (!(error instanceof TreeError)) return { kind: 'fault', message: `a fault in flask-dyno itself: ${message}` }
  return { kind: /^(?:no such directory|not a directory)/.test(message) ? 'missing' : 'unreadable', message }
}
