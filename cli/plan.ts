import { readProject } from '../engine/facts/project.ts'
import { planJson } from '../engine/plan/plan.ts'
import type { Arguments } from './arguments.ts'
import { print } from './output.ts'
import { generationOf, treeOf } from './project.ts'

/** `flask-dyno plan`. */
export async function plan(given: Arguments): Promise<number> {
  const facts = readProject(treeOf(given), generationOf(given))
  return print(`${JSON.stringify(planJson(facts), null, 2)}\n`, 0)
}
