import { readAppJsonSource } from '../../engine/facts/app-json.ts'
import { credentialFile } from '../../engine/facts/credential-files.ts'
import { type CredentialText, type ScanOptions, scanForCredentials } from '../../engine/facts/credential-scan.ts'
import { type JsonNode, memberOf } from '../../engine/facts/json-source.ts'
import type { FindingDraft, Fix, Level, Place, RelatedPlace } from '../../engine/finding.ts'
import { ignoreFix } from '../../engine/fix-ignore.ts'
import { otherExpression } from '../../engine/fix-python.ts'
import { credentialsInCalls } from '../../engine/plan/credential-calls.ts'
import { databaseUses } from '../../engine/plan/databases.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { trailTo } from '../../engine/plan/production.ts'
import { secretKeys } from '../../engine/plan/secret-keys.ts'
import { startAccounts } from '../../engine/plan/start-accounts.ts'
import { defineRule } from '../../engine/rule.ts'
import type { TextFile, Tree } from '../../engine/tree.ts'

export const credentialCommitted = defineRule({
  id: 'credential-committed',
  stage: 'security',
  level: 'error',
  summary: 'A password, token or private key is in the repository',
  why: 'Whoever can read the repository, a fork, an old commit or the slug has the credential, and machines search public repositories for them within minutes. Taking it out in a new commit does not help: it stays in the history. Only the service that gave it can make it worthless.',
  consequence:
    'Heroku deploys it and says nothing. Whoever finds it can use the account, the database or the service in your name, and at your cost.',
  instead:
    'Revoke it where it was made, make a new one, and keep that in a config var:\n\n```bash\nheroku config:set MAIL_API_KEY=...\n```\n\n```python\nmail = MailClient(api_key=os.environ["MAIL_API_KEY"])\n```\n\nOn a laptop a `.env` that `.gitignore` lists does the same with `heroku local`. In `.env.example` keep the names and leave the values out. A key file (`service-account.json`) can be a config var as a whole: `heroku config:set GOOGLE_CREDENTIALS="$(cat service-account.json)"`.',
  fix: {
    safety: 'unsafe',
    note: 'lists a .env in .gitignore, or reads a constant from the config var of its name; the credential has to be revoked all the same',
  },
  sources: [
    { title: 'Configuration and config vars', url: 'https://devcenter.heroku.com/articles/config-vars' },
    {
      title: 'heroku local and .env',
      url: 'https://devcenter.heroku.com/articles/heroku-local#set-up-your-local-environment-variables',
    },
    {
      title: 'gitleaks, after whose rules the forms of tokens were written',
      url: 'https://github.com/gitleaks/gitleaks',
    },
    {
      title: 'Removing sensitive data from a repository',
      url: 'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository',
    },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  check: ({ plan, tree }) => {
    const found = new Map<string, Found>()
    const elsewhere = otherRules(plan)
    const add = (value: string, one: Found): void => {
      if (elsewhere.some((place) => overlaps(place, one.at))) return
      const known = found.get(value)
      if (known === undefined) found.set(value, one)
      else if (!overlaps(known.at, one.at) && !known.again.some((place) => overlaps(place, one.at)))
        known.again.push(one.at)
    }
    for (const { what, at, value, run } of credentialsInCalls(plan))
      add(value, { what, at, level: 'error', trail: trailTo(run, at), again: [] })
    for (const { at, value, run } of startAccounts(plan))
      add(`account ${value}`, { what: ACCOUNT, at, level: 'warning', trail: trailTo(run, at), again: [] })
    for (const one of inFiles(tree)) add(one.value, one)
    return [...found.values()].map((one) => {
      const fix = fixFor(plan, tree, one.at)
      return { ...drafted(one), ...(fix === null ? {} : { fix }) }
    })
  },
})

interface Found {
  readonly what: string
  readonly at: Place
  readonly level: Level
  readonly trail: readonly RelatedPlace[]
  /** Where the same text stands as well. */
  readonly again: Place[]
}

const ACCOUNT = 'account'
const MOST_PLACES = 5

function drafted({ what, at, level, trail, again }: Found): FindingDraft {
  const more = again.slice(0, MOST_PLACES).map((place) => ({ ...place, message: 'and here' }))
  return {
    at,
    level,
    secret: true,
    message:
      what === ACCOUNT
        ? 'Each start makes sure of an account whose password is in the repository. Read it from a config var.'
        : `${/^[AEIO]|^age/.test(what) ? 'An' : 'A'} ${what} is in the repository. Revoke it, and read the new one from a config var.`,
    ...(what === ACCOUNT ? { consequence: 'Anybody who has the code can log into the running app with it.' } : {}),
    related: [...trail, ...more],
  }
}

/** `.env`, `.env.production`: what is meant for one machine. In Python, a constant or a key of the config that holds it whole. */
function fixFor(plan: Plan, tree: Tree, at: Place): Fix | null {
  const { path } = at
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/^\.env(?:\.(?!example|sample|template|dist)\w+)?$/.test(name))
    return ignoreFix(tree, name, path, `git rm --cached ${path}`)
  const variable = path.endsWith('.py') ? constantOf(plan, at) : null
  return variable === null
    ? null
    : otherExpression(plan, at, `os.environ["${variable}"]`, `read ${variable} from the environment`)
}

