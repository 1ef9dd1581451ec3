import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import { freePort, listening } from '../scaffold/port.ts'
import { pythonTools, skipped, venv } from '../scaffold/python.ts'
import { type KeyValueStore, startKeyValueStore } from '../scaffold/redis.ts'
import { runGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'

/**
 * The Procfile as programs of other people read it: honcho, which is pinned for a developer's computer, and
 * `heroku local` of the real Heroku CLI. Both read .env, too.
 */
const CLI = 'heroku@11.10.0'

const tools = await pythonTools()
if (typeof tools === 'string') skipped('no Procfile runner is tried', tools)

describe.skipIf(typeof tools === 'string')('a Procfile with web, worker and clock', { timeout: 300_000 }, () => {
  const { python, uv } = typeof tools === 'string' ? { python: '', uv: '' } : tools
  let project: string
  let bin: string
  let heroku: string
  let store: KeyValueStore

  beforeAll(async () => {
    const made = await runGenerator(['shop', '--jobs', 'rq', '--schedule', '--database', 'none', '--no-git'])
    expect(made.status, made.output).toBe(0)
    project = made.path('shop')
    bin = await venv(python)
    const install = ['pip', 'install', '--quiet', '--python', join(bin, 'python')]
    await execa(uv, [...install, '-r', 'requirements-dev.txt', 'honcho'], { cwd: project })
    store = await startKeyValueStore({ python, uv })
    const example = readFileSync(join(project, '.env.example'), 'utf8')
    // Off a dyno the app believes certificates only: the store's own is said to be all right.
    writeFileSync(join(project, '.env'), `${example}\nREDIS_URL=${store.url}/0?ssl_cert_reqs=none\n`)
    const programs = temporary('heroku-cli')
    await execa('npm', ['install', '--prefix', programs, '--no-audit', '--no-fund', '--ignore-scripts', CLI])
    heroku = join(programs, 'node_modules/.bin/heroku')
    return () => store.stop()
  }, 300_000)

  it.each([
    ['honcho', (port: number): [string, ...string[]] => [join(bin, 'honcho'), 'start', '--port', String(port)]],
    ['heroku local', (port: number): [string, ...string[]] => [heroku, 'local', '--port', String(port)]],
  ])('%s starts all three, the app answers and a job is done', async (_, command) => {
    const port = await freePort()
    const [program, ...args] = command(port)
    const runner = spawn(program, args, {
      cwd: project,
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: temporary('home'), HEROKU_DISABLE_TELEMETRY: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // a process group of its own: Ctrl-C reaches all that is in it, and node-foreman relies on that
      detached: true,
    })
    let log = ''
    let over = false
    for (const stream of [runner.stdout, runner.stderr]) stream.on('data', (chunk) => (log += String(chunk)))
    const ended = new Promise<void>((resolve) =>
      runner.once('exit', () => {
        over = true
        resolve()
      }),
    )
    try {
      await listening(port, () => (over ? `it ended:\n${log}` : undefined))
      const origin = `http://127.0.0.1:${port}`
      expect((await fetch(`${origin}/health`)).status, log).toBe(200)
      const asked = await fetch(`${origin}/api/word-counts`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ text: 'water the plants' }),
      })
      expect(asked.status, log).toBe(202)
      const look = new URL(asked.headers.get('location') ?? '', origin)
      const words = async () => ((await (await fetch(look)).json()) as { words: number | null }).words
      const end = Date.now() + 60_000
      while ((await words()) === null && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await words(), log).toBe(3)
      expect(log).toContain('rq.cron')
    } finally {
      if (runner.pid !== undefined) process.kill(-runner.pid, 'SIGINT')
      await ended
    }
  })
})
