import type { FindingDraft, Fix, Place } from '../../engine/finding.ts'
import { callsOf, settingOf, settingsOf, trailTo, webRuns } from '../../engine/plan/production.ts'
import { truthOf } from '../../engine/python/truth.ts'
import { placeOf } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const insecureCookie = defineRule({
  id: 'insecure-cookie',
  stage: 'security',
  level: 'info',
  summary: 'Session cookies travel over plain HTTP as well',
  why: "Flask leaves the attribute `Secure` off the session cookie unless `SESSION_COOKIE_SECURE` says otherwise. Every Heroku app answers over http:// and over https://, so that one click on an old http:// link sends the cookie through the network in the open, and whoever reads along is logged in. Heroku's router ends TLS; the cookie's attribute is the app's business.",
  consequence: 'Nothing fails; a session can be stolen where a visitor uses a network that others listen to.',
  instead:
    'Set it where the app runs behind TLS:\n\n```python\nif "DYNO" in os.environ:\n    SESSION_COOKIE_SECURE = True\nSESSION_COOKIE_SAMESITE = "Lax"\n```',
  fix: {
    safety: 'unsafe',
    note: 'turns a literal `False` to `True`; over http:// on a laptop sessions then do not last',
  },
  sources: [
    {
      title: 'Flask configuration: SESSION_COOKIE_SECURE',
      url: 'https://flask.palletsprojects.com/en/stable/config/#SESSION_COOKIE_SECURE',
    },
    {
      title: 'Flask: security considerations, cookies',
      url: 'https://flask.palletsprojects.com/en/stable/web-security/#set-cookie-options',
    },
    { title: 'HTTP routing on Heroku', url: 'https://devcenter.heroku.com/articles/http-routing' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  check: ({ plan, tree }) => {
    const off = settingsOf(plan, 'SESSION_COOKIE_SECURE', ({ atom }) => truthOf(atom) === false).flatMap(
      ({ alternative, certainty, app, ...run }): FindingDraft[] => {
        if (certainty !== 'certain') return []
        const at = placeOf(alternative.atom) ?? app.at
        const fix = turnOn(at, tree)
        return [
          {
            at,
            message:
              'SESSION_COOKIE_SECURE is off in production, and session cookies travel over http:// too. Turn it on there.',
            related: trailTo(run, at),
            ...(fix ? { fix } : {}),
          },
        ]
      },
    )
    if (off.length > 0) return once(off)
    // what Talisman or an own session interface does is not known here
    if (callsOf(plan, /^flask_(?:talisman|seasurf|sslify|session|kvsession|paranoid)\./).length > 0) return []
    return once(
      callsOf(plan, /^flask_login\.(?:\w+\.)*LoginManager$/).flatMap((use): FindingDraft[] => {
        const apps = webRuns(plan).flatMap(({ boot }) => boot.apps.map((app) => ({ app, boot })))
        const known = apps.length > 0 && apps.every(({ app }) => !app.config.open)
        const isSet = apps.some(({ app, boot }) => settingOf(app, 'SESSION_COOKIE_SECURE', boot) !== null)
        if (!known || isSet || use.certainty === 'possible') return []
        return [
          {
            at: use.call.at,
            message:
              'Logins are kept in a session cookie that travels over http:// too. Set SESSION_COOKIE_SECURE in production.',
            related: trailTo(use, use.call.at),
          },
        ]
      }),
    )
  },
})

const once = (drafts: readonly FindingDraft[]): FindingDraft[] =>
  drafts.filter(
    (draft, i) => drafts.findIndex(({ at }) => at.path === draft.at.path && at.start === draft.at.start) === i,
  )

function turnOn(at: Place, tree: Tree): Fix | null {
  if (at.start === undefined || at.end === undefined) return null
  if (tree.read(at.path)?.text.slice(at.start, at.end) !== 'False') return null
  return {
    safety: 'unsafe',
    description: 'send session cookies over https:// only',
    edits: [{ kind: 'text', path: at.path, start: at.start, end: at.end, text: 'True' }],
  }
}
