import { type Finding, Tree, type TreeEntry } from 'flask-dyno'
import { addIgnores } from '../_shared/edit-ignore.ts'
import { offer } from './offer.ts'

/** What belongs to one computer, and would be pushed with the next `git add .` */
interface Kept {
  readonly entry: string
  readonly what: string
  readonly matches: (path: string) => boolean
}

const KEPT: readonly Kept[] = [
  { entry: '__pycache__/', what: "Python's compiled files", matches: (path) => /(?:^|\/)__pycache__\//.test(path) },
  { entry: '.env', what: "this computer's settings", matches: (path) => /(?:^|\/)\.env$/.test(path) },
  { entry: '*.sqlite3', what: "this computer's database", matches: (path) => path.endsWith('.sqlite3') },
  { entry: '*.sqlite', what: "this computer's database", matches: (path) => path.endsWith('.sqlite') },
  { entry: '*.db', what: "this computer's database", matches: (path) => path.endsWith('.db') },
]

/** Each folder with a pyvenv.cfg. https://docs.python.org/3/library/venv.html */
function environments(untracked: readonly string[]): Kept[] {
  return untracked.flatMap((path) => {
    const folder = /^(?:.+\/)?(?=pyvenv\.cfg$)/.exec(path)?.[0]
    return folder === undefined || folder === ''
      ? []
      : [{ entry: `/${folder}`, what: 'a virtual environment', matches: (file: string) => file.startsWith(folder) }]
  })
}

/** Offers a line of .gitignore for each kind of file that git does not track yet and that is no part of the project. */
export function ignoreEntries(tree: Tree, untracked: readonly string[]): Finding[] {
  return kinds(untracked).flatMap(({ entry, what, matches }) => {
    const example = untracked.find(matches)
    const { edits } = addIgnores(tree, '.gitignore', entry)
    if (example === undefined || edits.length === 0) return []
    return [
      offer('ignore-missing', '.gitignore', `${example} is ${what}, and git would take it in.`, {
        safety: 'safe',
        description: `list ${entry} in .gitignore`,
        edits,
      }),
    ]
  })
}

/** Is this a file that no git has taken in yet, and for which .gitignore is offered a line? */
export const isKept = (path: string, untracked: readonly string[]): boolean =>
  untracked.includes(path) && kinds(untracked).some(({ matches }) => matches(path))

/** The tree as git would see it: without the untracked files that its .gitignore leaves out by now. */
export function asGitSees(tree: Tree, untracked: readonly string[]): Tree {
  const left = kinds(untracked).filter(({ entry }) => addIgnores(tree, '.gitignore', entry).edits.length === 0)
  const gone = new Set(untracked.filter((path) => left.some(({ matches }) => matches(path))))
  if (!tree.paths.some((path) => gone.has(path))) return tree
  return new Tree({
    root: tree.root,
    revision: tree.revision,
    entries: tree.paths.flatMap((path): TreeEntry[] => {
      const entry = gone.has(path) ? undefined : tree.entry(path)
      return entry === undefined ? [] : [entry]
    }),
    bytes: (path) => tree.bytes(path),
    size: (path) => tree.size(path),
    head: (path, count) => tree.head(path, count),
    ignored: (path) => gone.has(path) || tree.isIgnored(path),
    storesLf: (path) => tree.storesLf(path),
  })
}

const kinds = (untracked: readonly string[]): readonly Kept[] => [...KEPT, ...environments(untracked)]
