import { readAppJsonSource } from '../../engine/facts/app-json.ts'
import { memberOf, stringOf } from '../../engine/facts/json-source.ts'
import type { FindingDraft, TextEdit } from '../../engine/finding.ts'
import { withMember } from '../../engine/fix-json.ts'
import { withLine } from '../../engine/fix-line.ts'
import { boots, type Plan } from '../../engine/plan/plan.ts'
import { trailTo } from '../../engine/plan/production.ts'
import { readDotenv } from '../../engine/python/environment.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const configVarUndeclared = defineRule({
  id: 'config-var-undeclared',
  stage: 'platform',
  level: 'warning',
  summary: 'Production needs a config var that app.json does not declare',
  why: 'app.json is what a review app, a CI run or the Deploy button knows of the app. A config var that the code cannot do without and that app.json does not name is nobody asked for: the new app is built, and stops at that line. In a project without app.json, `.env.example` is the list that people copy.',
  consequence:
    'Each app that is made from app.json stops at the start with a KeyError until somebody sets the variable: H10 (App crashed).',
  instead:
    'Declare it, with a value, with `"generator": "secret"`, or with a description for the person who is asked:\n\n```json\n{\n  "env": {\n    "MAIL_API_KEY": { "description": "From the mail service, under Settings." }\n  }\n}\n```',
  fix: {
    safety: 'unsafe',
    note: 'declares it: in app.json with a description to fill in, or a generated secret where its name says so; in .env.example with an empty value',
  },
  sources: [
    { title: 'app.json schema: env', url: 'https://devcenter.heroku.com/articles/app-json-schema#env' },
    { title: 'Configuration and config vars', url: 'https://devcenter.heroku.com/articles/config-vars' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  check: ({ plan, tree }) => {
    const declared = declaredIn(tree)
    if (declared === null) return []
    const seen = new Set<string>()
    return boots(plan).flatMap((run) =>
      [...run.boot.needed].flatMap((name): FindingDraft[] => {
        const read = run.boot.variables.get(name)
        if (read === undefined || seen.has(name) || isGiven(name, plan) || declared.names(name)) return []
        seen.add(name)
        const type = run.process?.type ?? 'web'
        const edit = declaring(tree, declared.path, name)
        return [
          {
            at: read.at,
            ...(declared.path === 'app.json' ? {} : { level: 'info' as const, consequence: EXAMPLE }),
            // a new app starts its web process by itself, and the others when somebody scales them up
            ...(type === 'web' ? {} : { level: 'info' as const }),
            message: `${type === 'web' ? 'The app' : `The ${type} process`} stops without ${name}, and ${declared.path} does not name it. Add it there.`,
            related: trailTo(run, read.at),
            ...(edit === null
              ? {}
              : { fix: { safety: 'unsafe', description: `declare ${name} in ${declared.path}`, edits: [edit] } }),
          },
        ]
      }),
    )
  },
})

const EXAMPLE = 'Whoever copies the list to a new app forgets it, and the app stops at the start: H10 (App crashed).'

interface Declared {
  readonly path: string
  readonly names: (name: string) => boolean
}

/** Null where no file is there to declare anything, or where it is broken. */
function declaredIn(tree: Tree): Declared | null {
  if (tree.has('app.json')) {
    const root = readAppJsonSource(tree)?.root
    if (root?.kind !== 'object') return null
    const env = memberOf(root, 'env')
    const names = new Set(env?.kind === 'object' ? env.members.map(({ key }) => key) : [])
    const addons = memberOf(root, 'addons')
    const services = (addons?.kind === 'array' ? addons.items : []).flatMap((item) => [
      ...wordsOf(stringOf(item) ?? stringOf(memberOf(item, 'plan')) ?? ''),
      ...wordsOf(stringOf(memberOf(item, 'as')) ?? ''),
    ])
    return { path: 'app.json', names: (name) => names.has(name) || services.some((word) => name.includes(word)) }
  }
  const path = ['.env.example', '.env.sample', '.env.template', '.env.dist', 'example.env'].find((each) =>
    tree.has(each),
  )
  if (path === undefined) return null
  const text = tree.read(path)?.text ?? ''
  const names = new Set(readDotenv(text, path).map(([name]) => name))
  // a name in a comment is told, too
  return names.size === 0 ? null : { path, names: (name) => names.has(name) || text.includes(name) }
}

/** A secret key may be anything; what another service hands out has to be asked for. */
const OWN_SECRET = /^(?:FLASK_|APP_|DJANGO_)?(?:SECRET_KEY|SECRET)$|_SALT$|^JWT_SECRET(?:_KEY)?$/

function declaring(tree: Tree, path: string, name: string): TextEdit | null {
  const file = tree.read(path)
  if (file === undefined) return null
  const { text } = file
  if (path !== 'app.json') return withLine(path, text, `${name}=`)
  const root = readAppJsonSource(tree)?.root
  if (root?.kind !== 'object') return null
  const env = memberOf(root, 'env')
  const value = OWN_SECRET.test(name) ? '{ "generator": "secret" }' : '{ "description": "" }'
  if (env === undefined) return withMember(path, text, root, 'env', `{\n  ${JSON.stringify(name)}: ${value}\n}`)
  return env.kind === 'object' ? withMember(path, text, env, name, value) : null
}

/** An add-on names its config vars after itself: `sendgrid:starter` gives SENDGRID_API_KEY. */
function wordsOf(plan: string): string[] {
  const service = plan.split(':')[0] ?? ''
  const words = service.toUpperCase().split(/[^A-Z0-9]+/)
  return words.filter((word) => word.length > 3 && word !== 'HEROKU')
}

/** Set by the platform or by the two data stores that other rules ask for, or in the process line. */
const PLATFORM =
  /^(?:PORT|DYNO|HOME|PATH|PWD|USER|TZ|LANG|HEROKU_\w+|DATABASE_URL|REDIS_URL|REDIS_TLS_URL|WEB_CONCURRENCY|PYTHON\w*|FLASK_APP|CI|SOURCE_VERSION|STACK)$/

function isGiven(name: string, plan: Plan): boolean {
  return (
    PLATFORM.test(name) ||
    plan.processes.some(({ invocations }) => invocations.some(({ environment }) => environment.has(name)))
  )
}
