import type { Fix, Tree } from 'flask-dyno'
import type { Around } from './remedies.ts'

/** What makes a Flask app, and the distribution that brings it. */
const MAKERS: readonly (readonly [RegExp, string])[] = [
  [/\bDash\s*\(/, 'dash'],
  [/\bAPIFlask\s*\(/, 'apiflask'],
  [/\bEve\s*\(/, 'eve'],
  [/\bOpenAPI\s*\(/, 'flask-openapi3'],
]

/**
 * A requirements.txt for a project that says nowhere what it needs: what makes the app. What else the app imports, and its
 * server, are findings then, and come in by their own fixes; a module that nobody knows cannot be among them.
 */
export function firstRequirements(path: string, { facts: { tree, plan } }: Around): Fix | undefined {
  const [definition] = plan?.definitions ?? []
  if (path !== 'requirements.txt' || definition === undefined || tree.isIgnored(path)) return undefined
  return {
    safety: 'unsafe',
    description: 'write a requirements.txt',
    edits: [{ kind: 'create', path, text: `${makerIn(tree, definition.path)}\n` }],
    // What a build would have found, had it come so far.
    uncovers: true,
    leftToDo: 'see that requirements.txt names all that the app imports, with the versions that `pip freeze` shows',
  }
}

function makerIn(tree: Tree, path: string): string {
  const text = tree.read(path)?.text ?? ''
  return MAKERS.find(([call]) => call.test(text))?.[1] ?? 'flask'
}
