import { LEVELS } from '../engine/finding.ts'
import { PRESETS } from '../engine/select.ts'
import type { Arguments, Options } from './arguments.ts'

/** Runs a command and says with which status the process ends. */
export type Action = (given: Arguments) => Promise<number>

export interface Command {
  readonly name: string
  readonly operand: string
  /** How many operands it takes at most; left out, one, or none where `operand` is empty. */
  readonly operands?: number
  /** One line, no full stop. */
  readonly summary: string
  readonly about: string
  readonly options: Options
  /** Loads the code of the command: nobody pays for one that was not called. */
  readonly load: () => Promise<Action>
}

export const COLORS = ['auto', 'always', 'never'] as const
export const GENERATIONS = ['cedar', 'fir'] as const
export const LINT_FORMATS = ['text', 'concise', 'json', 'sarif', 'github', 'gitlab', 'junit', 'agent', 'html'] as const
export const INIT_CI = ['github', 'gitlab', 'circleci', 'none'] as const
export const HOOK_MANAGERS = ['git', 'husky', 'lefthook', 'pre-commit'] as const
export const PLAN_FORMATS = ['text', 'json'] as const
export const MERGE_FORMATS = ['text', 'markdown', 'json'] as const

const color = {
  type: 'string',
  value: COLORS,
  help: 'colours in text (default: auto, when a terminal reads it)',
} as const
const rev = {
  type: 'string',
  value: 'COMMIT',
  help: 'look at what this commit would deploy, not at the working tree',
} as const
const generation = {
  type: 'string',
  value: GENERATIONS,
  help: 'the Heroku generation to deploy to (default: cedar)',
} as const
const verbose = { type: 'boolean', help: 'show stack traces of faults in the tool' } as const
const help = { type: 'boolean', short: 'h', help: 'show this help' } as const

