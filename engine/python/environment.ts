/**
 * The environment variables that a process of a dyno sees, as far as the repository and the platform tell.
 *
 * Set by the platform: PORT and DYNO (https://devcenter.heroku.com/articles/dynos#local-environment-variables);
 * by the Python buildpack on Cedar: PYTHONUNBUFFERED, PYTHONPATH, LANG, WEB_CONCURRENCY, FORWARDED_ALLOW_IPS, GUNICORN_CMD_ARGS
 * (heroku-buildpack-python, bin/compile and vendor/*.sh, read 2026-11-21). DATABASE_URL still begins with `postgres://`.
 */
import type { Place } from '../finding.ts'
import {
  assigned,
  constant,
  type Guard,
  narrow,
  oneOf,
  setGuard,
  type TextPart,
  text,
  under,
  type Value,
} from './value.ts'

const nowhere: Place = { path: '' }

/** Variables that are never set on a dyno: a build server's own. */
const NEVER_SET = new Set([
  'CI',
  'TRAVIS',
  'GITHUB_ACTIONS',
  'CIRCLECI',
  'GITLAB_CI',
  'HEROKU_TEST_RUN_ID',
  'VIRTUAL_ENV',
  'WERKZEUG_RUN_MAIN',
  'USER',
  'USERNAME',
])

const ALWAYS_SET: ReadonlyMap<string, readonly TextPart[]> = new Map<string, readonly TextPart[]>([
  ['PORT', [{ kind: 'config-var', name: 'PORT' }]],
  ['DYNO', ['web.1']],
  ['HOME', ['/app']],
  ['PWD', ['/app']],
  ['PATH', [{ kind: 'config-var', name: 'PATH' }]],
])

const SET_BY_CEDAR_BUILDPACK: ReadonlyMap<string, readonly TextPart[]> = new Map<string, readonly TextPart[]>([
  ['PYTHONUNBUFFERED', ['true']],
  ['PYTHONPATH', ['/app']],
  ['LANG', ['en_US.UTF-8']],
  ['WEB_CONCURRENCY', [{ kind: 'config-var', name: 'WEB_CONCURRENCY' }]],
  ['FORWARDED_ALLOW_IPS', ['*']],
  ['GUNICORN_CMD_ARGS', ['--access-logfile -']],
])

/** Config vars that add-ons set, with what they begin with. */
const ADDON_PREFIX: readonly (readonly [RegExp, string])[] = [
  [/^DATABASE_URL$|^HEROKU_POSTGRESQL_[A-Z]+_URL$/, 'postgres://'],
  [/^REDIS_URL$|^HEROKU_REDIS_[A-Z]+_URL$/, 'rediss://'],
  [/^CLEARDB_DATABASE_URL$|^JAWSDB_(?:MARIA_)?URL$/, 'mysql://'],
  [/^MONGODB_URI$|^MONGOLAB_URI$|^MONGOHQ_URL$/, 'mongodb://'],
]

export interface EnvironmentOptions {
  readonly generation: 'cedar' | 'fir'
  /** Literal values that the process line or the platform's files give; they hold for certain. */
  readonly fixed: ReadonlyMap<string, string>
  /** Literal values from app.json: what an app made from it has, unless somebody changes them. */
  readonly declared: ReadonlyMap<string, string>
}

export class Environment {
  readonly #options: EnvironmentOptions
  /** Written by the program itself (`os.environ["X"] = …`). */
  readonly #written = new Map<string, Value>()
  /** From a committed .env that the program loads; a variable that is set wins. */
  readonly #loaded = new Map<string, Value>()
  /** Every config var that the program asked for. */
  readonly reads = new Map<string, { readonly at: Place; required: boolean }>()

  constructor(options: EnvironmentOptions) {
    this.#options = options
  }

