/** Directories of a process: where it runs, and where Python looks for its modules. */

import { onlyText } from './bind.ts'
import type { Invocation } from './command.ts'
import type { Dyno, EffectiveSetting } from './process.ts'
import type { ServerCommand } from './server-arguments.ts'
import { literalEnvironment } from './words.ts'

/** A path as a process in `cwd` would take it, relative to the tree's root; undefined when it leads out. */
export function below(cwd: string, path: string): string | undefined {
  if (path.startsWith('/') && !path.startsWith('/app/')) return undefined
  const parts = path.startsWith('/app/')
    ? path.slice(5).split('/')
    : [...(cwd === '' ? [] : cwd.split('/')), ...path.split('/')]
  const out: string[] = []
  for (const part of parts) {
    if (part === '' || part === '.') continue
    if (part !== '..') out.push(part)
    else if (out.pop() === undefined) return undefined
  }
  return out.join('/')
}

/** The directory that the program changes to, below the tree's root; null where nobody can tell. */
export function workingDirectory(
  cwd: string,
  settings: ReadonlyMap<string, readonly EffectiveSetting[]>,
): string | null {
  const chdir = settings.get('chdir')?.at(-1)
  if (chdir === undefined) return cwd
  const named = onlyText(chdir.value)
  return named === null ? null : (below(cwd, named) ?? null)
}

/** `sys.path` below the tree: where the program puts itself first, then PYTHONPATH. */
export function importRoots(
  directory: string,
  command: ServerCommand,
  invocation: Invocation,
  dyno: Dyno,
  settings: ReadonlyMap<string, readonly EffectiveSetting[]>,
): string[] {
  const roots: string[] = []
  const add = (root: string | undefined): void => {
    if (root !== undefined && !roots.includes(root)) roots.push(root)
  }
  const script =
    command.server === 'python' && command.target?.spec.endsWith('.py')
      ? below(directory, command.target.spec)
      : undefined
  if (script !== undefined) add(script.includes('/') ? script.slice(0, script.lastIndexOf('/')) : '')
  else add(directory)
  for (const setting of settings.get('pythonpath') ?? [])
    for (const path of onlyText(setting.value)?.split(/[,:]/) ?? []) add(below(directory, path))
  const fromLine = literalEnvironment(invocation.environment).get('PYTHONPATH')
  for (const path of fromLine?.split(':') ?? []) if (path !== '') add(below(directory, path))
  // The buildpack sets PYTHONPATH=/app on Cedar (heroku-buildpack-python, bin/compile); an image or Fir does not.
  if (fromLine === undefined && !dyno.container && dyno.generation === 'cedar') add('')
  // A project that installs itself is importable from its source folder as well.
  const { tree } = dyno.modules
  if (tree.hasDirectory('src') && ['pyproject.toml', 'setup.py', 'setup.cfg'].some((path) => tree.has(path))) add('src')
  return roots
}
