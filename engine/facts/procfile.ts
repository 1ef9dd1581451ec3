import type { Place } from '../finding.ts'
import type { TextFile, Tree } from '../tree.ts'
import { type Cut, cutLine, isBlank } from './procfile-line.ts'

export { type ProcfileCandidate, procfileCandidates } from './procfile-candidates.ts'

/**
 * Who reads a line as a process of that type and command:
 * - `cedar`: `^[[:space:]]*([a-zA-Z0-9_-]+):?\s+(.*)[[:space:]]*`, the only published form of the classic grammar
 *   (https://github.com/heroku/buildpacks-procfile/blob/main/SPEC.md#differences-from-heroku-classic-procfile).
 * - `fir`: the same page, with the corrections that the buildpack makes (`_` to `-`, upper to lower case, leading spaces).
 * - `heroku-local`: `heroku local` reads the file with two parsers in series, and both must agree
 *   (https://github.com/heroku/cli, src/lib/local/load-foreman-procfile.ts and src/lib/local/foreman/procfile.cjs).
 * - `honcho`: honcho and foreman, `^([A-Za-z0-9_-]+):\s*(.+)$`.
 */
export type Dialect = 'cedar' | 'fir' | 'heroku-local' | 'honcho'

/**
 * What is wrong with a line. Where its meaning is plain all the same, the line carries the entry that was meant:
 * - `no-space` `web:gunicorn app:app`; `no-colon` `web gunicorn app:app`; `space-before-colon` `web : gunicorn app:app`;
 *   `separator` `web = …`, `web:: …`; `bad-type` `worker.1: …`, `my worker: …`; `empty-command` `web:`
 * - `continuation` a backslash at the end; `yaml` a command on its own indented line, `- web: …`, `"web": …`
 * - `shell` a command without a process type in front of it, such as a pasted `heroku ps:scale web=1`
 * - `quoted-command` the whole command inside one pair of quotes: bash looks for a program of that whole name
 * - `smart-quotes` quotes or dashes that a word processor made; `invisible-character` no-break or zero-width space
 * - `bom` a byte-order mark before the first process; `utf-16` a file in UTF-16
 */
export type ProcfileProblem =
  | 'no-space'
  | 'no-colon'
  | 'space-before-colon'
  | 'separator'
  | 'bad-type'
  | 'empty-command'
  | 'continuation'
  | 'yaml'
  | 'shell'
  | 'quoted-command'
  | 'smart-quotes'
  | 'invisible-character'
  | 'bom'
  | 'utf-16'

export interface ProcfileEntry {
  readonly type: string
  /** The command without the blanks and the carriage return at its end. The text at `commandAt`, exactly. */
  readonly command: string
  /** From the type to the end of the command. */
  readonly at: Place
  readonly typeAt: Place
  readonly commandAt: Place
  /** Empty or without `cedar`: the entry is what was meant, and not what Heroku reads. */
  readonly readBy: readonly Dialect[]
}

export interface ProcfileLine {
  /** The line without its line end. */
  readonly at: Place
  readonly text: string
  readonly kind: 'entry' | 'comment' | 'blank' | 'ignored'
  readonly entry: ProcfileEntry | null
  readonly problem: ProcfileProblem | null
  /** The part of the line that the problem is about. */
  readonly problemAt: Place | null
}

export interface Procfile {
  readonly path: string
  readonly file: TextFile
  readonly lines: readonly ProcfileLine[]
  /** The processes of all lines, duplicates too, mended where a line's `problem` says so. */
  readonly entries: readonly ProcfileEntry[]
  /** By type. Of duplicates the last wins, as on Fir (https://github.com/heroku/buildpacks-procfile/blob/main/SPEC.md). */
  readonly effective: ReadonlyMap<string, ProcfileEntry>
}

/** The Procfile that Heroku reads: at the root, of exactly this name (https://devcenter.heroku.com/articles/procfile). */
export function readProcfile(tree: Tree): Procfile | undefined {
  const file = tree.read('Procfile')
  return file === undefined ? undefined : parseProcfile(file)
}

/** Reads a Procfile of any path. Never throws; text that is no Procfile has lines and no entries. */
export function parseProcfile(file: TextFile): Procfile {
  const lines: ProcfileLine[] = []
  const { text, path } = file
  let start = 0
  while (start < text.length) {
    const span = lineSpan(text, start)
    const cut = cutLine(text, start, span.end, path)
    if (cut.entry?.command.endsWith('\\') && span.next < text.length) {
      start = readContinued(text, start, cut, span, path, lines)
    } else if (cut.problem === 'empty-command' && cut.type !== null) {
      start = readIndented(text, start, cut, span, path, lines)
    } else {
      lines.push(line(text, path, start, span.end, cut))
      start = span.next
    }
  }
  markEncoding(file, lines)
  const entries = lines.flatMap((each) => (each.entry === null ? [] : [each.entry]))
  return { path, file, lines, entries, effective: new Map(entries.map((entry) => [entry.type, entry])) }
}

