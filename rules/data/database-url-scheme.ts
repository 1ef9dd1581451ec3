import { couldBeAtLeast, type Dependencies, installs } from '../../engine/facts/dependencies.ts'
import type { Fix, TextEdit } from '../../engine/finding.ts'
import { type DatabaseUse, databaseUses } from '../../engine/plan/databases.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import type { Run } from '../../engine/plan/production.ts'
import { trailTo } from '../../engine/plan/production.ts'
import type { Expr } from '../../engine/python/ast.ts'
import { dottedName } from '../../engine/python/evaluate.ts'
import { type Alternative, knownPrefix, literalText } from '../../engine/python/value.ts'
import { expressionsOf } from '../../engine/python/walk.ts'
import { defineRule } from '../../engine/rule.ts'

export const databaseUrlScheme = defineRule({
  id: 'database-url-scheme',
  stage: 'data',
  level: 'error',
  summary: 'DATABASE_URL reaches SQLAlchemy with a scheme that SQLAlchemy cannot load',
  why: 'Heroku Postgres still gives `DATABASE_URL` as `postgres://…`. SQLAlchemy 1.4 and newer knows no such dialect. Since SQLAlchemy 2.1 a plain `postgresql://` means the driver psycopg 3, so the old remedy of writing `postgresql://` fails as well where only psycopg2 is installed.',
  consequence:
    "The app stops when the engine is made (`NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgres`, or `No module named 'psycopg'`), and requests get H10 (App crashed).",
  instead:
    'Name dialect and driver, for psycopg 3 (`psycopg[binary]`):\n\n```python\nurl = os.environ["DATABASE_URL"]\nif url.startswith("postgres://"):\n    url = url.replace("postgres://", "postgresql+psycopg://", 1)\n```\n\nWith psycopg2 write `postgresql+psycopg2://`.',
  fix: {
    safety: 'safe',
    note: 'writes `.replace("postgres://", …, 1)` behind the config var, or another scheme in such a call; unsafe where the program also opens the database past SQLAlchemy',
  },
  sources: [
    {
      title: 'Why is SQLAlchemy 1.4.x not connecting to Heroku Postgres?',
      url: 'https://help.heroku.com/ZKNTJQSK/why-is-sqlalchemy-1-4-x-not-connecting-to-heroku-postgres',
    },
    {
      title: 'SQLAlchemy 1.4 changelog: postgres:// removed',
      url: 'https://docs.sqlalchemy.org/en/20/changelog/changelog_14.html',
    },
    {
      title: 'SQLAlchemy 2.1: the default PostgreSQL driver is psycopg',
      url: 'https://docs.sqlalchemy.org/en/21/changelog/migration_21.html',
    },
  ],
  since: '0.1.0',
  needs: ['plan', 'dependencies'],
  check: ({ plan, dependencies }) => {
    const seen = new Set<string>()
    return databaseUses(plan).flatMap((use) => {
      const key = `${use.at.path}:${use.at.start}`
      const found = !seen.has(key) && use.sqlalchemy ? fault(use, dependencies) : null
      if (found === null) return []
      const { message, scheme } = found
      const fix = otherScheme(plan, use, scheme)
      seen.add(key)
      return [{ at: use.at, message, related: trailTo(use.run, use.at), ...(fix === null ? {} : { fix }) }]
    })
  },
})

interface Fault {
  readonly message: string
  /** What the address has to begin with. */
  readonly scheme: string
}

/** Config vars by which Heroku Postgres hands out its address. */
const ATTACHED = /^(?:DATABASE_URL|HEROKU_POSTGRESQL_\w+_URL)$/

