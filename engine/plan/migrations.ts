/** Where a project keeps its database migrations, and what runs them. */
import type { Invocation } from './command.ts'
import { boots, type Plan, type ProcessPlan } from './plan.ts'

/** What applies migrations, by the words of a command: Flask-Migrate, Flask-Script, Alembic, Flask-Alembic, yoyo. */
const UPGRADE =
  /\bdb(?:_|\s+)(?:up(?:grade)?|migrate)\b|\balembic\b.*\bupgrade\b|\bflask\b.*\b(?:upgrade|migrate)\b|\byoyo\b.*\bapply\b|\bmigrat(?:e|ions?)\b/

const words = (invocation: Invocation): string =>
  [invocation.program, ...invocation.arguments].map(({ raw }) => raw).join(' ')

/** The process whose command applies the migrations; null when none is seen to. */
export function migratingProcess(plan: Plan): ProcessPlan | null {
  const byCommand = plan.processes.find(({ command, invocations }) =>
    [command, ...invocations.map(words)].some((text) => UPGRADE.test(text)),
  )
  if (byCommand !== undefined) return byCommand
  // `flask_migrate.upgrade()` when the app starts; what a script does is not seen here, so a release process of its own counts
  const inProgram = boots(plan).find(({ boot }) =>
    boot.calls.some(({ name, phase }) => phase === 'import' && MIGRATING_CALL.test(name)),
  )
  return inProgram?.process ?? plan.processes.find(({ type }) => type === 'release') ?? null
}

const MIGRATING_CALL = /^(?:flask_migrate\.upgrade|alembic\.command\.upgrade|flask_alembic\.Alembic\.upgrade)$/

/** Alembic's `env.py` nearest to the root, as Flask-Migrate and Alembic write it; null when there are no migrations. */
export function migrationsFolder(plan: Plan): string | null {
  const { tree } = plan.modules
  const found = tree.paths
    .filter(
      (path) =>
        /(?:^|\/)(?:migrations?|alembic)\/(?:[\w-]+\/)?env\.py$/.test(path) &&
        !/(?:^|\/)(?:tests?|examples?|docs?|node_modules|site-packages)\//.test(path),
    )
    .sort((a, b) => a.split('/').length - b.split('/').length)
  const [env] = found
  if (env === undefined) return null
  const folder = env.slice(0, env.lastIndexOf('/'))
  return tree.paths.some(
    (path) => path.startsWith(`${folder}/versions/`) && path.endsWith('.py') && !path.endsWith('/__init__.py'),
  )
    ? folder
    : null
}
