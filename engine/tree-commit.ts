/** The files of a commit, as git keeps them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isReadAtOnce, readBlobs } from './git-blobs.ts'
import { fields, GitMissing, git, gitRefusal, TreeError } from './git-process.ts'
import { Tree, type TreeEntry } from './tree.ts'
import { isInside, openDirectory } from './tree-disk.ts'
import { followLinks } from './tree-links.ts'
import { ignoredBy, workingCopyAt } from './working-copy.ts'

const MAX_AT_ONCE_BYTES = 200_000
const MAX_TOTAL_BYTES = 100_000_000

/** Why a file of a commit is not read that a partial clone left with its remote. */
export const NOT_CLONED = 'not among the objects of this clone'

interface Blob {
  /** Where git finds the object: the repository, or a submodule of it. */
  readonly at: string
  readonly oid: string
  /** In bytes; null for an object that this clone does not have. */
  readonly size: number | null
  readonly mode: string
}

/**
 * The files of a commit, read from git's objects; paths are relative to `dir` when that is a folder inside the repository, or
 * to `folder` below it, which only the commit needs to have. Those of a submodule are among them where it is checked out here
 * and has the commit that is asked for.
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
  const [commit, inWorkTree] = resolveCommit(dir, root, rev)
  // `commit:./folder` is relative to where git runs, and means nothing where there is no working tree.
  const from = folder === '' ? [commit] : ['--full-tree', `${commit}:${inWorkTree ? './' : ''}${folder}`]
  const found = listed(root, commit, from)
  if (typeof found === 'string') {
    const isFolder = folder !== '' && /not a valid object name|not a tree object|does not exist in/i.test(found)
    throw isFolder ? new TreeError(`the commit ${rev} has no folder ${folder}`) : gitRefusal(dir, found)
  }
  const { blobs, modules } = found
  if (inWorkTree && modules.size > 0) addSubmodules(root, join(root, folder), commit, modules, blobs)
  const contents = new Map([...groupedByPlace(atOnce(blobs))].flatMap(([at, oids]) => [...readBlobs(at, oids)]))
  const read = ({ at, oid }: Blob): Buffer | undefined => contents.get(oid) ?? readBlobs(at, [oid]).get(oid)
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
      else if (blob.size !== null && blob.size > 2_000_000) skip('larger than 2 MB')
      else {
        const bytes = blob.size === null ? undefined : read(blob)
        if (bytes === undefined) skip(NOT_CLONED)
        else contents.set(blob.oid, bytes)
        return bytes
      }
      return undefined
    },
    size: (path) => blobs.get(path)?.size ?? undefined,
    head: (path, count) => {
      const blob = blobs.get(path)
      // git hands out whole objects only.
      if (blob === undefined || blob.size === null || blob.size > MAX_TOTAL_BYTES) return undefined
      return read(blob)?.subarray(0, count)
    },
    ...(inWorkTree ? { ignored: ignoredBy(root, folder), copy: workingCopyAt(join(root, folder)) } : {}),
  })
}

interface Listed {
  readonly blobs: Map<string, Blob>
  /** The commits of submodules, by path. */
  readonly modules: ReadonlyMap<string, string>
}

/** A text is what git said when it refused. */
function listed(root: string, commit: string, from: readonly string[]): Listed | string {
  const listing = git(root, ['ls-tree', '-r', '-z', '-l', ...from])
  if (listing.status === 0) return parsed(root, listing.stdout)
  // a partial clone cannot tell how large a file is that it does not have
  const names = git(root, ['ls-tree', '-r', '-z', ...from])
  const absent = names.status === 0 ? absentObjects(root, commit) : null
  if (absent === null) return listing.complaint
  const { blobs, modules } = parsed(root, names.stdout)
  const sizes = sizesOf(
    root,
    [...blobs.values()].map(({ oid }) => oid).filter((oid) => !absent.has(oid)),
  )
  for (const [path, blob] of blobs) blobs.set(path, { ...blob, size: sizes.get(blob.oid) ?? null })
  return { blobs, modules }
}

