import type { Finding, Level } from '../finding.ts'
import type { Tree } from '../tree.ts'
import { displayWidth, frameOf } from './frame.ts'
import { masked } from './mask.ts'
import type { Paint } from './paint.ts'
import { type Note, oneLine, type Report } from './report.ts'

export interface TextOptions {
  /** Findings only. */
  readonly quiet?: boolean
  /** Columns of the terminal; without them rows are as wide as reads well. */
  readonly columns?: number | undefined
}

const PROSE_WIDTH = 100
/** What stands before or behind the prose in its row: a gutter of more digits, a mark, an indentation. */
const BESIDE_PROSE = 5
/** What stands beside the source in its row: the space, the bar, and the marks of a cut. */
const BESIDE_SOURCE = 5

/** The report for a person at a terminal: a frame of the source for each finding, how production gets there, and what to do. */
export function text(report: Report, paint: Paint, options: TextOptions = {}): string {
  const lines = masked(linesOf(report.tree), report.findings)
  const blocks = report.findings.map((finding) => block(finding, lines, paint, options.columns))
  if (options.quiet !== true) {
    if (report.notes.length > 0) blocks.push(report.notes.map((note) => noteLine(note, paint)).join('\n'))
    if (report.isProject || report.findings.length > 0) blocks.push(closing(report, paint, options.columns))
  }
  return blocks.length === 0 ? '' : `${blocks.join('\n\n')}\n`
}

function linesOf(tree: Tree): (path: string) => readonly string[] {
  const files = new Map<string, readonly string[]>()
  return (path) => {
    const lines = files.get(path) ?? tree.read(path)?.text.split('\n') ?? []
    files.set(path, lines)
    return lines
  }
}

function block(
  finding: Finding,
  lines: (path: string) => readonly string[],
  paint: Paint,
  columns = Number.POSITIVE_INFINITY,
): string {
  const { level, line, column, endLine, endColumn } = finding
  const colour = paint[level]
  const shown = frameLine(lines(finding.path), finding)
  const gutter = Math.max(
    2,
    ...[line, ...finding.related.map((place) => place.line)].map((number) => String(number).length),
  )
  const margin = ' '.repeat(gutter)
  const bar = paint.frame('|')
  const width = Math.min(PROSE_WIDTH, columns - BESIDE_PROSE)
  const sourceWidth = columns - gutter - BESIDE_SOURCE
  const out = [
    ...heading(finding, paint, width),
    `${margin}${paint.frame('-->')} ${oneLine(finding.path)}${isWhole(finding) ? '' : `:${line}:${column}`}`,
  ]
  if (shown !== undefined) {
    const frame = frameOf(shown, column, endLine === line ? endColumn : undefined, sourceWidth)
    out.push(`${margin} ${bar}`)
    out.push(`${paint.frame(String(line).padStart(gutter))} ${bar} ${frame.line}`.trimEnd())
    out.push(`${margin} ${bar} ${' '.repeat(frame.indent)}${colour('^'.repeat(frame.width))}`)
  }
  out.push(...trail(finding, lines, gutter, paint, sourceWidth))
  out.push(`${margin} ${bar}`)
  const remark = (label: string, prose: string): void => {
    const rows = wrap(oneLine(prose), width - gutter - label.length)
    const hang = ' '.repeat(label.length + 2)
    rows.forEach((row, index) => {
      out.push(
        index === 0 ? `${margin} ${paint.frame('=')} ${paint.strong(`${label}:`)} ${row}` : `${margin}   ${hang}${row}`,
      )
    })
  }
  remark('on Heroku', finding.consequence)
  if (finding.fix !== null) {
    const command = finding.fix.safety === 'safe' ? '--fix' : '--fix --unsafe-fixes'
    remark('fix', `${finding.fix.description} (${command})`)
  }
  return out.join('\n')
}

/** `error[rule]: message`, broken at spaces where it is long. */
function heading({ level, rule, message }: Finding, paint: Paint, width: number): string[] {
  const label = `${level}[${rule}]: `
  const [first = '', ...rest] = wrap(label + oneLine(message), width)
  const start = `${paint[level](level)}${paint.strong(first.slice(level.length))}`
  return [start, ...rest.map((row) => `  ${paint.strong(row)}`)]
}

/** The source of the finding's line; undefined for a finding about a file as a whole, or about one that is not there. */
function frameLine(lines: readonly string[], finding: Finding): string | undefined {
  const source = lines[finding.line - 1]
  return isWhole(finding) ? undefined : source
}

