import { spawn, spawnSync } from 'node:child_process'

/** Why a tree could not be read; one line, made for a person. The user's to mend: exit status 2. */
export class TreeError extends Error {
  override readonly name = 'TreeError'
}

/** Thrown when no `git` program is on the PATH. */
export class GitMissing extends Error {
  override readonly name = 'GitMissing'
}

const MAX_OUTPUT_BYTES = 1_000_000_000

/** What points git at another repository (a hook sets GIT_DIR), reads our paths otherwise, or puts lines before its complaint. */
const UNWANTED =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|NAMESPACE|ATTR_SOURCE|(?:LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS|TRACE\w*)$/

/**
 * git's own environment, minus what is unwanted, and with every way out of the machine closed: a partial clone must not fetch,
 * whatever the repository's config names as its remote. What `git replace` puts in the place of an object is not pushed.
 */
const environment = (): NodeJS.ProcessEnv => {
  const env: NodeJS.ProcessEnv = { ...process.env }
  for (const name of Object.keys(env)) if (UNWANTED.test(name)) delete env[name]
  return {
    ...env,
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
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

/** The repository may be a stranger's: its config must not start a program (core.fsmonitor would). */
const OPTIONS = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=off']

/** Lists the working tree: see `listWorkingTree` in tree-git.ts. */
export const LISTING = ['ls-files', '-z', '-t', '-s', '-c', '-o', '-d', '--exclude-standard']

/** A listing that was begun before anybody asked for it. */
interface Early {
  readonly dir: string
  readonly ended: Promise<void>
  output: GitOutput | null
}

/** The program's first file and its main file are bundled apart, and share this. */
const shared = globalThis as { flaskDynoListing?: Early }

/**
 * Begins to list the working tree at `dir`, an absolute path, while the rest of the program is still being loaded: git takes as long
 * as that does. A failure is no matter here, since then git is simply asked again when the listing is wanted.
 */
export function listEarly(dir: string): void {
  const child = spawn('git', [...OPTIONS, ...LISTING], { cwd: dir, env: environment(), windowsHide: true })
  const stdout: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.resume()
  const early: Early = {
    dir,
    output: null,
    ended: new Promise((resolve) => {
      child.on('error', () => resolve())
      child.on('close', (status) => {
        if (status === 0) early.output = { status, stdout: Buffer.concat(stdout), complaint: '' }
        resolve()
      })
    }),
  }
  shared.flaskDynoListing = early
}

/** Waits for the listing that was begun early, if there is one. */
export async function earlyListing(): Promise<void> {
  await shared.flaskDynoListing?.ended
}

/** Hands the early listing out once; what comes later sees the disk as it is then. */
function takeEarly(dir: string, args: readonly string[]): GitOutput | null {
  const early = shared.flaskDynoListing
  if (early === undefined || args !== LISTING || early.dir !== dir) return null
  delete shared.flaskDynoListing
  return early.output
}

/** Runs git once, without a shell. */
export function git(dir: string, args: readonly string[], input?: string): GitOutput {
  const early = takeEarly(dir, args)
  if (early !== null) return early
  const run = spawnSync('git', [...OPTIONS, ...args], {
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
  if (/lazy fetching|promisor remote/.test(complaint)) {
    return new TreeError(`${dir} is a partial clone, which lacks what is asked for: git fetch --refetch --no-filter`)
  }
  return new TreeError(`git cannot read ${dir}: ${complaint === '' ? 'no reason given' : complaint}`)
}

/** The NUL-separated fields of git's `-z` output. */
export function fields(output: Buffer): string[] {
  const all = output.toString('utf8').split('\0')
  if (all.at(-1) === '') all.pop()
  return all
}
