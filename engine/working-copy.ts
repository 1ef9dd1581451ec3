/** What lies in the working copy beside a tree: files that git leaves out, or that a commit does not have. */
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fields, git } from './git-process.ts'
import type { Reason, WorkingCopy } from './tree.ts'
import { DiskReader } from './tree-disk.ts'

/** Looked at before a folder is given up: a package has no more modules than these. */
const MOST_MODULES = 500

/** The working copy at `root`; names are compared as Linux does, whatever the disk. */
export function workingCopyAt(root: string): WorkingCopy {
  const folders = new Map<string, ReadonlySet<string>>()
  const names = (folder: string): ReadonlySet<string> => {
    const known = folders.get(folder) ?? new Set(listing(join(root, folder)))
    folders.set(folder, known)
    return known
  }
  const isThere = (path: string): boolean => {
    const folder = posix.dirname(path)
    if (path.startsWith('..') || path.startsWith('/')) return false
    return names(folder === '.' ? '' : folder).has(posix.basename(path)) && (folder === '.' || isThere(folder))
  }
  return {
    has: (path) => isThere(path) && lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true,
    modulesBelow: (folder) => modulesBelow(names, folder),
    bytes: (path, skip) => new DiskReader(root).read(path, skip),
    reason: (path) => reasonAt(root, path),
  }
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // No folder, or one that may not be read: then nothing of it is known.
    return []
  }
}

function modulesBelow(names: (folder: string) => ReadonlySet<string>, top: string): string[] {
  const found: string[] = []
  const pending = [top]
  for (let folder = pending.pop(); folder !== undefined && found.length < MOST_MODULES; folder = pending.pop()) {
    const inside = names(folder)
    // a virtual environment is installed anew by the build
    if (inside.has('pyvenv.cfg')) continue
    for (const name of inside) {
      if (name.endsWith('.py')) found.push(`${folder}/${name}`)
      else if (/^[A-Za-z_]\w*$/.test(name) && name !== '__pycache__') pending.push(`${folder}/${name}`)
    }
  }
  return found.sort()
}

/** https://git-scm.com/docs/git-check-ignore#Documentation/git-check-ignore.txt---verbose */
function reasonAt(root: string, path: string): Reason {
  const ignored = git(root, ['check-ignore', '-v', '-z', '--stdin'], `${path}\0`)
  const [source = '', line = '', pattern = ''] = fields(ignored.stdout)
  if (ignored.status === 0) return { kind: 'ignored', file: source, line: Number(line), pattern }
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder))
    if (existsSync(join(root, folder, '.git'))) return { kind: 'nested', folder }
  const tracked = git(root, ['ls-files', '--error-unmatch', '-z', '--', `:(literal)${path}`])
  return { kind: tracked.status === 0 ? 'elsewhere' : 'untracked' }
}

/** Would git leave a path out? `folder` is where the paths begin, below `root`. */
export function ignoredBy(root: string, folder = ''): (path: string) => boolean {
  const known = new Map<string, boolean>()
  return (path) => {
    const asked = folder === '' ? path : `${folder}/${path}`
    const answer = known.get(path) ?? git(root, ['check-ignore', '-q', '-z', '--stdin'], `${asked}\0`).status === 0
    known.set(path, answer)
    return answer
  }
}

/**
 * Does git write LF as it takes a file of the working copy in? https://git-scm.com/docs/gitattributes#_end_of_line_conversion
 * It leaves what it has with CRLF already as it is, so long as nobody renormalizes it.
 */
export function storesLfIn(root: string): (path: string) => boolean {
  const said = (...args: string[]): string => git(root, args).stdout.toString('utf8').trim()
  const converts = (path: string): boolean => {
    const [, , text = '', , , eol = ''] = fields(git(root, ['check-attr', '-z', 'text', 'eol', '--', path]).stdout)
    if (text === 'unset') return false
    if (text === 'set' || text === 'auto' || eol === 'lf' || eol === 'crlf') return true
    return /^(?:true|yes|on|1|input)$/i.test(said('config', '--get', 'core.autocrlf'))
  }
  return (path) => converts(path) && !/^i\/(?:crlf|mixed)/.test(said('ls-files', '--eol', '--', `:(literal)${path}`))
}
