/** Would a `flask` command find the app? (https://flask.palletsprojects.com/en/stable/cli/#application-discovery) */
import { posix } from 'node:path'
import type { Dependencies } from '../facts/dependencies.ts'
import { readDotenv } from '../python/environment.ts'
import type { Invocation } from './command.ts'
import { targetName } from './flask-definitions.ts'
import { inShell, type Plan } from './plan.ts'
import { serverCommand } from './server-arguments.ts'
import { literal } from './shell.ts'

export type FlaskAppOutcome =
  | 'found'
  | 'unknown'
  /** Neither `--app` nor FLASK_APP, and no wsgi.py or app.py. */
  | { readonly kind: 'unnamed' }
  /** What is named is not in the tree. */
  | { readonly kind: 'no-module'; readonly spec: string; readonly module: string }

/**
 * The web process's app, else the first that the tree makes, as a `flask` command that starts in `cwd` would be told it,
 * in words for a shell. What lies elsewhere is named by its file: Flask then imports from the folder of that.
 */
export function flaskAppWords(plan: Plan, cwd = ''): string | null {
  const named = servedApp(plan, cwd) ?? madeApp(plan, cwd)
  return named === null ? null : inShell(named)
}

/** Only for an app that starts. */
function servedApp({ web, modules }: Plan, cwd: string): string | null {
  const server = web?.server
  if (!server?.target || server.boot?.problem !== null || server.boot.apps.length === 0) return null
  const { spec } = server.target
  const [module = ''] = spec.split(':', 1)
  // gunicorn takes `application` where nothing is said, and so does Flask
  if (spec === module && server.command.server !== 'gunicorn') return null
  const path = modules.resolve(module, server.boot.roots)?.path
  if (path === undefined || path === null) return null
  // PYTHONPATH is the root (heroku-buildpack-python, bin/compile)
  const isFound = modules.resolve(module, [cwd, ''])?.path === path
  return `${isFound ? module : fileOf(path, cwd)}${spec.slice(module.length)}`
}

function madeApp({ definitions: [definition], modules: { tree } }: Plan, cwd: string): string | null {
  if (definition === undefined) return null
  const { path, module, called } = definition
  const name = targetName(definition)
  const [top = ''] = path.split('/')
  if (called !== null || (cwd === '' && (top === path || tree.has(`${top}/__init__.py`)))) return name
  return `${fileOf(path, cwd)}${name.slice(module.length)}`
}

/** A package by its folder. */
const fileOf = (path: string, cwd: string): string => posix.relative(cwd, path).replace(/\/__init__\.py$/, '')

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
