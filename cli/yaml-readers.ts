/**
 * What needs the YAML parser and the schema checker. A file of its own beside the command line's: a third of the code,
 * which the engine would otherwise have to look through at every start (5 to 8 ms), and which most projects never need.
 */
export { ConfigError, readConfig, readConfigFile } from '../engine/config.ts'
export { readHerokuYml } from '../engine/facts/heroku-yml.ts'
export { hasStagelessHooks, withLefthook, withPreCommit } from './hook-yaml.ts'
