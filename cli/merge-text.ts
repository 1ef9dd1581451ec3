import type { Level } from '../engine/finding.ts'
import { displayWidth } from '../engine/report/frame.ts'
import { type Paint, PLAIN } from '../engine/report/paint.ts'
import { oneLine } from '../engine/report/report.ts'
import type { Merged } from './merge-sum.ts'

/** A table: the first column is words, the others are numbers where `numbers` says so. */
interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly numbers: boolean
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** One line each on the repositories and on the findings. */
function summaries({ repositories, findings }: Merged, paint: Paint): [repositories: string, findings: string] {
  const { total, clean, withFindings, withoutApp, failed, absent } = repositories
  const parts = [`${clean} clean`, `${withFindings} with findings`]
  if (withoutApp > 0) parts.push(`${withoutApp} without a Flask app`)
  if (failed > 0) parts.push(paint.error(`${failed} failed`))
  if (absent > 0) parts.push(paint.error(`${absent} absent`))
  const words: readonly (readonly [Level, string, string])[] = [
    ['error', 'error', 'errors'],
    ['warning', 'warning', 'warnings'],
    ['info', 'info', 'infos'],
  ]
  const levels = words.flatMap(([level, one, many]) =>
    findings[level] === 0 ? [] : paint[level](counted(findings[level], one, many)),
  )
  return [
    `${paint.strong(counted(total, 'repository', 'repositories'))}: ${parts.join(', ')}`,
    levels.length === 0 ? 'Nothing found' : `Found ${levels.join(', ')}`,
  ]
}

const BROKEN_ROWS = 10

function tables(merged: Merged): Table[] {
  const { rules, worst, failures, absent, broken, repeated, findings } = merged
  const levels = (['error', 'warning', 'info'] as const).filter((level) => findings[level] > 0)
  const heads = levels.map((level) => ({ error: 'errors', warning: 'warnings', info: 'infos' })[level])
  const all: Table[] = [
    {
      title: 'Rules',
      head: ['rule', ...heads, 'repositories'],
      rows: rules.map((total) => [
        total.rule,
        ...levels.map((level) => String(total[level])),
        String(total.repositories),
      ]),
      numbers: true,
    },
    {
      title: 'Worst repositories',
      head: ['repository', ...heads],
      rows: worst.map((total) => [total.repository, ...levels.map((level) => String(total[level]))]),
      numbers: true,
    },
    {
      title: 'Failed',
      head: ['repository', 'why', 'message'],
      rows: failures.map(({ repository, kind, message }) => [repository, kind, message]),
      numbers: false,
    },
    { title: 'Expected, and in no shard', head: ['repository'], rows: absent.map((name) => [name]), numbers: false },
    {
      title: 'Lines that could not be read',
      head: ['line', 'message'],
      // a file of another kind is broken in each of its lines
      rows: [
        ...broken.slice(0, BROKEN_ROWS).map(({ file, line, message }) => [`${file}:${line}`, message]),
        ...(broken.length > BROKEN_ROWS ? [[`and ${broken.length - BROKEN_ROWS} more`, '']] : []),
      ],
      numbers: false,
    },
    {
      title: 'In several lines, of which the last counts',
      head: ['repository'],
      rows: repeated.map((name) => [name]),
      numbers: false,
    },
  ]
  return all.filter(({ rows }) => rows.length > 0)
}

export function mergeText(merged: Merged, paint: Paint): string {
  const blocks = tables(merged).map(({ title, head, rows, numbers }) => {
    const cells = [head, ...rows].map((row) => row.map(oneLine))
    const widths = head.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))))
    const lines = cells.map((row) => {
      const padded = row.map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - displayWidth(cell))
        return numbers && column > 0 ? space + cell : cell + space
      })
      return padded.join('  ').trimEnd()
    })
    const [first = '', ...others] = lines
    return [paint.strong(title), `  ${paint.faint(first)}`, ...others.map((line) => `  ${line}`)].join('\n')
  })
  return `${[summaries(merged, paint).join('\n'), ...blocks].join('\n\n')}\n`
}

/** GitHub takes a megabyte: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits */
const MARKDOWN_ROWS = 200

/** For the summary of a CI step, or a comment. */
export function mergeMarkdown(merged: Merged): string {
  const blocks = tables(merged).map(({ title, head, rows, numbers }) =>
    [
      `### ${title}`,
      '',
      row(head),
      row(head.map((_, column) => (numbers && column > 0 ? '--:' : '---'))),
      ...rows
        .slice(0, MARKDOWN_ROWS)
        .map((cells) => row(cells.map((cell, column) => (numbers && column > 0 ? cell : literal(cell))))),
      ...(rows.length > MARKDOWN_ROWS ? ['', `and ${rows.length - MARKDOWN_ROWS} more`] : []),
    ].join('\n'),
  )
  return `${['## flask-dyno', summaries(merged, PLAIN).join('  \n'), ...blocks].join('\n\n')}\n`
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Text of a stranger as text: no markup, no mention, no link. */
const literal = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*_{}[\]()#!|~@:]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
