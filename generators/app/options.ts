import type { Question } from '../_shared/questions.ts'

/** What a project is made from; all but `git` is kept in .yo-rc.json, from which an update starts. */
export interface Answers {
  readonly packageManager: 'pip' | 'uv' | 'poetry' | 'pipenv'
  readonly python: '3.11' | '3.12' | '3.13' | '3.14'
  readonly database: 'postgres' | 'none'
  readonly migrations: boolean
  readonly layout: 'package' | 'module'
  readonly frontend: 'pages' | 'api'
  readonly jobs: 'none' | 'rq' | 'celery'
  readonly schedule: boolean
  readonly cache: boolean
  readonly sessions: 'cookie' | 'server'
  readonly uploads: boolean
  readonly websockets: boolean
  readonly ci: 'github' | 'gitlab' | 'heroku' | 'none'
  readonly reviewApps: boolean
  readonly container: boolean
  readonly compose: boolean
  readonly hook: boolean
  readonly generation: 'cedar' | 'fir'
  readonly region: 'us' | 'eu'
  readonly databasePlan: string
  readonly keyValuePlan: string
  readonly dynoSize: string
  readonly git: boolean
}

/** Whether any part of the project keeps something in Heroku Key-Value Store. */
export function wantsKeyValue(answers: Pick<Answers, 'jobs' | 'cache' | 'sessions'>): boolean {
  return answers.jobs !== 'none' || answers.cache || answers.sessions === 'server'
}

/** Asked after the first few, and only of those who say that they want more. */
const MORE = { more: true } as const

