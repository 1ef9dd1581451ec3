import { LEVELS, type Level } from '../engine/finding.ts'
import { jsonValue } from '../engine/report/json.ts'
import type { Note } from '../engine/report/report.ts'
import type { Arguments } from './arguments.ts'
import { configOf } from './config-file.ts'
import { type Answer, failureAnswer, failureOf, lineHead } from './each-line.ts'
import { look, settingsOf } from './look.ts'
import { treeOf } from './project.ts'
import { faultMessage, reportOf, statusOf } from './verdict.ts'

/** Set for the processes that `lint --each` starts: they lint what they are told to, one repository after the other. */
export const WORKER_MARK = 'FLASK_DYNO_EACH_WORKER'

/** What a worker says: first that it is there, then an answer to each repository. */
export type WorkerSays = { readonly ready: true } | { readonly answer: Answer; readonly residentBytes: number }

/** The worker's side of `lint --each`, in a process of its own, with the arguments of the whole. It ends with the channel. */
export async function serve(given: Arguments, send: (said: WorkerSays) => void): Promise<number> {
  const floor = given.choice('fail-on', LEVELS) ?? 'error'
  process.on('message', (repository: string) => {
    void answer({ ...given, positionals: [repository] }, repository, floor).then((said) => {
      send({ answer: said, residentBytes: process.memoryUsage.rss() })
    })
  })
  // Nobody asks for the status; above 1 it keeps the code that V8 made under this process's memory limit from being kept (compiled.ts).
  const over = new Promise<number>((resolve) => process.once('disconnect', () => resolve(2)))
  send({ ready: true })
  return over
}

async function answer(given: Arguments, repository: string, floor: Level): Promise<Answer> {
  try {
    return await linted(given, repository, floor)
  } catch (error) {
    return failureAnswer(repository, failureOf(error))
  }
}

async function linted(given: Arguments, repository: string, floor: Level): Promise<Answer> {
  const start = performance.now()
  const said: Note[] = []
  const note = (message: string): void => {
    said.push({ path: null, message })
  }
  let tree = treeOf(given, '', note)
  const config = await configOf(given, tree)
  const dir = tree.root
  if (config.root !== undefined) tree = treeOf(given, config.root, note)
  const settings = settingsOf(given, config)
  let outcome = await look(tree, settings)
  const isSince = given.text('since') !== undefined
  if (isSince) {
    const { onlyWorse } = await import('./since.ts')
    outcome = await onlyWorse(given, { dir, folder: config.root ?? '' }, outcome, settings)
  }
  if (config.baseline !== undefined) {
    const { knownByConfig } = await import('./baseline.ts')
    outcome = knownByConfig(config, outcome, isSince)
  }
  const { faults } = outcome.result
  const status = statusOf(outcome.result, floor)
  const failure =
    faults.length === 0 ? null : ({ kind: 'fault', message: faults.map(faultMessage).join('; ') } as const)
  const report = reportOf({ ...outcome, notes: [...said, ...outcome.notes] }, '', performance.now() - start)
  const line = {
    ...lineHead(repository, status),
    ...jsonValue(report),
    project: report.isProject,
    ...(failure === null ? {} : { error: failure }),
  }
  return { repository, line: JSON.stringify(line), status, failure, hasFindings: report.findings.length > 0 }
}
