/** The addresses that a web process listens on, judged by the platform's rule: 0.0.0.0 (or ::) and $PORT, and nothing else. */
import type { Place } from '../finding.ts'
import { type Atom, literalText, type TextPart, textAtom, type Value } from '../python/value.ts'

export type BindFault =
  /** 127.0.0.1 or localhost: the router cannot reach it. */
  | 'loopback'
  /** A port that is not $PORT. */
  | 'fixed-port'
  /** A Unix socket. */
  | 'unix-socket'
  /** `0.0.0.0:PORT`, or a `$PORT` that nothing expands: no port number at all. */
  | 'no-number'
  /** `$PORT` alone, which is taken for a host. */
  | 'port-as-host'
  /** Nothing is said, and the server's own default is loopback or a fixed port. */
  | 'default'

export interface Address {
  /** As a person would write it: `127.0.0.1:8000`, `0.0.0.0:$PORT`. */
  readonly shown: string
  readonly verdict: 'right' | 'unknown' | BindFault
  readonly at: Place
  /** The config var that would name another host, if somebody has set it. */
  readonly unless?: string
}

export interface Bind {
  readonly addresses: readonly Address[]
  /** `right` when one address is; `wrong` when all are known to be wrong. */
  readonly verdict: 'right' | 'wrong' | 'unknown'
}

export function bindOf(addresses: readonly Address[]): Bind {
  const verdict = addresses.some((address) => address.verdict === 'right')
    ? 'right'
    : addresses.length === 0 || addresses.some((address) => address.verdict === 'unknown')
      ? 'unknown'
      : 'wrong'
  return { addresses, verdict }
}

const ANY_HOST = new Set(['0.0.0.0', '', '::', '[::]', '*'])
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|localhost|::1|\[::1\])$/i

/** Judges `host:port` as gunicorn and hypercorn read it (gunicorn/util.py, parse_address); `fallbackPort` is taken where none is said. */
export function socketAddress(value: Value, at: Place, fallbackPort: number): Address[] {
  return value.map(({ atom }) => judged(atom, at, fallbackPort))
}

function judged(atom: Atom, at: Place, fallbackPort: number): Address {
  if (atom.kind !== 'text') return { shown: '?', verdict: 'unknown', at }
  const shown = textShown(atom.parts)
  if (/^unix:/.test(shown)) return { shown, verdict: 'unix-socket', at }
  if (/^fd:/.test(shown)) return { shown, verdict: 'unknown', at }
  const bare = marked(atom.parts).replace(/^tcp:\/\//, '')
  const cut = bare.startsWith('[') ? bare.indexOf(']:') + 1 : bare.lastIndexOf(':')
  if (cut <= 0 && !bare.startsWith(':')) {
    if (bare === PORT_MARK) return { shown, verdict: 'port-as-host', at }
    // no port is said: the whole is taken as a host
    if (bare.includes(UNKNOWN_MARK) || fallbackPort === 0) return { shown, verdict: 'unknown', at }
    return { shown: `${shown}:${fallbackPort}`, verdict: hostAndPort(bare, '', fallbackPort), at }
  }
  return { shown, verdict: hostAndPort(bare.slice(0, cut), bare.slice(cut + 1), fallbackPort), at }
}

const PORT_MARK = '\u0001'
const UNKNOWN_MARK = '\u0002'

/** A text in which what the dyno fills in cannot be taken for what somebody wrote: a literal `$PORT` is no port. */
function marked(parts: readonly TextPart[]): string {
  return parts
    .map((part) =>
      typeof part === 'string' ? part : part.kind === 'config-var' && part.name === 'PORT' ? PORT_MARK : UNKNOWN_MARK,
    )
    .join('')
}

/** Where a host and a port were written. */
export interface HostPortPlaces {
  readonly host: Place | null
  readonly port: Place | null
  /** The call or command that both belong to. */
  readonly whole: Place
}

/** Judges a host and a port that are given apart; null stands for "not said". */
export function hostPortAddress(
  host: Value | null,
  port: Value | null,
  defaults: { readonly host: string; readonly port: number },
  places: HostPortPlaces,
): Address[] {
  const hosts = alternatives(host, defaults.host)
  const ports = alternatives(port, String(defaults.port))
  const unless = namedByConfigVar(host)
  return hosts.flatMap((one) =>
    ports.map((other): Address => {
      const verdict = host === null && port === null ? 'default' : hostAndPort(one.read, other.read, 0)
      const at = verdict === 'loopback' ? places.host : verdict === 'default' ? null : places.port
      const shown = `${one.shown}:${other.shown}`
      return {
        shown,
        verdict,
        at: at ?? places.whole,
        ...(verdict === 'loopback' && unless !== null ? { unless } : {}),
      }
    }),
  )
}

/** `os.environ.get("HOST")`: what `asCommitted` leaves out. */
function namedByConfigVar(host: Value | null): string | null {
  for (const { guards } of host ?? []) {
    for (const { about, holds } of guards) if (about.kind === 'set' && holds) return about.name
  }
  return null
}

interface Written {
  readonly shown: string
  /** As `marked` gives it. */
  readonly read: string
}

/** None, as `os.environ.get("HOST")` gives it, stands for the default. */
function alternatives(value: Value | null, fallback: string): Written[] {
  const byDefault = { shown: fallback, read: fallback }
  if (value === null) return [byDefault]
  return asCommitted(value).map(({ atom }) => {
    if (atom.kind === 'text') return { shown: textShown(atom.parts), read: marked(atom.parts) }
    if (atom.kind !== 'constant') return { shown: '?', read: UNKNOWN_MARK }
    return atom.value === null ? byDefault : { shown: String(atom.value), read: String(atom.value) }
  })
}

function hostAndPort(host: string, port: string, fallbackPort: number): Address['verdict'] {
  if (LOOPBACK.test(host)) return 'loopback'
  if (port === PORT_MARK) return ANY_HOST.has(host) ? 'right' : 'unknown'
  if (/^\d+$/.test(port) || (port === '' && fallbackPort > 0)) return 'fixed-port'
  return NO_NUMBER.test(port) ? 'no-number' : 'unknown'
}

/** What people write who expect that somebody fills it in: `PORT`, `$PORT`, `${PORT}`, `{PORT}`, `%PORT%`, `$(PORT)`. */
const NO_NUMBER = /^[$%]?[{(]?PORT[})]?%?$/

/** Without what holds only once somebody sets a config var that nothing asks for. */
export function asCommitted(value: Value): Value {
  const plain = value.filter(({ guards }) => guards.every((guard) => guard.about.kind === 'unknown' || !guard.holds))
  return plain.length > 0 ? plain : value
}

/** A text with its holes as a shell would write them. */
export function textShown(parts: readonly TextPart[]): string {
  return parts
    .map((part) => (typeof part === 'string' ? part : part.kind === 'config-var' ? `$${part.name}` : '?'))
    .join('')
}

/** A literal text of a value's atoms, where there is only one. */
export function onlyText(value: Value | undefined): string | null {
  const [first] = value ?? []
  if (value?.length !== 1 || first === undefined) return null
  if (first.atom.kind === 'constant' && first.atom.value !== null) return String(first.atom.value)
  return literalText(first.atom)
}

export const plainText = (value: string, at: Place): Value => [{ atom: textAtom([value], at), guards: [] }]
