import { createHash } from 'node:crypto'
import { cpSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ConfigVars, processCommand, type Slug, slugFolder, WebDyno } from './dyno.ts'
import { startLaptop } from './laptop.ts'
import { freePort } from './port.ts'
import { pythonTools, skipped, venv } from './python.ts'
import { type KeyValueStore, startKeyValueStore } from './redis.ts'
import { runGenerator } from './scaffold.ts'
import { temporary } from './temporary.ts'

const PROJECTS = [
  { layout: 'package', frontend: 'pages', more: [] },
  { layout: 'module', frontend: 'api', more: ['--cache'] },
] as const

const CLIENT = createRequire(import.meta.url).resolve('socket.io-client/package.json')
const PAGE = new URL('../../generators/websockets/templates/package/templates/chat.html', import.meta.url)

it('names the client of Socket.IO that is tested here, by its version and its hash', () => {
  const page = readFileSync(PAGE, 'utf8')
  const { version } = JSON.parse(readFileSync(CLIENT, 'utf8')) as { version: string }
  const script = readFileSync(join(dirname(CLIENT), 'dist', 'socket.io.min.js'))
  const hash = createHash('sha384').update(script).digest('base64')
  expect(page).toContain(`/socket.io-client@${version}/dist/socket.io.min.js" integrity="sha384-${hash}"`)
})

const tools = await pythonTools()
if (typeof tools === 'string') skipped('no WebSocket is spoken to', tools)

