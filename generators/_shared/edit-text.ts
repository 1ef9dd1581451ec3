import type { Edit, Tree } from 'flask-dyno'

/** What is to be added to a shared file, and what stands there already and says something else. */
export interface Addition {
  readonly edits: readonly Edit[]
  /** A sentence for each thing that was left as it is, for the person to judge. */
  readonly left: readonly string[]
}

export const NOTHING: Addition = { edits: [], left: [] }

/** Lines at the end of a file, which is made where there is none; nothing without lines. */
export function appended(tree: Tree, path: string, lines: readonly string[]): readonly Edit[] {
  if (lines.length === 0) return []
  const text = `${lines.join('\n')}\n`
  const file = tree.read(path)
  if (file === undefined) return [{ kind: 'create', path, text }]
  const end = file.text.length
  const before = file.text === '' || file.text.endsWith('\n') ? '' : '\n'
  return [{ kind: 'text', path, start: end, end, text: before + text }]
}
