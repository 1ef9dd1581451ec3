/** Finds credentials in the text of one file: by the form of well-known tokens, and by the name that a value was given. */
import data from '../../data/credentials.json' with { type: 'json' }
import { isFlaskSecretKey, secretKind } from './credential-names.ts'
import { takers } from './credential-takers.ts'
import { entropy, isChosen, isPlaceholder, looksLikePassword, looksRandom } from './secret-text.ts'

export interface CredentialText {
  /** What it is, for a sentence: `Stripe secret key`, `password in an address`. */
  readonly what: string
  readonly start: number
  readonly end: number
  readonly value: string
  /** `form`: a well-known service's own; `name`: it is named so, and looks it; `address`: the password in a URL. */
  readonly by: 'form' | 'name' | 'address'
  readonly level?: 'warning'
}

export interface ScanOptions {
  /** Settings without quotes count: .env, ini, YAML. */
  readonly bare: boolean
  /** Look at names. */
  readonly names: boolean
  /** A browser gets to see the file: keys that are made for it are no secret there. */
  readonly browser: boolean
  /** Python, where Flask's secret key has rules of its own. */
  readonly python: boolean
}

interface TokenForm {
  readonly what: string
  readonly starts: readonly string[]
  readonly entropy: number
  readonly level: 'warning' | null
  readonly pattern: string
}

const FORMS: readonly TokenForm[] = data.tokens.map((token) => ({
  what: token.what,
  starts: token.starts,
  entropy: 'entropy' in token ? (token.entropy ?? 0) : 0,
  level: 'level' in token ? 'warning' : null,
  pattern: token.pattern,
}))

/** Longer lines are data, not code: pictures in notebooks, minified scripts. */
const LONGEST_LINE = 4000

/** Everything in a text that is a credential, in order of place. */
export function scanForCredentials(text: string, options: ScanOptions): CredentialText[] {
  const found = [...privateKeys(text), ...byForm(text, options), ...byAddress(text), ...byDsn(text)]
  if (options.names) found.push(...byName(text, options), ...byHeader(text), ...byQuery(text), ...byCall(text, options))
  else if (options.browser) found.push(...byHeader(text))
  found.sort((a, b) => a.start - b.start || b.end - a.end)
  return found.filter((one, i) => !found.slice(0, i).some((other) => one.start < other.end && other.start < one.end))
}

/**
 * The shortest token of all is as long as this; what is looked for stands in such a run, but for the word "discord".
 * Only the beginning of a run is tried: from each of its characters anew takes twice as long.
 */
const RUN = /(?<![\w.:+/=-])[\w.:+/=-]{20,}/g
const NAMED = /discord/gi

function byForm(text: string, { browser }: ScanOptions): CredentialText[] {
  const runs = [...(text.match(RUN) ?? []), ...(text.match(NAMED) ?? [])].join('\n')
  if (runs === '') return []
  return FORMS.flatMap((form) => {
    if (!form.starts.some((start) => runs.includes(start))) return []
    // what Google calls an API key identifies a project in a browser, and is meant to be seen there
    if (browser && form.what === 'Google API key') return []
    // compiled only here: hardly any file gets so far
    // behind `=` as .env and `heroku config:set` have it, but not behind the end of a base64 text
    const pattern = new RegExp(`(?<![\\w+-]|==)(?:${form.pattern})(?![\\w+/=-])`, 'g')
    return [...text.matchAll(pattern)].flatMap((match): CredentialText[] => {
      const [value] = match
      if (entropy(value) < form.entropy || /example|sample|placeholder|x{6}|0{8}|12345678|abcdef/i.test(value))
        return []
      if (isInLongLine(text, match.index)) return []
      const end = match.index + value.length
      return [
        { what: form.what, start: match.index, end, value, by: 'form', ...(form.level ? { level: form.level } : {}) },
      ]
    })
  })
}

const PRIVATE_KEY =
  /-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH) )?PRIVATE KEY(?: BLOCK)?-----|-----BEGIN PGP PRIVATE KEY BLOCK-----/g

