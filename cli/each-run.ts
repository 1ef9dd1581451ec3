import type { Arguments } from './arguments.ts'
import type { Answer, EachStatus } from './each-line.ts'
import type { LineOutput } from './each-output.ts'
import { ProgressLine } from './each-progress.ts'
import { complain, wantsColor } from './output.ts'

/** That many failures are told one by one; the others are in the output, too. */
const TOLD = 20

/** What was written so far, and what is told about it on stderr. */
export class EachRun {
  readonly #output: LineOutput
  readonly #total: () => number | null
  readonly #progress: ProgressLine | undefined
  readonly #isQuiet: boolean
  readonly #start = performance.now()
  #status: EachStatus = 0
  #done = 0
  #withFindings = 0
  #failed = 0

  /** `total` says how many repositories there are; null while more may come. */
  constructor(given: Arguments, output: LineOutput, total: () => number | null) {
    this.#output = output
    this.#total = total
    this.#isQuiet = given.flag('quiet')
    const { stderr } = process
    const isShown = stderr.isTTY === true && process.env.TERM !== 'dumb' && !this.#isQuiet
    this.#progress = isShown ? new ProgressLine(stderr, wantsColor(given, false, stderr)) : undefined
  }

  /** The highest status of all. */
  get status(): EachStatus {
    return this.#status
  }

  async write({ repository, line, status, failure, hasFindings }: Answer): Promise<void> {
    this.#done++
    if (status > this.#status) this.#status = status
    process.exitCode = this.#status // should the reader go away
    if (hasFindings) this.#withFindings++
    if (failure !== null && ++this.#failed <= TOLD) {
      this.#progress?.clear()
      complain(`${repository}: ${failure.message}`)
    }
    if (process.stdout.isTTY) this.#progress?.clear()
    await this.#output.line(line)
    this.#progress?.draw({
      done: this.#done,
      total: this.#total(),
      seconds: this.#seconds(),
      withFindings: this.#withFindings,
      failed: this.#failed,
    })
  }

  /** Says what came of it all. */
  close(isInterrupted: boolean): void {
    this.#progress?.clear()
    if (this.#failed > TOLD) complain(`${this.#failed - TOLD} more failed: see the lines with "error"`)
    if (this.#isQuiet) return
    const total = this.#total()
    const count = isInterrupted && total !== null ? `${this.#done} of ${total}` : String(this.#done)
    const noun = count === '1' ? 'repository' : 'repositories'
    complain(
      `${isInterrupted ? 'interrupted after ' : ''}${count} ${noun} in ${this.#seconds().toFixed(1)} s: ` +
        `${this.#withFindings} with findings, ${this.#failed} failed`,
    )
  }

  readonly #seconds = (): number => (performance.now() - this.#start) / 1000
}
