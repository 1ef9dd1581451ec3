import type { Finding } from '../engine/finding.ts'
import { applyFixes, type FileChange } from '../engine/fix.ts'
import { WriteRefused, writeChanges } from '../engine/fix-write.ts'
import { unifiedDiff } from '../engine/report/diff.ts'
import { paint } from '../engine/report/paint.ts'
import { harmless, oneLine } from '../engine/report/report.ts'
import type { LintResult } from '../engine/run.ts'
import type { Tree } from '../engine/tree.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { complain, print, wantsColor } from './output.ts'

/** `status` is given when the process is to end here. */
export interface Mending {
  readonly status?: number
}

/** `--diff` and `--fix`: the fixes are applied in memory and the result is linted, before a diff is shown or anything is written. */
export async function mend(
  given: Arguments,
  tree: Tree,
  first: LintResult,
  lint: (tree: Tree) => Promise<LintResult>,
): Promise<Mending> {
  let faults = first.faults.length
  const findings = async (at: Tree): Promise<readonly Finding[]> => {
    if (at === tree) return first.findings
    const result = await lint(at)
    faults += result.faults.length
    return result.findings
  }
  const { applied, changes } = await applyFixes(tree, findings, given.flag('unsafe-fixes'))
  if (faults > 0) return {} // the report that follows says so; a linter that fails has no business writing
  if (given.flag('diff')) {
    if (changes.length === 0 && !given.flag('quiet')) complain(nothing(given, first.findings))
    return { status: print(await shownDiff(given, changes), changes.length > 0 ? 1 : 0) }
  }
  if (changes.length === 0) return {}
  try {
    writeChanges(tree.root, changes)
  } catch (error) {
    throw error instanceof WriteRefused ? new UsageError(error.message) : error
  }
  if (!given.flag('quiet')) {
    for (const { path, line, rule, fix } of applied)
      complain(`mended ${oneLine(path)}:${line} ${rule}: ${oneLine(fix?.description ?? '')}`)
  }
  return {}
}

function nothing(given: Arguments, findings: readonly Finding[]): string {
  const unsafe = findings.filter((finding) => finding.fix?.safety === 'unsafe').length
  if (unsafe === 0 || given.flag('unsafe-fixes')) return 'nothing can be mended here'
  return `nothing can be mended safely; --unsafe-fixes would mend ${unsafe}`
}

/** Into a pipe the diff is exact, so that `git apply` takes it; on a terminal it is made harmless. */
async function shownDiff(given: Arguments, changes: readonly FileChange[]): Promise<string> {
  const diff = unifiedDiff(changes)
  const color = wantsColor(given)
  if (!color && process.stdout.isTTY !== true) return diff
  const { good, error, frame, strong } = await paint(color)
  return diff
    .split('\n')
    .map((raw) => {
      const line = harmless(raw.replace(/\r$/, ''))
      if (/^(diff|---|\+\+\+|rename|similarity|new file|deleted file)/.test(line)) return strong(line)
      if (line.startsWith('@@')) return frame(line)
      if (line.startsWith('+')) return good(line)
      return line.startsWith('-') ? error(line) : line
    })
    .join('\n')
}
