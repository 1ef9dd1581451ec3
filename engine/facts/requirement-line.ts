/** How pip cuts a requirements file into lines: https://github.com/pypa/pip/blob/main/src/pip/_internal/req/req_file.py */

export interface LogicalLine {
  /** Without comment, continuation marks and outer space; never empty. */
  readonly text: string
  /** Offsets of what stands on the first physical line. */
  readonly start: number
  readonly end: number
}

/** The line ends of Python's `str.splitlines`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python ends a line at these control characters too
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g

/** The part before a comment: a `#` counts only at the start or after white space, so that `#egg=` in a link stays. */
function withoutComment(line: string): string {
  const at = line.startsWith('#') ? 0 : line.search(/\s#/)
  return at < 0 ? line : line.slice(0, at)
}

/** The lines that hold something, joined where a backslash says so. */
export function logicalLines(text: string): LogicalLine[] {
  const lines: LogicalLine[] = []
  let pending: { text: string; start: number; end: number } | undefined
  const finish = (): void => {
    if (pending === undefined) return
    const whole = withoutComment(pending.text).trim()
    if (whole !== '') lines.push({ text: whole, start: pending.start, end: pending.end })
    pending = undefined
  }
  const physical = (start: number, end: number): void => {
    const line = text.slice(start, end)
    const comment = /^\s*#/.test(line)
    const continued = line.endsWith('\\') && !comment
    const content = continued ? line.replace(/^\\+|\\+$/g, '') : comment ? ` ${line}` : line
    if (pending === undefined) {
      const shown = withoutComment(content)
      const lead = shown.length - shown.trimStart().length
      pending = { text: content, start: start + lead, end: start + Math.max(lead, shown.trimEnd().length) }
    } else pending.text += content
    if (!continued) finish()
  }
  LINE_END.lastIndex = 0
  let start = 0
  for (let match = LINE_END.exec(text); match !== null; match = LINE_END.exec(text)) {
    physical(start, match.index)
    start = LINE_END.lastIndex
  }
  physical(start, text.length)
  finish()
  return lines
}

/** The requirement of a line and its options: everything from the first word that begins with a dash. */
export function breakOptions(line: string): readonly [requirement: string, options: string] {
  const words = line.split(' ')
  const first = words.findIndex((word) => word.startsWith('-'))
  return first < 0 ? [line.trim(), ''] : [words.slice(0, first).join(' ').trim(), words.slice(first).join(' ').trim()]
}

/** Splits as a shell would: at white space outside quotes, quotes removed. */
export function splitWords(text: string): string[] {
  const words: string[] = []
  for (const match of text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"?|'[^']*'?)+/g)) {
    words.push(
      match[0].replace(
        /\\(.)|"((?:[^"\\]|\\.)*)"?|'([^']*)'?/g,
        (_, escaped, double, single) => escaped ?? double ?? single ?? '',
      ),
    )
  }
  return words
}
