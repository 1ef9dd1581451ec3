import { Draft, type Facts, type Finding, type Fix, type Tree } from 'flask-dyno'
import type { Wishes } from './adoption.ts'
import { isKept } from './ignore-files.ts'
import type { LockDesk } from './lock-desk.ts'
import { oneWorker } from './one-worker.ts'
import { onlyManager } from './package-manager.ts'
import { installablePython } from './python-version.ts'
import { firstRequirements } from './requirements.ts'

/** What a remedy may look at. */
export interface Around {
  readonly facts: Facts
  readonly wishes: Wishes
  readonly desk: LockDesk
  /** All findings of the tree. */
  readonly found: readonly Finding[]
  /** The findings of a tree with changes, to compare with. */
  readonly lint: (tree: Tree) => Promise<readonly Finding[]>
}

/** A change for a finding: undefined where there is none better than its own fix, null where that is no good either. */
type Remedy = (finding: Finding, around: Around) => Fix | undefined | Promise<Fix | null | undefined>

/** By rule: what takes more than the one place that the rule looks at, or a person's word. */
const REMEDIES: Readonly<Record<string, Remedy>> = {
  'package-manager-conflict': onlyManager,
  'pipfile-lock-missing': onlyManager,
  'package-manager-missing': ({ path }, around) => firstRequirements(path, around),
  'python-version-missing': installablePython,
  'python-version-unsupported': installablePython,
  'python-version-invalid': installablePython,
  'runtime-txt': installablePython,
  'procfile-missing': oneWorker,
  'web-process-missing': oneWorker,
}

/** Where nothing answers requests today, or the build stops, a change cannot break what works: nothing does. */
const NOTHING_WORKS = new Set(['procfile-missing', 'web-process-missing', 'server-not-installed'])

/** The finding with the best change that is known for it. */
export async function remedied(finding: Finding, around: Around): Promise<Finding> {
  // A line of .gitignore is enough, and is offered; there is nothing to take out of git.
  if (isKept(finding.path, around.wishes.untracked)) return { ...finding, fix: null }
  const remedy = await REMEDIES[finding.rule]?.(finding, around)
  const fix = remedy === undefined ? (finding.fix ?? (await byTool(finding, around))) : remedy
  if (fix === null) return { ...finding, fix }
  const isSafe = finding.level === 'error' && NOTHING_WORKS.has(finding.rule)
  return { ...finding, fix: isSafe ? { ...fix, safety: 'safe' } : fix }
}

/**
 * What the tool of a lock file makes of it, and what the rule itself has to change once that is done: a process line for
 * gunicorn, when gunicorn is there.
 */
async function byTool(finding: Finding, { facts, desk, found, lint }: Around): Promise<Fix | null> {
  const locked = await desk.fixFor(finding, found, facts)
  if (locked === undefined) return null
  const draft = Draft.of(facts.tree)
  if (draft.obstacle(locked) !== null) return null
  const same = (other: Finding): boolean =>
    other.rule === finding.rule && other.path === finding.path && other.line === finding.line
  const then = (await lint(draft.with(locked.edits).tree())).find(same)
  if (then === undefined) return locked
  if (then.fix === null) return null
  const { description, edits, brings = [] } = then.fix
  return {
    ...locked,
    description: `${locked.description}, and ${description}`,
    edits: [...locked.edits, ...edits],
    brings,
  }
}
