/** Where a tree makes its Flask apps, found by reading alone: for projects whose processes do not say it, and to name what was meant. */
import type { Place } from '../finding.ts'
import type { Expr, Stmt } from '../python/ast.ts'
import { dottedName } from '../python/evaluate.ts'
import type { Modules } from '../python/modules.ts'
import type { Tree } from '../tree.ts'

export interface FlaskDefinition {
  readonly path: string
  /** Dotted name of the module, seen from the tree's root. */
  readonly module: string
  /** The call that makes the app. */
  readonly at: Place
  /** Name that holds the app at the module's top level: for Dash, the one that holds its Flask server, where there is one. */
  readonly variable: string | null
  /** Top-level function that makes the app. */
  readonly factory: string | null
  /** A module at the root that calls the factory and keeps the app under a name, as `flasky:app`. */
  readonly called: string | null
}

const MAKERS = /\b(?:Flask|APIFlask|OpenAPI|Dash|FlaskApp|FlaskAPI|Eve)\s*\(/
const CLASSES = /^(?:Flask|APIFlask|OpenAPI|Dash|FlaskApp|FlaskAPI|Eve)$/
const LIBRARIES = /^\s*(?:from|import)\s+(?:flask|dash|apiflask|connexion|flask_openapi3|flask_api|eve)\b/m
/** Folders whose files no process of an app runs. */
const NOT_PRODUCTION =
  /(?:^|\/)(?:tests?|testing|examples?|docs?|node_modules|site-packages|migrations|\.ipynb_checkpoints)(?:\/|$)|(?:^|\/)(?:test_[^/]*|conftest|setup)\.py$/

/** Every app of the tree, the likeliest entry first: by depth, then by the usual names, then by path. */
export function flaskDefinitions(tree: Tree, modules: Modules): readonly FlaskDefinition[] {
  const found: FlaskDefinition[] = []
  const environments = tree.paths
    .filter((path) => path.endsWith('/pyvenv.cfg'))
    .map((path) => path.slice(0, -'pyvenv.cfg'.length))
  for (const path of tree.paths) {
    if (!path.endsWith('.py') || NOT_PRODUCTION.test(path) || environments.some((prefix) => path.startsWith(prefix)))
      continue
    const file = tree.read(path)
    if (file === undefined || !MAKERS.test(file.text) || !LIBRARIES.test(file.text)) continue
    const module = path
      .replace(/\.py$/, '')
      .replace(/\/__init__$/, '')
      .replaceAll('/', '.')
    const { body } = modules.parse(path)
    const made: FlaskDefinition[] = []
    collect(body, { path, module, factory: null }, made)
    found.push(...made.map((each) => ({ ...each, variable: serverOf(body, each.variable) })))
  }
  return found
    .sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map((each) => (each.factory === null ? each : { ...each, called: calledAs(each.factory, tree, modules) }))
}

/** `server = app.server`: what a WSGI server takes of a Dash app (https://dash.plotly.com/deployment). */
function serverOf(body: readonly Stmt[], variable: string | null): string | null {
  if (variable === null) return null
  for (const stmt of body) {
    if (stmt.kind !== 'assign' || stmt.value.kind !== 'attribute') continue
    const [target] = stmt.targets
    if (dottedName(stmt.value) === `${variable}.server` && target?.kind === 'name') return target.name
  }
  return variable
}

/** The first `app = create_app(…)` at the top level of a module at the root. */
function calledAs(factory: string, tree: Tree, modules: Modules): string | null {
  for (const path of tree.rootFiles()) {
    if (!path.endsWith('.py') || NOT_PRODUCTION.test(path) || !tree.read(path)?.text.includes(`${factory}(`)) continue
    for (const stmt of modules.parse(path).body) {
      if (stmt.kind !== 'assign' || stmt.value.kind !== 'call') continue
      const [target] = stmt.targets
      if (dottedName(stmt.value.callee).split('.').at(-1) === factory && target?.kind === 'name')
        return `${path.slice(0, -'.py'.length)}:${target.name}`
    }
  }
  return null
}

/** How a server would name a definition from the root. */
export function targetName(definition: FlaskDefinition): string {
  const { module, variable, factory, called } = definition
  return called ?? `${module}:${variable ?? (factory === null ? 'app' : `${factory}()`)}`
}

/** The words for gunicorn on a shell's line: `app:app`, `"shop:create_app()"`, `--chdir server app:app` for a module of a plain folder. */
export function gunicornWords(definition: FlaskDefinition, tree: Tree): string {
  const { path, called } = definition
  const parts = path.split('/').slice(0, -1)
  let top = parts.length
  while (top > 0 && tree.has(`${parts.slice(0, top).join('/')}/__init__.py`)) top--
  const folder = parts.slice(0, top).join('/')
  const name = targetName(definition)
  if (called !== null || folder === '') return quoted(name)
  return `--chdir ${folder} ${quoted(name.slice(folder.length + 1))}`
}

/** bash stops at a bare parenthesis. */
const quoted = (name: string): string => (name.includes('(') ? `"${name}"` : name)

const USUAL = ['wsgi', 'app', 'application', 'main', 'run', 'server', '__init__']

const stem = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.py$/, '')

/** A file that is named as the way into an app is. */
export const isUsualEntry = (path: string): boolean => USUAL.includes(stem(path))

function rank(path: string): number {
  const depth = path.split('/').length - 1
  const usual = USUAL.indexOf(stem(path))
  return depth * 100 + (usual < 0 ? 50 : usual)
}

interface Around {
  readonly path: string
  readonly module: string
  readonly factory: string | null
}

function collect(stmts: readonly Stmt[], around: Around, found: FlaskDefinition[]): void {
  const add = (call: Expr, variable: string | null): void => {
    found.push({
      path: around.path,
      module: around.module,
      at: { path: around.path, start: call.start, end: call.end },
      variable,
      factory: around.factory,
      called: null,
    })
  }
  for (const stmt of stmts) {
    switch (stmt.kind) {
      case 'assign': {
        const call = making(stmt.value)
        const [target] = stmt.targets
        if (call) add(call, around.factory === null && target?.kind === 'name' ? target.name : null)
        break
      }
      case 'expr':
      case 'return': {
        const call = stmt.value ? making(stmt.value) : null
        if (call) add(call, null)
        break
      }
      case 'function':
        if (around.factory === null) collect(stmt.body, { ...around, factory: stmt.name }, found)
        break
      case 'if':
        for (const branch of stmt.branches) collect(branch.body, around, found)
        collect(stmt.otherwise, around, found)
        break
      case 'try':
        collect(stmt.body, around, found)
        for (const handler of stmt.handlers) collect(handler.body, around, found)
        break
      case 'with':
        collect(stmt.body, around, found)
        break
      default:
        break
    }
  }
}

/** The call that makes an app, also where it is wrapped: `app = cors(Flask(__name__))`. */
function making(expr: Expr): Expr | null {
  if (expr.kind !== 'call') return null
  const name = dottedName(expr.callee).split('.').at(-1) ?? ''
  if (CLASSES.test(name)) return expr
  for (const arg of expr.args) {
    const inner = making(arg.value)
    if (inner) return inner
  }
  return null
}
