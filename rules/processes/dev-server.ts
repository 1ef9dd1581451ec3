import { installs } from '../../engine/facts/dependencies.ts'
import type { Fix } from '../../engine/finding.ts'
import { asUnread, trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

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
    note: 'puts gunicorn in place of `python file.py` where gunicorn is installed and the app is a name in that file',
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
    const { invocation, boot } = server
    const serving = server.serves.filter((serve) => serve.certain).at(-1)
    const related =
      boot === null || serving === undefined
        ? []
        : [
            ...trailTo({ process: plan.web, server, boot }, serving.call.at),
            { ...serving.call.at, message: `${serving.name} starts the development server here` },
          ]
    const definition = plan.definitions.find((known) => known.variable !== null && known.path === boot?.target?.path)
    const app =
      definition === undefined ? (plan.webApp?.name ?? 'app:app') : `${definition.module}:${definition.variable}`
    const what =
      serving === undefined
        ? `\`${server.name}\` is Flask's development server`
        : `\`${commandText(plan.web.command)}\` ends in \`${serving.name}\`, the development server`
    const start = invocation.program.start
    const end = invocation.arguments.at(-1)?.end
    const fix: Fix | undefined =
      definition !== undefined &&
      end !== undefined &&
      invocation.arguments.length === 1 &&
      invocation.path === plan.web.at.path &&
      installs(dependencies, 'gunicorn') === 'yes'
        ? {
            safety: 'unsafe',
            description: `serve it with gunicorn ${app}`,
            edits: [{ kind: 'text', path: invocation.path, start, end, text: `gunicorn ${app}` }],
          }
        : undefined
    return [
      {
        at: invocation.at,
        ...asUnread(plan),
        message: `${what}. Serve the app with \`gunicorn ${app}\`.`,
        related: related.filter((step) => step.path !== invocation.at.path || step.start !== invocation.at.start),
        ...(fix ? { fix } : {}),
      },
    ]
  },
})

const commandText = (command: string): string => (command.length > 60 ? `${command.slice(0, 57)}…` : command)
