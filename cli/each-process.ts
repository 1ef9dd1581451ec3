import { type ChildProcess, fork } from 'node:child_process'
import { type Answer, type Failure, failureAnswer } from './each-line.ts'
import { WORKER_MARK, type WorkerSays } from './each-worker.ts'

export interface Limits {
  readonly seconds: number
  readonly megabytes: number
}

/** How the lint of one repository ended, as seen from outside its process. */
type End = { readonly answer: Answer } | { readonly late: true } | { readonly died: Failure }

const OWN_GROUP = process.platform !== 'win32'
/** Of what a process complains, that much is kept, to tell why it died. */
const COMPLAINT_LENGTH = 4000
/** Part of the memory limit above which a process is replaced after it answered. */
const WORN = 0.5

/**
 * Lints one repository after the other in a process of its own: whatever a repository does to that process, the others are not
 * concerned. A process that died, hung or grew is replaced by another. Threads would not outlive a crash of one, and are slower:
 * two of them lint 24 small repositories a second where two processes lint 42 (Node 20 on two busy processors, read 2026-11-21).
 */
export class LintProcess {
  readonly #limits: Limits
  #child: ChildProcess | undefined
  #settle: (end: End) => void = () => {}
  #linted = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** @throws Error when no process can be started. */
  async lint(repository: string): Promise<Answer> {
    let end = await this.#ask(repository)
    // A process that has linted others may have died of those; only a fresh one tells.
    if ('died' in end && this.#linted > 0) {
      this.#linted = 0
      end = await this.#ask(repository)
    }
    if ('answer' in end) {
      this.#linted++
      return end.answer
    }
    this.#linted = 0
    if ('died' in end) return failureAnswer(repository, end.died)
    const { seconds } = this.#limits
    return failureAnswer(repository, {
      kind: 'time',
      message: `not done within ${seconds} ${seconds === 1 ? 'second' : 'seconds'}; --time-limit allows more`,
    })
  }

  /** Ends the process at once, and what git runs for it. */
  stop(): void {
    const child = this.#child
    this.#child = undefined
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    try {
      if (OWN_GROUP) process.kill(-child.pid, 'SIGKILL')
      else child.kill('SIGKILL')
    } catch (error) {
      // gone by itself in the meantime
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }

  async #ask(repository: string): Promise<End> {
    const child = this.#child ?? (await this.#start())
    const { seconds } = this.#limits
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.stop()
        this.#settle({ late: true })
      }, seconds * 1000)
      timer.unref() // the process is what is waited for
      this.#settle = (end) => {
        clearTimeout(timer)
        this.#settle = () => {}
        resolve(end)
      }
      child.send(repository)
    })
  }

  /** Starts the program anew with its own arguments; it is there when it says so. */
  #start(): Promise<ChildProcess> {
    const { megabytes } = this.#limits
    const [, program = '', ...args] = process.argv
    const child = fork(program, args, {
      env: { ...process.env, [WORKER_MARK]: '1' },
      execArgv: [`--max-old-space-size=${megabytes}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A group of its own, so that Ctrl-C reaches only the one that can end cleanly, and git's processes end with the lint's.
      detached: OWN_GROUP,
    })
    this.#child = child
    let complaint = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-COMPLAINT_LENGTH)
    })
    return new Promise((resolve, reject) => {
      let isThere = false
      child.on('message', (said: WorkerSays) => {
        if ('ready' in said) {
          isThere = true
          resolve(child)
          return
        }
        if (said.residentBytes > megabytes * WORN * 1_048_576) this.stop()
        this.#settle({ answer: said.answer })
      })
      // What breaks the channel is the end of the process, of which `close` tells.
      child.on('error', (error) => {
        if (!isThere) reject(new Error(`no process could be started to lint in: ${error.message}`))
      })
      child.on('close', (status, signal) => {
        if (!isThere) {
          reject(new Error(`no process could be started to lint in: ${complaint.trim() || (signal ?? status)}`))
        }
        // One that was stopped has been replaced already, and its end is nobody's answer.
        if (this.#child !== child) return
        this.#child = undefined
        this.#settle({ died: causeOfDeath(complaint, status, signal, megabytes) })
      })
    })
  }
}

function causeOfDeath(
  complaint: string,
  status: number | null,
  signal: NodeJS.Signals | null,
  megabytes: number,
): Failure {
  if (/heap out of memory|heap limit/i.test(complaint)) {
    return { kind: 'memory', message: `took more than ${megabytes} MB of memory; --memory-limit allows more` }
  }
  if (signal === 'SIGKILL') {
    return { kind: 'memory', message: 'its process was killed, as a system does that runs out of memory' }
  }
  return {
    kind: 'crash',
    message: `its process ended with ${signal ?? `status ${status}`}, which is a fault in flask-dyno`,
  }
}
