import postgres from '../../data/postgres.json' with { type: 'json' }
import type { Place } from '../../engine/finding.ts'
import { databaseUses } from '../../engine/plan/databases.ts'
import type { EffectiveSetting } from '../../engine/plan/process.ts'
import { callsOf, settingOf, trailTo } from '../../engine/plan/production.ts'
import { webWorkers } from '../../engine/plan/web-workers.ts'
import { knownPrefix, type Value } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'

const LIMIT = postgres.connections['essential-0']

export const connectionLimit = defineRule({
  id: 'connection-limit',
  stage: 'data',
  level: 'info',
  summary: 'One web dyno may open more database connections than the smallest plan allows',
  why: `Each gunicorn worker has a pool of its own. SQLAlchemy keeps 5 connections in it and opens 10 more at need, up to one for each thread or greenlet that works at the same time. The smallest plan of Heroku Postgres (${postgres.smallest}) allows ${LIMIT} in all, for every dyno, release phase and console together.`,
  consequence: 'Under load, requests fail with `FATAL: too many connections for role`.',
  instead:
    'Let the pool have one connection for each thread of a worker, and no more:\n\n```python\nSQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 4, "max_overflow": 0, "pool_pre_ping": True}\n```',
  sources: [
    {
      title: 'Concurrency and database connections in Python',
      url: 'https://devcenter.heroku.com/articles/python-concurrency-and-database-connections',
    },
    { title: 'Heroku Postgres plans', url: postgres.source },
    {
      title: 'SQLAlchemy: QueuePool',
      url: 'https://docs.sqlalchemy.org/en/21/core/pooling.html#sqlalchemy.pool.QueuePool',
    },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const server = plan.web?.server
    const workers = webWorkers(plan)
    if (server?.command.server !== 'gunicorn' || server.boot === null || workers === null) return []
    const use = databaseUses(plan).find(
      ({ sqlalchemy, alternative, certainty, run }) =>
        sqlalchemy &&
        run.process === plan.web &&
        certainty !== 'possible' &&
        certainty !== 'fallback' &&
        /^postgres/.test(knownPrefix(alternative.atom)),
    )
    const pool =
      use === undefined
        ? null
        : poolOf(
            use.through,
            server.boot.apps[0] ? settingOf(server.boot.apps[0], 'SQLALCHEMY_ENGINE_OPTIONS', server.boot) : null,
            callsOf(plan, /^sqlalchemy\.create_engine$/).find(({ call }) => call.at === use.usedAt)?.call.args.named,
          )
    const atOnce = concurrency(server.settings)
    if (use === undefined || pool === null || atOnce === null) return []
    const each = Math.min(pool, atOnce)
    const all = workers.count * each
    if (all <= LIMIT) return []
    const at: Place = server.settings.get(Number.isFinite(atOnce) ? 'threads' : 'worker_class')?.at(-1)?.at ?? use.at
    return [
      {
        at,
        message: `${workers.count} workers with up to ${each} connections each may open ${all} on one dyno; ${postgres.smallest} allows ${LIMIT}. Set pool_size and max_overflow in SQLALCHEMY_ENGINE_OPTIONS.`,
        related: [...trailTo(use.run, use.at)],
      },
    ]
  },
})

/** The most connections of one pool; null where reading cannot tell. */
function poolOf(through: string, options: Value | null, named: ReadonlyMap<string, Value> | undefined): number | null {
  let entries = named
  if (through === 'SQLALCHEMY_DATABASE_URI') {
    const [first] = options ?? []
    if (options !== null && (options.length !== 1 || first?.atom.kind !== 'dict' || first.atom.object.open)) return null
    entries = first?.atom.kind === 'dict' ? first.atom.object.entries : new Map()
  }
  if (entries === undefined || entries.has('poolclass') || entries.has('creator')) return null
  // QueuePool's defaults (sqlalchemy/pool/impl.py)
  const size = numberOf(entries.get('pool_size'), 5)
  const overflow = numberOf(entries.get('max_overflow'), 10)
  return size === null || overflow === null ? null : size + overflow
}

function numberOf(value: Value | undefined, fallback: number): number | null {
  if (value === undefined) return fallback
  const [first] = value
  return value.length === 1 && first?.atom.kind === 'constant' && typeof first.atom.value === 'number'
    ? first.atom.value
    : null
}

/** How many requests one worker works on at a time: one for sync, its threads for gthread, as many as come for greenlets. */
function concurrency(settings: ReadonlyMap<string, readonly EffectiveSetting[]>): number | null {
  const given = settings.get('worker_class')?.at(-1)?.value
  const [kind] = given ?? []
  if (
    given !== undefined &&
    (given.length !== 1 || kind?.atom.kind !== 'text' || typeof kind.atom.parts[0] !== 'string')
  )
    return null
  const name = kind?.atom.kind === 'text' ? String(kind.atom.parts[0]) : 'sync'
  if (/^g?event|eventlet/.test(name)) return Number.POSITIVE_INFINITY
  if (name !== 'sync' && name !== 'gthread') return null
  const [threads] = settings.get('threads')?.at(-1)?.value ?? []
  if (threads === undefined) return 1
  if (threads.atom.kind === 'constant' && typeof threads.atom.value === 'number') return threads.atom.value
  const [part] = threads.atom.kind === 'text' ? threads.atom.parts : []
  return typeof part === 'string' && /^\d+$/.test(part) ? Number(part) : null
}
