/** Reads Python string literals: prefixes, quotes and escapes (https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals). */

const SIMPLE: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
}

export interface LiteralShape {
  readonly raw: boolean
  readonly bytes: boolean
  readonly format: boolean
  /** Offsets of the content, relative to the literal. */
  readonly start: number
  readonly end: number
}

/** Takes prefix and quotes off; a literal that is not closed ends where its text ends. */
export function literalShape(source: string): LiteralShape {
  let at = 0
  while (at < source.length && source[at] !== '"' && source[at] !== "'") at++
  const prefix = source.slice(0, at).toLowerCase()
  const quote = source.startsWith('"""', at) || source.startsWith("'''", at) ? 3 : 1
  const start = Math.min(at + quote, source.length)
  const mark = source.slice(at, start)
  const closed = source.length >= start + quote && source.endsWith(mark)
  return {
    raw: prefix.includes('r'),
    bytes: prefix.includes('b'),
    format: prefix.includes('f') || prefix.includes('t'),
    start,
    end: closed ? source.length - quote : source.length,
  }
}

/** Resolves backslash escapes of a literal's content. Unknown escapes stay as they are, as Python keeps them. */
export function resolveEscapes(content: string): string {
  if (!content.includes('\\')) return content
  let out = ''
  for (let i = 0; i < content.length; i++) {
    const c = content[i] ?? ''
    if (c !== '\\') {
      out += c
      continue
    }
    const next = content[++i] ?? ''
    const simple = SIMPLE[next]
    if (simple !== undefined) {
      out += simple
      continue
    }
    const width = next === 'x' ? 2 : next === 'u' ? 4 : next === 'U' ? 8 : 0
    if (width > 0) {
      const digits = content.slice(i + 1, i + 1 + width)
      const code = /^[0-9a-fA-F]+$/.test(digits) && digits.length === width ? Number.parseInt(digits, 16) : -1
      if (code >= 0 && code <= 0x10ffff) {
        out += String.fromCodePoint(code)
        i += width
        continue
      }
    }
    const octal = /^[0-7]{1,3}/.exec(content.slice(i, i + 3))
    if (octal) {
      out += String.fromCharCode(Number.parseInt(octal[0], 8))
      i += octal[0].length - 1
      continue
    }
    out += `\\${next}`
  }
  return out
}
