import type { FindingDraft, Fix, Place } from '../../engine/finding.ts'
import { expressionAt } from '../../engine/fix-python.ts'
import { databaseUses } from '../../engine/plan/databases.ts'
import { boots, type Plan } from '../../engine/plan/plan.ts'
import { callsOf, trailTo } from '../../engine/plan/production.ts'
import { knownPrefix, type Value } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'

export const sqlitePostgresDifference = defineRule({
  id: 'sqlite-postgres-difference',
  stage: 'data',
  level: 'info',
  summary: 'Development runs on SQLite, production on Postgres, and this behaves differently there',
  why: 'SQLite forgives what Postgres does not: `LIKE` ignores case in SQLite and heeds it in Postgres, and SQL such as `strftime()` or `INSERT OR REPLACE` exists in SQLite only. Such code passes every test on a laptop and fails, or finds less, on Heroku.',
  consequence:
    'A search that finds a row on a laptop does not find it on Heroku; SQL that only SQLite knows fails there with 500 (`ProgrammingError`).',
  instead:
    'Use what means the same in both, such as `ilike()`:\n\n```python\nNote.query.filter(Note.title.ilike(f"%{word}%"))\n```\n\nor develop on Postgres as well.',
  fix: { safety: 'unsafe', note: 'writes `ilike()` for `like()`, which ignores case in both' },
  sources: [
    {
      title: 'Heroku Postgres: local setup',
      url: 'https://devcenter.heroku.com/articles/heroku-postgresql#local-setup',
    },
    {
      title: 'PostgreSQL: pattern matching',
      url: 'https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-LIKE',
    },
    { title: 'SQLite: the LIKE operator', url: 'https://www.sqlite.org/lang_expr.html#like' },
    { title: 'The Twelve-Factor App: dev/prod parity', url: 'https://12factor.net/dev-prod-parity' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const isPostgres = databaseUses(plan).some(
      ({ sqlalchemy, alternative, certainty }) =>
        sqlalchemy &&
        certainty !== 'possible' &&
        certainty !== 'fallback' &&
        /^postgres/.test(knownPrefix(alternative.atom)),
    )
    const isBoth = isPostgres && boots(plan).some(({ boot }) => boot.loaded.some(({ path }) => namesSqlite(plan, path)))
    return isBoth ? [...likes(plan), ...statements(plan)] : []
  },
})

/** An address of SQLite in what production loads: that of the laptop. */
const namesSqlite = (plan: Plan, path: string): boolean =>
  /sqlite:\/\/\/[^:]/.test(plan.modules.tree.read(path)?.text ?? '')

/** `Model.column.like()` of a pattern that holds letters or what somebody typed. */
function likes(plan: Plan): FindingDraft[] {
  return callsOf(plan, /(?:\.Column|\.mapped_column)\.(?:like|notlike|not_like)$/).map((use) => ({
    at: use.call.at,
    ...ignoringCase(plan, use.call.at),
    message:
      '`like()` ignores case in SQLite, where this is developed, and heeds it in Postgres. Write `ilike()` if case does not matter.',
    related: trailTo(use, use.call.at),
  }))
}

const WITHOUT_CASE: Readonly<Record<string, string>> = { like: 'ilike', notlike: 'notilike', not_like: 'not_ilike' }

function ignoringCase(plan: Plan, at: Place): { readonly fix?: Fix } {
  const call = expressionAt(plan, at)
  if (call?.kind !== 'call' || call.callee.kind !== 'attribute') return {}
  const { name, nameAt } = call.callee
  const text = WITHOUT_CASE[name]
  if (text === undefined) return {}
  const edits = [{ kind: 'text' as const, path: at.path, start: nameAt.start, end: nameAt.end, text }]
  return { fix: { safety: 'unsafe', description: `write ${text}()`, edits } }
}

const SQLITE_ONLY =
  /\binsert\s+or\s+(?:replace|ignore|abort|rollback|fail)\b|\bpragma\s+\w+|\bautoincrement\b|\bstrftime\s*\(|\bdatetime\s*\(\s*'now'|\bdate\s*\(\s*'now'|\bjulianday\s*\(|\bsqlite_master\b|\bgroup_concat\s*\(|\bifnull\s*\(|\brandomblob\s*\(/i

/** SQL that only SQLite knows, on its way through SQLAlchemy. */
function statements(plan: Plan): FindingDraft[] {
  return callsOf(
    plan,
    /^sqlalchemy\.(?:\w+\.)*text$|\.session\.execute$|\.engine\.execute$|^sqlalchemy\.func\.(?:strftime|julianday|group_concat|ifnull)$/,
  ).flatMap((use) => {
    const { args, name, at, argAt } = use.call
    const word = /\.func\.(\w+)$/.exec(name)?.[1] ?? sqliteWord(args.positional[0])
    if (word === undefined) return []
    return [
      {
        at: argAt.get(0) ?? at,
        message: `\`${word}\` is SQLite's own and fails in Postgres, which DATABASE_URL names. Use what both know.`,
        related: trailTo(use, at),
      },
    ]
  })
}

function sqliteWord(value: Value | undefined): string | undefined {
  for (const { atom } of value ?? []) {
    if (atom.kind !== 'text') continue
    const sql = atom.parts.map((part) => (typeof part === 'string' ? part : '?')).join('')
    const found = SQLITE_ONLY.exec(sql)?.[0]
    if (found !== undefined) return found.replace(/\s+/g, ' ').replace(/\s*\($/, '()')
  }
  return undefined
}
