import type { FindingDraft, Fix } from '../../engine/finding.ts'
import type { Address } from '../../engine/plan/bind.ts'
import type { ServerPlan } from '../../engine/plan/process.ts'
import { asUnread, trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

export const portNotBound = defineRule({
  id: 'port-not-bound',
  stage: 'processes',
  level: 'error',
  summary: 'The web process does not listen on 0.0.0.0 at $PORT',
  why: 'Each web dyno is given a port in the environment variable `PORT`, anew at every start. The router connects to that port from outside the dyno, so a server that listens on another port, on 127.0.0.1 or on a Unix socket is never reached.',
  consequence: 'After 60 seconds: R10 (Boot timeout), the dyno is killed, and requests get H10 (App crashed).',
  instead:
    'gunicorn without `--bind` already listens on `0.0.0.0:$PORT`:\n\n```procfile\nweb: gunicorn app:app\n```\n\nOther servers have to be told: `waitress-serve --port=$PORT app:app`, `uwsgi --http :$PORT …`, `hypercorn -b 0.0.0.0:$PORT …`.',
  fix: { safety: 'safe', note: 'writes `--bind 0.0.0.0:$PORT` in place of an address on the process line' },
  sources: [
    { title: 'Dyno startup behavior', url: 'https://devcenter.heroku.com/articles/dyno-startup-behavior' },
    { title: 'Heroku error codes: R10', url: 'https://devcenter.heroku.com/articles/error-codes#r10-boot-timeout' },
    { title: 'gunicorn settings: bind', url: 'https://docs.gunicorn.org/en/stable/settings.html#bind' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const server = plan.web?.server
    if (server?.bind) {
      const refused = refusedOption(server)
      if (refused !== null) return [{ ...refused, ...asUnread(plan) }]
    }
    if (!plan.web || !server?.bind || server.bind.verdict !== 'wrong') return []
    const [address] = server.bind.addresses
    // What the development server does when nothing is said is that server's fault, and reported as such.
    if (address === undefined || (address.verdict === 'default' && server.development === true)) return []
    const related = server.boot === null ? [] : trailTo({ process: plan.web, server, boot: server.boot }, address.at)
    const fix = fixOf(server, address)
    return [
      {
        at: address.at,
        message: messageOf(server, address),
        ...asUnread(plan),
        related: related.filter((step) => step.start !== address.at.start || step.path !== address.at.path),
        ...(fix ? { fix } : {}),
      },
    ]
  },
})

function messageOf(server: ServerPlan, address: Address): string {
  const { shown } = address
  switch (address.verdict) {
    case 'loopback':
      return `${server.name} listens on ${shown}, which Heroku's router cannot reach. Listen on 0.0.0.0 at $PORT.`
    case 'unix-socket':
      return `${server.name} listens on ${shown}, not on a TCP port that speaks HTTP. Listen on 0.0.0.0 at $PORT.`
    case 'no-number':
      return `${server.name} gets \`${shown}\` as it stands, which is no port number. Write $PORT where a shell or os.environ fills it in.`
    case 'port-as-host':
      return `${server.name} takes \`$PORT\` alone for the name of a host. Write 0.0.0.0:$PORT.`
    case 'default':
      return `${server.name} is not told where to listen and takes ${shown}. Give it 0.0.0.0 and $PORT.`
    default:
      return `${server.name} listens on ${shown}, but Heroku gives the dyno another port in $PORT. Use $PORT.`
  }
}

/** `gunicorn --port $PORT`: options of other servers, at which gunicorn's parser stops. */
function refusedOption(server: ServerPlan): FindingDraft | null {
  if (server.command.server !== 'gunicorn') return null
  const word = server.command.unknown.find(({ raw }) => /^--(?:port|host)(?:=|$)/.test(raw))
  if (word === undefined) return null
  const [flag] = word.raw.split('=')
  return {
    at: { path: server.invocation.path, start: word.start, end: word.end },
    message: `gunicorn has no option \`${flag}\` and stops there with status 2. Leave it out, or write \`--bind 0.0.0.0:$PORT\`.`,
    consequence: 'The web process ends at once, and requests get H10 (App crashed).',
  }
}

/** On a shell's line the address can be written right at once. */
function fixOf(server: ServerPlan, address: Address): Fix | null {
  const { path, start, end } = address.at
  const settings = server.settings.get('bind') ?? []
  const [setting] = settings
  if (server.command.server !== 'gunicorn' || settings.length !== 1 || setting?.from !== 'command line') return null
  if (setting.at !== address.at || start === undefined || end === undefined) return null
  // an exec form or a text that is not verbatim there has no words of its own
  const verbatim = server.invocation.at.start !== start || server.invocation.at.end !== end
  if (!verbatim || /\.(?:py|ya?ml)$|Dockerfile[^/]*$/.test(path)) return null
  return {
    safety: 'safe',
    description: 'listen on 0.0.0.0:$PORT',
    edits: [{ kind: 'text', path, start, end, text: '--bind 0.0.0.0:$PORT' }],
  }
}
