import { defineRule } from '../../engine/rule.ts'

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
  needs: ['procfile', 'plan'],
  check: ({ procfile, plan }) => {
    if (plan.source.kind !== 'procfile' || plan.web !== null || plan.webApp === null) return []
    const related = [{ ...plan.webApp.at, message: 'this Flask app answers HTTP' }]
    const likely = procfile.entries.find((entry) => LIKELY_WEB.test(entry.type))
    if (likely !== undefined) {
      return [
        {
          at: likely.typeAt,
          message: `The process type is \`${likely.type}\`, and only \`web\` gets HTTP traffic. Name it \`web\`.`,
          related,
          fix: {
            safety: 'unsafe' as const,
            description: `rename the process type ${likely.type} to web`,
            edits: [
              {
                kind: 'text' as const,
                path: likely.typeAt.path,
                start: likely.typeAt.start ?? 0,
                end: likely.typeAt.end ?? 0,
                text: 'web',
              },
            ],
          },
        },
      ]
    }
    const types = procfile.entries.map((entry) => `\`${entry.type}\``)
    const [first] = procfile.entries
    const found =
      types.length === 0
        ? 'The Procfile declares no process'
        : `The Procfile declares ${types.join(', ')}, but no \`web\``
    return [
      {
        at: first?.typeAt ?? { path: procfile.path },
        message: `${found}. Add \`web: gunicorn ${plan.webApp.name}\`.`,
        related,
      },
    ]
  },
})
