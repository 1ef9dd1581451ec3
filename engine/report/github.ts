import type { Finding, Level } from '../finding.ts'
import { oneLine, type Report } from './report.ts'

/**
 * Workflow commands of GitHub Actions, which become annotations of a pull request.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 *
 * GitHub shows 10 errors, 10 warnings and 10 notices of a step and drops the rest in silence, so that what matters most
 * comes first, and a line without a place says how many there are in all.
 */
const SHOWN_OF_A_LEVEL = 10

const COMMANDS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'notice' }

export function github(report: Report): string {
  const lines: string[] = []
  const { prefix } = report
  for (const [level, command] of Object.entries(COMMANDS)) {
    const found = report.findings.filter((finding) => finding.level === level)
    // The last of the ten tells of those that GitHub would drop.
    const shown = found.length > SHOWN_OF_A_LEVEL ? found.slice(0, SHOWN_OF_A_LEVEL - 1) : found
    lines.push(...shown.map((finding) => annotation(command, finding, prefix)))
    const rest = found.slice(shown.length)
    if (rest.length === 0) continue
    const where = [...new Set(rest.map(({ rule, path, line }) => `${rule} at ${prefix}${path}:${line}`))].join(', ')
    const title = escapedProperty(`flask-dyno: ${rest.length} more`)
    lines.push(
      `::${command} title=${title}::${escapedData(`GitHub shows ten of a kind. The others: ${oneLine(where)}`)}`,
    )
  }
  return lines.map((line) => `${line}\n`).join('')
}

function annotation(command: string, finding: Finding, prefix: string): string {
  const { path, line, column, endLine, endColumn, rule, message, consequence, url } = finding
  const place: readonly (readonly [string, string | number])[] = [
    ['file', oneLine(prefix + path)],
    ['line', line],
    ['endLine', endLine],
    // Columns count only where start and end are on one line.
    ...(line === endLine ? [['col', column] as const, ['endColumn', Math.max(column, endColumn - 1)] as const] : []),
    ['title', `flask-dyno: ${rule}`],
  ]
  const properties = place.map(([name, value]) => `${name}=${escapedProperty(String(value))}`).join(',')
  return `::${command} ${properties}::${escapedData(`${oneLine(message)}\nOn Heroku: ${oneLine(consequence)}\n${url}`)}`
}

const escapedData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapedProperty = (text: string): string => escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** A table of all findings in Markdown, for the summary of a step ($GITHUB_STEP_SUMMARY, at most 1 MiB). */
export function githubSummary(report: Report): string {
  const { findings, summary, prefix } = report
  if (findings.length === 0) return `### flask-dyno\n\nNothing found in ${summary.files} files.\n`
  const head = `### flask-dyno: ${summary.error} errors, ${summary.warning} warnings, ${summary.info} infos\n\n| | rule | where | what |\n| --- | --- | --- | --- |\n`
  let text = head
  for (const [index, { level, rule, url, path, line, message }] of findings.entries()) {
    const row = `| ${level} | [${rule}](${url}) | ${cell(`${prefix}${path}:${line}`)} | ${cell(message)} |\n`
    if (text.length + row.length > SUMMARY_LENGTH) {
      return `${text}\n${findings.length - index} more findings had no room here.\n`
    }
    text += row
  }
  return text
}

/** Characters, of at most 4 bytes each: well under GitHub's 1 MiB for a step. */
const SUMMARY_LENGTH = 200_000

/** Text of the project in a cell of a Markdown table: no markup of its own, no end of the cell. */
const cell = (text: string): string =>
  oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\|`*_[\]~#]/g, (sign) => `\\${sign}`)
