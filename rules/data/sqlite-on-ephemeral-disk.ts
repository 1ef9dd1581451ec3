import { couldBeAtLeast, type Dependencies, installs } from '../../engine/facts/dependencies.ts'
import type { FindingDraft } from '../../engine/finding.ts'
import { expressionAt, otherExpression } from '../../engine/fix-python.ts'
import { addRequirement } from '../../engine/fix-requirement.ts'
import { type DatabaseUse, databaseUses, fileShown } from '../../engine/plan/databases.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

export const sqliteOnEphemeralDisk = defineRule({
  id: 'sqlite-on-ephemeral-disk',
  stage: 'data',
  level: 'error',
  summary: 'Production keeps its data in a SQLite file on the dyno',
  why: "A dyno's disk is a copy of what was deployed. Heroku throws it away at every restart, at least once a day and at every deploy, and each dyno and process type has a disk of its own. A SQLite file on it works in a first test and is gone the next morning.",
  consequence:
    'All rows written since the last start are lost at the next dyno restart (at least once a day), and two dynos never see the same rows.',
  instead:
    'Use Heroku Postgres and take the address from `DATABASE_URL`:\n\n```python\nurl = os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://", 1)\napp.config["SQLALCHEMY_DATABASE_URI"] = url\n```\n\n`heroku addons:create heroku-postgresql` attaches the database, and `psycopg[binary]` in the requirements is its driver.\n\nCode that calls `sqlite3` itself can keep its SQL where Postgres knows it, and writes `%s` for each `?`:\n\n```python\nconnection = psycopg.connect(os.environ["DATABASE_URL"])\nconnection.execute("INSERT INTO note (body) VALUES (%s)", (body,))\n```',
  fix: {
    safety: 'unsafe',
    note: 'takes DATABASE_URL on a dyno and the SQLite file elsewhere, through SQLAlchemy, and adds the driver to requirements.txt; what is in the file stays behind',
  },
  sources: [
    { title: 'SQLite on Heroku', url: 'https://devcenter.heroku.com/articles/sqlite3' },
    { title: 'Dyno restarts', url: 'https://devcenter.heroku.com/articles/dyno-restarts' },
    { title: 'The ephemeral filesystem', url: 'https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem' },
  ],
  since: '0.1.0',
  needs: ['plan', 'dependencies'],
  check: ({ plan, dependencies }) => {
    const seen = new Set<string>()
    // several databases hold what one may not mix
    const databases = new Set(databaseUses(plan).map(({ at }) => `${at.path}:${at.start}`))
    return databaseUses(plan).flatMap((use) => {
      const key = `${use.at.path}:${use.at.start}`
      if (use.sqliteFile === null || use.certainty !== 'certain' || seen.has(key)) return []
      seen.add(key)
      const made = databases.size === 1 ? onDyno(plan, dependencies, use) : null
      const where =
        use.run.process === null || use.run.process.type === 'web' ? '' : ` of the ${use.run.process.type} process`
      return [
        {
          at: use.at,
          message: `The data${where} goes into ${fileShown(use)}, and a dyno's disk does not last. Use Heroku Postgres through DATABASE_URL.`,
          related: trailTo(use.run, use.at),
          ...made,
        },
      ]
    })
  },
})

/** Only where one database is all there is, and the whole address is one expression: a laptop goes on with its file. */
function onDyno(
  plan: Plan,
  dependencies: Dependencies,
  { sqlalchemy, at }: DatabaseUse,
): Pick<FindingDraft, 'fix' | 'missing'> | null {
  const old = sqlalchemy ? expressionAt(plan, at) : undefined
  if (old?.kind !== 'string' || old.bytes) return null
  const { tree } = plan.modules
  // before SQLAlchemy 2.1 a plain `postgresql://` means psycopg2
  const newer = couldBeAtLeast(dependencies, 'sqlalchemy', '2.0') !== false
  const has = (name: string): boolean => installs(dependencies, name) === 'yes'
  const driver = has('psycopg2') || has('psycopg2-binary') || !newer ? 'psycopg2' : 'psycopg'
  const isThere = has('psycopg2') || has('psycopg2-binary') || (newer && has('psycopg'))
  const distribution = driver === 'psycopg' ? 'psycopg[binary]' : 'psycopg2-binary'
  const added = isThere ? null : addRequirement(tree, dependencies, distribution)
  if (!isThere && added === null) return { missing: [distribution] }
  const source = tree.read(at.path)?.text.slice(old.start, old.end) ?? ''
  const address = `os.environ["DATABASE_URL"].replace("postgres://", "postgresql+${driver}://", 1)`
  const fix = otherExpression(
    plan,
    at,
    `(${address} if "DYNO" in os.environ else `,
    'take DATABASE_URL on a dyno',
    `${source})`,
  )
  if (fix === null) return null
  return {
    fix: {
      ...fix,
      edits: [...fix.edits, ...(added?.edits ?? [])],
      brings: [...(fix.brings ?? []), ...(added?.brings ?? []), 'database-not-attached'],
    },
  }
}
