import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { skipped } from '../scaffold/python.ts'
import { builtGenerator } from '../scaffold/scaffold.ts'
import { APP, Existing, type Files, READY, UNSERVED } from './existing.ts'

/** `npx generator-flask-dyno adopt` in projects of somebody else, as a process; adoption.test.ts tests what it makes of them. */

describe('what it makes of a project', () => {
  it('gives the app of a student a Procfile and a server, and leaves the rest', async () => {
    const project = await Existing.of(UNSERVED)
    const { status, said, output } = await project.adopt('--defaults')
    expect(status, output).toBe(0)
    expect(project.read('Procfile')).toBe('web: gunicorn app:app\n')
    expect(project.read('requirements.txt')).toMatch(/^Flask==3\.1\.3\ngunicorn==[\d.]+\n$/)
    expect(await project.changed()).toEqual([' M requirements.txt', '?? Procfile'])
    expect(await project.errors()).toEqual([])
    expect(said).toContain('no process answers requests: there is no Procfile')
    expect(said).toContain('2 files are changed; nothing is committed.')
  })

  it('lists in .gitignore what git would take in with the next "git add", and nothing else', async () => {
    const project = await Existing.of(READY)
    project.write('venv/pyvenv.cfg', 'home = /usr/bin\n')
    project.write('venv/lib/python3.13/site-packages/flask/app.py', APP)
    project.write('__pycache__/app.cpython-313.pyc', 'compiled')
    project.write('.env', 'SECRET_KEY=mine\n')
    project.write('notes.txt', 'to do\n')
    const { status, said, output } = await project.adopt('--defaults')
    expect(status, output).toBe(0)
    expect(project.read('.gitignore')).toBe('__pycache__/\n.env\n/venv/\n')
    expect(said).not.toContain('To be done by hand')
    expect(await project.changed()).toEqual(['?? .gitignore', '?? notes.txt'])
  })
})

describe('a lock file', () => {
  const UV = {
    'app.py': APP,
    '.python-version': '3.13\n',
    'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["flask"]\n',
    'uv.lock': uvLock(['flask']),
  }

  it('is left alone where its tool is missing; the command is said', async () => {
    const project = await Existing.of(UV)
    const { status, said, output } = await project.adopt('--defaults')
    expect(status, output).toBe(0)
    expect(project.read('Procfile')).toBe('web: gunicorn app:app\n')
    expect(project.read('uv.lock')).toBe(UV['uv.lock'])
    expect(said).toContain('Run `uv add gunicorn` and commit what it writes (uv is not on the PATH).')
  })

  it('is written by its tool, on a copy, and then with everything else', async () => {
    const project = await Existing.of(UV)
    project.tool(
      'uv',
      [
        'pwd > "$0.where"; echo "$@" > "$0.asked"',
        `sed -i 's/"flask"\\]/"flask", "gunicorn"]/' pyproject.toml`,
        `cat > uv.lock <<'END'\n${uvLock(['flask', 'gunicorn'])}END`,
      ].join('\n'),
    )
    const dry = await project.adopt('--defaults', '--dry-run')
    expect(dry.diff).toContain('+name = "gunicorn"')
    expect(await project.changed()).toEqual([])
    const { status, output } = await project.adopt('--defaults')
    expect(status, output).toBe(0)
    expect(project.read('pyproject.toml')).toContain('dependencies = ["flask", "gunicorn"]')
    expect(project.read('uv.lock')).toBe(uvLock(['flask', 'gunicorn']))
    expect(await project.errors()).toEqual([])
  })

  it('stays as it is when its tool refuses, with what the tool said', async () => {
    const project = await Existing.of(UV)
    project.tool('uv', 'echo "error: no such index" >&2; exit 2')
    const { status, said } = await project.adopt('--defaults')
    expect(status).toBe(0)
    expect(project.read('uv.lock')).toBe(UV['uv.lock'])
    expect(said).toContain('(uv refused: error: no such index)')
  })

  it('goes where another one is to stay', async () => {
    const project = await Existing.of({
      ...READY,
      Pipfile: '[packages]\nflask = "*"\n',
      'Pipfile.lock': '{"_meta": {}, "default": {}, "develop": {}}\n',
    })
    const { said } = await project.adopt('--defaults')
    expect(said).toContain('--package-manager says which')
    const { status, output } = await project.adopt('--defaults', '--package-manager', 'pip')
    expect(status, output).toBe(0)
    expect(await project.changed()).toEqual([' D Pipfile', ' D Pipfile.lock'])
    const wrong = await project.adopt('--package-manager', 'uv', '--force')
    expect(wrong.status).toBe(2)
    expect(wrong.said).toContain('--package-manager uv: there is no file of that one to keep')
  })
})

