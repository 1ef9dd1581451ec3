import { partCommand } from '../_shared/part-command.ts'
import { gunicorn } from './part.ts'

/** What `gunicorn` takes. */
export const GUNICORN = partCommand({
  name: 'gunicorn',
  summary: 'writes gunicorn.conf.py: gunicorn, set up for a dyno',
  wants: {},
  part: gunicorn,
})
