import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { freePort, listening } from './port.ts'

/** `flask run` on a developer's computer, with no more in its environment than a newcomer has. */
export interface Laptop {
  readonly origin: string
  /** What it printed so far. */
  readonly log: () => string
  readonly stop: () => Promise<void>
}

/** Starts it in `project` with the programs in `bin`, and waits until it accepts connections. */
export async function startLaptop(project: string, bin: string): Promise<Laptop> {
  const port = await freePort()
  const server = spawn(join(bin, 'flask'), ['run', '--port', String(port)], {
    cwd: project,
    env: { PATH: `${bin}:/usr/bin:/bin`, HOME: project, PYTHONUNBUFFERED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  let over = false
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk) => {
      log += String(chunk)
    })
  }
  const ended = new Promise<void>((resolve) =>
    server.once('exit', () => {
      over = true
      resolve()
    }),
  )
  await listening(port, () => (over ? `flask run ended:\n${log}` : undefined))
  return {
    origin: `http://127.0.0.1:${port}`,
    log: () => log,
    stop: async () => {
      server.kill('SIGTERM')
      await ended
    },
  }
}