const isWhole = (finding: Finding): boolean =>
  finding.line === 1 && finding.column === 1 && finding.endLine === 1 && finding.endColumn === 1

/** How production gets to the line: each step with its place, what it does, and the source. */
function trail(
  finding: Finding,
  lines: (path: string) => readonly string[],
  gutter: number,
  paint: Paint,
  sourceWidth: number,
): string[] {
  const margin = ' '.repeat(gutter)
  const bar = paint.frame('|')
  const out: string[] = []
  if (finding.related.length > 0) out.push(`${margin} ${bar}`)
  for (const place of finding.related) {
    const source = lines(place.path)[place.line - 1]
    out.push(
      `${margin}${paint.frame('::>')} ${paint.faint(`${oneLine(place.path)}:${place.line}:${place.column}`)}  ${oneLine(place.message)}`,
    )
    if (source !== undefined && source.trim() !== '') {
      const frame = frameOf(source, place.column, place.column, sourceWidth)
      out.push(`${paint.frame(String(place.line).padStart(gutter))} ${bar} ${paint.faint(frame.line)}`)
    }
  }
  return out
}

function noteLine(note: Note, paint: Paint): string {
  const place = note.path === null ? '' : `${oneLine(note.path)}: `
  return `${paint.frame('note:')} ${place}${oneLine(note.message)}`
}

const LEVEL_WORDS: Readonly<Record<Level, readonly [one: string, many: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['info', 'infos'],
}

function closing(report: Report, paint: Paint, columns = Number.POSITIVE_INFINITY): string {
  const { findings, hidden, summary } = report
  const files = counted(summary.files, 'file', 'files')
  const out: string[] = []
  if (findings.length === 0) out.push(`${paint.good('Nothing found')} in ${files}${hiddenWords(report)}.`)
  else {
    const counts = (['error', 'warning', 'info'] as const)
      .filter((level) => summary[level] > 0)
      .map((level) => paint[level](counted(summary[level], ...LEVEL_WORDS[level])))
    out.push(`Found ${enumerate(counts)} in ${files}${hiddenWords(report)}.`)
  }
  const advice = adviceOf(findings, report.program ?? 'flask-dyno')
  if (hidden.belowPreset > 0) advice.push(['--preset strict', 'shows what is merely worth knowing'])
  const width = Math.max(0, ...advice.map(([command]) => command.length))
  const isNarrow = advice.some(([, what]) => width + what.length + 4 > columns)
  for (const [command, what] of advice) {
    out.push(
      isNarrow ? `  ${paint.strong(command)}\n      ${what}` : `  ${paint.strong(command.padEnd(width))}  ${what}`,
    )
  }
  return out.join('\n')
}

function hiddenWords({ hidden }: Report): string {
  const parts: string[] = []
  if (hidden.suppressed > 0) parts.push(`${hidden.suppressed} suppressed`)
  if (hidden.baseline > 0) parts.push(`${hidden.baseline} in the baseline`)
  if (hidden.belowPreset > 0) parts.push(`${hidden.belowPreset} below the preset`)
  if (hidden.before !== undefined && hidden.before > 0) parts.push(`${hidden.before} there before`)
  return parts.length === 0 ? '' : ` (hidden: ${parts.join(', ')})`
}

function adviceOf(findings: readonly Finding[], program: string): [command: string, what: string][] {
  const advice: [string, string][] = []
  const worst = findings.find(({ level }) => level === 'error') ?? findings[0]
  if (worst === undefined) return advice
  const safe = findings.filter((finding) => finding.fix?.safety === 'safe').length
  const unsafe = findings.filter((finding) => finding.fix?.safety === 'unsafe').length
  const these = (count: number): string => {
    if (count < findings.length) return `${count} of them`
    return count === 1 ? 'it' : 'all of them'
  }
  if (safe > 0) advice.push([`${program} lint --fix`, `mends ${these(safe)}; --diff shows the changes first`])
  else if (unsafe > 0) advice.push([`${program} lint --diff --unsafe-fixes`, `shows how to mend ${these(unsafe)}`])
  advice.push([`${program} explain ${worst.rule}`, 'tells why, and what to write instead'])
  return advice
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

const enumerate = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

/** Breaks prose at spaces. */
export function wrap(prose: string, width: number): string[] {
  const rows: string[] = []
  let row = ''
  for (const word of prose.split(' ')) {
    if (row !== '' && displayWidth(row) + 1 + displayWidth(word) > width) {
      rows.push(row)
      row = word
    } else row = row === '' ? word : `${row} ${word}`
  }
  rows.push(row)
  return rows
}
