import type { Tree } from '../tree.ts'
import { instructions } from './dockerfile-instructions.ts'

/**
 * The requirements files that a Dockerfile installs with `pip install -r`, as files of the tree: for projects of which no
 * buildpack's package manager knows anything. Of several Dockerfiles only the root's counts. What else the image installs is not known.
 */
export function imageRequirements(tree: Tree): string[] {
  const recipes = tree.paths.filter((path) => /(?:^|\/)Dockerfile$/.test(path))
  const recipe = tree.has('Dockerfile') ? 'Dockerfile' : recipes.length === 1 ? recipes[0] : undefined
  const text = recipe === undefined ? undefined : tree.read(recipe)?.text
  if (recipe === undefined || text === undefined) return []
  const home = recipe.includes('/') ? recipe.slice(0, recipe.lastIndexOf('/') + 1) : ''
  const found = instructions(text).flatMap(({ name, text: line }) =>
    name === 'RUN' && /\bpip[\d.]*\s+(?:[^&|;]*\s)?install\b/.test(line)
      ? [...line.matchAll(/\s(?:-r|--requirement)[ =]?\s*["']?([^\s"'&|;]+)/g)].flatMap((match) => match[1] ?? [])
      : [],
  )
  return [...new Set(found.flatMap((path) => fileOf(tree, path, home) ?? []))]
}

/** `/tmp/requirements.txt` was copied from somewhere: the one file of the tree that ends like it. */
function fileOf(tree: Tree, path: string, home: string): string | undefined {
  const parts = path.replace(/^(?:\.\/|\/)+/, '').split('/')
  for (const from of [home, '']) if (tree.has(`${from}${parts.join('/')}`)) return `${from}${parts.join('/')}`
  for (let cut = 0; cut < parts.length; cut++) {
    const end = parts.slice(cut).join('/')
    const ending = tree.paths.filter((each) => each === end || each.endsWith(`/${end}`))
    if (ending.length === 1) return ending[0]
    if (ending.length > 1) return undefined
  }
  return undefined
}
