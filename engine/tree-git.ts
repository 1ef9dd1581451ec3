import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fields, GitMissing, git, gitRefusal, LISTING, TreeError } from './git-process.ts'
import { Tree, type TreeEntry, type TreeSource } from './tree.ts'
import { DiskReader, diskEntry, isInside, readLink, walkFolder } from './tree-disk.ts'
import { followLinks } from './tree-links.ts'
import { workingCopyAt } from './working-copy.ts'

export { TreeError } from './git-process.ts'

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
  try {
    entries = listWorkingTree(root)
    if (entries === undefined || (entries.length === 0 && isIgnoredFolder(root))) return folderTree(root)
  } catch (error) {
    if (!(error instanceof GitMissing)) throw error
    note('git was not found, so files that it ignores are looked at, too')
    return folderTree(root)
  }
  return new Tree({ ...diskSource(root, entries), ignored: ignoredBy(root), copy: workingCopyAt(root) })
}

function openDirectory(dir: string): string {
  const root = resolve(dir)
  try {
    if (!statSync(root).isDirectory()) throw new TreeError(`not a directory: ${dir}`)
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

/** A folder inside a repository whose .gitignore leaves the whole of it out is a project of its own. */
const isIgnoredFolder = (root: string): boolean => git(root, ['check-ignore', '-q', '.']).status === 0

function ignoredBy(root: string, folder = ''): (path: string) => boolean {
  const known = new Map<string, boolean>()
  return (path) => {
    const asked = folder === '' ? path : `${folder}/${path}`
    const answer = known.get(path) ?? git(root, ['check-ignore', '-q', '-z', '--stdin'], `${asked}\0`).status === 0
    known.set(path, answer)
    return answer
  }
}

/**
 * One `git ls-files` answers all: `H mode oid stage TAB path` is tracked, `R …` is tracked and gone from the disk, `? path` is
 * untracked and not ignored (https://git-scm.com/docs/git-ls-files). Undefined where a stray `.git` is no repository.
 */
function listWorkingTree(root: string): TreeEntry[] | undefined {
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
      else entries.set(path, trackedEntry(root, path, mode))
    }
  }
  for (const path of gone) entries.delete(path)
  return [...entries.values()]
}

