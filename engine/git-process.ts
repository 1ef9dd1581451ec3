import { spawnSync } from 'node:child_process'

/** Why a tree could not be read; one line, made for a person. The user's to mend: exit status 2. */
export class TreeError extends Error {
  override readonly name = 'TreeError'
}

/** Thrown when no `git` program is on the PATH. */
export class GitMissing extends Error {
  override readonly name = 'GitMissing'
}

const MAX_OUTPUT_BYTES = 1_000_000_000

/**
 * git's own environment, minus what points it at another repository (a hook sets GIT_DIR), and with every way
 * out of the machine closed: a partial clone must not fetch, whatever the repository's config names as its remote.
 */
const environment = (): NodeJS.ProcessEnv => {
  const env: NodeJS.ProcessEnv = { ...process.env }
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_COMMON_DIR', 'GIT_NAMESPACE']) {
    delete env[name]
  }
  return {
    ...env,
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  }
}

export interface GitOutput {
  readonly status: number
  readonly stdout: Buffer
  /** First line of what git said on stderr, without its `fatal: `. */
  readonly complaint: string
}

/** Runs git once, without a shell. The repository may be a stranger's: its config must not start a program (core.fsmonitor would). */
export function git(dir: string, args: readonly string[], input?: string): GitOutput {
  const run = spawnSync('git', ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=off', ...args], {
    cwd: dir,
    env: environment(),
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
    ...(input === undefined ? {} : { input }),
  })
  if (run.error !== undefined) {
    if ('code' in run.error && run.error.code === 'ENOENT') throw new GitMissing('git was not found on the PATH')
    throw new TreeError(`git could not be run in ${dir}: ${run.error.message}`)
  }
  const complaint = run.stderr.toString('utf8').split('\n')[0] ?? ''
  return { status: run.status ?? 1, stdout: run.stdout, complaint: complaint.replace(/^(fatal|error): /, '') }
}

/** What git's refusal means to a person. */
export function gitRefusal(dir: string, complaint: string): TreeError {
  if (complaint.includes('dubious ownership')) {
    return new TreeError(
      `${dir} belongs to another user, so git refuses to read it: run "git config --global --add safe.directory ${dir}"`,
    )
  }
  return new TreeError(`git cannot read ${dir}: ${complaint === '' ? 'no reason given' : complaint}`)
}

/** The NUL-separated fields of git's `-z` output. */
export function fields(output: Buffer): string[] {
  const all = output.toString('utf8').split('\0')
  if (all.at(-1) === '') all.pop()
  return all
}
