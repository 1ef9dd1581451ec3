import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** The newest change to anything that the bundle is made of. */
function newest(dir: string): number {
  return Math.max(
    0,
    ...readdirSync(dir, { withFileTypes: true }).map((entry) => {
      if (entry.name === 'dist' || entry.name === 'node_modules') return 0
      const path = join(dir, entry.name)
      return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs
    }),
  )
}

/** FLASK_DYNO_PROGRAM names another one to test, such as that of an installed package. */
let built: string | undefined = process.env.FLASK_DYNO_PROGRAM

/** The bundled command line: the one of the last build, or a fresh one when the sources have changed since. */
export function program(): string {
  if (built !== undefined) return built
  const published = join(ROOT, 'cli/dist/main.cjs')
  const sources = Math.max(...['cli', 'engine', 'rules', 'data'].map((name) => newest(join(ROOT, name))))
  if (existsSync(published) && statSync(published).mtimeMs >= sources) {
    built = published
    return built
  }
  const out = mkdtempSync(join(tmpdir(), 'flask-dyno-built-'))
  process.on('exit', () => rmSync(out, { recursive: true, force: true }))
  const run = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--only-command-line', out], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`the build failed: ${run.stderr}`)
  built = join(out, 'main.cjs')
  return built
}

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly uid?: number
}

/** Runs `flask-dyno` as a process of its own, without a terminal. */
export function flaskDyno(args: readonly string[], options: RunOptions = {}): Ran {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
  const run = spawnSync(process.execPath, [program(), ...args], {
    encoding: 'utf8',
    cwd: options.cwd ?? tmpdir(),
    env: { ...env, ...options.env },
    maxBuffer: 100_000_000,
    ...(options.uid === undefined ? {} : { uid: options.uid }),
  })
  return { status: run.status, stdout: run.stdout, stderr: run.stderr }
}
