import type { Fix } from '../../engine/finding.ts'
import { withLine } from '../../engine/fix-line.ts'
import { withGunicorn } from '../../engine/fix-requirement.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

const LIKELY_WEB = /^(?:web[-_.]?\w*|www|server|app|api|http|main)$/i

export const webProcessMissing = defineRule({
  id: 'web-process-missing',
  stage: 'processes',
  level: 'error',
  summary: 'The Procfile starts processes, but none is called `web` while the code serves HTTP',
  why: 'Heroku sends HTTP traffic to one process type only: `web`. A Flask app whose Procfile declares other types, or none at all, is built and released, and nobody can reach it.',
  consequence: 'No dyno answers requests: Heroku reports H14 (No web dynos running).',
  instead: 'Declare the process type `web`:\n\n```procfile\nweb: gunicorn app:app\n```',
  sources: [
    {
      title: 'The Procfile: the web process type',
      url: 'https://devcenter.heroku.com/articles/procfile#the-web-process-type',
    },
    {
      title: 'Heroku error codes: H14',
      url: 'https://devcenter.heroku.com/articles/error-codes#h14-no-web-dynos-running',
    },
  ],
  since: '0.1.0',
  needs: ['tree', 'procfile', 'plan', 'dependencies'],
  fix: {
    safety: 'unsafe',
    note: 'renames the process type that runs the HTTP server to `web`, or adds a line that starts gunicorn with the app that was found',
  },
  check: ({ tree, procfile, plan, dependencies }) => {
    if (plan.source.kind !== 'procfile' || plan.web !== null || plan.webApp === null) return []
    const beside = plan.processes.some(({ server }) => server?.serving?.background === true)
    if (beside || !answersHttp(tree)) return []
    const related = [{ ...plan.webApp.at, message: 'this Flask app answers HTTP' }]
    const serving = plan.processes.find(({ server }) => server !== null && (server.bind ?? server.serving) !== null)
    const likely =
      procfile.entries.find((entry) => entry.type === serving?.type) ??
      procfile.entries.find((entry) => LIKELY_WEB.test(entry.type))
    if (likely !== undefined) {
      const { path, start, end } = likely.typeAt
      const fix: Fix | null =
        start === undefined || end === undefined
          ? null
          : {
              safety: 'unsafe',
              uncovers: true,
              description: `rename the process type ${likely.type} to web`,
              edits: [{ kind: 'text', path, start, end, text: 'web' }],
            }
      return [
        {
          at: likely.typeAt,
          message: `The process type is \`${likely.type}\`, and only \`web\` gets HTTP traffic. Name it \`web\`.`,
          related,
          ...(fix ? { fix } : {}),
        },
      ]
    }
    const types = procfile.entries.map((entry) => `\`${entry.type}\``)
    const [first] = procfile.entries
    const found =
      types.length === 0
        ? 'The Procfile declares no process'
        : `The Procfile declares ${types.join(', ')}, but no \`web\``
    const { text } = procfile.file
    const line = `web: gunicorn ${plan.webApp.words}`
    const made = withGunicorn(tree, dependencies, [withLine(procfile.path, text, line)])
    return [
      {
        at: first?.typeAt ?? { path: procfile.path },
        message: `${found}. Add \`${line}\`.`,
        related,
        ...(made === null
          ? { missing: ['gunicorn'] }
          : { fix: { safety: 'unsafe', description: `add \`${line}\``, ...made } }),
      },
    ]
  },
})

const ANSWERS =
  /\.(?:route|add_url_rule|register_blueprint|register_api|add_resource|add_namespace|add_api|add_view|errorhandler)\s*\(|@\w+\.(?:get|post|put|patch|delete)\s*\(|\b(?:Dash|Admin|Eve|SlackEventAdapter)\s*\(/

/** An app that only lends its configuration to a worker (`app.app_context()`) has no routes. */
function answersHttp(tree: Tree): boolean {
  return tree.paths.some((path) => path.endsWith('.py') && ANSWERS.test(tree.read(path)?.text ?? ''))
}