function fault(use: DatabaseUse, dependencies: Dependencies): Fault | null {
  const { atom } = use.alternative
  // "DATABASE_URL is set" is how production runs. Whatever else is undecided, it is a fault when no remaining case is right.
  const expected = use.value.filter(
    ({ guards }) =>
      !guards.some((guard) => guard.about.kind === 'set' && !guard.holds && ATTACHED.test(guard.about.name)),
  )
  const scheme = (alternative: Alternative): string => /^[a-z0-9]+:\/\//.exec(knownPrefix(alternative.atom))?.[0] ?? ''
  if (!expected.includes(use.alternative)) return null
  // A single case that may never happen, or a call that may never be reached, proves nothing.
  if (use.value.length === 1 && use.certainty !== 'certain' && use.certainty !== 'configured') return null
  if (expected.some((other) => scheme(other) !== scheme(use.alternative))) return null
  const prefix = knownPrefix(atom)
  const source = literalText(atom) === null ? 'DATABASE_URL begins with' : 'The address begins with'
  const driver =
    installs(dependencies, 'psycopg') === 'yes'
      ? 'psycopg'
      : installs(dependencies, 'psycopg2') === 'yes' || installs(dependencies, 'psycopg2-binary') === 'yes'
        ? 'psycopg2'
        : 'psycopg'
  if (/^postgres:\/\//.test(prefix)) {
    if (couldBeAtLeast(dependencies, 'sqlalchemy', '1.4') !== true) return null
    return {
      message: `${source} \`postgres://\`, and SQLAlchemy 1.4 and newer refuses that. Replace it by \`postgresql+${driver}://\` first.`,
      scheme: `postgresql+${driver}://`,
    }
  }
  if (/^postgresql:\/\//.test(prefix) && driver === 'psycopg2') {
    if (couldBeAtLeast(dependencies, 'sqlalchemy', '2.1') !== true || installs(dependencies, 'psycopg') !== 'no')
      return null
    return {
      message:
        'SQLAlchemy 2.1 takes `postgresql://` for psycopg 3, and only psycopg2 is installed. Write `postgresql+psycopg2://`, or install `psycopg[binary]`.',
      scheme: 'postgresql+psycopg2://',
    }
  }
  return null
}

/**
 * A small edit where the address comes from: the scheme in a `.replace()` that is there, else such a call behind the expression
 * that reads the config var. Null where several expressions read it, since reading cannot tell which of them is used.
 */
