/** Where literals end; -1 for what is none, or one that Python 3 does not write so. */
import { BACKSLASH, isDigit, isLineEnd, isNameCode, RETURN } from './characters.ts'

/** Python 3's numbers, and the long ones of Python 2. Old octal numbers are digits like any other. */
const NUMBER =
  /0[xX][\da-fA-F_]+[lL]?|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJlL]?/y

export function numberEnd(source: string, start: number): number {
  NUMBER.lastIndex = start
  if (!NUMBER.test(source)) return -1
  const end = NUMBER.lastIndex
  const next = source.charCodeAt(end)
  // Python reads `1if x`, which is hardly ever written
  return isNameCode(next) || isDigit(next) ? -1 : end
}

/** Is the word before a quote a prefix of a string? Those of template strings are left to the other parser. */
export function isPrefix(word: string): boolean {
  switch (word.toLowerCase()) {
    case 'r':
    case 'u':
    case 'b':
    case 'f':
    case 'br':
    case 'rb':
    case 'fr':
    case 'rf':
      return true
    default:
      return false
  }
}

export const isTripled = (source: string, at: number): boolean => {
  const quote = source.charCodeAt(at)
  return source.charCodeAt(at + 1) === quote && source.charCodeAt(at + 2) === quote
}

/** Behind the quotes that close a string which opens at `quotes`. */
export function stringEnd(source: string, quotes: number): number {
  const quote = source.charCodeAt(quotes)
  const long = isTripled(source, quotes)
  for (let at = quotes + (long ? 3 : 1); at < source.length; at++) {
    const code = source.charCodeAt(at)
    if (code === quote) {
      if (!long) return at + 1
      if (isTripled(source, at)) return at + 3
    } else if (code === BACKSLASH) {
      // a line that goes on with an end of two characters
      if (source.charCodeAt(++at) === RETURN) return -1
    } else if (!long && isLineEnd(code)) return -1
  }
  return -1
}
