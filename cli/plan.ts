import { readProject } from '../engine/facts/project.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { generationOf, treeOf } from './project.ts'

/** `flask-dyno plan`. */
export async function plan(given: Arguments): Promise<number> {
  const facts = readProject(treeOf(given), generationOf(given))
  throw new UsageError(`the plan of ${facts.tree.root} cannot be shown yet`)
}
