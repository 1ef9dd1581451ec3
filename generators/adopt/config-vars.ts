import type { PlanJson } from 'flask-dyno'

/** https://devcenter.heroku.com/articles/heroku-postgresql, https://devcenter.heroku.com/articles/heroku-redis */
const ADD_ONS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'heroku addons:create heroku-postgresql',
  REDIS_URL: 'heroku addons:create heroku-redis',
}
const RANDOM = `"$(python3 -c 'import secrets; print(secrets.token_hex(32))')"`

/** What a person has to set, as sentences without their full stops: config vars that the app did not need before the changes. */
export function settingsByHand(before: PlanJson | undefined, after: PlanJson | undefined): string[] {
  const needed = (plan: PlanJson | undefined): string[] =>
    (plan?.configVars ?? []).filter(({ required }) => required).map(({ name }) => name)
  const old = new Set(needed(before))
  return needed(after)
    .filter((name) => !old.has(name))
    .map(
      (name) =>
        `before the next push, set ${name}, without which the app does not start on a dyno: \`${command(name)}\``,
    )
}

const command = (name: string): string =>
  ADD_ONS[name] ?? `heroku config:set ${name}=${/SECRET|KEY/.test(name) ? RANDOM : '...'}`
