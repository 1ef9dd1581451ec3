import type { Tree } from 'flask-dyno'
import { type Addition, appended } from './edit-text.ts'

/**
 * Adds the lines of a .gitignore (.slugignore, .dockerignore) that are not in it yet. A comment line goes with the patterns
 * below it, and is left out where they all are.
 */
export function addIgnores(tree: Tree, path: string, text: string): Addition {
  const file = tree.read(path)
  const there = new Set((file?.text ?? '').split('\n').map(plain))
  const lines: string[] = []
  for (const block of blocks(text)) {
    const patterns = block.filter((line) => !line.startsWith('#') && !there.has(plain(line)))
    if (patterns.length === 0) continue
    const comments = block.filter((line) => line.startsWith('#'))
    const apart = comments.length > 0 && (lines.length > 0 || (file?.text.trim() ?? '') !== '')
    lines.push(...(apart ? [''] : []), ...comments, ...patterns)
  }
  return { edits: appended(tree, path, lines), left: [] }
}

/** `/venv/`, `venv/` and `venv` leave out the same folder at the root, which is all that is asked here. */
const plain = (line: string): string => line.trim().replace(/^\//, '').replace(/\/$/, '')

/** Lines between empty ones. */
function blocks(text: string): string[][] {
  return text
    .split(/\n\s*\n/)
    .map((block) =>
      block
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    )
    .filter((block) => block.length > 0)
}
