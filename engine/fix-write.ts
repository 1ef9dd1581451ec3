import { randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { FileChange } from './fix.ts'
import { isInside } from './tree-disk.ts'

/** Why nothing was written; one line. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused'
}

/**
 * Writes the changes below `root`: all of them or none. Every file is checked first (it still holds what was linted, it is no
 * symbolic link, its folder is where it seems to be), then the new contents are written beside their places, and only then
 * are names moved. When something fails midway, all is moved back.
 *
 * @throws WriteRefused when a file changed meanwhile, or cannot be written.
 */
export function writeChanges(root: string, changes: readonly FileChange[]): void {
  const realRoot = realpathSync.native(root)
  const mark = `.flask-dyno-${process.pid}-${randomBytes(4).toString('hex')}`
  const undo: (() => void)[] = []
  const leftovers: string[] = []
  try {
    for (const change of changes) check(realRoot, change)
    const staged = changes.map((change) => ({ change, temporary: stage(realRoot, change, mark, undo) }))
    // Old names go first: where the file system folds case, `procfile` and `Procfile` are one file.
    for (const { change } of staged) {
      if (change.from === null) continue
      const place = join(realRoot, change.from)
      const kept = besides(place, `${mark}.old`)
      renameSync(place, kept)
      undo.push(() => renameSync(kept, place))
      leftovers.push(kept)
    }
    for (const { change, temporary } of staged) {
      if (change.to === null || temporary === undefined) continue
      const place = join(realRoot, change.to)
      renameSync(temporary, place)
      undo.push(() => rmSync(place, { force: true }))
    }
  } catch (error) {
    for (const step of undo.reverse()) {
      try {
        step()
      } catch {} // go on: the other files still want to be put back
    }
    if (error instanceof WriteRefused) throw error
    throw new WriteRefused(`nothing was changed: ${error instanceof Error ? error.message : error}`)
  }
  for (const file of leftovers) rmSync(file, { force: true })
}

const besides = (place: string, mark: string): string => join(dirname(place), `${mark}-${basename(place)}`)

/** Writes the new content under a temporary name in the folder where it will be. */
function stage(root: string, change: FileChange, mark: string, undo: (() => void)[]): string | undefined {
  if (change.to === null || change.after === null) return undefined
  const place = join(root, change.to)
  const made = mkdirSync(dirname(place), { recursive: true })
  if (made !== undefined) undo.push(() => rmSync(made, { recursive: true, force: true }))
  const mode = modeOf(root, change)
  const temporary = besides(place, `${mark}.new`)
  undo.push(() => rmSync(temporary, { force: true }))
  writeFileSync(temporary, change.after, { flag: 'wx', ...(mode === undefined ? {} : { mode }) })
  return temporary
}

/** As the file was; undefined for what the system gives a new one that is no program (a program's is masked as usual). */
function modeOf(root: string, { from, executable, wasExecutable }: FileChange): number | undefined {
  if (from === null) return executable ? 0o777 : undefined
  const mode = lstatSync(join(root, from)).mode & 0o7777
  if (wasExecutable === undefined || executable === wasExecutable) return mode
  // whoever may read it may start it, as git has it
  return executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111
}

function check(root: string, { from, to, before }: FileChange): void {
  for (const path of [from, to]) {
    if (path === null) continue
    if (!isInside(path)) throw new WriteRefused(`nothing was changed: ${path} is outside of the project`)
    checkFolder(root, path)
  }
  if (from !== null) {
    const place = join(root, from)
    const isFile = lstatSync(place, { throwIfNoEntry: false })?.isFile() ?? false
    if (!isFile || before === null || Buffer.compare(readFileSync(place), before) !== 0) {
      throw new WriteRefused(`nothing was changed: ${from} is no longer as it was linted`)
    }
  }
  if (to !== null && to !== from) {
    const there = lstatSync(join(root, to), { throwIfNoEntry: false })
    const old = from === null ? undefined : lstatSync(join(root, from), { throwIfNoEntry: false })
    const isSameFile = there !== undefined && old !== undefined && there.ino === old.ino && there.dev === old.dev
    if (there !== undefined && !isSameFile) {
      throw new WriteRefused(`nothing was changed: ${to} exists, and git does not know it`)
    }
  }
}

/** The folders on the way to a file must be folders, not links that lead elsewhere. */
function checkFolder(root: string, path: string): void {
  const parts = path.split('/').slice(0, -1)
  let at = root
  for (const part of parts) {
    at = join(at, part)
    const stat = lstatSync(at, { throwIfNoEntry: false })
    if (stat === undefined) return
    if (!stat.isDirectory()) throw new WriteRefused(`nothing was changed: ${path} is reached through a symbolic link`)
  }
}
