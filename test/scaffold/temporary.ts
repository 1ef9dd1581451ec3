import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is removed after the last test of the file. Other users may read it. */
export function temporary(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), `${prefix}-`))
  chmodSync(folder, 0o755)
  made.push(folder)
  return folder
}
