import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConfigVars, oneOff, processCommand, type Slug, slugFolder, WebDyno } from './dyno.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { type PythonTools, pythonTools, skipped, venv } from './python.ts'
import { runGenerator } from './scaffold.ts'
import { temporary } from './temporary.ts'

/** Every project that the questions can lead to. */
const COMBINATIONS = (['pip', 'uv'] as const).flatMap((packageManager) =>
  (['migrations', 'postgres', 'none'] as const).map((data) => ({ packageManager, data })),
)

const tools = await pythonTools()
if (typeof tools === 'string') skipped('the scaffold is not installed and started', tools)

describe.skipIf(typeof tools === 'string')('a scaffolded project on a dyno', { timeout: 180_000 }, () => {
  let postgres: Postgres | undefined

  beforeAll(async () => {
    postgres = await startPostgres()
  })

  afterAll(async () => {
    await postgres?.stop()
  })

  // Most of the time goes by waiting for one process or another, so the projects wait together; the tests of one share a
  // database, whose connections one of them cuts.
  describe.concurrent.each(COMBINATIONS)('with $packageManager and $data', ({ packageManager, data }) => {
    const name = `${packageManager}-${data}`
    const packageName = name.replace('-', '_')
    const withData = data !== 'none'
    let project: string
    let slug: Slug
    let config: ConfigVars

    beforeAll(async () => {
      if (typeof tools === 'string' || postgres === undefined) throw new Error('not reached: skipped')
      const flags = ['--package-manager', packageManager, '--database', withData ? 'postgres' : 'none']
      const made = await runGenerator([name, ...flags, ...(data === 'postgres' ? ['--no-migrations'] : [])])
      expect(made.status, made.output).toBe(0)
      project = made.path(name)
      const root = slugFolder(project)
      slug = { root, bin: await buildInstall(tools, root, packageManager) }
      config = { SECRET_KEY: 'a secret of the test' }
      if (!withData) return
      const url = postgres.url(packageName)
      const create = `import psycopg; psycopg.connect("${postgres.url('postgres')}", autocommit=True).execute("CREATE DATABASE ${packageName}")`
      await execa(join(slug.bin, 'python'), ['-c', create])
      config = { ...config, DATABASE_URL: url }
    }, 180_000)

    it.sequential('is released, serves, keeps its data over a restart, and ends when it is told to', async ({
      expect,
    }) => {
      const release = processCommand(slug, 'release')
      expect(release !== undefined).toBe(withData)
      if (release !== undefined) {
        // Each push runs it again.
        for (const _ of ['first', 'second']) {
          const { status, output } = await oneOff(slug, release, config)
          expect(status, output).toBe(0)
        }
      }

      const first = await startWeb(slug, config)
      expect((await first.fetch('/')).status).toBe(200)
      expect((await first.fetch('/static/style.css')).status).toBe(200)
      expect((await first.fetch('/api/nowhere')).status).toBe(404)
      if (withData) {
        const created = await first.fetch('/api/notes', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ text: 'survives a restart' }),
        })
        expect(created.status).toBe(201)
      }
      // More at once than there are threads and connections.
      const answers = await Promise.all(Array.from({ length: 40 }, () => first.fetch('/health')))
      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
      const stopped = await first.stop()
      expect(stopped.status, first.log).toBe(0)
      // Heroku sends SIGKILL then. https://devcenter.heroku.com/articles/dyno-shutdown-behavior
      expect(stopped.milliseconds, first.log).toBeLessThan(30_000)

      if (!withData) return
      const second = await startWeb(slug, config)
      const notes = (await (await second.fetch('/api/notes')).json()) as { text: string }[]
      expect(notes.map((note) => note.text)).toEqual(['survives a restart'])
      expect(await (await second.fetch('/')).text()).toContain('survives a restart')
      await second.stop()
    })

    if (withData)
      it.sequential('goes on when the database closes its connections', async ({ expect }) => {
        const web = await startWeb(slug, config)
        expect((await web.fetch('/health')).status).toBe(200)
        const cut = `import psycopg; psycopg.connect("${config.DATABASE_URL}").execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()")`
        await execa(join(slug.bin, 'python'), ['-c', cut])
        const answers = await Promise.all(Array.from({ length: 16 }, () => web.fetch('/health')))
        expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
        await web.stop()
      })

    it.sequential('believes the router about the client, and the client about nothing', async ({ expect }) => {
      const probed = slugFolder(project)
      writeFileSync(join(probed, 'wsgi.py'), PROBE.replace('PACKAGE', packageName))
      const web = await startWeb({ ...slug, root: probed }, config)
      const answer = await web.fetch('/probe', {
        headers: {
          'X-Forwarded-For': '6.6.6.6, 203.0.113.7',
          'X-Forwarded-Proto': 'https',
          'X-Forwarded-Port': '443',
          'X-Forwarded-Host': 'evil.example',
          'X-Forwarded-Prefix': '/evil',
        },
      })
      expect(await answer.json()).toEqual({ secure: true, client: '203.0.113.7', url: 'https://127.0.0.1/probe' })
      const cookie = answer.headers.get('set-cookie') ?? ''
      for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax']) expect(cookie).toContain(attribute)
      await web.stop()
    })

    it.sequential('does not start without the config vars that it cannot do without, and says so in one line', async ({
      expect,
    }) => {
      for (const missing of Object.keys(config)) {
        const rest = Object.fromEntries(Object.entries(config).filter(([key]) => key !== missing))
        for (const type of withData ? ['web', 'release'] : ['web']) {
          const { status, output } = await oneOff(slug, processCommand(slug, type) ?? '', { ...rest, PORT: '0' })
          expect(status).toBe(1)
          expect(output.split('\n').filter((line) => !/^\[[^\]]+\] \[\d+\] \[INFO\]/.test(line))).toEqual([
            expect.stringMatching(`^${missing} is not set on this app\\. Run: heroku `),
          ])
        }
      }
    })

    it.sequential('passes its own tests on a computer without Postgres, and is tidy', async ({ expect }) => {
      if (typeof tools === 'string') return
      const checkout = temporary('checkout')
      cpSync(project, checkout, { recursive: true })
      const bin = await developerInstall(tools, checkout, packageManager)
      const environment = { PATH: `${bin}:/usr/bin:/bin`, HOME: checkout }
      const run = async (program: string, ...args: string[]) => {
        const options = { cwd: checkout, env: environment, extendEnv: false, reject: false, all: true } as const
        const result = await execa(join(bin, program), args, options)
        expect(result.exitCode, result.all).toBe(0)
      }
      await run('python', '-W', 'error', '-m', 'pytest', '-q')
      if (data === 'migrations') {
        // The next change of a model, as its author would make it.
        await run('flask', 'db', 'upgrade')
        const models = join(checkout, packageName, 'models.py')
        const column = '    author: Mapped[str | None] = mapped_column(String(80), index=True)\n'
        writeFileSync(models, readFileSync(models, 'utf8').replace('    created_at', `${column}    created_at`))
        await run('flask', 'db', 'migrate', '-m', 'who wrote it')
        await run('flask', 'db', 'upgrade')
        await run('python', '-m', 'pytest', '-q')
      }
      await run('ruff', 'check')
      await run('ruff', 'format', '--check', '--diff')
    })
  })
})

