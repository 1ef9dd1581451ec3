import { type Commented, commentsOf } from './comments.ts'
import type { Edit, Finding, FindingDraft } from './finding.ts'
import { didYouMean } from './select.ts'
import { SUPPRESSION_MARK, type Tree } from './tree.ts'

/** `# flask-dyno: ignore[rule-id, other-rule] -- reason`, and whatever else begins so, also behind another comment: `# noqa  # flask-dyno: …`. */
const COMMENT = /(?:^|[ \t])[#;][ \t]*flask-dyno:/
const IGNORE = /^ignore[ \t]*\[([^\]]{0,500})\](.{0,2000})$/
const REASON = /^[ \t]*--[ \t]*\S/
/** Where a comment for another tool begins behind ours; `-- see #12` is a reason. */
const ANOTHER = /[ \t]+#[ \t]*(?:noqa|nosec|type:|pragma:|pylint:|ruff:|fmt:|mypy:|pyright:|yapf:|isort:)/i

/** One rule's name in a suppression comment. */
interface Suppression {
  readonly rule: string
  used: boolean
}

/** One suppression comment of a file. */
interface Marked {
  readonly path: string
  readonly line: number
  readonly start: number
  readonly end: number
  /** There is nothing else on its line, and no other comment either. */
  readonly hasLine: boolean
  readonly suppressions: readonly Suppression[]
  readonly hasReason: boolean
  /** False for a comment that is written so that it says nothing: its findings stay. */
  readonly isReadable: boolean
}

interface FileMarks {
  readonly byLine: ReadonlyMap<number, Marked>
  readonly commented: Commented
}

/** What the audit may find, by the identifier of the rule that says it. */
export const SUPPRESSION_FAULTS = ['suppression-invalid', 'suppression-unused', 'suppression-without-reason'] as const
export type SuppressionFault = (typeof SUPPRESSION_FAULTS)[number]

/**
 * The suppression comments of a tree: on a line of a finding, on the first or last line of the statement that it is in (where
 * formatters put what stood behind a line that they break), or alone among the comments right above. A file without a comment syntax (app.json) has none; the config's `ignore` is for those.
 */
export class Suppressions {
  readonly #tree: Tree
  readonly #files = new Map<string, FileMarks | null>()

  constructor(tree: Tree) {
    this.#tree = tree
  }

  /** Is this finding suppressed? The comment that does it counts as used from then on. */
  covers(finding: Finding): boolean {
    const marks = this.#marksOf(finding.path)
    if (marks === null) return false
    const first = marks.commented.logicalStart(finding.line - 1)
    const lines = new Set([first, marks.commented.logicalEnd(finding.line - 1)])
    for (let line = finding.line - 1; line <= Math.max(finding.line, finding.endLine) - 1; line++) lines.add(line)
    for (const line of lines) if (use(marks.byLine.get(line), finding.rule)) return true
    for (const line of new Set([first, finding.line - 1])) {
      for (let above = line - 1; marks.commented.comments.get(above)?.isAlone === true; above--) {
        if (use(marks.byLine.get(above), finding.rule)) return true
      }
    }
    return false
  }

  /**
   * What is wrong with the comments themselves, once every finding was asked about. `ran` are the rules that were run:
   * of the others nobody knows whether they have something to suppress; `known` are all there are.
   */
  audit(ran: ReadonlySet<string>, known: readonly string[]): [rule: SuppressionFault, draft: FindingDraft][] {
    return this.#tree.marked().flatMap((path) => {
      const marks = this.#marksOf(path)
      return marks === null ? [] : [...marks.byLine.values()].flatMap((mark) => faultsOf(mark, ran, known, this.#tree))
    })
  }

  #marksOf(path: string): FileMarks | null {
    const known = this.#files.get(path)
    if (known !== undefined) return known
    const text = this.#tree.read(path)?.text
    const marks = text?.includes(SUPPRESSION_MARK) === true && isCommentable(path) ? marksOf(path, text) : null
    this.#files.set(path, marks)
    return marks
  }
}

