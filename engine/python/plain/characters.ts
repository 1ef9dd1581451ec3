/** Classes of characters, by their UTF-16 code units. */

export const NEW_LINE = 0x0a
export const RETURN = 0x0d
export const SPACE = 0x20
export const TAB = 0x09
export const FORM_FEED = 0x0c
export const QUOTE = 0x27
export const DOUBLE_QUOTE = 0x22
export const BACKSLASH = 0x5c
export const HASH = 0x23

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39

/** Letters, the underscore, and what is not ASCII: Python's own list is longer than is worth telling here. */
export const isNameCode = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0xa1

export const isQuote = (code: number): boolean => code === QUOTE || code === DOUBLE_QUOTE

export const isLineEnd = (code: number): boolean => code === NEW_LINE || code === RETURN