/** Answers what the app believes about a request. */
const PROBE = `
from flask import request, session
from PACKAGE import create_app
app = create_app()
@app.get("/probe")
def probe():
    session["seen"] = True
    return {"secure": request.is_secure, "client": request.remote_addr, "url": request.base_url}
`

async function startWeb(slug: Slug, config: ConfigVars): Promise<WebDyno> {
  const command = processCommand(slug, 'web')
  if (command === undefined) throw new Error('the Procfile has no web process')
  return WebDyno.start(slug, command, config)
}

/** Installs what the build would, and no more; returns the folder of the programs. */
async function buildInstall({ python, uv }: PythonTools, root: string, packageManager: 'pip' | 'uv'): Promise<string> {
  if (packageManager === 'uv') {
    // https://github.com/heroku/heroku-buildpack-python/blob/main/lib/uv.sh
    const flags = ['--locked', '--no-default-groups', '--no-managed-python', '--python', python]
    await execa(uv, ['sync', '--quiet', ...flags], { cwd: root })
    return join(root, '.venv', 'bin')
  }
  const bin = await venv(python)
  await execa(join(bin, 'pip'), ['install', '--quiet', '-r', 'requirements.txt'], { cwd: root })
  return bin
}

/** Installs what the README tells its reader to; returns the folder of the programs. */
async function developerInstall(
  { python, uv }: PythonTools,
  root: string,
  packageManager: 'pip' | 'uv',
): Promise<string> {
  const interpreter = ['--no-managed-python', '--python', python]
  if (packageManager === 'uv') {
    await execa(uv, ['sync', '--quiet', '--locked', ...interpreter], { cwd: root })
  } else {
    // By uv's pip, which is fast; that pip itself can read the pins is proven by the build.
    await execa(uv, ['venv', '--quiet', ...interpreter, '.venv'], { cwd: root })
    await execa(uv, ['pip', 'install', '--quiet', '-r', 'requirements-dev.txt'], { cwd: root })
  }
  return join(root, '.venv', 'bin')
}
