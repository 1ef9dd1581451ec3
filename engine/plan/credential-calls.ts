/** Secrets that production hands to a library, and that stand in the repository: `LineBotApi("…")`, `SMTP.login(user, "…")`. */
import { secretKind } from '../facts/credential-names.ts'
import { takers } from '../facts/credential-takers.ts'
import { isChosen, isPlaceholder, looksLikePassword, looksRandom } from '../facts/secret-text.ts'
import type { Place } from '../finding.ts'
import type { FlaskApp } from '../python/boot.ts'
import { type Alternative, literalText, type Value } from '../python/value.ts'
import type { Plan } from './plan.ts'
import { type CallInProduction, callsOf, type Run, settingOf, webRuns } from './production.ts'

export interface CredentialInCall {
  readonly what: string
  /** Where the text is written. */
  readonly at: Place
  readonly value: string
  readonly run: Run
}

/** Settings that extensions take a password or key from; `host`: the setting that says of which server. */
const SETTINGS: readonly { readonly key: string; readonly what: string; readonly host?: string }[] = [
  { key: 'MAIL_PASSWORD', what: 'mail password' },
  { key: 'MYSQL_PASSWORD', what: 'database password', host: 'MYSQL_HOST' },
  { key: 'MYSQL_DATABASE_PASSWORD', what: 'database password', host: 'MYSQL_DATABASE_HOST' },
]

/** Every literal that production hands to a call, or puts into a setting, that takes a secret. */
export function credentialsInCalls(plan: Plan): CredentialInCall[] {
  return [
    ...callsOf(plan, /./).flatMap((use) => [...fromTakers(use), ...fromKeywords(use)]),
    ...webRuns(plan).flatMap((run) => run.boot.apps.flatMap((app) => fromSettings(app, run))),
  ]
}

function fromSettings(app: FlaskApp, run: Run): CredentialInCall[] {
  return SETTINGS.flatMap(({ key, what, host }) => {
    const server = host === undefined ? null : settingOf(app, host, run.boot)
    // both extensions take localhost where no host is named
    if (host !== undefined && (server === null || isNear(server))) return []
    return texts(settingOf(app, key, run.boot), what, run, isChosen)
  })
}

function fromTakers(use: CallInProduction): CredentialInCall[] {
  const { call } = use
  return takers.flatMap(({ module, name, position, keyword, what }) => {
    if (!call.name.startsWith(module) || !name.test(call.name)) return []
    const value = call.args.named.get(keyword) ?? (position === null ? undefined : call.args.positional[position])
    return texts(value ?? null, what, use, keyword === 'password' && what !== 'Twilio auth token' ? isChosen : isGiven)
  })
}

/** `connect(password="…")`, `Client(api_key="…")`: a keyword that says what it takes. */
function fromKeywords(use: CallInProduction): CredentialInCall[] {
  const { call } = use
  if (/^(?:wtforms|flask_wtf|argparse|click)\b/.test(call.name)) return []
  return [...call.args.named].flatMap(([keyword, value]) => {
    const kind = secretKind(keyword)
    if (kind === null || isNear(call.args.named.get('host'))) return []
    return texts(
      value,
      kind === 'password' ? 'password' : `secret (${keyword})`,
      use,
      kind === 'password' ? looksLikePassword : looksRandom,
    )
  })
}

/** A server on the same machine: nothing that a dyno could reach. */
const isNear = (host: Value | undefined): boolean =>
  host?.some(({ atom }) => /^(?:localhost|127\.|0\.0\.0\.0|[\w-]+$)/.test(literalText(atom) ?? '')) ?? false

const isGiven = (text: string): boolean => !isPlaceholder(text) && (looksRandom(text) || looksLikePassword(text))

function texts(
  value: Value | null,
  what: string,
  { process, server, boot }: Run,
  isSecret: (text: string) => boolean,
): CredentialInCall[] {
  return (value ?? []).flatMap(({ atom }: Alternative) => {
    const text = literalText(atom)
    if (text === null || atom.kind !== 'text' || !atom.at.path.endsWith('.py') || !isSecret(text)) return []
    return [{ what, at: atom.at, value: text, run: { process, server, boot } }]
  })
}
