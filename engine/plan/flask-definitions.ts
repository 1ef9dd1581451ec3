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
  /** Name that holds the app at the module's top level. */
  readonly variable: string | null
  /** Top-level function that makes the app. */
  readonly factory: string | null
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
    collect(modules.parse(path).body, { path, module, factory: null }, found)
  }
  return found.sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

const USUAL = ['wsgi', 'app', 'application', 'main', 'run', 'server', '__init__']

function rank(path: string): number {
  const depth = path.split('/').length - 1
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.py$/, '')
  const usual = USUAL.indexOf(name)
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
