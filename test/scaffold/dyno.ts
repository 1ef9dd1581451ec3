import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { execa } from 'execa'
import { parse } from 'yaml'
import { freePort, listening } from './port.ts'
import { temporary } from './temporary.ts'

/** What a project becomes on Heroku: its files without those of .slugignore, and the programs that the build installed. */
export interface Slug {
  readonly root: string
  /** The folder of `python`, `gunicorn` and `flask`. */
  readonly bin: string
}

export type ConfigVars = Readonly<Record<string, string>>

/** Copies a project as Heroku would before the build: https://devcenter.heroku.com/articles/slug-compiler */
export function slugFolder(project: string): string {
  const root = temporary('slug')
  cpSync(project, root, { recursive: true })
  const ignored = join(project, '.slugignore')
  if (!existsSync(ignored)) return root
  for (const line of readFileSync(ignored, 'utf8').split('\n')) {
    if (line.startsWith('/')) rmSync(join(root, line), { recursive: true, force: true })
  }
  return root
}

/** What the buildpack sets on an Eco, Basic or Standard-1X dyno. */
const WORKERS = '2'

/**
 * The environment of a dyno as the classic Python buildpack makes it, and nothing of ours:
 * https://github.com/heroku/heroku-buildpack-python/tree/main/vendor
 */
export function environment(slug: Slug, dyno: string, config: ConfigVars): NodeJS.ProcessEnv {
  return {
    PATH: `${slug.bin}:/usr/local/bin:/usr/bin:/bin`,
    HOME: slug.root,
    PWD: slug.root,
    LANG: 'en_US.UTF-8',
    PYTHONUNBUFFERED: 'true',
    PYTHONPATH: slug.root,
    WEB_CONCURRENCY: WORKERS,
    FORWARDED_ALLOW_IPS: '*',
    GUNICORN_CMD_ARGS: '--access-logfile -',
    DYNO: dyno,
    ...config,
  }
}

/** The command of a process type, from the Procfile, or from heroku.yml where a container is deployed; undefined where there is none. */
export function processCommand(slug: Slug, type: string): string | undefined {
  const procfile = join(slug.root, 'Procfile')
  if (!existsSync(procfile)) return containerCommand(slug, type)
  const line = readFileSync(procfile, 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${type}: `))
  return line?.slice(type.length + 2)
}

/** https://devcenter.heroku.com/articles/build-docker-images-heroku-yml */
function containerCommand(slug: Slug, type: string): string | undefined {
  type Command = string | { readonly command: readonly string[] }
  const { run, release } = parse(readFileSync(join(slug.root, 'heroku.yml'), 'utf8')) as {
    readonly run: Readonly<Record<string, Command>>
    readonly release?: Command
  }
  const command = type === 'release' ? release : run[type]
  return typeof command === 'object' ? command.command.join(' ') : command
}

/** Runs a command to its end in a one-off dyno; returns its status and all that it printed. */
export async function oneOff(slug: Slug, command: string, config: ConfigVars) {
  const result = await execa('bash', ['-c', command], {
    cwd: slug.root,
    env: environment(slug, 'run.1', config),
    extendEnv: false,
    reject: false,
    all: true,
    timeout: 60_000,
  })
  return { status: result.exitCode, output: result.all }
}

/** What gunicorn.conf.py fixes, where it does not leave it to WEB_CONCURRENCY. */
function workersOf(slug: Slug): number {
  const fixed = /^workers = (\d+)$/m.exec(readFileSync(join(slug.root, 'gunicorn.conf.py'), 'utf8'))?.[1]
  return Number(fixed ?? WORKERS)
}

export class WebDyno {
  readonly origin: string
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  readonly #agent = new Agent({ keepAlive: true })
  #output = ''
  #status: number | null | undefined

  private constructor(child: ChildProcess, port: number) {
    this.origin = `http://127.0.0.1:${port}`
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output += String(chunk)
      })
    }
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code) => {
        this.#status = code
        resolve(code)
      })
    })
  }

  /** Starts a command with a random $PORT and waits until it is up; throws its output when it ends first. */
  static async start(slug: Slug, command: string, config: ConfigVars): Promise<WebDyno> {
    const port = await freePort()
    const child = spawn('bash', ['-c', command], {
      cwd: slug.root,
      env: environment(slug, 'web.1', { ...config, PORT: String(port) }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const dyno = new WebDyno(child, port)
    const gone = () => (dyno.#status === undefined ? undefined : `ended with ${dyno.#status}:\n${dyno.#output}`)
    await listening(port, gone)
    await dyno.#workersReady(workersOf(slug))
    return dyno
  }

  /** What the dyno printed so far. */
  get log(): string {
    return this.#output
  }

  /**
   * Waits until gunicorn's workers handle signals: one that is about to start still has its parent's handlers, and a
   * SIGTERM to it at this moment is lost, so that it ends only after graceful_timeout. No dyno is that young.
   */
  async #workersReady(count: number): Promise<void> {
    const ready = (pid: string) => {
      const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''
      const caught = /^SigCgt:\s*([0-9a-f]+)/m.exec(status)?.[1]
      // SIGABRT is number 6; workers handle it, and their parent does not.
      return caught === undefined || ((BigInt(`0x${caught}`) >> 5n) & 1n) === 1n
    }
    const end = Date.now() + 30_000
    while (Date.now() < end) {
      const workers = [...this.#output.matchAll(/Booting worker with pid: (\d+)/g)].map(([, pid]) => pid ?? '')
      if (workers.length >= count && workers.every(ready)) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`no ${count} workers after 30 seconds:\n${this.#output}`)
  }

  /**
   * Asks as the router does: over kept connections, each opened for a request. (Node's own `fetch` opens some that it
   * never uses, and a gunicorn thread waits 5 seconds for the first byte on each.)
   */
  fetch(
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Response> {
    const { method = 'GET', headers = {}, body } = init
    return new Promise((resolve, reject) => {
      const asked = request(this.origin + path, { agent: this.#agent, method, headers }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const pairs = Object.entries(answer.headersDistinct).flatMap(([name, values]) =>
            (values ?? []).map((value): [string, string] => [name, value]),
          )
          const status = answer.statusCode ?? 0
          // The constructor wants no body, not even an empty one, with a status that has none.
          resolve(new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers: pairs }))
        })
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }

  /** Sends SIGTERM as Heroku does; returns the exit status and how long the end took, in milliseconds. */
  async stop(): Promise<{ status: number | null; milliseconds: number }> {
    const begin = performance.now()
    this.#child.kill('SIGTERM')
    const status = await this.#ended
    this.#agent.destroy()
    return { status, milliseconds: performance.now() - begin }
  }
}
