/** Where a server listens by its own settings. */
import type { Place } from '../finding.ts'
import type { Environment } from '../python/environment.ts'
import { type Address, asCommitted, type Bind, bindOf, hostPortAddress, socketAddress } from './bind.ts'
import type { Invocation } from './command.ts'
import type { EffectiveSetting } from './process.ts'
import type { ServerCommand } from './server-arguments.ts'
import { literal } from './shell.ts'

const FLASK_DEFAULT = { host: '127.0.0.1', port: 5000 } as const

/** The address that the server listens on by its settings. */
export function bindOfServer(
  command: ServerCommand,
  settings: ReadonlyMap<string, readonly EffectiveSetting[]>,
  environment: Environment,
  invocation: Invocation,
): Bind | null {
  const at = invocation.at
  const list = (name: string): readonly EffectiveSetting[] => settings.get(name) ?? []
  const last = (name: string): EffectiveSetting | undefined => list(name).at(-1)
  switch (command.server) {
    case 'gunicorn': {
      const binds = list('bind')
      // gunicorn without --bind takes 0.0.0.0:$PORT where PORT is set (gunicorn/config.py, class Bind)
      if (binds.length === 0)
        return bindOf([portOfLine(invocation) ?? { shown: '0.0.0.0:$PORT', verdict: 'right', at }])
      return bindOf(binds.flatMap((setting) => gunicornAddresses(setting)))
    }
    case 'hypercorn': {
      const binds = [...list('bind'), ...list('insecure_bind')]
      return binds.length === 0
        ? bindOf([{ shown: '127.0.0.1:8000', verdict: 'default', at }])
        : bindOf(binds.flatMap((setting) => socketAddress(setting.value, setting.at, 8000)))
    }
    case 'waitress': {
      const listen = list('listen')
      if (listen.length > 0) return bindOf(listen.flatMap((setting) => socketAddress(setting.value, setting.at, 8080)))
      return hostPort(last('host'), last('port'), { host: '0.0.0.0', port: 8080 }, at)
    }
    case 'uvicorn': {
      if (settings.has('uds') || settings.has('fd'))
        return bindOf([{ shown: 'a socket', verdict: 'unix-socket', at: last('uds')?.at ?? at }])
      // uvicorn reads UVICORN_PORT, never PORT (https://www.uvicorn.org/settings/)
      return hostPort(last('host'), last('port'), { host: '127.0.0.1', port: 8000 }, at)
    }
    case 'daphne':
      return hostPort(last('host'), last('port'), { host: '127.0.0.1', port: 8000 }, at)
    case 'flask run': {
      const port = last('port')
      const fallback = environment.lookup('FLASK_RUN_PORT', at, [])
      if (port === undefined && fallback.unset === null && fallback.set)
        return hostPort(last('host'), { value: fallback.set, at, from: 'environment' }, FLASK_DEFAULT, at)
      return hostPort(last('host'), port, FLASK_DEFAULT, at)
    }
    case 'manage.py runserver':
      return hostPort(last('host'), last('port'), FLASK_DEFAULT, at)
    case 'uwsgi': {
      const sockets = [...list('http'), ...list('http_socket'), ...list('https')]
      if (sockets.length > 0) return bindOf(sockets.flatMap((setting) => socketAddress(setting.value, setting.at, 0)))
      const raw = last('socket')
      return raw ? bindOf([{ shown: 'the uwsgi protocol', verdict: 'unix-socket', at: raw.at }]) : null
    }
    default:
      return null
  }
}

/** `PORT=8000 gunicorn app:app`: the line itself takes the place of the dyno's own. */
function portOfLine(invocation: Invocation): Address | null {
  const word = invocation.environment.get('PORT')
  const port = word === undefined ? null : literal(word)
  if (word === undefined || port === null || !/^\d+$/.test(port)) return null
  return {
    shown: `0.0.0.0:${port}`,
    verdict: 'fixed-port',
    at: { path: word.path, start: word.start, end: word.end },
  }
}

function hostPort(
  host: EffectiveSetting | undefined,
  port: EffectiveSetting | undefined,
  defaults: { readonly host: string; readonly port: number },
  at: Place,
): Bind {
  const places = { host: host?.at ?? null, port: port?.at ?? null, whole: at }
  return bindOf(hostPortAddress(host?.value ?? null, port?.value ?? null, defaults, places))
}

/** `bind` is a text, several texts behind commas, or a list of texts. */
function gunicornAddresses(setting: EffectiveSetting): Address[] {
  // No config var but PORT can hold the dyno's port: that a file would take its address from another one is no way out
  const value = setting.from.endsWith('.py') ? asCommitted(setting.value) : setting.value
  return value.flatMap(({ atom, guards }): Address[] => {
    if (atom.kind === 'list')
      return atom.object.exact
        ? atom.object.items.flatMap((item) => socketAddress(item, setting.at, 8000))
        : [{ shown: '?', verdict: 'unknown', at: setting.at }]
    if (guards.some((guard) => guard.about.kind === 'unknown' || guard.holds))
      return [{ shown: '?', verdict: 'unknown', at: setting.at }]
    return socketAddress([{ atom, guards }], setting.at, 8000)
  })
}
