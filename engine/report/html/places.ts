/** Which card of the picture stands for a place. */

import { storesOf } from './data-cards.ts'
import type { Deploy } from './deploy.ts'

export interface Places {
  /** `path:line` to a card. */
  readonly lines: ReadonlyMap<string, string>
  /** A path to a card, for what no line tells. */
  readonly files: ReadonlyMap<string, string>
}

export interface Known {
  /** The card of each Python file. */
  readonly groupIds: ReadonlyMap<string, string>
  /** `path:line` to the card of an app. */
  readonly apps: ReadonlyMap<string, string>
}

/** A line that several cards speak of belongs to the one that says most of it: a store, then a config var, an app, a process. */
export function placesOf({ plan, processes }: Deploy, { groupIds, apps }: Known): Places {
  const lines = new Map<string, string>()
  const files = new Map<string, string>()
  const claim = (map: Map<string, string>, key: string, card: string): void => {
    if (!map.has(key)) map.set(key, card)
  }
  for (const [index, { uses }] of storesOf(plan).entries()) {
    for (const { path, line } of uses) claim(lines, `${path}:${line}`, `store-${index}`)
  }
  for (const { path, line } of plan.configVars) claim(lines, `${path}:${line}`, 'vars')
  for (const [place, card] of apps) claim(lines, place, card)
  for (const [index, { type, path, line, through }] of processes.entries()) {
    claim(lines, `${path}:${line}`, `process-${index}`)
    for (const script of through) claim(files, script, `process-${index}`)
    const settings = plan.processes.find((process) => process.type === type)?.settings ?? {}
    for (const { from } of Object.values(settings)) {
      if (from.endsWith('.py') && !groupIds.has(from)) claim(files, from, `server-${index}`)
    }
  }
  for (const [path, card] of groupIds) claim(files, path, card)
  const web = processes.findIndex(({ type }) => type === 'web')
  const runner = web < 0 ? 'no-web' : `process-${web}`
  for (const path of [plan.source ?? 'Procfile', 'Procfile']) claim(files, path, runner)
  return { lines, files }
}
