import type { Edit, Finding, Fix } from './finding.ts'
import { type Encoding, encode, Tree, type TreeEntry } from './tree.ts'
import { isInside } from './tree-disk.ts'

/** A file as a fix leaves it. */
interface NewFile {
  readonly text: string
  readonly encoding: Encoding
  readonly executable: boolean
}

/** What the fixes come to, for one path of the project. */
export interface FileChange {
  /** Path before; null for a new file. */
  readonly from: string | null
  /** Path after; null for a file that is deleted. */
  readonly to: string | null
  readonly before: Uint8Array | null
  readonly after: Uint8Array | null
  readonly executable: boolean
}

export interface Mended {
  /** The tree with the fixes applied. */
  readonly tree: Tree
  /** The findings that are gone, in the order in which they were mended. */
  readonly applied: readonly Finding[]
  readonly changes: readonly FileChange[]
}

type Lint = (tree: Tree) => readonly Finding[] | Promise<readonly Finding[]>

const MAX_ROUNDS = 5

/**
 * Applies the fixes of findings to a tree in memory. Of two fixes that touch the same text the first one wins, and the other
 * gets its chance in the next round, after the result was linted anew.
 *
 * @param lint the findings of a tree; called once for each round, and a last time for the result.
 */
export async function applyFixes(tree: Tree, lint: Lint, unsafe: boolean): Promise<Mended> {
  const draft = new Draft(tree)
  const applied: Finding[] = []
  let current = tree
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const taken: Edit[] = []
    let count = 0
    for (const finding of await lint(current)) {
      const { fix } = finding
      if (fix === null || (fix.safety === 'unsafe' && !unsafe)) continue
      if (!draft.accepts(fix, taken)) continue
      taken.push(...fix.edits)
      applied.push(finding)
      count++
    }
    if (count === 0) break
    draft.apply(taken)
    current = draft.tree()
  }
  return { tree: current, applied, changes: draft.changes() }
}

/** The files of a tree, with changes that are not written yet. */
class Draft {
  readonly #base: Tree
  readonly #files = new Map<string, NewFile | null>()
  /** New path to the path in the base tree that it was renamed from. */
  readonly #origins = new Map<string, string>()

  constructor(base: Tree) {
    this.#base = base
  }