export const COMMANDS: readonly Command[] = [
  {
    name: 'lint',
    operand: '[DIR]',
    summary: 'say what would fail on Heroku, where, why, and what to write instead (the default command)',
    about: `Exit status: 0 nothing at or above --fail-on; 1 findings; 2 wrong use or a broken config; 3 a fault in the tool.`,
    options: {
      format: { type: 'string', value: LINT_FORMATS, help: 'form of the report (default: text)' },
      preset: { type: 'string', value: PRESETS, help: 'strict also shows what is merely worth knowing' },
      select: { type: 'string', value: 'NAMES', list: true, help: 'only these rules or stages' },
      ignore: { type: 'string', value: 'NAMES', list: true, help: 'not these rules or stages' },
      'fail-on': { type: 'string', value: LEVELS, help: 'lowest level that makes the exit status 1 (default: error)' },
      fix: { type: 'boolean', help: 'mend what can be mended without changing what a working app does' },
      'unsafe-fixes': { type: 'boolean', help: 'with --fix or --diff: also fixes that want to be read first' },
      diff: { type: 'boolean', help: 'show what --fix would change, and write nothing' },
      since: { type: 'string', value: 'REF', help: 'only what is worse than where the branch left REF' },
      rev,
      generation,
      config: { type: 'string', value: 'FILE', help: 'config file (default: .flask-dyno.yml in DIR)' },
      'no-config': { type: 'boolean', help: 'read no config file' },
      'no-suppressions': { type: 'boolean', help: 'show what comments and the config suppress' },
      baseline: { type: 'string', value: 'FILE', help: 'leave out the findings that this file knows' },
      'write-baseline': {
        type: 'boolean',
        help: 'let the baseline know what is found now (default: .flask-dyno-baseline.json)',
      },
      'prune-baseline': { type: 'boolean', help: 'remove from the baseline what is found no more' },
      each: {
        type: 'string',
        value: 'LIST',
        help: 'lint each folder that this file (-: stdin) names, a line of JSON for each',
      },
      null: { type: 'boolean', short: '0', help: 'with --each: the list has NULs instead of line ends' },
      ordered: { type: 'boolean', help: 'with --each: in the order of the list, not as they are done' },
      jobs: { type: 'string', value: 'N', help: 'with --each: how many at a time (default: one a processor)' },
      'time-limit': { type: 'string', value: 'SECONDS', help: 'with --each: for each of them (default: 60)' },
      'memory-limit': { type: 'string', value: 'MB', help: 'with --each: for each of them (default: 1024)' },
      output: { type: 'string', value: 'FILE', help: 'write the report to a file' },
      also: {
        type: 'string',
        value: 'FORMAT=FILE',
        help: 'also write the report in this form; may be given several times',
      },
      quiet: { type: 'boolean', short: 'q', help: 'findings only: no notes, no summary' },
      color,
      timing: { type: 'boolean', help: 'say on stderr how long each part took' },
      verbose,
      help,
    },
    load: async () => (await import('./lint.ts')).lint,
  },
  {
    name: 'plan',
    operand: '[DIR]',
    summary: 'show what Heroku would do with the project: build, processes, the app they serve, config vars',
    about: 'Reads the project and never runs it.',
    options: {
      format: { type: 'string', value: PLAN_FORMATS, help: 'form of the plan (default: text)' },
      rev,
      generation,
      color,
      verbose,
      help,
    },
    load: async () => (await import('./plan.ts')).plan,
  },
  {
    name: 'explain',
    operand: 'RULE',
    summary: 'explain a rule: what it finds, why it matters on Heroku, what to write instead',
    about: 'flask-dyno rules lists them all.',
    options: { color, verbose, help },
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'rules',
    operand: '',
    summary: 'list the rules',
    about: 'flask-dyno explain RULE tells more of one.',
    options: {
      format: { type: 'string', value: PLAN_FORMATS, help: 'form of the list (default: text)' },
      color,
      verbose,
      help,
    },
    load: async () => (await import('./rules.ts')).listRules,
  },
  {
    name: 'init',
    operand: '[DIR]',
    summary: 'make .flask-dyno.yml and the CI step',
    about: 'A file that exists is left as it is; what to add to it is shown.',
    options: {
      ci: { type: 'string', value: INIT_CI, help: 'the CI system (default: the one whose files are there)' },
      'dry-run': { type: 'boolean', help: 'show what would be made, and make nothing' },
      verbose,
      help,
    },
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'hook',
    operand: 'ACTION',
    operands: 3,
    summary: 'look at the commits of each git push, and stop what Heroku would stop',
    about: `ACTION is install or uninstall. (git itself calls hook run REMOTE URL, with what is pushed on stdin.)`,
    options: {
      with: { type: 'string', value: HOOK_MANAGERS, help: 'whose hook (default: what the repository uses)' },
      dir: { type: 'string', value: 'DIR', help: 'the app is in this folder of the repository' },
      required: { type: 'boolean', help: 'without flask-dyno nothing is pushed (default: it is pushed, with a word)' },
      global: { type: 'boolean', help: 'in the core.hooksPath of all repositories' },
      color,
      verbose,
      help,
    },
    load: async () => (await import('./hook.ts')).hook,
  },
  {
    name: 'lsp',
    operand: '',
    summary: 'serve an editor: findings while you type, fixes, the page of a rule',
    about: 'Speaks the Language Server Protocol on stdin and stdout; docs/editors.md has set-ups for editors.',
    options: {
      stdio: { type: 'boolean', help: 'speak on stdin and stdout, as it always does' },
      clientProcessId: { type: 'string', value: 'PID', help: 'end when this process has ended' },
      generation,
      verbose,
      help,
    },
    load: async () => (await import('./lsp.ts')).lsp,
  },
  {
    name: 'merge',
    operand: 'FILE...',
    operands: Number.POSITIVE_INFINITY,
    summary: 'add up what flask-dyno lint --each wrote: findings by rule, worst repositories, failures',
    about: `Exit status: 0 nothing at or above --fail-on; 1 findings; 2 a repository is missing, unreadable or absent, or a line is broken; 3 the tool failed at a repository.`,
    options: {
      format: { type: 'string', value: MERGE_FORMATS, help: 'form of the report (default: text)' },
      expect: { type: 'string', value: 'LIST', help: 'the list that was linted: what is in no file is named' },
      null: { type: 'boolean', short: '0', help: 'with --expect: the list has NULs instead of line ends' },
      top: { type: 'string', value: 'N', help: 'how many of the worst repositories (default: 20)' },
      'fail-on': { type: 'string', value: LEVELS, help: 'lowest level that makes the exit status 1 (default: error)' },
      output: { type: 'string', value: 'FILE', help: 'write the report to a file' },
      color,
      verbose,
      help,
    },
    load: async () => (await import('./merge.ts')).merge,
  },
]
