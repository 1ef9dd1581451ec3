import type { FindingDraft } from '../../engine/finding.ts'
import type { Invocation } from '../../engine/plan/command.ts'
import { isServer } from '../../engine/plan/command-serving.ts'
import { below } from '../../engine/plan/directories.ts'
import { blocksOf, functionAround } from '../../engine/plan/function-around.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { type CallInProduction, callsOf, trailTo } from '../../engine/plan/production.ts'
import { serverCommand } from '../../engine/plan/server-arguments.ts'
import type { Expr, Stmt } from '../../engine/python/ast.ts'
import { dottedName } from '../../engine/python/evaluate.ts'
import { classMember } from '../../engine/python/functions.ts'
import type { FunctionObject, Guard, Value } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'

export const schedulerInWeb = defineRule({
  id: 'scheduler-in-web',
  stage: 'data',
  level: 'warning',
  summary: 'The web process runs a scheduler, a bot or a job worker beside the app',
  why: 'What the web process starts beside the app runs once in each gunicorn worker and on each web dyno: mails go out twice, and a bot that polls is refused its second connection. It ends when the dyno restarts, at least once a day, with whatever it was doing, and an Eco dyno that gets no requests for half an hour sleeps, and the jobs with it.',
  consequence: 'Jobs run several times, or not at all, and what they hold in memory is lost at each dyno restart.',
  instead:
    'Give the jobs a process type of their own, with one dyno, or use Heroku Scheduler:\n\n```\nweb: gunicorn app:app\nclock: python clock.py\n```',
  sources: [
    {
      title: 'Scheduled jobs and custom clock processes in Python',
      url: 'https://devcenter.heroku.com/articles/clock-processes-python',
    },
    { title: 'Background tasks in Python with RQ', url: 'https://devcenter.heroku.com/articles/python-rq' },
    { title: 'Heroku Scheduler', url: 'https://devcenter.heroku.com/articles/scheduler' },
    { title: 'Eco dyno hours and sleeping', url: 'https://devcenter.heroku.com/articles/eco-dyno-hours' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const found = [...schedulers(plan), ...polling(plan), ...threads(plan), ...workersBeside(plan)]
    return found.filter(
      ({ at }, i) => found.findIndex((other) => other.at.path === at.path && other.at.start === at.start) === i,
    )
  },
})

const SCHEDULER =
  /^(?:apscheduler\.schedulers\.\w+\.\w*Scheduler|apscheduler\.scheduler\.Scheduler|flask_apscheduler\.(?:\w+\.)?APScheduler)\.start$/
/** Clients that ask a service for news again and again: Telegram, Discord, VK, Twitter streams. */
const POLLING =
  /^(?:telegram|telebot|aiogram|telepot|vkbottle|pyrogram)\..*\.(?:start_polling|run_polling|polling|infinity_polling|run_forever|message_loop|run_as_thread)$|^discord\..*\.run$|^tweepy\.\w*Stream\w*\.filter$/

/** "The bot has its token" is how production runs. */
const isCredential = ({ about, holds }: Guard): boolean =>
  about.kind === 'set' && holds && /TOKEN|KEY|SECRET|_URL$/.test(about.name)

/** A call that the web process makes when it starts. */
const atStart = (plan: Plan, name: RegExp): CallInProduction[] =>
  callsOf(plan, name).filter(
    (use) =>
      (use.process === null || use.process.type === 'web') &&
      (use.certainty === 'certain' || use.reach.every(isCredential)) &&
      (use.call.phase === 'import' ||
        functionAround(plan, use.call.at)?.decorators.some((decorator) =>
          /\.before_(?:app_)?first_request$/.test(decorator),
        ) === true),
  )

const draft = (use: CallInProduction, message: string): FindingDraft => ({
  at: use.call.at,
  message,
  related: trailTo(use, use.call.at),
})

function schedulers(plan: Plan): FindingDraft[] {
  return atStart(plan, SCHEDULER).map((use) =>
    draft(
      use,
      'The scheduler starts in every worker of the web process, so that each job runs several times. Start it in a clock process of its own.',
    ),
  )
}

function polling(plan: Plan): FindingDraft[] {
  return atStart(plan, POLLING).map((use) =>
    draft(
      use,
      'The bot polls from the web process, once in each worker, and sleeps and restarts with it. Run it as a worker process of its own, or use a webhook.',
    ),
  )
}

const THREAD = /^(?:threading\.(?:Thread|Timer)|multiprocessing\.(?:\w+\.)?Process|_thread\.start_new_thread)$/

/** A thread or process whose function never returns: it waits for the clock, for messages or for a queue. */
function threads(plan: Plan): FindingDraft[] {
  return atStart(plan, THREAD).flatMap((use) => {
    const { args, name, result } = use.call
    const target: Value =
      args.named.get('target') ??
      args.named.get('function') ??
      args.positional[name === 'threading.Timer' ? 1 : 0] ??
      []
    // a class of the project that stands on Thread keeps its loop in `run`
    const own = result.flatMap(({ atom }) =>
      atom.kind === 'instance' && atom.object.class !== null ? (classMember(atom.object.class, 'run') ?? []) : [],
    )
    const isJob = [...target, ...own].some(({ atom }) => {
      if (atom.kind === 'function') return isLoop(atom.object) || comesBack(plan, atom.object)
      return (
        atom.kind === 'method' &&
        atom.of.kind === 'instance' &&
        POLLING.test(`${atom.of.object.className}.${atom.name}`)
      )
    })
    const message =
      'The web process starts a background loop, once in each worker, and it ends with every restart of the dyno. Give it a process type of its own in the Procfile.'
    return isJob ? [draft(use, message)] : []
  })
}

/** It polls, winds a timer up again, or starts a scheduler, which goes on when the function is over. */
function comesBack(plan: Plan, { path, def }: FunctionObject): boolean {
  const source = def === null ? '' : (plan.modules.tree.read(path)?.text.slice(def.start, def.end) ?? '')
  return (
    /\.(?:start_polling|run_polling|infinity_polling|polling|run_pending)\(|\b(?:bot|client)\.run\(|\bTimer\(/.test(
      source,
    ) || /\b(?:Background|Blocking)Scheduler\([\s\S]*\.start\(/.test(source)
  )
}

/** `while True:` with a wait in it. */
function isLoop({ def }: FunctionObject): boolean {
  return (
    def !== null && someStatement(def.body, (stmt) => stmt.kind === 'while' && isForever(stmt.test) && waits(stmt.body))
  )
}

const isForever = (test: Expr): boolean =>
  (test.kind === 'constant' && test.value === true) || (test.kind === 'number' && test.value !== 0)

/** What a job's loop waits with: the clock, `schedule`, a queue. */
const WAIT = /(?:^|\.)(?:sleep|run_pending|get|wait|blpop|brpop|get_message)$/

const waits = (body: readonly Stmt[]): boolean =>
  someStatement(body, (stmt) => {
    const value = stmt.kind === 'expr' || stmt.kind === 'assign' ? stmt.value : null
    const call = value?.kind === 'await' ? value.value : value
    return call?.kind === 'call' && WAIT.test(dottedName(call.callee))
  })

function someStatement(body: readonly Stmt[], test: (stmt: Stmt) => boolean): boolean {
  return body.some((stmt) => test(stmt) || blocksOf(stmt).some((inner) => someStatement(inner, test)))
}

/** `celery worker &` before gunicorn, `gunicorn --daemon` before `python worker.py`: two programs on one dyno. */
function workersBeside(plan: Plan): FindingDraft[] {
  const { web } = plan
  if (web === null || !web.invocations.some(isServer)) return []
  return web.invocations.flatMap((invocation) => {
    const { at, trail, conditional } = invocation
    const program = jobProgram(plan, invocation)
    if (conditional || program === null) return []
    const related = trail.length > 0 ? trail : [{ ...web.at, message: 'the web process' }]
    return [
      {
        at,
        message: `\`${program}\` runs jobs on the web dyno, beside the server. Give it a process type of its own, such as \`worker:\`.`,
        related: related.filter((step) => step.path !== at.path || step.start !== at.start),
      },
    ]
  })
}

/** What a command that works off jobs is called; null for any other. */
function jobProgram({ modules: { tree } }: Plan, invocation: Invocation): string | null {
  const { programName: name } = invocation
  if (name === 'celery') return invocation.arguments.some(({ raw }) => /^(?:worker|beat)$/.test(raw)) ? name : null
  if (name !== null && /^(?:rq|rqworker|rqscheduler|huey_consumer(?:\.py)?|dramatiq|arq)$/.test(name)) return name
  const { server, target } = serverCommand(invocation, tree)
  if (server !== 'python' || target === null || invocation.cwd === null) return null
  const path = below(invocation.cwd, target.spec)
  const text = path === undefined ? '' : (tree.read(path)?.text ?? '')
  return JOB_SCRIPT.test(text) ? `python ${target.spec}` : null
}

/** A script that works off a queue or waits for the clock. */
const JOB_SCRIPT = /^\s*(?:from|import)\s+rq\b[\s\S]*\.work\(|\bBlockingScheduler\(|\bschedule\.run_pending\(/m
