import { settingsOf, trailTo } from '../../engine/plan/production.ts'
import { literalText, placeOf } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'

export const secretKeyHardcoded = defineRule({
  id: 'secret-key-hardcoded',
  stage: 'security',
  level: 'error',
  summary: 'the SECRET_KEY that production uses is written in the repository',
  why: 'Flask signs session cookies with `SECRET_KEY`. Whoever can read the repository, a fork or an old commit can sign a cookie that says anything, and log in as anybody.',
  consequence: 'Anybody with the code can forge sessions of the running app; Heroku does nothing about it.',
  instead:
    'Take it from a config var, without a fallback:\n\n```python\napp.config["SECRET_KEY"] = os.environ["SECRET_KEY"]\n```\n\n`heroku config:set SECRET_KEY="$(python3 -c \'import secrets; print(secrets.token_hex(32))\')"` makes one; in app.json use `"generator": "secret"`.',
  fix: { safety: 'unsafe', note: 'reads the config var instead; the app then needs it, and all sessions end once' },
  sources: [
    { title: 'Flask configuration: SECRET_KEY', url: 'https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY' },
    { title: 'Configuration and config vars', url: 'https://devcenter.heroku.com/articles/config-vars' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const seen = new Set<string>()
    return settingsOf(plan, 'SECRET_KEY').flatMap(({ alternative, certainty, app, ...run }) => {
      const value = literalText(alternative.atom)
      if (value === null || value === '' || certainty !== 'certain') return []
      const at = placeOf(alternative.atom) ?? app.at
      const key = `${at.path}:${at.start}`
      // A value from app.json or the process line is no literal of a Python file
      if (seen.has(key) || !at.path.endsWith('.py')) return []
      seen.add(key)
      const source = plan.modules.tree.read(at.path)?.text ?? ''
      const importsOs = /^import os\b/m.test(source)
      return [
        {
          at,
          message: 'The secret key of production stands in the code. Read it from the config var SECRET_KEY.',
          related: trailTo(run, at),
          ...(importsOs && at.start !== undefined && at.end !== undefined
            ? {
                fix: {
                  safety: 'unsafe' as const,
                  description: 'read SECRET_KEY from the environment',
                  edits: [
                    {
                      kind: 'text' as const,
                      path: at.path,
                      start: at.start,
                      end: at.end,
                      text: 'os.environ["SECRET_KEY"]',
                    },
                  ],
                },
              }
            : {}),
        },
      ]
    })
  },
})
