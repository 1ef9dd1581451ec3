import { lstatSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { Refusal } from './refusal.ts'

/** A file of a project as it is on the disk. */
export interface ProjectFile {
  /** Where it really is, relative to the project's real folder, with `/`: a symbolic link may lead there. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Undefined for what is no text in UTF-8. */
  readonly text: string | undefined
  readonly executable: boolean
}

/** What is at a path: a file, or nothing but a place where one could be written. */
export type Place = ProjectFile | { readonly path: string; readonly bytes: undefined }

/** Looks up a path (relative to `root`, with `/`). Throws a `Refusal` where it leads out of the project or is no file. */
export function placeIn(root: string, path: string): Place {
  const realRoot = realpathSync(root)
  const real = realPlace(join(realRoot, ...path.split('/')), path)
  const inside = relative(realRoot, real)
  if (inside === '..' || inside.startsWith(`..${sep}`)) {
    throw new Refusal(`nothing was written: ${path} leads out of the project, to ${real}`)
  }
  const place = inside.split(sep).join('/')
  const stats = lstatSync(real, { throwIfNoEntry: false })
  if (stats === undefined) return { path: place, bytes: undefined }
  if (!stats.isFile())
    throw new Refusal(`nothing was written: ${path} is ${stats.isDirectory() ? 'a folder' : 'no file'}`)
  const bytes = readFileSync(real)
  // Windows has no such bit; there git keeps it, and nothing here changes it.
  return { path: place, bytes, text: textOf(bytes), executable: (stats.mode & 0o111) !== 0 }
}

/** Follows the links on the way to a path that may not exist. */
function realPlace(absolute: string, path: string): string {
  const stats = lstatIfAny(absolute)
  if (stats === undefined) {
    const parent = dirname(absolute)
    return join(realPlace(parent, path), absolute.slice(parent.length))
  }
  if (stats === 'below a file') throw new Refusal(`nothing was written: a file is in the way of ${path}`)
  try {
    return realpathSync(absolute)
  } catch {
    throw new Refusal(`nothing was written: ${path} is or goes through a symbolic link that leads nowhere`)
  }
}

function lstatIfAny(absolute: string) {
  try {
    return lstatSync(absolute, { throwIfNoEntry: false })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return 'below a file'
    throw error
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
