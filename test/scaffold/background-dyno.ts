import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { type ConfigVars, environment, type Slug } from './dyno.ts'

/** A dyno that serves nobody: a worker or a clock. */
export class BackgroundDyno {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  #output = ''
  #over = false
  #heard: () => void = () => undefined

  private constructor(child: ChildProcess) {
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output += String(chunk)
        this.#heard()
      })
    }
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code) => {
        this.#over = true
        this.#heard()
        resolve(code)
      })
    })
  }

  /** Starts a command as `name` (worker.1) and waits until it printed a line with these words. */
  static async start(
    slug: Slug,
    name: string,
    command: string,
    config: ConfigVars,
    up: string,
  ): Promise<BackgroundDyno> {
    const child = spawn('bash', ['-c', command], {
      cwd: slug.root,
      env: environment(slug, name, config),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const dyno = new BackgroundDyno(child)
    await dyno.says(up)
    return dyno
  }

  get log(): string {
    return this.#output
  }

  /** Waits until it has printed these words `times` times; throws all that it printed when it ends before. */
  says(words: string, times = 1): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#heard = () => {
        if (this.#output.split(words).length > times) resolve()
        else if (this.#over) reject(new Error(`ended before it said "${words}":\n${this.#output}`))
      }
      this.#heard()
    })
  }

  /**
   * Sends SIGTERM as Heroku does, which is to every process of the dyno, whatever group it is in; returns its exit status.
   * https://devcenter.heroku.com/articles/dyno-shutdown-behavior
   */
  terminate(): Promise<number | null> {
    const root = this.#child.pid
    if (root !== undefined) for (const pid of [root, ...descendants(root)]) signal(pid, 'SIGTERM')
    return this.#ended
  }

  /** Ends every process at once, as Heroku does with those that are left after 30 seconds, and when a host fails. */
  kill(): Promise<number | null> {
    const root = this.#child.pid
    if (root !== undefined) for (const pid of [root, ...descendants(root)]) signal(pid, 'SIGKILL')
    return this.#ended
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // It ended by itself since it was listed.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The processes that a process started, and those that they did. */
function descendants(root: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const parent = parentOf(entry)
    if (parent !== undefined) parents.set(Number(entry), parent)
  }
  const below = (pid: number): number[] =>
    [...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)])
  return below(root)
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    // It ended since the folder was read.
    return undefined
  }
}
