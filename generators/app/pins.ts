import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DependencySet } from './files.ts'

/**
 * What a scaffold installs. `direct.json` says what it asks for and is written by hand; the exact versions beside it
 * (`<set>/uv.lock` and `<set>/requirements*.txt`) are resolved from it by `scripts/pin-scaffold.mjs`.
 */

type Group = 'runtime' | 'test' | 'dev'
type Direct = Readonly<
  Record<Group, Readonly<Record<string, { readonly range: string; readonly sets: readonly string[] }>>>
>

/** The name that the locks carry in place of the project's. */
const PLACEHOLDER = 'scaffold-placeholder'

/** The requirements that pyproject.toml states, as `name>=range`, for a dyno and for development. */
export function directDependencies(pins: string, set: DependencySet): { runtime: string[]; dev: string[] } {
  const direct = JSON.parse(readFileSync(join(pins, 'direct.json'), 'utf8')) as Direct
  const of = (group: Group) =>
    Object.entries(direct[group])
      .filter(([, { sets }]) => sets.includes(set))
      .map(([name, { range }]) => name + range)
  return { runtime: of('runtime'), dev: [...of('test'), ...of('dev')].sort() }
}

/** uv.lock for a project of this name: uv sorts the packages by name, and the project is one of them. */
export function lockFor(pins: string, set: DependencySet, name: string): string {
  const lock = readFileSync(join(pins, set, 'uv.lock'), 'utf8').replaceAll(`"${PLACEHOLDER}"`, `"${name}"`)
  const [head = '', ...packages] = lock.trimEnd().split('\n[[package]]\n')
  const nameOf = (block: string) => /^name = "([^"]*)"/m.exec(block)?.[1] ?? ''
  packages.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  return `${[head, ...packages.map((block) => block.trimEnd())].join('\n\n[[package]]\n').replace('\n\n\n', '\n\n')}\n`
}
