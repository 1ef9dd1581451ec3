import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { lint, workingTree } from '../../cli/api.ts'
import { skipped } from '../scaffold/python.ts'
import { builtGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'

/** `npx generator-flask-dyno adopt` in projects of somebody else, as a process. */

const APP = `from flask import Flask

app = Flask(__name__)


@app.route("/")
def home():
    return "hello"
`

const FACTORY = `from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.route("/")
    def home():
        return "hello"

    return app
`

/** Nothing is wrong with it. */
const READY = {
  'app.py': APP,
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==27.0.1\n',
  '.python-version': '3.13\n',
}

const { Procfile: _, ...UNSERVED } = { ...READY, 'requirements.txt': 'Flask==3.1.3\n' }

type Files = Readonly<Record<string, string>>

class Existing {
  readonly root: string
  readonly #path: string

  private constructor(root: string, path: string) {
    this.root = root
    this.#path = path
  }

  /** A project of these files, all of them committed. */
  static async of(files: Files): Promise<Existing> {
    const root = join(temporary('existing'), 'shop')
    // The tools of lock files are those that a test says, whatever this computer has.
    const tools = temporary('tools')
    const own = [process.execPath, await which('git'), await which('bash'), await which('env')].map(dirname)
    const project = new Existing(root, [tools, ...own].join(delimiter))
    for (const [path, text] of Object.entries(files)) project.write(path, text)
    await project.git('init', '--quiet')
    await project.git('add', '--all')
    await project.git('commit', '--quiet', '--message', 'as it is')
    return project
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  /** A program that the project finds under this name: a script for `sh`. */
  tool(name: string, script: string): void {
    const path = join(this.#path.split(delimiter)[0] ?? '', name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  async git(...args: string[]): Promise<string> {
    const as = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.org']
    return (await execa('git', [...as, ...args], { cwd: this.root })).stdout
  }

  /** The paths that differ from what was committed, as `git status` lists them. */
  async changed(): Promise<string[]> {
    return (await this.git('status', '--porcelain', '--untracked-files=all')).split('\n').filter((line) => line !== '')
  }

  async adopt(...flags: string[]) {
    const { exitCode, stdout, stderr, all } = await execa('node', [await builtGenerator(), 'adopt', ...flags], {
      cwd: this.root,
      env: { ...process.env, PATH: this.#path },
      extendEnv: false,
      input: '',
      reject: false,
      all: true,
      stripFinalNewline: false,
    })
    return { status: exitCode, diff: stdout, said: stderr, output: all }
  }

  /** The rules that still speak of the project, by level. */
  async errors(): Promise<string[]> {
    const { findings } = await lint(workingTree(this.root))
    return findings.filter(({ level }) => level === 'error').map(({ rule }) => rule)
  }
}

async function which(program: string): Promise<string> {
  return (await execa('which', [program])).stdout
}

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

  it.each<[string, Files, string]>([
    ['a factory', { 'shop/__init__.py': FACTORY }, 'gunicorn "shop:create_app()"'],
    [
      'a factory that a module calls',
      { 'shop/__init__.py': FACTORY, 'wsgi.py': 'from shop import create_app\n\napp = create_app()\n' },
      'gunicorn wsgi:app',
    ],
    ['a src layout', { 'src/shop/__init__.py': FACTORY }, 'gunicorn --chdir src "shop:create_app()"'],
    ['a module with a name of its own', { 'kiosk.py': APP.replaceAll('app', 'server') }, 'gunicorn kiosk:server'],
    [
      'Dash',
      {
        'board.py':
          'from dash import Dash, html\n\napp = Dash(__name__)\nserver = app.server\napp.layout = html.Div("hello")\n',
        'requirements.txt': 'dash==3.2.0\n',
      },
      'gunicorn board:server',
    ],
    [
      'Flask-SocketIO, with one worker',
      {
        'app.py': `${APP.replace('app = Flask(__name__)', 'app = Flask(__name__)\nsocketio = SocketIO(app)').replace('import Flask', 'import Flask\nfrom flask_socketio import SocketIO')}\n\nif __name__ == "__main__":\n    socketio.run(app)\n`,
        'requirements.txt': 'Flask==3.1.3\nFlask-SocketIO==5.5.1\n',
      },
      'gunicorn --workers 1 --threads 100 app:app',
    ],
  ])('finds the app of %s', async (_name, files, command) => {
    const base = { 'requirements.txt': 'Flask==3.1.3\n', '.python-version': '3.13\n' }
    const project = await Existing.of({ ...base, ...files })
    const { status, output } = await project.adopt('--defaults')
    expect(status, output).toBe(0)
    expect(project.read('Procfile')).toBe(`web: ${command}\n`)
    expect(await project.errors()).toEqual([])
  })

  it('renames a Procfile that Heroku does not read', async () => {
    const project = await Existing.of({ ...UNSERVED, ...READY, Procfile: '', procfile: READY.Procfile })
    await project.git('rm', '--quiet', 'Procfile')
    await project.git('commit', '--quiet', '--message', 'misnamed')
    const { status, diff } = await project.adopt('--defaults')
    expect(status).toBe(0)
    expect(diff).toContain('rename from procfile\nrename to Procfile\n')
    expect(readdirSync(project.root)).toContain('Procfile')
    expect(readdirSync(project.root)).not.toContain('procfile')
  })

  it('makes a .python-version of a runtime.txt', async () => {
    const { '.python-version': _version, ...files } = READY
    const project = await Existing.of({ ...files, 'runtime.txt': 'python-3.13.1\n' })
    expect((await project.adopt('--defaults')).status).toBe(0)
    expect(project.read('.python-version')).toBe('3.13.1\n')
    expect(existsSync(join(project.root, 'runtime.txt'))).toBe(false)
  })

  it('asks for the newest Python for which the pins have wheels', async () => {
    const { '.python-version': _version, ...files } = READY
    const old = 'Flask==3.1.3\ngunicorn==27.0.1\nnumpy==1.26.4\n'
    const project = await Existing.of({ ...files, 'requirements.txt': old, 'runtime.txt': 'python-3.8.10\n' })
    const { status, output } = await project.adopt('--defaults', '--unsafe')
    expect(status, output).toBe(0)
    expect(project.read('.python-version')).toBe('3.12\n')
    expect(await project.errors()).toEqual([])
  })

  it('lets git have the .python-version that it ignored', async () => {
    const { '.python-version': _version, ...files } = READY
    const project = await Existing.of({
      ...files,
      '.gitignore': '*.pyc\n.python-version\nvenv/\n',
      'runtime.txt': 'python-3.8.1\n',
    })
    const { status, output } = await project.adopt('--defaults', '--unsafe')
    expect(status, output).toBe(0)
    expect(project.read('.gitignore')).toBe('*.pyc\nvenv/\n')
    expect(await project.changed()).toEqual([' M .gitignore', ' D runtime.txt', '?? .python-version'])
    expect(await project.errors()).toEqual([])
  })

  it('makes an exception of it where .gitignore leaves it out by a pattern', async () => {
    const { '.python-version': _version, ...files } = READY
    const project = await Existing.of({ ...files, '.gitignore': '.p*', 'runtime.txt': 'python-3.8.1\n' })
    const { status, output } = await project.adopt('--defaults', '--unsafe')
    expect(status, output).toBe(0)
    expect(project.read('.gitignore')).toBe('.p*\n!.python-version\n')
    expect(await project.changed()).toEqual([' M .gitignore', ' D runtime.txt', '?? .python-version'])
    expect(await project.errors()).toEqual([])
  })

  it('asks for a Python that is to go, where nothing installs on a newer one', async () => {
    const { '.python-version': _version, ...files } = READY
    const old = 'Flask==2.0.2\ngunicorn==20.1.0\ngreenlet==1.1.2\n'
    const project = await Existing.of({ ...files, 'requirements.txt': old, '.python-version': '3.6.6\n' })
    const { status, output } = await project.adopt('--defaults', '--unsafe')
    expect(status, output).toBe(0)
    expect(project.read('.python-version')).toBe('3.10\n')
    expect((await project.adopt('--defaults', '--unsafe', '--force')).said).toContain('Nothing to do')
  })

  it('takes DATABASE_URL on a dyno beside the SQLite file of a laptop, with a driver', async () => {
    const code = `from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"
db = SQLAlchemy(app)


@app.route("/")
def home():
    return "hello"
`
    const requirements = 'Flask==3.1.3\nFlask-SQLAlchemy==3.1.1\nSQLAlchemy==2.0.49\ngunicorn==27.0.1\n'
    const project = await Existing.of({ ...READY, 'app.py': code, 'requirements.txt': requirements })
    expect(await project.errors()).toEqual(['sqlite-on-ephemeral-disk'])
    const { status, said } = await project.adopt('--defaults', '--unsafe')
    expect(status).toBe(0)
    expect(said).toContain('a SQLite file, lost at each restart of the dyno')
    expect(project.read('app.py')).toMatch(/os\.environ\["DATABASE_URL"\].*"sqlite:\/\/\/shop\.db"/)
    expect(project.read('requirements.txt')).toMatch(/^psycopg(?:2-binary|\[binary\])==/m)
    expect(await project.errors()).toEqual([])
  })

  it('writes the first requirements.txt of what the app imports, and asks to look at it', async () => {
    const code = `import requests\n${APP}`
    const project = await Existing.of({ 'app.py': code, '.python-version': '3.13\n' })
    const { status, said } = await project.adopt('--defaults', '--unsafe')
    expect(status).toBe(0)
    expect(project.read('requirements.txt').split('\n').sort()).toEqual(['', 'flask', 'gunicorn', 'requests'])
    expect(said).toContain('See that requirements.txt names all that the app imports')
  })

  it('keeps CRLF, and an app.json as it is laid out', async () => {
    const appJson = '{\r\n\t"name": "shop",\r\n\t"env": {\r\n\t\t"FLAVOUR": { "required": false }\r\n\t}\r\n}\r\n'
    const code = APP.replace('Flask(__name__)', 'Flask(__name__)\napp.secret_key = os.environ["SECRET_KEY"]')
    const files = {
      ...UNSERVED,
      'app.py': `import os\n\n${code}`.replaceAll('\n', '\r\n'),
      'requirements.txt': 'Flask==3.1.3\r\n',
      'app.json': appJson,
    }
    const project = await Existing.of(files)
    const { status, output } = await project.adopt('--defaults', '--unsafe')
    expect(status, output).toBe(0)
    expect(project.read('requirements.txt')).toMatch(/^Flask==3\.1\.3\r\ngunicorn==[\d.]+\r\n$/)
    expect(project.read('app.py')).toBe(files['app.py'])
    const now = project.read('app.json')
    expect(now.replaceAll('\r\n', '')).not.toContain('\n')
    expect(now).toContain(appJson.slice(0, appJson.indexOf('"FLAVOUR"')))
    expect(JSON.parse(now)).toMatchObject({
      name: 'shop',
      env: { FLAVOUR: { required: false }, SECRET_KEY: { generator: 'secret' } },
    })
  })

  it('leaves a list with hashes to who made it, and says what to do', async () => {
    const hashed = `flask==3.1.3 \\\n    --hash=sha256:${'0'.repeat(64)}\n`
    const project = await Existing.of({ ...UNSERVED, 'requirements.txt': hashed })
    const { status, said } = await project.adopt('--defaults')
    expect(status).toBe(0)
    expect(project.read('requirements.txt')).toBe(hashed)
    expect(said).toContain('compile requirements.txt anew with --generate-hashes')
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

  it('writes an app.json only when told to', async () => {
    const code = `import os\n\n${APP.replace('Flask(__name__)', 'Flask(__name__)\napp.secret_key = os.environ["SECRET_KEY"]')}`
    const project = await Existing.of({ ...READY, 'app.py': code })
    expect((await project.adopt('--defaults', '--unsafe')).said).toContain('Nothing to do')
    expect((await project.adopt('--defaults', '--make-app-json')).status).toBe(0)
    expect(JSON.parse(project.read('app.json'))).toMatchObject({
      name: 'shop',
      env: { SECRET_KEY: { generator: 'secret' } },
    })
    expect(await project.errors()).toEqual([])
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

  it('is made by the tool of a Pipfile that has none', async () => {
    const project = await Existing.of({
      'app.py': APP,
      Procfile: READY.Procfile,
      Pipfile: '[packages]\nflask = "*"\ngunicorn = "*"\n',
    })
    const { said } = await project.adopt('--dry-run', '--unsafe')
    expect(said).toContain('Run `pipenv lock` and commit what it writes (pipenv is not on the PATH).')
  })

  it('is asked of Poetry, with all that is missing at once', async () => {
    const code = APP.replace('Flask(__name__)', 'Flask(__name__)\nredis = Redis.from_url(os.environ["CACHE_URL"])')
    const project = await Existing.of({
      'app.py': `import os\n\nfrom redis import Redis\n${code}`,
      '.python-version': '3.13\n',
      'pyproject.toml':
        '[tool.poetry]\nname = "shop"\nversion = "1"\n\n[tool.poetry.dependencies]\npython = "^3.12"\nflask = "^3.1"\n',
      'poetry.lock': `[[package]]\nname = "flask"\nversion = "3.1.3"\noptional = false\npython-versions = ">=3.9"\ngroups = ["main"]\nfiles = []\n\n[metadata]\nlock-version = "2.1"\npython-versions = "^3.12"\ncontent-hash = "stale"\n`,
    })
    const { said } = await project.adopt('--defaults')
    expect(said).toContain('Run `poetry add gunicorn redis` and commit what it writes')
    expect(said).not.toContain('Run `poetry lock`')
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
