/**
 * The files of a project as they would be deployed. Nothing else in the engine reads files.
 *
 * Paths are relative to the tree's root, separated by `/`, in the case that git has them (as on Linux).
 */
import { decode, type TextFile } from './text-file.ts'
import { pastLinkedFolders } from './tree-links.ts'

export { decode, type Encoding, encode, type TextFile } from './text-file.ts'

/** Files above this are not read: nothing that a rule looks at is as large (bytes). */
export const MAX_FILE_BYTES = 2_000_000

/** What a suppression comment begins with (engine/suppress.ts); files that hold it are remembered. */
export const SUPPRESSION_MARK = 'flask-dyno:'

export interface TreeEntry {
  readonly path: string
  readonly executable: boolean
  /** Target of a symbolic link, or null. */
  readonly link: string | null
}

/** A file that was left out, and why; shown as a note. */
export interface Skipped {
  readonly path: string
  readonly reason: string
}

/** Where a tree gets its files from. */
export interface TreeSource {
  /** Directory, or `-` for a tree in memory. */
  readonly root: string
  /** Full commit id for a tree read from git's objects, else null. */
  readonly revision: string | null
  readonly entries: readonly TreeEntry[]
  /** The bytes of a listed file; undefined when it cannot be read (the reason goes to `skip`). */
  readonly bytes: (path: string, skip: (reason: string) => void) => Uint8Array | undefined
  /** A listed file that was decoded already; undefined where `bytes` is to be asked. The same object stands for the same content. */
  readonly text?: (path: string) => TextFile | undefined
  /** The same for a file that is looked at in passing, where what was seen is kept: no larger than `most` bytes. */
  readonly glance?: (path: string, most: number) => TextFile | undefined
  /** Bytes that a listed file takes, without reading it; undefined when nobody can say. */
  readonly size?: (path: string) => number | undefined
  /** The first bytes of a listed file, however large it is. */
  readonly head?: (path: string, count: number) => Uint8Array | undefined
  /** True when git says the path is ignored; undefined when no git is there to ask. */
  readonly ignored?: (path: string) => boolean
  /** True when git writes LF line ends as it takes the file in, whatever stands here; undefined when no git is there to ask. */
  readonly storesLf?: (path: string) => boolean
  /** What lies beside the tree's files on this machine; left out where there is nothing to compare with. */
  readonly copy?: WorkingCopy
}

/** Why a file of the working copy is not in the tree. `elsewhere`: git has it, but not in this commit. */
export type Reason =
  | { readonly kind: 'ignored'; readonly file: string; readonly line: number; readonly pattern: string }
  | { readonly kind: 'untracked' }
  /** In a repository of its own, which no .gitmodules names. */
  | { readonly kind: 'nested'; readonly folder: string }
  | { readonly kind: 'elsewhere' }

/** The files on this machine, deployed or not; paths are those of the tree. */
export interface WorkingCopy {
  /** Is there a file of exactly that name? */
  readonly has: (path: string) => boolean
  /** The Python files below a folder. */
  readonly modulesBelow: (folder: string) => readonly string[]
  readonly bytes: (path: string, skip: (reason: string) => void) => Uint8Array | undefined
  /** Of a file that is there, and not in the tree. */
  readonly reason: (path: string) => Reason
}

export class Tree {
  readonly root: string
  readonly revision: string | null
  /** All paths, sorted by code unit. */
  readonly paths: readonly string[]
  readonly copy: WorkingCopy | undefined
  readonly #source: TreeSource
  readonly #entries: ReadonlyMap<string, TreeEntry>
  readonly #texts = new Map<string, TextFile | undefined>()
  readonly #skipped = new Map<string, string>()
  readonly #marked = new Set<string>()
  readonly #hasLinks: boolean
  #directories: ReadonlySet<string> | undefined

