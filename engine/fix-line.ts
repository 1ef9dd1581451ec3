/** Edits of a file that says one thing a line. */
import type { TextEdit } from './finding.ts'

/** Adds a line behind the last one that holds anything: the empty lines at the end stay there. */
export function withLine(path: string, text: string, line: string): TextEdit {
  const end = text.trimEnd().length
  const newline = text.indexOf('\n', end)
  const isOpen = end > 0 && newline < 0
  const at = end === 0 ? 0 : isOpen ? text.length : newline + 1
  return { kind: 'text', path, start: at, end: at, text: `${isOpen ? '\n' : ''}${line}\n` }
}

/** Takes whole lines out, and the empty lines before them where nothing else would follow those. */
export function withoutLines(path: string, text: string, { start, end }: { start: number; end: number }): TextEdit {
  const before = text.slice(0, start).trimEnd().length
  const isLast = before > 0 && text.slice(end).trim() === ''
  return { kind: 'text', path, start: isLast ? text.indexOf('\n', before) + 1 : start, end, text: '' }
}
