/** One line of a Procfile, cut into type and command; mended where what was meant is plain. */
import type { Place } from '../finding.ts'
import type { Dialect, ProcfileEntry, ProcfileLine, ProcfileProblem } from './procfile.ts'

export interface Cut {
  readonly kind: ProcfileLine['kind']
  readonly entry: ProcfileEntry | null
  readonly problem: ProcfileProblem | null
  readonly problemAt: Place | null
  /** The type of a line that has one but no command. */
  readonly type: { readonly name: string; readonly at: Place } | null
}

const NOTHING: Cut = { kind: 'ignored', entry: null, problem: null, problemAt: null, type: null }

/** `\s` of Ruby and Rust's regular expressions within one line: no no-break space, unlike JavaScript's. */
export const isBlank = (character: string): boolean => character !== '' && ' \t\v\f\r'.includes(character)
const isName = (character: string): boolean => /^[A-Za-z0-9_-]$/.test(character)
const INVISIBLE = /[\u00a0\u2000-\u200f\u202f\u2060\u3000\ufeff]/
const SMART = /(?:^|[\s=:,(])(?:[\u2018\u2019\u201c-\u201f]|[\u2013\u2014][A-Za-z-])/

/** Process types that people give by custom; on these a slip of the pen is told from prose. */
const USUAL_TYPES = new Set(['web', 'worker', 'release', 'clock', 'beat', 'scheduler', 'bot', 'celery', 'rq'])

/** First words of a line that is a command, not a process: what Cedar takes for a process type of that name. */
const PROGRAMS = new Set(
  (
    'heroku git pip pip3 python python3 gunicorn flask echo cd export source npm node sudo bash sh touch cat docker apt apt-get ' +
    'uvicorn hypercorn daphne waitress-serve uwsgi honcho foreman poetry pipenv uv virtualenv conda brew FROM RUN CMD ENV'
  ).split(' '),
)
const SERVERS = new Set('gunicorn uvicorn hypercorn daphne waitress-serve uwsgi flask python python3'.split(' '))

/** Cuts `[start, end)` of `text`, one line without its end. */
export function cutLine(text: string, start: number, end: number, path: string): Cut {
  let from = start
  while (from < end && isBlank(text.charAt(from))) from++
  let to = end
  while (to > from && isBlank(text.charAt(to - 1))) to--
  if (from === to) return { ...NOTHING, kind: 'blank' }
  if (text.charAt(from) === '#') return { ...NOTHING, kind: 'comment' }
  return new LineReader(text, path, start, from, to).cut()
}

class LineReader {
  readonly #text: string
  readonly #path: string
  /** Start of the line, of its first visible character, and the end of its last. */
  readonly #line: number
  readonly #from: number
  readonly #to: number

  constructor(text: string, path: string, line: number, from: number, to: number) {
    this.#text = text
    this.#path = path
    this.#line = line
    this.#from = from
    this.#to = to
  }

  cut(): Cut {
    return this.#invisible() ?? this.#decorated() ?? this.#plain(this.#from) ?? this.#odd()
  }

  #place(start: number, end: number): Place {
    return { path: this.#path, start, end }
  }

  #skipBlanks(at: number): number {
    let next = at
    while (next < this.#to && isBlank(this.#text.charAt(next))) next++
    return next
  }

  #nameEnd(at: number): number {
    let next = at
    while (next < this.#to && isName(this.#text.charAt(next))) next++
    return next
  }

  #entry(
    type: readonly [number, number],
    command: readonly [number, number],
    readBy: readonly Dialect[],
  ): ProcfileEntry {
    return {
      type: this.#text.slice(...type),
      command: this.#text.slice(...command),
      at: this.#place(type[0], command[1]),
      typeAt: this.#place(...type),
      commandAt: this.#place(...command),
      readBy,
    }
  }

  /** An entry that is not what Heroku reads, with the place that is to blame. */
  #mended(
    problem: ProcfileProblem,
    at: readonly [number, number],
    type: readonly [number, number],
    command: readonly [number, number],
    readBy: readonly Dialect[] = [],
  ): Cut {
    return {
      kind: 'entry',
      entry: this.#entry(type, command, readBy),
      problem,
      problemAt: this.#place(...at),
      type: null,
    }
  }

  /** A no-break or zero-width character where a blank or nothing should be: `\s` does not match it. */
  #invisible(): Cut | null {
    const text = this.#text.slice(this.#from, this.#to)
    const found = INVISIBLE.exec(text.slice(0, 140))
    if (found === null) return null
    const at = this.#from + found.index
    const before = text.slice(0, found.index)
    if (found.index > 0 && !/^[A-Za-z0-9_-]+:?\s*$/.test(before)) return null
    let from = this.#from
    while (INVISIBLE.test(this.#text.charAt(from))) from++
    const nameEnd = this.#nameEnd(from)
    let command = nameEnd
    const isGap = (character: string): boolean => character === ':' || isBlank(character) || INVISIBLE.test(character)
    while (command < this.#to && isGap(this.#text.charAt(command))) command++
    if (nameEnd === from || command === this.#to) return null
    return this.#mended('invisible-character', [at, at + 1], [from, nameEnd], [command, this.#to])
  }

  /** `- web: …`, `"web": …`, `$ heroku …`, `> web: …`: something in front of what was meant. */
  #decorated(): Cut | null {
    const first = this.#text.charAt(this.#from)
    if (first === '-' || first === '>' || first === '*' || first === '$') {
      const from = this.#skipBlanks(this.#from + 1)
      if (from === this.#from + 1 || from === this.#to) return null
      if (first === '$') return this.#shell(from, this.#from)
      const inner = this.#plain(from)
      if (inner?.entry === null || inner === null || inner.problem === 'no-colon') return null
      return {
        ...inner,
        problem: 'yaml',
        problemAt: this.#place(this.#from, this.#from + 1),
        entry: { ...inner.entry, readBy: [] },
      }
    }
    if (first !== '"' && first !== "'") return null
    const nameEnd = this.#nameEnd(this.#from + 1)
    if (nameEnd === this.#from + 1 || this.#text.charAt(nameEnd) !== first) return null
    if (this.#text.charAt(nameEnd + 1) !== ':') return null
    const command = this.#skipBlanks(nameEnd + 2)
    if (command === this.#to) return null
    return this.#mended('yaml', [this.#from, nameEnd + 1], [this.#from + 1, nameEnd], [command, this.#to])
  }

  /** The line as a reader that begins at `from` sees it; null when it begins with no type. */
  #plain(from: number): Cut | null {
    const nameEnd = this.#nameEnd(from)
    if (nameEnd === from) return null
    const type: readonly [number, number] = [from, nameEnd]
    const name = this.#text.slice(from, nameEnd)
    const colon = this.#text.charAt(nameEnd) === ':' && nameEnd < this.#to
    const gap = colon ? nameEnd + 1 : nameEnd
    const command = this.#skipBlanks(gap)
    if (command === this.#to) {
      if (!colon && !USUAL_TYPES.has(name)) return NOTHING
      const at = this.#place(...type)
      return { ...NOTHING, problem: 'empty-command', problemAt: at, type: { name, at } }
    }
    const span: readonly [number, number] = [command, this.#to]
    if (!colon) return command > gap ? this.#withoutColon(type, span) : null
    if (command === gap) {
      if (this.#text.charAt(command) === ':') return this.#separated(type, command)
      // `http://…` in prose is no process
      if (this.#text.startsWith('//', command)) return NOTHING
      // a pasted `heroku ps:scale` has its colon in the second word; `app:app` alone is a module, not a process
      if (!/\s/.test(this.#text.slice(command, this.#to)) && !USUAL_TYPES.has(name)) return NOTHING
      return this.#mended('no-space', [nameEnd, command], type, span, this.#readers(name, false))
    }
    return this.#judged(type, span, this.#readers(name, true))
  }

  /** A whole entry; its command may still be one that bash cannot run. */
  #judged(type: readonly [number, number], command: readonly [number, number], readBy: readonly Dialect[]): Cut {
    const entry = this.#entry(type, command, readBy)
    const text = entry.command
    const quote = text.charAt(0)
    if ((quote === '"' || quote === "'") && text.indexOf(quote, 1) === text.length - 1 && /\s/.test(text)) {
      return this.#mended('quoted-command', command, type, [command[0] + 1, command[1] - 1])
    }
    const smart = SMART.exec(text.split(' #', 1)[0] ?? text)
    const at = command[0] + (smart?.index ?? 0) + (smart?.[0].search(/[\u2013\u2014\u2018\u2019\u201c-\u201f]/) ?? 0)
    if (smart !== null)
      return { kind: 'entry', entry, problem: 'smart-quotes', problemAt: this.#place(at, at + 1), type: null }
    return { kind: 'entry', entry, problem: null, problemAt: null, type: null }
  }

  #readers(name: string, space: boolean): Dialect[] {
    const indented = this.#from > this.#line
    const readers: Dialect[] = []
    if (space) readers.push('cedar')
    const fixed = name.toLowerCase().replaceAll('_', '-')
    if (name.length <= 63 && !fixed.startsWith('-') && !fixed.endsWith('-')) readers.push('fir')
    if (!indented && !name.includes('-')) readers.push('heroku-local')
    if (!indented) readers.push('honcho')
    return readers
  }

  /** `web gunicorn app:app`, `web : …`, `web = …`, `heroku ps:scale web=1`, or prose. */
  #withoutColon(type: readonly [number, number], command: readonly [number, number]): Cut {
    const name = this.#text.slice(...type)
    const first = this.#text.charAt(command[0])
    const second = this.#text.charAt(command[0] + 1)
    if (':=-'.includes(first) && (isBlank(second) || (first === ':' && second !== ''))) {
      const rest = this.#skipBlanks(command[0] + 1)
      const problem = first === ':' ? 'space-before-colon' : 'separator'
      if (first !== '-' || USUAL_TYPES.has(name))
        return this.#mended(problem, [command[0], command[0] + 1], type, [rest, this.#to])
    }
    if (PROGRAMS.has(name) && !USUAL_TYPES.has(name)) return this.#shell(type[0], type[0])
    const words = /^(?:[A-Za-z0-9_-]+ ){1,2}[A-Za-z0-9_-]+:\s+(?=\S)/.exec(
      this.#text.slice(type[0], Math.min(this.#to, type[0] + 140)),
    )
    if (words !== null) {
      const colon = type[0] + words[0].indexOf(':')
      return this.#mended('bad-type', [type[0], colon], [type[0], colon], [type[0] + words[0].length, this.#to])
    }
    return this.#mended('no-colon', type, type, command, ['cedar'])
  }

  /** A command with no type before it. A server was meant as `web`; anything else is no process. */
  #shell(from: number, blame: number): Cut {
    const nameEnd = this.#nameEnd(from)
    const name = this.#text.slice(from, nameEnd)
    const at = this.#place(blame, Math.max(nameEnd, blame + 1))
    if (!SERVERS.has(name)) return { ...NOTHING, problem: 'shell', problemAt: at }
    const entry = { ...this.#entry([from, nameEnd], [from, this.#to], []), type: 'web' }
    return { kind: 'entry', entry, problem: 'shell', problemAt: at, type: null }
  }

  /** `web:: gunicorn …` and the like. */
  #separated(type: readonly [number, number], at: number): Cut {
    let command = at
    while (command < this.#to && (this.#text.charAt(command) === ':' || isBlank(this.#text.charAt(command)))) command++
    if (command === this.#to) return NOTHING
    return this.#mended('separator', [type[1], at + 1], type, [command, this.#to])
  }

  /** A line that no grammar reads: told only where it was plainly meant as a process. */
  #odd(): Cut {
    const text = this.#text.slice(this.#from, Math.min(this.#to, this.#from + 400))
    const assigned = /^(web|worker|release)\s*(?:=>|=|->|;|,|\||\()\s*(?=\S)/i.exec(text)
    if (assigned !== null) {
      const name = assigned[1] ?? ''
      const type: readonly [number, number] = [this.#from, this.#from + name.length]
      const command = this.#from + assigned[0].length
      return this.#mended('separator', [type[1], command], type, [command, this.#to])
    }
    const dotted = /^[A-Za-z][\w.@/-]{0,60}:\s+(?=\S)/.exec(text)
    if (dotted !== null) {
      const colon = this.#from + dotted[0].indexOf(':')
      const type: readonly [number, number] = [this.#from, colon]
      return this.#mended('bad-type', type, type, [this.#from + dotted[0].length, this.#to])
    }
    return NOTHING
  }
}
