import { couldBeAtLeast, type Dependencies, installs } from '../../engine/facts/dependencies.ts'
import type { FindingDraft, Fix, Place } from '../../engine/finding.ts'
import { addRequirement, asDeclared, type RequirementAdded } from '../../engine/fix-requirement.ts'
import { type WantedDriver, wantedDriver } from '../../engine/plan/database-drivers.ts'
import { databaseUses } from '../../engine/plan/databases.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { callsOf, type Run, trailTo, webRuns } from '../../engine/plan/production.ts'
import { knownPrefix, literalText } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'

export const databaseDriverMissing = defineRule({
  id: 'database-driver-missing',
  stage: 'data',
  level: 'error',
  summary: 'The driver for the production database is in no production dependency',
  why: 'SQLAlchemy and its like speak to a database through a driver of another distribution, and bring none along. On a laptop with SQLite nothing misses it; on the dyno the address is that of Heroku Postgres, and the driver is looked for when the engine is made.',
  consequence:
    "The app stops at the start (`ModuleNotFoundError: No module named 'psycopg2'`), and requests get H10 (App crashed).",
  instead:
    'Add the driver to the production dependencies, for Postgres:\n\n```\npsycopg[binary]\n```\n\nand name it in the address: `postgresql+psycopg://…`.',
  fix: { safety: 'unsafe', note: 'adds the driver to requirements.txt' },
  sources: [
    {
      title: 'Connecting to Heroku Postgres from Python',
      url: 'https://devcenter.heroku.com/articles/connecting-heroku-postgres#connecting-in-python',
    },
    { title: 'SQLAlchemy: dialects and their drivers', url: 'https://docs.sqlalchemy.org/en/21/dialects/' },
    { title: 'Psycopg: installation', url: 'https://www.psycopg.org/psycopg3/docs/basic/install.html' },
  ],
  since: '0.1.0',
  needs: ['plan', 'dependencies'],
  check: ({ plan, dependencies }) => {
    const seen = new Set<string>()
    const known = wanted(plan)
    if (known.length === 0) return unseenUse(plan, dependencies)
    return known.flatMap(({ driver, at, run }): FindingDraft[] => {
      const key = driver.distributions.join()
      if (seen.has(key) || isThere(driver, dependencies) || importsIt(run, plan, driver)) return []
      seen.add(key)
      const left = driver.distributions.map((one) => dependencies.elsewhere.get(one)).find((one) => one !== undefined)
      const where =
        left === undefined
          ? 'no dependency'
          : `${left.where}, which the build does not install, and no production dependency`
      const name = suggestion(driver, dependencies)
      const added = addRequirement(
        plan.modules.tree,
        dependencies,
        left === undefined ? name : asDeclared(left.distribution),
      )
      return [
        {
          at,
          message: `The address begins with \`${driver.scheme}://\`, and ${where} brings a driver for it. Add \`${name}\`.`,
          related: trailTo(run, at),
          ...(added === null ? { missing: [name] } : adding(added)),
        },
      ]
    })
  },
})

/** What opens a database, and brings no driver for one that lasts. */
const OPENERS = ['sqlalchemy', 'flask-sqlalchemy', 'pony', 'peewee', 'dataset', 'records', 'databases', 'tortoise-orm']
const OTHER_DRIVERS = ['mysql+mysqldb://', 'mysql+pymysql://', 'mysql+mysqlconnector://', 'mssql+pyodbc://']

