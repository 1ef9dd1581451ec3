/** Values of TOML written as Python's `json.dumps(…, sort_keys=True)` writes them, for the hashes that lock files keep. */

/** A value that Python would write otherwise than can be told here: a date, or a float with an unusual form. */
class Unwritable extends Error {}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
}

function text(value: string): string {
  // JSON escapes control characters, and json.dumps all that is not ASCII
  const inner = value.replace(/["\\]|[^\x20-\x7e]/g, (character) => {
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `"${inner}"`
}

function float(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 1e-4)) {
    throw new Unwritable()
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

function write(value: unknown, comma: string, colon: string): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return text(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return float(value)
  if (Array.isArray(value)) return `[${value.map((item) => write(item, comma, colon)).join(comma)}]`
  if (typeof value !== 'object' || value instanceof Date) throw new Unwritable()
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${text(key)}${colon}${write(member, comma, colon)}`)
  return `{${members.join(comma)}}`
}

/**
 * The text that Python would make of the value; integers are expected as bigint, so that `1` and `1.0` stay apart.
 * `compact`: with `separators=(",", ":")`. undefined where nobody can tell.
 */
export function pythonJson(value: unknown, compact: boolean): string | undefined {
  try {
    return compact ? write(value, ',', ':') : write(value, ', ', ': ')
  } catch (error) {
    if (error instanceof Unwritable) return undefined
    throw error
  }
}