function constantOf(plan: Plan, { path, start, end }: Place): string | null {
  for (const stmt of plan.modules.parse(path).body) {
    const [target, ...others] = stmt.kind === 'assign' ? stmt.targets : []
    if (stmt.kind !== 'assign' || target === undefined || others.length > 0) continue
    if (stmt.value.kind !== 'string' || start === undefined || end === undefined) continue
    if (stmt.value.start > start || stmt.value.end < end) continue
    // the place may be the text between the quotes, of which the expression is more
    if (stmt.value.start !== start || stmt.value.end !== end) return null
    const key = target.kind === 'subscript' && target.index.kind === 'string' ? target.index.parts[0] : undefined
    const found = target.kind === 'name' ? target.name : key
    return typeof found === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(found) ? found : null
  }
  return null
}

/** What the rules about the secret key and about database addresses speak of. */
function otherRules(plan: Plan): Place[] {
  const databases = databaseUses(plan).filter(({ certainty }) => certainty === 'certain' || certainty === 'fallback')
  return [...secretKeys(plan, 'literal'), ...databases].flatMap(({ at }) =>
    at.path.endsWith('.py') && at.start !== undefined ? [at] : [],
  )
}

const overlaps = (left: Place, right: Place): boolean =>
  left.path === right.path &&
  (left.start ?? 0) < (right.end ?? Number.POSITIVE_INFINITY) &&
  (right.start ?? 0) < (left.end ?? Number.POSITIVE_INFINITY)

/** Larger files are data. */
const LARGEST = 500_000
/** Says cheaply that a file holds nothing that the scan would find. */
const WORDS = /secret|token|passw|pwd|passphrase|key|:\/\/|authorization|[_-][A-Za-z0-9]{16}|[A-Za-z0-9]{20}/i

/** A file that an editor's trees share is scanned once. */
const SCANNED = new WeakMap<TextFile, readonly CredentialText[]>()

function scannedOnce(file: TextFile, options: ScanOptions): readonly CredentialText[] {
  const known = SCANNED.get(file)
  if (known !== undefined) return known
  const isQuiet = !WORDS.test(file.text) || file.text.startsWith('$ANSIBLE_VAULT')
  const found = isQuiet ? [] : scanForCredentials(file.text, options)
  SCANNED.set(file, found)
  return found
}

function* inFiles(tree: Tree): Generator<Found & { readonly value: string }> {
  for (const path of tree.paths) {
    const options = credentialFile(path)
    const file = options === null ? undefined : tree.glance(path, LARGEST)
    if (options === null || file === undefined) continue
    const forTests = path === 'app.json' ? testEnvironment(tree) : undefined
    for (const one of scannedOnce(file, options)) {
      const isForTests = forTests !== undefined && one.start >= forTests.start && one.end <= forTests.end
      const level = levelOf(one, isForTests ? 'example' : options.role)
      if (level !== null)
        yield {
          what: one.what,
          value: one.value,
          level,
          trail: [],
          again: [],
          at: { path, start: one.start, end: one.end },
        }
    }
  }
}

/** What app.json says of the apps that Heroku CI makes. https://devcenter.heroku.com/articles/app-json-schema#environments */
function testEnvironment(tree: Tree): JsonNode | undefined {
  const root = readAppJsonSource(tree)?.root
  return root === null || root === undefined ? undefined : memberOf(memberOf(root, 'environments'), 'test')
}

/** Tests and examples are full of made-up secrets; a token in a service's own form is seldom made up. */
function levelOf(one: CredentialText, role: 'used' | 'test' | 'example'): Level | null {
  if (role === 'used') return one.level ?? 'error'
  if (one.what === 'private key' || one.by === 'address' || one.level !== undefined) return null
  if (one.by === 'form') return 'warning'
  return role === 'test' && one.value.length >= 32 && /[A-Z]/.test(one.value) && /[a-z]/.test(one.value)
    ? 'warning'
    : null
}
