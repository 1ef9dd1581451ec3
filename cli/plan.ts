import { loadReaders, readProject } from '../engine/facts/project.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { generationOf, treeOf } from './project.ts'

/** `flask-dyno plan`. */
export async function plan(given: Arguments): Promise<number> {
  const tree = treeOf(given)
  await loadReaders(tree)
  const facts = readProject(tree, generationOf(given))
  throw new UsageError(`the plan of ${facts.tree.root} cannot be shown yet`)
}
