import { couldBeAtLeast } from '../../engine/facts/dependencies.ts'
import type { Fix, Place } from '../../engine/finding.ts'
import { withItems } from '../../engine/fix-argument.ts'
import { expressionAt } from '../../engine/fix-python.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { type CallInProduction, callsOf, type Run, settingsOf, trailTo } from '../../engine/plan/production.ts'
import { type Alternative, type Guard, placeOf, type Value } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'

export const redisTls = defineRule({
  id: 'redis-tls',
  stage: 'data',
  level: 'error',
  summary: "REDIS_URL is used without what Heroku's certificates need",
  why: "Every plan of Heroku Key-Value Store speaks TLS only, at an address that begins with `rediss://`, and its certificates are self-signed. redis-py checks certificates unless it is told not to, and Celery's result backend refuses a `rediss://` address that does not say.",
  consequence:
    'Every connection fails (`SSL: CERTIFICATE_VERIFY_FAILED`), or Celery stops at the start (`A rediss:// URL must have parameter ssl_cert_reqs`).',
  instead:
    'Say that the certificate is not checked:\n\n```python\nredis.from_url(os.environ["REDIS_URL"], ssl_cert_reqs=None)\n```\n\nWhere only an address can be given, append `?ssl_cert_reqs=none` (in lower case: redis-py refuses `CERT_NONE`). For Celery, `redis_backend_use_ssl = {"ssl_cert_reqs": ssl.CERT_NONE}` and `broker_use_ssl` likewise.',
  fix: {
    safety: 'unsafe',
    note: 'passes `ssl_cert_reqs=None` to the client; a `redis://` address, as a laptop has it, then needs a branch of its own',
  },
  sources: [
    {
      title: 'Connecting to Heroku Key-Value Store in Python',
      url: 'https://devcenter.heroku.com/articles/connecting-heroku-redis#connecting-in-python',
    },
    {
      title: 'redis-py: connection.py, SSLConnection',
      url: 'https://github.com/redis/redis-py/blob/master/redis/connection.py',
    },
    {
      title: 'Celery: redis_backend_use_ssl',
      url: 'https://docs.celeryq.dev/en/stable/userguide/configuration.html#redis-backend-use-ssl',
    },
  ],
  since: '0.1.0',
  needs: ['plan', 'dependencies'],
  check: ({ plan, dependencies }) => {
    // redis-py before 4 is left alone: what it checks depends on the release
    const checks = couldBeAtLeast(dependencies, 'redis', '4') === true
    const found = [...(checks ? [...clients(plan), ...byConfig(plan)] : []), ...celery(plan)]
    const seen = new Set<string>()
    return found.flatMap(({ at, remedy, run, fix }) => {
      const key = `${at.path}:${at.start}`
      if (seen.has(key)) return []
      seen.add(key)
      return [
        {
          at,
          message: `The address of Key-Value Store begins with \`rediss://\`, and its certificate is self-signed. ${remedy}`,
          related: trailTo(run, at),
          ...(fix ? { fix } : {}),
        },
      ]
    })
  },
})

interface Unprepared {
  readonly at: Place
  readonly remedy: string
  readonly run: Run
  readonly fix?: Fix | null
}

/** The address as Heroku gives it, without a word about certificates. */
const isBare = ({ atom }: Alternative): boolean =>
  atom.kind === 'text' &&
  atom.parts.some((part) => typeof part !== 'string' && part.kind === 'config-var' && HEROKU.test(part.name)) &&
  !atom.parts.some((part) => typeof part === 'string' && part.includes('ssl_cert_reqs')) &&
  atom.parts[0] === 'rediss://'

const HEROKU = /^(?:REDIS_URL|HEROKU_REDIS_[A-Z]+_URL)$/

/** "REDIS_URL is set" is how production runs. */
const isExpected = ({ about, holds }: Guard): boolean =>
  about.kind === 'set' && (holds ? HEROKU.test(about.name) : !HEROKU.test(about.name))

const bare = (value: Value | undefined): Alternative | undefined =>
  value?.find((alternative) => isBare(alternative) && alternative.guards.every(isExpected))

/** Does a call, or what it is handed, say how certificates are checked? */
const says = ({ call }: CallInProduction): boolean =>
  call.args.open || [...call.args.named.keys()].some((name) => /^ssl_|^connection_pool$|^connection_class$/.test(name))

/** Every use that is sure once the config var is set. */
const isSure = ({ reach }: CallInProduction): boolean => reach.every(isExpected)

