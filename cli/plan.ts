import { basename } from 'node:path'
import { loadReaders, projectNotes, readProject } from '../engine/facts/project.ts'
import { earlyListing } from '../engine/git-process.ts'
import { planJson } from '../engine/plan/plan-json.ts'
import { paint } from '../engine/report/paint.ts'
import { planText } from '../engine/report/plan-text.ts'
import type { Arguments } from './arguments.ts'
import { complain, print, wantsColor } from './output.ts'
import { generationOf, treeOf } from './project.ts'

/** `flask-dyno plan`. A folder that is no Flask project has no plan: `null` in JSON, a note otherwise. */
export async function plan(given: Arguments): Promise<number> {
  await earlyListing()
  const tree = treeOf(given)
  await loadReaders(tree)
  const facts = readProject(tree, generationOf(given))
  const found = planJson(facts)
  for (const { path, message } of projectNotes(facts)) complain(path === null ? message : `${path}: ${message}`)
  if (given.text('format') === 'json') return print(`${JSON.stringify(found ?? null, null, 2)}\n`, 0)
  if (found === undefined) return 0
  return print(planText(found, basename(tree.root), await paint(wantsColor(given))), 0)
}
