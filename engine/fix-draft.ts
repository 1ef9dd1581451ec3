import type { Edit, Fix } from './finding.ts'
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
  /** Was the file executable before? Left out for a new file. */
  readonly wasExecutable?: boolean
}

/** The files of a tree, with changes that are not written yet. A draft never changes: `with` makes the next one. */
export class Draft {
  readonly #base: Tree
  readonly #files: ReadonlyMap<string, NewFile | null>
  /** New path to the path in the base tree that it was renamed from. */
  readonly #origins: ReadonlyMap<string, string>

  private constructor(base: Tree, files: ReadonlyMap<string, NewFile | null>, origins: ReadonlyMap<string, string>) {
    this.#base = base
    this.#files = files
    this.#origins = origins
  }

  static of(base: Tree): Draft {
    return new Draft(base, new Map(), new Map())
  }

  /** Why a fix cannot be made here; null when it can. */
  obstacle(fix: Fix): string | null {
    if (fix.edits.length === 0) return 'it changes nothing'
    // What .gitignore says afterwards decides about the files that the same fix makes.
    const ignores = this.with(fix.edits.filter((edit) => edit.kind === 'text' && edit.path === GITIGNORE))
    for (const [index, edit] of fix.edits.entries()) {
      const obstacle = this.#obstacleTo(edit, ignores)
      if (obstacle !== null) return obstacle
      if (fix.edits.slice(0, index).some((other) => contradict(edit, other))) return 'it contradicts itself'
    }
    return null
  }

