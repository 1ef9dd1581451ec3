import { lstatSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { decode, type Encoding, encode, type TextFile, Tree, type TreeEntry, type TreeSource } from '../tree.ts'

/** A file that is open in the editor. */
export interface OpenFile {
  readonly uri: string
  readonly version: number
  readonly text: string
}

/** The path of a file below a folder, as trees have it; null when it is not below. */
export function pathBelow(folder: string, file: string): string | null {
  const path = relative(folder, file)
  if (path === '' || path === '..' || path.startsWith(`..${sep}`) || /^(?:[a-z]:|[/\\])/i.test(path)) return null
  return path.split(sep).join('/')
}

/** The decoded files of a folder, kept from one listing to the next as long as the disk has them unchanged. */
export class KeptTexts {
  readonly #kept = new Map<string, { readonly stamp: string; readonly file: TextFile }>()

  /** The file as it is on the disk now; `decoded` is asked where that is not known. */
  get(tree: Tree, path: string, decoded: () => TextFile | undefined): TextFile | undefined {
    const stamp = stampOf(join(tree.root, path))
    const kept = this.#kept.get(path)
    if (kept !== undefined && stamp !== null && kept.stamp === stamp) return kept.file
    const file = decoded()
    if (file === undefined || stamp === null || tree.entry(path)?.link !== null) this.#kept.delete(path)
    else this.#kept.set(path, { stamp, file })
    return file
  }
}

function stampOf(file: string): string | null {
  try {
    const { mtimeMs, ctimeMs, size, ino } = lstatSync(file)
    return `${mtimeMs} ${ctimeMs} ${size} ${ino}`
  } catch {
    return null
  }
}

/** A tree whose files are decoded once for all the trees that are made of it. */
export function keeping(tree: Tree, kept: KeptTexts): Tree {
  /** What was seen in passing since the listing was made. */
  const seen = new Map<string, TextFile | undefined>()
  return new Tree({
    ...sourceOf(tree),
    text: (path) => kept.get(tree, path, () => tree.read(path)),
    glance: (path, most) => {
      if (!seen.has(path))
        seen.set(
          path,
          kept.get(tree, path, () => tree.glance(path, most)),
        )
      return seen.get(path)
    },
  })
}

/** The tree with what is open in the editor over it. Files that only the editor has are taken in where git would. */
export function withBuffers(base: Tree, buffers: ReadonlyMap<string, TextFile>): Tree {
  const added = [...buffers.keys()].filter((path) => !base.has(path))
  const source = sourceOf(base)
  const bytes = (path: string): Uint8Array | undefined => {
    const file = buffers.get(path)
    return file === undefined ? undefined : encode(file.text, file.encoding)
  }
  return new Tree({
    ...source,
    entries: [...source.entries, ...added.map((path) => ({ path, executable: false, link: null }))],
    bytes: (path, skip) => bytes(path) ?? source.bytes(path, skip),
    text: (path) => buffers.get(path) ?? base.read(path),
    glance: (path, most) => buffers.get(path) ?? base.glance(path, most),
    size: (path) => bytes(path)?.length ?? base.size(path),
    head: (path, count) => bytes(path)?.subarray(0, count) ?? base.head(path, count),
  })
}

function sourceOf(tree: Tree): TreeSource {
  return {
    root: tree.root,
    revision: null,
    entries: tree.paths.flatMap((path): TreeEntry[] => {
      const entry = tree.entry(path)
      return entry === undefined ? [] : [entry]
    }),
    bytes: (path, skip) => {
      const bytes = tree.bytes(path)
      if (bytes === undefined) skip(tree.skipped().find((file) => file.path === path)?.reason ?? 'cannot be read')
      return bytes
    },
    size: (path) => tree.size(path),
    head: (path, count) => tree.head(path, count),
    ignored: (path) => tree.isIgnored(path),
    storesLf: (path) => tree.storesLf(path),
  }
}

/**
 * What a buffer stands for in the tree: the file of the disk itself while the text is the same, so that its encoding and its
 * line ends are known; else the text, in the encoding that the file has.
 */
export function bufferFile(base: Tree, path: string, text: string): TextFile {
  const onDisk = base.read(path)
  const own = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (onDisk !== undefined && onDisk.text === own) return onDisk
  const encoding = onDisk?.encoding ?? 'utf-8'
  const newline = own.includes('\r\n') ? '\r\n' : '\n'
  return { path, text: own, encoding: fitting(own, encoding), newline }
}

function fitting(text: string, encoding: Encoding): Encoding {
  if (encoding !== 'latin1') return encoding
  return decode('', encode(text, encoding))?.text === text ? encoding : 'utf-8'
}
