/**
 * What generators and editors import: `import { lint, workingTree } from 'flask-dyno'`.
 * Nothing here prints, ends the process or runs what it reads.
 */
import type { Config } from '../engine/config.ts'
import { loadReaders, readProject } from '../engine/facts/project.ts'
import type { Finding } from '../engine/finding.ts'
import { applyFixes, type Mended } from '../engine/fix.ts'
import { type LintOptions, type LintResult, lintProject } from '../engine/run.ts'
import { EVERYTHING, isSelected, type Selection } from '../engine/select.ts'
import { decode, type Tree } from '../engine/tree.ts'
import { isMendedFirst } from '../rules/first-mended.ts'
import { rules } from '../rules/registry.ts'

export type { Config } from '../engine/config.ts'
export type { Facts } from '../engine/facts/facts.ts'
export { type JsonMember, type JsonNode, memberOf, parseJson, stringOf } from '../engine/facts/json-source.ts'
export { pinsTooOldFor } from '../engine/facts/oldest-releases.ts'
export { loadReaders, type Note, projectNotes, readProject } from '../engine/facts/project.ts'
export { DEFAULT_PYTHON, OFFERED_PYTHONS } from '../engine/facts/python-version.ts'
export type { Edit, Finding, FindingDraft, Fix, FixSafety, Level, Place, Related } from '../engine/finding.ts'
export { applyFixes, type FileChange, type FixOptions, type Mended, type Refusal } from '../engine/fix.ts'
export { Draft } from '../engine/fix-draft.ts'
export { WriteRefused, writeChanges } from '../engine/fix-write.ts'
export { type PlanJson, type ProcessJson, planJson } from '../engine/plan/plan-json.ts'
export { unifiedDiff } from '../engine/report/diff.ts'
export { harmless, oneLine } from '../engine/report/report.ts'
export type { Rule } from '../engine/rule.ts'
export { type Fault, type Hidden, type LintOptions, type LintResult, lintProject } from '../engine/run.ts'
export type { Preset, Selection } from '../engine/select.ts'
export { memoryTree, type TextFile, Tree, type TreeEntry } from '../engine/tree.ts'
export { commitTree, TreeError, workingTree } from '../engine/tree-git.ts'
export { isMendedFirst } from '../rules/first-mended.ts'
export { rules } from '../rules/registry.ts'

/** What the project's `.flask-dyno.yml` says; nothing where there is none. Throws an error named ConfigError for one with mistakes. */
export async function projectConfig(tree: Tree): Promise<Config> {
  const path = '.flask-dyno.yml'
  if (!tree.has(path)) return { rules: {} }
  const { readConfig } = await import('../engine/config.ts')
  return readConfig(
    tree,
    path,
    rules.map((rule) => rule.id),
  )
}

/** Lints a tree with every rule; without a selection, every level. */
export async function lint(
  tree: Tree,
  options: LintOptions & { readonly generation?: 'cedar' | 'fir' } = {},
): Promise<LintResult> {
  const { generation, ...rest } = options
  await loadReaders(tree)
  return lintProject(readProject(tree, generation === undefined ? {} : { generation }), rules, rest)
}

export interface MendOptions {
  readonly generation?: 'cedar' | 'fir'
  /** Take in the fixes that ask to be read; left out, only those that cannot change what a working app does. */
  readonly unsafe?: boolean
  /** Which rules' findings are to be mended; left out, all. Names are rule identifiers or stages. */
  readonly select?: readonly string[]
  readonly ignore?: readonly string[]
  /** Asked besides of each finding that could be mended. */
  readonly isWanted?: (finding: Finding) => boolean
}

/** One path whose content is another one now. A renamed file is two of them. */
export interface MendedFile {
  readonly path: string
  /** Decoded text; null where there was no file. */
  readonly before: string | null
  /** Decoded text; null where there is none any more. The bytes, in the encoding of the file, are in `changes`. */
  readonly after: string | null
}

export interface MendedProject extends Mended {
  /** Sorted by path. */
  readonly files: readonly MendedFile[]
}

/**
 * Mends a project in memory, and lints the result with every rule: a fix that does not remove its finding or that brings up
 * another is not made, and stands under `refused` with the reason. Nothing is written: `writeChanges(root, changes)` does that.
 *
 * @throws MendError when a rule fails, which is a fault of flask-dyno: nothing can be relied on then.
 */
export async function mendProject(tree: Tree, options: MendOptions = {}): Promise<MendedProject> {
  const selection: Selection = { ...EVERYTHING, select: options.select ?? [], ignore: options.ignore ?? [] }
  const wantedRules = new Set(rules.filter((rule) => isSelected(rule, selection)).map((rule) => rule.id))
  const generation = options.generation === undefined ? {} : { generation: options.generation }
  const mended = await applyFixes(
    tree,
    async (at) => {
      const { findings, faults } = await lint(at, generation)
      const [fault] = faults
      if (fault !== undefined) throw new MendError(`the rule ${fault.rule} failed`, { cause: fault.error })
      return findings
    },
    {
      unsafe: options.unsafe ?? false,
      isFirst: isMendedFirst,
      isWanted: (finding) => wantedRules.has(finding.rule) && (options.isWanted?.(finding) ?? true),
    },
  )
  return { ...mended, files: mendedFiles(mended) }
}

/** A rule failed while a project was mended. */
export class MendError extends Error {
  override readonly name = 'MendError'
}

function mendedFiles({ changes }: Mended): MendedFile[] {
  const text = (path: string, bytes: Uint8Array | null): string | null =>
    bytes === null ? null : (decode(path, bytes)?.text ?? '')
  return changes
    .flatMap(({ from, to, before, after }): MendedFile[] => {
      if (from === null || to === null || from === to) {
        const path = to ?? from ?? ''
        return [{ path, before: text(path, before), after: text(path, after) }]
      }
      return [
        { path: from, before: text(from, before), after: null },
        { path: to, before: null, after: text(to, after) },
      ]
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}
