import type { Facts } from '../engine/facts/facts.ts'
import type { Report } from '../engine/report/report.ts'
import { didYouMean } from '../engine/select.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { LINT_FORMATS } from './commands.ts'
import { formatted, type LintFormat } from './formats.ts'
import { writeReport } from './report-file.ts'

/** A further report, as `--also FORMAT=FILE` names it. */
export interface Also {
  readonly format: LintFormat
  readonly file: string
}

/**
 * The further reports that were asked for.
 *
 * @throws UsageError for what is not FORMAT=FILE, for `github`, which speaks to the log of a step and nowhere else, and where
 * two reports would go to one file.
 */
export function alsoOf(given: Arguments): readonly Also[] {
  const reports = given.all('also').map(read)
  const files = [given.text('output'), ...reports.map(({ file }) => file)].filter((file) => file !== undefined)
  const twice = files.find((file, index) => files.indexOf(file) !== index)
  if (twice !== undefined) throw new UsageError(`two reports would go to ${twice}: name a file for each`)
  return reports
}

function read(value: string): Also {
  const [, name, file] = /^([^=]*)=(.+)$/s.exec(value) ?? []
  if (name === undefined || file === undefined) {
    throw new UsageError(`"${value}" is no value for --also: FORMAT=FILE, such as html=flask-dyno.html`)
  }
  if (name === 'github') throw new UsageError('github writes to the log of a step: ask for it with --format')
  const format = LINT_FORMATS.find((format) => format === name)
  if (format === undefined) {
    const words = LINT_FORMATS.filter((format) => format !== 'github')
    throw new UsageError(`"${name}" is no form of a report: ${words.join(', ')}${didYouMean(name, words)}`)
  }
  return { format, file }
}

/** Writes the further reports of a lint. @throws UsageError where one cannot be written */
export async function writeAlso(
  reports: readonly Also[],
  report: Report,
  given: Arguments,
  facts: Facts,
): Promise<void> {
  for (const { format, file } of reports) {
    writeReport(file, await formatted(report, format, { given, isFile: true, isFurther: true }, facts))
  }
}
