import type { Fix } from '../../engine/finding.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

export const appFactoryNotCalled = defineRule({
  id: 'app-factory-not-called',
  stage: 'processes',
  level: 'error',
  summary: 'The server is given an app factory itself instead of the app that it makes',
  why: 'gunicorn checks that its target can be called, and a factory can. So the dyno boots and looks healthy; then gunicorn calls the factory with a request, as if it were the app, and every request fails.',
  consequence:
    'The app boots, then every request is a 500: `TypeError: create_app() takes 0 positional arguments but 2 were given`.',
  instead:
    "Call the factory in the target, in quotes, since a shell reads the line:\n\n```procfile\nweb: gunicorn 'shop:create_app()'\n```",
  fix: { safety: 'safe', note: 'adds the parentheses and the quotes where the factory needs no argument' },
  sources: [
    { title: 'gunicorn: app factories', url: 'https://docs.gunicorn.org/en/stable/run.html' },
    { title: 'Flask: gunicorn', url: 'https://flask.palletsprojects.com/en/stable/deploying/gunicorn/' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) =>
    plan.processes.flatMap(({ server }) => {
      const problem = server?.boot?.problem
      if (!server?.target || problem?.kind !== 'not-called') return []
      const { factory } = problem
      const { spec, at } = server.target
      const needsArguments = factory.params.some((param) => param.kind === 'plain' && param.fallback === null)
      const called = server.command.server === 'waitress' ? `--call ${spec}` : `'${spec}()'`
      const message = needsArguments
        ? `\`${spec}\` is an app factory that needs arguments. Make the app in a module such as wsgi.py and name that.`
        : `\`${spec}\` is an app factory, not an app. Write \`${called}\`.`
      const fix: Fix | null =
        !needsArguments &&
        server.command.server === 'gunicorn' &&
        at.start !== undefined &&
        at.end !== undefined &&
        at.end - at.start === spec.length
          ? {
              safety: 'safe',
              description: `call the factory: '${spec}()'`,
              edits: [
                {
                  kind: 'text',
                  path: at.path,
                  start: at.start,
                  end: at.end,
                  text: at.path.endsWith('.py') ? `${spec}()` : `'${spec}()'`,
                },
              ],
            }
          : null
      return [
        {
          at,
          message,
          ...asUnread(plan),
          related: [{ ...factory.at, message: 'the factory is defined here' }],
          ...(fix ? { fix } : {}),
        },
      ]
    }),
})
