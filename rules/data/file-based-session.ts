import type { FindingDraft, Place } from '../../engine/finding.ts'
import { textShown } from '../../engine/plan/bind.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import {
  type CallInProduction,
  callsOf,
  conditionText,
  judge,
  settingOf,
  settingsOf,
  trailTo,
} from '../../engine/plan/production.ts'
import { type WebWorkers, webWorkers } from '../../engine/plan/web-workers.ts'
import { type Alternative, placeOf, type Value } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'

export const fileBasedSession = defineRule({
  id: 'file-based-session',
  stage: 'data',
  level: 'warning',
  summary: 'Sessions, caches or rate limits are kept where other workers and dynos cannot see them',
  why: "Files on a dyno's disk are deleted at every restart, and no other dyno sees them. What is kept in memory is seen by one gunicorn worker only, and the buildpack has gunicorn start two workers on the smallest dyno: a limit of ten requests becomes one of twenty, and a cache entry that one worker deletes lives on in the other.",
  consequence:
    'Users are logged out at each restart and whenever another dyno answers; limits count each worker apart; deleted cache entries come back.',
  instead:
    'Keep them in Heroku Key-Value Store, or keep sessions in Flask\'s own signed cookies:\n\n```python\napp.config["SESSION_TYPE"] = "redis"\napp.config["SESSION_REDIS"] = redis.from_url(os.environ["REDIS_URL"], ssl_cert_reqs=None)\n```\n\nFor Flask-Limiter, `storage_uri`; for Flask-Caching, `CACHE_TYPE = "RedisCache"`.',
  sources: [
    { title: 'The ephemeral filesystem', url: 'https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem' },
    {
      title: 'Optimizing Python application concurrency',
      url: 'https://devcenter.heroku.com/articles/python-gunicorn',
    },
    {
      title: 'Flask-Session: configuration',
      url: 'https://flask-session.readthedocs.io/en/latest/config_reference.html',
    },
    {
      title: 'Flask-Limiter: storage backends',
      url: 'https://flask-limiter.readthedocs.io/en/stable/#configuring-a-storage-backend',
    },
    {
      title: 'Flask-Caching: built-in cache backends',
      url: 'https://flask-caching.readthedocs.io/en/latest/#built-in-cache-backends',
    },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const found = [...sessions(plan), ...caches(plan), ...limits(plan)]
    return found.filter(
      ({ at }, i) => found.findIndex((other) => other.at.path === at.path && other.at.start === at.start) === i,
    )
  },
})

const shown = ({ atom }: Alternative): string => (atom.kind === 'text' ? textShown(atom.parts) : '')
const inFiles = (alternative: Alternative): boolean => /^file_?system|FileSystem(?:Cache)?$/i.test(shown(alternative))
const inMemory = (alternative: Alternative): boolean => /^simple(?:_cache)?$|SimpleCache$/i.test(shown(alternative))

/** Flask-Session, where its type is decided by the config. */
function sessions(plan: Plan): FindingDraft[] {
  if (callsOf(plan, /^flask_session\.Session(?:\.init_app)?$/).length === 0) return []
  return settingsOf(plan, 'SESSION_TYPE', inFiles).flatMap(({ alternative, guards, certainty, app, ...run }) => {
    if (certainty !== 'certain' && certainty !== 'fallback') return []
    const at = placeOf(alternative.atom) ?? app.at
    const condition = certainty === 'fallback' ? `When ${conditionText(guards)}, sessions` : 'Sessions'
    return [
      {
        at,
        ...(certainty === 'fallback' ? { level: 'info' as const } : {}),
        message: `${condition} are kept in files on the dyno, and a restart deletes them. Keep them in Key-Value Store (SESSION_TYPE "redis"), or leave them in Flask's signed cookies.`,
        related: trailTo(run, at),
      },
    ]
  })
}

