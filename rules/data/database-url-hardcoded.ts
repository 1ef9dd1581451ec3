import type { Place } from '../../engine/finding.ts'
import { databaseUses } from '../../engine/plan/databases.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { asUnread, callsOf, conditionText, type Run, settingsOf, trailTo } from '../../engine/plan/production.ts'
import { type Certainty, type Guard, literalText, placeOf, type Value } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'

export const databaseUrlHardcoded = defineRule({
  id: 'database-url-hardcoded',
  stage: 'data',
  level: 'error',
  summary: 'The address of the production database stands in the code, with its password',
  why: 'Whoever can read the repository, or ever could, can read and change the data. And Heroku changes the credentials of a database whenever it has to (a failover, maintenance, a new plan): it sets `DATABASE_URL` anew, and an address that was copied into the code stops working.',
  consequence:
    'Anybody who reads the repository can read and delete the data, and the app loses its database when Heroku changes the credentials.',
  instead:
    'Take it from the config var, and change the password, since git keeps the old one:\n\n```python\nurl = os.environ["DATABASE_URL"]\n```\n\n`heroku pg:credentials:rotate` changes the password of Heroku Postgres.',
  sources: [
    {
      title: 'Heroku Postgres: application config vars',
      url: 'https://devcenter.heroku.com/articles/heroku-postgresql#application-config-vars',
    },
    {
      title: 'Heroku Postgres credentials',
      url: 'https://devcenter.heroku.com/articles/heroku-postgresql-credentials',
    },
    { title: 'The Twelve-Factor App: config', url: 'https://12factor.net/config' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const seen = new Set<string>()
    return [...byAddress(plan), ...byArguments(plan)].flatMap(({ at, host, guards, certainty, run }) => {
      const key = `${at.path}:${at.start}`
      if (!at.path.endsWith('.py') || seen.has(key) || (certainty !== 'certain' && certainty !== 'fallback')) return []
      seen.add(key)
      const condition = certainty === 'fallback' ? `When ${conditionText(guards)}, the` : 'The'
      return [
        {
          at,
          ...(certainty === 'fallback' ? { level: 'warning' as const } : asUnread(plan)),
          message: `${condition} database at ${host} is opened with a password that stands in the code. Read the address from a config var, and change the password.`,
          related: trailTo(run, at),
        },
      ]
    })
  },
})

interface Written {
  readonly at: Place
  readonly host: string
  readonly guards: readonly Guard[]
  readonly certainty: Certainty
  readonly run: Run
}

/** The host of an address that holds a password; null for a placeholder, and for a database on the same machine. */
function hostOf(address: string): string | null {
  const match = /^[a-z][a-z0-9+]*:\/\/([^\s:/@]*):([^\s@/]+)@([\w.-]+)/i.exec(address)
  const [, user = '', password = '', host = ''] = match ?? []
  return match === null || !isRemote(host) || isPlaceholder(password) || isPlaceholder(host) || /[{}<>%$]/.test(user)
    ? null
    : host
}

/** A name with a dot: `localhost`, `db` and `postgres` are what Docker and laptops call theirs. */
const isRemote = (host: string): boolean =>
  /\.[a-z]{2,}$|^\d+\.\d+\.\d+\.\d+$/i.test(host) &&
  !/^(?:127\.|0\.0\.0\.0|192\.168\.|10\.)|\.(?:local|internal|test|example)$|(?:^|\.)example\.(?:com|org|net)$/i.test(
    host,
  )

const isPlaceholder = (text: string): boolean =>
  /^[*x.]+$|[<>{}$]|\byour|^(?:pass(?:word|wd)?|pw|pwd|secret|changeme|host(?:name)?(?:\.\w+)?|server|ip|port|user(?:name)?|example)$|placeholder|\.{3,}/i.test(
    text,
  )

/** Databases that are opened by an address, MongoDB's and Redis' too. */
function byAddress(plan: Plan): Written[] {
  const relational = databaseUses(plan).flatMap(({ alternative, guards, certainty, at, run }): Written[] => {
    const host = hostOf(literalText(alternative.atom) ?? '')
    return host === null ? [] : [{ at, host, guards, certainty, run }]
  })
  const fromCalls = callsOf(
    plan,
    /^(?:psycopg2?\.connect|asyncpg\.(?:connect|create_pool)|(?:pymongo\.(?:\w+\.)?|motor\.\w+\.)(?:Async\w+)?(?:Motor|Mongo)\w*Client|mongoengine\.(?:\w+\.)?connect|redis\.(?:\w+\.)*from_url)$/,
  ).flatMap((use) => {
    const { args, argAt, at } = use.call
    const names = ['dsn', 'conninfo', 'host', 'url']
    const name = names.find((key) => args.named.has(key))
    const value = name === undefined ? args.positional[0] : args.named.get(name)
    return fromValue(value, argAt.get(name ?? 0) ?? at, use, use.reach)
  })
  const fromSettings = ['MONGO_URI', 'REDIS_URL', 'MONGODB_HOST', 'DATABASE_URL'].flatMap((key) =>
    settingsOf(plan, key, ({ atom }) => hostOf(literalText(atom) ?? '') !== null).map(
      ({ alternative, guards, certainty, app, ...run }): Written => ({
        at: placeOf(alternative.atom) ?? app.at,
        host: hostOf(literalText(alternative.atom) ?? '') ?? '',
        guards,
        certainty,
        run,
      }),
    ),
  )
  return [...relational, ...fromCalls, ...fromSettings]
}

function fromValue(value: Value | undefined, at: Place, run: Run, reach: readonly Guard[]): Written[] {
  return (value ?? []).flatMap(({ atom, guards }) => {
    const host = hostOf(literalText(atom) ?? '')
    const all = [...reach, ...guards]
    return host === null ? [] : [{ at: placeOf(atom) ?? at, host, guards: all, certainty: sure(all), run }]
  })
}

const sure = (guards: readonly Guard[]): Certainty =>
  guards.length === 0
    ? 'certain'
    : guards.every(({ about, holds }) => about.kind !== 'unknown' && !holds)
      ? 'fallback'
      : 'possible'

/** `psycopg2.connect(host="…", password="…")` and its like for MySQL. */
function byArguments(plan: Plan): Written[] {
  return callsOf(
    plan,
    /^(?:psycopg2?|pymysql|MySQLdb|mysql\.connector|mysqlclient|asyncpg|aiomysql|pymssql)\.connect$/i,
  ).flatMap((use) => {
    const { named } = use.call.args
    const [host] = named.get('host') ?? []
    const key = ['password', 'passwd'].find((name) => named.has(name)) ?? ''
    const [password] = named.get(key) ?? []
    const where = host === undefined ? null : literalText(host.atom)
    const secret = password === undefined ? null : literalText(password.atom)
    if (
      where === null ||
      secret === null ||
      secret === '' ||
      !isRemote(where) ||
      isPlaceholder(secret) ||
      isPlaceholder(where)
    )
      return []
    const guards = [...use.reach, ...(password?.guards ?? [])]
    return [{ at: use.call.argAt.get(key) ?? use.call.at, host: where, guards, certainty: sure(guards), run: use }]
  })
}
