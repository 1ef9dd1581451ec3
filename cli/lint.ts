import { isAbsolute, relative, sep } from 'node:path'
import { type Finding, LEVELS } from '../engine/finding.ts'
import { earlyListing } from '../engine/git-process.ts'
import type { Fault, LintOptions, LintResult } from '../engine/run.ts'
import { EVERYTHING, isSelected, isShown, type Selection } from '../engine/select.ts'
import type { Tree } from '../engine/tree.ts'
import { rules } from '../rules/registry.ts'
import { type Also, alsoOf, writeAlso } from './also.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { LINT_FORMATS } from './commands.ts'
import { configOf } from './config-file.ts'
import { formatted } from './formats.ts'
import { look, type Outcome, type Settings, settingsOf } from './look.ts'
import { complain, print } from './output.ts'
import { treeOf } from './project.ts'
import { writeReport } from './report-file.ts'
import { faultMessage, reportOf, statusOf } from './verdict.ts'

/** `flask-dyno lint`. */
export async function lint(given: Arguments): Promise<number> {
  if (given.text('each') !== undefined) return (await import('./each.ts')).each(given)
  refuseWhatConcernsMany(given)
  const clock = stopwatch(given.flag('timing'))
  refuseContradictions(given)
  const further = alsoOf(given)
  await earlyListing()
  let tree = treeOf(given)
  clock.lap('listing the files')
  const config = await configOf(given, tree)
  const dir = tree.root
  if (config.root !== undefined) tree = treeOf(given, config.root)
  const read = settingsOf(given, config)
  const { options, generation } = read
  const settings: Settings = {
    ...read,
    options: clock.timing === undefined ? options : { ...options, timing: clock.timing },
  }
  let outcome = await look(tree, settings)
  clock.lap('facts and rules')
  if (given.flag('fix') || given.flag('diff')) {
    const { mend } = await import('./mend.ts')
    const everything: LintOptions = { ...options, selection: { ...EVERYTHING, levels: config.rules } }
    const lintAll = async (at: Tree): Promise<LintResult> =>
      (await look(at, { options: everything, generation })).result
    const mended = await mend(given, tree, outcome.result.findings, lintAll, wantedBy(options.selection))
    if (mended.status !== undefined) return mended.status
    outcome = await look(treeOf(given, config.root), settings)
  }
  if (given.text('since') !== undefined) {
    const { onlyWorse } = await import('./since.ts')
    outcome = await onlyWorse(given, { dir, folder: config.root ?? '' }, outcome, settings)
    clock.lap('the commit before')
  }
  if (
    BASELINE_OPTIONS.some((name) => given.flag(name) || given.text(name) !== undefined) ||
    config.baseline !== undefined
  ) {
    const { withBaseline } = await import('./baseline.ts')
    outcome = withBaseline(given, config, outcome)
  }
  return report(given, outcome, further, clock)
}

const BASELINE_OPTIONS = ['baseline', 'write-baseline', 'prune-baseline']

/** Is a finding one of those that this selection would have shown? */
function wantedBy(selection: Selection = EVERYTHING): (finding: Finding) => boolean {
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  return ({ rule: id, level }) => {
    const rule = byId.get(id)
    return rule !== undefined && isSelected(rule, selection) && isShown(rule, level, selection)
  }
}

async function report(given: Arguments, outcome: Outcome, further: readonly Also[], clock: Stopwatch): Promise<number> {
  const { tree, result } = outcome
  const whole = reportOf(outcome, prefixOf(tree), performance.now())
  const shown = given.flag('quiet') ? { ...whole, notes: [] } : whole
  const status = statusOf(result, given.choice('fail-on', LEVELS) ?? 'error')
  const file = given.text('output')
  const options = { given, isFile: file !== undefined, isFurther: false }
  const text = await formatted(shown, given.choice('format', LINT_FORMATS) ?? 'text', options, outcome.facts)
  await writeAlso(further, shown, given, outcome.facts)
  clock.lap('report')
  if (file === undefined) print(text, status)
  else writeReport(file, text)
  complainOfFaults(result.faults, given.flag('verbose'))
  return status
}

/** The folder of the tree as somebody at the top of the repository (here) names it; '' when the tree is not below here. */
function prefixOf(tree: Tree): string {
  const path = relative(process.cwd(), tree.root)
  return path === '' || path.startsWith('..') || isAbsolute(path) ? '' : `${path.split(sep).join('/')}/`
}

function complainOfFaults(faults: readonly Fault[], verbose: boolean): void {
  for (const fault of faults) {
    complain(
      `${faultMessage(fault)}; please report it at https://github.com/flask-dyno/flask-dyno/issues (--verbose shows more)`,
    )
    if (verbose && fault.error instanceof Error) complain(fault.error.stack ?? '')
  }
}

function refuseWhatConcernsMany(given: Arguments): void {
  const option = ['null', 'ordered', 'jobs', 'time-limit', 'memory-limit'].find(
    (name) => given.flag(name) || given.text(name) !== undefined,
  )
  if (option !== undefined) throw new UsageError(`--${option} is for a list of projects: name one with --each`)
}

function refuseContradictions(given: Arguments): void {
  const changes = given.flag('fix') ? '--fix' : given.flag('diff') ? '--diff' : undefined
  if (given.flag('fix') && given.flag('diff'))
    throw new UsageError('--fix writes and --diff does not: name one of them')
  if (given.flag('fix') && given.text('rev') !== undefined) {
    throw new UsageError('--fix changes the working tree, and --rev looks at a commit: name one of them')
  }
  if (given.flag('unsafe-fixes') && changes === undefined) {
    throw new UsageError('--unsafe-fixes says which fixes --fix or --diff may use: name one of these, too')
  }
  if (given.flag('diff') && given.all('also').length > 0) {
    throw new UsageError('--diff shows changes and no report, and --also writes one: name one of them')
  }
  if (given.text('since') !== undefined && changes !== undefined) {
    throw new UsageError(`--since reports and ${changes} mends: name one of them`)
  }
  const rewriting = given.flag('write-baseline')
    ? '--write-baseline'
    : given.flag('prune-baseline')
      ? '--prune-baseline'
      : undefined
  if (given.flag('write-baseline') && given.flag('prune-baseline')) {
    throw new UsageError('--write-baseline makes a baseline anew and --prune-baseline thins one out: name one of them')
  }
  if (rewriting !== undefined && given.text('since') !== undefined) {
    throw new UsageError(`${rewriting} needs to see every finding, and --since leaves some out: name one of them`)
  }
  if (rewriting !== undefined && given.list('select').length + given.list('ignore').length > 0) {
    throw new UsageError(`${rewriting} needs to see every finding: leave --select and --ignore out`)
  }
  if (given.flag('no-config') && given.text('config') !== undefined) {
    throw new UsageError('--config and --no-config contradict each other')
  }
}

interface Stopwatch {
  readonly lap: (what: string) => void
  readonly timing?: (rule: string, milliseconds: number) => void
}

function stopwatch(wanted: boolean): Stopwatch {
  if (!wanted) return { lap: () => {} }
  let last = 0 // the start of the process
  const line = (what: string, milliseconds: number): void => {
    process.stderr.write(`${milliseconds.toFixed(1).padStart(9)} ms  ${what}\n`)
  }
  return {
    lap: (what) => {
      const now = performance.now()
      line(what, now - last)
      last = now
    },
    timing: (rule, milliseconds) => line(`  rule ${rule}`, milliseconds),
  }
}
