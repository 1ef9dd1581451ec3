/** How a Python file writes things: what a fix adds to it is written the same way. */
import type { Plan } from './plan/plan.ts'
import type { Stmt } from './python/ast.ts'
import { expressionsOf } from './python/walk.ts'

export interface Spelling {
  /** One step of indentation. */
  readonly indent: string
  /** A snippet, written with `"` as the quotes around its texts, in the quotes of the file. */
  readonly quoted: (code: string) => string
}

export function spellingOf(plan: Plan, path: string): Spelling {
  const text = plan.modules.tree.read(path)?.text ?? ''
  const { body } = plan.modules.parse(path)
  return { indent: indentOf(text, body) ?? '    ', quoted: isSingle(text, body) ? swapped : (code) => code }
}

/** The blanks before the first statement of a block of the top level. */
function indentOf(text: string, body: readonly Stmt[]): string | undefined {
  for (const stmt of body) {
    const inner = 'body' in stmt ? stmt.body[0] : stmt.kind === 'if' ? stmt.branches[0]?.body[0] : undefined
    const blanks = inner === undefined ? '' : text.slice(text.lastIndexOf('\n', inner.start - 1) + 1, inner.start)
    if (/^[ \t]+$/.test(blanks)) return blanks
  }
  return undefined
}

/** Are most of its texts in single quotes? What stands in three says nothing. */
function isSingle(text: string, body: readonly Stmt[]): boolean {
  let lead = 0
  for (const expr of expressionsOf(body)) {
    if (expr.kind !== 'string') continue
    const quote = /^[a-zA-Z]{0,2}(["'])(?!\1\1)/.exec(text.slice(expr.start, expr.start + 5))?.[1]
    if (quote !== undefined) lead += quote === "'" ? 1 : -1
  }
  return lead > 0
}

const swapped = (code: string): string => code.replace(/["']/g, (quote) => (quote === '"' ? "'" : '"'))

/** Where the comment begins that stands right above a line; the line itself where there is none, or where it opens the file. */
export function commentsAbove(text: string, line: number): number {
  let start = line
  while (start > 0) {
    const above = text.lastIndexOf('\n', start - 2) + 1
    if (!/^[ \t]*#/.test(text.slice(above, start))) return start
    start = above
  }
  return line
}
