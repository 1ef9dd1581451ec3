/** Takes a variable of the environment out of the places that set it: a process line, app.json, .env. */
import { readAppJsonSource } from './facts/app-json.ts'
import { memberOf } from './facts/json-source.ts'
import type { Fix, Place, TextEdit } from './finding.ts'
import { withoutWords } from './fix-command.ts'
import { withoutMember } from './fix-json.ts'
import { withoutLines } from './fix-line.ts'
import type { Tree } from './tree.ts'

/** `NAME=value` before a command. `at` is the value, or the whole; null where it does not stand there as such. */
export function assignmentOut(tree: Tree, { path, start, end }: Place, name: string): TextEdit | null {
  const text = tree.read(path)?.text
  if (text === undefined || start === undefined || end === undefined) return null
  const whole = text.startsWith(`${name}=`, start) ? start : start - name.length - 1
  if (!text.startsWith(`${name}=`, whole) || !/^$|[\s:;&|]$/.test(text.slice(0, whole))) return null
  // `export NAME=1` would be left with nothing to export, `env NAME=1` with nothing to start
  if (/\b(?:export|env|set)[ \t]+$/.test(text.slice(0, whole)) || !/^[ \t]+\S/.test(text.slice(end))) return null
  return withoutWords(tree, { path, start: whole, end })
}

/** A member of "env" in app.json. */
export function envOut(tree: Tree, name: string): TextEdit | null {
  const source = readAppJsonSource(tree)
  const env = memberOf(source?.root ?? undefined, 'env')
  return source === undefined || env?.kind !== 'object' ? null : withoutMember(source.path, env, name)
}

/** A line of .env, which a laptop may count on. */
export function lineOut(
  tree: Tree,
  { path, start }: Place,
  name: string,
  safety: Fix['safety'] = 'unsafe',
): { readonly fix?: Fix } {
  const text = tree.read(path)?.text
  if (text === undefined || start === undefined) return {}
  const from = text.lastIndexOf('\n', start - 1) + 1
  const line = /^[^\n]*\n?/.exec(text.slice(from))?.[0] ?? ''
  if (!new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`).test(line)) return {}
  return {
    fix: {
      safety,
      description: `leave ${name} out`,
      edits: [withoutLines(path, text, { start: from, end: from + line.length })],
    },
  }
}
