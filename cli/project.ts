import type { Tree } from '../engine/tree.ts'
import { commitTree, workingTree } from '../engine/tree-git.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { GENERATIONS } from './commands.ts'
import { complain } from './output.ts'

/** The tree that the arguments name: DIR (default: here), or a commit of it. `note` is told what is left undone. */
export function treeOf(given: Arguments, subfolder = '', note: (message: string) => void = complain): Tree {
  const [named = '.'] = given.positionals
  if (named === '') throw new UsageError('DIR is empty')
  const rev = given.text('rev')
  if (rev !== undefined) return commitTree(named, rev, subfolder)
  return workingTree(subfolder === '' ? named : `${named}/${subfolder}`, note)
}

/** `--generation`, as options of the facts. */
export function generationOf(given: Arguments): { readonly generation?: 'cedar' | 'fir' } {
  const generation = given.choice('generation', GENERATIONS)
  return generation === undefined ? {} : { generation }
}
