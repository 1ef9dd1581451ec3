/**
 * What generators and editors import: `import { lint, workingTree } from 'flask-dyno'`.
 * Nothing here prints, ends the process or runs what it reads.
 */
import { loadReaders, readProject } from '../engine/facts/project.ts'
import { type LintOptions, type LintResult, lintProject } from '../engine/run.ts'
import type { Tree } from '../engine/tree.ts'
import { rules } from '../rules/registry.ts'

export type { Facts } from '../engine/facts/facts.ts'
export { loadReaders, type Note, projectNotes, readProject } from '../engine/facts/project.ts'
export type { Edit, Finding, FindingDraft, Fix, FixSafety, Level, Place, Related } from '../engine/finding.ts'
export { applyFixes, type FileChange, type Mended } from '../engine/fix.ts'
export { WriteRefused, writeChanges } from '../engine/fix-write.ts'
export { type PlanJson, planJson } from '../engine/plan/plan-json.ts'
export type { Rule } from '../engine/rule.ts'
export { type Fault, type Hidden, type LintOptions, type LintResult, lintProject } from '../engine/run.ts'
export type { Preset, Selection } from '../engine/select.ts'
export { memoryTree, type TextFile, Tree } from '../engine/tree.ts'
export { commitTree, TreeError, workingTree } from '../engine/tree-git.ts'
export { rules } from '../rules/registry.ts'

/** Lints a tree with every rule; without a selection, every level. */
export async function lint(
  tree: Tree,
  options: LintOptions & { readonly generation?: 'cedar' | 'fir' } = {},
): Promise<LintResult> {
  const { generation, ...rest } = options
  await loadReaders(tree)
  return lintProject(readProject(tree, generation === undefined ? {} : { generation }), rules, rest)
}
