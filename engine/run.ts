import type { Facts } from './facts/facts.ts'
import type { Finding, FindingDraft, Level, Place } from './finding.ts'
import { LineIndex, type Position } from './positions.ts'
import type { Rule } from './rule.ts'
import { EVERYTHING, isSelected, isShown, type Selection } from './select.ts'
import { SUPPRESSION_FAULTS, Suppressions } from './suppress.ts'
import type { Tree } from './tree.ts'

export interface LintOptions {
  /** Left out: every rule, every level. */
  readonly selection?: Selection
  /** False: comments that suppress a finding count for nothing. */
  readonly suppressions?: boolean
  /** What the config's `exclude` and `ignore` say of a finding. */
  readonly isIgnored?: (finding: Finding) => boolean
  /** Called with each rule that ran and the milliseconds it took. */
  readonly timing?: (rule: string, milliseconds: number) => void
}

/** Findings that exist and are not shown, by reason. */
export interface Hidden {
  readonly suppressed: number
  readonly baseline: number
  readonly belowPreset: number
  /** With `--since`: those that were there before. */
  readonly before?: number
}

/** A rule that failed: a fault in the tool, never in the project. */
export interface Fault {
  readonly rule: string
  readonly error: unknown
}

export interface LintResult {
  /** Sorted by path, line, column, rule. */
  readonly findings: readonly Finding[]
  readonly hidden: Hidden
  readonly faults: readonly Fault[]
  /** Identifiers of the rules that ran. */
  readonly ran: ReadonlySet<string>
}

const AUDITED: ReadonlySet<string> = new Set(SUPPRESSION_FAULTS)
const PAGES = 'https://github.com/flask-dyno/flask-dyno/blob/main/docs/rules'

/** The page of a rule. */
export const ruleUrl = (id: string): string => `${PAGES}/${id}.md`

/** Runs the rules over the facts. Never throws for a rule's sake: a rule that fails is a `Fault`, and the others go on. */
export function lintProject(facts: Facts, rules: readonly Rule[], options: LintOptions = {}): LintResult {
  const selection = options.selection ?? EVERYTHING
  const suppressions = options.suppressions === false ? undefined : new Suppressions(facts.tree)
  const finish = finisher(facts.tree)
  const faults: Fault[] = []
  const all: Found[] = []
  const ran = new Set<string>()
  for (const rule of rules) {
    if (!isSelected(rule, selection)) continue
    const start = options.timing === undefined ? 0 : performance.now()
    try {
      const level = selection.levels[rule.id]
      for (const draft of rule.check(facts)) all.push({ rule, finding: finish(rule, draft, level) })
    } catch (error) {
      faults.push({ rule: rule.id, error })
    }
    ran.add(rule.id)
    options.timing?.(rule.id, performance.now() - start)
  }
  // Where only the comments are to be judged, nobody has read the files of production yet.
  if (suppressions !== undefined && rules.some((rule) => AUDITED.has(rule.id) && isSelected(rule, selection))) {
    void facts.plan
  }
  // Every finding is asked about before the comments themselves are judged.
  const suppressed = new Set(all.flatMap(({ finding }) => (suppressions?.covers(finding) === true ? finding : [])))
  for (const [id, draft] of suppressions?.audit(
    ran,
    rules.map((rule) => rule.id),
  ) ?? []) {
    const rule = rules.find((candidate) => candidate.id === id)
    if (rule === undefined || !isSelected(rule, selection)) continue
    all.push({ rule, finding: finish(rule, draft, selection.levels[id]) })
  }
  all.sort((a, b) => inOrder(a.finding, b.finding))

  const findings: Finding[] = []
  const hidden = { suppressed: 0, baseline: 0, belowPreset: 0 }
  let last: Finding | undefined
  for (const { rule, finding } of all) {
    if (last !== undefined && isSame(last, finding)) continue
    last = finding
    if (suppressed.has(finding) || options.isIgnored?.(finding) === true) hidden.suppressed++
    else if (!isShown(rule, finding.level, selection)) hidden.belowPreset++
    else findings.push(finding)
  }
  return { findings, hidden, faults, ran }
}

interface Found {
  readonly rule: Rule
  readonly finding: Finding
}

/** Turns drafts into findings; each file's lines are counted once. */
function finisher(tree: Tree): (rule: Rule, draft: FindingDraft, level: Level | 'off' | undefined) => Finding {
  const indexes = new Map<string, LineIndex>()
  const position = (path: string, offset: number | undefined): Position => {
    if (offset === undefined) return { line: 1, column: 1 }
    const index = indexes.get(path) ?? new LineIndex(tree.read(path)?.text ?? '')
    indexes.set(path, index)
    return index.position(offset)
  }
  const startOf = (place: Place): Position => position(place.path, place.start)
  return (rule, draft, level) => {
    const start = startOf(draft.at)
    const end = position(draft.at.path, draft.at.end ?? draft.at.start)
    return {
      rule: rule.id,
      level: level === undefined || level === 'off' ? (draft.level ?? rule.level) : level,
      message: draft.message,
      consequence: draft.consequence ?? rule.consequence,
      path: draft.at.path,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      related: (draft.related ?? []).map((place) => ({ path: place.path, ...startOf(place), message: place.message })),
      fix: draft.fix ?? null,
      url: ruleUrl(rule.id),
      ...(draft.secret ? { secret: true as const } : {}),
      ...(draft.missing === undefined ? {} : { missing: draft.missing }),
    }
  }
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function inOrder(a: Finding, b: Finding): number {
  return (
    byCodeUnit(a.path, b.path) ||
    a.line - b.line ||
    a.column - b.column ||
    byCodeUnit(a.rule, b.rule) ||
    a.endLine - b.endLine ||
    a.endColumn - b.endColumn ||
    byCodeUnit(a.message, b.message)
  )
}

const isSame = (a: Finding, b: Finding): boolean => inOrder(a, b) === 0
