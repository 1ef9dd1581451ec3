import type { FileChange } from 'flask-dyno'
import { Refusal } from './refusal.ts'

/** Writes changes to the files of a project: all or none. Throws a `Refusal` when they cannot be written. */
export async function write(root: string, changes: readonly FileChange[]): Promise<void> {
  const { writeChanges, WriteRefused } = await import('flask-dyno')
  try {
    writeChanges(root, changes)
  } catch (error) {
    throw error instanceof WriteRefused ? new Refusal(error.message) : error
  }
}

/** Prints a unified diff: into a pipe it is exact, so that `git apply` takes it; on a terminal it is made for reading. */
export async function printDiff(changes: readonly FileChange[]): Promise<void> {
  const { shownDiff } = await import('./shown-diff.ts')
  process.stdout.write(shownDiff(changes, process.stdout))
}
