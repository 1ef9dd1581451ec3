import { readAppJson } from '../../engine/facts/app-json.ts'
import { couldBeAtLeast } from '../../engine/facts/dependencies.ts'
import type { FindingDraft, Fix } from '../../engine/finding.ts'
import { otherWords, shellText } from '../../engine/fix-command.ts'
import type { Invocation } from '../../engine/plan/command.ts'
import { findFlaskApp, flaskAppWords } from '../../engine/plan/flask-app.ts'
import type { ProcessPlan } from '../../engine/plan/plan.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const releaseAppNotFound = defineRule({
  id: 'release-app-not-found',
  stage: 'processes',
  level: 'error',
  summary: 'The flask command of a process cannot find the app',
  why: '`flask db upgrade` needs to know the app. It takes `--app`, then the variable FLASK_APP, then wsgi.py or app.py of the folder in which it starts, and nothing else. A `.flaskenv` counts only where python-dotenv is installed, a `.env` only where it is committed.',
  consequence:
    'The release phase fails with `Could not locate a Flask application`, and Heroku does not deploy the new version.',
  instead: 'Name the app on the line itself:\n\n```procfile\nrelease: flask --app shop db upgrade\n```',
  fix: {
    safety: 'unsafe',
    note: 'names the Flask app that was found with `--app`, where Flask 2.2 or newer is installed',
  },
  sources: [
    {
      title: 'Flask: application discovery',
      url: 'https://flask.palletsprojects.com/en/stable/cli/#application-discovery',
    },
    { title: 'Release phase', url: 'https://devcenter.heroku.com/articles/release-phase' },
  ],
  since: '0.1.0',
  needs: ['plan', 'dependencies', 'tree'],
  check: ({ plan, dependencies, tree }) => {
    if (plan.container) return []
    const declared = readAppJson(tree)?.values ?? new Map<string, string>()
    const seen = new Set<string>()
    return plan.processes.flatMap((process) =>
      process.invocations.flatMap((invocation): FindingDraft[] => {
        // of the server itself, app-target-missing speaks
        if (invocation.programName !== 'flask' || invocation.conditional || isServed(process, invocation)) return []
        const outcome = findFlaskApp(invocation, plan, dependencies, declared)
        if (outcome === 'found' || outcome === 'unknown') return []
        // what one setting mends is one fault, however many processes need it
        const key = outcome.kind === 'unnamed' ? '' : outcome.spec
        if (seen.has(key)) return []
        seen.add(key)
        const app = flaskAppWords(plan, invocation.cwd ?? '')
        const newer = couldBeAtLeast(dependencies, 'flask', '2.2') === true
        const remedy =
          app === null ? '' : newer ? ` Write \`flask --app ${app}\`.` : ` Write \`FLASK_APP=${app} flask\`.`
        return [
          {
            at: { path: invocation.path, start: invocation.program.start, end: invocation.program.end },
            message:
              outcome.kind === 'unnamed'
                ? `Nothing tells flask which app is meant, unless a config var FLASK_APP does.${remedy}`
                : `flask is told to load \`${outcome.spec}\`, and there is no module \`${outcome.module}\`.${remedy}`,
            // somebody may have set FLASK_APP by hand
            ...(outcome.kind === 'unnamed' ? { level: 'warning' as const } : {}),
            ...consequenceFor(process),
            ...asUnread(plan),
            ...(app === null
              ? {}
              : outcome.kind === 'unnamed'
                ? newer
                  ? fixOf(invocation, app)
                  : {}
                : otherApp(plan.modules.tree, invocation, outcome.spec, app)),
          },
        ]
      }),
    )
  },
})

const isServed = ({ server }: ProcessPlan, invocation: Invocation): boolean =>
  server?.invocation === invocation && server.entry !== null

function consequenceFor({ type }: ProcessPlan): { readonly consequence?: string } {
  if (type === 'release') return {}
  return {
    consequence: `The ${type} process fails at this command with \`Could not locate a Flask application\`${type === 'web' ? ': H10 (App crashed) where the rest depends on it' : ''}.`,
  }
}

/** The word behind `--app` or `FLASK_APP=`, where it names what is not there. */
function otherApp(tree: Tree, invocation: Invocation, spec: string, app: string): { readonly fix?: Fix } {
  const words = [...invocation.arguments, ...invocation.environment.values()]
  const word = words.find(({ raw }) => raw === spec || raw.endsWith(`=${spec}`))
  if (word === undefined) return {}
  const at = { path: invocation.path, start: word.end - spec.length, end: word.end }
  if (shellText(tree, at) !== spec) return {}
  const fix = otherWords(tree, at, app, 'unsafe')
  return fix === null ? {} : { fix }
}

function fixOf({ program, path }: Invocation, app: string): { readonly fix?: Fix } {
  if (program.raw !== 'flask' || path.endsWith('.yml')) return {}
  return {
    fix: {
      safety: 'unsafe',
      description: `write flask --app ${app}`,
      edits: [{ kind: 'text', path, start: program.end, end: program.end, text: ` --app ${app}` }],
    },
  }
}
