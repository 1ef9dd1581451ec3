import type { FindingDraft, Fix, TextEdit } from '../../engine/finding.ts'
import { withItems } from '../../engine/fix-argument.ts'
import { shellText, withoutWords } from '../../engine/fix-command.ts'
import { environAt } from '../../engine/fix-environ.ts'
import { expressionAt, otherExpression } from '../../engine/fix-python.ts'
import { spellingOf } from '../../engine/fix-spelling.ts'
import type { Address } from '../../engine/plan/bind.ts'
import type { Invocation } from '../../engine/plan/command.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import type { ServerPlan } from '../../engine/plan/process.ts'
import { asUnread, trailTo } from '../../engine/plan/production.ts'
import type { Server } from '../../engine/plan/server-arguments.ts'
import type { Word } from '../../engine/plan/shell.ts'
import type { CallRecord } from '../../engine/python/records.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const portNotBound = defineRule({
  id: 'port-not-bound',
  stage: 'processes',
  level: 'error',
  summary: 'The web process does not listen on 0.0.0.0 at $PORT',
  why: 'Each web dyno is given a port in the environment variable `PORT`, anew at every start. The router connects to that port from outside the dyno, so a server that listens on another port, on 127.0.0.1 or on a Unix socket is never reached.',
  consequence: 'After 60 seconds: R10 (Boot timeout), the dyno is killed, and requests get H10 (App crashed).',
  instead:
    'gunicorn without `--bind` already listens on `0.0.0.0:$PORT`:\n\n```procfile\nweb: gunicorn app:app\n```\n\nOther servers have to be told: `waitress-serve --port=$PORT app:app`, `uwsgi --http :$PORT …`, `hypercorn -b 0.0.0.0:$PORT …`.',
  fix: {
    safety: 'safe',
    note: 'writes the option that names $PORT on the process line; in gunicorn.conf.py and in `app.run()` it is offered, to be read first',
  },
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
      const refused = refusedOption(server, plan.modules.tree)
      if (refused !== null) return [{ ...refused, ...asUnread(plan) }]
    }
    if (!plan.web || !server?.bind || server.bind.verdict !== 'wrong') return []
    const [address] = server.bind.addresses
    // What the development server does when nothing is said is that server's fault, and reported as such.
    if (address === undefined || (address.verdict === 'default' && server.development === true)) return []
    const related = server.boot === null ? [] : trailTo({ process: plan.web, server, boot: server.boot }, address.at)
    const fix = fixOf(plan, server, address)
    return [
      {
        at: address.at,
        message: messageOf(server, address),
        // somebody may have set it by hand
        ...(address.unless === undefined ? {} : { level: 'warning' as const }),
        ...asUnread(plan),
        related: related.filter((step) => step.start !== address.at.start || step.path !== address.at.path),
        ...(fix ? { fix } : {}),
      },
    ]
  },
})

