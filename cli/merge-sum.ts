import { LEVELS, type Level } from '../engine/finding.ts'
import type { Failure } from './each-line.ts'

type Counts = Readonly<Record<Level, number>>

/** What is kept of a repository's line: little, since there are many of them. */
export interface RepositorySum {
  readonly repository: string
  readonly status: number
  /** Findings by rule and level. */
  readonly rules: ReadonlyMap<string, Counts>
  /** False for a folder without a Flask app; undefined for one that could not be linted. */
  readonly project: boolean | undefined
  readonly failure: Failure | null
}

/** Something in the shards that is no line of a repository. */
export interface BrokenLine {
  readonly file: string
  readonly line: number
  readonly message: string
}

export interface RuleTotal extends Counts {
  readonly rule: string
  readonly repositories: number
}

export interface RepositoryTotal extends Counts {
  readonly repository: string
}

/** The sum of many repositories; the same in whichever order they came. */
export interface Merged {
  readonly repositories: {
    readonly total: number
    readonly clean: number
    readonly withFindings: number
    /** Without a Flask app and without findings. */
    readonly withoutApp: number
    /** Could not be linted, or not by every rule. */
    readonly failed: number
    /** Expected, and in no shard. */
    readonly absent: number
  }
  readonly findings: Counts
  /** Those that concern most repositories first. */
  readonly rules: readonly RuleTotal[]
  /** Those with most errors first, then by warnings and infos. */
  readonly worst: readonly RepositoryTotal[]
  readonly failures: readonly ({ readonly repository: string } & Failure)[]
  readonly absent: readonly string[]
  readonly broken: readonly BrokenLine[]
  /** Repositories with several lines, of which the last one counts. */
  readonly repeated: readonly string[]
}

export const NONE: Counts = { error: 0, warning: 0, info: 0 }

export const plus = (a: Counts, b: Counts): Counts => ({
  error: a.error + b.error,
  warning: a.warning + b.warning,
  info: a.info + b.info,
})

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const totalOf = (sum: RepositorySum): Counts => [...sum.rules.values()].reduce(plus, NONE)

const size = ({ error, warning, info }: Counts): number => error + warning + info

export function merged(
  sums: readonly RepositorySum[],
  more: Pick<Merged, 'absent' | 'broken' | 'repeated'>,
  top: number,
): Merged {
  const rules = new Map<string, RuleTotal>()
  for (const sum of sums) {
    for (const [rule, counts] of sum.rules) {
      const before = rules.get(rule)
      rules.set(rule, { rule, ...plus(before ?? NONE, counts), repositories: (before?.repositories ?? 0) + 1 })
    }
  }
  const totals = sums.map((sum) => ({ repository: sum.repository, ...totalOf(sum) }))
  const found = totals.filter((total) => size(total) > 0)
  const quiet = sums.filter((sum) => sum.failure === null && sum.rules.size === 0)
  const failures = sums.flatMap(({ repository, failure }) => (failure === null ? [] : { repository, ...failure }))
  return {
    repositories: {
      total: sums.length,
      clean: quiet.filter(({ project }) => project === true).length,
      withFindings: found.length,
      withoutApp: quiet.filter(({ project }) => project !== true).length,
      failed: failures.length,
      absent: more.absent.length,
    },
    findings: totals.reduce<Counts>(plus, NONE),
    rules: [...rules.values()].sort((a, b) => b.repositories - a.repositories || byCodeUnit(a.rule, b.rule)),
    worst: found.sort(worseFirst).slice(0, top),
    failures: failures.sort((a, b) => byCodeUnit(a.repository, b.repository)),
    absent: [...more.absent].sort(byCodeUnit),
    broken: more.broken,
    repeated: [...more.repeated].sort(byCodeUnit),
  }
}

function worseFirst(a: RepositoryTotal, b: RepositoryTotal): number {
  for (const level of LEVELS) if (a[level] !== b[level]) return b[level] - a[level]
  return byCodeUnit(a.repository, b.repository)
}
