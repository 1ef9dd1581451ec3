/**
 * Reads source that is not plain Python 3: unfinished, broken, of Python 2, or newer than we are.
 * It and the other parse-*.ts modules alone know @lezer/python's nodes.
 *
 * The grammar's error nodes are never shown as syntax errors: it marks 5 % of valid files
 * (`1.`, a bare `yield`, parenthesised `with`), yet keeps the calls and scopes around the mark.
 */
import type { TreeCursor } from '@lezer/common'
import { parser } from '@lezer/python'
import type { ParsedModule } from './ast.ts'
import { type Item, nothing } from './grammar-items.ts'
import { expressionOf } from './parse-expressions.ts'
import { statementsOf } from './parse-statements.ts'

/** Levels of the tree that are read; what is nested deeper counts as unknown. CPython itself refuses more than 200 brackets. */
const MAX_DEPTH = 500
/** Open brackets at which a file is taken as no program at all. Those in strings count, too, but are never that many. */
const MAX_BRACKETS = 20_000

/** Throws RangeError for source that is nothing but nesting. */
export function parseForgiving(source: string): ParsedModule {
  if (isEndless(source)) throw new RangeError('nested too deeply')
  const cursor = parser.parse(source).cursor()
  const reader = new Reader(source)
  const root = reader.read(cursor)
  return { body: root.stmts ?? [], skippedAt: reader.skippedAt }
}

class Reader {
  readonly #source: string
  skippedAt: number | null = null

  constructor(source: string) {
    this.#source = source
  }

  read(cursor: TreeCursor, depth = 0): Item {
    const name = cursor.name
    const start = cursor.from
    const end = cursor.to
    const items: Item[] = []
    if (cursor.type.isError && end > start) this.skippedAt ??= start
    if (depth >= MAX_DEPTH) return { name, start, end, text: '', items: [], expr: nothing(start), stmts: null }
    if (cursor.firstChild()) {
      do {
        if (cursor.name !== 'Comment') items.push(this.read(cursor, depth + 1))
      } while (cursor.nextSibling())
      cursor.parent()
    }
    // `*` and `**` have a child of their own
    const text = items.length === 0 || name === 'ArithOp' ? this.#source.slice(start, end) : ''
    const stmts = statementsOf(name, items, start, end)
    const expr = stmts === null ? expressionOf(this.#source, name, items, text, start, end) : null
    return { name, start, end, text, items, expr, stmts }
  }
}

function isEndless(source: string): boolean {
  let depth = 0
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at)
    if (code === 0x28 || code === 0x5b || code === 0x7b) {
      if (++depth > MAX_BRACKETS) return true
    } else if ((code === 0x29 || code === 0x5d || code === 0x7d) && depth > 0) depth--
  }
  return false
}