  /** The draft with these edits made, which `obstacle` and `clash` have let pass. */
  with(edits: readonly Edit[]): Draft {
    const files = new Map(this.#files)
    const origins = new Map(this.#origins)
    const read = (path: string): NewFile | undefined => readIn(this.#base, files, path)
    const texts = edits.filter((edit) => edit.kind === 'text').sort((a, b) => b.start - a.start || b.end - a.end)
    const made: (typeof texts)[number][] = []
    for (const edit of texts) {
      const file = read(edit.path)
      if (file === undefined || made.some((other) => isSameEdit(edit, other))) continue
      made.push(edit)
      const newline = file.text.includes('\r\n') ? '\r\n' : '\n'
      const inserted = edit.text.replace(/\r?\n/g, newline)
      files.set(edit.path, { ...file, text: file.text.slice(0, edit.start) + inserted + file.text.slice(edit.end) })
    }
    for (const edit of edits) {
      switch (edit.kind) {
        case 'text':
          break
        case 'create':
          files.set(edit.path, { text: edit.text, encoding: 'utf-8', executable: false })
          break
        case 'delete':
          files.set(edit.path, null)
          break
        case 'content':
        case 'mode': {
          const file = read(edit.path)
          if (file === undefined) break
          const { kind, path, ...changed } = edit
          files.set(path, { ...file, ...changed })
          break
        }
        case 'rename': {
          const file = read(edit.path)
          if (file === undefined) break
          files.set(edit.path, null)
          files.set(edit.to, file)
          origins.set(edit.to, origins.get(edit.path) ?? edit.path)
        }
      }
    }
    return new Draft(this.#base, files, origins)
  }

  /** The tree as it would be, still in memory. */
  tree(): Tree {
    const base = this.#base
    const entries: TreeEntry[] = []
    for (const path of base.paths) {
      const entry = base.entry(path)
      if (entry !== undefined && !this.#files.has(path)) entries.push(entry)
    }
    const contents = new Map<string, Uint8Array>()
    for (const [path, file] of this.#files) {
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
      text: (path) => (contents.has(path) ? undefined : base.read(path)),
      size: (path) => contents.get(path)?.length ?? base.size(path),
      head: (path, count) => contents.get(path)?.subarray(0, count) ?? base.head(path, count),
      ignored: (path) => this.#isIgnored(path),
      storesLf: (path) => base.storesLf(path),
      ...(base.copy === undefined ? {} : { copy: base.copy }),
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
      const wasExecutable = from === null ? undefined : (this.#base.entry(from)?.executable ?? false)
      const isSame = before !== null && Buffer.compare(before, after) === 0
      if (from === to && isSame && wasExecutable === file.executable) continue
      const mode = wasExecutable === undefined ? {} : { wasExecutable }
      changes.push({ from, to, before, after, executable: file.executable, ...mode })
    }
    for (const [from, file] of this.#files) {
      if (file !== null || renamed.has(from) || !this.#base.has(from)) continue
      const executable = this.#base.entry(from)?.executable ?? false
      const before = this.#base.bytes(from) ?? null
      changes.push({ from, to: null, before, after: null, executable, wasExecutable: executable })
    }
    const name = (change: FileChange): string => change.to ?? change.from ?? ''
    return changes.sort((a, b) => (name(a) < name(b) ? -1 : 1))
  }

  #obstacleTo(edit: Edit, ignores: Draft): string | null {
    const { path } = edit
    if (!this.#mayWrite(path)) return `${path} is not a place inside the project`
    if (edit.kind === 'create') return this.#obstacleAt(path, ignores)
    const file = readIn(this.#base, this.#files, path)
    if (file === undefined) return `${path} cannot be read`
    switch (edit.kind) {
      case 'delete':
      case 'mode':
        return null
      case 'content':
        return isWritable(edit.text ?? file.text, edit.encoding ?? file.encoding)
          ? null
          : `${path} is not written in UTF-8`
      case 'rename':
        return this.#mayWrite(edit.to)
          ? this.#obstacleAt(edit.to, ignores)
          : `${edit.to} is not a place inside the project`
      case 'text':
        if (edit.start < 0 || edit.end < edit.start || edit.end > file.text.length) return `${path} is shorter`
        return isWritable(edit.text, file.encoding) ? null : `${path} is not written in UTF-8`
    }
  }

  /** What keeps a file from being made here. One that git ignores would not be deployed, and may be there already. */
  #obstacleAt(path: string, ignores: Draft): string | null {
    if (this.#isTaken(path)) return `${path} exists`
    return ignores.#isIgnored(path) ? `git ignores ${path}` : null
  }

  /** Does git leave a path out, with .gitignore as it is here? The line that named the file may be gone, or an exception there. */
  #isIgnored(path: string): boolean {
    if (!this.#base.isIgnored(path)) return false
    const [before, after] = [ignoreLines(this.#base), ignoreLines(this.tree())]
    const isExcepted = after.includes(`!${path}`) && !before.includes(`!${path}`)
    return !isExcepted && !(before.includes(path) && !after.includes(path))
  }

  /** Is there anything at this path: a file, a link, a folder? */
  #isTaken(path: string): boolean {
    const changed = this.#files.get(path)
    if (changed !== undefined) return changed !== null
    return this.#base.has(path) || this.#base.hasDirectory(path)
  }

  /** Only inside the project, and never below a symbolic link. */
  #mayWrite(path: string): boolean {
    if (!isInside(path) || path === '.git' || path.startsWith('.git/')) return false
    for (let cut = path.indexOf('/'); cut > 0; cut = path.indexOf('/', cut + 1)) {
      if (this.#isTaken(path.slice(0, cut)) && !this.#base.hasDirectory(path.slice(0, cut))) return false
    }
    return true
  }
}

const GITIGNORE = '.gitignore'

/** The lines of .gitignore, a file at the root as its name alone. */
const ignoreLines = (tree: Tree): string[] =>
  (tree.read(GITIGNORE)?.text ?? '').split('\n').map((line) => line.trim().replace(/^(!?)\//, '$1'))

function readIn(base: Tree, files: ReadonlyMap<string, NewFile | null>, path: string): NewFile | undefined {
  const changed = files.get(path)
  if (changed !== undefined) return changed ?? undefined
  const entry = base.entry(path)
  const file = base.read(path)
  if (entry === undefined || file === undefined || entry.link !== null) return undefined
  return { text: file.text, encoding: file.encoding, executable: entry.executable }
}

const isWritable = (text: string, encoding: Encoding): boolean => encoding !== 'latin1' || /^[\0-\xff]*$/.test(text)

/** Two edits of different fixes that cannot both be made in one round. The very same text edit twice is one edit. */
export function clash(a: Edit, b: Edit): boolean {
  if (a.kind === 'text' && b.kind === 'text') {
    if (a.path !== b.path || isSameEdit(a, b)) return false
    return a.start === b.start || (a.start < b.end && b.start < a.end)
  }
  return pathsOf(a).some((path) => pathsOf(b).includes(path))
}

/** Two edits of one fix of which the second has nothing left to change. A file may well be changed and renamed. */
function contradict(a: Edit, b: Edit): boolean {
  if (a.kind === 'text' && b.kind === 'text') return a.path === b.path && a.start < b.end && b.start < a.end
  if (a.kind !== b.kind && a.kind !== 'delete' && b.kind !== 'delete') return a.kind === 'create' && clash(a, b)
  return clash(a, b)
}

const pathsOf = (edit: Edit): string[] => (edit.kind === 'rename' ? [edit.path, edit.to] : [edit.path])

const isSameEdit = (a: Edit, b: Edit): boolean =>
  a.kind === 'text' &&
  b.kind === 'text' &&
  a.path === b.path &&
  a.start === b.start &&
  a.end === b.end &&
  a.text === b.text
