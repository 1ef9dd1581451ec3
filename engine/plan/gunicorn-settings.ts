/** The settings that a gunicorn of the plan runs with, as rules ask for them. */
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import { onlyText } from './bind.ts'
import { below } from './directories.ts'
import type { Plan, ProcessPlan } from './plan.ts'
import type { ServerPlan } from './process.ts'

export interface GunicornRun {
  readonly process: ProcessPlan
  readonly server: ServerPlan
}

/** Every gunicorn that a process starts. */
export function gunicornRuns(plan: Plan): GunicornRun[] {
  return plan.processes.flatMap((process) =>
    process.server?.command.server === 'gunicorn' ? [{ process, server: process.server }] : [],
  )
}

export interface SettingText {
  readonly text: string
  readonly at: Place
  /** `command line`, `GUNICORN_CMD_ARGS` or the path of the configuration file. */
  readonly from: string
}

/** The value of a setting that takes effect, where it is one literal; undefined where it is not set, null where it is not known. */
export function settingText({ settings }: ServerPlan, name: string): SettingText | null | undefined {
  const last = settings.get(name)?.at(-1)
  if (last === undefined) return undefined
  const text = onlyText(last.value)
  return text === null ? null : { text, at: last.at, from: last.from }
}

/** As `settingText`, for a whole number. */
export function settingNumber(
  server: ServerPlan,
  name: string,
): (SettingText & { readonly value: number }) | null | undefined {
  const setting = settingText(server, name)
  if (setting === undefined || setting === null) return setting
  return /^-?\d+$/.test(setting.text) ? { ...setting, value: Number(setting.text) } : null
}

/** Is a switch on? Where it was written; null when it is off or not known. */
export function switchedOn(
  { settings }: ServerPlan,
  name: string,
): { readonly at: Place; readonly from: string } | null {
  const last = settings.get(name)?.at(-1)
  const [first] = last?.value ?? []
  if (last === undefined || last.value.length !== 1 || first === undefined) return null
  return first.atom.kind === 'constant' && first.atom.value === true ? { at: last.at, from: last.from } : null
}

/** Does one worker take one request at a time, so that `timeout` bounds a request? Undefined when nobody can tell. */
export function isSync(server: ServerPlan): boolean | undefined {
  const workerClass = settingText(server, 'worker_class')
  const threads = settingNumber(server, 'threads')
  if (workerClass === null || threads === null) return undefined
  // with threads, gunicorn takes the threaded worker in place of the sync one (gunicorn/config.py, worker_class_str)
  if (threads !== undefined && threads.value > 1) return false
  return (
    workerClass === undefined || workerClass.text === 'sync' || workerClass.text === 'gunicorn.workers.sync.SyncWorker'
  )
}

/** The folder that `--chdir` names, where the tree has none of that name. */
export function missingDirectory(server: ServerPlan, tree: Tree): { readonly path: string; readonly at: Place } | null {
  const chdir = settingText(server, 'chdir')
  const { cwd } = server.invocation
  if (!chdir || cwd === null) return null
  const path = below(cwd, chdir.text)
  return path === undefined || tree.hasDirectory(path) ? null : { path, at: chdir.at }
}
