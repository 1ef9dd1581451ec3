import type { Draft as DraftOf, Edit, FileChange, Tree } from 'flask-dyno'
import type { Addition } from './edit-text.ts'

/** Additions to a tree, one after the other: each sees what those before it added. */
export class Additions {
  readonly #Draft: typeof DraftOf
  readonly #original: Tree
  readonly #left: string[] = []
  #tree: Tree

  /** `original` is on the disk, and `tree` what has been added to it before. */
  constructor(draft: typeof DraftOf, original: Tree, tree: Tree) {
    this.#Draft = draft
    this.#original = original
    this.#tree = tree
  }

  async take(addition: (tree: Tree) => Addition | Promise<Addition>): Promise<void> {
    const { edits, left } = await addition(this.#tree)
    // A file has to be there before it can become a program.
    const isMode = ({ kind }: Edit): boolean => kind === 'mode'
    this.#tree = this.#made(
      this.#tree,
      edits.filter((edit) => !isMode(edit)),
    )
    this.#tree = this.#made(this.#tree, edits.filter(isMode))
    this.#left.push(...left)
  }

  #made(tree: Tree, edits: readonly Edit[]): Tree {
    return edits.length === 0 ? tree : this.#Draft.of(tree).with(edits).tree()
  }

  /** Sentences of all of them. */
  get left(): readonly string[] {
    return this.#left
  }

  /** What is to be written. */
  changes(): FileChange[] {
    const paths = [...new Set([...this.#original.paths, ...this.#tree.paths])].sort()
    return paths.flatMap((path) => changeOf(path, this.#original, this.#tree))
  }
}

function changeOf(path: string, original: Tree, tree: Tree): FileChange[] {
  const before = original.has(path) ? (original.bytes(path) ?? null) : null
  const after = tree.has(path) ? (tree.bytes(path) ?? null) : null
  const executable = tree.entry(path)?.executable ?? false
  if (before === null && after === null) return []
  if (before !== null && after !== null && Buffer.compare(before, after) === 0) return []
  const from = before === null ? null : path
  const to = after === null ? null : path
  const was = from === null ? {} : { wasExecutable: original.entry(path)?.executable ?? false }
  return [{ from, to, before, after, executable: to === null ? (was.wasExecutable ?? false) : executable, ...was }]
}
