import { partCommand } from '../_shared/part-command.ts'

/** What `procfile` takes. */
export const PROCFILE = partCommand({
  name: 'procfile',
  summary: 'writes the Procfile: what Heroku starts',
  wants: {},
  files: ['Procfile'],
})
