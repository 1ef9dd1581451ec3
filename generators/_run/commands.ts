import type { CommandLine } from '../_shared/command.ts'
import { ADOPT } from '../adopt/options.ts'
import { QUESTIONS, RUN_FLAGS } from '../app/options.ts'
import { CI } from '../ci/options.ts'
import { CONTAINER } from '../container/options.ts'
import { DATABASE } from '../database/options.ts'
import { GUNICORN } from '../gunicorn/options.ts'
import { HOOK } from '../hook/options.ts'
import { PROCFILE } from '../procfile/options.ts'
import { REVIEW_APPS } from '../review-apps/options.ts'
import { STORAGE } from '../storage/options.ts'
import { UPDATE } from '../update/options.ts'
import { WORKER } from '../worker/options.ts'

/** What the program does when its first word is no command. */
export const APP: CommandLine = {
  summary: 'makes a project',
  directory: 'folder to make; its name is the name of the project',
  questions: QUESTIONS,
  flags: RUN_FLAGS,
}

/** The commands by their first word, which is the generator's folder too: `update` is `yo flask-dyno:update`. */
export const COMMANDS: Readonly<Record<string, CommandLine>> = {
  update: UPDATE,
  adopt: ADOPT,
  procfile: PROCFILE,
  gunicorn: GUNICORN,
  database: DATABASE,
  worker: WORKER,
  storage: STORAGE,
  container: CONTAINER,
  'review-apps': REVIEW_APPS,
  ci: CI,
  hook: HOOK,
}
