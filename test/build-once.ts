import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * Runs before all tests: sees to it that FLASK_DYNO_PROGRAM names the bundled command line, which is the one of the last
 * build, or a fresh one when the sources have changed since. A name that is set already, such as that of an installed
 * package, stays.
 */
export default function buildOnce(): (() => void) | undefined {
  if (process.env.FLASK_DYNO_PROGRAM !== undefined) return undefined
  const published = join(ROOT, 'cli/dist/main.cjs')
  const sources = Math.max(...['cli', 'engine', 'rules', 'data'].map((name) => newest(join(ROOT, name))))
  if (existsSync(published) && statSync(published).mtimeMs >= sources) {
    process.env.FLASK_DYNO_PROGRAM = published
    return undefined
  }
  const out = mkdtempSync(join(tmpdir(), 'flask-dyno-built-'))
  const run = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--only-command-line', out], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`the build failed: ${run.stderr}`)
  process.env.FLASK_DYNO_PROGRAM = join(out, 'main.cjs')
  return () => rmSync(out, { recursive: true, force: true })
}

/** What a bundle is made of; a build writes texts of its own beside it. */
const SOURCE = /\.(?:ts|js|json|css)$/

/** The newest change to anything that the bundle is made of. */
function newest(dir: string): number {
  return Math.max(
    0,
    ...readdirSync(dir, { withFileTypes: true }).map((entry) => {
      if (entry.name === 'dist' || entry.name === 'node_modules') return 0
      const path = join(dir, entry.name)
      if (entry.isDirectory()) return newest(path)
      return SOURCE.test(entry.name) ? statSync(path).mtimeMs : 0
    }),
  )
}
