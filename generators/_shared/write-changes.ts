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

/** Prints a unified diff: into a pipe it is exact, so that `git apply` takes it; on a terminal it is made harmless. */
export async function printDiff(changes: readonly FileChange[]): Promise<void> {
  const { harmless, unifiedDiff } = await import('flask-dyno')
  const diff = unifiedDiff(changes)
  process.stdout.write(process.stdout.isTTY === true ? harmless(diff.replaceAll('\r\n', '\n')) : diff)
}
