import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
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
  for (const line of readFileSync(join(project, '.slugignore'), 'utf8').split('\n')) {
    if (line.startsWith('/')) rmSync(join(root, line), { recursive: true })
  }
  return root
}

/**
 * The environment of a dyno as the classic Python buildpack makes it, and nothing of ours:
 * https://github.com/heroku/heroku-buildpack-python/tree/main/vendor
 */
function environment(slug: Slug, dyno: string, config: ConfigVars): NodeJS.ProcessEnv {
  return {
    PATH: `${slug.bin}:/usr/local/bin:/usr/bin:/bin`,
    HOME: slug.root,
    PWD: slug.root,
    LANG: 'en_US.UTF-8',
    PYTHONUNBUFFERED: 'true',
    PYTHONPATH: slug.root,
    WEB_CONCURRENCY: '2',
    FORWARDED_ALLOW_IPS: '*',
    GUNICORN_CMD_ARGS: '--access-logfile -',
    DYNO: dyno,
    ...config,
  }
}

/** The command of a process type in the slug's Procfile. */
export function processCommand(slug: Slug, type: string): string | undefined {
  const line = readFileSync(join(slug.root, 'Procfile'), 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${type}: `))
  return line?.slice(type.length + 2)
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

export class WebDyno {
  readonly origin: string
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
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

  /** Starts a command with a random $PORT and waits until it accepts connections; throws its output when it ends first. */
  static async start(slug: Slug, command: string, config: ConfigVars): Promise<WebDyno> {
    const port = await freePort()
    const child = spawn('bash', ['-c', command], {
      cwd: slug.root,
      env: environment(slug, 'web.1', { ...config, PORT: String(port) }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const dyno = new WebDyno(child, port)
    await listening(port, () =>
      dyno.#status === undefined ? undefined : `ended with ${dyno.#status}:\n${dyno.#output}`,
    )
    return dyno
  }

  /** What the dyno printed so far. */
  get log(): string {
    return this.#output
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.origin + path, init)
  }

  /** Sends SIGTERM as Heroku does; returns the exit status and how long the end took, in milliseconds. */
  async stop(): Promise<{ status: number | null; milliseconds: number }> {
    const begin = performance.now()
    this.#child.kill('SIGTERM')
    const status = await this.#ended
    return { status, milliseconds: performance.now() - begin }
  }
}
