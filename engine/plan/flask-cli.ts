/** Which app the `flask` command finds (https://flask.palletsprojects.com/en/stable/cli/#application-discovery; flask/cli.py, 3.1). */
import type { Entry } from '../python/boot.ts'
import { readDotenv } from '../python/environment.ts'
import type { Invocation } from './command.ts'
import type { Dyno } from './process.ts'
import type { ServerCommand } from './server-arguments.ts'
import { literal } from './shell.ts'

const NAMES = ['app', 'application']
const FACTORIES = ['create_app', 'make_app']

/** The entry of a `flask …` command; null when reading cannot tell it. */
export function flaskEntry(
  command: ServerCommand,
  invocation: Invocation,
  dyno: Dyno,
  directory: string,
): Entry | null {
  const spec = appSpec(command, invocation, dyno, directory)
  if (spec === null) return null
  const [path = '', attribute] = split(spec)
  const module = path.replace(/\.py$/, '').replaceAll('/', '.')
  const resolved = dyno.modules.resolve(module, [directory, ''])
  if (attribute !== undefined) {
    const called = attribute.endsWith(')') || FACTORIES.includes(attribute)
    return { kind: 'wsgi', module, expression: attribute, ...(called ? { callResult: true } : {}) }
  }
  if (resolved === undefined || resolved.path === null) return { kind: 'import', module }
  const names = topLevelNames(dyno, resolved.path)
  const name = NAMES.find((candidate) => names.has(candidate))
  if (name !== undefined) return { kind: 'wsgi', module, expression: name }
  const factory = FACTORIES.find((candidate) => names.has(candidate))
  return factory === undefined
    ? { kind: 'import', module }
    : { kind: 'wsgi', module, expression: factory, callResult: true }
}

function split(spec: string): [string, string?] {
  const match = /^([^:]+)(?::(.+))?$/.exec(spec.trim())
  return match?.[2] === undefined ? [match?.[1] ?? spec] : [match[1] ?? '', match[2]]
}

function appSpec(command: ServerCommand, invocation: Invocation, dyno: Dyno, directory: string): string | null {
  if (command.target) return command.target.spec
  const option = command.settings.get('app')?.at(-1)
  if (option)
    return typeof option.value === 'string'
      ? option.value
      : typeof option.value === 'boolean'
        ? null
        : literal(option.value)
  const word = invocation.environment.get('FLASK_APP')
  if (word !== undefined) return literal(word)
  const declared = dyno.declared.get('FLASK_APP')
  if (declared !== undefined) return declared
  const { tree } = dyno.modules
  const inDirectory = (name: string): string => (directory === '' ? name : `${directory}/${name}`)
  // python-dotenv, where it is installed, brings in .env and .flaskenv of the working directory
  for (const name of ['.flaskenv', '.env']) {
    const file = tree.read(inDirectory(name))
    const entry = file === undefined ? undefined : readDotenv(file.text, file.path).find(([key]) => key === 'FLASK_APP')
    if (entry !== undefined && dyno.dependencies.production.has('python-dotenv')) return entry[1]
  }
  return (
    ['wsgi.py', 'app.py'].find((name) => tree.has(inDirectory(name))) ??
    (tree.has(inDirectory('app/__init__.py')) ? 'app' : null)
  )
}

function topLevelNames(dyno: Dyno, path: string): Set<string> {
  const names = new Set<string>()
  for (const stmt of dyno.modules.parse(path).body) {
    if (stmt.kind === 'function' || stmt.kind === 'class') names.add(stmt.name)
    else if (stmt.kind === 'assign')
      for (const target of stmt.targets) if (target.kind === 'name') names.add(target.name)
    if (stmt.kind === 'from' && stmt.names !== '*') for (const item of stmt.names) names.add(item.alias ?? item.name)
  }
  return names
}
