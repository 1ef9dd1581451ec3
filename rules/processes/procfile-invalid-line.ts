import {
  type Procfile,
  type ProcfileEntry,
  type ProcfileLine,
  type ProcfileProblem,
  readProcfile,
} from '../../engine/facts/procfile.ts'
import type { FindingDraft, Fix, Level } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'

interface Wording {
  readonly level: Level
  /** What is wrong with the line, and what to write instead. */
  readonly message: (line: ProcfileLine) => string
  readonly consequence: string
}

const right = (line: ProcfileLine): string =>
  `Write \`${line.entry === null ? 'web: gunicorn app:app' : rightLine(line.entry)}\`.`
const DROPPED =
  'Heroku does not read the line: the process type is missing, and a missing `web` ends in H14 (No web dynos running).'
const MISREAD = 'The process ends at once with an error of the shell: Heroku reports H10 (App crashed).'
const UNSURE =
  "Heroku's published pattern does not read the line this way; where it is dropped, the process type is missing."

const WORDINGS: Readonly<Record<ProcfileProblem, Wording>> = {
  'no-space': {
    level: 'warning',
    message: (line) =>
      `There is no space behind the colon, and the platform's published pattern asks for one. ${right(line)}`,
    consequence: UNSURE,
  },
  'no-colon': {
    level: 'warning',
    message: (line) =>
      isSlip(line)
        ? `The colon behind \`${line.entry?.type}\` is missing: Cedar takes it as optional, every other reader drops the line. ${right(line)}`
        : `Cedar reads this line as a process type called \`${line.entry?.type}\`. Put a # in front of a comment.`,
    consequence: 'Fir refuses to build, `heroku local` refuses to start, and Cedar lists a process type of that name.',
  },
  'space-before-colon': {
    level: 'error',
    message: (line) => `The space before the colon makes \`:\` the command, which does nothing. ${right(line)}`,
    consequence: MISREAD,
  },
  separator: {
    level: 'error',
    message: (line) => `Process type and command are separated by a colon and a space. ${right(line)}`,
    consequence: DROPPED,
  },
  'bad-type': {
    level: 'error',
    message: (line) =>
      `\`${line.entry?.type}\` is no process type: only letters, digits, - and _ are allowed. Rename it, for example to \`${plainType(line.entry)}\`.`,
    consequence: DROPPED,
  },
  'empty-command': {
    level: 'error',
    message: () => 'The process type has no command. Write it on the same line, behind the colon and a space.',
    consequence: DROPPED,
  },
  continuation: {
    level: 'error',
    message: () =>
      'A Procfile has no continued lines: the backslash ends the command here. Write the whole command on one line.',
    consequence:
      'The process starts with only the first part of its command, and the next line is read as a process of its own or dropped.',
  },
  yaml: {
    level: 'error',
    message: (line) =>
      `A Procfile is no YAML: it has one line a process, without lists, quotes or indented blocks. ${right(line)}`,
    consequence: DROPPED,
  },
  shell: {
    level: 'error',
    message: (line) =>
      line.entry === null
        ? 'This is a command for your own terminal, not a process of the app. Take the line out.'
        : `The command has no process type in front of it. ${right(line)}`,
    consequence: DROPPED,
  },
  'quoted-command': {
    level: 'error',
    message: (line) =>
      `With quotes around the whole command the shell looks for one program of that name. ${right(line)}`,
    consequence: 'The process ends with "command not found" (status 127): Heroku reports H10 (App crashed).',
  },
  'smart-quotes': {
    level: 'error',
    message: () =>
      'A word processor has put typographic quotes or dashes here, which the shell takes for letters. Type plain ones.',
    consequence: MISREAD,
  },
  'invisible-character': {
    level: 'error',
    message: () =>
      'Here stands an invisible character, such as a no-break space, where a plain space belongs. Type the line anew.',
    consequence: DROPPED,
  },
  bom: {
    level: 'error',
    message: () =>
      'The file begins with a byte-order mark, which becomes part of the process type. Save it as UTF-8 without BOM.',
    consequence: DROPPED,
  },
  'utf-16': {
    level: 'error',
    message: () => 'The file is in UTF-16, of which Heroku reads no line. Save it as UTF-8.',
    consequence: 'No process is declared, or the build stops: Heroku reads Procfiles as UTF-8 only.',
  },
}

/** Types on which a missing colon is a slip of the pen, and not prose. */
const isSlip = (line: ProcfileLine): boolean => line.entry !== null && /^[a-z][a-z0-9_-]*$/.test(line.entry.type)

const plainType = (entry: ProcfileEntry | null): string =>
  (entry?.type ?? 'web').replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-|-$/g, '')

function rightLine({ type, command }: ProcfileEntry): string {
  const plain = command.replace(/\s*\\\r?\n\s*/g, ' ').trim()
  return `${type}: ${plain}`
}

/** Problems of which the right line is plain, so that writing it cannot change what works. */
const MENDABLE: ReadonlySet<ProcfileProblem> = new Set([
  'no-space',
  'space-before-colon',
  'separator',
  'continuation',
  'yaml',
  'quoted-command',
  'invisible-character',
])