  constructor(source: TreeSource) {
    this.root = source.root
    this.revision = source.revision
    this.copy = source.copy
    this.#source = source
    this.#entries = new Map(source.entries.map((entry) => [entry.path, entry]))
    this.#hasLinks = source.entries.some(({ link }) => link !== null)
    this.paths = [...this.#entries.keys()].sort()
  }

  /** Also of a path that goes through a linked folder, which `paths` does not list. */
  has(path: string): boolean {
    return this.#entries.has(this.#physical(path))
  }

  /** The path under which the tree lists what a path leads to. */
  #physical(path: string): string {
    if (!this.#hasLinks || this.#entries.has(path)) return path
    return pastLinkedFolders(path, (name) => this.#entries.get(name))
  }

  /** True for a directory that holds at least one file of the tree, and for a link to one; the root is `''`. */
  hasDirectory(path: string): boolean {
    if (this.#isDirectory(path)) return true
    if (!this.#hasLinks) return false
    // `shop/.` makes the last part a folder on the way, which is followed as the others are
    const folder = pastLinkedFolders(`${path}/.`, (name) => this.#entries.get(name))
    return this.#isDirectory(folder === '.' ? '' : folder)
  }

  #isDirectory(path: string): boolean {
    if (this.#directories === undefined) {
      const directories = new Set<string>([''])
      for (const file of this.paths) {
        for (let cut = file.lastIndexOf('/'); cut > 0; cut = file.lastIndexOf('/', cut - 1)) {
          const directory = file.slice(0, cut)
          if (directories.has(directory)) break
          directories.add(directory)
        }
      }
      this.#directories = directories
    }
    return this.#directories.has(path)
  }

  entry(path: string): TreeEntry | undefined {
    return this.#entries.get(this.#physical(path))
  }

  /** Paths directly at the root. */
  rootFiles(): string[] {
    return this.paths.filter((path) => !path.includes('/'))
  }

  /** Would git leave this path out? False where nobody can say. */
  isIgnored(path: string): boolean {
    return this.#source.ignored?.(path) ?? false
  }

  /** Will a commit have LF line ends where this file has CRLF (core.autocrlf, .gitattributes)? False where nobody can say. */
  storesLf(path: string): boolean {
    return this.#source.storesLf?.(path) ?? false
  }

  /** How large a file is, in bytes, without reading it; undefined when it is absent or nobody can say. */
  size(path: string): number | undefined {
    const file = this.#physical(path)
    return this.#entries.has(file) ? this.#source.size?.(file) : undefined
  }

  /** At most `count` bytes of the beginning of a file, which may be too large to be read; undefined when it is absent or unreadable. */
  head(path: string, count: number): Uint8Array | undefined {
    const file = this.#physical(path)
    return this.#entries.has(file) ? this.#source.head?.(file, count) : undefined
  }

  /** Raw bytes; undefined when the file is absent, too large or unreadable. */
  bytes(path: string): Uint8Array | undefined {
    const file = this.#physical(path)
    if (!this.#entries.has(file)) return undefined
    const bytes = this.#source.bytes(file, (reason) => this.#skipped.set(path, reason))
    if (bytes !== undefined && bytes.length > MAX_FILE_BYTES) {
      this.#skipped.set(path, `larger than ${MAX_FILE_BYTES / 1_000_000} MB`)
      return undefined
    }
    return bytes
  }

  /**
   * Decoded text of a file that is looked at in passing: it is not kept, and where it cannot be had no note tells so.
   * Undefined when the file is absent, a link, binary, unreadable or larger than `most` bytes.
   */
  glance(path: string, most: number): TextFile | undefined {
    const entry = this.#entries.get(path)
    if (entry === undefined || entry.link !== null) return undefined
    if (this.#texts.has(path)) return this.#texts.get(path)
    const { glance } = this.#source
    const file = glance === undefined ? this.#glanced(path, most) : glance(path, most)
    this.#remember(file)
    return file
  }

  /** Decoded text; undefined when the file is absent, too large, binary or unreadable. */
  read(path: string): TextFile | undefined {
    if (this.#texts.has(path)) return this.#texts.get(path)
    const file = (this.has(path) ? this.#source.text?.(this.#physical(path)) : undefined) ?? this.#decoded(path)
    this.#texts.set(path, file)
    this.#remember(file)
    return file
  }

  #glanced(path: string, most: number): TextFile | undefined {
    const bytes = this.#source.bytes(path, () => {})
    return bytes === undefined || bytes.length > most ? undefined : decode(path, bytes)
  }

  #decoded(path: string): TextFile | undefined {
    const bytes = this.bytes(path)
    const file = bytes === undefined ? undefined : decode(path, bytes)
    if (bytes !== undefined && file === undefined) this.#skipped.set(path, 'binary')
    return file
  }

  #remember(file: TextFile | undefined): void {
    if (file?.text.includes(SUPPRESSION_MARK) === true) this.#marked.add(file.path)
  }

  /** The files that were looked at so far and hold a suppression mark, sorted. */
  marked(): string[] {
    return [...this.#marked].sort()
  }

  /** What `read` and `bytes` had to leave out so far. */
  skipped(): Skipped[] {
    return [...this.#skipped].map(([path, reason]) => ({ path, reason })).sort((a, b) => (a.path < b.path ? -1 : 1))
  }
}

/** A tree in memory: path to content. For tests, and to lint the result of a fix before anything is written. */
export function memoryTree(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: {
    readonly executable?: readonly string[]
    readonly ignored?: readonly string[]
    readonly copy?: WorkingCopy
  } = {},
): Tree {
  const executable = new Set(options.executable)
  const ignored = new Set(options.ignored)
  return new Tree({
    root: '-',
    revision: null,
    entries: Object.keys(files).map((path) => ({ path, executable: executable.has(path), link: null })),
    bytes: (path) => {
      const content = files[path]
      return typeof content === 'string' ? Buffer.from(content, 'utf8') : content
    },
    size: (path) => {
      const content = files[path]
      return typeof content === 'string' ? Buffer.byteLength(content) : content?.length
    },
    head: (path, count) => {
      const content = files[path]
      return (typeof content === 'string' ? Buffer.from(content, 'utf8') : content)?.subarray(0, count)
    },
    ignored: (path) => ignored.has(path),
    ...(options.copy === undefined ? {} : { copy: options.copy }),
  })
}
