import type { CommandLine } from '../_shared/command.ts'
import { ADOPT } from '../adopt/options.ts'
import { QUESTIONS, RUN_FLAGS } from '../app/options.ts'
import { UPDATE } from '../update/options.ts'

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
}
