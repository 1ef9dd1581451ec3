import type { Tree } from 'flask-dyno'
import { type Addition, appended, NOTHING } from './edit-text.ts'
import type { ConfigVar } from './part.ts'

/** The names under which projects keep the settings of a computer as an example for the next one. */
const NAMES = ['.env.example', '.env.sample', '.env.template', 'example.env', '.env.dist'] as const

/** Adds the config vars that the project's example of a .env does not speak of; a project without such a file gets none. */
export function addEnvExample(tree: Tree, variables: readonly Pick<ConfigVar, 'name' | 'local'>[]): Addition {
  const path = NAMES.find((name) => tree.has(name))
  if (path === undefined) return NOTHING
  const text = tree.read(path)?.text ?? ''
  const wanted = variables.filter(
    ({ name }) => !new RegExp(`^[ \\t]*#?[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=`, 'm').test(text),
  )
  const lines = wanted.flatMap(({ local }, index) => [
    ...(index > 0 || text.trim() !== '' ? [''] : []),
    ...local.split('\n'),
  ])
  return { edits: appended(tree, path, lines), left: [] }
}
