import type { Config } from '../engine/config.ts'
import type { Tree } from '../engine/tree.ts'
import { rules } from '../rules/registry.ts'
import { type Arguments, UsageError } from './arguments.ts'

export type { Config } from '../engine/config.ts'

export const CONFIG_FILE = '.flask-dyno.yml'
export const NO_CONFIG: Config = { rules: {} }

/**
 * The config of a tree, or the one that `--config` names.
 *
 * The reader brings a YAML parser and a schema checker along, so it is loaded only when there is a config.
 * @throws UsageError with every mistake in it
 */
export async function configOf(given: Arguments, tree: Tree): Promise<Config> {
  if (given.flag('no-config')) return NO_CONFIG
  const named = given.text('config')
  if (named === undefined && !tree.has(CONFIG_FILE)) return NO_CONFIG
  const { ConfigError, readConfig, readConfigFile } = await import('../engine/config.ts')
  const ids = rules.map((rule) => rule.id)
  try {
    return named === undefined ? readConfig(tree, CONFIG_FILE, ids) : readConfigFile(named, ids)
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message) : error
  }
}
