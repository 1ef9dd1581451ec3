import type { Fix, Place } from '../../engine/finding.ts'
import { expressionAt, otherExpression } from '../../engine/fix-python.ts'
import { databaseUses } from '../../engine/plan/databases.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { asUnread, conditionText, trailTo } from '../../engine/plan/production.ts'
import { literalText } from '../../engine/python/value.ts'
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
    'Take it from the config var, and change the password, since git keeps the old one:\n\n```python\nurl = os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://", 1)\n```\n\nSQLAlchemy needs the other scheme; psycopg itself takes the address as it is. `heroku pg:credentials:rotate` changes the password of Heroku Postgres.',
  fix: {
    safety: 'unsafe',
    note: 'reads DATABASE_URL instead, for Postgres; the password has to be changed all the same',
  },
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
    return databaseUses(plan).flatMap(({ alternative, at, guards, certainty, run, sqlalchemy }) => {
      const key = `${at.path}:${at.start}`
      const host = hostOf(literalText(alternative.atom) ?? '')
      if (
        host === null ||
        !at.path.endsWith('.py') ||
        seen.has(key) ||
        (certainty !== 'certain' && certainty !== 'fallback')
      )
        return []
      seen.add(key)
      const fix =
        certainty === 'certain' ? fromConfigVar(plan, at, literalText(alternative.atom) ?? '', sqlalchemy) : null
      const condition = certainty === 'fallback' ? `When ${conditionText(guards)}, the` : 'The'
      return [
        {
          at,
          secret: true as const,
          ...(certainty === 'fallback' ? { level: 'warning' as const } : asUnread(plan)),
          message: `${condition} database at ${host} is opened with a password that stands in the code. Read the address from a config var, and change the password.`,
          related: trailTo(run, at),
          ...(fix === null ? {} : { fix }),
        },
      ]
    })
  },
})

/** Only for Postgres, whose address Heroku gives in DATABASE_URL; another database's add-on names a config var of its own. */
function fromConfigVar(plan: Plan, at: Place, address: string, sqlalchemy: boolean): Fix | null {
  const scheme = /^(postgres(?:ql(?:\+\w+)?)?):\/\//.exec(address)?.[1]
  if (scheme === undefined || expressionAt(plan, at)?.kind !== 'string') return null
  const plain = 'os.environ["DATABASE_URL"]'
  const expression = sqlalchemy && scheme !== 'postgres' ? `${plain}.replace("postgres://", "${scheme}://", 1)` : plain
  return otherExpression(plan, at, expression, 'read DATABASE_URL from the environment')
}

/** The host of an address that holds a password; null for a placeholder, and for a database on the same machine. */
function hostOf(address: string): string | null {
  const match = /^[a-z][a-z0-9+]*:\/\/([^\s:/@]*):([^\s@/]+)@([\w.-]+)/i.exec(address)
  const [, user = '', password = '', host = ''] = match ?? []
  // `postgres://foo:foo@…` is how documentation writes it
  return match === null ||
    user === password ||
    !isRemote(host) ||
    isPlaceholder(password) ||
    isPlaceholder(host) ||
    /[{}<>%$]/.test(user)
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