/** Flask-Caching and cachelib. */
function caches(plan: Plan): FindingDraft[] {
  const extension = callsOf(plan, /^flask_cach(?:e|ing)\.Cache(?:\.init_app)?$/).filter(isSure)
  const configured = extension.flatMap((use) =>
    (use.call.args.named.get('config') ?? []).flatMap(({ atom }) => {
      const value = atom.kind === 'dict' ? atom.object.entries.get('CACHE_TYPE') : undefined
      return value === undefined ? [] : [{ value, use }]
    }),
  )
  const settings = configured.length > 0 ? [] : extension.slice(0, 1).flatMap((use) => fromConfig('CACHE_TYPE', use))
  const drafts = [...configured, ...settings].flatMap(({ value, use }) => [
    ...certainly(value, inFiles).map((place) => fileCache(place ?? use.call.at, use)),
    ...certainly(value, inMemory).flatMap((place) => memoryCache(plan, place ?? use.call.at, use)),
  ])
  const direct = callsOf(
    plan,
    /^(?:cachelib|werkzeug\.contrib\.cache)\.(?:\w+\.)?FileSystemCache$|^diskcache\.(?:\w+\.)?(?:Fanout)?Cache$/,
  ).filter(isSure)
  return [...drafts, ...direct.map((use) => fileCache(use.call.at, use))]
}

const isSure = (use: CallInProduction): boolean => use.certainty === 'certain'

function fileCache(at: Place, use: CallInProduction): FindingDraft {
  return {
    at,
    message:
      'The cache is kept in files on the dyno: a restart deletes them, and other dynos never see them. Keep it in Key-Value Store (`RedisCache`).',
    related: trailTo(use, at),
  }
}

/** A cache in memory that the app only fills is made anew by each worker; one that it changes is out of step. */
function memoryCache(plan: Plan, at: Place, use: CallInProduction): FindingDraft[] {
  const workers = severalWorkers(plan)
  if (workers === null) return []
  const isChanged =
    callsOf(plan, /^flask_cach(?:e|ing)\.Cache\.(?:set|add|delete|clear|delete_memoized|delete_many|inc|dec)\b/)
      .length > 0
  return [
    {
      at,
      level: isChanged ? 'warning' : 'info',
      message: `Each of the ${workers.count} workers keeps a cache of its own${isChanged ? ', and what one changes the others never see' : ''}. Keep it in Key-Value Store (\`RedisCache\`).`,
      related: trailTo(use, at),
    },
  ]
}

/** Flask-Limiter, which counts in memory where no storage is given. */
function limits(plan: Plan): FindingDraft[] {
  const workers = severalWorkers(plan)
  if (workers === null) return []
  return callsOf(plan, /^flask_limiter\.(?:extension\.)?Limiter$/).flatMap((use) => {
    const { args, at } = use.call
    if (!isSure(use) || args.open || use.boot.apps.some(({ config }) => config.open)) return []
    const given = args.named.get('storage_uri') ?? args.named.get('storage_url')
    const set = ['RATELIMIT_STORAGE_URI', 'RATELIMIT_STORAGE_URL'].flatMap((key) => fromConfig(key, use))
    const values = given === undefined ? set.map(({ value }) => value) : [given]
    const isMemory = values.every((value) => certainly(value, (one) => /^memory:\/\//.test(shown(one))).length > 0)
    if (!isMemory) return []
    return [
      {
        at,
        message: `Each of the ${workers.count} workers counts the requests for itself, so that every limit is ${workers.count} times what is written. Give Flask-Limiter a \`storage_uri\` in Key-Value Store.`,
        related: trailTo(use, at),
      },
    ]
  })
}

function severalWorkers(plan: Plan): WebWorkers | null {
  const workers = webWorkers(plan)
  return workers !== null && workers.count > 1 ? workers : null
}

/** A key of the served apps' config, as a value. */
function fromConfig(key: string, use: CallInProduction): { value: Value; use: CallInProduction }[] {
  return use.boot.apps.flatMap((app) => {
    const value = settingOf(app, key, use.boot)
    return value === null ? [] : [{ value, use }]
  })
}

/** Where the faulty alternatives of a value are written, if production has one of them for certain. */
function certainly(value: Value, isFaulty: (alternative: Alternative) => boolean): (Place | null)[] {
  return judge(value, isFaulty)
    .filter(({ certainty }) => certainty === 'certain')
    .map(({ alternative }) => placeOf(alternative.atom))
}
