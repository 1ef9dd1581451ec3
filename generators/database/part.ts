import type { Part } from '../_shared/part.ts'

const FILES = ['package/extensions.py', 'package/models.py', 'tests/test_notes.py']

const MIGRATIONS = [
  'migrations/alembic.ini',
  'migrations/env.py',
  'migrations/script.py.mako',
  'migrations/versions/0001_notes.py',
  'tests/test_migrations.py',
]

const NO_MIGRATIONS = ['package/commands.py', 'tests/test_commands.py']

/** Heroku Postgres by SQLAlchemy, SQLite on the developer's computer, tables by migrations or `flask init-db`. */
export const database: Part = {
  name: 'database',
  wanted: ({ database }) => database === 'postgres',
  files: ({ answers }) => [
    ...FILES,
    // A single module holds the views itself.
    ...(answers.layout === 'package' ? ['package/notes.py'] : []),
    ...(answers.frontend === 'pages' ? ['package/templates/notes.html'] : []),
    ...(answers.migrations ? MIGRATIONS : NO_MIGRATIONS),
  ],
  requirements: ({ migrations }) => ({
    runtime: ['flask-sqlalchemy', 'psycopg[binary]', 'sqlalchemy', ...(migrations ? ['flask-migrate'] : [])],
  }),
  processes: ({ answers }) => [{ type: 'release', command: answers.migrations ? 'flask db upgrade' : 'flask init-db' }],
  addons: ({ databasePlan }) => [{ service: 'heroku-postgresql', plan: databasePlan, sets: 'DATABASE_URL' }],
  configVars: ({ packageName, answers }) => [
    {
      name: 'DATABASE_URL',
      description: 'The address of the database.',
      from: 'addon',
      required: true,
      example: 'postgres://u:p@host:5432/db',
      local: [
        '# The database; without it, a SQLite file in instance/.',
        `# DATABASE_URL=postgresql://${answers.compose ? 'postgres:postgres@' : ''}localhost/${packageName}`,
      ].join('\n'),
    },
  ],
  fragments: ({ answers: { layout, migrations, databasePlan, websockets }, from, absolute, imported }) => ({
    'settings.functions': `
def for_psycopg(url: str) -> str:
    """Name the driver in a database address.

    Heroku's addresses begin with postgres://, which SQLAlchemy has refused since 1.4.
    https://docs.sqlalchemy.org/en/21/dialects/postgresql.html
    """
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else url
`,
    'settings.dyno': `
SQLALCHEMY_DATABASE_URI = for_psycopg(
    require("DATABASE_URL", "heroku addons:create heroku-postgresql:${databasePlan} --wait")
)
SQLALCHEMY_ENGINE_OPTIONS = {
${poolSize(websockets)}
    "max_overflow": 0,
    # Heroku may move or restart the database: a dead connection is replaced, not handed out.
    # https://docs.sqlalchemy.org/en/21/core/pooling.html#disconnect-handling-pessimistic
    "pool_pre_ping": True,
}
`,
    'settings.local': `
# Without DATABASE_URL, a file in the folder instance/.
SQLALCHEMY_DATABASE_URI = for_psycopg(os.environ.get("DATABASE_URL", "sqlite:///app.db"))
`,
    'factory.imports': [
      imported(...(layout === 'package' ? ['notes'] : []), ...(migrations ? [] : ['commands'])),
      `from ${from('extensions')} import db${migrations ? ', migrate' : ''}`,
    ].join('\n'),
    'factory.setup': `
db.init_app(app)
${migrations ? 'migrate.init_app(app, db)' : 'app.cli.add_command(commands.init_db)'}
${layout === 'package' ? 'app.register_blueprint(notes.blueprint)' : ''}
`,
    'health.imports': [
      'from flask import current_app',
      'from sqlalchemy import text',
      'from sqlalchemy.exc import SQLAlchemyError',
      `from ${from('extensions')} import db`,
    ].join('\n'),
    'health.checks': `
try:
    db.session.execute(text("SELECT 1"))
    checks["database"] = "ok"
except SQLAlchemyError:
    current_app.logger.exception("The database does not answer")
    checks["database"] = "unreachable"
`,
    'conftest.imports': `from ${absolute('extensions')} import db`,
    'conftest.overrides': '"SQLALCHEMY_DATABASE_URI": "sqlite:///:memory:",',
    gitignore: `
# This computer's database
instance/
`,
  }),
}

function poolSize(websockets: boolean): string {
  const page = 'https://devcenter.heroku.com/articles/python-concurrency-and-database-connections'
  return websockets
    ? `    # Most threads of the one worker (gunicorn.conf.py) hold an open socket and no connection: these
    # are for those that work. The smallest plan allows 20.
    # ${page}
    "pool_size": 10,`
    : `    # One connection for each thread of a worker (gunicorn.conf.py), and no more: the smallest
    # plan allows 20, and a Basic dyno runs 2 workers with 4 threads, which makes 8.
    # ${page}
    "pool_size": 4,`
}
