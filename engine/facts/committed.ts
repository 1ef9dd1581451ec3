/** What is committed although it is made anew on every machine. */
import type { Tree } from '../tree.ts'

export interface CommittedVirtualenv {
  /** The folder, without a slash at its end; '' is the root. */
  readonly folder: string
  /** The file by which it is known. */
  readonly marker: string
  /** The buildpack looks for exactly these two folders. */
  readonly refused: boolean
}

const MARKER = /^(?:(.+?)\/)?(?:pyvenv\.cfg|(?:lib(?:64)?\/python\d[\d.]*|Lib)\/site-packages\/.+)$/

/**
 * Virtual environments among the files: by `pyvenv.cfg`, as the buildpack knows them, or by what older tools leave.
 * https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/checks.sh
 */
export function committedVirtualenvs(tree: Tree): CommittedVirtualenv[] {
  const markers = new Map<string, string>()
  for (const path of tree.paths) {
    if (!path.includes('pyvenv.cfg') && !path.includes('site-packages/')) continue
    if (/(?:^|\/)node_modules\//.test(path)) continue
    const match = MARKER.exec(path)
    if (match === null) continue
    const folder = match[1] ?? ''
    if ([...markers.keys()].some((other) => other !== folder && isBelow(folder, other))) continue
    if (markers.has(folder)) continue
    const own = folder === '' ? 'pyvenv.cfg' : `${folder}/pyvenv.cfg`
    markers.set(folder, tree.has(own) ? own : path)
  }
  return [...markers].map(([folder, marker]) => ({
    folder,
    marker,
    refused: marker === '.venv/pyvenv.cfg' || marker === 'venv/pyvenv.cfg',
  }))
}

const isBelow = (path: string, folder: string): boolean => folder !== '' && path.startsWith(`${folder}/`)

export type BulkKind = 'node_modules' | 'bytecode' | 'database'

export interface Bulk {
  readonly kind: BulkKind
  readonly first: string
  readonly paths: readonly string[]
}

const BYTECODE = /(?:^|\/)__pycache__\/|\.py[co]$/
const NODE_MODULES = /(?:^|\/)node_modules\//
const DATABASE = /\.(?:db|sqlite|sqlite3|db3)$/i
/** Where a database file is an example rather than somebody's data. */
const SAMPLES = /(?:^|\/)(?:tests?|fixtures?|examples?|samples?|docs?)\//i
const SQLITE_HEADER = 'SQLite format 3\0'

/** A file that SQLite wrote: https://www.sqlite.org/fileformat.html#magic_header_string */
function isSqlite(tree: Tree, path: string): boolean {
  const head = tree.head(path, SQLITE_HEADER.length)
  return head !== undefined && Buffer.from(head).toString('latin1') === SQLITE_HEADER
}

/** Generated files among those that reach the slug, by kind. `leftOut`: paths that do not reach it. */
export function committedBulk(tree: Tree, leftOut: (path: string) => boolean): Bulk[] {
  const byKind = new Map<BulkKind, string[]>()
  for (const path of tree.paths) {
    const kind: BulkKind | undefined = NODE_MODULES.test(path)
      ? 'node_modules'
      : BYTECODE.test(path)
        ? 'bytecode'
        : DATABASE.test(path) && !SAMPLES.test(path)
          ? 'database'
          : undefined
    if (kind === undefined || leftOut(path)) continue
    if (kind === 'database' && !isSqlite(tree, path)) continue
    const paths = byKind.get(kind)
    if (paths === undefined) byKind.set(kind, [path])
    else paths.push(path)
  }
  return [...byKind].map(([kind, paths]) => ({ kind, first: paths[0] ?? '', paths }))
}

const HEAVY =
  /\.(?:csv|tsv|parquet|feather|xlsx?|zip|gz|tgz|bz2|xz|7z|rar|tar|mp4|mov|avi|mkv|webm|mp3|wav|flac|psd|ai|tiff?|raw|iso|dmg|exe|jar|pkl|pickle|joblib|h5|hdf5|pt|pth|onnx|pb|bin|model|ckpt|safetensors|npy|npz|dump|bak|sql|pdf|jsonl)$/i

/** Data, media and archives that reach the slug, the largest first. */
export function heavyFiles(
  tree: Tree,
  leftOut: (path: string) => boolean,
): readonly { readonly path: string; readonly bytes: number }[] {
  return tree.paths
    .filter((path) => HEAVY.test(path) && !NODE_MODULES.test(path) && !leftOut(path))
    .map((path) => ({ path, bytes: tree.size(path) ?? 0 }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
}