/** What the generator asks, in this order, after the name. `--help` and docs/generator.md show the same flags. */
export const QUESTIONS = [
  {
    key: 'packageManager',
    kind: 'choice',
    message: 'What installs the packages?',
    description: 'what installs the packages, here and in the build',
    choices: [
      { value: 'pip', label: 'pip, which comes with Python (requirements.txt)' },
      { value: 'uv', label: 'uv, faster, with a lock file (pyproject.toml, uv.lock)' },
      { value: 'poetry', label: 'Poetry (pyproject.toml, poetry.lock)' },
      { value: 'pipenv', label: 'Pipenv (Pipfile, Pipfile.lock)' },
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
    ...MORE,
    key: 'python',
    kind: 'choice',
    message: 'Which Python?',
    description: 'the version in .python-version',
    choices: [
      { value: '3.14', label: 'Python 3.14' },
      { value: '3.13', label: 'Python 3.13' },
      { value: '3.12', label: 'Python 3.12' },
      { value: '3.11', label: 'Python 3.11' },
    ],
    default: '3.14',
  },
  {
    ...MORE,
    key: 'layout',
    kind: 'choice',
    message: 'How is the code laid out?',
    description: 'a package with a module for each concern, or one app.py',
    choices: [
      { value: 'package', label: 'a package: a module for each concern' },
      { value: 'module', label: 'a single module, app.py' },
    ],
    default: 'package',
  },
  {
    ...MORE,
    key: 'frontend',
    kind: 'choice',
    message: 'What does the app answer?',
    description: 'pages that the server renders, or a JSON API alone',
    choices: [
      { value: 'pages', label: 'pages that the server renders (and JSON under /api/)' },
      { value: 'api', label: 'JSON alone' },
    ],
    default: 'pages',
  },
  {
    ...MORE,
    key: 'jobs',
    kind: 'choice',
    message: 'Work in the background, on a dyno of its own?',
    description: 'background jobs on a worker dyno, queued in Heroku Key-Value Store',
    choices: [
      { value: 'none', label: 'no' },
      { value: 'rq', label: 'RQ: simple, a process for each job' },
      { value: 'celery', label: 'Celery: larger, with retries, chains and rate limits' },
    ],
    default: 'none',
  },
  {
    ...MORE,
    key: 'schedule',
    kind: 'yes-no',
    message: 'Jobs at fixed times, from a clock dyno?',
    description: 'jobs at fixed times, put into the queue by a clock process',
    default: false,
    when: (answers) => answers.jobs !== 'none',
    conflict: 'needs --jobs rq or celery',
  },
  {
    ...MORE,
    key: 'cache',
    kind: 'yes-no',
    message: 'A cache in Heroku Key-Value Store?',
    description: 'a cache that all dynos share, in Heroku Key-Value Store',
    default: false,
  },
  {
    ...MORE,
    key: 'sessions',
    kind: 'choice',
    message: 'Where do the sessions live?',
    description: 'in a signed cookie, or on the server (Heroku Key-Value Store)',
    choices: [
      { value: 'cookie', label: 'in a signed cookie, as Flask does' },
      { value: 'server', label: 'on the server, in Heroku Key-Value Store' },
    ],
    default: 'cookie',
  },
  {
    ...MORE,
    key: 'uploads',
    kind: 'yes-no',
    message: 'File uploads, to S3-compatible storage?',
    description: "file uploads to S3-compatible storage, never to the dyno's disk",
    default: false,
  },
  {
    ...MORE,
    key: 'websockets',
    kind: 'yes-no',
    message: 'WebSockets (Flask-SocketIO)?',
    description: 'WebSockets with Flask-SocketIO, in one worker process',
    default: false,
  },
  {
    ...MORE,
    key: 'ci',
    kind: 'choice',
    message: 'Who runs the tests?',
    description: 'where each push is tested and linted',
    choices: [
      { value: 'github', label: 'GitHub Actions' },
      { value: 'gitlab', label: 'GitLab CI/CD' },
      { value: 'heroku', label: 'Heroku CI' },
      { value: 'none', label: 'nobody' },
    ],
    default: 'github',
  },
  {
    ...MORE,
    key: 'reviewApps',
    kind: 'yes-no',
    message: 'A review app for each pull request?',
    description: 'what app.json needs for an app for each pull request',
    default: false,
  },
  {
    ...MORE,
    key: 'container',
    kind: 'yes-no',
    message: 'Deploy as a container (heroku.yml, Dockerfile)?',
    description: 'deploy as a container: heroku.yml and a Dockerfile',
    default: false,
  },
  {
    ...MORE,
    key: 'compose',
    kind: 'yes-no',
    message: 'Local services (PostgreSQL, Valkey, S3) by compose.yaml?',
    description: 'compose.yaml with the services that the app uses on Heroku',
    default: false,
  },
  {
    ...MORE,
    key: 'hook',
    kind: 'yes-no',
    message: 'Check each commit before it is pushed (git hook)?',
    description: 'a pre-push hook that lints the commits that are pushed',
    default: false,
  },
  {
    ...MORE,
    key: 'generation',
    kind: 'choice',
    message: 'Which generation of Heroku?',
    description: 'cedar, or fir (Private Spaces, Cloud Native Buildpacks)',
    choices: [
      { value: 'cedar', label: 'Cedar, the usual one' },
      { value: 'fir', label: 'Fir, for apps in a Fir Private Space' },
    ],
    default: 'cedar',
  },
  {
    ...MORE,
    key: 'region',
    kind: 'choice',
    message: 'Which region?',
    description: 'where bin/provision makes the apps',
    choices: [
      { value: 'us', label: 'United States' },
      { value: 'eu', label: 'Europe' },
    ],
    default: 'us',
  },
  {
    ...MORE,
    key: 'databasePlan',
    kind: 'choice',
    message: 'Which plan of Heroku Postgres?',
    description: 'the plan of Heroku Postgres that bin/provision makes',
    choices: [
      { value: 'essential-0', label: 'essential-0: 1 GB, 20 connections' },
      { value: 'essential-1', label: 'essential-1: 10 GB, 20 connections' },
      { value: 'essential-2', label: 'essential-2: 32 GB, 40 connections' },
      { value: 'standard-0', label: 'standard-0: 64 GB, 200 connections' },
    ],
    default: 'essential-0',
    when: (answers) => answers.database === 'postgres',
  },
  {
    ...MORE,
    key: 'keyValuePlan',
    kind: 'choice',
    message: 'Which plan of Heroku Key-Value Store?',
    description: 'the plan of Heroku Key-Value Store that bin/provision makes',
    choices: [
      { value: 'mini', label: 'mini: 25 MB, not kept over a restart' },
      { value: 'premium-0', label: 'premium-0: 50 MB, kept, with a standby' },
    ],
    default: 'mini',
    when: (answers) => answers.jobs !== 'none' || answers.cache === true || answers.sessions === 'server',
  },
  {
    ...MORE,
    key: 'dynoSize',
    kind: 'choice',
    message: 'Which size of dyno?',
    description: 'the size of the dynos in app.json and bin/provision',
    choices: [
      { value: 'basic', label: 'basic: 512 MB, never sleeps' },
      { value: 'eco', label: 'eco: 512 MB, sleeps after 30 minutes without a request' },
      { value: 'standard-1x', label: 'standard-1x: 512 MB, several of a type' },
      { value: 'standard-2x', label: 'standard-2x: 1 GB' },
    ],
    default: 'basic',
    when: (answers) => answers.generation === 'cedar',
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

/** Answers that do not go together, each with the reason. They are refused before anything is written. */
const CONFLICTS: readonly { readonly of: (answers: Answers) => boolean; readonly because: string }[] = [
  {
    of: ({ generation, container }) => generation === 'fir' && container,
    // https://devcenter.heroku.com/articles/stack
    because: '--generation fir does not go with --container: the container stack exists on Cedar alone',
  },
  {
    of: ({ generation, packageManager }) => generation === 'fir' && packageManager === 'pipenv',
    // https://github.com/heroku/buildpacks-python
    because: '--generation fir does not go with --package-manager pipenv: its buildpack does not know Pipenv',
  },
  {
    of: ({ generation, ci }) => generation === 'fir' && ci === 'heroku',
    // https://devcenter.heroku.com/articles/heroku-ci
    because: '--generation fir does not go with --ci heroku: Heroku CI tests apps on Cedar alone',
  },
  {
    of: ({ container, ci }) => container && ci === 'heroku',
    // https://devcenter.heroku.com/articles/heroku-ci
    because: '--container does not go with --ci heroku: Heroku CI installs with buildpacks, and tests no image',
  },
  {
    of: (answers) => answers.compose && answers.database === 'none' && !answers.uploads && !wantsKeyValue(answers),
    because: '--compose has no service to run: the project keeps nothing in a database, Key-Value Store or S3',
  },
]

/** Why these answers cannot be followed together, or undefined. */
export function conflictIn(answers: Answers): string | undefined {
  return CONFLICTS.find(({ of }) => of(answers))?.because
}

/** The project's folder where none is named. */
export const DEFAULT_DIRECTORY = 'my-app'

/** Flags of the run itself, which no question asks. */
export const RUN_FLAGS = [
  { flag: 'defaults', description: 'ask nothing; what no flag says takes its default' },
  { flag: 'more', description: 'ask about everything; --no-more asks only the first few questions' },
  { flag: 'dry-run', description: 'show what would be written, and write nothing' },
  { flag: 'force', description: 'overwrite files that exist' },
] as const
