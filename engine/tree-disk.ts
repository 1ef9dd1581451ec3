import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { join, posix, resolve, sep } from 'node:path'
import { TreeError } from './git-process.ts'
import { MAX_FILE_BYTES, type TreeEntry } from './tree.ts'

/** Is this path one that a tree may hold: relative, and never upwards? */
export const isInside = (path: string): boolean =>
  path !== '' && !path.startsWith('/') && !path.split('/').some((part) => part === '..' || part === '.' || part === '')

/** The absolute path of a directory that can be read. @throws TreeError */
export function openDirectory(dir: string): string {
  const root = resolve(dir)
  try {
    if (!statSync(root).isDirectory()) throw new TreeError(`not a directory: ${dir}; name the folder of the project`)
    readdirSync(root)
  } catch (error) {
    if (error instanceof TreeError) throw error
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new TreeError(`no such directory: ${dir}`)
    if (code === 'EACCES' || code === 'EPERM') throw new TreeError(`no permission to read the directory ${dir}`)
    throw new TreeError(`cannot read the directory ${dir}: ${String(code)}`)
  }
  return root
}

/** O_NONBLOCK: a named pipe must not make us wait for a writer. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Reads files below one directory, never through a symbolic link, and never anything but a regular file. */
export class DiskReader {
  readonly #root: string
  readonly #directories = new Map<string, boolean>()

  constructor(root: string) {
    this.#root = realpathSync.native(root)
  }

  /** The bytes of a file; undefined, with a reason, when there are none to be had. */
  read(path: string, skip: (reason: string) => void): Uint8Array | undefined {
    if (!this.#isReallyInside(posix.dirname(path))) {
      skip('reached through a symbolic link')
      return undefined
    }
    let file: number
    try {
      file = openSync(join(this.#root, path), FLAGS)
    } catch (error) {
      skip(reasonOf(error))
      return undefined
    }
    try {
      const stat = fstatSync(file)
      if (!stat.isFile()) {
        skip('not a regular file')
        return undefined
      }
      if (stat.size > MAX_FILE_BYTES) {
        skip(`larger than ${MAX_FILE_BYTES / 1_000_000} MB`)
        return undefined
      }
      const bytes = Buffer.allocUnsafe(stat.size)
      let filled = 0
      while (filled < bytes.length) {
        const count = readSync(file, bytes, filled, bytes.length - filled, null)
        if (count === 0) break
        filled += count
      }
      return bytes.subarray(0, filled)
    } catch (error) {
      skip(reasonOf(error))
      return undefined
    } finally {
      closeSync(file)
    }
  }

  /** The first bytes of a file, however large it is; undefined when there are none to be had. */
  head(path: string, count: number): Uint8Array | undefined {
    if (!this.#isReallyInside(posix.dirname(path))) return undefined
    let file: number | undefined
    try {
      file = openSync(join(this.#root, path), FLAGS)
      if (!fstatSync(file).isFile()) return undefined
      const bytes = Buffer.allocUnsafe(count)
      return bytes.subarray(0, readSync(file, bytes, 0, count, 0))
    } catch {
      return undefined
    } finally {
      if (file !== undefined) closeSync(file)
    }
  }

  #isReallyInside(directory: string): boolean {
    const known = this.#directories.get(directory)
    if (known !== undefined) return known
    let inside = false
    try {
      const expected = directory === '.' ? this.#root : join(this.#root, directory)
      inside = realpathSync.native(expected) === expected
      // A file system that folds case or normalises names answers in its own spelling, still below the root.
      if (!inside) inside = !hasLinkedPart(this.#root, directory)
    } catch {
      inside = true // unreadable: opening the file says why
    }
    this.#directories.set(directory, inside)
    return inside
  }
}

function hasLinkedPart(root: string, directory: string): boolean {
  let at = root
  for (const part of directory.split('/')) {
    at = join(at, part)
    if (lstatSync(at).isSymbolicLink()) return true
  }
  return false
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it'
  if (code === 'ELOOP') return 'a symbolic link'
  if (code === 'ENOENT') return 'it is gone'
  return typeof code === 'string' ? `cannot be read (${code})` : 'cannot be read'
}

/** The target of a symbolic link, or what stands in for it where git checks links out as files (core.symlinks=false). */
export function readLink(root: string, path: string): string {
  const file = join(root, path)
  try {
    return readlinkSync(file).split(sep).join('/')
  } catch {
    try {
      return readFileSync(file, 'utf8').slice(0, 4096)
    } catch {
      return ''
    }
  }
}

/** The entry of a file that git does not track; undefined for what git would never add. */
export function diskEntry(root: string, path: string): TreeEntry | undefined {
  try {
    const stat = lstatSync(join(root, path))
    if (stat.isSymbolicLink()) return { path, executable: false, link: readLink(root, path) }
    return stat.isFile() ? { path, executable: (stat.mode & 0o100) !== 0, link: null } : undefined
  } catch {
    return undefined
  }
}

/**
 * The files below a folder without git: all of them but git's and npm's own and virtual environments, which are known by
 * their pyvenv.cfg and never by name (the standard library itself has a package called venv).
 */
export function walkFolder(root: string): TreeEntry[] {
  const entries: TreeEntry[] = []
  const pending = ['']
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    let children: import('node:fs').Dirent[]
    try {
      children = readdirSync(join(root, directory), { withFileTypes: true })
    } catch (error) {
      if (directory === '') throw error
      continue
    }
    if (directory !== '' && children.some((child) => child.name === 'pyvenv.cfg' && child.isFile())) continue
    for (const child of children) {
      if (child.name === '.git') continue
      const path = directory === '' ? child.name : `${directory}/${child.name}`
      if (child.isDirectory()) {
        if (child.name !== 'node_modules') pending.push(path)
      } else {
        const entry = diskEntry(root, path)
        if (entry !== undefined) entries.push(entry)
      }
    }
  }
  return entries
}
