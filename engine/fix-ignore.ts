/** A line more in .gitignore. What git tracks already stays in the repository until it is told otherwise, which no edit of a file can do. */
import { patternLines } from './facts/ignore-patterns.ts'
import type { Fix } from './finding.ts'
import { withLine } from './fix-line.ts'
import type { Tree } from './tree.ts'

const FILE = '.gitignore'

/** Null where .gitignore names the files already, so that only the command is left. `command` takes the files out of git. */
export function ignoreFix(tree: Tree, pattern: string, example: string, command: string): Fix | null {
  if (tree.has(FILE) && patternLines(tree, FILE).some((line) => line.matches(example))) return null
  const text = tree.read(FILE)?.text
  if (tree.has(FILE) && text === undefined) return null
  return {
    safety: 'unsafe',
    description: `list ${pattern} in ${FILE}`,
    leftToDo: `run \`${command}\` and commit, since git keeps what it tracks already`,
    edits: [text === undefined ? { kind: 'create', path: FILE, text: `${pattern}\n` } : withLine(FILE, text, pattern)],
  }
}
