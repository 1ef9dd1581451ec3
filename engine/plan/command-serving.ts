import type { Invocation } from './command.ts'
import { literal } from './shell-word.ts'

/** Programs that stay in the foreground and answer HTTP. */
const SERVERS = new Set(
  'gunicorn waitress-serve uwsgi hypercorn uvicorn daphne granian mod_wsgi-express meinheld chaussette pserve streamlit'.split(
    ' ',
  ),
)

/** True for a program that surely serves: one of the servers by name, `flask run`, or `manage.py runserver`. */
export function isServer(invocation: Invocation): boolean {
  const { programName: name } = invocation
  if (name === null) return false
  if (SERVERS.has(name)) return true
  const words = invocation.arguments.map((word) => literal(word))
  if (name === 'flask') return words.includes('run')
  return /^python[\d.]*$/.test(name) && words.includes('runserver')
}

/**
 * The invocations that may be the one that serves, best first; mostly one.
 *
 * A known server blocks, so the first one that always runs in the foreground is the answer, with those before it that run only under a
 * condition (`if …; then python manage.py runserver; else gunicorn …; fi` gives both). Where the only servers are in the background
 * (`gunicorn app:app & python bot.py`), these are: the other program merely keeps the dyno alive. Of what `honcho start` expands to,
 * the process `web` counts. Where no known server is named, it is what runs last in the foreground, since everything before it has
 * ended by then (`flask db upgrade && python app.py`), with its alternatives when it stands under a condition.
 */
export function serving(invocations: readonly Invocation[]): readonly Invocation[] {
  const web = invocations.filter((each) => each.processType === 'web')
  const all =
    web.length > 0 && !invocations.some((each) => each.processType === null && isServer(each)) ? web : invocations
  const servers = all.filter(isServer)
  const foreground = servers.filter((each) => !each.background)
  const found = upToFirstCertain(foreground.length > 0 ? foreground : servers)
  if (found.length > 0) return found
  // of `python app.py | tee log` the first serves
  const rest = all.filter((each) => !each.background && (each.piped === null || each.piped === 'to'))
  const candidates = rest.length > 0 ? rest : all
  const last = candidates.at(-1)
  if (last === undefined) return []
  if (!last.conditional) return [last]
  return alternatives(candidates)
}

function upToFirstCertain(servers: readonly Invocation[]): readonly Invocation[] {
  const certain = servers.findIndex((each) => !each.conditional)
  return certain < 0 ? servers : servers.slice(0, certain + 1)
}

/** The last command of each branch at the end of the list. */
function alternatives(candidates: readonly Invocation[]): readonly Invocation[] {
  const branches = new Map<string, Invocation>()
  for (const each of candidates.toReversed()) {
    if (!each.conditional) {
      // what always ran before the branches serves when none of them is taken
      if (branches.size === 1) branches.set('', each)
      break
    }
    const key = each.conditions.map(({ id, negated }) => `${id}${negated ? '!' : ''}`).join()
    if (!branches.has(key)) branches.set(key, each)
  }
  return [...branches.values()].reverse()
}
