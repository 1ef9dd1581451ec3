import type { Finding } from './finding.ts'
import { clash, Draft, type FileChange } from './fix-draft.ts'
import type { Tree } from './tree.ts'

export type { FileChange } from './fix-draft.ts'

/** A finding whose fix was not made, and why. */
export interface Refusal {
  readonly finding: Finding
  /** One clause, no full stop: "it would bring up server-not-installed in Procfile". */
  readonly reason: string
}

export interface Mended {
  /** The tree with the fixes applied. */
  readonly tree: Tree
  /** The findings that were mended, in the order in which that happened. */
  readonly applied: readonly Finding[]
  /** Findings that are wanted and have a fix, and are still there. */
  readonly refused: readonly Refusal[]
  /** All findings of the tree as it is now. */
  readonly remaining: readonly Finding[]
  readonly changes: readonly FileChange[]
}

export interface FixOptions {
  /** Take in the fixes that ask to be read. */
  readonly unsafe?: boolean
  /** Which findings are to be mended; left out, all. */
  readonly isWanted?: (finding: Finding) => boolean
  /** Which are mended before all others, for which there may be no reason afterwards. */
  readonly isFirst?: (finding: Finding) => boolean
}

/** All findings of a tree: those, too, that nobody wants to see, since a fix may bring up none of them. */
type Lint = (tree: Tree) => readonly Finding[] | Promise<readonly Finding[]>

/** Each takes at least one fix in. A fix may uncover another fault that can be mended; one that goes on for ever is a fault of ours. */
const MAX_ROUNDS = 25

/**
 * Applies the fixes of findings to a tree in memory, and lints the result before it believes in it: a fix that does not
 * remove its finding, or that brings up another, is taken back and named as refused. Of two fixes that touch the same text
 * the first one wins, and the other gets its chance in the next round.
 */
export async function applyFixes(tree: Tree, lint: Lint, options: FixOptions = {}): Promise<Mended> {
  const applied: Finding[] = []
  const reasons = new Map<string, string>()
  /** What is half mended, until a person has done the rest. */
  const half = new Set<string>()
  let draft = Draft.of(tree)
  let current = tree
  let findings = await lint(tree)
  /** After a failure half as many are tried at once, so that the one that is to blame is found. */
  let atOnce = Number.POSITIVE_INFINITY
  const candidates = (): Finding[] =>
    findings.filter(
      (finding) =>
        finding.fix !== null &&
        (finding.fix.safety === 'safe' || options.unsafe === true) &&
        (options.isWanted?.(finding) ?? true),
    )

  for (let round = 0; round < MAX_ROUNDS; ) {
    const open = candidates().filter(
      (finding) =>
        !reasons.has(identity(finding, current)) &&
        !half.has(words(finding)) &&
        finding.fix !== null &&
        draft.obstacle(finding.fix) === null,
    )
    // those that uncover others go last and among themselves: what comes up then says nothing against the rest
    const plain = open.filter(({ fix }) => fix?.uncovers !== true)
    const first = plain.filter((finding) => options.isFirst?.(finding) === true)
    const batch: Finding[] = []
    for (const finding of [first, plain, open].find((some) => some.length > 0) ?? []) {
      if (batch.length >= atOnce) break
      const { fix } = finding
      if (fix === null) continue
      const clashes = batch.some((other) =>
        other.fix?.edits.some((taken) => fix.edits.some((edit) => clash(taken, edit))),
      )
      if (!clashes) batch.push(finding)
    }
    const [alone] = batch
    if (alone === undefined) break
    const next = draft.with(batch.flatMap(({ fix }) => fix?.edits ?? []))
    const tried = next.tree()
    const after = await lint(tried)
    const objection = objectionTo(batch, findings, after)
    if (objection === null) {
      applied.push(...batch)
      for (const finding of batch) if (finding.fix?.leftToDo !== undefined) half.add(words(finding))
      draft = next
      current = tried
      findings = after
      atOnce = Number.POSITIVE_INFINITY
      round++
    } else if (batch.length === 1) {
      reasons.set(identity(alone, current), objection)
      atOnce = Number.POSITIVE_INFINITY
    } else {
      atOnce = Math.ceil(batch.length / 2)
    }
  }

  const left = candidates().filter((finding) => !half.has(words(finding)))
  const refused = left.map((finding): Refusal => {
    const obstacle = finding.fix === null ? null : draft.obstacle(finding.fix)
    return { finding, reason: reasons.get(identity(finding, current)) ?? obstacle ?? 'the fixes do not come to an end' }
  })
  return { tree: current, applied, refused, remaining: findings, changes: draft.changes() }
}

const words = ({ rule, path, message }: Finding): string => JSON.stringify([rule, path, message])

/** What tells a finding from others while lines move: its words and the text of its line. */
function identity({ rule, path, message, line }: Finding, tree: Tree): string {
  return JSON.stringify([rule, path, message, tree.read(path)?.text.split('\n')[line - 1] ?? ''])
}

/** What speaks against a batch of fixes, now that their result was linted; null for nothing. */
function objectionTo(batch: readonly Finding[], before: readonly Finding[], after: readonly Finding[]): string | null {
  const renamed = new Map(
    batch
      .flatMap(({ fix }) => fix?.edits ?? [])
      .flatMap((edit) => (edit.kind === 'rename' ? [[edit.path, edit.to]] : [])),
  )
  const pathOf = ({ path }: Finding): string => renamed.get(path) ?? path
  const exact = (finding: Finding): string => JSON.stringify([finding.rule, pathOf(finding), finding.message])
  const old = count(before, exact)
  const left = count(after, exact)
  const mended = count(
    batch.filter(({ fix }) => fix?.leftToDo === undefined),
    exact,
  )
  for (const [key, times] of mended) {
    if ((left.get(key) ?? 0) > (old.get(key) ?? 0) - times) return 'it would not remove the finding'
  }
  if (batch.some(({ fix }) => fix?.uncovers === true)) return null
  const announced = new Set(batch.flatMap(({ fix }) => fix?.brings ?? []))
  const risen = newcomer(
    before,
    after.filter(({ rule }) => !announced.has(rule)),
    pathOf,
  )
  return risen === null ? null : `it would bring up ${risen.rule} in ${risen.path}`
}

/**
 * A finding that was not there before. Its words may change with what stands around it, and it may move to another file
 * with the same words: only more findings of one rule in one file than before are new.
 */
function newcomer(
  before: readonly Finding[],
  after: readonly Finding[],
  pathOf: (finding: Finding) => string,
): Finding | null {
  const inFile = (finding: Finding): string => JSON.stringify([finding.rule, pathOf(finding)])
  const moved = (finding: Finding): string => JSON.stringify([finding.rule, finding.message])
  const oldInFile = count(before, inFile)
  const oldWords = count(before, moved)
  const newInFile = count(after, inFile)
  const newWords = count(after, moved)
  const isNew = (finding: Finding): boolean =>
    (newInFile.get(inFile(finding)) ?? 0) > (oldInFile.get(inFile(finding)) ?? 0) &&
    (newWords.get(moved(finding)) ?? 0) > (oldWords.get(moved(finding)) ?? 0)
  return after.find(isNew) ?? null
}

function count(findings: readonly Finding[], key: (finding: Finding) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const finding of findings) counts.set(key(finding), (counts.get(key(finding)) ?? 0) + 1)
  return counts
}
