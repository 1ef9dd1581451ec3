import type { FindingDraft, Place, TextEdit } from '../../engine/finding.ts'
import { withoutItems } from '../../engine/fix-argument.ts'
import { expressionAt } from '../../engine/fix-python.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { callsOf, trailTo } from '../../engine/plan/production.ts'
import type { Span } from '../../engine/python/ast.ts'
import type { CallRecord } from '../../engine/python/records.ts'
import type { Value } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'

export const proxyHeadersTrusted = defineRule({
  id: 'proxy-headers-trusted',
  stage: 'security',
  level: 'warning',
  summary: "ProxyFix trusts headers that Heroku's router passes on from the client",
  why: "Heroku's router sets `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Port`. It does not set `X-Forwarded-Host` or `X-Forwarded-Prefix`: whatever a client sends there reaches the app. ProxyFix with `x_host=1` or `x_prefix=1`, as Flask's example for an own nginx has it, lets any visitor choose the host name that the app takes for its own: in links of password mails, in redirects, in what a cache keeps. The router appends the client's address to `X-Forwarded-For`, so that only the last entry can be trusted: `x_for=1`.",
  consequence:
    'The app works, and any client can put a host or path of its own into links and redirects that the app makes, or an address of its own into `request.remote_addr`.',
  instead:
    'Trust what the router sets, and nothing else:\n\n```python\napp.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_port=1)\n```\n\nBehind a CDN of your own each count is one higher.',
  fix: { safety: 'unsafe', note: 'takes the argument out; where a proxy of your own sets the header, keep it' },
  sources: [
    { title: 'HTTP routing: Heroku headers', url: 'https://devcenter.heroku.com/articles/http-routing#heroku-headers' },
    {
      title: 'Werkzeug: X-Forwarded-For Proxy Fix',
      url: 'https://werkzeug.palletsprojects.com/en/stable/middleware/proxy_fix/',
    },
    {
      title: 'Flask: tell Flask it is behind a proxy',
      url: 'https://flask.palletsprojects.com/en/stable/deploying/proxy_fix/',
    },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  check: ({ plan, tree }) =>
    callsOf(plan, /^werkzeug\.(?:middleware\.proxy_fix|contrib\.fixers)\.ProxyFix$/).flatMap((use) => {
      const { call, certainty } = use
      if (certainty === 'possible') return []
      return [...trusted(call), ...miscounted(call)].map(({ at, argument, message, level }): FindingDraft => {
        const text = tree.read(at.path)?.text ?? ''
        const removal = level === undefined ? removalOf(plan, call, at, text) : null
        return {
          at,
          message,
          ...(level === undefined ? {} : { level }),
          related: trailTo(use, at),
          ...(removal === null
            ? {}
            : {
                fix: {
                  safety: 'unsafe',
                  description: `take ${argument} out`,
                  edits: removal,
                },
              }),
        }
      })
    }),
})

interface Fault {
  readonly at: Place
  readonly argument: string
  readonly message: string
  readonly level?: 'info'
}

// ProxyFix(app, x_for=1, x_proto=1, x_host=0, x_port=0, x_prefix=0): werkzeug/middleware/proxy_fix.py
const HEADERS = [
  { argument: 'x_host', position: 3, header: 'X-Forwarded-Host' },
  { argument: 'x_prefix', position: 5, header: 'X-Forwarded-Prefix' },
] as const
const COUNTS = [{ argument: 'x_for', position: 1, header: 'X-Forwarded-For' }] as const

function trusted(call: CallRecord): Fault[] {
  return HEADERS.flatMap(({ argument, position, header }) => {
    const count = numberOf(call.args.named.get(argument) ?? call.args.positional[position])
    if (count === null || count < 1) return []
    return [
      {
        at: call.argAt.get(argument) ?? call.argAt.get(position) ?? call.at,
        argument,
        message: `${argument}=${count} trusts ${header}, which Heroku's router leaves as the client sent it. Take it out.`,
      },
    ]
  })
}

/** More than one proxy is right behind a CDN, which no file here tells. */
function miscounted(call: CallRecord): Fault[] {
  return COUNTS.flatMap(({ argument, position, header }) => {
    const count = numberOf(call.args.named.get(argument) ?? call.args.positional[position])
    if (count === null || count < 2) return []
    return [
      {
        at: call.argAt.get(argument) ?? call.argAt.get(position) ?? call.at,
        argument,
        level: 'info',
        message: `${argument}=${count} trusts an entry of ${header} that a client can make up, unless a CDN stands before Heroku. Write ${argument}=1.`,
      },
    ]
  })
}

/** A number that it is whatever happens; null where it is not known. */
function numberOf(value: Value | undefined): number | null {
  const [first] = value ?? []
  if (value?.length !== 1 || first === undefined || first.atom.kind !== 'constant') return null
  if (first.atom.value === true) return 1
  return typeof first.atom.value === 'number' ? first.atom.value : null
}

/** Only an argument that is given by its name: behind another, those that follow would take its place. */
function removalOf(plan: Plan, call: CallRecord, at: Place, text: string): readonly TextEdit[] | null {
  const found = expressionAt(plan, call.at)
  const { path } = call.at
  if (found?.kind !== 'call' || path !== at.path) return null
  const isIt = (item: Span): boolean => item.start === at.start && /^x_\w+\s*=/.test(text.slice(item.start, item.end))
  const edits = withoutItems({ ...found, path, text, items: found.args }, isIt)
  return edits?.length === 1 ? edits : null
}
