import { memoryTree } from 'flask-dyno'
import { describe, expect, it } from 'vitest'
import { adopted, type Wishes } from '../../generators/adopt/adoption.ts'
import { groupOf } from '../../generators/adopt/groups.ts'
import { LockDesk } from '../../generators/adopt/lock-desk.ts'
import { APP, FACTORY, type Files, READY, UNSERVED } from './existing.ts'

/** What `adopt` would make of a project, in memory. */

const { '.python-version': _version, ...UNVERSIONED } = READY
const SECRET = APP.replace('Flask(__name__)', 'Flask(__name__)\napp.secret_key = os.environ["SECRET_KEY"]')

interface How extends Partial<Wishes> {
  readonly ignored?: readonly string[]
  /** Take in what wants to be read. */
  readonly unsafe?: boolean
}

/** The files as they would be, and what would be left. */
async function adopt(files: Files, { ignored = [], unsafe = false, ...wishes }: How = {}) {
  const known: Wishes = {
    config: { rules: {} },
    generation: 'cedar',
    packageManager: undefined,
    makeAppJson: false,
    untracked: [],
    ...wishes,
  }
  const result = await adopted(
    memoryTree(files, { ignored }),
    known,
    new LockDesk(async () => false),
    ({ fix }) => unsafe || fix?.safety === 'safe',
  )
  const { tree, left, byHand, applied } = result
  return {
    text: (path: string) => tree.read(path)?.text,
    changed: result.changes.map(({ from, to }) => to ?? from).sort(),
    errors: left.filter(({ level }) => level === 'error').map(({ rule }) => rule),
    byHand: [...applied.flatMap(({ fix }) => fix?.leftToDo ?? []), ...byHand],
  }
}

