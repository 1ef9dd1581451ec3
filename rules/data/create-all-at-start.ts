import { functionAround } from '../../engine/plan/function-around.ts'
import { migratingProcess, migrationsFolder } from '../../engine/plan/migrations.ts'
import { type CallInProduction, callsOf, trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

export const createAllAtStart = defineRule({
  id: 'create-all-at-start',
  stage: 'data',
  level: 'warning',
  summary: 'The web process makes its database tables each time that it starts',
  why: 'A web dyno starts at least once a day, and every gunicorn worker in it runs the start again: two of them that make the same table at the same moment stop each other with an error. And `create_all()` never changes a table that exists, so that the first new column breaks the app. `drop_all()` there deletes the data at every restart.',
  consequence:
    'The first start can crash while two workers make the same table (H10), and later changes to the models never reach the database.',
  instead:
    'Keep migrations in the repository with Flask-Migrate, and run them in the release phase, before any dyno starts:\n\n```\nrelease: flask --app app db upgrade\nweb: gunicorn app:app\n```',
  sources: [
    { title: 'Release phase', url: 'https://devcenter.heroku.com/articles/release-phase' },
    {
      title: 'Flask-SQLAlchemy: creating the tables',
      url: 'https://flask-sqlalchemy.readthedocs.io/en/stable/quickstart/#create-the-tables',
    },
    { title: 'Flask-Migrate', url: 'https://flask-migrate.readthedocs.io/' },
    { title: 'Dyno restarts', url: 'https://devcenter.heroku.com/articles/dyno-restarts' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const calls = callsOf(plan, /\.(?:create_all|drop_all|create_tables|drop_tables)$/).filter(
      (use) =>
        (use.process === null || use.process.type === 'web') &&
        use.certainty === 'certain' &&
        (use.call.phase === 'import' || isBeforeRequests(use)),
    )
    function isBeforeRequests({ call }: CallInProduction): boolean {
      const around = functionAround(plan, call.at)
      return around?.decorators.some((name) => /\.before_(?:app_)?(?:first_)?request$/.test(name)) ?? false
    }
    const drops = calls.filter(({ call }) => /drop_/.test(call.name))
    if (drops.length > 0)
      return drops.map((use) => ({
        at: use.call.at,
        level: 'error' as const,
        message: `${use.call.name.split('.').at(-1)}() deletes the tables whenever the web process starts. Take it out, and change tables by migrations.`,
        consequence: 'All data is deleted at every start of the web process: each deploy, and at least once a day.',
        related: trailTo(use, use.call.at),
      }))
    // where migrations run first, create_all() finds nothing left to make
    if (migratingProcess(plan) !== null) return []
    const folder = migrationsFolder(plan)
    return calls.map((use) => ({
      at: use.call.at,
      message: `${use.call.name.split('.').at(-1)}() runs in every worker at every start, and never changes a table that exists. ${folder === null ? 'Use migrations, and run them in a release process.' : `Run the migrations of ${folder}/ in a release process instead.`}`,
      related: trailTo(use, use.call.at),
    }))
  },
})
