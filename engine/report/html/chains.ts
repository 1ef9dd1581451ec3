/** The cards from each process over its server to the app that it serves. */
import type { ProcessJson } from '../../plan/plan-json.ts'
import { oneLine } from '../report.ts'
import type { Card, Line } from './card.ts'
import type { Deploy, ProcessPlace } from './deploy.ts'

const MOST_SETTINGS = 3
const SETTINGS = ['workers', 'threads', 'worker_class', 'timeout', 'preload_app'] as const

export interface Chains {
  readonly cards: readonly Card[]
  readonly lines: readonly Line[]
  /** `path:line` to the card of the app that is made there. */
  readonly apps: ReadonlyMap<string, string>
  /** The last card of each chain, and the files that run from there. */
  readonly runs: readonly (readonly [card: string, files: readonly string[], absent: boolean])[]
}

/** From each process over its server to the app that it serves. */
export function chainsOf({ plan, processes, unstarted }: Deploy): Chains {
  const cards: Card[] = []
  const lines: Line[] = []
  const runs: [string, readonly string[], boolean][] = []
  const known = new Map<string, string>()
  const apps = new Map<string, string>()
  const join = (from: string, to: string, absent = false): void => {
    lines.push({ from, to, absent })
  }
  const appCard = (title: string, place: string, absent: boolean): string => {
    const key = `${title}\n${place}`
    const made = known.get(key)
    if (made !== undefined) return made
    const id = `app-${known.size}`
    known.set(key, id)
    if (!apps.has(place)) apps.set(place, id)
    cards.push({
      id,
      lane: 2,
      kind: 'app',
      title: oneLine(title),
      lines: place === title ? [] : [oneLine(place)],
      absent,
    })
    return id
  }
  for (const [index, process] of processes.entries()) {
    const told = plan.processes.find(({ type }) => type === process.type)
    let last = `process-${index}`
    cards.push(processCard(last, process, plan.source))
    if (told !== undefined && told.program !== null) {
      const id = `server-${index}`
      cards.push(serverCard(id, told))
      join(last, id)
      last = id
    }
    if (told?.target) {
      const { module, attribute, path, line } = told.target
      const place = path === null ? 'not found' : line === null ? path : `${path}:${line}`
      const id = appCard(attribute === null ? module : `${module}:${attribute}`, place, path === null)
      join(last, id, path === null)
      last = id
    }
    runs.push([last, process.runs, false])
  }
  if (!processes.some(({ type }) => type === 'web')) {
    const id = 'no-web'
    const line = processes.length === 0 && plan.source === null ? 'there is no Procfile' : 'none is declared'
    cards.push({ id, lane: 0, kind: 'web process', title: 'no web process', lines: [line], absent: true })
    if (unstarted !== null) {
      const app = appCard(unstarted.name, `${unstarted.path}:${unstarted.line}`, false)
      join(id, app, true)
      runs.push([app, unstarted.runs, true])
    }
  }
  return { cards, lines, apps, runs }
}

const READ_BY_HEROKU: ReadonlySet<string> = new Set(['Procfile', 'heroku.yml', 'Dockerfile'])

function processCard(id: string, { type, command }: ProcessPlace, source: string | null): Card {
  const unread = source !== null && !READ_BY_HEROKU.has(source) ? [`only in ${source}`] : []
  const kind = type === 'release' ? 'release phase' : 'process'
  return {
    id,
    lane: 0,
    kind,
    title: oneLine(type),
    lines: [command, ...unread].map(oneLine),
    absent: unread.length > 0,
  }
}

function serverCard(id: string, { type, server, program, bind, settings }: ProcessJson): Card {
  const lines = bind === null ? [] : [`on ${bind}`]
  if (bind === null && type === 'web' && server !== null) lines.push('on an unknown port')
  const known = SETTINGS.flatMap((name) => {
    const setting = settings[name]
    return setting === undefined ? [] : [`${name.replaceAll('_', ' ')} ${setting.value}`]
  })
  lines.push(...known.slice(0, MOST_SETTINGS))
  const kind = server === null ? 'program' : 'server'
  return { id, lane: 1, kind, title: oneLine(server ?? program ?? ''), lines: lines.map(oneLine), absent: false }
}
