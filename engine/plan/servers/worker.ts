import type { Invocation } from '../command.ts'
import { type Reading, targetOf } from '../server-arguments.ts'
import { literal } from '../shell-word.ts'
import { optionTable, parseOptions } from './option-table.ts'

/** The options that matter here and those that take a word (https://docs.celeryq.dev/en/stable/reference/cli.html). */
const CELERY = optionTable(
  `
-A --app =
-b --broker =
--result-backend =
--loader =
--config =
--workdir =
-n --hostname =
-l --loglevel =
-f --logfile =
-P --pool =
-c --concurrency =
-Q --queues =
-X --exclude-queues =
-I --include =
-O --optimization =
-s --schedule =
-S --statedb --scheduler =
--max-tasks-per-child =
--max-memory-per-child =
--time-limit =
--soft-time-limit =
--autoscale =
--pidfile =
--uid =
--gid =
--max-interval =
--port =
--address =
-B --beat
-E --events --task-events
-C --no-color
-D --detach
-q --quiet
--without-gossip
--without-mingle
--without-heartbeat
--purge
`,
  { abbreviations: false },
)
/** https://python-rq.org/docs/workers/ */
const RQ = optionTable(
  `
-u --url =
-c --config =
-w --worker-class =
-j --job-class =
-n --name =
-P --path =
--connection-class =
--queue-class =
--logging_level =
--results-ttl =
--worker-ttl =
--maintenance-interval =
--max-jobs =
--max-idle-time =
--sentry-dsn =
--pid =
--serializer =
-b --burst
-v --verbose
-q --quiet
--with-scheduler
-s
`,
  { abbreviations: false },
)

/** `celery -A app worker`, `rq worker`: the subcommand, and Celery's application as the target. */
export function readWorker(invocation: Invocation, server: 'celery' | 'rq'): Reading {
  const parsed = parseOptions(invocation.arguments, server === 'celery' ? CELERY : RQ, invocation.path, 'command line')
  const [command, ...rest] = parsed.positionals
  const app = parsed.settings.get('app')?.at(-1)
  return {
    server,
    parsed: { ...parsed, positionals: [] },
    target: app !== undefined && typeof app.value === 'object' ? targetOf(app.value, invocation.path) : null,
    subcommand: command === undefined ? null : literal(command),
    rest,
  }
}
