import type { Fix, Place } from '../../engine/finding.ts'
import { withoutItems } from '../../engine/fix-argument.ts'
import { valueFix } from '../../engine/fix-command.ts'
import { textShown } from '../../engine/plan/bind.ts'
import { fileWrites, isLogFile } from '../../engine/plan/file-writes.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import {
  type CallInProduction,
  callsOf,
  conditionText,
  judge,
  type Run,
  trailTo,
} from '../../engine/plan/production.ts'
import type { Span } from '../../engine/python/ast.ts'
import { dottedName } from '../../engine/python/evaluate.ts'
import { type Alternative, both, type Certainty, certainty, type Guard, type Value } from '../../engine/python/value.ts'
import { expressionsOf } from '../../engine/python/walk.ts'
import { defineRule } from '../../engine/rule.ts'

export const logToFile = defineRule({
  id: 'log-to-file',
  stage: 'data',
  level: 'warning',
  summary: 'Production writes its log into a file on the dyno',
  why: "Heroku collects what a process writes to its standard output and standard error (Logplex). A log file on a dyno's disk is seen by nobody: `heroku logs` does not show it, each dyno has its own, and it is deleted at every restart, with the traceback that explains the crash.",
  consequence:
    'The log is missing from `heroku logs` and from log drains, and the file is deleted at the next dyno restart.',
  instead:
    'Log to the standard error, which is where `logging` writes by default:\n\n```python\nlogging.basicConfig(level=logging.INFO)\n```\n\nFor gunicorn, `--access-logfile -` and `--error-logfile -`.',
  fix: {
    safety: 'unsafe',
    note: 'takes the file out of `logging.basicConfig()`, makes a file handler a StreamHandler, and writes `-` for gunicorn',
  },
  sources: [
    { title: 'Logging', url: 'https://devcenter.heroku.com/articles/logging' },
    { title: 'The ephemeral filesystem', url: 'https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem' },
    { title: 'gunicorn: logging', url: 'https://gunicorn.org/reference/settings/#logging' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const seen = new Set<string>()
    return [...fromHandlers(plan), ...fromIniFiles(plan), ...byHand(plan), ...fromGunicorn(plan)].flatMap(
      ({ at, file, guards, sure, run, stream }) => {
        const key = `${at.path}:${at.start}`
        if (seen.has(key) || (sure !== 'certain' && sure !== 'fallback')) return []
        seen.add(key)
        const fix = sure === 'certain' ? fixFor(plan, at, file, stream) : null
        const condition = sure === 'fallback' ? `When ${conditionText(guards)}, the` : 'The'
        return [
          {
            at,
            // a fallback is what a laptop uses; whoever set the config var is not harmed
            ...(sure === 'fallback' ? { level: 'info' as const } : {}),
            message: `${condition} log goes into ${file}, which heroku logs never shows and a restart deletes. Write to ${stream} instead.`,
            related: trailTo(run, at),
            ...(fix === null ? {} : { fix }),
          },
        ]
      },
    )
  },
})

function fixFor(plan: Plan, at: Place, file: string, stream: string): Fix | null {
  const { tree } = plan.modules
  if (stream === '-') return valueFix(tree, at, file, '-')
  if (!at.path.endsWith('.py')) return null
  const { path } = at
  for (const call of expressionsOf(plan.modules.parse(path).body)) {
    if (call.kind !== 'call') continue
    const named = dottedName(call.callee)
    const i = call.args.findIndex(({ value }) => value.start === at.start && value.end === at.end)
    const argument = call.args[i]
    if (argument === undefined) continue
    if (named === 'logging.basicConfig') {
      const text = tree.read(path)?.text ?? ''
      const isOfFile = (name: string | null): boolean => /^(?:filename|filemode|encoding)$/.test(name ?? '')
      const edits = withoutItems({ ...call, path, text, items: call.args }, (_, i) =>
        isOfFile(call.args[i]?.name ?? null),
      )
      return edits === null ? null : { safety: 'unsafe', description: 'log to standard error', edits }
    }
    // a StreamHandler takes nothing of what a file needs; where `logging` is another name here, nothing is written
    if (/^logging\.(?:handlers\.)?\w*FileHandler$/.test(named))
      return (
        besideAStream(plan, path, call) ??
        made(path, call.start, call.end, 'logging.StreamHandler()', 'log to standard error')
      )
  }
  return null
}

/** In a list that has a StreamHandler already, another one would write each line twice: the file's goes. */
function besideAStream(plan: Plan, path: string, handler: Span): Fix | null {
  for (const list of expressionsOf(plan.modules.parse(path).body)) {
    if (list.kind !== 'list' || !list.items.some(({ start, end }) => start === handler.start && end === handler.end))
      continue
    const isStream = list.items.some(
      (item) => item.kind === 'call' && dottedName(item.callee) === 'logging.StreamHandler',
    )
    const text = plan.modules.tree.read(path)?.text ?? ''
    const edits = isStream ? withoutItems({ ...list, path, text }, ({ start }) => start === handler.start) : null
    return edits === null ? null : { safety: 'unsafe', description: 'take the file handler out', edits }
  }
  return null
}

const made = (path: string, start: number, end: number, text: string, description: string): Fix => ({
  safety: 'unsafe',
  description,
  edits: [{ kind: 'text', path, start, end, text }],
})

interface LogFile {
  readonly at: Place
  readonly file: string
  readonly guards: readonly Guard[]
  readonly sure: Certainty
  readonly run: Run
  /** What to write to instead. */
  readonly stream: string
}

const HANDLER =
  /^logging\.(?:handlers\.)?(?:FileHandler|RotatingFileHandler|TimedRotatingFileHandler|WatchedFileHandler)$/
const STREAMS = /^(?:-|\/dev\/.*|\/proc\/.*|NUL|syslog:.*)$/i

/** Calls that open a log file, each with the argument that names it. */
function fromHandlers(plan: Plan): LogFile[] {
  const named = (use: CallInProduction, keyword: string, position: number | null): LogFile[] => {
    const { call } = use
    const value = call.args.named.get(keyword) ?? (position === null ? undefined : call.args.positional[position])
    const at = call.argAt.get(keyword) ?? (position === null ? undefined : call.argAt.get(position)) ?? call.at
    return value === undefined ? [] : filesOf(value, use, use.reach, at, 'a logging.StreamHandler')
  }
  const handlers = callsOf(plan, HANDLER)
  return [
    ...handlers.flatMap((use) => named(use, 'filename', 0)),
    ...callsOf(plan, /^logging\.basicConfig$/).flatMap((use) => named(use, 'filename', null)),
    ...callsOf(plan, /^loguru\.logger\.add$/).flatMap((use) => named(use, 'sink', 0)),
    ...callsOf(plan, /^logzero\.logfile$/).flatMap((use) => named(use, 'filename', 0)),
    ...callsOf(plan, /^logging\.config\.dictConfig$/).flatMap((use) =>
      (use.call.args.positional[0] ?? []).flatMap(({ atom }) =>
        atom.kind === 'dict' ? fromDictionary(atom.object.entries.get('handlers'), use) : [],
      ),
    ),
  ]
}

/** `{"handlers": {"file": {"class": "logging.FileHandler", "filename": …}}}` */
function fromDictionary(handlers: Value | undefined, use: CallInProduction): LogFile[] {
  return (handlers ?? []).flatMap(({ atom }) => {
    if (atom.kind !== 'dict') return []
    return [...atom.object.entries.values()].flat().flatMap(({ atom: handler }) => {
      const value = handler.kind === 'dict' ? handler.object.entries.get('filename') : undefined
      const isFile =
        handler.kind === 'dict' &&
        handler.object.entries
          .get('class')
          ?.some(({ atom: kind }) => kind.kind === 'text' && HANDLER.test(textShown(kind.parts)))
      if (value === undefined || !isFile) return []
      return filesOf(value, use, use.reach, use.call.at, 'a logging.StreamHandler')
    })
  })
}

/** `logging.config.fileConfig("logging.ini")`: the file handlers that a logger of it names. */
function fromIniFiles(plan: Plan): LogFile[] {
  return callsOf(plan, /^logging\.config\.fileConfig$/).flatMap((use) => {
    const [first] = use.call.args.named.get('fname') ?? use.call.args.positional[0] ?? []
    const path = first?.atom.kind === 'text' ? textShown(first.atom.parts).replace(/^\/app\//, '') : ''
    const text = plan.modules.tree.read(path)?.text ?? ''
    const named = new Set(
      [...text.matchAll(/^handlers\s*=\s*(.+)$/gm)].flatMap(([, list = '']) =>
        list.split(',').map((name) => name.trim()),
      ),
    )
    return [...text.matchAll(/^\[handler_(\w+)\]([^[]*)/gm)].flatMap((match): LogFile[] => {
      const [, name = '', body = ''] = match
      const kind = /^class\s*=\s*(?:logging\.)?(?:handlers\.)?(\w+)/m.exec(body)?.[1] ?? ''
      const file = /^args\s*=\s*\(\s*['"]([^'"]+)['"]/m.exec(body)
      if (!named.has(name) || !kind.endsWith('FileHandler') || file?.[1] === undefined || STREAMS.test(file[1]))
        return []
      const start = match.index + match[0].length - body.length + file.index
      return [
        {
          at: { path, start, end: start + file[0].length },
          file: file[1],
          guards: use.reach,
          sure: use.certainty,
          run: use,
          stream: 'a StreamHandler',
        },
      ]
    })
  })
}

/** `open("app.log", "a")`. */
const byHand = (plan: Plan): LogFile[] =>
  fileWrites(plan)
    .filter(({ path, kind, appends }) => kind === 'open' && appends && isLogFile(path))
    .map(({ use, path, at }) => ({
      at,
      file: path,
      guards: use.reach,
      sure: use.certainty,
      run: use,
      stream: 'standard output',
    }))

/** gunicorn's own two logs. Its access log in gunicorn.conf.py gives way to the buildpack's GUNICORN_CMD_ARGS on Cedar. */
function fromGunicorn(plan: Plan): LogFile[] {
  return plan.processes.flatMap((process) => {
    const { server } = process
    if (server?.command.server !== 'gunicorn' || server.boot === null) return []
    const run = { process, server, boot: server.boot }
    return ['errorlog', 'accesslog'].flatMap((name) => {
      const setting = server.settings.get(name)?.at(-1)
      if (setting === undefined) return []
      const overridden =
        name === 'accesslog' && setting.from === server.config && !plan.container && plan.generation === 'cedar'
      if (overridden && !server.invocation.environment.has('GUNICORN_CMD_ARGS')) return []
      return filesOf(setting.value, run, [], setting.at, '-')
    })
  })
}

/**
 * The files that a value may name, where their names are known. All that is no standard stream is judged together:
 * a file handler writes to a file, whichever it is.
 */
function filesOf(value: Value, run: Run, reach: readonly Guard[], otherwise: Place, stream: string): LogFile[] {
  const isFile = ({ atom }: Alternative): boolean => atom.kind === 'text' && !STREAMS.test(textShown(atom.parts))
  return judge(value, isFile).flatMap(({ alternative: { atom }, guards: own }): LogFile[] => {
    const guards = both(reach, own)
    const isKnown = atom.kind === 'text' && atom.parts.some((part) => typeof part === 'string' && /[\w-]/.test(part))
    if (guards === null || !isKnown) return []
    const file = textShown(atom.parts).replace(/^\/app\//, '')
    const at = atom.at.path === otherwise.path && atom.at.start !== undefined ? atom.at : otherwise
    return [{ at, file, guards, sure: certainty(guards), run, stream }]
  })
}
