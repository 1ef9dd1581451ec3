import type { FindingDraft } from '../../engine/finding.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import type { ServerPlan } from '../../engine/plan/process.ts'
import { asUnread } from '../../engine/plan/production.ts'
import type { EntryProblem } from '../../engine/python/boot.ts'
import { defineRule } from '../../engine/rule.ts'

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
  needs: ['plan'],
  check: ({ plan }) => {
    const findings: FindingDraft[] = []
    for (const process of plan.processes) {
      const { server } = process
      if (!server?.boot?.problem || server.boot.exhausted) continue
      const message = messageOf(server, server.boot.problem, plan, process.type === 'web')
      if (message !== null) findings.push({ at: server.target?.at ?? server.invocation.at, message, ...asUnread(plan) })
    }
    return findings
  },
})

function messageOf(server: ServerPlan, problem: EntryProblem, plan: Plan, isWeb: boolean): string | null {
  const spec =
    server.target?.spec ?? (server.entry?.kind === 'wsgi' ? `${server.entry.module}.${server.entry.expression}` : '')
  switch (problem.kind) {
    case 'no-module': {
      if (spec.includes('$')) return null
      const suggestion = isWeb ? nearestApp(plan, server) : null
      const why =
        /\.py(?::|$)/.test(spec) && server.command.server !== 'python'
          ? `\`${spec}\` names a file, and the server wants a module`
          : spec.includes('/')
            ? `\`${spec}\` has a slash, and the server wants a module`
            : `There is no module \`${problem.module}\` ${where(server)}`
      return suggestion === null ? `${why}.` : `${why}. The Flask app here is ${suggestion}.`
    }
    case 'no-attribute': {
      const near = nearest(problem.attribute, problem.known)
      const made = plan.definitions.find((definition) => definition.path === problem.path)
      const name = made?.variable ?? (made?.factory ? `${made.factory}()` : near)
      return `${problem.path} has no \`${problem.attribute}\`.${name ? ` Name \`${problem.module}:${name}\`.` : ''}`
    }
    case 'bad-expression':
      return `\`${problem.expression}\` is neither a name nor a call with literal arguments, which is all that ${server.name} takes. Name the attribute that holds the app.`
    case 'not-called':
      return null
  }
}

function where(server: ServerPlan): string {
  const cwd = server.invocation.cwd ?? ''
  return cwd === '' ? 'at the root of the repository' : `in ${cwd}/`
}

/** The app that was meant, as this server would name it. */
function nearestApp(plan: Plan, server: ServerPlan): string | null {
  const [definition] = plan.definitions
  if (definition === undefined) return null
  const attribute = definition.variable ?? (definition.factory === null ? 'app' : `${definition.factory}()`)
  const folder = definition.path.includes('/') ? definition.path.slice(0, definition.path.lastIndexOf('/')) : ''
  const isPackage = folder === '' || plan.modules.tree.has(`${folder}/__init__.py`)
  if (isPackage) return `\`${definition.module}:${attribute}\``
  const module = definition.module.slice(definition.module.lastIndexOf('.') + 1)
  return server.command.server === 'gunicorn'
    ? `\`${module}:${attribute}\` in ${folder}/ (start it with \`--chdir ${folder}\`)`
    : `\`${module}:${attribute}\` in ${folder}/`
}

/** A name that differs in case or by a letter or two. */
function nearest(wanted: string, known: readonly string[]): string | null {
  const lower = wanted.toLowerCase()
  return (
    known.find((name) => name.toLowerCase() === lower) ??
    known.find((name) => ['app', 'application', 'server', 'create_app', 'make_app'].includes(name)) ??
    null
  )
}
