/** How many copies of the app one web dyno runs side by side, each with a memory of its own. */
import { readAppJson } from '../facts/app-json.ts'
import type { Place } from '../finding.ts'
import type { Plan } from './plan.ts'

export interface WebWorkers {
  readonly count: number
  /** Where the number is written; null for what the buildpack sets. */
  readonly at: Place | null
}

/**
 * On the smallest dynos the buildpack sets WEB_CONCURRENCY=2, which gunicorn takes for its number of workers
 * (heroku-buildpack-python, vendor/WEB_CONCURRENCY.sh; gunicorn/config.py, class Workers).
 */
const SET_BY_BUILDPACK = 2

/** The workers of the web process; null where reading cannot tell. */
export function webWorkers(plan: Plan): WebWorkers | null {
  const server = plan.web?.server
  if (server === null || server === undefined || server.command.unknown.length > 0) return null
  const { command } = server
  const concurrency = (): WebWorkers | null => {
    const word = server.invocation.environment.get('WEB_CONCURRENCY')
    if (word !== undefined) {
      const count = Number.parseInt(word.raw, 10)
      return Number.isNaN(count) ? null : { count, at: { path: word.path, start: word.start, end: word.end } }
    }
    const declared = readAppJson(plan.modules.tree)?.values.get('WEB_CONCURRENCY')
    if (declared !== undefined) return { count: Number.parseInt(declared, 10) || 1, at: { path: 'app.json' } }
    return { count: plan.container || plan.generation === 'fir' ? 1 : SET_BY_BUILDPACK, at: null }
  }
  switch (command.server) {
    case 'gunicorn': {
      const setting = server.settings.get('workers')?.at(-1)
      if (setting === undefined) return concurrency()
      const [first] = setting.value
      if (setting.value.length !== 1 || first === undefined) return null
      const { atom } = first
      if (atom.kind === 'constant' && typeof atom.value === 'number') return { count: atom.value, at: setting.at }
      if (atom.kind !== 'text' || atom.parts.length !== 1) return null
      const [part] = atom.parts
      if (typeof part === 'string') return /^\d+$/.test(part) ? { count: Number(part), at: setting.at } : null
      return part?.name === 'WEB_CONCURRENCY' ? concurrency() : null
    }
    case 'waitress':
    case 'flask run':
      return { count: 1, at: null }
    case 'python':
      return server.serving === null ? null : { count: 1, at: null }
    default:
      return null
  }
}
