import type { Position, Range } from 'vscode-languageserver'
import { harmless } from '../report/report.ts'
import type { Linter } from './linter.ts'
import type { Shown } from './workspace.ts'

/** The findings at a position, each with the page of its rule, in Markdown; null where there is none. */
export function hoverText(
  shown: readonly Shown[],
  position: Position,
  linter: Linter,
): { readonly value: string; readonly range: Range } | null {
  const here = shown.filter(({ diagnostic: { range } }) => covers(range, position))
  const [first] = here
  if (first === undefined) return null
  const pages = new Map<string, string[]>()
  for (const { finding } of here) {
    const said = `**${finding.level}**: ${harmless(finding.message)}\n\nOn Heroku: ${harmless(finding.consequence)}`
    pages.set(finding.rule, [...(pages.get(finding.rule) ?? []), said])
  }
  const parts = [...pages].map(([rule, said]) => [...said, linter.page(rule) ?? ''].join('\n\n').trim())
  return { value: parts.join('\n\n---\n\n'), range: first.diagnostic.range }
}

function covers({ start, end }: Range, { line, character }: Position): boolean {
  const isAfterStart = line > start.line || (line === start.line && character >= start.character)
  const isBeforeEnd = line < end.line || (line === end.line && character <= end.character)
  return isAfterStart && isBeforeEnd
}
