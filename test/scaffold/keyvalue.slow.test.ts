import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { BackgroundDyno } from './background-dyno.ts'
import { type ConfigVars, oneOff, processCommand, type Slug, slugFolder, WebDyno } from './dyno.ts'
import { type PythonTools, pythonTools, skipped, venv } from './python.ts'
import { type KeyValueStore, startKeyValueStore } from './redis.ts'
import { runGenerator } from './scaffold.ts'
import { temporary } from './temporary.ts'

/** Each library with every part that uses Key-Value Store, once in each layout. */
const PROJECTS = [
  { jobs: 'rq', layout: 'package', done: 'finished', ready: 'Listening on default' },
  { jobs: 'celery', layout: 'module', done: 'success', ready: ' ready.' },
] as const

const tools = await pythonTools()
if (typeof tools === 'string') skipped('nothing is kept in Key-Value Store', tools)

describe.skipIf(typeof tools === 'string').concurrent.each(PROJECTS)(
  'with $jobs, a cache and sessions',
  {
    timeout: 180_000,
  },
  ({ jobs, layout, done, ready }) => {
    const folder = layout === 'package' ? `with_${jobs}` : '.'
    let project: string
    let slug: Slug
    let store: KeyValueStore
    let config: ConfigVars

    beforeAll(async () => {
      if (typeof tools === 'string') throw new Error('not reached: skipped')
      const parts = ['--schedule', '--cache', '--sessions', 'server', '--database', 'none', '--no-git']
      const made = await runGenerator([`with-${jobs}`, '--jobs', jobs, '--layout', layout, ...parts])
      expect(made.status, made.output).toBe(0)
      project = made.path(`with-${jobs}`)
      store = await startKeyValueStore(tools)
      // As the build does: without what is for tests alone.
      const bin = await venv(tools.python)
      await execa(tools.uv, ['pip', 'install', '--quiet', '--python', join(bin, 'python'), '-r', 'requirements.txt'], {
        cwd: project,
      })
      slug = { root: slugFolder(project), bin }
      config = { SECRET_KEY: 'a secret of the test', REDIS_URL: store.url }
      instrument(slug.root, { jobs, folder })
    }, 180_000)

    afterAll(async () => {
      await store?.stop()
    })

    const command = (type: string) => processCommand(slug, type) ?? `echo no process ${type}; false`
    // What a test that failed leaves behind, the next one and its own second run would meet.
    const running: (() => Promise<unknown>)[] = []
    afterEach(async () => {
      await Promise.all(running.splice(0).map((end) => end()))
      await store.clear()
    })
    const startWeb = async () => {
      const web = await WebDyno.start(slug, command('web'), config)
      running.push(() => web.stop())
      return web
    }
    const startInBackground = async (type: string, up: string) => {
      const dyno = await BackgroundDyno.start(slug, `${type}.1`, command(type), config, up)
      running.push(() => dyno.kill())
      return dyno
    }
    const startWorker = () => startInBackground('worker', ready)
    const startClock = () => startInBackground('clock', '')
    const json = async (web: WebDyno, path: string, init?: Parameters<WebDyno['fetch']>[1]) =>
      (await web.fetch(path, init)).json()

    /** Asks until the answer satisfies, for half a minute at most. */
    async function eventually<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean, log: () => string): Promise<T> {
      const end = Date.now() + 30_000
      for (;;) {
        const answer = await ask()
        if (isIt(answer)) return answer
        if (Date.now() > end) throw new Error(`still ${JSON.stringify(answer)}:\n${log()}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }

    it.sequential('does jobs in a worker, puts back what a stopped dyno leaves, and stays below 20 connections', async ({
      expect,
    }) => {
      const web = await startWeb()
      const asked = await web.fetch('/api/word-counts', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ text: 'water the plants' }),
      })
      expect(asked.status).toBe(202)
      const look = asked.headers.get('location') ?? ''
      // Nobody works yet, and a web process does not do it.
      expect(await json(web, look)).toMatchObject({ words: null })

      const worker = await startWorker()
      const looked = () => json(web, look) as Promise<{ state: string; words: number | null }>
      const counted = await eventually(
        looked,
        ({ state }) => state === done,
        () => worker.log,
      )
      expect(counted.words).toBe(3)

      // Each of these jobs takes until it is told to end.
      const begun = async () => ((await json(web, '/lingering')) as { begun: number }).begun
      const state = async (id: string) => ((await json(web, `/api/word-counts/${id}`)) as { state: string }).state
      const linger = async () => ((await json(web, '/linger', { method: 'POST' })) as { id: string }).id

      // One that ends while the dyno is about to stop is done, and once only.
      const short = await linger()
      await eventually(
        begun,
        (times) => times === 1,
        () => worker.log,
      )
      const stopped = worker.terminate()
      await web.fetch('/let-go', { method: 'POST' })
      expect(await stopped, worker.log).toBe(0)
      expect(await state(short), worker.log).toBe(done)
      expect(await begun()).toBe(1)

      // One that does not is interrupted, and begins anew on the next dyno.
      await web.fetch('/hold', { method: 'POST' })
      const second = await startWorker()
      const long = await linger()
      await eventually(
        begun,
        (times) => times === 2,
        () => second.log,
      )
      expect(await second.terminate(), second.log).toBe(0)
      expect(await state(long), second.log).not.toBe(done)
      await web.fetch('/let-go', { method: 'POST' })
      const third = await startWorker()
      await eventually(
        () => state(long),
        (now) => now === done,
        () => third.log,
      )
      expect(await begun()).toBe(3)

      // What all dynos take at once fits into the smallest plan.
      const clock = await startClock()
      store.peak()
      const paths = ['/health', '/api/visits', '/api/figures', look]
      const answers = await Promise.all(Array.from({ length: 400 }, (_, index) => web.fetch(paths[index % 4] ?? '/')))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      const enqueued = await Promise.all(Array.from({ length: 20 }, linger))
      await eventually(
        () => state(enqueued.at(-1) ?? ''),
        (now) => now === done,
        () => third.log,
      )
      const peak = store.peak()
      console.log(`${jobs}: ${peak} connections at once`)
      expect(peak).toBeLessThanOrEqual(20)
      expect(await clock.terminate(), clock.log).toBe(0)
      expect(await third.terminate(), third.log).toBe(0)
      await web.stop()
    })

    it.sequential('does what is due when it is due', async ({ expect }) => {
      const file = join(slug.root, folder, 'clock.py')
      const nightly = readFileSync(file, 'utf8')
      const eachSecond = nightly.replace('"0 3 * * *"', '"* * * * * *"').replace('crontab(hour=3, minute=0)', '1.0')
      expect(eachSecond).not.toBe(nightly)
      writeFileSync(file, eachSecond)
      const worker = await startWorker()
      const clock = await startClock()
      await worker.says('jobs: Good night', 2)
      expect(await clock.terminate(), clock.log).toBe(0)
      expect(await worker.terminate(), worker.log).toBe(0)
      writeFileSync(file, nightly)
    })

    it.sequential('keeps sessions and the cache over a restart of web, and answers when the store is away', async ({
      expect,
    }) => {
      const first = await startWeb()
      const visit = await first.fetch('/api/visits', { method: 'POST' })
      expect(await visit.json()).toEqual({ visits: 1 })
      const cookie = visit.headers.get('set-cookie') ?? ''
      for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax']) expect(cookie).toContain(attribute)
      const headers = { Cookie: cookie.split(';')[0] ?? '' }
      const figures = await json(first, '/api/figures')
      await first.stop()

      const second = await startWeb()
      expect(await json(second, '/api/visits', { method: 'POST', headers })).toEqual({ visits: 2 })
      expect(await json(second, '/api/figures')).toEqual(figures)
      expect((await second.fetch('/api/figures', { method: 'DELETE' })).status).toBe(204)
      expect(await json(second, '/api/figures')).not.toEqual(figures)

      expect((await second.fetch('/health')).status).toBe(200)
      await store.away(async () => {
        const ill = await second.fetch('/health')
        expect(ill.status).toBe(503)
        expect(await ill.json()).toMatchObject({ keyvalue: 'unreachable' })
        // A page that is only quicker with a cache comes without it.
        expect((await second.fetch('/api/figures')).status).toBe(200)
      })
      expect((await second.fetch('/health')).status).toBe(200)
      expect(await json(second, '/api/visits', { headers })).toEqual({ visits: 2 })
      await second.stop()
    })

    it.sequential('does not start on a dyno without REDIS_URL, and says so in one line', async ({ expect }) => {
      for (const type of ['web', 'worker', 'clock']) {
        const { status, output } = await oneOff(slug, command(type), { SECRET_KEY: 'a secret', PORT: '0' })
        expect(status, output).toBe(1)
        expect(output.split('\n').filter((line) => !/^\[[^\]]+\] \[\d+\] \[INFO\]/.test(line))).toEqual([
          'REDIS_URL is not set on this app. Run: heroku addons:create heroku-redis:mini --wait',
        ])
      }
    })

    it.sequential('passes its own tests on a computer without a store, and is tidy', async ({ expect }) => {
      if (typeof tools === 'string') return
      const checkout = temporary('checkout')
      cpSync(project, checkout, { recursive: true })
      const bin = await developerVenv(tools, checkout)
      const options = {
        cwd: checkout,
        env: { PATH: `${bin}:/usr/bin:/bin`, HOME: checkout },
        extendEnv: false,
      } as const
      const run = async (program: string, ...args: string[]) => {
        const result = await execa(join(bin, program), args, { ...options, reject: false, all: true })
        expect(result.exitCode, result.all).toBe(0)
      }
      await run('python', '-W', 'error', '-m', 'pytest', '-q')
      await run('ruff', 'check')
      await run('ruff', 'format', '--check', '--diff')
    })
  },
)

async function developerVenv({ python, uv }: PythonTools, root: string): Promise<string> {
  const bin = await venv(python)
  await execa(uv, ['pip', 'install', '--quiet', '--python', join(bin, 'python'), '-r', 'requirements-dev.txt'], {
    cwd: root,
  })
  return bin
}

interface Instrumented {
  readonly jobs: 'rq' | 'celery'
  readonly folder: string
}

/** Gives the app a job that takes as long as the test wants it to, and lets dynos wait for it one second instead of twenty. */
function instrument(root: string, { jobs, folder }: Instrumented): void {
  const celery = jobs === 'celery'
  const edit = (path: string, change: (text: string) => string) => {
    const file = join(root, path)
    const text = readFileSync(file, 'utf8')
    const changed = change(text)
    if (changed === text) throw new Error(`${path} has nothing to change:\n${text}`)
    writeFileSync(file, changed)
  }
  edit(join(folder, 'jobs.py'), (text) => text + LINGER.replace('@task', celery ? '@shared_task' : ''))
  const patience = celery ? '"worker_soft_shutdown_timeout": 20' : 'imminent_shutdown_delay = 20'
  edit(join(folder, celery ? 'jobs.py' : 'worker.py'), (text) => text.replace(patience, patience.replace('20', '1')))
  const views = VIEWS.replace('START', celery ? 'jobs.linger.delay()' : 'jobs.start(jobs.linger)')
  edit(join(folder, 'word_counts.py'), (text) => text + views)
}

const LINGER = `

@task
def linger() -> int:
    import time

    from flask import current_app

    store = current_app.extensions["keyvalue"]
    store.incr("test:begun")
    while not store.exists("test:go"):
        time.sleep(0.02)
    return 0
`

const VIEWS = `

from flask import current_app


@blueprint.post("/linger")
def linger():
    return {"id": START.id}

@blueprint.get("/lingering")
def lingering():
    return {"begun": int(current_app.extensions["keyvalue"].get("test:begun") or 0)}

@blueprint.post("/let-go")
def let_go():
    current_app.extensions["keyvalue"].set("test:go", 1)
    return {}

@blueprint.post("/hold")
def hold():
    current_app.extensions["keyvalue"].delete("test:go")
    return {}
`
