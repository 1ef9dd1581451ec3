import { partCommand } from '../_shared/part-command.ts'
import { worker } from './part.ts'

/** What `worker` takes. */
export const WORKER = partCommand({
  name: 'worker',
  summary: 'adds background jobs on a dyno of their own, by RQ or Celery',
  wants: { jobs: 'rq' },
  asks: ['schedule', 'keyValuePlan'],
  part: worker,
  examples: ['word_counts'],
  has: ['rq', 'celery', 'dramatiq', 'huey'],
})
