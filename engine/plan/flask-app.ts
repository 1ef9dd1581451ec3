/** Would a `flask` command find the app? (https://flask.palletsprojects.com/en/stable/cli/#application-discovery) */
import type { Dependencies } from '../facts/dependencies.ts'
import { readDotenv } from '../python/environment.ts'
import type { Invocation } from './command.ts'
import type { Plan } from './plan.ts'
import { serverCommand } from './server-arguments.ts'
import { literal } from './shell.ts'

export type FlaskAppOutcome =
  | 'found'
  | 'unknown'
  /** Neither `--app` nor FLASK_APP, and no wsgi.py or app.py. */
  | { readonly kind: 'unnamed' }
  /** What is named is not in the tree. */
  | { readonly kind: 'no-module'; readonly spec: string; readonly module: string }

/** Follows Flask's own search from the folder in which the command starts. `declared`: config vars of app.json. */
export function findFlaskApp(
  invocation: Invocation,
  plan: Plan,
  dependencies: Dependencies,
  declared: ReadonlyMap<string, string>,
): FlaskAppOutcome {
  const { cwd } = invocation
  const { modules } = plan
  const { tree } = modules
  if (cwd === null || invocation.environment.has('PYTHONPATH')) return 'unknown'
  const command = serverCommand(invocation, tree)
  if (command.subcommand === null) return 'unknown' // `flask --help`, or a word that is not known
  const option = command.settings.get('app')?.at(-1)
  const inFolder = (name: string): string => (cwd === '' ? name : `${cwd}/${name}`)
  let spec: string | null
  if (option !== undefined) spec = command.target?.spec ?? null
  else {
    const word = invocation.environment.get('FLASK_APP')
    if (word !== undefined) spec = literal(word)
    else spec = declared.get('FLASK_APP') ?? dotenv(plan, dependencies, inFolder) ?? ''
  }
  if (spec === null || spec.includes('$')) return 'unknown'
  if (spec === '') {
    const usual = ['wsgi.py', 'app.py', 'wsgi/__init__.py', 'app/__init__.py'].some((name) => tree.has(inFolder(name)))
    return usual || tree.hasDirectory(inFolder('app')) ? 'found' : { kind: 'unnamed' }
  }
  const module = (spec.split(':', 1)[0] ?? '').trim().replace(/^\.\//, '').replace(/\.py$/, '').replaceAll('/', '.')
  const [top = ''] = module.split('.')
  if (!/^[\w.]+$/.test(module)) return 'unknown'
  if (modules.resolve(module, [cwd, '']) !== undefined) return 'found'
  // a module of `src/`, or of an installed distribution, is not for the tree to have
  const elsewhere = tree.paths.some((path) => new RegExp(`(?:^|/)${top}(?:\\.py$|/)`).test(path))
  const installed = [...dependencies.production.keys()].some((name) =>
    name.replaceAll('-', '_').includes(top.toLowerCase()),
  )
  return elsewhere || installed ? 'unknown' : { kind: 'no-module', spec, module }
}

/** python-dotenv, where it is installed, brings in .env and .flaskenv of the working directory. */
function dotenv(plan: Plan, dependencies: Dependencies, inFolder: (name: string) => string): string | undefined {
  if (!dependencies.production.has('python-dotenv') && dependencies.complete) return undefined
  for (const name of ['.flaskenv', '.env']) {
    const file = plan.modules.tree.read(inFolder(name))
    const entry = file === undefined ? undefined : readDotenv(file.text, file.path).find(([key]) => key === 'FLASK_APP')
    if (entry !== undefined) return entry[1]
  }
  return undefined
}
