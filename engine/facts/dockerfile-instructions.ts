/** The lines of a Dockerfile as instructions: continuations joined, comments and here-documents left out. */
export interface Instruction {
  /** In upper case. */
  readonly name: string
  /** What follows the name, verbatim from `start` on, line continuations and all. */
  readonly text: string
  readonly start: number
}

/** https://docs.docker.com/reference/dockerfile/#format and #here-documents. Never throws. */
export function instructions(text: string): Instruction[] {
  const found: Instruction[] = []
  const continuation = /^#\s*escape\s*=\s*`/im.test(text.slice(0, 400)) ? '`' : '\\'
  let at = 0
  while (at < text.length) {
    const line = lineAt(text, at)
    const match = /^\s*([A-Za-z]+)(?=\s|$)/.exec(line.text.slice(0, 80))
    if (match?.[1] === undefined || /^\s*#/.test(line.text)) {
      at = line.next
      continue
    }
    const start = at + match[0].length
    let end = line
    while (end.text.trimEnd().endsWith(continuation) && end.next < text.length) {
      end = lineAt(text, end.next)
      // a comment or an empty line inside a continued instruction does not end it
      while (/^\s*(?:#|$)/.test(end.text) && end.next < text.length) end = lineAt(text, end.next)
    }
    const body = text.slice(start, end.end)
    found.push({ name: match[1].toUpperCase(), text: body, start })
    at = end.next
    for (const heredoc of body.matchAll(/<<-?\s*(["']?)([A-Za-z_]\w*)\1/g))
      at = behindHeredoc(text, at, heredoc[2] ?? '')
  }
  return found
}

function lineAt(text: string, start: number): { readonly text: string; readonly end: number; readonly next: number } {
  const newline = text.indexOf('\n', start)
  const next = newline < 0 ? text.length : newline + 1
  let end = newline < 0 ? text.length : newline
  if (text.charAt(end - 1) === '\r' && end > start) end--
  return { text: text.slice(start, end), end, next }
}

function behindHeredoc(text: string, from: number, delimiter: string): number {
  let at = from
  while (at < text.length) {
    const line = lineAt(text, at)
    at = line.next
    if (line.text.trim() === delimiter) break
  }
  return at
}