describe('config vars', () => {
  const fixed = { ...READY, 'app.py': SECRET.replace('os.environ["SECRET_KEY"]', "'written here'") }

  it('that the app needs from now on are to be set by hand', async () => {
    const { text, byHand } = await adopt(fixed, { unsafe: true })
    expect(text('app.py')).toContain('os.environ["SECRET_KEY"]')
    expect(byHand).toEqual([
      expect.stringMatching(/^before the next push, set SECRET_KEY.*`heroku config:set SECRET_KEY=/),
    ])
  })

  it('that a fallback stood for are, too, once the app stops without them', async () => {
    const fallback = `import os\n${SECRET.replace('os.environ["SECRET_KEY"]', 'os.environ.get("SECRET_KEY", "dev")')}`
    const { byHand } = await adopt({ ...READY, 'app.py': fallback }, { unsafe: true })
    expect(byHand).toEqual([expect.stringContaining('set SECRET_KEY')])
  })

  it('that it needed before are not', async () => {
    expect((await adopt({ ...READY, 'app.py': `import os\n${SECRET}` }, { unsafe: true })).byHand).toEqual([])
    expect((await adopt(fixed)).byHand).toEqual([])
  })
})

describe('what runs', () => {
  it('is said where nothing said it, with a server for it', async () => {
    const { text, changed, errors } = await adopt(UNSERVED)
    expect(text('Procfile')).toBe('web: gunicorn app:app\n')
    expect(text('requirements.txt')).toMatch(/^Flask==3\.1\.3\ngunicorn==[\d.]+\n$/)
    expect([changed, errors]).toEqual([['Procfile', 'requirements.txt'], []])
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
      'Flask-SocketIO, by one worker',
      {
        'app.py': `${APP.replace('import Flask', 'import Flask\nfrom flask_socketio import SocketIO').replace('Flask(__name__)', 'Flask(__name__)\nsocketio = SocketIO(app)')}\n\nif __name__ == "__main__":\n    socketio.run(app)\n`,
        'requirements.txt': 'Flask==3.1.3\nFlask-SocketIO==5.5.1\n',
      },
      'gunicorn --workers 1 --threads 40 app:app',
    ],
  ])('is the app of %s', async (_name, files, command) => {
    const { text, errors } = await adopt({
      'requirements.txt': 'Flask==3.1.3\n',
      '.python-version': '3.13\n',
      ...files,
    })
    expect(text('Procfile')).toBe(`web: ${command}\n`)
    expect(errors).toEqual([])
  })

  it('is read under its right name', async () => {
    const { Procfile, ...others } = READY
    const { text, changed } = await adopt({ ...others, procfile: Procfile })
    expect([text('Procfile'), text('procfile'), changed]).toEqual([Procfile, undefined, ['Procfile']])
  })

  it('decides about the rest: what only a laptop runs stays as it is', async () => {
    const code = `${APP}\n\nif __name__ == "__main__":\n    app.run(debug=True)\n`
    const { text, errors } = await adopt(
      { ...READY, 'app.py': code, Procfile: 'web: python app.py\n' },
      { unsafe: true },
    )
    expect(text('Procfile')).toBe('web: gunicorn app:app\n')
    expect(text('app.py')).toBe(code)
    expect(errors).toEqual([])
  })
})

describe('the version of Python', () => {
  const PYTHON_38 = { 'runtime.txt': 'python-3.8.10\n' }

  it('moves from runtime.txt into .python-version', async () => {
    const { text, changed } = await adopt({ ...UNVERSIONED, 'runtime.txt': 'python-3.13.1\n' })
    expect([text('.python-version'), changed]).toEqual(['3.13.1\n', ['.python-version', 'runtime.txt']])
  })

  it.each([
    ['wheels', 'Flask==3.1.3\ngunicorn==27.0.1\nnumpy==1.26.4\n', '3.12\n'],
    ['a start', 'Flask==3.1.3\ngunicorn==20.1.0\n', '3.12\n'],
    ['wheels for one that is to go alone', 'Flask==2.0.2\ngunicorn==20.1.0\ngreenlet==1.1.2\n', '3.10\n'],
    ['anything', 'Flask==3.1.3\ngunicorn==27.0.1\n', '3.14\n'],
  ])('is the newest for which the pins have %s', async (_name, requirements, version) => {
    const files = { ...UNVERSIONED, 'requirements.txt': requirements }
    for (const before of [PYTHON_38, { '.python-version': '3.6.6\n' }, { '.python-version': 'the newest\n' }, {}]) {
      const { text, errors } = await adopt({ ...files, ...before }, { unsafe: true })
      expect([before, text('.python-version'), errors]).toEqual([before, version, []])
    }
  })

  it('is not changed where that mends nothing', async () => {
    const lock = '{"_meta": {"requires": {"python_version": "3.6"}}, "default": {}, "develop": {}}\n'
    const files = { 'app.py': APP, Procfile: READY.Procfile, Pipfile: '[packages]\n', 'Pipfile.lock': lock }
    const { text } = await adopt({ ...files, '.python-version': '3.6\n' }, { unsafe: true })
    expect(text('.python-version')).toBe('3.6\n')
  })

  it.each([
    ['by its name', '*.pyc\n.python-version\nvenv/\n', '*.pyc\nvenv/\n'],
    ['by a pattern', '.p*', '.p*\n!.python-version\n'],
  ])('reaches git where .gitignore leaves it out %s', async (_name, before, after) => {
    const files = { ...UNVERSIONED, '.gitignore': before }
    const ignored = ['.python-version']
    const { text, errors } = await adopt({ ...files, ...PYTHON_38 }, { ignored, unsafe: true })
    expect([text('.gitignore'), text('.python-version'), errors]).toEqual([after, '3.14\n', []])
    const kept = await adopt({ ...files, 'runtime.txt': 'python-3.12.4\n' }, { ignored, unsafe: true })
    expect([kept.text('.python-version'), kept.text('runtime.txt')]).toEqual(['3.12.4\n', undefined])
  })
})

describe('what is installed', () => {
  it('is written down for the first time, to be looked at', async () => {
    const { text, byHand } = await adopt(
      { 'app.py': `import requests\n${APP}`, '.python-version': '3.13\n' },
      { unsafe: true },
    )
    expect(text('requirements.txt')?.split('\n').sort()).toEqual(['', 'flask', 'gunicorn', 'requests'])
    expect(byHand).toEqual([expect.stringContaining('see that requirements.txt names all that the app imports')])
  })

  it('is left to who made a list with hashes', async () => {
    const hashed = `flask==3.1.3 \\\n    --hash=sha256:${'0'.repeat(64)}\n`
    const { text, byHand } = await adopt({ ...UNSERVED, 'requirements.txt': hashed })
    expect([text('requirements.txt'), text('Procfile')]).toEqual([hashed, 'web: gunicorn app:app\n'])
    expect(byHand).toEqual([expect.stringMatching(/^add gunicorn to .* with --generate-hashes$/)])
  })

  it('goes into the list of requirements that Heroku reads, not into one that it includes', async () => {
    const { text } = await adopt({
      ...UNSERVED,
      'requirements.txt': '-r requirements/base.txt\n',
      'requirements/base.txt': 'Flask==3.1.3\n',
    })
    expect(text('requirements.txt')).toMatch(/^-r requirements\/base\.txt\ngunicorn==[\d.]+\n$/)
  })

  it('is asked of the tool of a lock file, all that is missing at once', async () => {
    const code = SECRET.replace('os.environ["SECRET_KEY"]', 'Redis.from_url(os.environ["CACHE_URL"])')
    const { byHand } = await adopt({
      'app.py': `import os\n\nfrom redis import Redis\n${code}`,
      '.python-version': '3.13\n',
      'pyproject.toml':
        '[tool.poetry]\nname = "shop"\nversion = "1"\n\n[tool.poetry.dependencies]\npython = "^3.12"\nflask = "^3.1"\n',
      'poetry.lock':
        '[[package]]\nname = "flask"\nversion = "3.1.3"\noptional = false\npython-versions = ">=3.9"\ngroups = ["main"]\nfiles = []\n\n[metadata]\nlock-version = "2.1"\npython-versions = "^3.12"\ncontent-hash = "stale"\n',
    })
    expect(byHand).toEqual(['run `poetry add gunicorn redis` and commit what it writes'])
  })

  it('is locked for the first time by the tool of the manifest', async () => {
    const files = { 'app.py': APP, Procfile: READY.Procfile }
    const pipenv = await adopt({ ...files, Pipfile: '[packages]\nflask = "*"\ngunicorn = "*"\n' })
    expect(pipenv.byHand).toEqual(['run `pipenv lock` and commit what it writes'])
    const uv = await adopt({ ...files, 'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\n' })
    expect(uv.byHand).toEqual(['run `uv lock` and commit what it writes'])
  })

  it('is said by one file, once somebody says which', async () => {
    const lock = '{"_meta": {}, "default": {}, "develop": {}}\n'
    const files = { ...READY, Pipfile: '[packages]\nflask = "*"\n', 'Pipfile.lock': lock }
    expect((await adopt(files)).errors).toEqual(['package-manager-conflict'])
    const { changed, errors } = await adopt(files, { packageManager: 'pip' })
    expect([changed, errors]).toEqual([['Pipfile', 'Pipfile.lock'], []])
  })
})

describe('where the data is kept', () => {
  it('is DATABASE_URL on a dyno, beside the SQLite file of a laptop, with a driver', async () => {
    const code = APP.replace(
      'Flask(__name__)',
      'Flask(__name__)\napp.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"\ndb = SQLAlchemy(app)',
    )
    const { text, errors } = await adopt(
      {
        ...READY,
        'app.py': `from flask_sqlalchemy import SQLAlchemy\n${code}`,
        'requirements.txt': 'Flask==3.1.3\nFlask-SQLAlchemy==3.1.1\nSQLAlchemy==2.0.49\ngunicorn==27.0.1\n',
      },
      { unsafe: true },
    )
    expect(text('app.py')).toMatch(/os\.environ\["DATABASE_URL"\].*"sqlite:\/\/\/shop\.db"/)
    expect(text('requirements.txt')).toMatch(/^psycopg(?:2-binary|\[binary\])==/m)
    expect(errors).toEqual([])
  })
})

describe('app.json', () => {
  it('is kept as it is laid out, with CRLF, and so are other files', async () => {
    const appJson = '{\r\n\t"name": "shop",\r\n\t"env": {\r\n\t\t"FLAVOUR": { "required": false }\r\n\t}\r\n}\r\n'
    const code = `import os\n\n${SECRET}`.replaceAll('\n', '\r\n')
    const files = { ...UNSERVED, 'app.py': code, 'requirements.txt': 'Flask==3.1.3\r\n', 'app.json': appJson }
    const { text } = await adopt(files, { unsafe: true })
    expect(text('requirements.txt')).toMatch(/^Flask==3\.1\.3\r\ngunicorn==[\d.]+\r\n$/)
    expect(text('app.py')).toBe(code)
    const now = text('app.json') ?? ''
    expect(now.replaceAll('\r\n', '')).not.toContain('\n')
    expect(now).toContain(appJson.slice(0, appJson.indexOf('"FLAVOUR"')))
    expect(JSON.parse(now)).toMatchObject({
      name: 'shop',
      env: { FLAVOUR: { required: false }, SECRET_KEY: { generator: 'secret' } },
    })
  })

  it('is made only for who asks for it, and says what a new app needs', async () => {
    const files = { ...READY, 'app.py': `import os\n\n${SECRET}` }
    expect((await adopt(files, { unsafe: true })).changed).toEqual([])
    const { text, changed, errors } = await adopt(files, { makeAppJson: true })
    expect([changed, errors]).toEqual([['app.json'], []])
    expect(JSON.parse(text('app.json') ?? '')).toMatchObject({ env: { SECRET_KEY: { generator: 'secret' } } })
  })
})

it('changes nothing where nothing is wrong, nor where an app would only run better', async () => {
  expect((await adopt(READY, { unsafe: true })).changed).toEqual([])
  const slow = { ...READY, Procfile: 'web: gunicorn app:app --workers 9 --timeout 120\n' }
  expect((await adopt(slow, { unsafe: true })).changed).toEqual([])
})

it('heeds levels that the config of the project sets', async () => {
  const off = await adopt(UNSERVED, { config: { rules: { 'procfile-missing': 'off' } } })
  expect(off.changed).toEqual([])
})

it('puts each change into one group', () => {
  const groups = ['procfile-missing', 'server-not-installed', 'runtime-txt', 'secret-key-hardcoded', 'ignore-missing']
  expect(groups.map((rule) => groupOf({ rule }))).toEqual([
    'processes',
    'dependencies',
    'pythonVersion',
    'security',
    'ignoreFiles',
  ])
})
