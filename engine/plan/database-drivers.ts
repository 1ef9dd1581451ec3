/** Which distributions bring the driver that a database address asks for. */

/**
 * By dialect and driver, as SQLAlchemy names them (https://docs.sqlalchemy.org/en/21/dialects/); the default driver of a dialect
 * stands under its bare name. Any one of the list will do.
 */
const DRIVERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['postgresql+psycopg2', ['psycopg2', 'psycopg2-binary', 'psycopg2cffi']],
  ['postgresql+psycopg', ['psycopg', 'psycopg-binary']],
  ['postgresql+psycopg_async', ['psycopg', 'psycopg-binary']],
  ['postgresql+asyncpg', ['asyncpg']],
  ['postgresql+pg8000', ['pg8000']],
  ['mysql', ['mysqlclient', 'mysql-python']],
  ['mysql+mysqldb', ['mysqlclient', 'mysql-python']],
  ['mysql+pymysql', ['pymysql']],
  ['mysql+mysqlconnector', ['mysql-connector-python', 'mysql-connector', 'mysql-connector-python-rf']],
  ['mysql+aiomysql', ['aiomysql']],
  ['mysql+asyncmy', ['asyncmy']],
  ['mssql', ['pyodbc']],
  ['mssql+pyodbc', ['pyodbc']],
  ['mssql+pymssql', ['pymssql']],
  ['sqlite+aiosqlite', ['aiosqlite']],
])
const ANY_POSTGRES = ['psycopg2', 'psycopg2-binary', 'psycopg', 'psycopg-binary', 'psycopg2cffi', 'pg8000', 'asyncpg']

export interface WantedDriver {
  /** `postgresql+psycopg2`, `mysql`. */
  readonly scheme: string
  /** Distributions of which one is enough, the one to name first. */
  readonly distributions: readonly string[]
  /** The modules that they bring, for a project that imports one itself. */
  readonly modules: RegExp
}

/** The driver for the beginning of an address; null for SQLite, and for what is not known. */
export function wantedDriver(prefix: string): WantedDriver | null {
  const scheme = /^([a-z0-9]+(?:\+[a-z0-9_]+)?):\/\//.exec(prefix)?.[1]
  if (scheme === undefined) return null
  // a plain scheme means another driver in SQLAlchemy 2.1 than before: any will do here, and `database-url-scheme` tells them apart
  if (/^postgres(?:ql)?$/.test(scheme))
    return { scheme, distributions: ANY_POSTGRES, modules: /psycopg|pg8000|asyncpg/ }
  const distributions = DRIVERS.get(scheme.replace(/^mariadb/, 'mysql'))
  return distributions === undefined
    ? null
    : {
        scheme,
        distributions,
        modules: /MySQLdb|pymysql|mysql|psycopg|pg8000|asyncpg|aiosqlite|pyodbc|pymssql|asyncmy/,
      }
}
