import type { FileChange } from '../fix.ts'
import { decode } from '../tree.ts'
import { binaryPatch } from './diff-binary.ts'

const CONTEXT = 3
/** Above this many differing lines, the middle is shown as replaced as a whole. */
const MAX_EDITS = 1000

export type Step = { readonly kind: ' ' | '-' | '+'; readonly line: string }

/**
 * The changes as one unified diff that `git apply` takes. What is not UTF-8 is a binary patch there, as git has it;
 * `readable` shows it as text all the same, for a person to look at.
 */
export function unifiedDiff(changes: readonly FileChange[], options: { readonly readable?: boolean } = {}): string {
  return changes.map((change) => fileDiff(change, options.readable === true)).join('')
}

function fileDiff(change: FileChange, readable: boolean): string {
  const { from, to, executable, wasExecutable = executable } = change
  const mode = modeWord(executable)
  const oldPath = from ?? to ?? ''
  const newPath = to ?? from ?? ''
  const head = [`diff --git ${name('a', oldPath)} ${name('b', newPath)}`]
  if (from === null) head.push(`new file mode ${mode}`)
  if (to === null) head.push(`deleted file mode ${mode}`)
  if (from !== null && to !== null && executable !== wasExecutable) {
    head.push(`old mode ${modeWord(wasExecutable)}`, `new mode ${mode}`)
  }
  const isRename = from !== null && to !== null && from !== to
  const { before, after } = change
  const isBinary = before !== null && after !== null && Buffer.compare(before, after) !== 0 && !isPlain(before, after)
  if (isBinary && !readable) {
    if (isRename) head.push(`rename from ${quoted(from)}`, `rename to ${quoted(to)}`)
    return `${head.join('\n')}\n${binaryPatch(before, after, mode)}`
  }
  const hunks = hunksOf(textOf(oldPath, change.before), textOf(newPath, change.after))
  if (isRename) {
    if (hunks === '') head.push('similarity index 100%')
    head.push(`rename from ${quoted(from)}`, `rename to ${quoted(to)}`)
  }
  if (hunks !== '') {
    head.push(
      `--- ${from === null ? '/dev/null' : name('a', from)}`,
      `+++ ${to === null ? '/dev/null' : name('b', to)}`,
    )
  }
  return `${head.join('\n')}\n${hunks}`
}

const modeWord = (executable: boolean): string => (executable ? '100755' : '100644')

/** Only UTF-8, without a zero byte, stands in a patch as it is. */
function isPlain(...files: readonly Uint8Array[]): boolean {
  return files.every((bytes) => decode('', bytes)?.encoding.startsWith('utf-8') === true)
}

const textOf = (path: string, bytes: Uint8Array | null): string => {
  if (bytes === null) return ''
  const file = decode(path, bytes)
  if (file === undefined) return ''
  return file.encoding === 'utf-8-bom' ? `\uFEFF${file.text}` : file.text
}

const name = (side: string, path: string): string => quoted(`${side}/${path}`)

/** git quotes a path that holds a quote, a backslash or a control character, as C would. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is quoted
const quoted = (path: string): string => (/["\\\u0000-\u001f\u007f]/.test(path) ? JSON.stringify(path) : path)

function linesOf(text: string): string[] {
  if (text === '') return []
  const lines = text.split('\n')
  const last = lines.pop()
  const all = lines.map((line) => `${line}\n`)
  if (last !== undefined && last !== '') all.push(last)
  return all
}

function hunksOf(before: string, after: string): string {
  const steps = compare(linesOf(before), linesOf(after))
  const changed = steps.flatMap((step, index) => (step.kind === ' ' ? [] : [index]))
  let out = ''
  let oldLine = 1
  let newLine = 1
  let at = 0
  for (let group = 0; group < changed.length; ) {
    const first = changed[group] ?? 0
    let last = first
    while (group < changed.length && (changed[group] ?? 0) - last <= CONTEXT * 2) last = changed[group++] ?? last
    const start = Math.max(0, first - CONTEXT)
    const end = Math.min(steps.length, last + CONTEXT + 1)
    for (; at < start; at++) {
      oldLine++
      newLine++
    }
    const body = steps.slice(start, end)
    const oldCount = body.filter((step) => step.kind !== '+').length
    const newCount = body.filter((step) => step.kind !== '-').length
    out += `@@ -${range(oldLine, oldCount)} +${range(newLine, newCount)} @@\n`
    for (const { kind, line } of body) {
      out += line.endsWith('\n') ? kind + line : `${kind}${line}\n\\ No newline at end of file\n`
    }
    oldLine += oldCount
    newLine += newCount
    at = end
  }
  return out
}

const range = (line: number, count: number): string => {
  if (count === 0) return `${line - 1},0`
  return count === 1 ? `${line}` : `${line},${count}`
}

/** The lines, each with its end, of which a text becomes another. */
export const stepsBetween = (before: string, after: string): Step[] => compare(linesOf(before), linesOf(after))

/** Lines kept, removed and added (Myers' greedy algorithm: https://doi.org/10.1007/BF01840446). */
function compare(before: readonly string[], after: readonly string[]): Step[] {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  const most = Math.min(before.length, after.length) - head
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const keep = (line: string): Step => ({ kind: ' ', line })
  return [
    ...before.slice(0, head).map(keep),
    ...myers(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(keep),
  ]
}

function myers(before: readonly string[], after: readonly string[]): Step[] {
  const traces: Map<number, number>[] = []
  const reach = new Map<number, number>([[1, 0]])
  for (let edits = 0; edits <= Math.min(before.length + after.length, MAX_EDITS); edits++) {
    traces.push(new Map(reach))
    for (let k = -edits; k <= edits; k += 2) {
      let x = goesDown(reach, k, edits) ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++
      reach.set(k, x)
      if (x >= before.length && x - k >= after.length) return walkBack(before, after, traces)
    }
  }
  return [...before.map((line): Step => ({ kind: '-', line })), ...after.map((line): Step => ({ kind: '+', line }))]
}

const goesDown = (reach: ReadonlyMap<number, number>, k: number, edits: number): boolean =>
  k === -edits || (k !== edits && (reach.get(k - 1) ?? 0) < (reach.get(k + 1) ?? 0))

function walkBack(before: readonly string[], after: readonly string[], traces: readonly Map<number, number>[]): Step[] {
  const steps: Step[] = []
  let x = before.length
  let y = after.length
  for (let edits = traces.length - 1; edits >= 0; edits--) {
    const reach = traces[edits] ?? new Map<number, number>()
    const k = x - y
    const from = goesDown(reach, k, edits) ? k + 1 : k - 1
    const fromX = reach.get(from) ?? 0
    const fromY = fromX - from
    while (x > Math.max(0, fromX) && y > Math.max(0, fromY) && x - fromX + (y - fromY) > 1) {
      x--
      y--
      steps.push({ kind: ' ', line: before[x] ?? '' })
    }
    if (edits === 0) break
    if (x === fromX) steps.push({ kind: '+', line: after[--y] ?? '' })
    else steps.push({ kind: '-', line: before[--x] ?? '' })
  }
  return steps.reverse()
}
