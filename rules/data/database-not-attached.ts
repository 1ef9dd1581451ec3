import type { Fix } from '../../engine/finding.ts'
import { databaseUses } from '../../engine/plan/databases.ts'
import { guardedVariables, trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const databaseNotAttached = defineRule({
  id: 'database-not-attached',
  stage: 'data',
  level: 'warning',
  summary: 'The code reads DATABASE_URL, and app.json attaches no database',
  why: 'An app that is made from app.json (by the Heroku Button, as a review app, by the API) gets the add-ons that the file lists, and nothing else. Without a database there is no `DATABASE_URL`.',
  consequence:
    'A new app from app.json stops at the start (`KeyError: DATABASE_URL`), or falls back to what the code takes instead.',
  instead:
    'List the add-on; without a plan it is the default one, which never goes out of date:\n\n```json\n"addons": ["heroku-postgresql"]\n```',
  fix: { safety: 'unsafe', note: 'lists the add-on in app.json: a new app then has a database, which is paid for' },
  sources: [
    { title: 'app.json schema: addons', url: 'https://devcenter.heroku.com/articles/app-json-schema#addons' },
    { title: 'Heroku Postgres', url: 'https://devcenter.heroku.com/articles/heroku-postgresql' },
  ],
  since: '0.1.0',
  needs: ['plan', 'appJson', 'tree'],
  check: ({ plan, appJson, tree }) => {
    if (appJson.provided.has('DATABASE_URL') || appJson.values.has('DATABASE_URL')) return []
    // any database will do, also one that an environment of its own lists
    if (/postgres|sql|cockroach|timescale|crunchy|aiven|"DATABASE_URL"/i.test(tree.read(appJson.path)?.text ?? ''))
      return []
    const use = databaseUses(plan).find(
      ({ alternative: { atom }, certainty }) =>
        certainty !== 'possible' &&
        certainty !== 'fallback' &&
        atom.kind === 'text' &&
        atom.parts.some((part) => typeof part !== 'string' && part.name === 'DATABASE_URL'),
    )
    if (use === undefined || guardedVariables(use.guards).some((name) => name !== 'DATABASE_URL')) return []
    return [
      {
        at: { path: appJson.path },
        message:
          'The app takes its database from DATABASE_URL, and app.json attaches none. Add `"addons": ["heroku-postgresql"]`.',
        ...addAddon(appJson.path, tree),
        related: [...trailTo(use.run, use.at), { ...use.at, message: 'the address is used here' }],
      },
    ]
  },
})

/** As the first key of app.json, where it lists no add-ons yet. */
function addAddon(path: string, tree: Tree): { readonly fix?: Fix } {
  const text = tree.read(path)?.text ?? ''
  const match = /^\s*\{(\r?\n[ \t]*)?/.exec(text)
  if (match === null || /"addons"\s*:/.test(text) || /^\s*\{\s*\}/.test(text)) return {}
  const start = match[0].length
  return {
    fix: {
      safety: 'unsafe',
      description: 'list heroku-postgresql in app.json',
      edits: [{ kind: 'text', path, start, end: start, text: `"addons": ["heroku-postgresql"],${match[1] ?? ' '}` }],
    },
  }
}
