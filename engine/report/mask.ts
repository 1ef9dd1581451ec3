import type { Finding } from '../finding.ts'

/** Shorter texts stand in too many innocent places to be masked wherever they occur. */
const SHORTEST = 6
/** Characters of a long secret that stay, so that a person can tell which one is meant. */
const SHOWN = 2
const LONG = 12

type Lines = (path: string) => readonly string[]

/**
 * The lines of files as a report may show them: whatever a finding marks as a secret is starred out, in its own place
 * and wherever else the same text stands. Columns stay where they are.
 */
export function masked(lines: Lines, findings: readonly Finding[]): Lines {
  const secrets = findings.filter(({ secret }) => secret === true)
  if (secrets.length === 0) return lines
  const hide = hiding(lines, secrets)
  const known = new Map<string, readonly string[]>()
  return (path) => {
    const done = known.get(path)
    if (done !== undefined) return done
    const out = [...lines(path)]
    for (const finding of secrets) if (finding.path === path) starRange(out, finding)
    const hidden = out.map(hide)
    known.set(path, hidden)
    return hidden
  }
}

/** Stars out, in any text, what findings mark as secrets somewhere. */
export function hiding(lines: Lines, findings: readonly Finding[]): (text: string) => string {
  const secrets = findings.filter(({ secret }) => secret === true)
  const texts = new Set(secrets.flatMap((finding) => secretTexts(lines, finding)))
  const longest = [...texts].filter((text) => text.length >= SHORTEST).sort((a, b) => b.length - a.length)
  return (line) => longest.reduce((shown, text) => shown.replaceAll(text, starred(text)), line)
}

interface Range {
  readonly index: number
  readonly start: number
  readonly end: number
}

/** The stretches of a finding, line by line. */
function rangesOf(lines: readonly string[], { line, column, endLine, endColumn }: Finding): Range[] {
  const out: Range[] = []
  for (let index = line - 1; index < endLine && index < lines.length; index++) {
    out.push({
      index,
      start: index === line - 1 ? column - 1 : 0,
      end: index === endLine - 1 ? endColumn - 1 : (lines[index]?.length ?? 0),
    })
  }
  return out
}

function secretTexts(lines: Lines, finding: Finding): string[] {
  const source = lines(finding.path)
  return rangesOf(source, finding).map(({ index, start, end }) =>
    (source[index] ?? '').slice(start, end).replace(/^\s*[rbuf]{0,2}["']{0,3}|["']{0,3}\s*$/gi, ''),
  )
}

function starRange(lines: string[], finding: Finding): void {
  for (const { index, start, end } of rangesOf(lines, finding)) {
    const line = lines[index] ?? ''
    const inside = line.slice(start, end)
    const opening = /^\s*[rbuf]{0,2}["']{1,3}/i.exec(inside)?.[0].length ?? 0
    lines[index] = line.slice(0, start + opening) + starred(inside.slice(opening)) + line.slice(end)
  }
}

function starred(text: string): string {
  const shown = text.length < LONG ? 0 : SHOWN
  return text.slice(0, shown) + text.slice(shown).replace(/[^\s"']/g, '*')
}
