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
  /** Nothing is said, and the server's own default is loopback or a fixed port. */
  | 'default'

export interface Address {
  /** As a person would write it: `127.0.0.1:8000`, `0.0.0.0:$PORT`. */
  readonly shown: string
  readonly verdict: 'right' | 'unknown' | BindFault
  readonly at: Place
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
  const bare = shown.replace(/^tcp:\/\//, '')
  const cut = bare.startsWith('[') ? bare.indexOf(']:') + 1 : bare.lastIndexOf(':')
  if (cut <= 0 && !bare.startsWith(':')) {
    // no port is said: the whole is taken as a host
    return {
      shown,
      verdict: atom.parts.some((part) => typeof part !== 'string' && part.name !== 'PORT') ? 'unknown' : 'fixed-port',
      at,
    }
  }
  return { shown, verdict: hostAndPort(bare.slice(0, cut), bare.slice(cut + 1), fallbackPort), at }
}

/** Judges a host and a port that are given apart; null stands for "not said". */
export function hostPortAddress(
  host: Value | null,
  port: Value | null,
  defaults: { readonly host: string; readonly port: number | 'PORT' },
  at: Place,
): Address[] {
  host = host === null ? null : asCommitted(host)
  port = port === null ? null : asCommitted(port)
  const hosts =
    host === null
      ? [defaults.host]
      : host.map(({ atom }) => (atom.kind === 'constant' && atom.value === null ? defaults.host : shownAtom(atom)))
  const ports =
    port === null
      ? [defaults.port === 'PORT' ? '$PORT' : String(defaults.port)]
      : port.map(({ atom }) =>
          atom.kind === 'constant' && atom.value === null ? String(defaults.port) : shownAtom(atom),
        )
  return hosts.flatMap((one) =>
    ports.map(
      (other): Address => ({
        shown: `${one}:${other}`,
        verdict: host === null && port === null && defaults.port !== 'PORT' ? 'default' : hostAndPort(one, other, 0),
        at,
      }),
    ),
  )
}

function hostAndPort(host: string, port: string, fallbackPort: number): Address['verdict'] {
  if (LOOPBACK.test(host)) return 'loopback'
  const hostKnown = ANY_HOST.has(host)
  if (port === '$PORT') return hostKnown ? 'right' : 'unknown'
  if (/^\d+$/.test(port) || (port === '' && fallbackPort > 0)) return 'fixed-port'
  return 'unknown'
}

function shownAtom(atom: Atom): string {
  if (atom.kind === 'text') return textShown(atom.parts)
  return atom.kind === 'constant' ? String(atom.value) : '?'
}

/** Without what holds only once somebody sets a config var that nothing asks for. */
function asCommitted(value: Value): Value {
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
