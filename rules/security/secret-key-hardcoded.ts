import { secretFromEnvironment } from '../../engine/fix-python.ts'
import { trailTo } from '../../engine/plan/production.ts'
import { secretKeys } from '../../engine/plan/secret-keys.ts'
import { defineRule } from '../../engine/rule.ts'

export const secretKeyHardcoded = defineRule({
  id: 'secret-key-hardcoded',
  stage: 'security',
  level: 'error',
  summary: 'The SECRET_KEY that production uses is written in the repository',
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
  check: ({ plan }) =>
    secretKeys(plan, 'literal').flatMap(({ at, certainty, run }) => {
      if (certainty !== 'certain') return []
      const fix = secretFromEnvironment(plan, at)
      return [
        {
          at,
          secret: true as const,
          message: 'The secret key of production stands in the code. Read it from the config var SECRET_KEY.',
          related: trailTo(run, at),
          ...(fix ? { fix } : {}),
        },
      ]
    }),
})
