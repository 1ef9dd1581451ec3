/** Edits of a command line, in a Procfile or in a shell script that it starts. */
import type { Fix, Place, TextEdit } from './finding.ts'
import { withoutLines } from './fix-line.ts'
import type { Tree } from './tree.ts'

/** In heroku.yml and in a Dockerfile the words stand in another syntax's quotes, and Python's are no words. */
const OTHER_SYNTAX = /\.(?:ya?ml|json|py|toml)$|Dockerfile[^/]*$/

/** Is this a place where a shell's words stand as they are? */
export const isShellText = (path: string): boolean => !OTHER_SYNTAX.test(path)

/** The text of a place, where it is plain shell; undefined anywhere else. */
export function shellText(tree: Tree, { path, start, end }: Place): string | undefined {
  if (start === undefined || end === undefined || !isShellText(path)) return undefined
  return tree.read(path)?.text.slice(start, end)
}

/** Takes words out, with the blanks before them (or behind them, at the beginning of a command). */
export function withoutWords(tree: Tree, { path, start, end }: Place): TextEdit | null {
  const text = tree.read(path)?.text
  if (text === undefined || start === undefined || end === undefined || !isShellText(path)) return null
  const lines = continuedLines(text, start, end)
  if (lines !== null) return { kind: 'text', path, ...lines, text: '' }
  const before = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0
  const behind = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0
  const isFirst = before === start || /[\n:]/.test(text.charAt(start - before - 1))
  return isFirst
    ? { kind: 'text', path, start, end: end + behind, text: '' }
    : { kind: 'text', path, start: start - before, end, text: '' }
}

/** Where words have a line for themselves, of those that a backslash joins: the line, or the end of the one before it with them. */
function continuedLines(
  text: string,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } | null {
  const line = text.lastIndexOf('\n', start - 1) + 1
  if (text.slice(line, start).trim() !== '') return null
  const goesOn = /^[ \t]*\\\r?\n/.exec(text.slice(end))?.[0]
  if (goesOn !== undefined) return { start: line, end: end + goesOn.length }
  const before = /[ \t]*\\\r?\n$/.exec(text.slice(Math.max(0, line - 200), line))?.[0]
  return before !== undefined && /^[ \t]*(?:\r?\n|$)/.test(text.slice(end))
    ? { start: line - before.length, end }
    : null
}

/** A fix that writes other words at a place of a command line; null where it is no plain shell. */
export function otherWords(tree: Tree, at: Place, words: string, safety: Fix['safety'], what = words): Fix | null {
  const { path, start, end } = at
  if (shellText(tree, at) === undefined || start === undefined || end === undefined) return null
  return { safety, description: `write ${what}`, edits: [{ kind: 'text', path, start, end, text: words }] }
}

/** A fix that writes another number or name where a setting holds this one: as the value of an option, or as a literal of gunicorn.conf.py. */
export function valueFix(tree: Tree, at: Place, old: string, text: string): Fix | null {
  const { path, start, end } = at
  const words = start === undefined ? undefined : tree.read(path)?.text.slice(start, end)
  const offset = words?.lastIndexOf(old) ?? -1
  if (words === undefined || start === undefined || offset < 0 || old === '') return null
  const from = start + offset
  const to = from + old.length
  // `--timeout 120`, `-t120`, `timeout = 120`, `"eventlet"`
  const behind = words.slice(offset + old.length)
  if (
    !/^["']?$/.test(behind) ||
    /[\w.]/.test(/^-[a-zA-Z]$/.test(words.slice(0, offset)) ? '' : words.charAt(offset - 1))
  )
    return null
  return {
    safety: 'unsafe',
    description: `write ${text} for ${old}`,
    edits: [{ kind: 'text', path, start: from, end: to, text }],
  }
}

/** A fix that takes a setting out: an option with its value, or its line in gunicorn.conf.py where that is the whole of it. */
export function withoutSetting(tree: Tree, at: Place, name: string): Fix | null {
  const { path, start } = at
  const text = tree.read(path)?.text
  if (text === undefined || start === undefined) return null
  if (!path.endsWith('.py')) {
    const edit = withoutWords(tree, at)
    return edit === null ? null : { safety: 'unsafe', description: `take ${name} out`, edits: [edit] }
  }
  const from = text.lastIndexOf('\n', start - 1) + 1
  const line = /^[^\n]*\n?/.exec(text.slice(from))?.[0] ?? ''
  // only an assignment that begins and ends on the line
  if (!new RegExp(`^${name}[ \\t]*=[^\\\\{}\\[\\]]*$`).test(line.trimEnd()) || unbalanced(line)) return null
  return {
    safety: 'unsafe',
    description: `take ${name} out`,
    edits: [withoutLines(path, text, { start: from, end: from + line.length })],
  }
}

const unbalanced = (line: string): boolean => line.split('(').length !== line.split(')').length
