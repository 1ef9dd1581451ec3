import { secretFromEnvironment, stopUnlessSet } from '../../engine/fix-python.ts'
import { conditionText, trailTo } from '../../engine/plan/production.ts'
import { secretKeys } from '../../engine/plan/secret-keys.ts'
import { defineRule } from '../../engine/rule.ts'

export const secretKeyRandom = defineRule({
  id: 'secret-key-random',
  stage: 'security',
  level: 'error',
  summary: 'The SECRET_KEY is made anew at each start, in each worker for itself',
  why: 'Flask signs session cookies with `SECRET_KEY`. A key that is made while the program starts is another one in each gunicorn worker (the Python buildpack sets `WEB_CONCURRENCY` to two or more on most dynos), in each dyno, and after each restart, of which there is one a day at least. A cookie signed with one key is thrown away by whoever has another.',
  consequence:
    'Logins and form tokens (CSRF) fail at random as requests reach another worker, and everybody is logged out at each dyno restart.',
  instead:
    'Make the key once and keep it in a config var:\n\n```bash\nheroku config:set SECRET_KEY="$(python3 -c \'import secrets; print(secrets.token_hex(32))\')"\n```\n\n```python\napp.config["SECRET_KEY"] = os.environ["SECRET_KEY"]\n```',
  fix: {
    safety: 'unsafe',
    note: 'reads the config var instead, which the app then needs; where it is only the fallback, stops the app without it on a dyno',
  },
  sources: [
    { title: 'Flask configuration: SECRET_KEY', url: 'https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY' },
    {
      title: 'Deploying Python applications with Gunicorn',
      url: 'https://devcenter.heroku.com/articles/python-gunicorn',
    },
    { title: 'Dyno restarts', url: 'https://devcenter.heroku.com/articles/dyno-restarts' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) =>
    secretKeys(plan, 'random').flatMap(({ at, certainty, guards, run }) => {
      const related = trailTo(run, at)
      const fix = certainty === 'certain' ? secretFromEnvironment(plan, at) : stopUnlessSet(plan, at, guards)
      if (certainty === 'certain')
        return [
          {
            at,
            message:
              'Each worker makes a secret key of its own, and a new one at each start, so that sessions do not last. Read it from the config var SECRET_KEY.',
            related,
            ...(fix === null ? {} : { fix }),
          },
        ]
      if (certainty !== 'fallback') return []
      return [
        {
          at,
          level: 'warning' as const,
          message: `When ${conditionText(guards)}, each worker makes a secret key of its own, and sessions do not last. Stop at the start instead where DYNO is set.`,
          related,
          ...(fix === null ? {} : { fix }),
        },
      ]
    }),
})
