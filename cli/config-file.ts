import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../engine/config.ts'
import type { Tree } from '../engine/tree.ts'
import { rules } from '../rules/registry.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { complain } from './output.ts'

export type { Config } from '../engine/config.ts'

export const CONFIG_FILE = '.flask-dyno.yml'
export const NO_CONFIG: Config = { rules: {} }

/** What other programs call theirs, and nobody reads. */
const MISNAMED = ['.flask-dyno.yaml', 'flask-dyno.yml', 'flask-dyno.yaml', '.flask-dyno.json']

/**
 * The config of a tree, or the one that `--config` names.
 *
 * The reader brings a YAML parser and a schema checker along, so it is loaded only when there is a config.
 * @throws UsageError with every mistake in it
 */
export async function configOf(given: Arguments, tree: Tree): Promise<Config> {
  if (given.flag('no-config')) return NO_CONFIG
  const named = given.text('config')
  if (named === undefined && !tree.has(CONFIG_FILE)) return withoutConfig(tree)
  const { ConfigError, readConfig, readConfigFile } = await import('../engine/config.ts')
  const ids = rules.map((rule) => rule.id)
  try {
    const config = named === undefined ? readConfig(tree, CONFIG_FILE, ids) : readConfigFile(named, ids)
    refuseLostRoot(config, tree)
    return config
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message) : error
  }
}

function withoutConfig(tree: Tree): Config {
  const other = MISNAMED.find((name) => tree.has(name))
  if (other !== undefined) throw new UsageError(`${other} is not read: call it ${CONFIG_FILE}`)
  if (tree.revision === null && tree.copy?.has(CONFIG_FILE) === true && tree.isIgnored(CONFIG_FILE))
    complain(`${CONFIG_FILE} is not read, since git ignores it; --config ${CONFIG_FILE} reads it`)
  return NO_CONFIG
}

/** A tree in memory stands for a project of which there is nothing yet. */
function refuseLostRoot({ root, rootPlace }: Config, tree: Tree): void {
  if (root === undefined || tree.root === '-' || tree.hasDirectory(root)) return
  if (tree.revision === null && statSync(join(tree.root, root), { throwIfNoEntry: false })?.isDirectory() === true)
    return
  throw new UsageError(`${rootPlace}: there is no folder "${root}"${tree.revision === null ? '' : ' in this commit'}`)
}