/** Formats in which a `#` is text. */
export const isCommentable = (path: string): boolean =>
  !/\.(?:json|lock|md|markdown|rst|html?|txt\.j2)$|^Pipfile\.lock$/i.test(path)

function marksOf(path: string, text: string): FileMarks {
  const commented = commentsOf(path, text)
  const byLine = new Map<number, Marked>()
  for (const [line, comment] of commented.comments) {
    const found = COMMENT.exec(comment.text.slice(0, 4000))
    if (found === null) continue
    const start = comment.start + found.index + (/^[ \t]/.test(found[0]) ? 1 : 0)
    const whole = comment.text.slice(found.index).trimStart()
    const own = whole.slice(0, ANOTHER.exec(whole)?.index)
    const body = own.replace(/^[#;][ \t]*flask-dyno:[ \t]*/, '')
    const [, names, rest = ''] = IGNORE.exec(body) ?? []
    const rules = (names ?? '').split(',').map((name) => name.trim())
    byLine.set(line, {
      path,
      line,
      start,
      end: start + own.length,
      hasLine: comment.isAlone && own === comment.text,
      suppressions:
        names === undefined ? [] : rules.filter((rule) => rule !== '').map((rule) => ({ rule, used: false })),
      hasReason: REASON.test(rest),
      isReadable: names !== undefined && rules.some((rule) => rule !== '') && (rest.trim() === '' || REASON.test(rest)),
    })
  }
  return { byLine, commented }
}

function use(mark: Marked | undefined, rule: string): boolean {
  const suppression = mark?.suppressions.find((candidate) => candidate.rule === rule)
  if (suppression === undefined) return false
  suppression.used = true
  return true
}

function faultsOf(
  mark: Marked,
  ran: ReadonlySet<string>,
  known: readonly string[],
  tree: Tree,
): [SuppressionFault, FindingDraft][] {
  const at = { path: mark.path, start: mark.start, end: mark.end }
  const form = '`# flask-dyno: ignore[rule] -- reason`'
  if (!mark.isReadable) {
    return [
      [
        'suppression-invalid',
        { at, message: `This comment suppresses as it is written nothing or the wrong thing. Write ${form}.` },
      ],
    ]
  }
  const faults: [SuppressionFault, FindingDraft][] = []
  for (const { rule, used } of mark.suppressions) {
    if (!known.includes(rule)) {
      const hint = didYouMean(rule, known)
      faults.push([
        'suppression-invalid',
        { at, message: `There is no rule "${rule}"${hint === '' ? '.' : `${hint}`}` },
      ])
    } else if (!used && ran.has(rule)) {
      const edits = withoutRule(mark, rule, tree)
      const fix = { safety: 'safe' as const, description: `remove the suppression of ${rule}`, edits }
      faults.push([
        'suppression-unused',
        { at, message: `Nothing is suppressed here: ${rule} finds no fault. Remove it.`, fix },
      ])
    }
  }
  if (!mark.hasReason) {
    faults.push([
      'suppression-without-reason',
      { at, message: `Nobody can tell why this is no fault here. Write ${form}.` },
    ])
  }
  return faults
}

/** Takes one rule out of a comment, or the whole comment when it names no other. */
function withoutRule(mark: Marked, rule: string, tree: Tree): Edit[] {
  const text = tree.read(mark.path)?.text ?? ''
  const rest = mark.suppressions.filter((suppression) => suppression.rule !== rule)
  if (rest.length > 0) {
    const open = text.indexOf('[', mark.start) + 1
    const names = rest.map((suppression) => suppression.rule).join(', ')
    return [{ kind: 'text', path: mark.path, start: open, end: text.indexOf(']', open), text: names }]
  }
  let start = mark.start
  while (start > 0 && /[ \t]/.test(text.charAt(start - 1))) start--
  let end = mark.end
  if (mark.hasLine) {
    const newline = text.indexOf('\n', end)
    end = newline < 0 ? text.length : newline + 1
  }
  return [{ kind: 'text', path: mark.path, start, end, text: '' }]
}
