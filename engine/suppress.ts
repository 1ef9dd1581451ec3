import type { Finding } from './finding.ts'
import type { Tree } from './tree.ts'

/** `# flask-dyno: ignore[rule-id, other-rule] -- reason` */
const COMMENT = /#[ \t]*flask-dyno:[ \t]*ignore\[([^\]\n]{0,500})\]/
const ALONE = /^[ \t]*#/

/**
 * Finds the suppression comments of a tree's files: on the line of a finding, or alone on the lines right above it.
 * A file without a comment syntax (app.json) has none; the config's `ignore` is for those.
 */
export function suppressions(tree: Tree): (finding: Finding) => boolean {
  const files = new Map<string, readonly string[]>()
  const linesOf = (path: string): readonly string[] => {
    const known = files.get(path)
    if (known !== undefined) return known
    const text = tree.read(path)?.text ?? ''
    const lines = text.includes('flask-dyno:') ? text.split('\n') : []
    files.set(path, lines)
    return lines
  }
  return ({ path, line, rule }) => {
    const lines = linesOf(path)
    if (lines.length === 0) return false
    if (rulesOf(lines[line - 1]).includes(rule)) return true
    for (let above = line - 2; above >= 0; above--) {
      const text = lines[above] ?? ''
      const rules = rulesOf(text)
      if (rules.length === 0 || !ALONE.test(text)) return false
      if (rules.includes(rule)) return true
    }
    return false
  }
}

function rulesOf(line: string | undefined): string[] {
  const found = line === undefined ? null : COMMENT.exec(line)
  return found === null ? [] : (found[1] ?? '').split(',').map((name) => name.trim())
}