describe('how it goes about it', () => {
  it('finds nothing to do where nothing is wrong, and after itself', async () => {
    const ready = await Existing.of(READY)
    const { status, diff, said } = await ready.adopt('--defaults', '--unsafe')
    expect([status, diff]).toEqual([0, ''])
    expect(said).toContain('Nothing to do')
    const project = await Existing.of(UNSERVED)
    await project.adopt('--defaults', '--unsafe')
    const again = await project.adopt('--defaults', '--unsafe', '--force')
    expect(again.said).toContain('Nothing to do')
  })

  it('writes nothing with --dry-run, and what it shows can be applied', async () => {
    const project = await Existing.of(UNSERVED)
    const { status, diff, said } = await project.adopt('--dry-run')
    expect(status).toBe(0)
    expect(said).toContain('nothing was written')
    expect(await project.changed()).toEqual([])
    writeFileSync(join(project.root, '../it.diff'), diff)
    await project.git('apply', '../it.diff')
    expect(await project.errors()).toEqual([])
  })

  it('leaves what wants to be read until it is told', async () => {
    const code = APP.replace('Flask(__name__)', 'Flask(__name__)\napp.secret_key = "for all to see"')
    const project = await Existing.of({ ...READY, 'app.py': code })
    const { status, said } = await project.adopt('--defaults')
    expect(status).toBe(0)
    expect(said).toContain('--unsafe takes that in')
    expect(project.read('app.py')).toBe(code)
    expect((await project.adopt('--unsafe')).status).toBe(0)
    expect(project.read('app.py')).toContain('os.environ["SECRET_KEY"]')
  })

  it('leaves a group of changes that is declined, and makes the others', async () => {
    const { '.python-version': _version, ...files } = UNSERVED
    const project = await Existing.of({ ...files, 'runtime.txt': 'python-3.13.1\n' })
    expect((await project.adopt('--defaults', '--no-processes')).status).toBe(0)
    expect(await project.changed()).toEqual([' D runtime.txt', '?? .python-version'])
  })

  it('heeds the config of the project: rules that are off, and the folder of the app', async () => {
    const inFolder = Object.fromEntries(Object.entries(UNSERVED).map(([path, text]) => [`backend/${path}`, text]))
    const project = await Existing.of({ ...inFolder, '.flask-dyno.yml': 'root: backend\n' })
    expect((await project.adopt('--defaults')).status).toBe(0)
    expect(project.read('backend/Procfile')).toBe('web: gunicorn app:app\n')
    const off = await Existing.of({ ...UNSERVED, '.flask-dyno.yml': 'rules:\n  procfile-missing: off\n' })
    expect((await off.adopt('--defaults')).said).toContain('Nothing to do')
    const broken = await Existing.of({ ...READY, '.flask-dyno.yml': 'roots: backend\n' })
    const { status, output } = await broken.adopt()
    expect(status).toBe(2)
    expect(output).toContain('unknown key "roots"')
  })

  it.each<[string, Files, readonly string[], string]>([
    ['what is no Flask project', { 'main.py': 'print("hello")\n' }, [], 'is no Flask project'],
    ['a folder that is not there', READY, ['elsewhere'], 'no such directory'],
    ['an unknown flag', READY, ['--safe'], "unknown option '--safe'"],
  ])('refuses %s in one line', async (_name, files, args, message) => {
    const project = await Existing.of(files)
    const { status, output } = await project.adopt(...args)
    expect(status).toBe(2)
    expect(output.trimEnd().split('\n')).toEqual([expect.stringContaining(message)])
    expect(await project.changed()).toEqual([])
  })

  it('refuses to write beside changes that are not committed, unless told to', async () => {
    const project = await Existing.of(UNSERVED)
    project.write('app.py', `${APP}\n# to be gone on with\n`)
    const { status, said } = await project.adopt('--defaults')
    expect(status).toBe(2)
    expect(said.trimEnd().split('\n').at(-1)).toMatch(/app\.py is not committed.*--force/)
    expect(await project.changed()).toEqual([' M app.py'])
    expect((await project.adopt('--defaults', '--dry-run')).status).toBe(0)
    expect((await project.adopt('--defaults', '--force')).status).toBe(0)
    expect(existsSync(join(project.root, 'Procfile'))).toBe(true)
  })

  it('does not wait for a pipe that stays open', async () => {
    const project = await Existing.of(UNSERVED)
    const child = spawn('node', [await builtGenerator(), 'adopt'], {
      cwd: project.root,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
    expect(existsSync(join(project.root, 'Procfile'))).toBe(true)
  })
})

const SCRIPT = fileURLToPath(new URL('on-terminal.py', import.meta.url))
const python = await execa('python3', ['-c', 'import pty'], { reject: false })
if (python.exitCode !== 0) skipped('adopting is not asked about on a terminal', 'no Python to make one')

describe.runIf(python.exitCode === 0)('on a terminal', { timeout: 70_000 }, () => {
  async function asked(project: Existing, keys: readonly (readonly [string, string])[]) {
    const args = [SCRIPT, JSON.stringify(keys), 'node', await builtGenerator(), 'adopt']
    const { exitCode, all } = await execa('python3', args, { cwd: project.root, reject: false, all: true })
    return { status: exitCode, output: all }
  }

  const SECRET = {
    ...UNSERVED,
    'app.py': APP.replace('Flask(__name__)', 'Flask(__name__)\napp.secret_key = "for all to see"'),
  }

  it('asks about each group, and writes what was taken', async () => {
    const project = await Existing.of(SECRET)
    const { status, output } = await asked(project, [
      ['what runs (Procfile)?', 'y\r'],
      ['secret keys, cookies and proxies?', 'n\r'],
      ['Write an app.json', '\r'],
      ['Write it?', 'y\r'],
    ])
    expect(status, output).toBe(0)
    expect(await project.changed()).toEqual([' M requirements.txt', '?? Procfile'])
    expect(output).toContain('(secret-key-hardcoded)')
  })

  it('shows the diff before it asks whether to write, and then writes nothing', async () => {
    const project = await Existing.of(SECRET)
    const { status, output } = await asked(project, [
      ['what runs (Procfile)?', 'y\r'],
      ['secret keys, cookies and proxies?', 'y\r'],
      ['Write an app.json', '\r'],
      ['+web: gunicorn app:app', ''],
      ['Write it?', 'n\r'],
    ])
    expect(status, output).toBe(2)
    expect(output).toContain('nothing was written')
    expect(await project.changed()).toEqual([])
  })
})

/** A lock of uv, as far as anybody here reads it. */
function uvLock(names: readonly string[]): string {
  const packages = names.map(
    (name) => `[[package]]\nname = "${name}"\nversion = "27.0.1"\nsource = { registry = "https://pypi.org/simple" }\n`,
  )
  const dependencies = names.map((name) => `    { name = "${name}" },\n`).join('')
  return [
    'version = 1\nrevision = 3\nrequires-python = ">=3.12"\n',
    ...packages,
    `[[package]]\nname = "shop"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [\n${dependencies}]\n\n[package.metadata]\nrequires-dist = [\n${dependencies}]\n`,
  ].join('\n')
}