describe.skipIf(typeof tools === 'string').each(PROJECTS)(
  'WebSockets, in a $layout, with $frontend',
  { timeout: 180_000 },
  ({ layout, frontend, more }) => {
    const name = `${frontend}-sockets`
    let project: string
    let slug: Slug
    let store: KeyValueStore | undefined
    let config: ConfigVars
    const sockets: Socket[] = []

    beforeAll(async () => {
      if (typeof tools === 'string') throw new Error('not reached: skipped')
      const answers = ['--layout', layout, '--frontend', frontend, '--database', 'none', '--no-git', ...more]
      const made = await runGenerator([name, '--websockets', ...answers])
      if (made.status !== 0) throw new Error(made.output)
      project = made.path(name)
      const bin = await venv(tools.python)
      const install = ['pip', 'install', '--quiet', '--python', join(bin, 'python')]
      await execa(tools.uv, [...install, '-r', 'requirements-dev.txt'], { cwd: project })
      slug = { root: slugFolder(project), bin }
      config = { SECRET_KEY: 'a secret of the test' }
      if (more.length === 0) return
      store = await startKeyValueStore(tools)
      config = { ...config, REDIS_URL: store.url }
    }, 180_000)

    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.close()
    })

    afterAll(async () => {
      await store?.stop()
    })

    const startWeb = (vars = config) => WebDyno.start(slug, processCommand(slug, 'web') ?? '', vars)

    function open(origin: string, options: Partial<ManagerOptions & SocketOptions> = {}): Socket {
      const socket = io(origin, { transports: ['websocket'], forceNew: true, reconnectionDelay: 50, ...options })
      sockets.push(socket)
      return socket
    }

    /** A client that is connected; rejects with the server's reason where it turns the client away. */
    async function connected(origin: string, options: Partial<ManagerOptions & SocketOptions> = {}): Promise<Socket> {
      const socket = open(origin, options)
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve)
        socket.once('connect_error', reject)
      })
      return socket
    }

    const next = (socket: Socket, event: string) =>
      new Promise<unknown>((resolve) => socket.once(event, (value: unknown) => resolve(value)))
    const say = (socket: Socket, text: unknown): Promise<unknown> => socket.timeout(20_000).emitWithAck('say', text)

    it('passes on what one client says to all, in one worker process', async ({ expect }) => {
      const web = await startWeb()
      expect(web.log.match(/Booting worker/g)).toHaveLength(1)
      const [speaker, ...listeners] = await Promise.all([1, 2, 3].map(() => connected(web.origin)))
      if (speaker === undefined) throw new Error('three were asked for')
      const heard = Promise.all(listeners.map((listener) => next(listener, 'said')))
      expect(await say(speaker, ' hello ')).toEqual({ error: null })
      expect(await heard).toEqual([{ text: 'hello' }, { text: 'hello' }])
      expect(await say(speaker, 7)).toEqual({ error: 'text must have 1 to 500 characters' })
      if (frontend === 'pages') expect((await web.fetch('/chat')).status).toBe(200)
      expect((await web.stop()).status, web.log).toBe(0)
    })

    it('lets in pages of its own origin, which the router reaches by HTTPS, and no others', async ({ expect }) => {
      const origins = frontend === 'api' ? { SOCKET_ORIGINS: 'https://a.example https://b.example' } : {}
      const web = await startWeb({ ...config, ...origins })
      const host = 'my-app.example'
      const from = (Origin: string) =>
        connected(web.origin, { extraHeaders: { Host: host, Origin, 'X-Forwarded-Proto': 'https' } })
      for (const origin of frontend === 'api' ? ['https://a.example', 'https://b.example'] : [`https://${host}`])
        expect((await from(origin)).connected).toBe(true)
      for (const origin of ['https://evil.example', `https://${host}.evil.example`, 'null'])
        await expect(from(origin)).rejects.toThrow('websocket error')
      await web.stop()
    })

    it('turns away who comes when it is full, and still answers requests', async ({ expect }) => {
      const web = await startWeb()
      const settled = await Promise.allSettled(Array.from({ length: 36 }, () => connected(web.origin)))
      const refused = settled.filter(({ status }) => status === 'rejected')
      expect(refused).toHaveLength(4)
      expect((await web.fetch('/health')).status).toBe(200)
      // One leaves, and there is a place again.
      settled.find((one) => one.status === 'fulfilled')?.value.close()
      await expect.poll(() => connected(web.origin).then(() => 'in', String), { timeout: 20_000 }).toBe('in')
      await web.stop()
    })

    it('ends at once with open sockets, whose clients come back to the next dyno', async ({ expect }) => {
      const first = await startWeb()
      const router = await startRouter(first)
      const client = await connected(router.origin)
      const gone = next(client, 'disconnect')
      const stopped = first.stop()
      expect(await gone).toBe('transport close')
      const { status, milliseconds } = await stopped
      expect(status, first.log).toBe(0)
      // Not by graceful_timeout, after which the worker would be killed.
      expect(milliseconds).toBeLessThan(19_000)
      const back = next(client, 'connect')
      const second = await startWeb()
      router.leadTo(second)
      await back
      expect(await say(client, 'I am back')).toEqual({ error: null })
      client.close()
      await router.stop()
      await second.stop()
    })

    if (more.length > 0)
      it('lets the clients of two dynos hear each other through Key-Value Store', async ({ expect }) => {
        const [one, other] = await Promise.all([startWeb(), startWeb()])
        const [speaker, listener] = await Promise.all([connected(one.origin), connected(other.origin)])
        const heard = next(listener, 'said')
        // The other dyno subscribes in the background, when its first client comes.
        const repeated = setInterval(() => speaker.emit('say', 'hello'), 200)
        expect(await heard).toEqual({ text: 'hello' })
        clearInterval(repeated)
        await Promise.all([one.stop(), other.stop()])
      })

    it('works with `flask run` on a computer without anything, and passes its own tests', async ({ expect }) => {
      const checkout = temporary('checkout')
      cpSync(project, checkout, { recursive: true })
      const laptop = await startLaptop(checkout, slug.bin)
      const client = await connected(laptop.origin)
      const heard = next(client, 'said')
      expect(await say(client, 'hello'), laptop.log()).toEqual({ error: null })
      expect(await heard).toEqual({ text: 'hello' })
      client.close()
      await laptop.stop()

      const run = async (program: string, ...args: string[]) => {
        const env = { PATH: `${slug.bin}:/usr/bin:/bin`, HOME: checkout }
        const options = { cwd: checkout, env, extendEnv: false, reject: false, all: true } as const
        const result = await execa(join(slug.bin, program), args, options)
        expect(result.exitCode, result.all).toBe(0)
      }
      await run('python', '-W', 'error', '-m', 'pytest', '-q')
      await run('ruff', 'check')
      await run('ruff', 'format', '--check', '--diff')
    })
  },
)

/** An address that stays while dynos come and go, as an app has one on Heroku. */
async function startRouter(dyno: WebDyno) {
  let target = Number(new URL(dyno.origin).port)
  const port = await freePort()
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${port}`,
    leadTo: (next: WebDyno) => {
      target = Number(new URL(next.origin).port)
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
