import { chmodSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { createConflicterTransform, createYoResolveTransform } from '@yeoman/conflicter'
import type { MemFsEditorFile } from 'mem-fs-editor'
import { clearFileState, isFilePending, setCommittedFile } from 'mem-fs-editor/state'
import type Generator from 'yeoman-generator'
import { Refusal } from './refusal.ts'

type Environment = Generator['env']

export interface CommitOptions {
  /** The project's directory; nothing is written outside of it. It need not exist. */
  readonly root: string
  readonly interactive: boolean
  readonly force: boolean
  readonly dryRun: boolean
}

/**
 * Writes what generators left in memory: all of it, or nothing.
 *
 * Yeoman's own commit asks about and writes one file after the other, so that an abort at the third question leaves
 * the first two on the disk. Here every question comes first; then all is written, and undone when one write fails.
 * Returns the paths that were written. Throws a `Refusal` when files exist and nobody can be asked about them.
 */
export async function commit(env: Environment, options: CommitOptions): Promise<string[]> {
  const store = env.sharedFs
  const pending = () => store.all().filter((file) => isFilePending(file))

  for (const file of pending()) {
    // A template's mode is that of the machine that packed it: a checkout with another umask would see a conflict.
    file.stat = null
    refuseOutside(options.root, file.path)
  }
  if (!options.interactive && !options.force && !options.dryRun) refuseExisting(options.root, pending())

  await store.pipeline(
    { filter: (file: MemFsEditorFile) => isFilePending(file) || file.path.endsWith('.yo-resolve') },
    createYoResolveTransform(),
    createConflicterTransform(env.adapter, { force: options.force, dryRun: options.dryRun, cwd: env.logCwd }),
  )

  const chosen = pending()
  writeAll(chosen.map((file) => ({ path: file.path, contents: file.contents ?? Buffer.alloc(0) })))
  for (const file of chosen) {
    clearFileState(file)
    setCommittedFile(file)
  }
  return chosen.map((file) => file.path)
}

function refuseExisting(root: string, files: readonly MemFsEditorFile[]): void {
  const differing = files.filter((file) => {
    const before = contentsOnDisk(file.path)
    return before !== undefined && !before.equals(file.contents ?? Buffer.alloc(0))
  })
  if (differing.length === 0) return
  const names = differing.map((file) => `  ${relative(root, file.path)}`).sort()
  throw new Refusal(
    [
      `nothing was written: these files exist in ${root} and say something else (--force overwrites them)`,
      ...names,
    ].join('\n'),
  )
}

/** Stops at a symbolic link, anywhere on the way to a file, that leads out of the project. */
function refuseOutside(root: string, path: string): void {
  const real = (directory: string): string => {
    try {
      return realpathSync(directory)
    } catch {
      const parent = dirname(directory)
      return parent === directory ? directory : join(real(parent), directory.slice(parent.length))
    }
  }
  const inside = relative(real(root), real(path))
  if (inside === '..' || inside.startsWith(`..${sep}`)) {
    throw new Refusal(`nothing was written: ${path} leads out of the project, to ${real(path)}`)
  }
}

function contentsOnDisk(path: string): Buffer | undefined {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined
  return readFileSync(path)
}

/** Writes each file, with its folders; on a failure puts back what was there before, and throws the failure. */
function writeAll(files: readonly { readonly path: string; readonly contents: Buffer }[]): void {
  const undo: (() => void)[] = []
  try {
    for (const { path, contents } of files) {
      const made = mkdirSync(dirname(path), { recursive: true })
      if (made !== undefined) undo.push(() => removeEmpty(dirname(path), made))
      const before = contentsOnDisk(path)
      undo.push(() => (before === undefined ? rmSync(path, { force: true }) : writeFileSync(path, before)))
      writeFileSync(path, contents)
      // A program: git keeps this bit, and Heroku runs bin/ files by it.
      if (contents.subarray(0, 2).toString() === '#!') chmodSync(path, 0o755)
    }
  } catch (error) {
    for (const step of undo.reverse()) {
      try {
        step()
      } catch {
        // What cannot be put back is no reason to leave the rest.
      }
    }
    throw new Refusal(`nothing was written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Removes the folders from `deepest` up to `highest`, as `mkdirSync` made them. */
function removeEmpty(deepest: string, highest: string): void {
  for (let directory = deepest; ; directory = dirname(directory)) {
    rmdirSync(directory)
    if (directory === highest) return
  }
}