/** `mode type oid size TAB path`, NUL between them; without `-l` there is no size. https://git-scm.com/docs/git-ls-tree */
function parsed(root: string, output: Buffer): Listed {
  const blobs = new Map<string, Blob>()
  const modules = new Map<string, string>()
  for (const field of fields(output)) {
    const tab = field.indexOf('\t')
    const [mode = '', type, oid = '', size = '0'] = field.slice(0, tab).split(/ +/)
    const path = field.slice(tab + 1)
    if (!isInside(path)) continue
    if (type === 'blob') blobs.set(path, { at: root, mode, oid, size: Number(size) })
    else if (type === 'commit') modules.set(path, oid)
  }
  return { blobs, modules }
}

/** What a partial clone has left with its remote of a commit; null where it cannot say. */
function absentObjects(root: string, commit: string): ReadonlySet<string> | null {
  const objects = git(root, ['rev-list', '--objects', '--missing=print', '-1', commit])
  if (objects.status !== 0) return null
  const lines = objects.stdout.toString('utf8').split('\n')
  return new Set(lines.filter((line) => line.startsWith('?')).map((line) => line.slice(1)))
}

function sizesOf(root: string, oids: readonly string[]): Map<string, number> {
  const { stdout } = git(root, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], `${oids.join('\n')}\n`)
  const lines = stdout.toString('utf8').trimEnd().split('\n')
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), Number(line.slice(line.indexOf(' ') + 1))]))
}

/** A git push to Heroku brings submodules along (https://devcenter.heroku.com/articles/git-submodules), those that .gitmodules names. */
function addSubmodules(
  root: string,
  top: string,
  commit: string,
  modules: ReadonlyMap<string, string>,
  blobs: Map<string, Blob>,
): void {
  const named = git(root, ['cat-file', 'blob', `${commit}:.gitmodules`]).stdout.toString('utf8')
  for (const [path, oid] of modules) {
    const at = join(top, path)
    const isNamed = submodulePaths(named).some((each) => each === path || each.endsWith(`/${path}`))
    if (!isNamed || !existsSync(join(at, '.git'))) continue
    const listing = git(at, ['ls-tree', '-r', '-z', '-l', '--full-tree', oid])
    if (listing.status !== 0) continue
    const inner = parsed(at, listing.stdout)
    addSubmodules(at, at, oid, inner.modules, inner.blobs)
    for (const [name, blob] of inner.blobs) blobs.set(`${path}/${name}`, blob)
  }
}

/** The paths in a .gitmodules. https://git-scm.com/docs/gitmodules */
export const submodulePaths = (text: string): string[] =>
  [...text.matchAll(/^[ \t]*path[ \t]*=[ \t]*(\S.*?)[ \t\r]*$/gm)].map((match) => match[1] ?? '')

function resolveCommit(dir: string, root: string, rev: string): readonly [commit: string, inWorkTree: boolean] {
  if (rev === '' || rev.startsWith('-')) throw new TreeError(`not a commit: "${rev}"`)
  const answer = git(root, ['rev-parse', '--is-inside-work-tree', `${rev}^{commit}`, '--'])
  const [inWorkTree, commit = '', next = '--'] = answer.stdout.toString('utf8').split('\n')
  if (answer.status === 0 && next !== '--') throw new TreeError(`not one commit but several: "${rev}"`)
  if (answer.status === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return [commit, inWorkTree === 'true']
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

function atOnce(blobs: ReadonlyMap<string, Blob>): Blob[] {
  const wanted: Blob[] = []
  let total = 0
  for (const [path, blob] of blobs) {
    const { size, mode } = blob
    if (size === null || (mode !== '120000' && (size > MAX_AT_ONCE_BYTES || !isReadAtOnce(path)))) continue
    if (total + size > MAX_TOTAL_BYTES) continue
    total += size
    wanted.push(blob)
  }
  return wanted
}

function groupedByPlace(blobs: readonly Blob[]): Map<string, string[]> {
  const oids = new Map<string, Set<string>>()
  for (const { at, oid } of blobs) oids.set(at, (oids.get(at) ?? new Set()).add(oid))
  return new Map([...oids].map(([at, all]) => [at, [...all]]))
}
