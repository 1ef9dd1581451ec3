import uwsgi from '../../../data/uwsgi.json' with { type: 'json' }
import type { Tree } from '../../tree.ts'
import type { Invocation } from '../command.ts'
import { joinPath } from '../command-paths.ts'
import type { Reading } from '../server-arguments.ts'
import { dropPrefix, literal, literalPrefix, type Word, type WordPart } from '../shell-word.ts'
import type { Setting } from './option-table.ts'

/** Short options and further names of one setting (https://github.com/unbit/uwsgi, core/uwsgi.c and plugins/python/python_plugin.c). */
const SHORT: Readonly<Record<string, string>> = {
  s: 'socket',
  p: 'processes',
  t: 'harakiri',
  x: 'xml',
  S: 'set',
  d: 'daemonize',
  l: 'listen',
  v: 'max-vars',
  b: 'buffer-size',
  m: 'memory-report',
  c: 'cgi-mode',
  a: 'abstract-socket',
  C: 'chmod-socket',
  T: 'enable-threads',
  i: 'single-interpreter',
  M: 'master',
  h: 'help',
  r: 'reaper',
  R: 'max-requests',
  z: 'socket-timeout',
  A: 'sharedarea',
  Q: 'spooler',
  L: 'disable-logging',
  y: 'yaml',
  j: 'json',
  w: 'module',
  J: 'test',
  H: 'virtualenv',
  O: 'optimize',
}
const ALIASES: Readonly<Record<string, string>> = {
  wsgi: 'module',
  file: 'wsgi_file',
  workers: 'processes',
  uwsgi_socket: 'socket',
  httprouter: 'http',
  python_path: 'pythonpath',
  pp: 'pythonpath',
  home: 'virtualenv',
  venv: 'virtualenv',
  pyhome: 'virtualenv',
  py_autoreload: 'py_auto_reload',
  python_autoreload: 'py_auto_reload',
  python_auto_reload: 'py_auto_reload',
  yml: 'yaml',
  js: 'json',
  xmlconfig: 'xml',
}
const SWITCHES = new Set(uwsgi.switches)
const OPTIONAL = new Set(uwsgi.optional)
const MAX_INCLUDES = 5

/**
 * Reads `uwsgi` with its options and, where it is given one, its ini file, `$(PORT)` in it being the environment's
 * (https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html). The target is the module or the file that it serves.
 */
export function readUwsgi(invocation: Invocation, tree: Tree | undefined): Reading {
  const reader = new UwsgiReader(invocation, tree)
  reader.commandLine()
  return {
    server: 'uwsgi',
    parsed: { settings: reader.settings, positionals: [], unknown: reader.unknown },
    target: reader.target(),
  }
}

class UwsgiReader {
  readonly settings = new Map<string, Setting[]>()
  readonly unknown: Word[] = []
  readonly #invocation: Invocation
  readonly #tree: Tree | undefined
  #includes = 0

  constructor(invocation: Invocation, tree: Tree | undefined) {
    this.#invocation = invocation
    this.#tree = tree
  }

  commandLine(): void {
    const words = this.#invocation.arguments
    for (let i = 0; i < words.length; i++) {
      const word = words[i]
      if (word === undefined) break
      const text = literalPrefix(word)
      const next = words[i + 1]
      const end = next?.end ?? word.end
      if (text.startsWith('--')) {
        const equals = text.indexOf('=')
        const name = text.slice(2, equals < 0 ? undefined : equals)
        if (equals >= 0) this.#set(name, dropPrefix(word, equals + 1), word.start, word.end)
        else if (
          SWITCHES.has(name) ||
          next === undefined ||
          (OPTIONAL.has(name) && literalPrefix(next).startsWith('-'))
        ) {
          this.#set(name, true, word.start, word.end)
        } else {
          this.#set(name, next, word.start, end)
          i++
        }
      } else if (/^-[A-Za-z]/.test(text)) {
        const name = SHORT[text.charAt(1)]
        if (name === undefined) this.unknown.push(word)
        else if (SWITCHES.has(name)) this.#set(name, true, word.start, word.end)
        else if (text.length > 2 || word.parts.length > 1) this.#set(name, dropPrefix(word, 2), word.start, word.end)
        else if (next !== undefined) {
          this.#set(name, next, word.start, end)
          i++
        }
      } else if (/\.ini(?::[\w-]+)?$/.test(text)) this.#set('ini', word, word.start, word.end)
      else if (text.endsWith('.py')) this.#set('wsgi-file', word, word.start, word.end)
      else if (/^[\w.]+:\w+$/.test(text)) this.#set('module', word, word.start, word.end)
      else this.unknown.push(word)
    }
  }

