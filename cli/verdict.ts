import type { Level } from '../engine/finding.ts'
import { countLevels, type Report } from '../engine/report/report.ts'
import type { Fault, LintResult } from '../engine/run.ts'
import { isAtLeast } from '../engine/select.ts'
import { calledAs } from './called-as.ts'
import type { Outcome } from './look.ts'
import manifest from './package.json' with { type: 'json' }

/** What a lint comes to, for the formats. `milliseconds` is how long it took. */
export function reportOf(outcome: Outcome, prefix: string, milliseconds: number): Report {
  const { tree, facts, result, notes } = outcome
  return {
    version: manifest.version,
    program: calledAs(),
    tree,
    prefix,
    isProject: facts.plan !== undefined,
    findings: result.findings,
    hidden: result.hidden,
    notes,
    summary: { ...countLevels(result.findings), files: tree.paths.length, milliseconds: Math.round(milliseconds) },
  }
}

/** The exit status of a lint: 3 where a rule failed, 1 for a finding at or above `floor`, else 0. */
export function statusOf({ findings, faults }: LintResult, floor: Level): 0 | 1 | 3 {
  if (faults.length > 0) return 3
  return findings.some((finding) => isAtLeast(finding.level, floor)) ? 1 : 0
}

/** One line for a person about a rule that failed. */
export function faultMessage({ rule, error }: Fault): string {
  const message = error instanceof Error ? error.message : String(error)
  return `the rule ${rule} failed, which is a fault in flask-dyno and not in your project: ${message}`
}
