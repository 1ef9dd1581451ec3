/** The files without which the build or a process cannot do its work. */
import type { Dependencies } from '../facts/dependencies.ts'
import type { PythonVersionFact } from '../facts/python-version.ts'
import type { Tree } from '../tree.ts'
import { boots, type Plan } from './plan.ts'

export interface NeededFile {
  readonly path: string
  readonly by: 'build' | 'process'
}

const MANIFESTS = { pip: [], pipenv: ['Pipfile'], poetry: ['pyproject.toml'], uv: ['pyproject.toml'] } as const

/** Those that are in the tree, what the build needs first. */
export function neededFiles(
  tree: Tree,
  plan: Plan,
  { found, manager, production }: Dependencies,
  { at }: PythonVersionFact,
): NeededFile[] {
  const needed = new Map<string, NeededFile>()
  const add = (path: string | undefined, by: NeededFile['by']): void => {
    if (path !== undefined && tree.has(path) && !needed.has(path)) needed.set(path, { path, by })
  }
  for (const { path } of found) add(path, 'build')
  for (const path of MANIFESTS[manager ?? 'pip']) add(path, 'build')
  add(at?.path, 'build')
  if (manager === 'pip') for (const distribution of production.values()) add(distribution.at.path, 'build')
  if (plan.source.kind === 'procfile') add(plan.source.path, 'process')
  for (const { server, boot } of boots(plan)) {
    for (const step of server?.trail ?? []) add(step.path, 'process')
    for (const module of boot.loaded) add(module.path, 'process')
  }
  return [...needed.values()]
}
