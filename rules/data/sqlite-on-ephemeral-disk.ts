import { databaseUses, fileShown } from '../../engine/plan/databases.ts'
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
    'Use Heroku Postgres and take the address from `DATABASE_URL`:\n\n```python\nurl = os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://", 1)\napp.config["SQLALCHEMY_DATABASE_URI"] = url\n```\n\n`heroku addons:create heroku-postgresql` attaches the database.',
  sources: [
    { title: 'SQLite on Heroku', url: 'https://devcenter.heroku.com/articles/sqlite3' },
    { title: 'Dyno restarts', url: 'https://devcenter.heroku.com/articles/dyno-restarts' },
    { title: 'The ephemeral filesystem', url: 'https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const seen = new Set<string>()
    return databaseUses(plan).flatMap((use) => {
      const key = `${use.at.path}:${use.at.start}`
      if (use.sqliteFile === null || use.certainty !== 'certain' || seen.has(key)) return []
      seen.add(key)
      const where =
        use.run.process === null || use.run.process.type === 'web' ? '' : ` of the ${use.run.process.type} process`
      return [
        {
          at: use.at,
          message: `The data${where} goes into ${fileShown(use)}, and a dyno's disk does not last. Use Heroku Postgres through DATABASE_URL.`,
          related: trailTo(use.run, use.at),
        },
      ]
    })
  },
})
