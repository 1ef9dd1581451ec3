import { harmless } from './report.ts'

/** Columns that a line of a frame may take; longer lines are cut around the range. */
const MAX_WIDTH = 110
const LEAD = 20
/** A narrower terminal breaks the rows itself. */
const LEAST_WIDTH = 2 * LEAD
const TAB = 4

export interface Frame {
  /** The line of the file, ready for a terminal: tabs expanded, control characters replaced, cut where it is too long. */
  readonly line: string
  /** Columns of the terminal before the range. */
  readonly indent: number
  /** Columns that the range takes, at least one. */
  readonly width: number
}

/** One character as it is shown, and the columns that it takes. */
interface Cell {
  readonly text: string
  readonly width: number
  /** UTF-16 offset in the line. */
  readonly at: number
}

/**
 * Cuts one line of a file to a frame with a range to underline. Columns are 1-based UTF-16 units; `endColumn` is exclusive,
 * and undefined when the range goes on in the next line. `room` is how many columns the source may take at most.
 */
export function frameOf(
  source: string,
  column: number,
  endColumn: number | undefined,
  room = Number.POSITIVE_INFINITY,
): Frame {
  const mostColumns = Math.max(LEAST_WIDTH, Math.min(MAX_WIDTH, room))
  const line = source.replace(/[\r\n]+$/, '')
  const start = Math.min(column - 1, line.length)
  const end = Math.max(start, Math.min(endColumn === undefined ? line.trimEnd().length : endColumn - 1, line.length))
  const all = cells(line)
  const total = all.reduce((sum, cell) => sum + cell.width, 0)
  let shown = all
  let before = ''
  let after = ''
  if (total > mostColumns) {
    const rangeWidth = all
      .filter((cell) => cell.at >= start && cell.at < end)
      .reduce((sum, cell) => sum + cell.width, 0)
    const lead = Math.max(LEAD, mostColumns - rangeWidth - LEAD)
    let first = all.findIndex((cell) => cell.at >= start)
    if (first < 0) first = all.length
    let left = lead
    while (first > 0 && (all[first - 1]?.width ?? 0) <= left) left -= all[--first]?.width ?? 0
    if (first > 0) before = '…'
    let last = first
    let width = 0
    while (last < all.length && width + (all[last]?.width ?? 0) <= mostColumns) width += all[last++]?.width ?? 0
    if (last < all.length) after = '…'
    shown = all.slice(first, last)
  }
  let indent = before.length
  let width = 0
  for (const cell of shown) {
    if (cell.at < start) indent += cell.width
    else if (cell.at < end) width += cell.width
  }
  return {
    line: (before + shown.map((cell) => cell.text).join('') + after).trimEnd(),
    indent,
    width: Math.max(1, width),
  }
}

function cells(line: string): Cell[] {
  const all: Cell[] = []
  let column = 0
  let at = 0
  for (const character of line) {
    const width = character === '\t' ? TAB - (column % TAB) : widthOf(character.codePointAt(0) ?? 0)
    all.push({ text: character === '\t' ? ' '.repeat(width) : harmless(character), width, at })
    column += width
    at += character.length
    if (at > 100_000) break
  }
  return all
}

/** Columns of the terminal that a text takes. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += widthOf(character.codePointAt(0) ?? 0)
  return width
}

/** Ranges that terminals show two columns wide: East Asian wide and fullwidth, and emoji (https://www.unicode.org/reports/tr11/). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
]
const MARK = /^[\p{Mn}\p{Me}]$/u

function widthOf(codePoint: number): number {
  if (codePoint < 0x300) return 1
  if (codePoint === 0x200d || (codePoint >= 0xfe00 && codePoint <= 0xfe0f)) return 0
  if (MARK.test(String.fromCodePoint(codePoint))) return 0
  return WIDE.some(([from, to]) => codePoint >= from && codePoint <= to) ? 2 : 1
}
