/** Servers that a Python program starts itself: `app.run()`, `waitress.serve(…)`, `WSGIServer(…)`. */
import { type Dependencies, installs } from '../facts/dependencies.ts'
import type { Place } from '../finding.ts'
import { NO_PLACES } from '../python/argument-places.ts'
import type { CallRecord } from '../python/records.ts'
import { type CallArguments, certainty, literalText, type Value } from '../python/value.ts'
import { type Address, type Bind, bindOf, hostPortAddress, plainText, socketAddress } from './bind.ts'

export interface ServeCall {
  /** As a person would name it: `app.run()`. */
  readonly name: string
  readonly call: CallRecord
  /** A server that is made for development; null when reading cannot tell. */
  readonly development: boolean | null
  readonly bind: Bind
  /** The `debug` argument, where one is given. */
  readonly debug: { readonly value: Value; readonly at: Place } | null
  /** False when reading cannot tell whether the call is reached. */
  readonly certain: boolean
  /** It runs in a thread beside what the program is for, as the page does that keeps a bot awake. */
  readonly background: boolean
}

interface Shape {
  readonly name: string
  readonly development: boolean | 'socketio'
  /** Positions of host and port among the arguments, or of one address. */
  readonly host?: number
  readonly port?: number
  readonly address?: number
  readonly debug?: number
  readonly defaults: { readonly host: string; readonly port: number }
}

// flask/app.py, run(); flask_socketio/__init__.py, run(); waitress/adjustments.py; uvicorn/config.py (read 2026-11-21)
const SHAPES: readonly (readonly [RegExp, Shape])[] = [
  [
    /^flask\.Flask\.run$/,
    { name: 'app.run()', development: true, host: 0, port: 1, debug: 2, defaults: { host: '127.0.0.1', port: 5000 } },
  ],
  [
    /^(?:jupyter_)?dash\.(?:\w+\.)?(?:Jupyter)?Dash\.run(?:_server)?$/,
    { name: 'app.run()', development: true, host: 0, port: 1, defaults: { host: '127.0.0.1', port: 8050 } },
  ],
  [
    /^connexion\.(?:\w+\.)*(?:App|FlaskApp)\.run$/,
    { name: 'app.run()', development: true, defaults: { host: '0.0.0.0', port: 5000 } },
  ],
  [
    /^flask_socketio\.SocketIO\.run$/,
    { name: 'socketio.run()', development: 'socketio', host: 1, port: 2, defaults: { host: '127.0.0.1', port: 5000 } },
  ],
  [
    /^werkzeug\.serving\.run_simple$/,
    { name: 'run_simple()', development: true, host: 0, port: 1, defaults: { host: '127.0.0.1', port: 5000 } },
  ],
  [
    /^wsgiref\.simple_server\.make_server$/,
    { name: 'make_server()', development: true, host: 0, port: 1, defaults: { host: '', port: 8000 } },
  ],
  [/^waitress\.serve$/, { name: 'waitress.serve()', development: false, defaults: { host: '0.0.0.0', port: 8080 } }],
  [
    /^gevent\.(?:pywsgi|wsgi)\.WSGIServer$/,
    { name: 'WSGIServer()', development: false, address: 0, defaults: { host: '', port: 0 } },
  ],
  [
    /^(?:cheroot|cherrypy)\.(?:wsgi|wsgiserver)\.(?:Server|WSGIServer|CherryPyWSGIServer)$/,
    { name: 'WSGIServer()', development: false, address: 0, defaults: { host: '', port: 0 } },
  ],
  [
    /^eventlet\.listen$/,
    { name: 'eventlet.listen()', development: false, address: 0, defaults: { host: '', port: 0 } },
  ],
  [/^uvicorn\.run$/, { name: 'uvicorn.run()', development: false, defaults: { host: '127.0.0.1', port: 8000 } }],
  [/^bjoern\.run$/, { name: 'bjoern.run()', development: false, host: 1, port: 2, defaults: { host: '', port: 0 } }],
]

/** The servers that the calls of a boot start, in order. */
export function serveCalls(calls: readonly CallRecord[], dependencies: Dependencies): ServeCall[] {
  const threads = calls.flatMap((call) => (call.phase === 'import' ? threadTargets(call) : []))
  const inThread = (call: CallRecord): boolean =>
    threads.some(({ path, name }) => path === call.at.path && name === call.within)
  const found = calls.flatMap((call) => {
    const shape = SHAPES.find(([pattern]) => pattern.test(call.name))?.[1]
    if (shape === undefined || (call.phase !== 'import' && !inThread(call))) return []
    return [served(call, shape, dependencies, call.phase !== 'import')]
  })
  return [...calls.flatMap((call) => methodInThread(call, dependencies)), ...found]
}

const THREAD = /^(?:threading\.(?:Thread|Timer)|multiprocessing\.(?:\w+\.)?Process|_thread\.start_new_thread)$/