function otherScheme(plan: Plan, { at, alternative: { atom }, run }: DatabaseUse, scheme: string): Fix | null {
  if (!at.path.endsWith('.py')) return null
  const text = plan.modules.tree.read(at.path)?.text ?? ''
  const { body } = plan.modules.parse(at.path)
  const all = [...expressionsOf(body)]
  const edit = (start: number, end: number, words: string): TextEdit => ({
    kind: 'text',
    path: at.path,
    start,
    end,
    text: words,
  })
  const fix = (...edits: readonly TextEdit[]): Fix => ({
    safety: goesElsewhere(plan, run) ? 'unsafe' : 'safe',
    description: `begin the address with ${scheme}`,
    edits,
  })
  const write = (start: number, end: number, words: string): Fix => fix(edit(start, end, words))
  const literal = all.find((expr) => expr.kind === 'string' && expr.start === at.start && expr.end === at.end)
  if (literal !== undefined) {
    const prefix = /^[bfruBFRU]*["']{1,3}(postgres(?:ql)?:\/\/)/d.exec(text.slice(literal.start, literal.end))
      ?.indices?.[1]
    return prefix === undefined ? null : write(literal.start + prefix[0], literal.start + prefix[1], scheme)
  }
  const variable = atom.kind === 'text' ? atom.parts.find((part) => typeof part !== 'string') : undefined
  if (typeof variable !== 'object' || variable.kind !== 'config-var') return null
  const replaced = all.flatMap((expr) => (expr.kind === 'call' && isReplace(expr) ? (expr.args[1] ?? []) : []))
  if (replaced.length > 0) {
    const [second, ...others] = replaced
    const word = second === undefined ? '' : text.slice(second.start, second.end)
    const inside = /^(["'])postgresql:\/\/\1$/.exec(word)
    if (second === undefined || others.length > 0 || inside === null) return null
    return write(second.start + 1, second.end - 1, scheme)
  }
  const usesDecouple = /^[ \t]*(?:import|from)[ \t]+decouple\b/m.test(text)
  const reads = all.flatMap((expr) => {
    const what = readsVariable(expr, variable.name, usesDecouple)
    return what === null ? [] : [{ expr, what }]
  })
  const [read, ...others] = reads
  if (read === undefined || others.length > 0) return null
  const { start, end } = read.expr
  const name = nameOfVariable(read.expr)
  if (name === undefined) return null
  const quote = text.charAt(name.end - 1)
  const replacing = `.replace(${quote}postgres://${quote}, ${quote}${scheme}${quote}, 1)`
  if (read.what === 'text') return write(end, end, replacing)
  // None has no replace(): an empty text stands for it on the way, and None comes out again
  const fallback = edit(name.end, name.end, `, ${quote}${quote}`)
  const behind = text.slice(end, end + 100)
  if (/^[ \t]+or\b/.test(behind)) return fix(fallback, edit(end, end, replacing))
  if (STANDS_ALONE_BEHIND.test(behind) && STANDS_ALONE_BEFORE.test(text.slice(Math.max(0, start - 100), start)))
    return fix(fallback, edit(end, end, `${replacing} or None`))
  return fix(edit(start, start, '('), fallback, edit(end, end, `${replacing} or None)`))
}

/** Where the config var is named; behind a keyword nothing can follow without one. */
function nameOfVariable(expr: Expr): Expr | undefined {
  if (expr.kind === 'subscript') return expr.index
  const [first] = expr.kind === 'call' ? expr.args : []
  return first?.name === null ? first.value : undefined
}

/** Around an expression that is the whole of what is assigned, returned or passed on, so that `or` needs no parentheses. */
const STANDS_ALONE_BEHIND = /^[ \t]*(?:[)\]},#]|\r?\n|$)/
const STANDS_ALONE_BEFORE = /(?:[([{,:]|(?<![=!<>+\-*/%&|^:])=|\breturn)[ \t]*$/

/** A driver of its own takes no `postgresql+psycopg2://`, and may have been given the same address. */
const goesElsewhere = (plan: Plan, { boot }: Run): boolean =>
  boot.loaded.some(({ path }) => OTHER_READERS.test(plan.modules.tree.read(path)?.text ?? ''))
const OTHER_READERS =
  /^[ \t]*(?:import|from)[ \t]+(?:psycopg2?|asyncpg|aiopg|pg8000|databases|peewee|urlparse|urllib)\b/m

const isReplace = ({
  callee,
  args,
}: {
  readonly callee: Expr
  readonly args: readonly { readonly value: Expr }[]
}): boolean => {
  const [from] = args
  return (
    callee.kind === 'attribute' &&
    callee.name === 'replace' &&
    from?.value.kind === 'string' &&
    /^postgres/.test(typeof from.value.parts[0] === 'string' ? from.value.parts[0] : '')
  )
}

/** `os.environ["X"]`, or a `get` whose fallback is a text: what is sure to be a text. A `get` without any may be None. */
function readsVariable(expr: Expr, name: string, usesDecouple: boolean): 'text' | 'perhaps' | null {
  const isName = (one: Expr | undefined): boolean =>
    one?.kind === 'string' && one.parts.length === 1 && one.parts[0] === name
  if (expr.kind === 'subscript')
    return /(?:^|\.)environ$/.test(dottedName(expr.of)) && isName(expr.index) ? 'text' : null
  if (expr.kind !== 'call' || expr.args.length > 2 || !isName(expr.args[0]?.value)) return null
  const [, fallback] = expr.args
  if (fallback !== undefined && fallback.value.kind !== 'string') return null
  const callee = dottedName(expr.callee)
  // decouple stops where there is neither the variable nor a fallback
  if (usesDecouple && /^(?:decouple\.)?config$/.test(callee)) return 'text'
  if (!/(?:^|\.)(?:getenv|environ\.get)$/.test(callee)) return null
  return fallback === undefined ? 'perhaps' : 'text'
}
