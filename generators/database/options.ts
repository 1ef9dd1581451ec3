import { partCommand } from '../_shared/part-command.ts'
import { database } from './part.ts'

/** What `database` takes. */
export const DATABASE = partCommand({
  name: 'database',
  summary: 'adds Heroku Postgres, with migrations',
  wants: { database: 'postgres' },
  asks: ['migrations', 'databasePlan'],
  part: database,
})
