import { posix } from 'node:path'
import { couldBeAtLeast, type Dependencies, normaliseName } from '../../engine/facts/dependencies.ts'
import type { FindingDraft, Fix } from '../../engine/finding.ts'
import { type FlaskDefinition, gunicornWords, isUsualEntry, targetName } from '../../engine/plan/flask-definitions.ts'
import { missingDirectory, settingText } from '../../engine/plan/gunicorn-settings.ts'
import { inSubmodule } from '../../engine/plan/imports.ts'
import { inShell, type Plan } from '../../engine/plan/plan.ts'
import type { ServerPlan } from '../../engine/plan/process.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const appTargetMissing = defineRule({
  id: 'app-target-missing',
  stage: 'processes',
  level: 'error',
  summary: 'A process names a module or an attribute that the repository does not have',
  why: 'A server imports the module that the process line names, from the folder in which it starts, and takes the named attribute from it. The dyno runs Linux, so the case of file names counts. A target is `module:attribute`: no `.py`, no slashes.',
  consequence:
    'The server stops at its start (`ModuleNotFoundError`, `Failed to find attribute`), and requests get H10 (App crashed).',
  instead:
    'Name the module as Python would import it and the attribute that holds the app:\n\n```procfile\nweb: gunicorn shop.wsgi:app\n```',
  sources: [
    { title: 'gunicorn: the WSGI application', url: 'https://docs.gunicorn.org/en/stable/run.html' },
    { title: 'Heroku error codes: H10', url: 'https://devcenter.heroku.com/articles/error-codes#h10-app-crashed' },
  ],
  since: '0.1.0',
  absence: 'place',
  fix: { safety: 'unsafe', note: 'names the Flask app that was found in place of the target on the process line' },
  needs: ['plan', 'dependencies'],
  check: ({ plan, dependencies }) =>
    plan.processes.flatMap(({ type, server }): FindingDraft[] => {
      if (server === null) return []
      const found = server.boot === null ? nowhere(plan, server, dependencies) : fault(plan, server, dependencies)
      if (found === null) return []
      const at = server.target?.at ?? server.invocation.at
      const fix = type === 'web' && found.instead !== null ? fixOf(server, found.instead) : null
      return [
        {
          at,
          message: found.message,
          ...asUnread(plan),
          ...(type === 'web' ? {} : { consequence: `The ${type} process ends at its start, each time anew.` }),
          ...(fix ? { fix } : {}),
        },
      ]
    }),
})

interface Fault {
  readonly message: string
  /** What to write in the target's place. */
  readonly instead: string | null
}

function fault(plan: Plan, server: ServerPlan, dependencies: Dependencies): Fault | null {
  const { boot } = server
  if (!boot?.problem || boot.exhausted) return null
  const { problem } = boot
  switch (problem.kind) {
    case 'no-module':
      return noModule(plan, server, problem.module, dependencies)
    case 'no-attribute': {
      const isDash = problem.attribute === 'server' && /\bDash\(/.test(plan.modules.tree.read(problem.path)?.text ?? '')
      if (isDash)
        return { message: `${problem.path} has no \`server\`. Write \`server = app.server\` there.`, instead: null }
      const made = plan.definitions.find((definition) => definition.path === problem.path)
      const own = made?.variable ?? (made?.factory ? `${made.factory}()` : nearest(problem.attribute, problem.known))
      const name = own === null ? nearestApp(plan, server) : inShell(`${problem.module}:${own}`)
      const message = `${problem.path} has no \`${problem.attribute}\`.${name === null ? '' : ` Name \`${name}\`.`}`
      return { message, instead: name }
    }
    case 'bad-expression':
      return {
        message: `\`${problem.expression}\` is neither a name nor a call with literal arguments, which is all that ${server.name} takes. Name the attribute that holds the app.`,
        instead: null,
      }
    case 'not-callable': {
      if (/Dash object$/.test(problem.holds) && couldBeAtLeast(dependencies, 'dash', '3.1') !== false) return null
      const what = `\`${problem.attribute}\` in ${problem.path} is ${problem.holds}, not a WSGI app`
      const name = nearestApp(plan, server)
      return name === null || name === server.target?.spec
        ? { message: `${what}. ${remedy(problem.holds)}`, instead: null }
        : { message: `${what}. Name \`${name}\`.`, instead: name }
    }
    case 'not-called':
      return null
  }
}

const remedy = (holds: string): string =>
  holds.includes('Dash') ? 'Write `server = app.server` there and name that.' : 'Name the Flask app itself.'

function noModule(plan: Plan, server: ServerPlan, module: string, dependencies: Dependencies): Fault | null {
  const spec = server.target?.spec ?? module
  // script-missing speaks of the folder
  if (!plan.container && missingDirectory(server, plan.modules.tree) !== null) return null
  // a Procfile in a folder without any Python stands there for something else
  const cwd = server.invocation.cwd ?? ''
  if (cwd !== '' && !plan.modules.tree.paths.some((path) => path.startsWith(`${cwd}/`) && path.endsWith('.py')))
    return null
  if (spec.includes('$') || mayBeInstalled(module, plan.modules.tree, dependencies)) return null
  const { roots } = server.boot ?? { roots: [cwd] }
  const path = module.replaceAll('.', '/')
  if (roots.some((root) => inSubmodule(plan.modules.tree, posix.join(root, path)))) return null
  const instead = server.command.server === 'celery' ? null : nearestApp(plan, server, module)
  const why =
    /\.py(?::|$)/.test(spec) && server.command.server !== 'python'
      ? `\`${spec}\` names a file, and the server wants a module`
      : spec.includes('/')
        ? `\`${spec}\` has a slash, and the server wants a module`
        : `There is no module \`${module}\` ${where(server)}`
  return { message: instead === null ? `${why}.` : `${why}. Write \`${instead}\`.`, instead }
}

