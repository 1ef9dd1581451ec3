import { stopUnlessSet } from '../../engine/fix-python.ts'
import { conditionText, trailTo } from '../../engine/plan/production.ts'
import { secretKeys } from '../../engine/plan/secret-keys.ts'
import { defineRule } from '../../engine/rule.ts'

export const secretKeyFallback = defineRule({
  id: 'secret-key-fallback',
  stage: 'security',
  level: 'warning',
  summary: 'Production falls back to a SECRET_KEY from the repository when a config var is absent',
  why: 'The code takes the key from a config var, and a literal when that is not set. On a laptop this is handy. On a dyno it hides a config var that was forgotten, or lost with a new app: everything works, and whoever can read the repository, a fork or an old commit can sign a session cookie that says anything.',
  consequence:
    'Without the config var the app starts with a key that the repository shows, and anybody with the code can forge sessions; Heroku does not say a word.',
  instead:
    'Let the app stop where the config var is missing:\n\n```python\napp.config["SECRET_KEY"] = os.environ["SECRET_KEY"]\n```\n\nor fall back on a laptop only:\n\n```python\nkey = os.environ.get("SECRET_KEY")\nif key is None:\n    if "DYNO" in os.environ:\n        raise RuntimeError("SECRET_KEY is not set")\n    key = "for development only"\n```\n\nIn app.json, `"SECRET_KEY": {"generator": "secret"}` gives every new app a key of its own.',
  fix: {
    safety: 'unsafe',
    note: 'stops the app at its start where DYNO is set and the config var is not; a laptop keeps the fallback',
  },
  sources: [
    { title: 'Flask configuration: SECRET_KEY', url: 'https://flask.palletsprojects.com/en/stable/config/#SECRET_KEY' },
    { title: 'Configuration and config vars', url: 'https://devcenter.heroku.com/articles/config-vars' },
    { title: 'app.json schema: env', url: 'https://devcenter.heroku.com/articles/app-json-schema#env' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) =>
    secretKeys(plan, 'literal').flatMap(({ at, certainty, guards, run }) => {
      const fix = certainty === 'fallback' ? stopUnlessSet(plan, at, guards) : null
      return certainty === 'fallback'
        ? [
            {
              at,
              secret: true as const,
              message: `When ${conditionText(guards)}, sessions are signed with a key that stands in the code. Stop at the start instead where DYNO is set.`,
              related: trailTo(run, at),
              ...(fix === null ? {} : { fix }),
            },
          ]
        : []
    }),
})