  /** What the variable holds: the alternatives in which it is set, and the guards under which it is not (null: never). */
  lookup(
    name: string,
    at: Place,
    path: readonly Guard[],
  ): { readonly set: Value | null; readonly unset: readonly Guard[] | null } {
    const written = this.#written.get(name)
    if (written !== undefined) return { set: narrow(written, path), unset: null }
    const fixed = this.#options.fixed.get(name)
    if (fixed !== undefined) return { set: text([fixed], at), unset: null }
    const always =
      ALWAYS_SET.get(name) ?? (this.#options.generation === 'cedar' ? SET_BY_CEDAR_BUILDPACK.get(name) : undefined)
    if (always !== undefined) return { set: text(always, at), unset: null }
    const unset = setGuard(name, false)
    const loaded = this.#loaded.get(name)
    if (NEVER_SET.has(name)) return loaded ? { set: loaded, unset: null } : { set: null, unset: [] }
    const declared = this.#options.declared.get(name)
    const set = under(text(declared === undefined ? this.#shape(name) : [declared], at), [setGuard(name, true)])
    return loaded ? { set: oneOf(set, under(loaded, [unset])), unset: null } : { set, unset: [unset] }
  }

  /** `os.environ.get(name, fallback)`: fallback null is Python's None. */
  get(name: string, fallback: Value | null, at: Place, path: readonly Guard[]): Value {
    this.#note(name, at, false)
    const { set, unset } = this.lookup(name, at, path)
    if (unset === null) return set ?? constant(null, at)
    const otherwise = under(fallback ?? constant(null, at), unset)
    return narrow(set === null ? otherwise : oneOf(set, otherwise), path)
  }

  /** `os.environ[name]`: raises where the variable is not set, so what follows can take it as set. */
  require(name: string, at: Place, path: readonly Guard[]): Value {
    this.#note(name, at, true)
    const { set, unset } = this.lookup(name, at, path)
    if (set !== null && unset === null) return narrow(set, path)
    if (set === null) return text(this.#shape(name), at)
    return narrow(set, [...path.filter((guard) => guard.key !== `set:${name}`), setGuard(name, true)])
  }

  /** What the program itself gave a variable, in its code or by a `.env` that it loads; null when it gave none. */
  own(name: string, path: readonly Guard[]): Value | null {
    const value = this.#written.get(name) ?? this.#loaded.get(name)
    return value === undefined ? null : narrow(value, path)
  }

  write(name: string, value: Value, path: readonly Guard[]): void {
    const before = this.#written.get(name) ?? this.lookup(name, nowhere, []).set ?? undefined
    this.#written.set(name, assigned(before, value, path))
  }

  /** The program stops without it. */
  markRequired(name: string): void {
    const seen = this.reads.get(name)
    if (seen !== undefined) seen.required = true
  }

  load(entries: Iterable<readonly [string, string, Place]>): void {
    for (const [name, value, at] of entries) this.#loaded.set(name, text([value], at))
  }

  #shape(name: string): readonly TextPart[] {
    const hole = { kind: 'config-var', name } as const
    const prefix = ADDON_PREFIX.find(([pattern]) => pattern.test(name))?.[1]
    return prefix === undefined ? [hole] : [prefix, hole]
  }

  #note(name: string, at: Place, required: boolean): void {
    const seen = this.reads.get(name)
    if (seen === undefined) this.reads.set(name, { at, required })
    else if (required) seen.required = true
  }
}

/** Reads KEY=VALUE lines as python-dotenv does in the simple cases: quotes, `export`, comments. */
export function readDotenv(source: string, path: string): [string, string, Place][] {
  const out: [string, string, Place][] = []
  let offset = 0
  for (const raw of source.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*/.exec(raw)
    if (match?.[1]) {
      const rest = raw.slice(match[0].length).trimEnd()
      const quote = rest[0]
      const close = quote === '"' || quote === "'" ? rest.indexOf(quote, 1) : -1
      const value = close > 0 ? rest.slice(1, close) : rest.replace(/\s+#.*$/, '')
      const start = offset + raw.indexOf(match[1])
      out.push([match[1], value, { path, start, end: offset + raw.trimEnd().length }])
    }
    offset += raw.length + 1
  }
  return out
}
