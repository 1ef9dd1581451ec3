import type { CommandLine } from '../_shared/command.ts'
import { CHANGE_FLAGS } from '../_shared/project-generator.ts'
import type { Choice, YesNo } from '../_shared/questions.ts'
import { GROUPS } from './groups.ts'

/** Whether the changes of a group are taken; asked where there are any. */
const GROUP_QUESTIONS: readonly YesNo[] = GROUPS.map(({ key, title }) => ({
  key,
  kind: 'yes-no',
  message: `Take the changes to ${title}?`,
  description: `change ${title}`,
  default: true,
}))

/** Asked where several files say what to install: reading cannot tell which one is meant. */
export const PACKAGE_MANAGER: Choice = {
  key: 'packageManager',
  kind: 'choice',
  message: 'Several files say what to install, and Heroku refuses that. Which one is to stay?',
  description: 'where several files say what to install, the one that is to stay',
  choices: [
    { value: 'pip', label: 'requirements.txt (pip)' },
    { value: 'pipenv', label: 'Pipfile and Pipfile.lock (Pipenv)' },
    { value: 'poetry', label: 'poetry.lock (Poetry)' },
    { value: 'uv', label: 'uv.lock (uv)' },
  ],
  default: 'pip',
}

export const MAKE_APP_JSON: YesNo = {
  key: 'makeAppJson',
  kind: 'yes-no',
  message: 'Write an app.json, for review apps and the Heroku Button?',
  description: 'write an app.json where there is none',
  default: false,
}

export const GENERATION: Choice = {
  key: 'generation',
  kind: 'choice',
  message: 'Which generation of Heroku?',
  description: 'the generation of Heroku that the app is for',
  choices: [
    { value: 'cedar', label: 'Cedar, the usual one' },
    { value: 'fir', label: 'Fir, for apps in a Fir Private Space' },
  ],
  default: 'cedar',
}

/** What `adopt` takes. */
export const ADOPT: CommandLine = {
  summary: 'makes an existing Flask project ready for Heroku, with the least change',
  directory: 'folder of the project (this one)',
  questions: [...GROUP_QUESTIONS, PACKAGE_MANAGER, MAKE_APP_JSON, GENERATION],
  flags: [
    { flag: 'defaults', description: 'ask nothing; take every change that cannot alter what a working app does' },
    { flag: 'unsafe', description: 'take the changes that want to be read, too' },
    ...CHANGE_FLAGS,
  ],
}

export const groupQuestion = (key: string): YesNo => {
  const question = GROUP_QUESTIONS.find((each) => each.key === key)
  if (question === undefined) throw new Error(`no group of changes is called ${key}`)
  return question
}
