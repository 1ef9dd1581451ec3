import type { Fix } from '../../engine/finding.ts'
import { databaseUses } from '../../engine/plan/databases.ts'
import { flaskAppWords } from '../../engine/plan/flask-app.ts'
import { migratingProcess, migrationsFolder } from '../../engine/plan/migrations.ts'
import { inShell, type Plan } from '../../engine/plan/plan.ts'
import { callsOf } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const migrationsNotReleased = defineRule({
  id: 'migrations-not-released',
  stage: 'data',
  level: 'warning',
  summary: 'The repository holds migrations that no release process runs',
  why: 'A push that brings new code and a new migration starts the new code at once. Unless the migration runs first, the code asks for columns that are not there. The release phase runs a command after the build and before any dyno starts, and keeps the old release when it fails.',
  consequence:
    'After a push with a new migration, requests that touch it fail with 500 (`UndefinedColumn`, `UndefinedTable`) until somebody runs it by hand.',
  instead:
    'Run the migrations in the release phase:\n\n```\nrelease: flask --app app db upgrade\nweb: gunicorn app:app\n```',
  fix: { safety: 'unsafe', note: 'adds the release process to the Procfile' },
  sources: [
    { title: 'Release phase', url: 'https://devcenter.heroku.com/articles/release-phase' },
    { title: 'Flask-Migrate', url: 'https://flask-migrate.readthedocs.io/' },
    {
      title: 'Flask: application discovery',
      url: 'https://flask.palletsprojects.com/en/stable/cli/#application-discovery',
    },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  check: ({ plan, tree }) => {
    const { source } = plan
    if (source.kind !== 'procfile' || plan.web === null) return []
    const folder = migrationsFolder(plan)
    if (folder === null || migratingProcess(plan) !== null || isRunElsewhere(tree)) return []
    // what the start makes by create_all(), and a database that is gone tomorrow, are other faults
    if (callsOf(plan, /\.create_all$/).some(({ call }) => call.phase === 'import')) return []
    if (databaseUses(plan).some(({ sqliteFile, certainty }) => sqliteFile !== null && certainty === 'certain'))
      return []
    // Flask-Migrate keeps alembic.ini beside env.py, Alembic at the root
    const command = tree.has(`${folder}/alembic.ini`)
      ? upgradeCommand(plan, tree, folder)
      : tree.has('alembic.ini')
        ? 'alembic upgrade head'
        : null
    return [
      {
        at: plan.web.at,
        message: `${folder}/ holds migrations, and no process runs them before the new code starts. Add \`release: ${command ?? 'flask db upgrade'}\`.`,
        related: [{ path: `${folder}/env.py`, message: 'the migrations' }],
        ...(command === null ? {} : { fix: addRelease(plan, tree, source.path, command) }),
      },
    ]
  },
})

/** Somebody runs them after each deploy: a workflow, a script, app.json. */
const isRunElsewhere = (tree: Tree): boolean =>
  tree.paths.some(
    (path) =>
      /^(?:\.github\/workflows\/[^/]+|\.gitlab-ci|\.travis|\.circleci\/config|azure-pipelines|bitbucket-pipelines|\.?codeship[^/]*)\.ya?ml$|^(?:bin|scripts?)\/[^/]+$|^(?:Makefile|fabfile\.py|[^/]+\.sh)$/.test(
        path,
      ) &&
      /\bheroku\b[\s\S]*(?:\bdb upgrade\b|\balembic\b.*\bupgrade\b)|(?:\bdb upgrade\b|\balembic\b.*\bupgrade\b)[\s\S]*\bheroku\b/.test(
        tree.read(path)?.text ?? '',
      ),
  )

/** `flask db upgrade` with the app named where the `flask` command would not find it; null where reading cannot tell it. */
function upgradeCommand(plan: Plan, tree: Tree, folder: string): string | null {
  // Flask-Script's form of old: the app does not know the command
  if (/\bMigrateCommand\b/.test(tree.read('manage.py')?.text ?? '')) return 'python manage.py db upgrade'
  const uses = callsOf(plan, /^flask_migrate\.Migrate(?:\.init_app)?$/)
  const app = flaskAppWords(plan)
  if (uses.length === 0 || app === null || plan.web?.server?.boot?.problem !== null) return null
  // else Flask-Migrate looks for migrations/ where the command starts
  const isTold = folder === 'migrations' || uses.some(({ call }) => call.args.open || call.args.named.has('directory'))
  return `flask --app ${app} db upgrade${isTold ? '' : ` --directory ${inShell(folder)}`}`
}

function addRelease(plan: Plan, tree: Tree, path: string, command: string): Fix {
  const text = tree.read(path)?.text ?? ''
  const start = text.lastIndexOf('\n', plan.web?.at.start ?? 0) + 1
  return {
    safety: 'unsafe',
    description: 'run the migrations in a release process',
    edits: [{ kind: 'text', path, start, end: start, text: `release: ${command}\n` }],
  }
}
