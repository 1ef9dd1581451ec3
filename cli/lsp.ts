import type { Linter } from '../engine/lsp/linter.ts'
import { rulePage } from '../engine/report/page.ts'
import { PLAIN } from '../engine/report/paint.ts'
import { EVERYTHING } from '../engine/select.ts'
import { workingTree } from '../engine/tree-git.ts'
import { rules } from '../rules/registry.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { knownByConfig } from './baseline.ts'
import { CONFIG_FILE, configOf } from './config-file.ts'
import { layOut } from './explain.ts'
import { look, settingsOf } from './look.ts'
import manifest from './package.json' with { type: 'json' }

/** `flask-dyno lsp`: serves an editor until it ends. */
export async function lsp(given: Arguments): Promise<number> {
  const { serve } = await import('../engine/lsp/server.ts')
  return serve(linter(given))
}

const linter = (given: Arguments): Linter => ({
  version: manifest.version,
  tree: (folder) => workingTree(folder),
  config: async (tree) => {
    try {
      return await configOf(given, tree)
    } catch (error) {
      if (error instanceof UsageError) return { mistakes: error.message.split('\n') }
      throw error
    }
  },
  look: async (tree, config) => {
    const settings = settingsOf(given, config)
    const { unusedIgnores, ...rest } = settings
    const outcome = await look(tree, rest)
    const { findings, faults, ran } = outcome.result
    const looked = { findings, faults, isProject: outcome.facts.plan !== undefined, idle: unusedIgnores?.(ran) ?? [] }
    try {
      return { ...looked, findings: knownByConfig(config, outcome).result.findings, mistakes: [] }
    } catch (error) {
      if (error instanceof UsageError) return { ...looked, mistakes: [`${CONFIG_FILE}: ${error.message}`] }
      throw error
    }
  },
  everything: async (tree, config) => {
    const settings = settingsOf(given, config)
    const options = { ...settings.options, selection: { ...EVERYTHING, levels: config.rules } }
    return (await look(tree, { options, generation: settings.generation })).result.findings
  },
  page: (id) => {
    const rule = rules.find((candidate) => candidate.id === id)
    return rule === undefined ? undefined : rulePage(rule, undefined)
  },
  plainText: async (markdown) => layOut(markdown, PLAIN),
})
