import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'

/** The bundled command line, which test/build-once.ts has seen to. */
export function program(): string {
  const built = process.env.FLASK_DYNO_PROGRAM
  if (built === undefined) throw new Error('FLASK_DYNO_PROGRAM is not set: test/build-once.ts did not run')
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
