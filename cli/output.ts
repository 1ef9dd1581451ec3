import type { Arguments } from './arguments.ts'
import { COLORS } from './commands.ts'

/** Writes to stdout. A reader that went away (`| head`) ends the process quietly, with the status it had earned. */
export function print(text: string, status: number): number {
  process.exitCode = status
  process.stdout.write(text)
  return status
}

const FEWEST_COLUMNS = 60

/**
 * Columns of the terminal that reads a stream; undefined for a pipe or a file, whose rows must not depend on a window. Prose in
 * fewer columns than these reads worse than rows that the terminal breaks.
 */
export const columnsOf = (stream: NodeJS.WriteStream = process.stdout): number | undefined =>
  stream.isTTY === true && stream.columns > 0 ? Math.max(FEWEST_COLUMNS, stream.columns) : undefined

/** Lines on stderr, which is where everything goes that is not the report. */
export const complain = (message: string): void => {
  for (const line of message.split('\n')) process.stderr.write(`flask-dyno: ${line}\n`)
}

/** Ends quietly when the reader of a stream is gone. */
export function endWithTheReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit()
      if (stream === process.stderr) throw error
      complain(`stdout could not be written to: ${error.message}`)
      process.exit(2)
    })
  }
}

/** `--color`, else FORCE_COLOR (https://force-color.org), else NO_COLOR (https://no-color.org), else whether a terminal reads it. */
export function wantsColor(given: Arguments, toFile = false, stream: NodeJS.WriteStream = process.stdout): boolean {
  const choice = given.choice('color', COLORS) ?? 'auto'
  if (choice !== 'auto') return choice === 'always'
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env
  if (toFile) return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  return stream.isTTY === true && TERM !== 'dumb'
}
