import { existsSync, lstatSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { isReadAtOnce, readBlobs } from './git-blobs.ts'
import { fields, GitMissing, git, gitRefusal, LISTING, TreeError } from './git-process.ts'
import { decode, Tree, type TreeEntry, type TreeSource } from './tree.ts'
import { submodulePaths } from './tree-commit.ts'
import { DiskReader, diskEntry, isInside, openDirectory, readLink, walkFolder } from './tree-disk.ts'
import { followLinks } from './tree-links.ts'
import { ignoredBy, storesLfIn, workingCopyAt } from './working-copy.ts'

export { TreeError } from './git-process.ts'
export { commitTree } from './tree-commit.ts'

const NEVER_EXECUTABLE_BITS = process.platform === 'win32'

/**
 * The files below `dir` that git tracks, or would: untracked and not ignored. Without git, all files of the folder but
 * node_modules and virtual environments. Contents are those on the disk.
 *
 * @throws TreeError when there is no such directory, no permission, or git refuses to look.
 */
export function workingTree(dir: string, note: (message: string) => void = () => {}): Tree {
  const root = openDirectory(dir)
  if (!isBelowGit(root)) {
    if (isBare(root)) {
      throw new TreeError(`${dir} is a bare git repository, which has no working tree: name a commit with --rev`)
    }
    return folderTree(root)
  }
  let entries: readonly TreeEntry[] | undefined
  const kept = new Map<string, string>()
  try {
    entries = listWorkingTree(root, kept)
    if (entries === undefined || (entries.length === 0 && isIgnoredFolder(root))) return folderTree(root)
  } catch (error) {
    if (!(error instanceof GitMissing)) throw error
    note('git was not found, so files that it ignores are looked at, too')
    return folderTree(root)
  }
  const disk = diskSource(root, entries)
  const source = kept.size === 0 ? disk : { ...disk, ...withKept(root, kept, disk) }
  return new Tree({ ...source, ignored: ignoredBy(root), storesLf: storesLfIn(root), copy: workingCopyAt(root) })
}

function isBelowGit(root: string): boolean {
  for (let at = root; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true
    if (dirname(at) === at) return false
  }
}

const isBare = (root: string): boolean =>
  existsSync(join(root, 'HEAD')) && existsSync(join(root, 'objects')) && existsSync(join(root, 'refs'))

/** All files of a folder, git or not. */
export function folderTree(root: string): Tree {
  return new Tree(diskSource(root, walkFolder(root)))
}

function diskSource(root: string, entries: readonly TreeEntry[]): TreeSource {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  const reader = new DiskReader(root)
  return {
    root,
    revision: null,
    entries,
    bytes: (path, skip) => {
      const target = followLinks(path, (name) => byPath.get(name))
      if (target !== undefined) return reader.read(target, skip)
      skip('a symbolic link that leads to no file of the project')
      return undefined
    },
    head: (path, count) => reader.head(path, count),
    size: (path) => {
      try {
        return lstatSync(join(root, path)).size
      } catch {
        return undefined
      }
    },
  }
}

/**
 * In a sparse checkout (https://git-scm.com/docs/git-sparse-checkout), files that only git has, read from its objects; `kept`
 * leads from their paths to these. A folder's are read at once, when the first of them is asked for.
 */
function withKept(root: string, kept: ReadonlyMap<string, string>, disk: TreeSource): Partial<TreeSource> {
  const contents = new Map<string, Buffer>()
  const asked = new Set<string>()
  const isOnlyKept = (path: string): boolean => kept.has(path) && disk.size?.(path) === undefined
  const read = (path: string): Buffer | undefined => {
    const folder = posix.dirname(path)
    const wanted = isReadAtOnce(path)
      ? [...kept].filter(([name]) => posix.dirname(name) === folder && isReadAtOnce(name))
      : [...kept].filter(([name]) => name === path)
    const oids = wanted.map(([, oid]) => oid).filter((oid) => !asked.has(oid))
    for (const oid of oids) asked.add(oid)
    for (const [oid, bytes] of readBlobs(root, oids)) contents.set(oid, bytes)
    return contents.get(kept.get(path) ?? '')
  }
  return {
    bytes: (path, skip) => {
      if (!isOnlyKept(path)) return disk.bytes(path, skip)
      const bytes = read(path)
      if (bytes === undefined) skip('not in this checkout')
      return bytes
    },
    // What is looked at in passing is every file, and a sparse checkout leaves out most of them.
    glance: (path, most) => {
      const bytes = isOnlyKept(path) ? undefined : disk.bytes(path, () => {})
      return bytes === undefined || bytes.length > most ? undefined : decode(path, bytes)
    },
    head: (path, count) => (isOnlyKept(path) ? read(path)?.subarray(0, count) : disk.head?.(path, count)),
  }
}

/** A folder inside a repository whose .gitignore leaves the whole of it out is a project of its own. */
const isIgnoredFolder = (root: string): boolean => git(root, ['check-ignore', '-q', '.']).status === 0

/**
 * One `git ls-files` answers all: `H mode oid stage TAB path` is tracked, `R …` is tracked and gone from the disk, `? path` is
 * untracked and not ignored, `S …` is tracked and left out by a sparse checkout (https://git-scm.com/docs/git-ls-files), which
 * `kept` is told of. Undefined where a stray `.git` is no repository.
 */
function listWorkingTree(root: string, kept: Map<string, string>): TreeEntry[] | undefined {
  const listing = git(root, LISTING)
  if (listing.status !== 0) {
    if (/not a git repository/.test(listing.complaint)) return undefined
    throw gitRefusal(root, listing.complaint)
  }
  const entries = new Map<string, TreeEntry>()
  const gone: string[] = []
  for (const field of fields(listing.stdout)) {
    const tag = field.slice(0, 1)
    const tab = field.indexOf('\t')
    const path = tag === '?' ? field.slice(2) : field.slice(tab + 1)
    if (!isInside(path)) continue // `sub/`: a repository inside this one that git would not add as files
    if (tag === '?') {
      const entry = diskEntry(root, path)
      if (entry !== undefined) entries.set(path, entry)
    } else if (tag === 'R') gone.push(path)
    else {
      const mode = field.slice(2, 8)
      if (mode === '160000') addSubmodule(root, path, entries)
      else entries.set(path, trackedEntry(root, path, mode, tag === 'S'))
      if (tag === 'S') kept.set(path, field.slice(9, field.indexOf(' ', 9)))
    }
  }
  for (const path of gone) entries.delete(path)
  return [...entries.values()]
}

function trackedEntry(root: string, path: string, mode: string, isKept: boolean): TreeEntry {
  if (mode === '120000') return { path, executable: false, link: readLink(root, path) }
  if (mode === '100755' || NEVER_EXECUTABLE_BITS || isKept) return { path, executable: mode === '100755', link: null }
  return {
    path,
    link: null,
    // Asked only for the few scripts that a process runs, and not of a thousand modules.
    get executable() {
      try {
        return (lstatSync(join(root, path)).mode & 0o100) !== 0
      } catch {
        return false
      }
    },
  }
}

/** A git push to Heroku brings submodules along (https://devcenter.heroku.com/articles/git-submodules), those that .gitmodules names. */
function addSubmodule(root: string, path: string, entries: Map<string, TreeEntry>): void {
  const directory = join(root, path)
  if (!existsSync(join(directory, '.git')) || !isNamedSubmodule(root, directory)) return
  for (const entry of listWorkingTree(directory, new Map()) ?? []) {
    const inner = `${path}/${entry.path}`
    entries.set(inner, { path: inner, link: entry.link, executable: entry.executable })
  }
}

function isNamedSubmodule(root: string, directory: string): boolean {
  let top = root
  while (!existsSync(join(top, '.git')) && dirname(top) !== top) top = dirname(top)
  const named = new DiskReader(top).read('.gitmodules', () => {})
  const path = relative(top, directory).split(sep).join('/')
  return named !== undefined && submodulePaths(Buffer.from(named).toString('utf8')).includes(path)
}
