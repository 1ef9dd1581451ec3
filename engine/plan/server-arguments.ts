/** What the words behind a server's name say: its target and its settings. */
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import type { Invocation } from './command.ts'
import { type AsgiServer, readAsgiServer } from './servers/asgi.ts'
import { readFlask } from './servers/flask.ts'
import { readGunicorn } from './servers/gunicorn.ts'
import type { ParsedOptions, Setting } from './servers/option-table.ts'
import { readPython } from './servers/python.ts'
import { readUwsgi } from './servers/uwsgi.ts'
import { readWaitress } from './servers/waitress.ts'
import { readWorker } from './servers/worker.ts'
import { literal, literalPrefix, type Word } from './shell-word.ts'

export { GUNICORN_LISTS, gunicornCommandArguments } from './servers/gunicorn.ts'
export type { Setting } from './servers/option-table.ts'

export type Server =
  | 'gunicorn'
  | 'waitress'
  | 'uwsgi'
  | 'hypercorn'
  | 'uvicorn'
  | 'daphne'
  | 'granian'
  | 'flask run'
  /** Another subcommand of `flask`; see `subcommand`. */
  | 'flask'
  /** `manage.py runserver`: Flask-Script's development server, or Django's. */
  | 'manage.py runserver'
  /** `python file.py` or `python -m module`. */
  | 'python'
  | 'celery'
  | 'rq'
  | 'other'

export interface ServerCommand {
  readonly server: Server
  /** As written: `app:create_app()`, `main.py`, `pkg.mod`. Null when none is given, or it is not known. */
  readonly target: { readonly spec: string; readonly at: Place } | null
  /**
   * By canonical name with underscores. gunicorn: the names of gunicorn.conf.py (`bind`, `workers`, `worker_class`, `accesslog`, `errorlog`,
   * `raw_env`, …). flask: `app`, `host`, `port`, `debug`. uWSGI: `http`, `http_socket`, `socket`, `module`, `wsgi_file`, `callable`.
   * python: `module` (true for `-m`), `code` (for `-c`). The strongest stands last.
   */
  readonly settings: ReadonlyMap<string, readonly Setting[]>
  /** `db upgrade` of `flask db upgrade`, `worker` of `celery worker`; null where the program has none. */
  readonly subcommand: string | null
  /** Words behind the target that belong to the program that is run, as in `python app.py --port 80`. */
  readonly rest: readonly Word[]
  /** Words that the server would refuse, or that may become anything, such as an unquoted `$OPTS`. */
  readonly unknown: readonly Word[]
}

/** What one reader hands back; everything else is filled in here. */
export interface Reading {
  readonly server: Server
  readonly parsed: ParsedOptions
  readonly target?: ServerCommand['target']
  readonly subcommand?: string | null
  readonly rest?: readonly Word[]
}

const ASGI: ReadonlySet<string> = new Set(['hypercorn', 'uvicorn', 'daphne', 'granian'])

/**
 * Reads an invocation's words as its server would. Pure, but for the ini file that uWSGI may be given, which is read from `tree`.
 * A program that is no known server is `other`, with its words in `rest`.
 */
export function serverCommand(invocation: Invocation, tree?: Tree): ServerCommand {
  const reading = read(invocation, tree)
  const { parsed } = reading
  const [first, ...others] = parsed.positionals
  const target =
    reading.target === undefined ? (first === undefined ? null : targetOf(first, invocation.path)) : reading.target
  const refused = reading.target === undefined ? others : []
  return {
    server: reading.server,
    target,
    settings: parsed.settings,
    subcommand: reading.subcommand ?? null,
    rest: reading.rest ?? [],
    unknown: [...parsed.unknown, ...refused],
  }
}

function read(invocation: Invocation, tree: Tree | undefined): Reading {
  const name = invocation.programName ?? ''
  if (name === 'gunicorn') return gunicorn(invocation)
  if (name === 'waitress-serve') return readWaitress(invocation)
  if (name === 'uwsgi') return readUwsgi(invocation, tree)
  if (ASGI.has(name)) return readAsgiServer(invocation, name as AsgiServer)
  if (name === 'flask') return readFlask(invocation)
  if (/^python[\d.]*$/.test(name)) return readPython(invocation)
  if (name === 'celery' || name === 'rq') return readWorker(invocation, name)
  return {
    server: 'other',
    target: null,
    rest: invocation.arguments,
    parsed: { settings: new Map(), positionals: [], unknown: [] },
  }
}

function gunicorn(invocation: Invocation): Reading {
  const parsed = readGunicorn(invocation)
  // of an option that no gunicorn knows, its value stands among the positional words: the target has a colon
  const strange = parsed.unknown.some((word) => literalPrefix(word).startsWith('-'))
  const named = strange ? parsed.positionals.find((word) => literalPrefix(word).includes(':')) : undefined
  return named === undefined
    ? { server: 'gunicorn', parsed }
    : { server: 'gunicorn', parsed, target: targetOf(named, invocation.path) }
}

/** A target of a positional word; null when it is not known whole. */
export function targetOf(word: Word, path: string): ServerCommand['target'] {
  const spec = literal(word)
  return spec === null ? null : { spec, at: { path, start: word.start, end: word.end } }
}

/** The settings of that name that count: those of the strongest origin, in their order; of most options the last one wins. */
export function effective(command: Pick<ServerCommand, 'settings'>, name: string): readonly Setting[] {
  const all = command.settings.get(name) ?? []
  const from = all.at(-1)?.from
  return all.filter((setting) => setting.from === from)
}
