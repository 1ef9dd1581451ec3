import type { Tree } from '../engine/tree.ts'
import { commitTree, workingTree } from '../engine/tree-git.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { GENERATIONS } from './commands.ts'
import { complain } from './output.ts'

/** The tree that the arguments name: DIR (default: here), or a commit of it. */
export function treeOf(given: Arguments, subfolder = ''): Tree {
  const [named = '.'] = given.positionals
  if (named === '') throw new UsageError('DIR is empty')
  const rev = given.text('rev')
  if (rev !== undefined) return commitTree(named, rev, subfolder)
  return workingTree(subfolder === '' ? named : `${named}/${subfolder}`, complain)
}

/** `--generation`, as options of the facts. */
export function generationOf(given: Arguments): { readonly generation?: 'cedar' | 'fir' } {
  const generation = given.choice('generation', GENERATIONS)
  return generation === undefined ? {} : { generation }
}