function trackedEntry(root: string, path: string, mode: string): TreeEntry {
  if (mode === '120000') return { path, executable: false, link: readLink(root, path) }
  if (mode === '100755' || NEVER_EXECUTABLE_BITS) return { path, executable: mode === '100755', link: null }
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

/** A git push to Heroku brings submodules along (https://devcenter.heroku.com/articles/git-submodules). */
function addSubmodule(root: string, path: string, entries: Map<string, TreeEntry>): void {
  const directory = join(root, path)
  if (!existsSync(join(directory, '.git'))) return
  for (const entry of listWorkingTree(directory) ?? []) {
    const inner = `${path}/${entry.path}`
    entries.set(inner, { path: inner, link: entry.link, executable: entry.executable })
  }
}

/** Contents are read at once for files of these names; others one by one when asked for. */
const READ_AT_ONCE =
  /(^|\/)(\.[\w.-]+|[^./]+|[^/]*\.(py|txt|in|toml|lock|cfg|ini|conf|json|ya?ml|sh|env\w*|bash|rtf|md))$/i
const MAX_AT_ONCE_BYTES = 200_000
const MAX_TOTAL_BYTES = 100_000_000

interface Blob {
  readonly oid: string
  readonly size: number
  readonly mode: string
}

/**
 * The files of a commit, read from git's objects; paths are relative to `dir` when that is a folder inside the repository, or
 * to `folder` below it, which only the commit needs to have.
 *
 * @throws TreeError when there is no such directory, no repository, or no such commit, or no such folder in it.
 */
export function commitTree(dir: string, rev: string, folder = ''): Tree {
  const root = openDirectory(dir)
  try {
    return readCommit(dir, root, rev, folder)
  } catch (error) {
    if (error instanceof GitMissing) throw new TreeError('git was not found on the PATH, and --rev needs it')
    throw error
  }
}

function readCommit(dir: string, root: string, rev: string, folder: string): Tree {
  const [commit, bare] = resolveCommit(dir, root, rev)
  // `commit:./folder` is relative to where git runs, and means nothing where there is no working tree.
  const from = folder === '' ? [commit] : ['--full-tree', `${commit}:${bare ? '' : './'}${folder}`]
  const listing = git(root, ['ls-tree', '-r', '-z', '-l', ...from])
  if (folder !== '' && /not a valid object name|not a tree object|does not exist in/i.test(listing.complaint)) {
    throw new TreeError(`the commit ${rev} has no folder ${folder}`)
  }
  if (listing.status !== 0) throw gitRefusal(dir, listing.complaint)
  const blobs = new Map<string, Blob>()
  for (const field of fields(listing.stdout)) {
    const tab = field.indexOf('\t')
    const [mode = '', type, oid = '', size = '0'] = field.slice(0, tab).split(/ +/)
    const path = field.slice(tab + 1)
    if (type === 'blob' && isInside(path)) blobs.set(path, { mode, oid, size: Number(size) })
  }
  const contents = readBlobs(root, atOnce(blobs))
  const entries = new Map<string, TreeEntry>()
  for (const [path, blob] of blobs) {
    const link = blob.mode === '120000' ? (contents.get(blob.oid)?.toString('utf8') ?? '') : null
    entries.set(path, { path, executable: blob.mode === '100755', link })
  }
  return new Tree({
    root: join(root, folder),
    revision: commit,
    entries: [...entries.values()],
    bytes: (path, skip) => {
      const target = followLinks(path, (name) => entries.get(name))
      const blob = target === undefined ? undefined : blobs.get(target)
      if (blob === undefined) skip('a symbolic link that leads to no file of the project')
      else if (blob.size > 2_000_000) skip('larger than 2 MB')
      else {
        const bytes = contents.get(blob.oid) ?? readBlobs(root, [blob.oid]).get(blob.oid)
        if (bytes === undefined) skip('not among the objects of this clone')
        else contents.set(blob.oid, bytes)
        return bytes
      }
      return undefined
    },
    size: (path) => blobs.get(path)?.size,
    head: (path, count) => {
      const blob = blobs.get(path)
      // git hands out whole objects only.
      if (blob === undefined || blob.size > MAX_TOTAL_BYTES) return undefined
      return (contents.get(blob.oid) ?? readBlobs(root, [blob.oid]).get(blob.oid))?.subarray(0, count)
    },
    ...(bare ? {} : { ignored: ignoredBy(root, folder), copy: workingCopyAt(join(root, folder)) }),
  })
}

function resolveCommit(dir: string, root: string, rev: string): readonly [commit: string, bare: boolean] {
  if (rev === '' || rev.startsWith('-')) throw new TreeError(`not a commit: "${rev}"`)
  const answer = git(root, ['rev-parse', '--is-bare-repository', `${rev}^{commit}`, '--'])
  const [bare, commit = ''] = answer.stdout.toString('utf8').split('\n')
  if (answer.status === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return [commit, bare === 'true']
  if (/not a git repository/.test(answer.complaint)) {
    throw new TreeError(`${dir} is not in a git repository, so there is no commit "${rev}"`)
  }
  if (!/bad revision|unknown revision|ambiguous argument|expected commit/.test(answer.complaint)) {
    throw gitRefusal(dir, answer.complaint)
  }
  const any = git(root, ['rev-list', '-n', '1', '--all'])
  if (any.status === 0 && any.stdout.length === 0) throw new TreeError(`the repository at ${dir} has no commit yet`)
  throw new TreeError(`not a commit in the repository at ${dir}: "${rev}"`)
}

function atOnce(blobs: ReadonlyMap<string, Blob>): string[] {
  const oids = new Set<string>()
  let total = 0
  for (const [path, blob] of blobs) {
    const wanted = blob.mode === '120000' || (blob.size <= MAX_AT_ONCE_BYTES && READ_AT_ONCE.test(path))
    if (!wanted || total + blob.size > MAX_TOTAL_BYTES) continue
    total += blob.size
    oids.add(blob.oid)
  }
  return [...oids]
}

/** One `git cat-file --batch`: `oid type size LF content LF` for each, or `oid missing LF`. */
function readBlobs(root: string, oids: readonly string[]): Map<string, Buffer> {
  const contents = new Map<string, Buffer>()
  if (oids.length === 0) return contents
  const { stdout } = git(root, ['cat-file', '--batch'], `${oids.join('\n')}\n`)
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf(10, at)
    if (end < 0) break
    const [oid = '', type, size = ''] = stdout.toString('latin1', at, end).split(' ')
    if (type !== 'blob') {
      at = end + 1
      continue
    }
    const start = end + 1
    at = start + Number(size)
    contents.set(oid, stdout.subarray(start, at))
    at += 1
  }
  return contents
}
