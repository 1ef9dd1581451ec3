/** Symbolic links, followed by the names of a tree alone, so that a commit and a working tree answer alike. */
import { posix } from 'node:path'
import type { TreeEntry } from './tree.ts'

/** Symbolic links are followed at most as often as Linux does it in one lookup. */
const MAX_LINKS = 40

type EntryOf = (path: string) => TreeEntry | undefined

/**
 * Where a path of a tree leads when its own symbolic link is followed inside the tree; undefined when it leads out of it,
 * to nothing, or in a circle.
 */
export function followLinks(path: string, entry: EntryOf): string | undefined {
  let at = path
  for (let step = 0; step < MAX_LINKS; step++) {
    const found = entry(at)
    if (found === undefined) return undefined
    if (found.link === null) return at
    const target = leadsTo(at, found.link)
    if (target === undefined) return undefined
    at = pastLinkedFolders(target, entry)
  }
  return undefined
}

/**
 * The path without the links among its folders: `packages/shop/app.py` for `shop/app.py`, where `shop` leads to `packages/shop`.
 * The path itself where none of its folders is a link, or one leads out of the tree or in a circle.
 */
export function pastLinkedFolders(path: string, entry: EntryOf): string {
  let at = path
  for (let step = 0; step < MAX_LINKS; step++) {
    const folder = linkedFolder(at, entry)
    if (folder === undefined) return at
    const target = leadsTo(folder, entry(folder)?.link ?? '/')
    if (target === undefined) return path
    at = posix.join(target, at.slice(folder.length + 1))
  }
  return path
}

/** The uppermost folder of a path that is a link. */
function linkedFolder(path: string, entry: EntryOf): string | undefined {
  for (let cut = path.indexOf('/'); cut > 0; cut = path.indexOf('/', cut + 1)) {
    const folder = path.slice(0, cut)
    const found = entry(folder)
    if (found !== undefined && found.link !== null) return folder
  }
  return undefined
}

function leadsTo(path: string, link: string): string | undefined {
  if (link === '' || link.startsWith('/')) return undefined
  const target = posix.join(posix.dirname(path), link).replace(/\/+$/, '')
  return target === '..' || target.startsWith('../') ? undefined : target
}
