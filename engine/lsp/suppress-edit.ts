import { commentsOf } from '../comments.ts'
import type { Edit, Finding } from '../finding.ts'
import { isCommentable } from '../suppress.ts'
import type { Tree } from '../tree.ts'
import { CONFIG_FILE } from './linter.ts'

const REASON = 'say here why this is no fault'

/** The comment that suppresses a finding, on a line of its own above; null for a file that takes no comment. */
export function suppressingComment(finding: Finding, tree: Tree): Edit | null {
  const { path, rule } = finding
  const file = tree.read(path)
  if (file === undefined || !isCommentable(path)) return null
  const line = commentsOf(path, file.text).logicalStart(finding.line - 1)
  let start = 0
  for (let at = 0; at < line; at++) start = file.text.indexOf('\n', start) + 1
  const indent = /^[ \t]*/.exec(file.text.slice(start))?.[0] ?? ''
  const text = `${indent}# flask-dyno: ignore[${rule}] -- ${REASON}${file.newline}`
  return { kind: 'text', path, start, end: start, text }
}

/**
 * The entry of the config that leaves a finding out; null where the config's list is written so that nothing can be put in
 * without reading it as a person does. `config` is the text of the config, undefined where there is none.
 */
export function ignoringEntry({ path, rule }: Finding, config: string | undefined): Edit | null {
  const entry = (indent: string): string =>
    [`${indent}- rule: ${rule}`, `${indent}  path: ${JSON.stringify(path)}`, `${indent}  reason: ${REASON}`, ''].join(
      '\n',
    )
  if (config === undefined) return { kind: 'create', path: CONFIG_FILE, text: `ignore:\n${entry('  ')}` }
  const list = /^ignore:[ \t]*(?:#.*)?\r?\n([ \t]*)-/m.exec(config)
  if (list !== null) {
    const start = config.indexOf('\n', list.index) + 1
    return { kind: 'text', path: CONFIG_FILE, start, end: start, text: entry(list[1] ?? '') }
  }
  if (/^ignore[ \t]*:/m.test(config)) return null
  const gap = config === '' || config.endsWith('\n') ? '' : '\n'
  const end = config.length
  return { kind: 'text', path: CONFIG_FILE, start: end, end, text: `${gap}ignore:\n${entry('  ')}` }
}
