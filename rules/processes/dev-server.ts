import { type Dependencies, installs } from '../../engine/facts/dependencies.ts'
import type { Fix, Place } from '../../engine/finding.ts'
import { withGunicorn } from '../../engine/fix-requirement.ts'
import { inShell, type Plan } from '../../engine/plan/plan.ts'
import type { ServerPlan } from '../../engine/plan/process.ts'
import { asUnread, trailTo } from '../../engine/plan/production.ts'
import type { Stmt } from '../../engine/python/ast.ts'
import type { Boot } from '../../engine/python/boot.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const devServer = defineRule({
  id: 'dev-server',
  stage: 'processes',
  level: 'error',
  summary: "The web process is Flask's or Werkzeug's development server",
  why: 'The development server is made for one person at a time on a laptop. It is neither fast, nor stable, nor safe, and Flask itself says not to use it in production. On a dyno it also ignores `WEB_CONCURRENCY` and does not finish requests when the dyno is stopped.',
  consequence:
    'The app answers one slow client at a time: requests queue until Heroku ends them with H12 (Request timeout), and crashes take the whole dyno down (H10).',
  instead:
    'Add gunicorn to the dependencies and let it serve the app:\n\n```procfile\nweb: gunicorn app:app\n```\n\nKeep `app.run()` under `if __name__ == "__main__":` for your laptop.',
  fix: {
    safety: 'unsafe',
    note: 'puts gunicorn in place of `python file.py` or `flask run` where the app is a name in that file, and adds gunicorn to requirements.txt where it is missing',
  },
  sources: [
    { title: 'Flask: deploying to production', url: 'https://flask.palletsprojects.com/en/stable/deploying/' },
    {
      title: 'Deploying Python applications with Gunicorn',
      url: 'https://devcenter.heroku.com/articles/python-gunicorn',
    },
  ],
  since: '0.1.0',
  needs: ['plan', 'dependencies'],
  check: ({ plan, dependencies }) => {
    const server = plan.web?.server
    if (!plan.web || server?.development !== true) return []
    const { invocation, boot, serving } = server
    const related =
      boot === null || serving === null
        ? []
        : [
            ...trailTo({ process: plan.web, server, boot }, serving.call.at),
            { ...serving.call.at, message: `${serving.name} starts the development server here` },
          ]
    const line = productionLine(plan, server)
    const what =
      serving === null
        ? `\`${server.name}\` is Flask's development server`
        : `\`${commandText(plan.web.command)}\` starts \`${serving.name}\`, the development server`
    const fix =
      line.proven && invocation.path === plan.web.at.path
        ? fixOf(server, line.text, plan.modules.tree, dependencies)
        : null
    return [
      {
        at: invocation.at,
        ...(serving?.background ? { level: 'warning' as const } : {}),
        ...asUnread(plan),
        message: serving?.background
          ? `${what}, in a thread. Serve the app with \`${line.text}\`, and run the rest as a process of its own.`
          : `${what}. Serve the app with \`${line.text}\`${line.guard ? ` and keep \`${serving?.name}\` under \`if __name__ == "__main__":\`` : ''}.`,
        related: related.filter((step) => step.path !== invocation.at.path || step.start !== invocation.at.start),
        ...(fix ? { fix } : {}),
        ...(fix === null && line.proven && installs(dependencies, 'gunicorn') === 'no'
          ? { missing: ['gunicorn'] }
          : {}),
      },
    ]
  },
})

const commandText = (command: string): string => (command.length > 60 ? `${command.slice(0, 57)}…` : command)

/** Only where all words belong to the server that goes. */
function fixOf(server: ServerPlan, line: string, tree: Tree, dependencies: Dependencies): Fix | null {
  const { invocation, command } = server
  const end = invocation.arguments.at(-1)?.end
  const { start, end: own } = invocation.program
  // in heroku.yml and in a Dockerfile the words stand in another syntax's quotes
  const words = invocation.wrappers.length === 0 && !/\.ya?ml$|Dockerfile[^/]*$/.test(invocation.path)
  if (!words || end === undefined || end < own || (command.server === 'python' && command.rest.length > 0)) return null
  const made = withGunicorn(tree, dependencies, [{ kind: 'text', path: invocation.path, start, end, text: line }])
  if (made === null) return null
  // what `app.run()` was told is then for a laptop alone
  const brings = ['debug-when-run-by-hand', ...(made.brings ?? [])]
  return { safety: 'unsafe', description: `serve it with ${line}`, ...made, brings }
}

interface ProductionLine {
  readonly text: string
  /** The target was seen to hold the app, and importing it does not start the development server again. */
  readonly proven: boolean
  /** The module would start it again when gunicorn imports it. */
  readonly guard: boolean
}

/** What the process line would have to be. */
function productionLine(plan: Plan, server: ServerPlan): ProductionLine {
  const { boot, serving } = server
  const program = serving?.name === 'socketio.run()' ? 'gunicorn -w 1 --threads 40' : 'gunicorn'
  const entry = boot?.entry
  if (boot?.problem === null && entry?.kind === 'wsgi') {
    const called = entry.callResult && !entry.expression.endsWith(')') ? '()' : ''
    const known = boot.target !== null && boot.apps.length > 0
    return {
      text: `${program} ${inShell(`${entry.module}:${entry.expression}${called}`)}`,
      proven: known,
      guard: false,
    }
  }
  const path = boot?.target?.path
  const name = path === undefined || boot === null || boot === undefined ? null : servedName(plan, boot, path)
  const fallback = { text: `${program} ${plan.webApp?.words ?? 'app:app'}`, proven: false, guard: false }
  if (path === undefined || name === null || path.endsWith('__main__.py')) return fallback
  const guard = serving !== null && serving.call.at.path === path && isUnguarded(plan, path, serving.call.at)
  const cut = path.lastIndexOf('/')
  const folder = cut < 0 ? '' : path.slice(0, cut)
  const isPackage = folder === '' || plan.modules.tree.has(`${folder}/__init__.py`)
  const module = path.slice(isPackage ? 0 : cut + 1, -'.py'.length).replaceAll('/', '.')
  const chdir = isPackage ? '' : ` --chdir ${folder}`
  return { text: `${program}${chdir} ${module}:${name}`, proven: !guard && isPackage && cut < 0, guard }
}

/** The name that holds the app when the script is imported instead of run. */
function servedName(plan: Plan, boot: Boot, path: string): string | null {
  const defined = plan.definitions.find((known) => known.path === path && known.variable !== null)
  if (defined?.variable) return defined.variable
  const scope = boot.loaded.find((module) => module.path === path)?.scope
  for (const name of topLevelNames(plan.modules.parse(path).body)) {
    const value = scope?.names.get(name) ?? []
    if (value.some(({ atom }) => atom.kind === 'instance' && atom.object.className === 'flask.Flask')) return name
  }
  return null
}

function topLevelNames(body: readonly Stmt[]): string[] {
  return body.flatMap((stmt) => {
    if (stmt.kind === 'assign') return stmt.targets.flatMap((target) => (target.kind === 'name' ? [target.name] : []))
    if (stmt.kind === 'from' && stmt.names !== '*') return stmt.names.map((item) => item.alias ?? item.name)
    return []
  })
}

/** `app.run()` at the top level of a module runs on import, too. */
function isUnguarded(plan: Plan, path: string, at: Place): boolean {
  const { start = 0 } = at
  return plan.modules.parse(path).body.some((stmt) => stmt.kind === 'expr' && stmt.start <= start && start < stmt.end)
}
