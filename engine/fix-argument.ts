/** Edits of the arguments of a Python call, or of the items of a list, that leave the others as a person laid them out. */
import type { TextEdit } from './finding.ts'
import type { Span } from './python/ast.ts'

/** A call or a list: where it ends (behind its bracket), and what it holds. */
export interface Bracketed extends Span {
  readonly path: string
  readonly text: string
  readonly items: readonly Span[]
}

/**
 * Takes items out, each with the comma that parts it from its neighbour: a line that holds nothing else goes as a whole, with
 * the comment behind it. Null where the source is not what its positions say.
 */
export function withoutItems(list: Bracketed, isDropped: (item: Span, i: number) => boolean): TextEdit[] | null {
  const { items, text } = list
  const close = list.end - 1
  const edits: TextEdit[] = []
  for (let i = 0; i < items.length; i++) {
    const first = items[i]
    if (first === undefined || !isDropped(first, i)) continue
    const before = items[i - 1]
    let last = first
    for (let next = items[i + 1]; next !== undefined && isDropped(next, i + 1); next = items[++i + 1]) last = next
    const after = items[i + 1]
    const gap = text.slice(last.end, after?.start ?? close)
    if (!GAP.test(gap) || (before !== undefined && !GAP.test(text.slice(before.end, first.start)))) return null
    const { start, end } = stretch(text, before, { start: first.start, end: last.end }, after, close)
    edits.push({ kind: 'text', path: list.path, start, end, text: '' })
  }
  return edits
}

/** Between two items stand blanks, comments, ends of lines, and one comma at most. */
const GAP = /^(?:[ \t\f]|\\?\r?\n|#[^\n]*\n)*(?:,(?:[ \t\f]|\\?\r?\n|#[^\n]*\n)*)?$/

function stretch(text: string, before: Span | undefined, run: Span, after: Span | undefined, close: number): Span {
  const line = text.lastIndexOf('\n', run.start - 1) + 1
  const begins = /^[ \t]*$/.test(text.slice(line, run.start))
  const comma = /^[ \t]*,/.exec(text.slice(run.end))?.[0]
  const behind = run.end + (comma?.length ?? 0)
  const rest = /^[ \t]*(?:#[^\n]*)?\r?\n/.exec(text.slice(behind))?.[0]
  const ownLines = begins && rest !== undefined ? { start: line, end: behind + rest.length } : null
  if (before === undefined && after === undefined) {
    // an empty pair of brackets, unless a comment has to stay in it
    const open = /[([]\s*$/.exec(text.slice(0, run.start))
    const left = text.slice(run.end, close).trim()
    const isEmpty = ownLines === null ? /^,?$/.test(left) : /^,?[ \t]*(?:#[^\n]*)?$/.test(left)
    if (open !== null && isEmpty) return { start: open.index + 1, end: close }
    return ownLines ?? { start: run.start, end: behind }
  }
  if (ownLines !== null && comma !== undefined) return ownLines
  const isBare = before !== undefined && !text.slice(before.end, run.start).includes('#')
  // the last one, without a comma behind it: the one before it goes
  if (isBare) return { start: before.end, end: run.end }
  if (after === undefined) return ownLines ?? run
  return { start: run.start, end: after.start }
}

/** Adds items behind the last one: on lines of their own where that has one. Null where there is none yet. */
export function withItems({ path, text, items, end }: Bracketed, added: readonly string[]): TextEdit[] | null {
  const last = items.at(-1)
  if (last === undefined) return null
  const insert = (at: number, inserted: string): TextEdit => ({
    kind: 'text',
    path,
    start: at,
    end: at,
    text: inserted,
  })
  const indent = text.slice(text.lastIndexOf('\n', last.start - 1) + 1, last.start)
  const tail = /^([ \t]*,)?[ \t]*(?:#[^\n]*?)?(?=\r?\n)/.exec(text.slice(last.end, end))
  if (tail === null || !/^[ \t]+$/.test(indent)) return [insert(last.end, `, ${added.join(', ')}`)]
  const [behind, comma] = tail
  const lineEnd = last.end + behind.length
  const lines = `\n${indent}${added.join(`,\n${indent}`)}`
  if (comma !== undefined) return [insert(lineEnd, `${lines},`)]
  return behind === '' ? [insert(lineEnd, `,${lines}`)] : [insert(last.end, ','), insert(lineEnd, lines)]
}
