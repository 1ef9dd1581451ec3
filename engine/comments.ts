/** The comments of a file, and the lines that belong together. */
export interface Commented {
  /** By 0-based line. */
  readonly comments: ReadonlyMap<number, Comment>
  /** The 0-based line on which the logical line of a 0-based line begins. */
  readonly logicalStart: (line: number) => number
  /** The 0-based line on which it ends. */
  readonly logicalEnd: (line: number) => number
}

export interface Comment {
  /** Offset of its mark, `#` or `;`, in the file's text. */
  readonly start: number
  /** From the mark to the end of the line. */
  readonly text: string
  /** Nothing else stands on the line. */
  readonly isAlone: boolean
}

/**
 * Finds the comments of a file that writes them with `#`. In Python a `#` within a string is none, and a logical line goes
 * on within brackets, strings and after a backslash; elsewhere a comment begins where a `#` follows a space or begins a line,
 * and in an ini file a line that begins with `;` is one as well. There, too, a line goes on after a backslash, past comments that
 * stand alone, as in a Dockerfile.
 */
export function commentsOf(path: string, text: string): Commented {
  if (/\.pyw?$/.test(path)) return ofPython(text)
  return ofLines(text, /\.(?:ini|cfg)$/i.test(path) ? /^[ \t]*;|(?:^|[ \t])#/ : /(?:^|[ \t])#/)
}

function ofLines(text: string, mark: RegExp): Commented {
  const comments = new Map<number, Comment>()
  const starts = new Map<number, number>()
  let at = 0
  let statement = 0
  let goesOn = false
  text.split('\n').forEach((line, index) => {
    const found = mark.exec(line)
    const column = found === null ? line.length : found.index + found[0].length - 1
    const isAlone = found !== null && line.slice(0, column).trim() === ''
    if (found !== null) comments.set(index, { start: at + column, text: line.slice(column).trimEnd(), isAlone })
    if (goesOn) starts.set(index, statement)
    else statement = index
    if (!isAlone) goesOn = found === null && /\\\r?$/.test(line)
    at += line.length + 1
  })
  return { comments, ...bounds(starts) }
}

/** From the first line of each logical line that has several, by each of its other lines. */
function bounds(starts: ReadonlyMap<number, number>): Pick<Commented, 'logicalStart' | 'logicalEnd'> {
  const ends = new Map([...starts].map(([last, first]) => [first, last]))
  const logicalStart = (line: number): number => starts.get(line) ?? line
  return { logicalStart, logicalEnd: (line) => ends.get(logicalStart(line)) ?? line }
}

function ofPython(text: string): Commented {
  const comments = new Map<number, Comment>()
  /** First line of each logical line that has several, by each of its other lines. */
  const starts = new Map<number, number>()
  let line = 0
  let begin = 0
  let depth = 0
  let statement = 0
  let commentEnd = -1
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '#') {
      const end = endOfLine(text, at)
      comments.set(line, {
        start: at,
        text: text.slice(at, end).trimEnd(),
        isAlone: text.slice(begin, at).trim() === '',
      })
      commentEnd = end
      at = end - 1
    } else if (character === '"' || character === "'") {
      const end = endOfString(text, at)
      for (let inside = text.indexOf('\n', at); inside >= 0 && inside < end; inside = text.indexOf('\n', inside + 1)) {
        line++
        begin = inside + 1
        starts.set(line, statement)
      }
      at = end - 1
    } else if ('([{'.includes(character)) depth++
    else if (')]}'.includes(character)) depth = Math.max(0, depth - 1)
    else if (character === '\n') {
      const isContinued = at !== commentEnd && /\\\r?$/.test(text.slice(Math.max(begin, at - 2), at))
      const goesOn = depth > 0 || isContinued
      line++
      begin = at + 1
      if (goesOn) starts.set(line, statement)
      else statement = line
    }
  }
  return { comments, ...bounds(starts) }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** The offset behind a string that begins at `from`; a string without an end stops at its line, or with the file. */
function endOfString(text: string, from: number): number {
  const quote = text.charAt(from)
  const isTriple = text.startsWith(quote.repeat(3), from)
  const mark = isTriple ? quote.repeat(3) : quote
  for (let at = from + mark.length; at < text.length; at++) {
    const character = text.charAt(at)
    // In a raw string, too, a backslash keeps the quote behind it from ending the string.
    if (character === '\\') at++
    else if (!isTriple && character === '\n') return at
    else if (text.startsWith(mark, at)) return at + mark.length
  }
  return text.length
}