/** The project's functions that a call starts in a thread. */
function threadTargets(call: CallRecord): { readonly path: string; readonly name: string }[] {
  return startedValues(call).flatMap(({ atom }) =>
    atom.kind === 'function' ? [{ path: atom.object.path, name: atom.object.name }] : [],
  )
}

/** `Thread(target=app.run, kwargs={"port": 8080})`. */
function methodInThread(call: CallRecord, dependencies: Dependencies): ServeCall[] {
  if (call.phase !== 'import') return []
  return startedValues(call).flatMap(({ atom }): ServeCall[] => {
    if (atom.kind !== 'method' || atom.of.kind !== 'instance') return []
    const name = `${atom.of.object.className}.${atom.name}`
    const shape = SHAPES.find(([pattern]) => pattern.test(name))?.[1]
    if (shape === undefined) return []
    const [positional] = call.args.named.get('args') ?? []
    const [named] = call.args.named.get('kwargs') ?? []
    const args: CallArguments = {
      positional: positional?.atom.kind === 'list' && positional.atom.object.exact ? positional.atom.object.items : [],
      named: named?.atom.kind === 'dict' ? named.atom.object.entries : new Map(),
      open: named !== undefined && (named.atom.kind !== 'dict' || named.atom.object.open),
    }
    return [served({ ...call, name, args, argAt: NO_PLACES, self: atom.of }, shape, dependencies, true)]
  })
}

function startedValues(call: CallRecord): Value {
  if (!THREAD.test(call.name)) return []
  return call.args.named.get('target') ?? call.args.positional[call.name === 'threading.Timer' ? 1 : 0] ?? []
}

function served(call: CallRecord, shape: Shape, dependencies: Dependencies, background: boolean): ServeCall {
  const argument = (name: string, position: number | undefined): Value | null =>
    call.args.named.get(name) ?? (position === undefined ? undefined : call.args.positional[position]) ?? null
  const debugAt = call.argAt.get('debug') ?? (shape.debug === undefined ? undefined : call.argAt.get(shape.debug))
  const debug = argument('debug', shape.debug)
  let addresses: Address[]
  if (call.args.open) addresses = [{ shown: '?', verdict: 'unknown', at: call.at }]
  else if (shape.address !== undefined)
    addresses = listenAddress(
      argument('listener', shape.address) ?? argument('bind_addr', shape.address),
      call.argAt.get(shape.address) ?? call.at,
    )
  else {
    const listen = argument('listen', undefined)
    const host = argument('host', shape.host) ?? argument('hostname', undefined)
    const port = argument('port', shape.port)
    const places = {
      host: call.argAt.get('host') ?? call.argAt.get('hostname') ?? call.argAt.get(shape.host ?? -1) ?? null,
      port: call.argAt.get('port') ?? call.argAt.get(shape.port ?? -1) ?? null,
      whole: call.at,
    }
    addresses =
      listen === null
        ? hostPortAddress(host, port, shape.defaults, places)
        : socketAddress(listen, call.argAt.get('listen') ?? call.at, 8080)
  }
  return {
    name: shape.name,
    call,
    development: shape.development === 'socketio' ? socketioDevelopment(call, dependencies) : shape.development,
    bind: bindOf(addresses),
    debug: debug === null ? null : { value: debug, at: debugAt ?? call.at },
    certain: certainty(call.guards) !== 'possible',
    background,
  }
}

/** `(host, port)`, `":5000"`, or a port alone. */
function listenAddress(value: Value | null, at: Place): Address[] {
  if (value === null) return [{ shown: '?', verdict: 'unknown', at }]
  return value.flatMap(({ atom }): Address[] => {
    if (atom.kind === 'list' && atom.object.exact) {
      const [host = null, port = null] = atom.object.items
      return hostPortAddress(host, port, { host: '', port: 0 }, { host: at, port: at, whole: at })
    }
    if (atom.kind === 'constant' && typeof atom.value === 'number')
      return socketAddress(plainText(`0.0.0.0:${atom.value}`, at), at, 0)
    if (atom.kind === 'text' && literalText(atom) === null && atom.parts.length === 1)
      return hostPortAddress(null, [{ atom, guards: [] }], { host: '', port: 0 }, { host: at, port: at, whole: at })
    return socketAddress([{ atom, guards: [] }], at, 0)
  })
}

/**
 * Flask-SocketIO serves with eventlet or gevent where one is installed, else with Werkzeug's development server
 * (https://flask-socketio.readthedocs.io/en/latest/deployment.html#embedded-server).
 */
function socketioDevelopment(call: CallRecord, dependencies: Dependencies): boolean | null {
  const mode = call.self?.kind === 'instance' ? call.self.object.args.named.get('async_mode') : undefined
  const [named] = mode ?? []
  if (named && literalText(named.atom) === 'threading') return true
  const answers = ['eventlet', 'gevent'].map((name) => installs(dependencies, name))
  if (answers.includes('yes')) return false
  return answers.includes('unknown') ? null : true
}
