import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { builtGenerator, runGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'

/** `npx generator-flask-dyno worker` and its like in projects that this generator did not make. */

const MODULE = {
  'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
  'requirements.txt': 'flask==3.1.3\ngunicorn==27.0.1\n',
  '.python-version': '3.13\n',
}

const PACKAGE = {
  'shop/__init__.py': 'from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n',
  'wsgi.py': 'from shop import create_app\n\napp = create_app()\n',
  Procfile: 'web: gunicorn wsgi:app\n',
  'requirements.txt': 'Flask>=3\ngunicorn\n',
  'app.json': '{\n  "name": "shop",\n  "env": { "SECRET_KEY": { "generator": "secret" } }\n}\n',
  '.env.example': 'SECRET_KEY=x\n',
  '.gitignore': '*.pyc\n',
}

class Foreign {
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  static async of(files: Readonly<Record<string, string>>): Promise<Foreign> {
    const project = new Foreign(join(temporary('foreign'), 'my-shop'))
    for (const [path, text] of Object.entries(files)) project.write(path, text)
    await project.git('init', '--quiet')
    await project.commit()
    return project
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  async git(...args: string[]): Promise<string> {
    const as = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.org']
    return (await execa('git', [...as, ...args], { cwd: this.root })).stdout
  }

  async commit(): Promise<void> {
    await this.git('add', '--all')
    await this.git('commit', '--quiet', '--message', 'as it is')
  }

  async run(...args: string[]) {
    return await runGenerator(args, { cwd: this.root })
  }

  /** Paths that are new or changed, as git says it: `?? jobs.py`, ` M Procfile`. */
  async changes(): Promise<string[]> {
    return (await this.git('status', '--porcelain', '--untracked-files=all')).split('\n').filter((line) => line !== '')
  }
}

describe('a worker', () => {
  it('for a package: its modules, its process, what it needs; and the lines for files that belong to somebody', async () => {
    const project = await Foreign.of(PACKAGE)
    const { status, output } = await project.run('worker', '--schedule')
    expect(status, output).toBe(0)
    expect(await project.changes()).toEqual([
      ' M .env.example',
      ' M Procfile',
      ' M app.json',
      ' M requirements.txt',
      '?? shop/clock.py',
      '?? shop/jobs.py',
      '?? shop/keyvalue.py',
      '?? shop/worker.py',
    ])
    expect(project.read('Procfile')).toBe(
      'web: gunicorn wsgi:app\nworker: python -m shop.worker\nclock: python -m shop.clock\n',
    )
    // unpinned as the others are
    expect(project.read('requirements.txt')).toMatch(/^Flask>=3\ngunicorn\nredis>=\d[\d.]*,<\d+\nrq>=\d[\d.]*,<\d+\n$/)
    expect(project.read('app.json')).toBe(
      '{\n  "name": "shop",\n  "env": { "SECRET_KEY": { "generator": "secret" } },\n  "addons": ["heroku-redis"]\n}\n',
    )
    expect(project.read('.env.example')).toMatch(/^SECRET_KEY=x\n\n# .*\n# REDIS_URL=redis:\/\/localhost:6379\n$/)
    expect(project.read('shop/worker.py')).toContain('from . import create_app\n\napp = create_app()\n')
    expect(output).toContain('To be written by hand, where shop/__init__.py reads its settings:')
    expect(output).toContain('REDIS_URL = by_tls(os.environ["REDIS_URL"])')
    expect(output).toContain('    from . import jobs, keyvalue\n\n    keyvalue.init_app(app)\n    jobs.init_app(app)\n')
    expect(output).not.toContain('word_counts')
    expect(output).toContain('heroku addons:create heroku-redis:mini --wait\n  heroku ps:scale worker=1')
  })

  it.each([
    ['rq', /from app import app\n\n\nclass Worker/, /import jobs\nfrom app import app\n[\s\S]*store = app\.extensions/],
    ['celery', /from app import app\n\nflask_app = app\n/, /import jobs\nfrom app import app\n\nflask_app = app\n/],
  ])('by %s for a single module without a factory takes the app that is served', async (jobs, worker, clock) => {
    const project = await Foreign.of(MODULE)
    const { status, output } = await project.run('worker', '--jobs', jobs, '--schedule')
    expect(status, output).toBe(0)
    expect(project.read('worker.py')).toMatch(worker)
    expect(project.read('clock.py')).toMatch(clock)
    // A worker alone would be a Procfile without a web process.
    expect(project.read('Procfile')).toMatch(/^web: gunicorn app:app\nworker: .*\nclock: .*\n$/)
    // pinned as the others are
    expect(
      project
        .read('requirements.txt')
        .split('\n')
        .filter((line) => line !== '' && !line.includes('==')),
    ).toEqual([])
  })

  it('is none where the project has one, or where nothing says how to reach the app', async () => {
    const has = await Foreign.of({ ...MODULE, 'requirements.txt': 'flask==3.1.3\ncelery==5.5.0\n' })
    const second = await has.run('worker')
    expect(second.status).toBe(2)
    expect(second.output).toContain('celery is installed already, and worker would be a second one beside it')

    const script = await Foreign.of({ ...MODULE, Procfile: 'web: python app.py\n' })
    const mendFirst = await script.run('worker')
    expect(mendFirst.status).toBe(2)
    expect(mendFirst.output).toContain('no server imports the app; "generator-flask-dyno adopt"')

    const { 'shop/__init__.py': text } = PACKAGE
    const away = await Foreign.of({
      'src/shop/__init__.py': text,
      Procfile: 'web: gunicorn --chdir src "shop:create_app()"\n',
      'requirements.txt': 'flask\ngunicorn\n',
    })
    const { status, output } = await away.run('worker')
    expect(status).toBe(2)
    expect(output).toContain('the app is made in src/shop/__init__.py')
    expect(await away.changes()).toEqual([])
  })
})

it('processes of an image are for a person to add, since heroku.yml says what runs', async () => {
  const files = {
    'heroku.yml': 'build:\n  docker:\n    web: Dockerfile\nrun:\n  web: gunicorn wsgi:app\n',
    Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY . ./\nRUN pip install flask gunicorn\n',
  }
  const { Procfile: _, ...rest } = PACKAGE
  const project = await Foreign.of({ ...rest, ...files, 'app.json': '{ "stack": "container" }\n' })
  const { status, output } = await project.run('worker')
  expect(status, output).toBe(0)
  expect(output).toContain('heroku.yml says what runs here: add "worker: python -m shop.worker" to it.')
  expect(await project.changes()).not.toContain('?? Procfile')
})

describe('a database', () => {
  it('comes with migrations, and a release that finds the app', async () => {
    const { 'wsgi.py': _, ...files } = PACKAGE
    const project = await Foreign.of({ ...files, Procfile: 'web: gunicorn "shop:create_app()"\n' })
    const { status, output } = await project.run('database')
    expect(status, output).toBe(0)
    expect(await project.changes()).toEqual([
      ' M .env.example',
      ' M .gitignore',
      ' M Procfile',
      ' M app.json',
      ' M requirements.txt',
      '?? migrations/alembic.ini',
      '?? migrations/env.py',
      '?? migrations/script.py.mako',
      '?? shop/extensions.py',
    ])
    expect(project.read('Procfile')).toContain('release: flask --app shop db upgrade\n')
    expect(project.read('.gitignore')).toMatch(/^\*\.pyc\n\n#.*\ninstance\/\n$/)
    // what formats a migration is no dependency of theirs
    expect(project.read('migrations/alembic.ini')).not.toContain('ruff')
    expect(output).toContain('SQLALCHEMY_DATABASE_URI = for_psycopg(os.environ["DATABASE_URL"])')
    expect(output).toContain(
      '    from .extensions import db, migrate\n\n    db.init_app(app)\n    migrate.init_app(app, db)\n',
    )
  })
})

describe('what runs, is tested and is looked at', () => {
  it('a Procfile for the app that is found', async () => {
    const project = await Foreign.of(MODULE)
    expect((await project.run('procfile')).status).toBe(0)
    expect(project.read('Procfile')).toBe('web: gunicorn app:app\n')
    const again = await project.run('procfile')
    expect(again.status).toBe(0)
    expect(again.output).toBe('Nothing to do: it is all there.')
  })

  it('an image with the processes that the project has', async () => {
    const project = await Foreign.of({ ...PACKAGE, Procfile: 'web: gunicorn wsgi:app\nmail: python mail.py\n' })
    const { status, output } = await project.run('container')
    expect(status, output).toBe(0)
    expect(project.read('heroku.yml')).toMatch(
      /run:\n {2}web: gunicorn wsgi:app\n {2}mail:\n {4}command:\n {6}- python mail\.py\n/,
    )
    expect(project.read('Dockerfile')).toContain('pip install --no-cache-dir -r requirements.txt')
    expect(JSON.parse(project.read('app.json'))).toMatchObject({ name: 'shop', stack: 'container' })
  })

  it('an image whose command a shell has to read', async () => {
    const web = 'gunicorn --bind 0.0.0.0:$PORT "shop:create_app()"'
    const project = await Foreign.of({ ...PACKAGE, Procfile: `web: ${web}\nnote: echo "a: b" # c\n` })
    const { status, output } = await project.run('container')
    expect(status, output).toBe(0)
    expect(project.read('Dockerfile')).toMatch(
      /\nCMD \["sh", "-c", "exec gunicorn --bind 0\.0\.0\.0:\$PORT \\"shop:create_app\(\)\\""\]\n$/,
    )
    expect(parse(project.read('heroku.yml'))).toMatchObject({ run: { web, note: { command: ['echo "a: b" # c'] } } })
  })

  it('no image where nothing would run in it, or nothing says what to install', async () => {
    const idle = await (await Foreign.of({ ...MODULE, Procfile: 'worker: python app.py\n' })).run('container')
    expect(idle.status).toBe(2)
    expect(idle.output).toContain('there is no web process')
    const bare = await (await Foreign.of({ 'app.py': MODULE['app.py'] })).run('container')
    expect(bare.status).toBe(2)
    expect(bare.output).toContain('no file says what an image would have to install')
  })

  it('review apps, into the app.json that is there, in its own style', async () => {
    const project = await Foreign.of({ ...PACKAGE, 'app.json': '{\n  "addons": ["heroku-redis:mini"]\n}\n' })
    const { status, output } = await project.run('review-apps')
    expect(status, output).toBe(0)
    expect(project.read('app.json')).toMatch(
      /^\{\n {2}"addons": \["heroku-redis:mini"\],\n {2}"environments": \{\n {4}"review": \{/,
    )
    expect(JSON.parse(project.read('app.json'))).toMatchObject({
      environments: { review: { addons: ['heroku-redis:mini'], formation: { web: { quantity: 1, size: 'basic' } } } },
    })
    const without = await (await Foreign.of(MODULE)).run('review-apps')
    expect(without.status).toBe(1)
    expect(without.output).toContain('adopt --make-app-json')
  })

  it.each([
    [
      [],
      '.github/workflows/ci.yml',
      ['pip install -r requirements.txt', 'flask-dyno@', 'python-version-file'],
      ['ruff', 'pytest', 'requirements-dev'],
    ],
    [
      ['--ci', 'gitlab'],
      '.gitlab-ci.yml',
      ['pip install -r requirements.txt', 'flask-dyno@'],
      ['ruff', 'pytest', 'requirements-dev'],
    ],
  ])('CI %j runs what the project has', async (flags, path, present, absent) => {
    const project = await Foreign.of(MODULE)
    const { status, output } = await project.run('ci', ...flags)
    expect(status, output).toBe(0)
    for (const text of present) expect(project.read(path)).toContain(text)
    for (const text of absent) expect(project.read(path)).not.toContain(text)

    const tested = await Foreign.of({
      ...MODULE,
      'requirements-dev.txt': '-r requirements.txt\npytest==9.0.0\nruff==0.17.0\n',
    })
    await tested.run('ci', ...flags)
    for (const text of ['pip install -r requirements-dev.txt', 'ruff check', 'pytest']) {
      expect(tested.read(path)).toContain(text)
    }
  })

  it('a hook that can be started, and the command that switches it on', async () => {
    const project = await Foreign.of(MODULE)
    const { output } = await project.run('hook')
    expect(statSync(join(project.root, '.githooks/pre-push')).mode & 0o111).not.toBe(0)
    expect(output).toContain('git config core.hooksPath .githooks')
  })

  it('leaves a file that is there, and says so', async () => {
    const project = await Foreign.of({ ...MODULE, 'gunicorn.conf.py': 'workers = 2\n' })
    const { status, output } = await project.run('gunicorn')
    expect(status).toBe(1)
    expect(output).toBe('gunicorn.conf.py is there already and was left as it is.')
    expect(await project.changes()).toEqual([])
  })
})

describe('requirements', () => {
  const manifests = {
    'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask"]\n',
    'uv.lock': 'version = 1\n',
  }

  it('go into a lock file by its own tool, or the command is said', async () => {
    const { 'requirements.txt': _, ...rest } = MODULE
    const project = await Foreign.of({ ...rest, ...manifests })
    const folder = temporary('tools')
    writeFileSync(join(folder, 'uv'), '#!/bin/sh\necho "# $*" > uv.lock\necho "# $*" >> pyproject.toml\n', {
      mode: 0o755,
    })
    const main = await builtGenerator()
    const run = async (path: string) =>
      await execa(process.execPath, [main, 'storage'], {
        cwd: project.root,
        env: { PATH: path },
        input: '',
        reject: false,
        all: true,
      })
    const done = await run(`${folder}:/usr/bin:/bin`)
    expect(done.exitCode, done.all).toBe(0)
    expect(project.read('uv.lock')).toBe('# add --no-sync boto3\n')
    expect(project.read('pyproject.toml')).toContain('# add --no-sync boto3\n')

    const bare = await Foreign.of({ ...rest, ...manifests })
    writeFileSync(join(folder, 'uv'), '#!/bin/sh\necho "error: no index" >&2\nexit 1\n', { mode: 0o755 })
    const refused = await execa(process.execPath, [main, 'storage'], {
      cwd: bare.root,
      env: { PATH: `${folder}:/usr/bin:/bin` },
      input: '',
      reject: false,
      all: true,
    })
    expect(refused.all).toContain('Run "uv add boto3" (uv refused: error: no index).')
    expect(bare.read('uv.lock')).toBe('version = 1\n')
  })
})

describe('nothing is written', () => {
  it('in what is no Flask project, where git could not undo it, and with --dry-run', async () => {
    const other = await Foreign.of({ 'index.js': 'console.log(1)\n' })
    const none = await other.run('worker')
    expect(none.status).toBe(2)
    expect(none.output).toContain('is no Flask project')

    const dirty = await Foreign.of(PACKAGE)
    dirty.write('Procfile', 'web: gunicorn wsgi:app # mine\n')
    const refused = await dirty.run('worker')
    expect(refused.status).toBe(2)
    expect(refused.output).toContain('Procfile is not committed')

    const shown = await Foreign.of(PACKAGE)
    const { status, output } = await shown.run('worker', '--dry-run')
    expect(status).toBe(0)
    expect(output).toContain('+worker: python -m shop.worker')
    expect(await shown.changes()).toEqual([])
  })
})