interface Span {
  readonly end: number
  readonly next: number
}

/** Where the line that begins at `start` ends, without `\n` or `\r\n`, and where the next one begins. */
function lineSpan(text: string, start: number): Span {
  const found = text.indexOf('\n', start)
  const next = found < 0 ? text.length : found + 1
  let end = found < 0 ? text.length : found
  if (end > start && text.charAt(end - 1) === '\r') end--
  return { end, next }
}

function line(text: string, path: string, start: number, end: number, cut: Cut): ProcfileLine {
  const { kind, entry, problem, problemAt } = cut
  return { at: { path, start, end }, text: text.slice(start, end), kind, entry, problem, problemAt }
}

function ignored(text: string, path: string, start: number, end: number): ProcfileLine {
  const kind = text.slice(start, end).trim() === '' ? 'blank' : 'ignored'
  return { at: { path, start, end }, text: text.slice(start, end), kind, entry: null, problem: null, problemAt: null }
}

/** A command that goes on behind `\`: no reader of Procfiles joins lines. The entry spans them all, as it was meant. */
function readContinued(
  text: string,
  begin: number,
  cut: Cut,
  first: Span,
  path: string,
  lines: ProcfileLine[],
): number {
  const { entry } = cut
  if (entry === null) return first.next
  const from = entry.commandAt.start ?? 0
  let span = first
  const rest: ProcfileLine[] = []
  while (text.charAt(span.end - 1) === '\\' && span.next < text.length) {
    const start = span.next
    span = lineSpan(text, start)
    rest.push(ignored(text, path, start, span.end))
  }
  let end = span.end
  while (end > from && isBlank(text.charAt(end - 1))) end--
  const whole: ProcfileEntry = {
    ...entry,
    command: text.slice(from, end),
    commandAt: { path, start: from, end },
    at: { ...entry.at, end },
    readBy: [],
  }
  const problemAt = { path, start: first.end - 1, end: first.end }
  lines.push({ ...line(text, path, begin, first.end, cut), entry: whole, problem: 'continuation', problemAt }, ...rest)
  return span.next
}

/** `web:` with its command on the next, indented line, as YAML would have it. */
function readIndented(text: string, begin: number, cut: Cut, first: Span, path: string, lines: ProcfileLine[]): number {
  const below = lineSpan(text, first.next)
  const typeAt = cut.type?.at
  let from = first.next
  while (from < below.end && isBlank(text.charAt(from))) from++
  const nested = first.next < text.length && from > first.next && from < below.end && text.charAt(from) !== '#'
  const own = nested ? cutLine(text, first.next, below.end, path) : null
  const hasOwnType = own?.entry !== null && own?.problem !== 'no-colon' && own?.problem !== 'shell'
  if (!nested || typeAt === undefined || cut.type === null || (own !== null && hasOwnType)) {
    lines.push(line(text, path, begin, first.end, cut))
    return first.next
  }
  let end = below.end
  while (end > from && isBlank(text.charAt(end - 1))) end--
  const entry: ProcfileEntry = {
    type: cut.type.name,
    command: text.slice(from, end),
    at: { path, start: typeAt.start ?? begin, end },
    typeAt,
    commandAt: { path, start: from, end },
    readBy: [],
  }
  lines.push({ ...line(text, path, begin, first.end, cut), kind: 'entry', entry, problem: 'yaml', problemAt: typeAt })
  lines.push(ignored(text, path, first.next, below.end))
  return below.next
}

/** A byte-order mark belongs to the first line's type, so that nothing reads it; UTF-16 makes every line unreadable. */
function markEncoding(file: TextFile, lines: ProcfileLine[]): void {
  const whole = file.encoding === 'utf-16le' || file.encoding === 'utf-16be'
  if (!whole && file.encoding !== 'utf-8-bom') return
  const first = lines.findIndex((each) => each.kind === 'entry')
  for (const [index, each] of lines.entries()) {
    if (each.entry === null || !(whole || index === 0)) continue
    const entry = { ...each.entry, readBy: [] }
    const marked = index === first && (whole || index === 0)
    lines[index] = marked
      ? { ...each, entry, problem: whole ? 'utf-16' : 'bom', problemAt: each.entry.typeAt }
      : { ...each, entry }
  }
}
