/** Where production keeps its data: every place at which a database is opened, with the addresses that reach it. */
import type { Place } from '../finding.ts'
import {
  type Alternative,
  both,
  type Certainty,
  certainty,
  type Guard,
  knownPrefix,
  literalText,
  under,
  type Value,
} from '../python/value.ts'
import { textShown } from './bind.ts'
import type { Plan } from './plan.ts'
import {
  type CallInProduction,
  callsOf,
  judge,
  type Run,
  reachable,
  settingOf,
  surestCallsOf,
  webRuns,
} from './production.ts'

export interface DatabaseUse {
  /** What opens it: `SQLALCHEMY_DATABASE_URI`, `create_engine()`, `sqlite3.connect()`. */
  readonly through: string
  /** Does the address go through SQLAlchemy's URL rules? */
  readonly sqlalchemy: boolean
  readonly alternative: Alternative
  /** All that the address may be, this alternative included. */
  readonly value: Value
  /** What must hold for this address to be used, and how sure that is. */
  readonly guards: readonly Guard[]
  readonly certainty: Certainty
  /** Where the address is written, else where it is used. */
  readonly at: Place
  readonly usedAt: Place
  readonly run: Run
  /** The file on the dyno's disk, for an address that names one. */
  readonly sqliteFile: string | null
  /** A store of its own kind (TinyDB) that is no SQLite all the same. */
  readonly isDocument: boolean
}

/** Libraries that take a database address as their first argument (or `url`), with what makes it a SQLite file there. */
const OPENERS: readonly {
  readonly name: RegExp
  readonly through: string
  readonly keyword: string
  readonly sqlalchemy: boolean
  readonly file: 'url' | 'path' | 'document'
}[] = [
  {
    name: /^sqlalchemy\.create_(?:async_)?engine$/,
    through: 'create_engine()',
    keyword: 'url',
    sqlalchemy: true,
    file: 'url',
  },
  { name: /^dataset\.connect$/, through: 'dataset.connect()', keyword: 'url', sqlalchemy: true, file: 'url' },
  { name: /^records\.Database$/, through: 'records.Database()', keyword: 'db_url', sqlalchemy: true, file: 'url' },
  { name: /^cs50\.(?:sql\.)?SQL$/, through: 'SQL()', keyword: 'url', sqlalchemy: false, file: 'url' },
  { name: /^databases\.Database$/, through: 'Database()', keyword: 'url', sqlalchemy: false, file: 'url' },
  { name: /^playhouse\.db_url\.connect$/, through: 'connect()', keyword: 'url', sqlalchemy: false, file: 'url' },
  {
    name: /^(?:sqlite3|aiosqlite|apsw)\.(?:connect|Connection)$/,
    through: 'sqlite3.connect()',
    keyword: 'database',
    sqlalchemy: false,
    file: 'path',
  },
  {
    name: /^(?:peewee|playhouse\.\w+)\.(?:Sqlite|SqliteExt|SqliteQueue|APSW|CSqliteExt|PooledSqlite)Database$/,
    through: 'SqliteDatabase()',
    keyword: 'database',
    sqlalchemy: false,
    file: 'path',
  },
  { name: /^tinydb\.(?:\w+\.)?TinyDB$/, through: 'TinyDB()', keyword: 'path', sqlalchemy: false, file: 'document' },
]

/** How a finding names the file. */
export const fileShown = ({ sqliteFile, isDocument }: DatabaseUse): string =>
  `the ${isDocument ? '' : 'SQLite '}file ${sqliteFile}`

/** Every database that production opens. */
export function databaseUses(plan: Plan): DatabaseUse[] {
  return [
    ...fromSettings(plan),
    ...OPENERS.flatMap((opener) => surestCallsOf(plan, opener.name).flatMap((use) => fromCall(plan, use, opener))),
    ...ponyDatabases(plan),
  ]
}

function fromSettings(plan: Plan): DatabaseUse[] {
  const extension = callsOf(
    plan,
    /^flask_sqlalchemy(?:_lite)?\.SQLAlchemy(?:\.init_app)?$|^flask_sqlalchemy\.\w+\.SQLAlchemy$/,
  )
  if (extension.length === 0) return []
  const about = { through: 'SQLALCHEMY_DATABASE_URI', sqlalchemy: true, file: 'url' } as const
  return webRuns(plan).flatMap((run) =>
    run.boot.allApps.flatMap((app) => {
      const main = settingOf(app, 'SQLALCHEMY_DATABASE_URI', run.boot)
      const named = ['SQLALCHEMY_BINDS', 'SQLALCHEMY_ENGINES'].flatMap((key) =>
        (settingOf(app, key, run.boot) ?? []).flatMap(({ atom, guards }) =>
          atom.kind === 'dict' ? [...atom.object.entries.values()].map((value) => under(value, guards)) : [],
        ),
      )
      return [...(main === null ? [] : [main]), ...named].flatMap((value) =>
        uses(value, run, [], { ...about, at: app.at, usedAt: app.at }),
      )
    }),
  )
}

