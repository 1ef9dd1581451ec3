import type { Invocation } from '../command.ts'
import { type Reading, targetOf } from '../server-arguments.ts'
import { literal, type Word } from '../shell-word.ts'
import { optionTable, parseOptions, type Setting } from './option-table.ts'

/** https://github.com/smurfix/flask-script/blob/master/flask_script/commands.py, class Server */
const RUNSERVER = optionTable(
  `
-h --host =
-p --port =
-d --debug
-D --no-debug ! > debug
-r --reload
-R --no-reload ! > reload
--threaded
--processes =
--passthrough-errors
--ssl-crt =
--ssl-key =
--noreload ! > reload
--nothreading ! > threaded
--insecure
--settings =
`,
  { abbreviations: true },
)

/** `python [options] file.py …`, `python -m module …`, `python -c code`; `manage.py runserver` is told apart. */
export function readPython(invocation: Invocation): Reading {
  const settings = new Map<string, Setting[]>()
  const words = invocation.arguments
  const { path } = invocation
  let at = 0
  for (; at < words.length; at++) {
    const word = words[at]
    if (word === undefined || !/^-./.test(word.raw)) break
    const place = { path, start: word.start, end: word.end }
    // -W and -X take a word; -m and -c end the interpreter's own options: https://docs.python.org/3/using/cmdline.html
    if (/^-[a-zA-Z]*[WX]$/.test(word.raw)) at++
    else if (/^-[a-zA-Z]*[mc]$/.test(word.raw)) {
      const value = words[at + 1]
      const isModule = word.raw.endsWith('m')
      settings.set(isModule ? 'module' : 'code', [
        { value: isModule ? true : (value ?? true), at: place, from: 'command line' },
      ])
      if (!isModule) return reading(settings, null, words.slice(at + 2), path)
      return reading(settings, value ?? null, words.slice(at + 2), path)
    }
  }
  const [file, ...rest] = words.slice(at)
  const command = rest[0] === undefined ? null : literal(rest[0])
  if (file !== undefined && command === 'runserver') {
    const parsed = parseOptions(rest.slice(1), RUNSERVER, path, 'command line')
    // Django's own form: `runserver 0.0.0.0:$PORT`
    const [address] = parsed.positionals
    if (address !== undefined) {
      parsed.settings.set('address', [
        { value: address, at: { path, start: address.start, end: address.end }, from: 'command line' },
      ])
    }
    return {
      server: 'manage.py runserver',
      parsed: { ...parsed, positionals: [] },
      target: targetOf(file, path),
      subcommand: 'runserver',
      rest: [],
    }
  }
  return reading(settings, file ?? null, rest, path)
}

function reading(settings: Map<string, Setting[]>, target: Word | null, rest: readonly Word[], path: string): Reading {
  return {
    server: 'python',
    parsed: { settings, positionals: [], unknown: [] },
    target: target === null ? null : targetOf(target, path),
    rest,
  }
}
