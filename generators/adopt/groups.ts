import type { Finding } from 'flask-dyno'

/** The changes that `adopt` offers come in groups; each can be taken or declined as a whole. */
export interface Group {
  /** The answer's key; the flag is the same in kebab-case. */
  readonly key: string
  /** What the changes are about, in front of their list. */
  readonly title: string
  /** Rules whose fixes belong here. */
  readonly rules: RegExp
}

/** In the order in which they are shown; a rule belongs to the first group that takes it. */
export const GROUPS = [
  {
    key: 'pythonVersion',
    title: 'the version of Python (.python-version)',
    rules: /^(?:python-version-.*|runtime-txt)$/,
  },
  {
    key: 'dependencies',
    title: 'what is installed (requirements.txt, Pipfile, pyproject.toml)',
    rules:
      /^(?:requirement-.*|package-manager-.*|pipfile-.*|lockfile-.*|import-.*|server-not-installed|database-driver-missing|system-library-missing)$/,
  },
  {
    key: 'processes',
    title: 'what runs (Procfile)',
    rules:
      /^(?:procfile-.*|web-process-missing|port-not-bound|dev-server|app-.*-(?:missing|called|import)|script-missing|worker-.*|socketio-.*|gunicorn-.*|release-.*|migrations-not-released|command-syntax|heroku-yml-.*)$/,
  },
  {
    key: 'database',
    title: 'where the data is kept (DATABASE_URL, REDIS_URL)',
    rules:
      /^(?:database-url-.*|sqlite-.*|redis-tls|create-all-at-start|connection-limit|file-based-session|log-to-file)$/,
  },
  {
    key: 'security',
    title: 'debug mode, secret keys, cookies and proxies',
    rules: /^(?:debug-.*|secret-key-.*|credential-.*|flask-env-removed|proxy-.*|insecure-cookie)$/,
  },
  {
    key: 'ignoreFiles',
    title: 'what stays out of git (.gitignore)',
    rules: /^(?:ignore-.*|virtualenv-committed|heroku-python-committed|required-file-ignored|slug-.*|lfs-pointer)$/,
  },
  {
    key: 'appJson',
    title: 'what a new app on Heroku gets (app.json)',
    rules: /^(?:app-json-.*|config-var-undeclared|database-not-attached|buildpack-not-python|fir-unsupported)$/,
  },
  { key: 'rest', title: 'other files', rules: /./ },
] as const satisfies readonly Group[]

export type GroupKey = (typeof GROUPS)[number]['key']

/** The group of a finding's change. */
export const groupOf = ({ rule }: Pick<Finding, 'rule'>): GroupKey =>
  GROUPS.find(({ rules }) => rules.test(rule))?.key ?? 'rest'

export interface OfferedGroup {
  readonly key: GroupKey
  readonly title: string
  /** Findings whose fixes these are. */
  readonly changes: readonly Finding[]
}

/** The groups of which there are changes, with these. */
export function offeredGroups(offered: readonly Finding[]): OfferedGroup[] {
  return GROUPS.flatMap(({ key, title }) => {
    const changes = offered.filter((finding) => groupOf(finding) === key)
    return changes.length === 0 ? [] : [{ key, title, changes }]
  })
}