function fromCall(plan: Plan, use: CallInProduction, opener: (typeof OPENERS)[number]): DatabaseUse[] {
  const { call } = use
  const value = call.args.named.get(opener.keyword) ?? call.args.positional[0]
  if (value === undefined) return []
  const at = call.argAt.get(opener.keyword) ?? call.argAt.get(0) ?? call.at
  if (opener.file !== 'url' && isScratch(plan, use)) return []
  return uses(value, use, use.reach, {
    through: opener.through,
    sqlalchemy: opener.sqlalchemy,
    file: opener.file,
    at,
    usedAt: call.at,
  })
}

/** Pony names its provider: `db.bind("sqlite", "db.sqlite")`, `db.bind(provider="sqlite", filename=…)`. */
function ponyDatabases(plan: Plan): DatabaseUse[] {
  return callsOf(plan, /^pony\.orm\.(?:\w+\.)?Database(?:\.bind)?$/).flatMap((use) => {
    const { args, argAt, at } = use.call
    const provider = args.named.get('provider') ?? args.positional[0]
    const file = args.named.get('filename') ?? args.positional[1]
    const isSqlite = provider?.length === 1 && provider[0] && literalText(provider[0].atom) === 'sqlite'
    if (!isSqlite || file === undefined) return []
    return uses(file, use, use.reach, {
      through: 'Database.bind()',
      sqlalchemy: false,
      file: 'path',
      at: argAt.get('filename') ?? argAt.get(1) ?? at,
      usedAt: at,
    })
  })
}

interface Opened {
  readonly through: string
  readonly sqlalchemy: boolean
  readonly file: 'url' | 'path' | 'document'
  readonly at: Place
  readonly usedAt: Place
}

/** Every address that a value may be; those that are SQLite files are judged together. */
function uses(given: Value, { process, server, boot }: Run, reach: readonly Guard[], about: Opened): DatabaseUse[] {
  const value = reachable(given, boot)
  const isFile = (alternative: Alternative): boolean => fileOf(alternative, about.file) !== null
  const others = value.filter((alternative) => !isFile(alternative))
  const judged = [
    ...judge(value, isFile),
    ...others.map((alternative) => ({ alternative, guards: alternative.guards })),
  ]
  return judged.flatMap(({ alternative, guards: own }) => {
    const guards = both(reach, own)
    const file = fileOf(alternative, about.file)
    if (guards === null) return []
    return [
      {
        through: about.through,
        sqlalchemy: about.sqlalchemy,
        alternative,
        value,
        guards,
        certainty: certainty(guards),
        at: writtenAt(alternative, about.at),
        usedAt: about.usedAt,
        run: { process, server, boot },
        sqliteFile: file,
        isDocument: about.file === 'document',
      },
    ]
  })
}

function writtenAt(alternative: Alternative, otherwise: Place): Place {
  return 'at' in alternative.atom && alternative.atom.at.path !== '' ? alternative.atom.at : otherwise
}

/** The file of a SQLite address, shown for a person; null for another database, one in memory, or a path that is not known at all. */
function fileOf({ atom }: Alternative, form: Opened['file']): string | null {
  if (atom.kind !== 'text') return null
  const shown = textShown(atom.parts)
  if (form !== 'url') {
    const known = atom.parts.some((part) => typeof part === 'string' && /[\w-]/.test(part))
    return known && !/^:memory:$|mode=memory/.test(shown) && !/^\/?tmp\//.test(shown) ? fromRoot(shown) : null
  }
  if (!/^sqlite(?:\+\w+)?:\/\/\//.test(knownPrefix(atom)) || /:memory:|mode=memory/.test(shown)) return null
  const path = shown.replace(/^sqlite(?:\+\w+)?:\/\/\//, '').replace(/\?.*$/, '')
  return path === '' ? null : fromRoot(path)
}

const fromRoot = (path: string): string => path.replace(/^\/app\//, '')

/** A file that the same function removes again is a scratch file, and one that is only read loses nothing. */
function isScratch(plan: Plan, use: CallInProduction): boolean {
  const { call } = use
  const removed = use.boot.calls.some(
    (other) =>
      /^(?:os\.(?:remove|unlink)|shutil\.rmtree|pathlib\.Path\.unlink)$/.test(other.name) &&
      other.within === call.within &&
      other.at.path === call.at.path &&
      call.within !== null,
  )
  if (removed || /^tempfile\./.test(call.name)) return true
  return call.name.startsWith('sqlite3') && !writes(plan, use)
}

const WRITING =
  /\b(?:insert\s+(?:or\s+\w+\s+)?into|update\s+\w+\s+set|delete\s+from|replace\s+into|create\s+table|drop\s+table|alter\s+table)\b|\.(?:commit|to_sql|executescript)\s*\(/i

function writes(plan: Plan, use: CallInProduction): boolean {
  return use.boot.loaded.some(({ path }) => WRITING.test(plan.modules.tree.read(path)?.text ?? ''))
}