/** DATABASE_URL is read, reading cannot tell what for, and nothing that is installed speaks to any database server. */
function unseenUse(plan: Plan, dependencies: Dependencies): FindingDraft[] {
  if (!OPENERS.some((name) => installs(dependencies, name) === 'yes')) return []
  const postgres = wantedDriver('postgresql://')
  const others = OTHER_DRIVERS.flatMap((prefix) => wantedDriver(prefix) ?? [])
  const run = webRuns(plan).find(({ boot }) => boot.variables.has('DATABASE_URL'))
  const at = run?.boot.variables.get('DATABASE_URL')?.at
  if (run === undefined || at === undefined || !at.path.endsWith('.py')) return []
  const isOther = ({ distributions }: WantedDriver): boolean =>
    distributions.some((name) => installs(dependencies, name) === 'yes')
  if (postgres === null || isThere(postgres, dependencies)) return []
  if (others.some(isOther) || [postgres, ...others].some((driver) => importsIt(run, plan, driver))) return []
  return [
    {
      at,
      level: 'warning',
      message:
        'DATABASE_URL names a Postgres database, and no production dependency brings a driver for it. Add `psycopg2-binary` or `psycopg[binary]`, whichever the library takes.',
      related: trailTo(run, at),
    },
  ]
}

interface Wanted {
  readonly driver: WantedDriver
  readonly at: Place
  readonly run: Run
}

/** The drivers that production asks for: by an address, or by a library's class for one kind of database. */
function wanted(plan: Plan): Wanted[] {
  const byAddress = databaseUses(plan).flatMap(({ alternative, certainty, at, run }): Wanted[] => {
    const driver = wantedDriver(knownPrefix(alternative.atom))
    return driver === null || certainty === 'possible' || certainty === 'fallback' ? [] : [{ driver, at, run }]
  })
  const byClass = callsOf(plan, /^(?:peewee|playhouse\.\w+)\.\w*(?:Postgresql|MySQL)\w*Database$/).flatMap(
    (use): Wanted[] => {
      const driver = wantedDriver(use.call.name.includes('MySQL') ? 'mysql+pymysql://' : 'postgresql://')
      const both =
        driver === null
          ? null
          : { ...driver, distributions: [...driver.distributions, 'mysqlclient', 'mysql-connector-python'] }
      return both === null || use.certainty !== 'certain' ? [] : [{ driver: both, at: use.call.at, run: use }]
    },
  )
  const byProvider = callsOf(plan, /^pony\.orm\.(?:\w+\.)?Database(?:\.bind)?$/).flatMap((use): Wanted[] => {
    const [first] = use.call.args.named.get('provider') ?? use.call.args.positional[0] ?? []
    const provider = first === undefined ? null : literalText(first.atom)
    const driver = provider === null || !/^(?:postgres|mysql)/.test(provider) ? null : wantedDriver(`${provider}://`)
    return driver === null || use.certainty !== 'certain' ? [] : [{ driver, at: use.call.at, run: use }]
  })
  return [...byAddress, ...byClass, ...byProvider]
}

/** Is one of the distributions installed, or can nobody tell? */
const isThere = (driver: WantedDriver, dependencies: Dependencies): boolean =>
  driver.distributions.some((name) => installs(dependencies, name) !== 'no')

/** A driver that the code itself imports is missed there. */
const importsIt = (run: Run, plan: Plan, driver: WantedDriver): boolean =>
  run.boot.loaded.some(({ path }) => {
    const text = plan.modules.tree.read(path)?.text ?? ''
    return new RegExp(`^\\s*(?:from|import)\\s+(?:${driver.modules.source})`, 'm').test(text)
  })

function adding(added: RequirementAdded): { readonly fix: Fix } {
  const { line, ...made } = added
  return { fix: { safety: 'unsafe', description: `add ${line} to requirements.txt`, ...made } }
}

/** Before SQLAlchemy 2.1 a plain `postgresql://` means psycopg2. */
function suggestion({ scheme, distributions: [first = ''] }: WantedDriver, dependencies: Dependencies): string {
  if (/^postgres(?:ql)?$/.test(scheme) && couldBeAtLeast(dependencies, 'sqlalchemy', '2.1') === false)
    return 'psycopg2-binary'
  return /^postgres(?:ql)?(?:\+psycopg)?$/.test(scheme)
    ? 'psycopg[binary]'
    : first === 'psycopg2'
      ? 'psycopg2-binary'
      : first
}
