import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * How whoever reads the output calls this program. What a project or npx has installed is not on the PATH, so that
 * `flask-dyno` alone would not be found; what is installed for all projects is, and has no package.json beside its folder.
 */
export function calledAs(script = process.argv[1] ?? ''): string {
  const [project = '', ...rest] = script.split(/[\\/]node_modules[\\/]/)
  return rest.length > 0 && existsSync(join(project, 'package.json')) ? 'npx flask-dyno' : 'flask-dyno'
}
