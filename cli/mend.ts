import type { Finding } from '../engine/finding.ts'
import { applyFixes, type FileChange, type Refusal } from '../engine/fix.ts'
import { WriteRefused, writeChanges } from '../engine/fix-write.ts'
import { unifiedDiff } from '../engine/report/diff.ts'
import { paint } from '../engine/report/paint.ts'
import { harmless, oneLine } from '../engine/report/report.ts'
import type { LintResult } from '../engine/run.ts'
import type { Tree } from '../engine/tree.ts'
import { isMendedFirst } from '../rules/first-mended.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { complain, print, wantsColor } from './output.ts'

/** `status` is given when the process is to end here. */
export interface Mending {
  readonly status?: number
}

/**
 * `--diff` and `--fix`: the fixes are applied in memory and the result is linted, before a diff is shown or anything is written.
 *
 * @param lint with every rule, whatever was selected: a fix may bring up no fault of which nobody asked, either.
 * @param isWanted whether a finding is one of those that were asked for.
 */
export async function mend(
  given: Arguments,
  tree: Tree,
  first: readonly Finding[],
  lint: (tree: Tree) => Promise<LintResult>,
  isWanted: (finding: Finding) => boolean,
): Promise<Mending> {
  let faults = 0
  const findings = async (at: Tree): Promise<readonly Finding[]> => {
    const result = await lint(at)
    faults += result.faults.length
    return result.findings
  }
  const unsafe = given.flag('unsafe-fixes')
  const { applied, refused, changes } = await applyFixes(tree, findings, { unsafe, isWanted, isFirst: isMendedFirst })
  if (faults > 0) return {} // the report that follows says so; a linter that fails has no business writing
  if (!given.flag('quiet')) for (const refusal of refused) complain(refusalLine(refusal))
  if (given.flag('diff')) {
    if (changes.length === 0 && !given.flag('quiet')) complain(nothing(given, first))
    return { status: print(await shownDiff(given, changes), changes.length > 0 ? 1 : 0) }
  }
  if (changes.length === 0) return {}
  try {
    writeChanges(tree.root, changes)
  } catch (error) {
    throw error instanceof WriteRefused ? new UsageError(error.message) : error
  }
  if (!given.flag('quiet')) {
    for (const { path, line, rule, fix } of applied) {
      complain(`mended ${oneLine(path)}:${line} ${rule}: ${oneLine(fix?.description ?? '')}`)
      if (fix?.leftToDo !== undefined) complain(`  what is left to do: ${oneLine(fix.leftToDo)}`)
    }
  }
  return {}
}

const refusalLine = ({ finding: { path, line, rule, fix }, reason }: Refusal): string =>
  `not mended ${oneLine(path)}:${line} ${rule}: to ${oneLine(fix?.description ?? '')} is refused, since ${oneLine(reason)}`

function nothing(given: Arguments, findings: readonly Finding[]): string {
  const unsafe = findings.filter((finding) => finding.fix?.safety === 'unsafe').length
  if (unsafe === 0 || given.flag('unsafe-fixes')) return 'nothing can be mended here'
  return `nothing can be mended safely; --unsafe-fixes would mend ${unsafe}`
}

/** Into a pipe the diff is exact, so that `git apply` takes it; on a terminal it is made harmless. */
async function shownDiff(given: Arguments, changes: readonly FileChange[]): Promise<string> {
  const color = wantsColor(given)
  if (!color && process.stdout.isTTY !== true) return unifiedDiff(changes)
  const diff = unifiedDiff(changes, { readable: true })
  const { good, error, frame, strong } = await paint(color)
  return diff
    .split('\n')
    .map((raw) => {
      const line = harmless(raw.replace(/\r$/, ''))
      if (/^(diff|---|\+\+\+|rename|similarity|old mode|new mode|new file|deleted file)/.test(line)) return strong(line)
      if (line.startsWith('@@')) return frame(line)
      if (line.startsWith('+')) return good(line)
      return line.startsWith('-') ? error(line) : line
    })
    .join('\n')
}