function messageOf(server: ServerPlan, address: Address): string {
  const { shown, unless } = address
  if (unless !== undefined)
    return `${server.name} listens on ${shown} unless a config var ${unless} says otherwise. Write 0.0.0.0 there: it is the same on every dyno.`
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
function refusedOption(server: ServerPlan, tree: Tree): FindingDraft | null {
  if (server.command.server !== 'gunicorn') return null
  const words = server.command.unknown.filter(({ raw }) => /^--(?:port|host)(?:=|$)/.test(raw))
  const [word] = words
  if (word === undefined) return null
  const [flag] = word.raw.split('=')
  const { path } = server.invocation
  const removals = words.map((one) => withoutWords(tree, { path, start: one.start, end: endOf(server, one) }))
  const edits = removals.filter((edit) => edit !== null)
  return {
    at: { path: server.invocation.path, start: word.start, end: word.end },
    message: `gunicorn has no option \`${flag}\` and stops there with status 2. Leave it out, or write \`--bind 0.0.0.0:$PORT\`.`,
    consequence: 'The web process ends at once, and requests get H10 (App crashed).',
    ...(edits.length < words.length
      ? {}
      : {
          fix: {
            safety: 'safe',
            description: `take ${words.map(({ raw }) => raw.split('=')[0]).join(' and ')} out`,
            edits,
          },
        }),
  }
}

function fixOf(plan: Plan, server: ServerPlan, address: Address): Fix | null {
  if (address.at.path.endsWith('.py'))
    return server.serving === null ? inConfigFile(plan, server, address) : inCall(plan, server.serving.call)
  return server.command.server === 'gunicorn' ? ofGunicorn(server, address) : onLine(plan.modules.tree, server)
}

/** A script may be run by hand as well, where no PORT is set. */
const safetyOn = ({ trail }: Invocation): Fix['safety'] => (trail.length === 0 ? 'safe' : 'unsafe')

/** How other servers are told, and the settings by which they were told something else. */
const OPTIONS: Partial<Record<Server, { readonly words: string; readonly settings: readonly string[] }>> = {
  waitress: { words: '--port=$PORT', settings: ['host', 'port', 'listen'] },
  hypercorn: { words: '--bind 0.0.0.0:$PORT', settings: ['bind', 'insecure_bind'] },
  uvicorn: { words: '--host 0.0.0.0 --port $PORT', settings: ['host', 'port'] },
  daphne: { words: '-b 0.0.0.0 -p $PORT', settings: ['host', 'port'] },
  'flask run': { words: '--host 0.0.0.0 --port $PORT', settings: ['host', 'port'] },
}

/** The end of an option, with the next word where that is a value of it and no target. */
function endOf({ invocation: { arguments: words } }: ServerPlan, option: Word): number {
  const behind = option.raw.includes('=')
    ? undefined
    : words[words.findIndex(({ start }) => start === option.start) + 1]
  return behind !== undefined && /^(?:["']?\$\{?PORT\}?["']?|[\d.]+|localhost)$/.test(behind.raw)
    ? behind.end
    : option.end
}

/** Takes the options out that say where to listen, and puts the right ones behind the program's name (`flask run`: behind its command). */
function onLine(tree: Tree, { command, invocation, settings }: ServerPlan): Fix | null {
  const options = OPTIONS[command.server]
  const { program, programName, path } = invocation
  const last = command.server === 'flask run' ? invocation.arguments.find(({ raw }) => raw === 'run') : program
  if (options === undefined || last === undefined || program.raw !== programName) return null
  if (shellText(tree, invocation.at) === undefined || invocation.path !== invocation.at.path) return null
  const given = options.settings.flatMap((name) => settings.get(name) ?? [])
  if (given.some(({ from, at }) => from !== 'command line' || at.path !== path || at.start === invocation.at.start))
    return null
  const removals = given.map(({ at }) => withoutWords(tree, at))
  if (removals.some((edit) => edit === null || edit.start < last.end)) return null
  return {
    safety: safetyOn(invocation),
    description: `listen on 0.0.0.0:$PORT (${options.words})`,
    edits: [
      { kind: 'text', path, start: last.end, end: last.end, text: ` ${options.words}` },
      ...removals.filter((edit) => edit !== null),
    ],
  }
}

/** A literal in gunicorn.conf.py, whose port a laptop goes on using. */
function inConfigFile(plan: Plan, { settings }: ServerPlan, { at }: Address): Fix | null {
  const only = settings.get('bind')?.length === 1
  const literal = expressionAt(plan, at)
  const text = literal?.kind === 'string' && literal.parts.length === 1 ? literal.parts[0] : undefined
  if (!only || typeof text !== 'string') return null
  const port = /:(\d+)$/.exec(text)?.[1] ?? '8000'
  return otherExpression(plan, at, `f"0.0.0.0:{os.environ.get('PORT', '${port}')}"`, 'listen on 0.0.0.0:$PORT')
}

/** `app.run(port=5000)`: host and port by their names; a laptop goes on using the port that was written. */
function inCall(plan: Plan, { at, name }: CallRecord): Fix | null {
  const call = expressionAt(plan, at)
  const environ = environAt(plan, at)
  if (call?.kind !== 'call' || environ === null || !BY_KEYWORD.test(name)) return null
  const { path } = at
  // what stands first is the app for some of them, and the host for others
  if (
    call.args.some((arg) => arg.name === null && name.startsWith('flask.')) ||
    call.args.some((arg) => /^\*/.test(arg.name ?? ''))
  )
    return null
  const text = plan.modules.tree.read(path)?.text ?? ''
  const port = call.args.find((arg) => arg.name === 'port')
  const known = port?.value.kind === 'number' ? String(port.value.value) : '5000'
  const { quoted } = spellingOf(plan, path)
  const wanted = { host: quoted('"0.0.0.0"'), port: quoted(`int(${environ.name}.get("PORT", "${known}"))`) }
  const missing = (['host', 'port'] as const).filter((key) => !call.args.some((arg) => arg.name === key))
  const edits = call.args.flatMap((arg): TextEdit[] =>
    arg.name === 'host' || arg.name === 'port'
      ? [{ kind: 'text', path, start: arg.value.start, end: arg.value.end, text: wanted[arg.name] }]
      : [],
  )
  const added = missing.map((key) => `${key}=${wanted[key]}`)
  if (added.length > 0 && call.args.length === 0) {
    const end = call.end - 1
    if (text.slice(end - 1, call.end) !== '()') return null
    edits.push({ kind: 'text', path, start: end, end, text: added.join(', ') })
  } else if (added.length > 0) {
    edits.push(...(withItems({ ...call, path, text, items: call.args }, added) ?? []))
  }
  return { safety: 'unsafe', description: 'listen on 0.0.0.0 at $PORT', edits: [...environ.edits, ...edits] }
}

/** Calls that take `host` and `port` by name. */
const BY_KEYWORD =
  /^(?:flask\.Flask\.run|flask_socketio\.SocketIO\.run|(?:jupyter_)?dash\.(?:\w+\.)?(?:Jupyter)?Dash\.run(?:_server)?|waitress\.serve|uvicorn\.run|connexion\.(?:\w+\.)*(?:App|FlaskApp)\.run)$/

/** On a shell's line the address can be written right at once. */
function ofGunicorn(server: ServerPlan, address: Address): Fix | null {
  const { path, start, end } = address.at
  const settings = server.settings.get('bind') ?? []
  const [setting] = settings
  if (settings.length !== 1 || setting?.from !== 'command line') return null
  if (setting.at !== address.at || start === undefined || end === undefined) return null
  // an exec form or a text that is not verbatim there has no words of its own
  const verbatim = server.invocation.at.start !== start || server.invocation.at.end !== end
  if (!verbatim || /\.(?:py|ya?ml)$|Dockerfile[^/]*$/.test(path)) return null
  return {
    safety: safetyOn(server.invocation),
    description: 'listen on 0.0.0.0:$PORT',
    edits: [{ kind: 'text', path, start, end, text: '--bind 0.0.0.0:$PORT' }],
  }
}
