import { spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { answersFor, readRecord } from '../../generators/_shared/record.ts'
import { Refusal } from '../../generators/_shared/refusal.ts'
import { isNewer } from '../../generators/update/versions.ts'
import { skipped } from '../scaffold/python.ts'
import { builtGenerator, runGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'
import { earlierGenerator, packageThatWrites } from './earlier.ts'
import { Project } from './project.ts'

/** `npx generator-flask-dyno update`, as a process in a project: what it says, how it ends, and what is in the files. */

const { version: VERSION } = JSON.parse(
  readFileSync(new URL('../../generators/package.json', import.meta.url), 'utf8'),
) as { version: string }

const earlier = await earlierGenerator()
if (earlier === undefined) skipped('no scaffold of an earlier commit is updated', 'the checkout has no history')

describe.skipIf(earlier === undefined)('a project that an earlier version made', () => {
  const from = ['--from', earlier ?? '']
  const program = join(earlier ?? '', 'dist/generators/_run/main.js')

  it.each([
    ['pip, Postgres, migrations', []],
    ['uv, no database', ['--package-manager', 'uv', '--database', 'none']],
    ['no migrations', ['--no-migrations']],
  ])('and nobody changed is made anew: %s', async (_, flags) => {
    const project = await Project.make(flags, program)
    const { status, output } = await project.update(...from)
    expect(status, output).toBe(0)
    const fresh = await Project.make(flags)
    expect(project.files()).toEqual(fresh.files())
  })

  it('keeps what was changed in it, marks the one real conflict, and leaves deleted what was deleted', async () => {
    const project = await Project.make([], program)
    appendFileSync(join(project.root, 'README.md'), '\n## Ours\n\nAsk the team.\n')
    appendFileSync(join(project.root, 'Procfile'), 'mail: python mail.py\n')
    project.write('mail.py', 'print("mail")\n')
    project.edit('requirements.txt', 'flask-migrate==', 'httpx==0.28.1\nflask-migrate==')
    rmSync(join(project.root, 'tests/test_settings.py'))
    const answer = 'return {"status": "ok", "database": "ok"}, 200'
    project.edit('shop/health.py', answer, 'return {"status": "fine", "database": "fine"}, 200')
    project.edit('app.json', '"env": {', '"env": {\n    "MAIL_TO": { "description": "Who gets mail." },')
    await project.commit()

    const { status, output } = await project.update(...from)
    expect(status, output).toBe(1)
    expect(output).toMatch(/conflict +shop\/health\.py: 1 place/)
    expect(output).toMatch(/left +tests\/test_settings\.py: you deleted it/)
    expect(output.match(/^ +conflict /gm)).toHaveLength(1)
    const health = project.read('shop/health.py')
    expect(health).toContain('<<<<<<< yours\n')
    expect(health).toContain(
      '    return {"status": "fine", "database": "fine"}, 200\n||||||| generator-flask-dyno 0.1.0\n',
    )
    expect(health).toContain(`>>>>>>> generator-flask-dyno ${VERSION}`)
    expect(project.read('README.md')).toMatch(/\n## Ours\n\nAsk the team\.\n$/)
    expect(project.read('Procfile')).toContain('mail: python mail.py\n')
    expect(project.read('requirements.txt')).toContain('httpx==0.28.1\n')
    expect(JSON.parse(project.read('app.json'))).toMatchObject({ env: { MAIL_TO: {}, SECRET_KEY: {} } })
    expect(existsSync(join(project.root, 'tests/test_settings.py'))).toBe(false)
    expect(project.record()).toMatchObject({ version: VERSION, jobs: 'none', layout: 'package' })

    // Whoever forgets the markers is told, whatever is committed.
    await project.commit()
    const again = await project.update()
    expect(again.status).toBe(2)
    expect(again.output).toContain('shop/health.py still has the conflict markers of an earlier merge')

    project.write('shop/health.py', health.replace(/<<<<<<< yours\n[\s\S]*?=======\n([\s\S]*?)>>>>>>> .*\n/, '$1'))
    await project.commit()
    const last = await project.update()
    expect(last.status, last.output).toBe(0)
    expect(last.output).toContain('Nothing to do')
    expect(await project.git('status', '--porcelain')).toBe('')
  })

  it('shows with --dry-run what it would write, as a diff that git applies', async () => {
    const project = await Project.make([], program)
    const main = await builtGenerator()
    const { stdout } = await execa('node', [main, 'update', '--dry-run', ...from], {
      cwd: project.root,
      input: '',
      stripFinalNewline: false,
    })
    expect(await project.git('status', '--porcelain')).toBe('')
    await execa('git', ['apply', '-'], { cwd: project.root, input: stdout })
    const applied = project.files()
    await project.git('checkout', '--quiet', '.')
    await project.update(...from)
    expect(project.files()).toEqual(applied)
  })

  it('fails a check until it is updated', async () => {
    const project = await Project.make([], program)
    const before = await project.update('--check', ...from)
    expect(before.status).toBe(1)
    expect(before.output).toMatch(/updated +shop\/health\.py/)
    expect(await project.git('status', '--porcelain')).toBe('')
    await project.update(...from)
    const after = await project.update('--check')
    expect(after.status, after.output).toBe(0)
  })
})

describe('a project of this version', () => {
  it('has nothing to do, changed or not', async () => {
    const project = await Project.make()
    appendFileSync(join(project.root, 'Procfile'), 'mail: python mail.py\n')
    const { status, output } = await project.update()
    expect(status, output).toBe(0)
    expect(output).toContain('Nothing to do: shop is as generator-flask-dyno')
  })

  // More of them: test/slow/parts.test.ts.
  it('takes other answers, and is then as if made with them', async () => {
    const flags = ['--package-manager', 'poetry', '--layout', 'module', '--hook']
    const project = await Project.make()
    const { status, output } = await project.update(...flags)
    expect(status, output).toBe(0)
    expect(project.files()).toEqual((await Project.make(flags)).files())
    // Asked by its flags alone, as a later version will ask it, this version writes the same once more.
    await project.commit()
    const asked = await project.update('--from', fileURLToPath(new URL('../../generators', import.meta.url)))
    expect(asked.output).toContain('Nothing to do')
  })

  it('loses with an answer what hung on it', async () => {
    const project = await Project.make()
    const { status, output } = await project.update('--database', 'none', '--package-manager', 'uv')
    expect(status, output).toBe(0)
    expect(output).toContain('packageManager: pip -> uv')
    // what hung on the database is gone with it
    expect(output).toContain('migrations: yes -> no')
    const fresh = await Project.make(['--database', 'none', '--package-manager', 'uv'])
    expect(project.files()).toEqual(fresh.files())
    expect(existsSync(join(project.root, 'migrations'))).toBe(false)
  })

  it('keeps a file that is no longer part of it when somebody changed it', async () => {
    const project = await Project.make()
    appendFileSync(join(project.root, 'shop/models.py'), '\n\nclass Order(Base):\n    pass\n')
    await project.commit()
    const { status, output } = await project.update('--database', 'none')
    expect(status, output).toBe(0)
    expect(output).toMatch(/left +shop\/models\.py: it is no longer part of the project/)
    expect(project.read('shop/models.py')).toContain('class Order')
    expect(existsSync(join(project.root, 'shop/notes.py'))).toBe(false)
  })

  it('leaves migrations alone that are not the only one', async () => {
    const project = await Project.make()
    project.write('migrations/versions/0002_orders.py', 'revision = "0002"\ndown_revision = "0001"\n')
    await project.commit()
    expect((await project.update('--no-migrations')).status).toBe(0)
    expect(existsSync(join(project.root, 'migrations/versions/0001_notes.py'))).toBe(true)
  })

  it('says so when both added the same file, and merges it', async () => {
    const project = await Project.make(['--ci', 'none'])
    mkdirSync(join(project.root, '.github/workflows'), { recursive: true })
    project.write('.github/workflows/ci.yml', 'name: ours\n')
    await project.commit()
    const { status, output } = await project.update('--ci', 'github')
    expect(status).toBe(1)
    expect(output).toMatch(/conflict +\.github\/workflows\/ci\.yml/)
    expect(project.read('.github/workflows/ci.yml')).toContain('name: ours\n|||||||')
  })

  it('keeps CRLF line ends', async () => {
    const project = await Project.make()
    await project.git('config', 'core.autocrlf', 'false')
    for (const path of (await project.git('ls-files')).split('\n')) {
      project.write(path, project.read(path).replaceAll('\n', '\r\n'))
    }
    await project.commit()
    expect((await project.update()).output).toContain('Nothing to do')
    const { status, output } = await project.update('--database', 'none')
    expect(status, output).toBe(0)
    expect(output).not.toMatch(/merged|conflict/)
    expect(project.read('Procfile')).toMatch(/^web: .*\r\n$/)
  })

  it('leaves a file that is no text, and says so', async () => {
    const project = await Project.make()
    writeFileSync(join(project.root, 'README.md'), Buffer.from('Caf\u00e9\n', 'latin1'))
    await project.commit()
    const { status, output } = await project.update('--database', 'none')
    expect(status).toBe(1)
    expect(output).toMatch(/conflict +README\.md: left as it is: it is no text in UTF-8/)
    expect(readFileSync(join(project.root, 'README.md')).toString('latin1')).toBe('Caf\u00e9\n')
  })

  it('has a lock file that somebody changed made anew by its tool, or says what to run', async () => {
    const project = await Project.make(['--package-manager', 'uv'])
    project.edit('pyproject.toml', '    "flask>=', '    "httpx>=0.28,<1",\n    "flask>=')
    project.edit('uv.lock', 'extras = ["binary"], specifier', 'extras = ["binary", "pool"], specifier')
    await project.commit()
    const main = await builtGenerator()
    const withTools = async (path: string) =>
      await execa(process.execPath, [main, 'update', '--jobs', 'rq'], {
        cwd: project.root,
        env: { PATH: path },
        input: '',
        reject: false,
        all: true,
      })
    const bare = programs({})
    const without = await withTools(bare)
    expect(without.exitCode, without.all).toBe(1)
    expect(without.all).toMatch(/conflict +uv\.lock: run "uv lock" \(uv is not on the PATH\)/)
    expect(project.read('uv.lock')).not.toContain('<<<<<<<')
    expect(project.read('pyproject.toml')).toMatch(/"httpx>=0\.28,<1",\n[\s\S]*"rq>=/)

    await project.git('checkout', '--quiet', '.')
    await project.git('clean', '--quiet', '--force', '-d')
    const tool = programs({
      uv: '#!/bin/sh\ngrep -q httpx pyproject.toml && grep -q rq pyproject.toml && echo "# $*" > uv.lock\n',
    })
    const done = await withTools(tool)
    expect(done.exitCode, done.all).toBe(0)
    expect(done.all).toMatch(/merged +uv\.lock: made anew by "uv lock"/)
    expect(project.read('uv.lock')).toBe('# lock\n')
  })

  it('is merged in a folder of a larger repository, too', async () => {
    const project = await Project.make()
    const outer = temporary('outer')
    renameSync(project.root, join(outer, 'shop'))
    rmSync(join(outer, 'shop/.git'), { recursive: true })
    const git = async (...args: string[]) =>
      await execa('git', ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.org', ...args], { cwd: outer })
    await git('init', '--quiet')
    await git('add', '--all')
    await git('commit', '--quiet', '--message', 'as it is')
    writeFileSync(join(outer, 'beside.txt'), 'not committed, and none of our business\n')
    appendFileSync(join(outer, 'shop/wsgi.py'), '# mine\n')
    const refused = await runGenerator(['update', '--database', 'none'], { cwd: join(outer, 'shop') })
    expect(refused.output).toContain('nothing was written: wsgi.py is not committed')
    await git('commit', '--quiet', '--all', '--message', 'mine')
    const done = await runGenerator(['update', '--database', 'none'], { cwd: join(outer, 'shop') })
    expect(done.status, done.output).toBe(0)
  })

  it('does not wait for a pipe that stays open', async () => {
    const project = await Project.make()
    const child = spawn('node', [await builtGenerator(), 'update', '--jobs', 'none'], {
      cwd: project.root,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
  })

  it('is found by the folder that is named', async () => {
    const project = await Project.make()
    const { status, output } = await runGenerator(['update', 'shop', '--check'], { cwd: join(project.root, '..') })
    expect(status, output).toBe(0)
  })
})

describe('what git could not undo', () => {
  it('is refused, and done with --force', async () => {
    const project = await Project.make()
    appendFileSync(join(project.root, 'wsgi.py'), '# mine\n')
    const before = project.files()
    const { status, output } = await project.update('--database', 'none')
    expect(status).toBe(2)
    expect(output).toContain('nothing was written: wsgi.py is not committed')
    expect(project.files()).toEqual(before)
    expect((await project.update('--database', 'none', '--dry-run')).status).toBe(0)
    expect((await project.update('--database', 'none', '--force')).status).toBe(0)
    expect(project.read('wsgi.py')).toContain('# mine')
  })

  it('is all that a person wrote, where there is no git', async () => {
    const { cwd } = await runGenerator(['shop'])
    const root = join(cwd, 'shop')
    appendFileSync(join(root, 'README.md'), 'mine\n')
    const refused = await runGenerator(['update', '--database', 'none'], { cwd: root })
    expect(refused.status).toBe(2)
    expect(refused.output).toContain('no commit of git has README.md')
    const clean = (await runGenerator(['shop'])).cwd
    const done = await runGenerator(['update', '--database', 'none'], { cwd: join(clean, 'shop') })
    expect(done.status, done.output).toBe(0)
  })
})

describe('what a project says of how it was made', () => {
  it.each([
    [{ version: 'git+https://example.org/x' }, '"git+https://example.org/x" is no version'],
    [{ version: '0.1.0 --registry=x' }, 'is no version'],
    [{ version: undefined }, 'null is no version'],
    [{ name: '../up' }, 'the name "../up"'],
    [{ name: undefined }, '"name" must be a text'],
    [{ flavour: 'sweet' }, 'knows no "flavour"'],
    [{ python: '2.7' }, '--python must be'],
    [{ migrations: 'perhaps' }, '--migrations takes no value'],
    [{ jobs: ['rq'] }, '"jobs" must be a text or true or false'],
    [{ container: true, generation: 'fir' }, '--generation fir does not go with --container'],
  ])('is checked: %j', (changes, message) => {
    const root = temporary('record')
    const record = { version: VERSION, name: 'shop', database: 'postgres', ...changes }
    writeFileSync(join(root, '.yo-rc.json'), JSON.stringify({ 'generator-flask-dyno': record }))
    expect(() => answersFor(readRecord(root).answers, {})).toThrow(message)
    expect(() => answersFor(readRecord(root).answers, {})).toThrow(Refusal)
  })

  it('gives a question that came later its default, and a flag the last word', () => {
    const before = { packageManager: 'uv', database: 'postgres', migrations: false }
    expect(answersFor(before, {})).toMatchObject({ ...before, jobs: 'none', container: false, hook: false, git: false })
    expect(answersFor(before, { database: 'none' })).toMatchObject({ packageManager: 'uv', database: 'none' })
    expect(answersFor({ jobs: 'rq', schedule: true }, { jobs: 'none' })).toMatchObject({ schedule: false })
    // without a database there was no choice about migrations, so that "no" was no answer
    expect(answersFor({ database: 'none', migrations: false }, { database: 'postgres' }).migrations).toBe(true)
    expect(() => answersFor({}, { schedule: true })).toThrow('--schedule needs --jobs rq or celery')
  })

  it('can name a newer version, which is asked for', async () => {
    const project = await Project.make()
    project.remember({ version: '99.0.0' })
    await project.commit()
    const { status, output } = await project.update()
    expect(status).toBe(2)
    expect(output.split('\n')).toEqual([expect.stringContaining('generator-flask-dyno 99.0.0 made this project')])
    expect(await project.git('status', '--porcelain')).toBe('')
  })

  it('must be there, and JSON', async () => {
    const empty = await runGenerator(['update'])
    expect(empty.status).toBe(2)
    expect(empty.output).toMatch(/^generator-flask-dyno: no \.yo-rc\.json in .* says/)
    const project = await Project.make()
    project.write('.yo-rc.json', '{')
    const { status, output } = await project.update()
    expect(status).toBe(2)
    expect(output).toContain('.yo-rc.json is no JSON')
  })

  it('keeps what other generators say there, and its indent', async () => {
    const project = await Project.make()
    const mine = { 'generator-other': { kept: true }, ...(JSON.parse(project.read('.yo-rc.json')) as object) }
    project.write('.yo-rc.json', JSON.stringify(mine, null, '\t'))
    await project.commit()
    expect((await project.update()).output).toContain('Nothing to do')
    await project.update('--database', 'none')
    expect(project.read('.yo-rc.json')).toMatch(/^\{\n\t"generator-other": \{\n\t\t"kept": true/)
    expect(project.record()).toMatchObject({ database: 'none' })
  })
})

describe('the version that made a project', () => {
  const OLD = { Procfile: 'web: gunicorn wsgi:app\n', 'gone.txt': 'old\n' }

  /** A project of this version, as far as its files go, that says that an old one made it. */
  async function oldProject(): Promise<Project> {
    const project = await Project.make()
    for (const [path, text] of Object.entries(OLD)) project.write(path, text)
    project.remember({ version: '0.0.9' })
    await project.commit()
    return project
  }

  it('comes from npm, and nothing of it is run while it is installed', async () => {
    const folder = packageThatWrites(OLD)
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object
    const scripts = { install: 'touch installed', postinstall: 'touch installed' }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, scripts }))
    const { stdout } = await execa('npm', ['pack', '--json', folder], { cwd: folder })
    const [packed] = JSON.parse(stdout) as { filename: string; integrity: string }[]
    const tarball = readFileSync(join(folder, packed?.filename ?? ''))
    const server = createServer((request, response) => {
      if (request.url?.endsWith('.tgz') === true) return response.end(tarball)
      if (request.url !== '/generator-flask-dyno') return response.writeHead(404).end('{}')
      const dist = { tarball: `http://${request.headers.host}/generator-flask-dyno.tgz`, integrity: packed?.integrity }
      const versions = { '0.0.9': { ...manifest, scripts, dist } }
      return response.end(JSON.stringify({ name: 'generator-flask-dyno', 'dist-tags': { latest: '0.0.9' }, versions }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const project = await oldProject()
    const run = async (...args: string[]) =>
      await execa('node', [await builtGenerator(), 'update', ...args], {
        cwd: project.root,
        env: { npm_config_registry: registry, npm_config_cache: temporary('cache'), npm_config_fetch_retries: '0' },
        input: '',
        reject: false,
        all: true,
      })
    try {
      const done = await run()
      expect(done.exitCode, done.all).toBe(0)
      expect(existsSync(join(project.root, 'gone.txt'))).toBe(false)
      expect(project.record()).toMatchObject({ version: VERSION })
      project.remember({ version: '0.0.8' })
      await project.commit()
      const missing = await run()
      expect(missing.exitCode).toBe(2)
      expect(missing.all).toMatch(
        /npm could not install generator-flask-dyno@0\.0\.8, which made this project \(.+\); --from/,
      )
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  }, 60_000)

  it('comes from a folder or a tarball that is named', async () => {
    const folder = packageThatWrites(OLD)
    const byFolder = await oldProject()
    expect((await byFolder.update('--from', folder)).status).toBe(0)
    const { stdout } = await execa('npm', ['pack', '--json', folder], { cwd: folder })
    const [packed] = JSON.parse(stdout) as { filename: string }[]
    const byTarball = await oldProject()
    const { status, output } = await byTarball.update('--from', join(folder, packed?.filename ?? ''))
    expect(status, output).toBe(0)
    expect(byTarball.files()).toEqual(byFolder.files())
  })

  it.each([
    ['./nowhere', 'there is no such file or folder'],
    ['.', 'is no package'],
  ])('is not %s', async (from, message) => {
    const project = await oldProject()
    const { status, output } = await project.update('--from', from)
    expect(status).toBe(2)
    expect(output.split('\n')).toEqual([expect.stringContaining(message)])
  })

  it('may not lead out of the project', async () => {
    const folder = packageThatWrites({ ...OLD, 'linked/file.txt': 'old\n' })
    const project = await oldProject()
    const outside = temporary('outside')
    writeFileSync(join(outside, 'file.txt'), 'old\n')
    symlinkSync(outside, join(project.root, 'linked'))
    await project.commit()
    const { status, output } = await project.update('--from', folder)
    expect(status).toBe(2)
    expect(output).toContain('leads out of the project')
    expect(readdirSync(outside)).toEqual(['file.txt'])
    expect(await project.git('status', '--porcelain')).toBe('')
  })

  it.each([
    ['0.1.0', '0.0.9', true],
    ['0.0.9', '0.1.0', false],
    ['0.10.0', '0.9.9', true],
    ['1.0.0', '1.0.0-beta.2', true],
    ['1.0.0-beta.11', '1.0.0-beta.2', true],
    ['1.0.0-beta', '1.0.0-1', true],
    ['1.0.0', '1.0.0', false],
  ])('%s is newer than %s: %s', (version, than, newer) => {
    expect(isNewer(version, than)).toBe(newer)
  })
})

describe('the program', () => {
  it('lists its commands, and explains each', async () => {
    const help = await runGenerator(['--help'])
    expect(help.output).toMatch(/generator-flask-dyno update +brings a project/)
    const { status, output } = await runGenerator(['update', '--help'])
    expect(status).toBe(0)
    for (const flag of ['--check', '--dry-run', '--from FOLDER|TARBALL', '--force', '--jobs none|rq|celery']) {
      expect(output).toContain(flag)
    }
    expect(output).not.toContain('--[no-]git')
  })

  it.each([
    [['--defaults', 'update'], 'a command comes first'],
    [['update', '--git'], "unknown option '--git'"],
    [['update', '--jobs', 'cron'], '--jobs must be'],
    [['update', 'one', 'two'], 'one directory at a time'],
  ])('refuses %j', async (args, message) => {
    const project = await Project.make()
    const { status, output } = await runGenerator(args, { cwd: project.root })
    expect(status).toBe(2)
    expect(output.split('\n')).toEqual([expect.stringContaining(message)])
  })

  it('makes a project in a folder that has the name of a command', async () => {
    const { status, output, path } = await runGenerator(['./update'])
    expect(status, output).toBe(0)
    expect(existsSync(path('update/Procfile'))).toBe(true)
  })
})

/** A PATH with git, a shell and these programs alone. */
function programs(files: Readonly<Record<string, string>>): string {
  const folder = temporary('programs')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o755 })
  const system = ['git', 'sh', 'grep'].flatMap((name) =>
    ['/bin', '/usr/bin']
      .map((bin) => join(bin, name))
      .filter((file) => existsSync(file))
      .slice(0, 1),
  )
  for (const file of system) symlinkSync(file, join(folder, basename(file)))
  return folder
}
