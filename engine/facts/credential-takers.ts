/** Calls of well-known libraries that take a secret (data/credentials.json). */
import data from '../../data/credentials.json' with { type: 'json' }

export interface Taker {
  readonly what: string
  /** The module that brings it; its name stands in a file that uses it. */
  readonly module: string
  /** The qualified name of the call. */
  readonly name: RegExp
  /** The position of the secret among the arguments; null where it has to be named. */
  readonly position: number | null
  readonly keyword: string
  /** A pattern of the call as it is written with a literal; the second group is the text. Null for methods, whose owner a text does not show. */
  readonly written: string | null
}

export const takers: readonly Taker[] = data.calls.map((call) => {
  const position = 'position' in call ? (call.position ?? null) : null
  const before = position === 1 ? '[^,()\\n]{1,200},\\s{0,40}' : ''
  return {
    what: call.what,
    module: call.module,
    name: new RegExp(`^${call.module}\\.(?:\\w+\\.)*${call.callee}$`),
    position,
    keyword: call.keyword,
    written: call.callee.includes('\\.')
      ? null
      : `\\b${call.callee}\\(\\s{0,40}${before}(?:${call.keyword}\\s?=\\s?)${position === null ? '' : '?'}[rbu]?(["'])([^"'\\n]{8,600})\\1`,
  }
})
