/** The lines of a file around a finding. */
import type { Finding } from '../../finding.ts'
import { html, type Markup } from './markup.ts'

export type Lines = (path: string) => readonly string[]

/** Lines shown before and after the finding's own. */
const AROUND = 2
/** Lines of a finding that goes over many. */
const MOST_LINES = 8
/** Characters of a line; longer ones are cut around the finding. */
const MOST_CHARACTERS = 180
const LEAD = 40

/** A finding about a file as a whole, or about one that is not there. */
export const isWhole = ({ line, column, endLine, endColumn }: Finding): boolean =>
  line === 1 && column === 1 && endLine === 1 && endColumn === 1

/** The code that a finding is about, marked, with a little of what stands around it; null where there is none. */
export function codeFrame(finding: Finding, linesOf: Lines): Markup | null {
  const lines = linesOf(finding.path)
  if (isWhole(finding) || lines[finding.line - 1] === undefined) return null
  const last = Math.min(finding.endLine, finding.line + MOST_LINES - 1, lines.length)
  const isBlank = (number: number): boolean => (lines[number - 1] ?? '').trim() === ''
  let from = Math.max(1, finding.line - AROUND)
  while (from < finding.line && isBlank(from)) from++
  let to = Math.min(lines.length, last + AROUND)
  while (to > last && isBlank(to)) to--
  const rows: Markup[] = []
  for (let number = from; number <= to; number++) {
    const text = (lines[number - 1] ?? '').replace(/\r$/, '')
    const inside = number >= finding.line && number <= last
    const start = inside ? (number === finding.line ? finding.column - 1 : indentOf(text)) : 0
    const end = inside ? (number === finding.endLine ? finding.endColumn - 1 : text.length) : 0
    rows.push(row(number, text, start, Math.max(start, end), inside ? finding.level : null))
  }
  return html`<pre class="code" tabindex="0" aria-label="${finding.path}, line ${finding.line}"><code>${rows}</code></pre>\n`
}

const indentOf = (text: string): number => text.length - text.trimStart().length

function row(number: number, text: string, start: number, end: number, level: string | null): Markup {
  const [shown, cut] = windowOf(text, start)
  const from = Math.max(0, start - cut)
  const to = Math.max(from, end - cut)
  const code =
    level === null || from === to
      ? html`${shown}`
      : html`${shown.slice(0, from)}<mark class="${level}">${shown.slice(from, to)}</mark>${shown.slice(to)}`
  return html`<span class="row${level === null ? '' : ' hit'}"><span class="number">${number}</span>${code}\n</span>`
}

/** A part of a long line, and how many of its characters are missing before it (an ellipsis stands for them). */
function windowOf(text: string, start: number): [shown: string, cut: number] {
  if (text.length <= MOST_CHARACTERS) return [text, 0]
  const first = start > MOST_CHARACTERS - LEAD ? start - LEAD : 0
  const last = first + MOST_CHARACTERS
  const shown = `${first > 0 ? '…' : ''}${text.slice(first, last)}${last < text.length ? '…' : ''}`
  return [shown, first > 0 ? first - 1 : 0]
}
