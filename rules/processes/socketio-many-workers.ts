import type { FindingDraft, Fix } from '../../engine/finding.ts'
import { otherWords, shellText, valueFix } from '../../engine/fix-command.ts'
import { settingNumber } from '../../engine/plan/gunicorn-settings.ts'
import type { ServerPlan } from '../../engine/plan/process.ts'
import { asUnread, callsOf } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const socketioManyWorkers = defineRule({
  id: 'socketio-many-workers',
  stage: 'processes',
  level: 'error',
  summary: 'Flask-SocketIO is served by more than one gunicorn worker',
  why: "A Socket.IO client comes back with several requests of one session, and gunicorn hands each to any worker, while the session lives in one of them. Flask-SocketIO's documentation says that more than one worker is not possible under gunicorn. On Cedar the buildpack sets `WEB_CONCURRENCY` to 2 or more, so that gunicorn without `-w` has two workers as well.",
  consequence:
    'Clients that begin with polling, which is the default, get 400 (Invalid session) and reconnect without end.',
  instead:
    'One worker with many threads, or with gevent:\n\n```procfile\nweb: gunicorn -w 1 --threads 40 app:app\n```\n\nAn open WebSocket holds its thread, and Flask-SocketIO starts three more for it; the smaller dynos allow 256. More visitors need more dynos, with session affinity and a message queue.',
  fix: { safety: 'unsafe', note: 'gives gunicorn one worker; more visitors then need threads or more dynos' },
  sources: [
    {
      title: 'Flask-SocketIO: gunicorn web server',
      url: 'https://flask-socketio.readthedocs.io/en/latest/deployment.html#gunicorn-web-server',
    },
    { title: 'Session affinity', url: 'https://devcenter.heroku.com/articles/session-affinity' },
    { title: 'Processes/threads', url: 'https://devcenter.heroku.com/articles/limits#processes-threads' },
    { title: 'WEB_CONCURRENCY', url: 'https://devcenter.heroku.com/articles/python-concurrency' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const made = callsOf(plan, /^flask_socketio\.SocketIO$/)
    return made.slice(0, 1).flatMap((found): FindingDraft[] => {
      const { server, process, call, certainty } = found
      if (process?.type !== 'web' || server?.command.server !== 'gunicorn' || certainty === 'possible') return []
      const workers = settingNumber(server, 'workers')
      if (workers === null || (workers !== undefined && workers.value <= 1)) return []
      if (
        workers === undefined &&
        (plan.container || plan.generation !== 'cedar' || concurrency(server, plan.modules.tree))
      )
        return []
      // with a queue the workers hear of each other, and clients that use WebSocket alone stay on one
      const queued = call.args.open || call.args.named.has('message_queue') || callsOf(plan, INIT).some(hasQueue)
      const fix =
        workers === undefined
          ? oneWorker(server, plan.modules.tree)
          : valueFix(plan.modules.tree, workers.at, workers.text, '1')
      return [
        {
          at: workers?.at ?? server.invocation.at,
          message:
            workers === undefined
              ? 'Without `-w 1` gunicorn has two workers or more here, and Flask-SocketIO can work with one only. Add it.'
              : `${workers.value} workers share the clients of Flask-SocketIO, which can work with one only. Write \`-w 1\`.`,
          ...(queued ? { level: 'warning' as const } : {}),
          ...asUnread(plan),
          related: [{ ...call.at, message: 'Flask-SocketIO is set up here' }],
          ...(fix === null ? {} : { fix }),
        },
      ]
    })
  },
})

const INIT = /^flask_socketio\.SocketIO\.init_app$/
const hasQueue = ({
  call,
}: {
  readonly call: { readonly args: { readonly named: ReadonlyMap<string, unknown> } }
}): boolean => call.args.named.has('message_queue')

/** Somebody says how many: the process line, or app.json. */
function concurrency({ invocation }: ServerPlan, tree: Tree): boolean {
  return (
    invocation.environment.has('WEB_CONCURRENCY') ||
    (tree.has('app.json') && tree.read('app.json')?.text.includes('WEB_CONCURRENCY') === true)
  )
}

/** Behind the name of the program, where every reader of options takes it. */
function oneWorker({ invocation: { program, programName, path } }: ServerPlan, tree: Tree): Fix | null {
  const at = { path, start: program.end, end: program.end }
  return programName === program.raw && shellText(tree, at) !== undefined
    ? otherWords(tree, at, ' -w 1', 'unsafe', '-w 1')
    : null
}
