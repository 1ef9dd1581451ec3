import type { Context, Part, Process } from '../_shared/part.ts'

/** Jobs in the background by RQ or Celery: a worker dyno, and a clock dyno where some are due at fixed times. */
export const worker: Part = {
  name: 'worker',
  wanted: ({ jobs }) => jobs !== 'none',
  files: ({ answers }) => [
    'package/jobs.py',
    'package/word_counts.py',
    'package/worker.py',
    ...(answers.schedule ? ['package/clock.py'] : []),
    'tests/test_word_counts.py',
  ],
  requirements: ({ jobs }) =>
    // fakeredis is what RQ keeps its jobs in where there is no Key-Value Store.
    jobs === 'rq' ? { runtime: ['rq'], test: ['fakeredis'] } : { runtime: ['celery[redis]'] },
  processes: (context) => [
    { type: 'worker', command: workerCommand(context), quantity: 1 },
    ...(context.answers.schedule ? [clock(context)] : []),
  ],
  fragments: ({ answers: { schedule }, imported }) => ({
    'factory.imports': imported('jobs', 'word_counts'),
    'factory.setup': 'jobs.init_app(app)\napp.register_blueprint(word_counts.blueprint)',
    'readme.sections': `
## Jobs in the background
A dyno of the type \`worker\` does the jobs of \`jobs.py\`; \`word_counts.py\` is an example of a web process that asks for one and
looks for its result. Without \`REDIS_URL\` they run at once, in the web process, and there is nothing to start;
with it in \`.env\`, \`heroku local\` starts ${schedule ? 'web, worker and clock' : 'web and worker'}.
${
  schedule
    ? `
\`clock.py\` says what is due when. A clock dyno puts these jobs into the queue, and the worker does them. Let there be one clock at
most: two would ask for every job twice.
`
    : ''
}
Heroku restarts each dyno at least once a day and at each deploy. A job that does not come to its end in time is put back and
begins anew later: write jobs so that it does no harm when they run twice.
`,
  }),
}

function workerCommand({ absolute, answers }: Context): string {
  if (answers.jobs === 'rq') return `python -m ${absolute('worker')}`
  // worker.py says why.
  const alone = '--without-gossip --without-mingle --without-heartbeat'
  return `REMAP_SIGTERM=SIGQUIT celery --app ${absolute('worker')} worker --loglevel INFO ${alone}`
}

function clock({ absolute, answers }: Context): Process {
  // A file with its number would outlive a clock that is killed on a computer, and keep the next one from its work.
  const beat = `celery --app ${absolute('clock')} beat --loglevel INFO --pidfile=`
  return { type: 'clock', command: answers.jobs === 'rq' ? `python -m ${absolute('clock')}` : beat, quantity: 1 }
}
