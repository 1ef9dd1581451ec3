import { availableParallelism, constants } from 'node:os'
import { memoryTree } from '../engine/tree.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { configOf } from './config-file.ts'
import type { Answer } from './each-line.ts'
import { type RepositoryList, readList } from './each-list.ts'
import { InOrder } from './each-order.ts'
import { openOutput } from './each-output.ts'
import { LintProcess } from './each-process.ts'
import { EachRun } from './each-run.ts'
import { serve, WORKER_MARK } from './each-worker.ts'
import { settingsOf } from './look.ts'

const SECONDS = 60
const MEGABYTES = 1024
/** With less the program itself cannot be loaded. */
const LEAST_MEGABYTES = 32

/**
 * `flask-dyno lint --each LIST`: a line of JSON for each repository of a list, over all processors.
 *
 * @returns the highest status of all, or that of the signal that ended it
 */
export async function each(given: Arguments): Promise<number> {
  refuseWhatConcernsOne(given)
  const send = process.send?.bind(process)
  if (process.env[WORKER_MARK] === '1' && send !== undefined) return serve(given, send)
  const processes = processesFor(given)
  // What is wrong for all is said once, before anything is linted.
  settingsOf(given, given.text('config') === undefined ? undefined : await configOf(given, memoryTree({})))
  const list = readList(given.text('each') ?? '-', given.flag('null'))
  const output = openOutput(given.text('output'))
  const run = new EachRun(given, output, () => (list.isWhole() ? list.named() : null))
  const stop = (): void => {
    for (const one of processes) one.stop()
  }
  process.once('exit', stop)
  const order = new InOrder<Answer>((answer) => run.write(answer))
  try {
    const signal = await Promise.race([
      signalled(),
      lintAll(processes, list, run, given.flag('ordered') ? order : null),
    ])
    stop()
    if (signal !== undefined) await order.release()
    await output.end()
    run.close(signal !== undefined)
    return signal === undefined ? run.status : 128 + constants.signals[signal]
  } finally {
    stop()
    list.close()
  }
}

/** Each process takes the next repository when it is done with its last. */
async function lintAll(
  processes: readonly LintProcess[],
  list: RepositoryList,
  run: EachRun,
  order: InOrder<Answer> | null,
): Promise<undefined> {
  let taken = 0
  const work = async (one: LintProcess): Promise<void> => {
    for (let next = await list.next(); next !== undefined; next = await list.next()) {
      const number = taken++
      await order?.admit(number)
      const answer = await one.lint(next)
      await (order === null ? run.write(answer) : order.put(number, answer))
    }
  }
  await Promise.all(processes.map(work))
}

/** Resolves with the first of the signals by which a person or a CI system ends a program; a second one ends it at once. */
function signalled(): Promise<'SIGINT' | 'SIGTERM' | 'SIGHUP'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal))
  })
}

function processesFor(given: Arguments): LintProcess[] {
  const jobs = wholeNumber(given, 'jobs', availableParallelism(), 1, 1024)
  const seconds = wholeNumber(given, 'time-limit', SECONDS, 1, 86_400)
  const megabytes = wholeNumber(given, 'memory-limit', MEGABYTES, LEAST_MEGABYTES, 1_048_576)
  return Array.from({ length: jobs }, () => new LintProcess({ seconds, megabytes }))
}

function wholeNumber(given: Arguments, option: string, otherwise: number, least: number, most: number): number {
  const text = given.text(option)
  if (text === undefined) return otherwise
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (number >= least && number <= most) return number
  throw new UsageError(`--${option} wants a whole number from ${least} to ${most}, and not "${text}"`)
}

const FOR_ONE = ['fix', 'diff', 'unsafe-fixes', 'write-baseline', 'prune-baseline', 'timing', 'baseline', 'also']

function refuseWhatConcernsOne(given: Arguments): void {
  const [dir] = given.positionals
  if (dir !== undefined) throw new UsageError(`--each names the folders: leave "${dir}" out`)
  const option = FOR_ONE.find((name) => given.flag(name) || given.text(name) !== undefined)
  if (option !== undefined) throw new UsageError(`--${option} is for one project: leave it out with --each`)
  const format = given.text('format')
  if (format !== undefined && format !== 'json') {
    throw new UsageError(`--each writes lines of JSON: leave --format out; flask-dyno merge makes a report of them`)
  }
  if (given.flag('no-config') && given.text('config') !== undefined) {
    throw new UsageError('--config and --no-config contradict each other')
  }
}