function fixFor(line: ProcfileLine, { path, file, effective }: Procfile): Fix | undefined {
  const { entry, problem, at } = line
  if (problem === 'bom' || problem === 'utf-16')
    return {
      safety: 'safe',
      description: 'save it as UTF-8 without a byte-order mark',
      uncovers: true,
      edits: [{ kind: 'content', path, encoding: 'utf-8' }],
    }
  if (at.start === undefined || at.end === undefined) return undefined
  const plain = problem === 'smart-quotes' ? withPlainQuotes(line.text) : null
  if (plain !== null)
    return {
      safety: 'safe',
      description: `write \`${plain}\``,
      uncovers: true,
      edits: [{ kind: 'text', path: at.path, start: at.start, end: at.end, text: plain }],
    }
  if (problem === 'no-colon' && !isSlip(line))
    return {
      safety: 'unsafe',
      description: 'make it a comment',
      edits: [{ kind: 'text', path: at.path, start: at.start, end: at.start, text: '# ' }],
    }
  if (problem === 'shell' && entry === null) {
    const next = file.text.indexOf('\n', at.end)
    return {
      safety: 'unsafe',
      description: 'take the line out',
      edits: [{ kind: 'text', path, start: at.start, end: next < 0 ? file.text.length : next + 1, text: '' }],
    }
  }
  if (entry === null || problem === null) return undefined
  if (problem === 'bad-type') {
    const name = plainType(entry)
    const { start, end } = entry.typeAt
    if (start === undefined || end === undefined || name === '' || effective.has(name)) return undefined
    const edits = [{ kind: 'text' as const, path, start, end, text: name }]
    return { safety: 'unsafe', description: `rename it to ${name}`, edits, brings: ['procfile-unportable-name'] }
  }
  if (!MENDABLE.has(problem) && !(problem === 'no-colon' && isSlip(line)) && problem !== 'shell') return undefined
  return {
    safety: problem === 'shell' ? 'unsafe' : 'safe',
    description: `write \`${rightLine(entry)}\``,
    edits: [
      {
        kind: 'text',
        path: at.path,
        start: at.start ?? 0,
        end: Math.max(entry.at.end ?? 0, at.end ?? 0),
        text: rightLine(entry),
      },
    ],
  }
}

/** What a word processor made of `'`, `"` and `--`; null where there is none of them. */
function withPlainQuotes(text: string): string | null {
  const plain = text
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/[\u2013\u2014](?=[A-Za-z-])/g, (dash, at: number) =>
      /[A-Za-z]{2}/.test(text.slice(at + dash.length, at + 3)) ? '--' : '-',
    )
  return plain === text ? null : plain
}

function* findings(procfile: Procfile, isWebElsewhereReported: boolean): Iterable<FindingDraft> {
  for (const line of procfile.lines) {
    const { problem, problemAt } = line
    if (problem === null) continue
    if (problem === 'empty-command' && isWebElsewhereReported && /^\s*web\b/.test(line.text)) continue
    const wording = WORDINGS[problem]
    const fix = fixFor(line, procfile)
    yield {
      at: problemAt ?? line.at,
      message: wording.message(line),
      consequence: wording.consequence,
      // a stray command makes a process that nobody scales
      level: problem === 'shell' && line.entry === null ? 'warning' : wording.level,
      ...(fix === undefined ? {} : { fix }),
    }
  }
}

export const procfileInvalidLine = defineRule({
  id: 'procfile-invalid-line',
  stage: 'processes',
  level: 'error',
  summary: 'A line of the Procfile that Heroku drops or misreads',
  why: "A Procfile has one process a line: its type, a colon, a space, the command. There are no continued lines, no YAML and no quotes around a command. Cedar reads the file with one regular expression and silently drops what does not match; Fir refuses to build. A space too many, a byte-order mark or a word processor's quotes are enough.",
  consequence: DROPPED,
  instead:
    'One line a process, in plain characters, saved as UTF-8:\n\n```procfile\nweb: gunicorn app:app\nworker: python worker.py\n```\n\nWhat does not fit a line belongs into a script (`web: bash start.sh`) or into gunicorn.conf.py.',
  fix: { safety: 'safe', note: 'Writes the line as it was meant, where that is plain.' },
  sources: [
    {
      title: 'The Procfile: process types and commands',
      url: 'https://devcenter.heroku.com/articles/procfile#procfile-format',
    },
    {
      title: "The pattern of Cedar's reader, and the grammar of Fir's",
      url: 'https://github.com/heroku/buildpacks-procfile/blob/main/SPEC.md',
    },
  ],
  since: '0.1.0',
  needs: ['tree', 'procfileCandidates', 'plan'],
  check: ({ tree, procfileCandidates, plan }) => {
    if (plan.source.kind === 'heroku.yml') return []
    // a misnamed Procfile is judged as well: once it has its name, its lines count
    const procfile = tree.has('Procfile') ? readProcfile(tree) : procfileCandidates[0]?.procfile
    if (procfile === undefined) return []
    const named = plan.source.kind === 'procfile'
    return findings(procfile, named && plan.web === null && plan.webApp !== null)
  },
})
