import type { CommandLine } from '../_shared/command.ts'
import { QUESTIONS } from '../app/options.ts'

/** What `update` takes: every answer can be changed on the way, but for the repository that is there already. */
export const UPDATE: CommandLine = {
  summary: 'brings a project of this generator to its newest version, with what you changed',
  directory: 'folder of the project (this one)',
  questions: QUESTIONS.filter(({ key }) => key !== 'git'),
  flags: [
    { flag: 'check', description: 'write nothing; exit 1 when an update would change something' },
    { flag: 'dry-run', description: 'show the diff, and write nothing' },
    {
      flag: 'from',
      value: 'FOLDER|TARBALL',
      description: 'generator-flask-dyno as it made the project, in place of npm',
    },
    { flag: 'force', description: 'go on although git could not undo it' },
  ],
}
