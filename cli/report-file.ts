import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError } from './arguments.ts'

/** Writes a report to a file, in the place of what is there, and makes the folders above it. @throws UsageError */
export function writeReport(file: string, text: string): void {
  writingTo(file, () => writeFileSync(file, text))
}

/** Does what opens or writes the file of a report, which may be the first in its folder. @throws UsageError */
export function writingTo<T>(file: string, write: () => T): T {
  try {
    mkdirSync(dirname(file), { recursive: true })
    return write()
  } catch (error) {
    throw refusal(file, error)
  }
}

export const refusal = (name: string, error: unknown): UsageError =>
  new UsageError(`the report could not be written to ${name}: ${error instanceof Error ? error.message : error}`)
