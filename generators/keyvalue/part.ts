import type { Part } from '../_shared/part.ts'
import { type Answers, wantsKeyValue } from '../app/options.ts'

/**
 * Heroku Key-Value Store, for whatever the project keeps there: one pool of connections a process, by TLS with the
 * self-signed certificate that Heroku has, and nothing at all on the developer's computer.
 */
export const keyvalue: Part = {
  name: 'keyvalue',
  wanted: wantsKeyValue,
  files: () => ['package/keyvalue.py'],
  // Celery names the range of redis-py that it goes with by its extra `redis`.
  requirements: ({ jobs }) => ({ runtime: jobs === 'celery' ? [] : ['redis'] }),
  addons: ({ keyValuePlan }) => [{ service: 'heroku-redis', plan: keyValuePlan, sets: 'REDIS_URL' }],
  configVars: ({ answers }) => [
    {
      name: 'REDIS_URL',
      description: 'The address of Key-Value Store.',
      from: 'addon',
      required: true,
      example: 'rediss://:p@host:6379',
      local: ['# Valkey or Redis; without it, ', withoutIt(answers), '\n# REDIS_URL=redis://localhost:6379'].join(''),
    },
  ],
  fragments: ({ answers: { keyValuePlan }, imported }) => ({
    'settings.functions': `
def by_tls(url: str) -> str:
    """Let clients believe in the certificate of Key-Value Store, which Heroku signs itself.

    redis-py, RQ, Celery and Flask-Session all read this parameter of the address.
    https://devcenter.heroku.com/articles/connecting-heroku-redis#connecting-in-python
    """
    return f"{url}?ssl_cert_reqs=none" if url.startswith("rediss://") else url
`,
    'settings.dyno': readAddress(`require("REDIS_URL", "heroku addons:create heroku-redis:${keyValuePlan} --wait")`),
    'settings.local': 'REDIS_URL = os.environ.get("REDIS_URL")',
    'factory.imports': imported('keyvalue'),
    'factory.setup': 'keyvalue.init_app(app)',
    'health.imports': 'from flask import current_app\nfrom redis.exceptions import RedisError',
    'health.checks': `
store = current_app.extensions["keyvalue"]
try:
    # None on a computer without REDIS_URL.
    checks["keyvalue"] = "ok" if store is None or store.ping() else "unreachable"
except RedisError:
    current_app.logger.exception("Key-Value Store does not answer")
    checks["keyvalue"] = "unreachable"
`,
    'conftest.overrides': '"REDIS_URL": None,',
    ...(keyValuePlan === 'mini' ? { 'readme.sections': MINI } : {}),
  }),
}

const MINI = `
## Key-Value Store
The plan mini keeps nothing over a restart of the store: what waits there, and who is signed in, is gone then. Larger plans
[keep it](https://devcenter.heroku.com/articles/heroku-redis).
`

/** What takes the place of Key-Value Store on a computer, in one line. */
function withoutIt({ jobs, cache, sessions }: Answers): string {
  const instead = [
    ...(jobs === 'none' ? [] : ['jobs run at once, in the web process']),
    ...(cache ? ['the cache is in its memory'] : []),
    ...(sessions === 'server' ? ['sessions are files in instance/'] : []),
  ]
  return `${instead.join(', ').replace(/, ([^,]*)$/, ' and $1')}.`
}

/** As `ruff format` writes it: it may have 100 characters, 4 of which are the margin of the place. */
function readAddress(argument: string): string {
  const line = `REDIS_URL = by_tls(${argument})`
  return line.length <= 96 ? line : `REDIS_URL = by_tls(\n    ${argument}\n)`
}
