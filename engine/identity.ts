import { createHash } from 'node:crypto'
import type { Finding } from './finding.ts'
import type { Tree } from './tree.ts'

/**
 * What makes a finding the same one tomorrow: its rule, its file, and what stands on its line. The line's number is no
 * part of it, so that lines above may come and go; equal lines of a file are told apart by their order.
 */
export interface Identity {
  /** 32 hexadecimal digits over rule, path, the text of the line, and the order among equal ones. */
  readonly id: string
  /** The same without the path: what a renamed file keeps. */
  readonly content: string
}

/**
 * The identities of the findings of one lint; `tree` is the one that was linted. Findings come in the report's order.
 * `renamed` leads from a path of this tree to the one that it has since, for a comparison with a later tree.
 */
export function identities(
  findings: readonly Finding[],
  tree: Tree,
  renamed: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<Finding, Identity> {
  const files = new Map<string, readonly string[]>()
  const linesOf = (path: string): readonly string[] => {
    const lines = files.get(path) ?? tree.read(path)?.text.split('\n') ?? []
    files.set(path, lines)
    return lines
  }
  const seen = new Map<string, number>()
  const known = new Map<Finding, Identity>()
  for (const finding of findings) {
    const subject = digest(finding.rule, subjectOf(finding, linesOf))
    const place = digest(subject, renamed.get(finding.path) ?? finding.path)
    const order = seen.get(place) ?? 0
    seen.set(place, order + 1)
    known.set(finding, { id: digest(place, String(order)), content: digest(subject, String(order)) })
  }
  return known
}

/** The text that a finding is about, without what formatting changes. A secret is not hashed: a short one could be guessed. */
function subjectOf(finding: Finding, linesOf: (path: string) => readonly string[]): string {
  const { line, column, endLine, endColumn } = finding
  const isWhole = line === 1 && column === 1 && endLine === 1 && endColumn === 1
  if (isWhole) return ''
  if (finding.secret === true) return finding.message
  return (linesOf(finding.path)[line - 1] ?? '').trim().replace(/\s+/g, ' ')
}

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32)
