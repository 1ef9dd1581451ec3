import { basename } from 'node:path'
import { type Facts, type Finding, planJson } from 'flask-dyno'
import { offer } from './offer.ts'

/** Config vars that an add-on sets, with the add-on. https://devcenter.heroku.com/articles/heroku-postgresql, …/heroku-redis */
const ADDONS: Readonly<Record<string, string>> = { DATABASE_URL: 'heroku-postgresql', REDIS_URL: 'heroku-redis' }

/** Set by Heroku itself, or by its buildpack. https://devcenter.heroku.com/articles/dynos#local-environment-variables */
const GIVEN = /^(?:PORT|DYNO|HOME|PATH|PWD|LANG|PYTHON.*|WEB_CONCURRENCY|HEROKU_.*|STACK)$/

const SECRET = /^(?:(?:FLASK_|APP_)?SECRET_KEY|SESSION_SECRET|JWT_SECRET(?:_KEY)?|SECURITY_PASSWORD_SALT)$/

/** Offers an app.json where there is none: what a new app (a review app, one by the Heroku Button) needs before it can start. */
export function newAppJson(facts: Facts): Finding[] {
  const plan = planJson(facts)
  if (plan === undefined || facts.tree.has('app.json')) return []
  const needed = plan.configVars.filter(({ name }) => !GIVEN.test(name))
  const addons = needed.flatMap(({ name }) => ADDONS[name] ?? [])
  const env = needed
    .filter(({ name, required }) => ADDONS[name] === undefined && (required || SECRET.test(name)))
    .map(({ name }): [string, object] => [
      name,
      SECRET.test(name) ? { description: 'Signs what the app hands out.', generator: 'secret' } : { required: true },
    ])
  const content = {
    name: nameOf(facts.tree.root),
    ...(addons.length === 0 ? {} : { addons }),
    ...(env.length === 0 ? {} : { env: Object.fromEntries(env) }),
  }
  return [
    offer('app-json-made', 'app.json', 'There is no app.json.', {
      safety: 'safe',
      description: 'write an app.json with the add-ons and config vars that a new app needs',
      edits: [{ kind: 'create', path: 'app.json', text: `${JSON.stringify(content, null, 2)}\n` }],
    }),
  ]
}

/** Up to 30 characters: https://devcenter.heroku.com/articles/app-json-schema#name */
const nameOf = (root: string): string =>
  basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30) || 'flask-app'
