/** The cards from each process over its server to the app that it serves. */
import type { ProcessJson } from '../../plan/plan-json.ts'
import { GENERAL, READ_BY_HEROKU, SETTINGS } from '../plan-text.ts'
import { oneLine } from '../report.ts'
import type { Card, Line } from './card.ts'
import type { Deploy, ProcessPlace } from './deploy.ts'

const MOST_SETTINGS = 3

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
  const drawing = new Drawing()
  for (const [index, process] of processes.entries()) {
    const told = plan.processes.find(({ type }) => type === process.type)
    drawing.addProcess(index, process, told, plan.source)
  }
  if (!processes.some(({ type }) => type === 'web')) {
    const isBare = processes.length === 0 && plan.source === null
    drawing.addMissingWeb(isBare ? 'there is no Procfile' : 'none is declared', unstarted)
  }
  return drawing
}

class Drawing implements Chains {
  readonly cards: Card[] = []
  readonly lines: Line[] = []
  readonly apps = new Map<string, string>()
  readonly runs: [string, readonly string[], boolean][] = []
  /** Title and place of what was drawn in the lane of the apps: several processes may serve the same one. */
  readonly #known = new Map<string, string>()

  addProcess(index: number, process: ProcessPlace, told: ProcessJson | undefined, source: string | null): void {
    let last = `process-${index}`
    this.cards.push(processCard(last, process, source))
    if (told !== undefined && told.program !== null) {
      const id = `server-${index}`
      this.cards.push(serverCard(id, told))
      last = this.#join(last, id, false)
    }
    if (told?.target) {
      const { module, attribute, path, line } = told.target
      const place = path === null ? 'not found' : line === null ? path : `${path}:${line}`
      const isApp = attribute !== null
      const id = this.#app(isApp ? 'app' : 'entry', isApp ? `${module}:${attribute}` : module, place, path === null)
      last = this.#join(last, id, path === null)
    }
    this.runs.push([last, process.runs, false])
  }

  addMissingWeb(why: string, unstarted: Deploy['unstarted']): void {
    const id = 'no-web'
    this.cards.push({ id, lane: 0, kind: 'web process', title: 'no web process', lines: [why], absent: true })
    if (unstarted === null) return
    const app = this.#app('app', unstarted.name, `${unstarted.path}:${unstarted.line}`, false)
    this.runs.push([this.#join(id, app, true), unstarted.runs, true])
  }

  #join(from: string, to: string, absent: boolean): string {
    this.lines.push({ from, to, absent })
    return to
  }

  #app(kind: string, title: string, place: string, absent: boolean): string {
    const key = `${title}\n${place}`
    const made = this.#known.get(key)
    if (made !== undefined) return made
    const id = `app-${this.#known.size}`
    this.#known.set(key, id)
    if (!this.apps.has(place)) this.apps.set(place, id)
    const lines = place === title ? [] : [oneLine(place)]
    this.cards.push({ id, lane: 2, kind, title: oneLine(title), lines, absent })
    return id
  }
}

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
  const kind = server === null || GENERAL.has(server) ? 'program' : 'server'
  const lines = bind === null ? [] : [`on ${bind}`]
  if (bind === null && type === 'web' && kind === 'server') lines.push('on an unknown port')
  const known = SETTINGS.flatMap((name) => {
    const setting = settings[name]
    return setting === undefined ? [] : [`${name.replaceAll('_', ' ')} ${setting.value}`]
  })
  lines.push(...known.slice(0, MOST_SETTINGS))
  return { id, lane: 1, kind, title: oneLine(server ?? program ?? ''), lines: lines.map(oneLine), absent: false }
}