function clients(plan: Plan): Unprepared[] {
  return callsOf(
    plan,
    /^(?:redis|aioredis)\.(?:\w+\.)*from_url$|^redis\.(?:asyncio\.)?ConnectionPool\.from_url$|^flask_redis\.(?:client\.)?FlaskRedis$/,
  ).flatMap((use) => {
    const { args, argAt, at } = use.call
    if (says(use) || !isSure(use) || bare(args.named.get('url') ?? args.positional[0]) === undefined) return []
    return [
      {
        at: argAt.get('url') ?? argAt.get(0) ?? at,
        remedy: 'Pass `ssl_cert_reqs=None`.',
        run: use,
        fix: unchecked(plan, at),
      },
    ]
  })
}

/** redis-py refuses the argument for an address without TLS, so that a laptop's `redis://` fails with it. */
function unchecked(plan: Plan, at: Place): Fix | null {
  const call = expressionAt(plan, at)
  if (call?.kind !== 'call') return null
  const { path } = at
  const text = plan.modules.tree.read(path)?.text ?? ''
  const edits = withItems({ ...call, path, text, items: call.args }, ['ssl_cert_reqs=None'])
  return edits === null ? null : { safety: 'unsafe', description: 'pass ssl_cert_reqs=None', edits }
}

/** Extensions that hand an address of the config, or of an argument, to redis-py. */
function byConfig(plan: Plan): Unprepared[] {
  const settings = [
    { call: /^flask_cach(?:e|ing)\.Cache(?:\.init_app)?$/, key: 'CACHE_REDIS_URL', options: 'CACHE_OPTIONS' },
    {
      call: /^flask_limiter\.(?:extension\.)?Limiter$/,
      key: 'RATELIMIT_STORAGE_URI',
      options: 'RATELIMIT_STORAGE_OPTIONS',
      // comes before the config: `self._storage_uri or storage_uri_from_config` in Limiter.init_app
      instead: 'storage_uri',
    },
    { call: /^flask_redis\.(?:client\.)?FlaskRedis(?:\.init_app)?$/, key: 'REDIS_URL', options: 'REDIS_OPTIONS' },
  ].flatMap(({ call, key, options, instead }): Unprepared[] => {
    const isRead = (use: CallInProduction): boolean =>
      isSure(use) && !use.call.args.open && (instead === undefined || !use.call.args.named.has(instead))
    if (!callsOf(plan, call).some(isRead)) return []
    return settingsOf(plan, key, isBare).flatMap(({ alternative, app, value, ...run }) =>
      app.config.entries.has(options) || bare(value) === undefined
        ? []
        : [
            {
              at: placeOf(alternative.atom) ?? app.at,
              remedy: `Set \`${options}\` to \`{"ssl_cert_reqs": None}\`.`,
              run,
            },
          ],
    )
  })
  const limiter = callsOf(plan, /^flask_limiter\.(?:extension\.)?Limiter$/).flatMap((use): Unprepared[] => {
    const { named } = use.call.args
    const value = named.get('storage_uri')
    if (use.call.args.open || named.has('storage_options') || !isSure(use) || bare(value) === undefined) return []
    return [
      {
        at: use.call.argAt.get('storage_uri') ?? use.call.at,
        remedy: 'Pass `storage_options={"ssl_cert_reqs": None}`.',
        run: use,
      },
    ]
  })
  return [...settings, ...limiter]
}

/** Celery's result backend; its broker does without. */
function celery(plan: Plan): Unprepared[] {
  return callsOf(plan, /^celery\.Celery(?:\.conf\.update)?$/).flatMap((use) => {
    const { args, argAt, at } = use.call
    const key = ['backend', 'result_backend', 'CELERY_RESULT_BACKEND'].find(
      (name) => bare(args.named.get(name)) !== undefined,
    )
    const isSaid = use.boot.loaded.some(({ path }) =>
      /redis_backend_use_ssl|REDIS_BACKEND_USE_SSL|ssl_cert_reqs/i.test(plan.modules.tree.read(path)?.text ?? ''),
    )
    if (key === undefined || isSaid || !isSure(use)) return []
    return [
      {
        at: argAt.get(key) ?? at,
        remedy: 'Set `redis_backend_use_ssl` and `broker_use_ssl` to `{"ssl_cert_reqs": ssl.CERT_NONE}`.',
        run: use,
      },
    ]
  })
}
