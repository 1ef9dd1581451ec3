import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type ConfigVars, oneOff, processCommand, type Slug, slugFolder, WebDyno } from './dyno.ts'
import { startLaptop } from './laptop.ts'
import { freePort } from './port.ts'
import { pythonTools, skipped, venv } from './python.ts'
import { type ObjectStorage, startObjectStorage } from './s3.ts'
import { runGenerator } from './scaffold.ts'
import { temporary } from './temporary.ts'

const PROJECTS = [
  { layout: 'package', frontend: 'pages' },
  { layout: 'module', frontend: 'api' },
] as const

const PDF = '%PDF-1.7 and so on'
const JSON_BODY = { 'Content-Type': 'application/json' }

interface Begun {
  readonly name: string
  readonly url: string
  readonly upload: { readonly method: string; readonly url: string; readonly headers: Record<string, string> }
}

const tools = await pythonTools()
if (typeof tools === 'string') skipped('nothing is uploaded', tools)
let storage: ObjectStorage | undefined

beforeAll(async () => {
  if (typeof tools !== 'string') storage = await startObjectStorage(tools)
})

afterAll(async () => {
  await storage?.stop()
})

describe.skipIf(typeof tools === 'string').concurrent.each(PROJECTS)(
  'uploads, in a $layout, with $frontend',
  { timeout: 180_000 },
  ({ layout, frontend }) => {
    const name = `${frontend}-uploads`
    let project: string
    let slug: Slug
    let config: ConfigVars

    beforeAll(async () => {
      if (typeof tools === 'string' || storage === undefined) throw new Error('not reached: skipped')
      const answers = ['--layout', layout, '--frontend', frontend, '--database', 'none', '--no-git']
      const made = await runGenerator([name, '--uploads', ...answers])
      if (made.status !== 0) throw new Error(made.output)
      project = made.path(name)
      const bin = await venv(tools.python)
      const install = ['pip', 'install', '--quiet', '--python', join(bin, 'python')]
      await execa(tools.uv, [...install, '-r', 'requirements-dev.txt'], { cwd: project })
      slug = { root: slugFolder(project), bin }
      config = { SECRET_KEY: 'a secret of the test', ...(await storage.bucket(name, bin)) }
    }, 180_000)

    const startWeb = (vars = config) => WebDyno.start(slug, processCommand(slug, 'web') ?? '', vars)

    async function begin(web: Pick<WebDyno, 'fetch'>, type: string, size: number): Promise<Begun> {
      const body = JSON.stringify({ type, size })
      return (await (await web.fetch('/api/uploads', { method: 'POST', headers: JSON_BODY, body })).json()) as Begun
    }

    it.sequential('keeps a file that never passes through the dyno, and gives it back after a restart', async ({
      expect,
    }) => {
      const first = await startWeb()
      const onDisk = files(slug.root)
      // Larger than any request that the app would take.
      const data = PDF.padEnd(3_000_000, '.')
      const { name: stored, url, upload } = await begin(first, 'application/pdf', data.length)
      expect(upload.url).toMatch(`${config.S3_ENDPOINT_URL}/${config.S3_BUCKET}/uploads/${stored}?`)
      expect(upload.url).not.toContain(config.AWS_SECRET_ACCESS_KEY)
      const put = (body: string, type: string) =>
        fetch(upload.url, { method: upload.method, headers: { 'Content-Type': type }, body })
      // The storage itself holds to the type and the size that were signed.
      expect((await put(`${data}.`, 'application/pdf')).status).toBe(403)
      expect((await put(data, 'text/html')).status).toBe(403)
      expect((await put(data, 'application/pdf')).status).toBe(200)
      // Private: nobody gets it without the app.
      expect((await fetch(upload.url.replace(/\?.*/, ''))).status).toBe(403)
      await first.stop()

      const second = await startWeb()
      expect(await (await second.fetch('/api/uploads')).json()).toMatchObject([{ name: stored, size: data.length }])
      const redirected = await second.fetch(url)
      expect(redirected.status).toBe(302)
      const answer = await fetch(redirected.headers.get('location') ?? '')
      expect(await answer.text()).toBe(data)
      expect(answer.headers.get('content-type')).toBe('application/pdf')
      expect(answer.headers.get('content-disposition')).toBe(`attachment; filename=${stored}`)
      expect(files(slug.root)).toEqual(onDisk)
      await second.stop()
    })

    it.sequential('takes a small file as a form sends it, under a name of its own', async ({ expect }) => {
      const web = await startWeb()
      const form = (part: string) => `--b\r\nContent-Disposition: form-data; ${part}\r\n\r\n${PDF}\r\n--b--\r\n`
      const answer = await web.fetch(frontend === 'pages' ? '/uploads' : '/api/uploads/small', {
        method: 'POST',
        headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
        body: form('name="file"; filename="../../evil.html"'),
      })
      expect(answer.status).toBe(frontend === 'pages' ? 303 : 201)
      const [newest] = (await (await web.fetch('/api/uploads')).json()) as { name: string; url: string }[]
      expect(newest?.name).toMatch(/^[0-9a-f]{32}\.pdf$/)
      const location = (await web.fetch(newest?.url ?? '')).headers.get('location') ?? ''
      expect(await (await fetch(location)).text()).toBe(PDF)
      if (frontend === 'pages') expect(await (await web.fetch('/uploads')).text()).toContain(newest?.name)
      await web.stop()
    })

    it.sequential('lets the pages that its command names upload, and no others', async ({ expect }) => {
      const allowed = await oneOff(slug, 'flask uploads allow https://www.example.com', config)
      expect(allowed, allowed.output).toMatchObject({ status: 0 })
      const web = await startWeb()
      const { upload } = await begin(web, 'application/pdf', PDF.length)
      const preflight = (origin: string) =>
        fetch(upload.url, {
          method: 'OPTIONS',
          headers: {
            Origin: origin,
            'Access-Control-Request-Method': 'PUT',
            'Access-Control-Request-Headers': 'content-type',
          },
        })
      const welcome = await preflight('https://www.example.com')
      expect(welcome.headers.get('access-control-allow-origin')).toBe('https://www.example.com')
      expect(welcome.headers.get('access-control-allow-methods')).toContain('PUT')
      expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBe(null)
      await web.stop()
    })

    it.sequential('does not start on a dyno without each of its config vars, and says so in one line', async ({
      expect,
    }) => {
      const optional = ['S3_ENDPOINT_URL']
      for (const missing of Object.keys(config).filter((key) => !optional.includes(key))) {
        const rest = Object.fromEntries(Object.entries(config).filter(([key]) => key !== missing))
        const { status, output } = await oneOff(slug, processCommand(slug, 'web') ?? '', { ...rest, PORT: '0' })
        expect(status).toBe(1)
        expect(output.split('\n').filter((line) => !/^\[[^\]]+\] \[\d+\] \[INFO\]/.test(line))).toEqual([
          expect.stringMatching(`^${missing} is not set on this app\\. Run: heroku `),
        ])
      }
    })

    it.sequential('keeps files in a folder of a computer that has no bucket, and passes its own tests', async ({
      expect,
    }) => {
      const checkout = temporary('checkout')
      cpSync(project, checkout, { recursive: true })
      const laptop = await startLaptop(checkout, slug.bin)
      const local = { fetch: (path: string, init?: RequestInit) => fetch(laptop.origin + path, init) }
      const { name: stored, url, upload } = await begin(local, 'application/pdf', PDF.length)
      const headers = upload.headers
      expect((await fetch(upload.url, { method: 'PUT', headers, body: `${PDF}.` })).status).toBe(403)
      expect((await fetch(upload.url, { method: 'PUT', headers, body: PDF })).status, laptop.log()).toBe(200)
      const answer = await local.fetch(url)
      expect(await answer.text()).toBe(PDF)
      expect(answer.headers.get('content-disposition')).toBe(`attachment; filename=${stored}`)
      expect(readdirSync(join(checkout, 'instance', 'uploads'))).toEqual([stored])
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

    it.sequential('answers 500 without details while the storage is away, and the rest of the app goes on', async ({
      expect,
    }) => {
      const nobody = `http://127.0.0.1:${await freePort()}`
      const web = await startWeb({ ...config, S3_ENDPOINT_URL: nobody })
      const answer = await web.fetch('/api/uploads')
      expect(answer.status).toBe(500)
      const text = await answer.text()
      expect(JSON.parse(text)).toMatchObject({ error: 'Internal Server Error' })
      expect(text).not.toContain(config.S3_BUCKET)
      expect(web.log).toContain('EndpointConnectionError')
      expect((await web.fetch('/health')).status).toBe(200)
      await web.stop()
    })
  },
)

/** What lies in a folder, but for Python's compiled files. */
function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.includes('__pycache__') && !path.includes('.gunicorn'))
    .sort()
}
