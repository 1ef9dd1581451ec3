import type { Facts } from '../engine/facts/facts.ts'
import { loadReaders, projectNotes, readProject } from '../engine/facts/project.ts'
import type { Note } from '../engine/report/report.ts'
import { type LintOptions, type LintResult, lintProject } from '../engine/run.ts'
import { PRESETS, type Selection, unknownNames } from '../engine/select.ts'
import type { Tree } from '../engine/tree.ts'
import { rules } from '../rules/registry.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { type Config, NO_CONFIG } from './config-file.ts'
import { generationOf } from './project.ts'

/** A lint of one tree, with all that a report needs. */
export interface Outcome {
  readonly tree: Tree
  readonly facts: Facts
  readonly result: LintResult
  readonly notes: readonly Note[]
}

/** How trees are to be looked at: what the command line and the config say, put together. */
export interface Settings {
  readonly options: LintOptions
  readonly generation: { readonly generation?: 'cedar' | 'fir' }
  /** What the config says that turned out to say nothing; see `Config.unusedIgnores`. */
  readonly unusedIgnores?: (ran: ReadonlySet<string>) => readonly string[]
}

/** The command line over the config. @throws UsageError for a rule that does not exist */
export function settingsOf(given: Arguments, config: Config = NO_CONFIG): Settings {
  refuseUnknownRules(given)
  const selection: Selection = {
    preset: given.choice('preset', PRESETS) ?? config.preset ?? 'recommended',
    select: given.list('select'),
    ignore: given.list('ignore'),
    levels: config.rules,
  }
  const suppressed = !given.flag('no-suppressions')
  return {
    options: {
      selection,
      suppressions: suppressed,
      ...(suppressed && config.isIgnored !== undefined ? { isIgnored: config.isIgnored } : {}),
    },
    ...(suppressed && config.unusedIgnores !== undefined ? { unusedIgnores: config.unusedIgnores } : {}),
    generation: {
      ...(config.generation === undefined ? {} : { generation: config.generation }),
      ...generationOf(given),
    },
  }
}

/** Reads a tree and runs the rules over it. */
export async function look(tree: Tree, { options, generation, unusedIgnores }: Settings): Promise<Outcome> {
  await loadReaders(tree)
  const facts = readProject(tree, generation)
  const result = lintProject(facts, rules, options)
  const unused = (unusedIgnores?.(result.ran) ?? []).map((message) => ({ path: null, message }))
  return { tree, facts, result, notes: [...projectNotes(facts), ...unused] }
}

function refuseUnknownRules(given: Arguments): void {
  for (const option of ['select', 'ignore']) {
    const [unknown] = unknownNames(given.list(option), rules)
    if (unknown === undefined) continue
    const hint = unknown.nearest === undefined ? '; see flask-dyno rules' : `; did you mean "${unknown.nearest}"?`
    throw new UsageError(`--${option} names no rule or stage: "${unknown.name}"${hint}`)
  }
}