  #read(path: string): NewFile | undefined {
    const changed = this.#files.get(path)
    if (changed !== undefined) return changed ?? undefined
    const entry = this.#base.entry(path)
    const file = this.#base.read(path)
    if (entry === undefined || file === undefined || entry.link !== null) return undefined
    return { text: file.text, encoding: file.encoding, executable: entry.executable }
  }

  /** Is there anything at this path: a file, a link, a folder? */
  #isTaken(path: string): boolean {
    const changed = this.#files.get(path)
    if (changed !== undefined) return changed !== null
    return this.#base.has(path) || this.#base.hasDirectory(path)
  }

  /** Can the whole fix be applied, beside those of this round that were accepted before it? */
  accepts(fix: Fix, taken: readonly Edit[]): boolean {
    return (
      fix.edits.length > 0 &&
      fix.edits.every((edit) => this.#isPossible(edit) && !taken.some((other) => clash(edit, other)))
    )
  }

  #isPossible(edit: Edit): boolean {
    if (!this.#mayWrite(edit.path)) return false
    if (edit.kind === 'create') return !this.#isTaken(edit.path)
    const file = this.#read(edit.path)
    if (file === undefined) return false
    switch (edit.kind) {
      case 'delete':
        return true
      case 'rename':
        return this.#mayWrite(edit.to) && !this.#isTaken(edit.to)
      case 'text':
        if (edit.start < 0 || edit.end < edit.start || edit.end > file.text.length) return false
        return file.encoding !== 'latin1' || /^[\0-\xff]*$/.test(edit.text)
    }
  }

  /** Only inside the project, and never below a symbolic link. */
  #mayWrite(path: string): boolean {
    if (!isInside(path) || path === '.git' || path.startsWith('.git/')) return false
    for (let cut = path.indexOf('/'); cut > 0; cut = path.indexOf('/', cut + 1)) {
      if (this.#isTaken(path.slice(0, cut)) && !this.#base.hasDirectory(path.slice(0, cut))) return false
    }
    return true
  }

  apply(edits: readonly Edit[]): void {
    const texts = edits.filter((edit) => edit.kind === 'text').sort((a, b) => b.start - a.start || b.end - a.end)
    let last: (typeof texts)[number] | undefined
    for (const edit of texts) {
      const file = this.#read(edit.path)
      const isRepeated = last !== undefined && isSameEdit(edit, last)
      last = edit
      if (file === undefined || isRepeated) continue
      const newline = file.text.includes('\r\n') ? '\r\n' : '\n'
      const inserted = edit.text.replace(/\r?\n/g, newline)
      this.#files.set(edit.path, {
        ...file,
        text: file.text.slice(0, edit.start) + inserted + file.text.slice(edit.end),
      })
    }
    for (const edit of edits) {
      if (edit.kind === 'create') this.#files.set(edit.path, { text: edit.text, encoding: 'utf-8', executable: false })
      else if (edit.kind === 'delete') this.#files.set(edit.path, null)
      else if (edit.kind === 'rename') {
        const file = this.#read(edit.path)
        if (file === undefined) continue
        this.#files.set(edit.path, null)
        this.#files.set(edit.to, file)
        this.#origins.set(edit.to, this.#origins.get(edit.path) ?? edit.path)
      }
    }
  }

  tree(): Tree {
    const base = this.#base
    const changed = new Map(this.#files)
    const entries: TreeEntry[] = []
    for (const path of base.paths) {
      const entry = base.entry(path)
      if (entry !== undefined && !changed.has(path)) entries.push(entry)
    }
    const contents = new Map<string, Uint8Array>()
    for (const [path, file] of changed) {
      if (file === null) continue
      entries.push({ path, executable: file.executable, link: null })
      contents.set(path, encode(file.text, file.encoding))
    }
    return new Tree({
      root: base.root,
      revision: base.revision,
      entries,
      bytes: (path, skip) => {
        const bytes = contents.get(path) ?? base.bytes(path)
        if (bytes === undefined) skip(base.skipped().find((file) => file.path === path)?.reason ?? 'cannot be read')
        return bytes
      },
      ignored: (path) => base.isIgnored(path),
    })
  }

  /** By path; a rename is one change. */
  changes(): FileChange[] {
    const changes: FileChange[] = []
    const renamed = new Set<string>()
    for (const [to, file] of this.#files) {
      if (file === null) continue
      const from = this.#origins.get(to) ?? (this.#base.has(to) ? to : null)
      if (from !== null && from !== to) renamed.add(from)
      const before = from === null ? null : (this.#base.bytes(from) ?? null)
      const after = encode(file.text, file.encoding)
      if (from === to && before !== null && Buffer.compare(before, after) === 0) continue
      changes.push({ from, to, before, after, executable: file.executable })
    }
    for (const [from, file] of this.#files) {
      if (file !== null || renamed.has(from) || !this.#base.has(from)) continue
      const executable = this.#base.entry(from)?.executable ?? false
      changes.push({ from, to: null, before: this.#base.bytes(from) ?? null, after: null, executable })
    }
    const name = (change: FileChange): string => change.to ?? change.from ?? ''
    return changes.sort((a, b) => (name(a) < name(b) ? -1 : 1))
  }
}

/** Two edits of different fixes that cannot both be made in one round. The very same text edit twice is one edit. */
function clash(a: Edit, b: Edit): boolean {
  if (a.kind === 'text' && b.kind === 'text') {
    if (a.path !== b.path || isSameEdit(a, b)) return false
    return a.start === b.start || (a.start < b.end && b.start < a.end)
  }
  const paths = (edit: Edit): string[] => (edit.kind === 'rename' ? [edit.path, edit.to] : [edit.path])
  return paths(a).some((path) => paths(b).includes(path))
}

const isSameEdit = (a: Edit, b: Edit): boolean =>
  a.kind === 'text' &&
  b.kind === 'text' &&
  a.path === b.path &&
  a.start === b.start &&
  a.end === b.end &&
  a.text === b.text
