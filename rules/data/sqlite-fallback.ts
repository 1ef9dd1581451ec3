import { stopUnlessSet } from '../../engine/fix-python.ts'
import { databaseUses, fileShown } from '../../engine/plan/databases.ts'
import { conditionText, guardedVariables, trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

export const sqliteFallback = defineRule({
  id: 'sqlite-fallback',
  stage: 'data',
  level: 'warning',
  summary: 'Production would silently fall back to SQLite when a config var is absent',
  why: 'The code takes the database from a config var, and a SQLite file when that is not set. On a laptop this is handy. On a dyno it hides a missing or detached database: the app boots, looks healthy, and keeps its data on a disk that is thrown away at the next restart.',
  consequence:
    'Without the config var the app boots on an empty SQLite file, and what it writes is lost at the next dyno restart.',
  instead:
    'Refuse to start on a dyno without the config var, and fall back on a laptop only:\n\n```python\nurl = os.environ.get("DATABASE_URL")\nif url is None:\n    if "DYNO" in os.environ:\n        raise RuntimeError("DATABASE_URL is not set")\n    url = "sqlite:///local.db"\nurl = url.replace("postgres://", "postgresql+psycopg://", 1)\n```',
  fix: {
    safety: 'unsafe',
    note: 'stops the app at its start where DYNO is set and the config var is not; a laptop keeps SQLite',
  },
  sources: [
    { title: 'SQLite on Heroku', url: 'https://devcenter.heroku.com/articles/sqlite3' },
    {
      title: 'heroku/python-getting-started: settings.py keeps SQLite off the dyno',
      url: 'https://github.com/heroku/python-getting-started',
    },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const seen = new Set<string>()
    return databaseUses(plan).flatMap((use) => {
      const key = `${use.at.path}:${use.at.start}`
      if (use.sqliteFile === null || use.certainty !== 'fallback' || seen.has(key)) return []
      seen.add(key)
      const fix = stopUnlessSet(plan, use.at, use.guards)
      const [variable = 'DATABASE_URL'] = guardedVariables(use.guards)
      return [
        {
          at: use.at,
          message: `When ${conditionText(use.guards) || `${variable} is not set`}, the data goes into ${fileShown(use)}. Stop at the start instead where DYNO is set.`,
          related: trailTo(use.run, use.at),
          ...(fix === null ? {} : { fix }),
        },
      ]
    })
  },
})