  #set(option: string, value: Word | boolean, start: number, end: number): void {
    const { path } = this.#invocation
    this.#add({ value, at: { path, start, end }, from: 'command line' }, option)
    if (option === 'ini' && typeof value === 'object') this.#ini(literal(value))
  }

  #add(setting: Setting, option: string): void {
    const canonical = option.replaceAll('-', '_')
    const name = ALIASES[canonical] ?? canonical
    this.settings.set(name, [...(this.settings.get(name) ?? []), setting])
  }

  #ini(name: string | null): void {
    if (name === null || this.#tree === undefined || this.#includes++ >= MAX_INCLUDES) return
    const [, file = name, section = 'uwsgi'] = /^(.*?)(?::([\w-]+))?$/.exec(name) ?? []
    const path = joinPath(file, this.#invocation.cwd, '/app')
    const text = path === null ? undefined : this.#tree.read(path)
    if (path === null || text === undefined) return
    let inside = false
    let start = 0
    for (const whole of text.text.split('\n')) {
      const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole
      const from = start
      start += whole.length + 1
      const heading = /^\s*\[([^\]]*)\]/.exec(line)
      if (heading !== null) inside = heading[1] === section
      const equals = line.indexOf('=')
      const key = equals < 0 ? '' : line.slice(0, equals).trim()
      if (!inside || key === '' || key.startsWith(';') || key.startsWith('#')) continue
      const value = line.slice(equals + 1).trim()
      const at = { path, start: from + line.indexOf(key), end: from + line.trimEnd().length }
      const valueStart = from + line.indexOf(value, equals + 1)
      if (SWITCHES.has(key)) this.#add({ value: value !== 'false', at, from: 'file' }, key)
      else this.#add({ value: iniWord(value, valueStart), at, from: 'file' }, key)
      if (key === 'ini') this.#ini(value)
    }
  }

  target(): Reading['target'] & (object | null) {
    const last = (name: string): { readonly text: string; readonly setting: Setting } | null => {
      const setting = this.settings.get(name)?.at(-1)
      const text = setting === undefined || typeof setting.value !== 'object' ? null : literal(setting.value)
      return setting === undefined || text === null ? null : { text, setting }
    }
    const found = last('module') ?? last('wsgi_file') ?? last('mount')
    if (found === null) return null
    const callable = last('callable')?.text
    const spec = found.text.includes('=') ? found.text.slice(found.text.indexOf('=') + 1) : found.text
    const whole =
      callable !== undefined && last('module') !== null && !spec.includes(':') ? `${spec}:${callable}` : spec
    return { spec: whole, at: found.setting.at }
  }
}

/** The value of an ini line: `$(NAME)` is the environment's, `%…` and `@(…)` are uWSGI's own and unknown here. */
function iniWord(text: string, start: number): Word {
  const parts: WordPart[] = []
  const pattern = /\$\((\w+)\)|%\([^)]*\)|%[a-zA-Z]|@\([^)]*\)/g
  let from = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) parts.push({ kind: 'literal', text: text.slice(from, match.index) })
    const name = match[1]
    if (name === undefined) parts.push({ kind: 'opaque', text: match[0], quoted: true })
    else parts.push({ kind: 'variable', name, fallback: null, quoted: true })
    from = match.index + match[0].length
  }
  if (from < text.length || parts.length === 0) parts.push({ kind: 'literal', text: text.slice(from) })
  return { parts, raw: text, start, end: start + text.length }
}