/** Encrypted keys ("ENCRYPTED PRIVATE KEY", "Proc-Type: 4,ENCRYPTED") open nothing by themselves. */
function privateKeys(text: string): CredentialText[] {
  if (!text.includes('PRIVATE KEY')) return []
  return [...text.matchAll(PRIVATE_KEY)].flatMap((match): CredentialText[] => {
    const after = text.slice(match.index + match[0].length, match.index + match[0].length + 20_000)
    const stop = after.indexOf('-----END')
    const body = after.slice(0, stop < 0 ? 4000 : stop)
    const content = body.replace(/\\[nr]|[\s"'+\\,]/g, '')
    if (stop < 0 || content.length < 100 || /ENCRYPTED/.test(body) || isPlaceholder(content.slice(0, 40))) return []
    if (!/^[\w+/=:.,;-]+$/.test(content)) return []
    const end = match.index + match[0].length + stop
    return [{ what: 'private key', start: match.index, end, value: content, by: 'form' }]
  })
}

const WORD = /secret|token|passw|pwd|passphrase|_pass\b|key/gi
const ASSIGNED =
  /^(["']?)\s{0,4}\]?(?::\s?str)?\s{0,20}(=>|=(?!=)|:(?!:)|,)\s{0,20}(?:default\s?=\s?)?[rbu]{0,2}(["'])([^"'\n\\]{8,600})\3(?!\s*(?:\+|%|\.format|\[))/i
const BARE = /^\s{0,4}[=:]\s{0,4}([^\s"'#]{8,600})[ \t]*(?:#.*)?(?=\r?\n|$)/

/** What may follow a name that is given a value. */
const GIVES = /^["']?\s{0,4}\]?\s{0,2}[=:,]|^\s+[=:]/

function byName(text: string, { bare, python }: ScanOptions): CredentialText[] {
  const out: CredentialText[] = []
  let last = -1
  for (const match of text.matchAll(WORD)) {
    const { start, end } = nameAround(text, match.index, match[0].length)
    if (start < last) continue
    last = end
    // a part of a longer name or of an address: `AWS::ApiGateway::ApiKey`, `/oauth/token`
    if (/[:/#@%]/.test(text[start - 1] ?? ' ')) continue
    // most words are followed by nothing that gives a value
    if (!GIVES.test(text.slice(end, end + 8))) continue
    const name = text.slice(start, end)
    const kind = secretKind(name)
    if (kind === null || (python && isFlaskSecretKey(name))) continue
    const rest = text.slice(end, end + 700)
    const quoted = ASSIGNED.exec(rest)
    const plain = quoted === null && bare && isLineStart(text, start) ? BARE.exec(rest) : null
    // `("API_KEY", "…")`: the second argument is what is taken where the first is not set
    if (
      quoted?.[2] === ',' &&
      !(quoted[1] !== '' && new RegExp(`\\(\\s*[rbu]?${quoted[1]}$`).test(text.slice(Math.max(0, start - 40), start)))
    )
      continue
    const value = quoted?.[4] ?? plain?.[1]
    if (value === undefined) continue
    const holder = quoted ?? plain
    const at = end + (holder?.[0].indexOf(value) ?? 0)
    if (!(kind === 'password' ? looksLikePassword(value) : looksRandom(value))) continue
    if (isInLongLine(text, at) || (kind === 'password' && isHarmless(text, start, at))) continue
    out.push({
      what: kind === 'password' ? 'password' : `secret (${name.slice(0, 60)})`,
      start: at,
      end: at + value.length,
      value,
      by: 'name',
    })
  }
  return out
}

const LOCAL = /localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal/i
const ACCOUNT =
  /(?:user|account|admin|register|sign_?up|customer|member|student|person|author)\w{0,20}\s?\([^()]{0,300}$/i

/** The password of a server on the same machine, or that of an account which some code makes up. */
function isHarmless(text: string, start: number, at: number): boolean {
  return (
    LOCAL.test(text.slice(Math.max(0, start - 200), at + 200)) ||
    ACCOUNT.test(text.slice(Math.max(0, start - 300), start))
  )
}

/** The identifier around a word: letters, digits, `_`, `-`, and the dots of `app.config`. */
function nameAround(text: string, index: number, length: number): { readonly start: number; readonly end: number } {
  let start = index
  while (start > 0 && index - start < 60 && isPart(text.charCodeAt(start - 1))) start--
  let end = index + length
  while (end - index < 80 && isPart(text.charCodeAt(end))) end++
  return { start, end }
}

/** A letter, a digit, `_` or `-`; false for NaN, past the end. */
const isPart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 45

function isLineStart(text: string, at: number): boolean {
  const line = text.lastIndexOf('\n', at - 1) + 1
  return /^\s*(?:export\s+)?(?:-\s+)?$/.test(text.slice(line, at))
}

const HEADER =
  /authorization["']?\s{0,4}[\]:=,]\s{0,4}=?\s{0,4}f?["'](?:bearer|token|basic|bot)\s+([\w+/=.~-]{16,600})["']/gi

function byHeader(text: string): CredentialText[] {
  if (!/authorization/i.test(text)) return []
  return [...text.matchAll(HEADER)].flatMap((match) => {
    const value = match[1] ?? ''
    if (!looksRandom(value)) return []
    const start = match.index + match[0].lastIndexOf(value)
    return [{ what: 'token in an Authorization header', start, end: start + value.length, value, by: 'name' as const }]
  })
}

const QUERY =
  /[?&](?:api_?key|apikey|access_?token|token|auth_?token|app_?id|appid|client_secret)=([\w-]{12,200})(?=["'&\s])/gi

function byQuery(text: string): CredentialText[] {
  if (!/[?&]\w{1,14}=/.test(text)) return []
  return [...text.matchAll(QUERY)].flatMap((match) => {
    const value = match[1] ?? ''
    if (!looksRandom(value)) return []
    const start = match.index + match[0].lastIndexOf(value)
    return [{ what: 'key in an address', start, end: start + value.length, value, by: 'name' as const }]
  })
}

/** The modules that bring something which takes a secret. */
const TAKING = new RegExp([...new Set(takers.map(({ module }) => module))].join('|'))

function byCall(text: string, { python }: ScanOptions): CredentialText[] {
  if (!python || !TAKING.test(text)) return []
  return takers.flatMap(({ what, module, written }) => {
    if (written === null || !text.includes(module)) return []
    return [...text.matchAll(new RegExp(written, 'g'))].flatMap((match): CredentialText[] => {
      const value = match[2] ?? ''
      if (!looksRandom(value)) return []
      const start = match.index + match[0].lastIndexOf(value)
      return [{ what, start, end: start + value.length, value, by: 'name' }]
    })
  })
}

const ADDRESS =
  /\b(?:postgres(?:ql)?|mysql|mariadb|mssql|mongodb|rediss?|amqps?|smtps?|ftp|https?)(?:\+\w{1,20})?:\/\/([\w.%+~-]{0,100}):([^\s"'`@/:{}<>$]{4,200})@([\w.-]{4,200})/gi
/** Hosts that nobody else can reach, and those that stand for any. */
const NEAR =
  /^(?:localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|host\.docker)|(?:^|\.)(?:example(?:\.\w+)?|test|local|localhost|invalid|internal|localdomain)$|your|host(?:name)?$|server$/i
const COMMON = /^(?:postgres(?:ql)?|mysql|root|admin|user(?:name)?|test|guest)$/i

function byAddress(text: string): CredentialText[] {
  if (!text.includes('://')) return []
  return [...text.matchAll(ADDRESS)].flatMap((match): CredentialText[] => {
    const [whole, user = '', password = '', host = ''] = match
    if (!host.includes('.') || NEAR.test(host) || COMMON.test(password) || password === user) return []
    if (!isChosen(password) && !looksRandom(password)) return []
    const start = match.index + whole.lastIndexOf(`:${password}@`) + 1
    return [{ what: 'password in an address', start, end: start + password.length, value: password, by: 'address' }]
  })
}

const DSN = /\bpassword\s?=\s?'?([^\s"'{}%]{6,100})'?(?=[\s"';])/g

/** libpq's other form: `"dbname=shop user=shop password=… host=db.example.net"`. */
function byDsn(text: string): CredentialText[] {
  if (!/\bhost\s?=/.test(text) || !text.includes('dbname')) return []
  return [...text.matchAll(DSN)].flatMap((match): CredentialText[] => {
    const value = match[1] ?? ''
    const line = lineAround(text, match.index)
    const host = /\bhost\s?=\s?'?([\w.-]+)/.exec(line)?.[1] ?? ''
    if (!line.includes('dbname') || !host.includes('.') || NEAR.test(host) || !isChosen(value)) return []
    const start = match.index + match[0].indexOf(value)
    return [{ what: 'database password', start, end: start + value.length, value, by: 'address' }]
  })
}

function lineAround(text: string, at: number): string {
  const end = text.indexOf('\n', at)
  return text.slice(text.lastIndexOf('\n', at) + 1, end < 0 ? text.length : end).slice(0, LONGEST_LINE)
}

function isInLongLine(text: string, at: number): boolean {
  const start = text.lastIndexOf('\n', at)
  const end = text.indexOf('\n', at)
  return (end < 0 ? text.length : end) - start > LONGEST_LINE
}
