/** What a server's command names as the Python to run. */
import type { Boot, Entry } from '../python/boot.ts'
import { onlyText } from './bind.ts'
import type { Invocation } from './command.ts'
import { below } from './directories.ts'
import { flaskEntry } from './flask-cli.ts'
import type { Dyno, EffectiveSetting, ServerPlan } from './process.ts'
import type { ServerCommand } from './server-arguments.ts'
import { literal } from './shell.ts'

/**
 * A worker that imports the app which the web process has run through already does nothing that is not known by then;
 * to run through it a second time takes as long as the first. Null for any other entry.
 */
export function sameAsWeb(entry: Entry, command: ServerCommand, roots: readonly string[], dyno: Dyno): Boot | null {
  const importsApp = entry.kind === 'import' || (command.server === 'flask' && entry.kind === 'wsgi')
  if (dyno.web === undefined || !importsApp) return null
  const path = dyno.modules.resolve(entry.module, roots)?.path
  if (path === undefined || path === null || !dyno.web.loaded.some((module) => module.path === path)) return null
  return { ...dyno.web, entry, target: { path, at: null }, problem: null, repeats: true }
}

/** Null where the command names nothing that can be found. */
export function entryOf(
  command: ServerCommand,
  target: ServerPlan['target'],
  invocation: Invocation,
  dyno: Dyno,
  directory: string,
  settings: ReadonlyMap<string, readonly EffectiveSetting[]>,
): Entry | null {
  if (command.server === 'flask run' || command.server === 'flask')
    return flaskEntry(command, invocation, dyno, directory)
  if (target === null) return hueyEntry(invocation)
  const { spec } = target
  switch (command.server) {
    case 'gunicorn':
    case 'waitress':
    case 'hypercorn':
    case 'uvicorn':
    case 'daphne':
    case 'granian':
    case 'uwsgi': {
      if (command.server === 'uwsgi' && /\.py$/.test(spec)) {
        const path = below(directory, spec)
        return path === undefined
          ? null
          : {
              kind: 'wsgi',
              module: moduleName(path),
              expression: onlyText(settings.get('callable')?.at(-1)?.value) ?? 'application',
            }
      }
      const cut = spec.indexOf(':')
      const module = cut < 0 ? spec : spec.slice(0, cut)
      const expression =
        cut < 0
          ? command.server === 'uwsgi'
            ? (onlyText(settings.get('callable')?.at(-1)?.value) ?? 'application')
            : 'application'
          : spec.slice(cut + 1)
      const callResult = settings.has('call') || settings.has('factory')
      return { kind: 'wsgi', module, expression, ...(callResult ? { callResult } : {}) }
    }
    case 'python': {
      if (!spec.endsWith('.py')) return { kind: 'module-script', module: spec }
      const path = below(directory, spec)
      return path !== undefined && dyno.modules.tree.has(path) ? { kind: 'script', path } : null
    }
    case 'manage.py runserver': {
      const path = below(directory, spec)
      return path !== undefined && dyno.modules.tree.has(path) ? { kind: 'script', path } : null
    }
    case 'celery': {
      const module = spec.replace(/:.*$/, '')
      return dyno.modules.resolve(module, [directory, '']) === undefined && module.includes('.')
        ? { kind: 'import', module: module.slice(0, module.lastIndexOf('.')) }
        : { kind: 'import', module }
    }
    default:
      return hueyEntry(invocation)
  }
}

/** `huey_consumer.py pkg.module.huey` (https://huey.readthedocs.io/en/latest/consumer.html). */
function hueyEntry(invocation: Invocation): Entry | null {
  if (!/^huey_consumer(?:\.py)?$/.test(invocation.programName ?? '')) return null
  const [first] = invocation.arguments
  const spec = first === undefined ? null : literal(first)
  const cut = spec?.lastIndexOf('.') ?? -1
  return spec === null || cut <= 0
    ? null
    : { kind: 'wsgi', module: spec.slice(0, cut), expression: spec.slice(cut + 1) }
}

const moduleName = (path: string): string => path.replace(/\.py$/, '').replaceAll('/', '.')
