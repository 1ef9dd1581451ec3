import { couldBeAtLeast, type Dependencies, installs } from '../../engine/facts/dependencies.ts'
import { type DatabaseUse, databaseUses } from '../../engine/plan/databases.ts'
import { trailTo } from '../../engine/plan/production.ts'
import { type Alternative, knownPrefix, literalText } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'

export const databaseUrlScheme = defineRule({
  id: 'database-url-scheme',
  stage: 'data',
  level: 'error',
  summary: 'DATABASE_URL reaches SQLAlchemy with a scheme that SQLAlchemy cannot load',
  why: 'Heroku Postgres still gives `DATABASE_URL` as `postgres://…`. SQLAlchemy 1.4 and newer knows no such dialect. Since SQLAlchemy 2.1 a plain `postgresql://` means the driver psycopg 3, so the old remedy of writing `postgresql://` fails as well where only psycopg2 is installed.',
  consequence:
    "The app stops when the engine is made (`NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgres`, or `No module named 'psycopg'`), and requests get H10 (App crashed).",
  instead:
    'Name dialect and driver, for psycopg 3 (`psycopg[binary]`):\n\n```python\nurl = os.environ["DATABASE_URL"]\nif url.startswith("postgres://"):\n    url = url.replace("postgres://", "postgresql+psycopg://", 1)\n```\n\nWith psycopg2 write `postgresql+psycopg2://`.',
  sources: [
    {
      title: 'Why is SQLAlchemy 1.4.x not connecting to Heroku Postgres?',
      url: 'https://help.heroku.com/ZKNTJQSK/why-is-sqlalchemy-1-4-x-not-connecting-to-heroku-postgres',
    },
    {
      title: 'SQLAlchemy 1.4 changelog: postgres:// removed',
      url: 'https://docs.sqlalchemy.org/en/20/changelog/changelog_14.html',
    },
    {
      title: 'SQLAlchemy 2.1: the default PostgreSQL driver is psycopg',
      url: 'https://docs.sqlalchemy.org/en/21/changelog/migration_21.html',
    },
  ],
  since: '0.1.0',
  needs: ['plan', 'dependencies'],
  check: ({ plan, dependencies }) => {
    const seen = new Set<string>()
    return databaseUses(plan).flatMap((use) => {
      const key = `${use.at.path}:${use.at.start}`
      const message = !seen.has(key) && use.sqlalchemy ? fault(use, dependencies) : null
      if (message === null) return []
      seen.add(key)
      return [{ at: use.at, message, related: trailTo(use.run, use.at) }]
    })
  },
})

/** Config vars by which Heroku Postgres hands out its address. */
const ATTACHED = /^(?:DATABASE_URL|HEROKU_POSTGRESQL_\w+_URL)$/

function fault(use: DatabaseUse, dependencies: Dependencies): string | null {
  const { atom } = use.alternative
  // "DATABASE_URL is set" is how production runs. Whatever else is undecided, it is a fault when no remaining case is right.
  const expected = use.value.filter(
    ({ guards }) =>
      !guards.some((guard) => guard.about.kind === 'set' && !guard.holds && ATTACHED.test(guard.about.name)),
  )
  const scheme = (alternative: Alternative): string => /^[a-z0-9]+:\/\//.exec(knownPrefix(alternative.atom))?.[0] ?? ''
  if (!expected.includes(use.alternative)) return null
  // A single case that may never happen, or a call that may never be reached, proves nothing.
  if (use.value.length === 1 && use.certainty !== 'certain' && use.certainty !== 'configured') return null
  if (expected.some((other) => scheme(other) !== scheme(use.alternative))) return null
  const prefix = knownPrefix(atom)
  const source = literalText(atom) === null ? 'DATABASE_URL begins with' : 'The address begins with'
  const driver =
    installs(dependencies, 'psycopg') === 'yes'
      ? 'psycopg'
      : installs(dependencies, 'psycopg2') === 'yes' || installs(dependencies, 'psycopg2-binary') === 'yes'
        ? 'psycopg2'
        : 'psycopg'
  if (/^postgres:\/\//.test(prefix)) {
    if (couldBeAtLeast(dependencies, 'sqlalchemy', '1.4') !== true) return null
    return `${source} \`postgres://\`, and SQLAlchemy 1.4 and newer refuses that. Replace it by \`postgresql+${driver}://\` first.`
  }
  if (/^postgresql:\/\//.test(prefix) && driver === 'psycopg2') {
    if (couldBeAtLeast(dependencies, 'sqlalchemy', '2.1') !== true || installs(dependencies, 'psycopg') !== 'no')
      return null
    return 'SQLAlchemy 2.1 takes `postgresql://` for psycopg 3, and only psycopg2 is installed. Write `postgresql+psycopg2://`, or install `psycopg[binary]`.'
  }
  return null
}
