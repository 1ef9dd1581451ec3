import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Baseline,
  BaselineError,
  baselineOf,
  baselineText,
  type Compared,
  compare,
  parseBaseline,
} from '../engine/baseline.ts'
import { type Arguments, UsageError } from './arguments.ts'
import type { Config } from './config-file.ts'
import type { Outcome } from './look.ts'
import { complain } from './output.ts'

/** The name that `--write-baseline` takes where `--baseline` names none. */
export const BASELINE_FILE = '.flask-dyno-baseline.json'

/**
 * What the baseline makes of a lint: the findings that are not known yet. `--baseline` names a file; the config's is
 * one of the tree, so that a commit is judged by its own.
 * @throws UsageError when the file is not there, no baseline, or cannot be written
 */
export function withBaseline(given: Arguments, config: Config, outcome: Outcome): Outcome {
  const { tree, result } = outcome
  const named = given.text('baseline')
  const file = named ?? (config.baseline === undefined ? BASELINE_FILE : join(tree.root, config.baseline))
  if (given.flag('write-baseline')) {
    const baseline = baselineOf(result.findings, tree)
    write(file, baselineText(baseline))
    complain(`wrote ${file}: ${counted(baseline.findings.length, 'finding is', 'findings are')} known from now on`)
    if (named === undefined && config.baseline === undefined) {
      complain(`  baseline: ${file}  in .flask-dyno.yml has every run heed it (or --baseline ${file})`)
    }
    return hiding(outcome, [], result.findings.length)
  }
  if (!given.flag('prune-baseline') && named === undefined) {
    return knownByConfig(config, outcome, given.text('since') !== undefined)
  }
  const baseline = parsed(file, readDisk(file))
  const compared = compare(baseline, result.findings, tree)
  if (given.text('since') !== undefined) return hiding(outcome, compared.findings, compared.hidden)
  if (!given.flag('prune-baseline')) return told(outcome, file, compared)
  const gone = new Set(compared.stale)
  write(file, baselineText({ ...baseline, findings: baseline.findings.filter((entry) => !gone.has(entry)) }))
  complain(`${file}: removed ${counted(gone.size, 'finding that is', 'findings that are')} gone`)
  return hiding(outcome, compared.findings, compared.hidden)
}

/**
 * The same for a tree alone: by the baseline that its config names. `isPart`: some findings were left out before, so
 * that an entry without one is not gone.
 * @throws UsageError
 */
export function knownByConfig(config: Config, outcome: Outcome, isPart = false): Outcome {
  if (config.baseline === undefined) return outcome
  const file = outcome.tree.read(config.baseline)
  if (file === undefined) throw new UsageError(lostBaseline(config.baseline, outcome))
  const baseline = parsed(config.baseline, file.text)
  const compared = compare(baseline, outcome.result.findings, outcome.tree)
  return isPart ? hiding(outcome, compared.findings, compared.hidden) : told(outcome, config.baseline, compared)
}

function lostBaseline(path: string, { tree }: Outcome): string {
  const which = `${path}, which the config names as its baseline`
  if (tree.has(path)) return `${which}, cannot be read`
  const why = tree.isIgnored(path) ? 'git ignores it' : 'flask-dyno lint --write-baseline makes one'
  return `there is no ${which}${tree.revision === null ? '' : ', in this commit'}: ${why}`
}

/** One line says what is gone; a list of everything that was mended would hide what was not. */
function told(outcome: Outcome, file: string, { findings, hidden, stale }: Compared): Outcome {
  const shown = hiding(outcome, findings, hidden)
  const judged = stale.filter(({ rule }) => outcome.result.ran.has(rule))
  const [first] = judged
  if (first === undefined) return shown
  const message =
    judged.length === 1
      ? `${first.rule} finds nothing any more in ${first.path}; --prune-baseline removes what is gone`
      : `${judged.length} findings in it are gone; --prune-baseline removes them`
  return { ...shown, notes: [...shown.notes, { path: file, message }] }
}

function hiding(outcome: Outcome, findings: Outcome['result']['findings'], hidden: number): Outcome {
  const { result } = outcome
  return { ...outcome, result: { ...result, findings, hidden: { ...result.hidden, baseline: hidden } } }
}

function readDisk(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new UsageError(
      isGone
        ? `there is no baseline ${file}; flask-dyno lint --write-baseline makes one`
        : `the baseline ${file} cannot be read`,
    )
  }
}

function parsed(file: string, text: string): Baseline {
  try {
    return parseBaseline(file, text)
  } catch (error) {
    throw error instanceof BaselineError ? new UsageError(error.message) : error
  }
}

function write(file: string, text: string): void {
  try {
    // Whoever reads it meanwhile has the old one or the new one, whole.
    const place = existsSync(file) ? realpathSync.native(file) : file
    const written = `${place}.${process.pid}`
    try {
      writeFileSync(written, text)
      renameSync(written, place)
    } catch (error) {
      rmSync(written, { force: true })
      throw error
    }
  } catch (error) {
    throw new UsageError(`${file} could not be written: ${error instanceof Error ? error.message : error}`)
  }
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`