/** In an image of which it is not known what lies where: a name that no file of the tree has is missing all the same. */
function nowhere(plan: Plan, server: ServerPlan, dependencies: Dependencies): Fault | null {
  const { tree } = plan.modules
  const spec = server.target?.spec
  if (!plan.container || server.invocation.cwd !== null || spec === undefined || !IMPORTING.has(server.command.server))
    return null
  const module = spec.split(':')[0] ?? ''
  const [top = ''] = module.split('.')
  const file = new RegExp(`(?:^|/)${top}(?:/|\\.\\w+$)`)
  if (!/^\w+$/.test(top) || tree.paths.some((path) => file.test(path))) return null
  // the image may make it: `COPY server.py app.py`
  const recipes = tree.paths.filter((path) => /(?:^|\/)[^/]*Dockerfile[^/]*$|\.sh$/.test(path))
  if (recipes.some((path) => new RegExp(`\\b${top}(?:\\.py|/)`).test(tree.read(path)?.text ?? ''))) return null
  if (mayBeInstalled(module, tree, dependencies)) return null
  return { message: `There is no module \`${module}\` anywhere in the repository.`, instead: null }
}

const IMPORTING: ReadonlySet<string> = new Set(['gunicorn', 'waitress', 'hypercorn', 'uvicorn', 'daphne', 'granian'])

const USUAL_NAMES: ReadonlySet<string> = new Set(
  'app application api bot flask index main run server web wsgi'.split(' '),
)

/** Modules of distributions can be served as well; which ones they bring is not known beyond the name. */
function mayBeInstalled(module: string, tree: Tree, dependencies: Dependencies): boolean {
  const top = normaliseName(module.split('.')[0] ?? '')
  const brought = [...dependencies.production.keys()].some(
    (name) => name === top || `-${name}-`.includes(`-${top}-`) || name.replaceAll('-', '') === top.replaceAll('-', ''),
  )
  if (brought) return !USUAL_NAMES.has(top)
  // `./backend` in requirements.txt: a folder that installs itself
  const bare = module.split('.')[0] ?? ''
  return tree.paths.some((path) => {
    const cut = path.search(new RegExp(`(?:^|/)(?:src/)?${bare.replace(/\W/g, '\\$&')}(?:/__init__)?\\.py$`))
    const folder = cut > 0 ? path.slice(0, cut) : null
    return folder !== null && ['setup.py', 'setup.cfg', 'pyproject.toml'].some((name) => tree.has(`${folder}/${name}`))
  })
}

function where(server: ServerPlan): string {
  const cwd = server.invocation.cwd ?? ''
  return cwd === '' ? 'at the root of the repository' : `in ${cwd}/`
}

/** The app that was meant, as this server would name it; with `--chdir` where it lies in a plain folder. */
function nearestApp(plan: Plan, server: ServerPlan, wanted = ''): string | null {
  const last = wanted.split('.').at(-1)?.toLowerCase() ?? ''
  // of `app.py` and `app/__init__.py`, Python takes the package
  const reachable = plan.definitions.filter(({ path }) => !plan.modules.tree.has(path.replace(/\.py$/, '/__init__.py')))
  const definition = reachable.find(({ module }) => nameOf(module) === last) ?? kin(reachable, last)
  if (definition === undefined || (server.invocation.cwd ?? '') !== '') return null
  return server.command.server === 'gunicorn' ? gunicornWords(definition, plan.modules.tree) : targetName(definition)
}

const nameOf = (module: string): string => (module.split('.').at(-1) ?? '').toLowerCase()

/** Of several apps the one whose name shares a word with what is missing, else the first where it stands out: by its name or its folder. */
function kin(apps: readonly FlaskDefinition[], wanted: string): FlaskDefinition | undefined {
  const words = wanted.split('_').filter((word) => !USUAL_NAMES.has(word))
  const sharing = apps.filter(({ module }) =>
    nameOf(module)
      .split('_')
      .some((word) => words.includes(word)),
  )
  if (sharing.length === 1) return sharing[0]
  const [first, ...others] = apps
  if (first === undefined || isUsualEntry(first.path)) return first
  const beside = others.filter(({ path }) => path !== first.path && posix.dirname(path) === posix.dirname(first.path))
  return beside.length === 0 ? first : undefined
}

/** A name that differs in case, else a usual one. */
function nearest(wanted: string, known: readonly string[]): string | null {
  const lower = wanted.toLowerCase()
  return (
    known.find((name) => name.toLowerCase() === lower) ??
    known.find((name) => ['app', 'application', 'server', 'create_app', 'make_app'].includes(name)) ??
    null
  )
}

/** A worker of another framework (`aiohttp.GunicornWebWorker`, `uvicorn.workers.UvicornWorker`) serves no Flask app. */
function servesWsgi(server: ServerPlan): boolean {
  const workerClass = settingText(server, 'worker_class')
  return (
    workerClass === undefined ||
    (workerClass !== null &&
      /^(?:\w+|(?:gunicorn|gevent|geventwebsocket|eventlet|meinheld)\..+)$/.test(workerClass.text))
  )
}

function fixOf(server: ServerPlan, instead: string): Fix | null {
  const { target, invocation } = server
  if (
    server.command.server !== 'gunicorn' ||
    !servesWsgi(server) ||
    target?.at.start === undefined ||
    target.at.end === undefined
  )
    return null
  const { path, start, end } = target.at
  if (path !== invocation.path || path.endsWith('.py') || end - start < target.spec.length) return null
  return {
    safety: 'unsafe',
    uncovers: true,
    description: `name ${instead}`,
    edits: [{ kind: 'text', path, start, end, text: instead }],
  }
}
