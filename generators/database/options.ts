import { partCommand } from '../_shared/part-command.ts'
import { database } from './part.ts'

/** What `database` takes. */
export const DATABASE = partCommand({
  name: 'database',
  summary: 'adds Heroku Postgres, with migrations',
  wants: { database: 'postgres' },
  asks: ['migrations', 'databasePlan'],
  part: database,
  examples: ['models', 'notes', 'commands'],
  has: ['flask-sqlalchemy', 'sqlalchemy', 'psycopg', 'psycopg2', 'psycopg2-binary', 'peewee', 'pony'],
})
