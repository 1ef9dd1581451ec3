import type { Question } from '../_shared/questions.ts'

export interface Answers {
  readonly packageManager: 'uv' | 'pip'
  readonly database: 'postgres' | 'none'
  readonly migrations: boolean
  readonly git: boolean
}

/** What the generator asks, in this order, after the name. `USAGE` and the README show the same flags. */
export const QUESTIONS = [
  {
    key: 'packageManager',
    kind: 'choice',
    message: 'What installs the packages?',
    description: 'uv (pyproject.toml and uv.lock) or pip (requirements.txt)',
    choices: [
      { value: 'pip', label: 'pip, which comes with Python (requirements.txt)' },
      { value: 'uv', label: 'uv, faster, with a lock file (pyproject.toml, uv.lock)' },
    ],
    default: 'pip',
  },
  {
    key: 'database',
    kind: 'choice',
    message: 'Where does the data live?',
    description: 'postgres (SQLite on your computer) or none',
    choices: [
      { value: 'postgres', label: 'Heroku Postgres, and SQLite on this computer' },
      { value: 'none', label: 'nowhere: no database' },
    ],
    default: 'postgres',
  },
  {
    key: 'migrations',
    kind: 'yes-no',
    message: 'Migrate the database at each release (Flask-Migrate)?',
    description: 'migrate the database at each release with Flask-Migrate',
    default: true,
    when: (answers) => answers.database === 'postgres',
    conflict: 'needs --database postgres',
  },
  {
    key: 'git',
    kind: 'yes-no',
    message: 'Make it a git repository (git init)?',
    description: 'run git init in the new folder; nothing is committed or pushed',
    default: true,
    unasked: false,
  },
] as const satisfies readonly Question[]

/** The project's folder where none is named. */
export const DEFAULT_DIRECTORY = 'my-app'

/** Flags of the run itself, which no question asks. */
export const RUN_FLAGS = [
  { flag: 'defaults', description: 'ask nothing; what no flag says takes its default' },
  { flag: 'dry-run', description: 'show what would be written, and write nothing' },
  { flag: 'force', description: 'overwrite files that exist' },
] as const
