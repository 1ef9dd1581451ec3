/**
 * What a person could do to a new project, one thing at a time, and the one finding that each must give:
 * that rule, at that line, and nothing else.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadReaders, readProject } from '../../engine/facts/project.ts'
import { lintProject } from '../../engine/run.ts'
import { memoryTree, type Tree } from '../../engine/tree.ts'
import { commitTree, folderTree, workingTree } from '../../engine/tree-git.ts'
import { rules } from '../../rules/registry.ts'
import { runGenerator } from './scaffold.ts'
import { temporary } from './temporary.ts'

type Files = Record<string, string>

/** The line of a file that holds a text, for the expectation. */
const lineOf = (files: Files, path: string, text: string): number => {
  const at = files[path]?.indexOf(text) ?? -1
  if (at < 0) throw new Error(`${path} does not hold ${text}`)
  return (files[path]?.slice(0, at).split('\n').length ?? 0) || 1
}

function replaced(files: Files, path: string, from: string, to: string): void {
  const text = files[path]
  if (!text?.includes(from)) throw new Error(`${path} does not hold ${from}`)
  files[path] = text.replace(from, () => to)
}

function renamed(files: Files, from: string, to: string): void {
  files[to] = files[from] ?? ''
  delete files[from]
}

const SETTINGS = 'shop/settings.py'
const REQUIRED_DATABASE = /for_psycopg\(\s*require\("DATABASE_URL", "[^"]*"\)\s*\)/

interface Mutation {
  readonly rule: string
  readonly change: string
  readonly make: (files: Files) => void
  /** The path, or the path and a text on the line, where the finding stands. */
  readonly at: string | readonly [string, string]
}

const setting = (text: string) => (files: Files) => {
  files[SETTINGS] = `${files[SETTINGS]}\n${text}\n`
}
const webLine = (line: string) => (files: Files) => replaced(files, 'Procfile', 'web: gunicorn wsgi:app', line)

/** Pipenv in place of pip: what requirements.txt pins, in a lock that another Pipfile would have given. */
function movedToPipenv(files: Files, requires: Readonly<Record<string, string>> = {}): void {
  const pins = [...(files['requirements.txt'] ?? '').matchAll(/^([\w.-]+)(?:\[.*\])?==([\w.]+)/gm)]
  delete files['requirements.txt']
  const needs = Object.entries(requires).map(([key, version]) => `${key} = "${version}"\n`)
  files.Pipfile = `[packages]\n${pins.map(([, name]) => `${name} = "*"\n`).join('')}\n[requires]\n${needs.join('')}`
  const lock = {
    _meta: { hash: { sha256: 'a'.repeat(64) }, 'pipfile-spec': 6, requires, sources: [] },
    default: Object.fromEntries(pins.map(([, name, version]) => [name, { version: `==${version}` }])),
    develop: {},
  }
  files['Pipfile.lock'] = JSON.stringify(lock, null, 4)
}

const MUTATIONS: readonly Mutation[] = [
  {
    rule: 'procfile-missing',
    change: 'the Procfile is deleted',
    make: (files) => void delete files.Procfile,
    at: 'Procfile',
  },
  {
    rule: 'procfile-misnamed',
    change: 'the Procfile is renamed to procfile',
    make: (files) => renamed(files, 'Procfile', 'procfile'),
    at: 'procfile',
  },
  {
    rule: 'procfile-misnamed',
    change: 'an editor adds .txt',
    make: (files) => renamed(files, 'Procfile', 'Procfile.txt'),
    at: 'Procfile.txt',
  },
  {
    rule: 'procfile-invalid-line',
    change: 'the space after web: is lost',
    make: webLine('web:gunicorn wsgi:app'),
    at: ['Procfile', 'web:gunicorn'],
  },
  {
    rule: 'web-process-missing',
    change: 'the web process is called server',
    make: webLine('server: gunicorn wsgi:app'),
    at: ['Procfile', 'server:'],
  },
  {
    rule: 'port-not-bound',
    change: 'gunicorn binds the loopback address',
    make: webLine('web: gunicorn -b 127.0.0.1:8000 wsgi:app'),
    at: ['Procfile', '127.0.0.1'],
  },
  {
    rule: 'port-not-bound',
    change: 'gunicorn.conf.py binds a fixed port',
    make: (files) => {
      files['gunicorn.conf.py'] += '\nbind = "0.0.0.0:8000"\n'
    },
    at: ['gunicorn.conf.py', 'bind = "0.0.0.0:8000"'],
  },
  {
    rule: 'dev-server',
    change: 'the web process is flask run',
    make: webLine('web: flask run --host 0.0.0.0 --port $PORT'),
    at: ['Procfile', 'flask run'],
  },
  {
    rule: 'server-not-installed',
    change: 'gunicorn is taken out of the requirements',
    make: (files) => {
      files['requirements.txt'] = (files['requirements.txt'] ?? '').replace(/^gunicorn==.*$/m, '')
    },
    at: ['Procfile', 'gunicorn'],
  },
  {
    rule: 'app-target-missing',
    change: 'the target names another attribute',
    make: webLine('web: gunicorn wsgi:application'),
    at: ['Procfile', 'wsgi:application'],
  },
  {
    rule: 'app-target-missing',
    change: 'the target names a file',
    make: webLine('web: gunicorn wsgi.py:app'),
    at: ['Procfile', 'wsgi.py:app'],
  },
  {
    rule: 'app-factory-not-called',
    change: 'the factory is not called',
    make: webLine('web: gunicorn shop:create_app'),
    at: ['Procfile', 'shop:create_app'],
  },
  {
    rule: 'debug-enabled',
    change: 'DEBUG = True in the settings',
    make: setting('DEBUG = True'),
    at: [SETTINGS, 'DEBUG = True'],
  },
  {
    rule: 'debug-enabled',
    change: 'app.debug = True in the factory',
    make: (files) =>
      replaced(files, 'shop/__init__.py', '    db.init_app(app)\n', '    app.debug = True\n    db.init_app(app)\n'),
    at: ['shop/__init__.py', 'app.debug = True'],
  },
  {
    rule: 'debug-when-run-by-hand',
    change: 'app.run(debug=True) for the laptop',
    make: (files) => {
      files['wsgi.py'] += '\nif __name__ == "__main__":\n    app.run(debug=True)\n'
    },
    at: ['wsgi.py', 'app.run(debug=True)'],
  },
  {
    rule: 'suppression-invalid',
    change: 'a suppression names a rule that does not exist',
    make: setting('DEBUG = False  # flask-dyno: ignore[debug-on] -- for the fair'),
    at: [SETTINGS, 'ignore[debug-on]'],
  },
  {
    rule: 'suppression-unused',
    change: 'a suppression is left behind',
    make: setting('DEBUG = False  # flask-dyno: ignore[debug-enabled] -- for the fair'),
    at: [SETTINGS, 'ignore[debug-enabled]'],
  },
  {
    rule: 'suppression-without-reason',
    change: 'a suppression says no reason',
    make: setting('DEBUG = True  # flask-dyno: ignore[debug-enabled]'),
    at: [SETTINGS, 'ignore[debug-enabled]'],
  },
  {
    rule: 'sqlite-on-ephemeral-disk',
    change: 'production uses a SQLite file',
    make: (files) => {
      files[SETTINGS] = (files[SETTINGS] ?? '').replace(REQUIRED_DATABASE, '"sqlite:///shop.db"')
    },
    at: [SETTINGS, '"sqlite:///shop.db"'],
  },
  {
    rule: 'sqlite-fallback',
    change: 'SQLite where DATABASE_URL is absent',
    make: (files) => {
      files[SETTINGS] = (files[SETTINGS] ?? '').replace(
        REQUIRED_DATABASE,
        'for_psycopg(os.environ.get("DATABASE_URL", "sqlite:///shop.db"))',
      )
    },
    at: [SETTINGS, '"sqlite:///shop.db"'],
  },
  {
    rule: 'database-url-scheme',
    change: 'the address is taken as it is',
    make: (files) => {
      files[SETTINGS] = (files[SETTINGS] ?? '').replace(REQUIRED_DATABASE, 'os.environ["DATABASE_URL"]')
    },
    at: [SETTINGS, 'os.environ["DATABASE_URL"]'],
  },
  {
    rule: 'create-all-at-start',
    change: 'the factory empties the database first',
    make: (files) =>
      replaced(
        files,
        'shop/__init__.py',
        '    db.init_app(app)\n',
        '    db.init_app(app)\n    with app.app_context():\n        db.drop_all()\n',
      ),
    at: ['shop/__init__.py', 'db.drop_all()'],
  },
  {
    rule: 'log-to-file',
    change: 'gunicorn logs into a file',
    make: (files) => {
      files['gunicorn.conf.py'] += '\nerrorlog = "gunicorn.log"\n'
    },
    at: ['gunicorn.conf.py', 'errorlog = "gunicorn.log"'],
  },
  {
    rule: 'file-based-session',
    change: 'rate limits that each worker counts for itself',
    make: (files) => {
      files['requirements.txt'] += 'flask-limiter==4.1.0\n'
      files['wsgi.py'] +=
        '\nfrom flask_limiter import Limiter\nfrom flask_limiter.util import get_remote_address\n\nlimiter = Limiter(get_remote_address, app=app, default_limits=["60 per minute"])\n'
    },
    at: ['wsgi.py', 'limiter = Limiter('],
  },
  {
    rule: 'scheduler-in-web',
    change: 'a thread that watches the clock',
    make: (files) => {
      files['wsgi.py'] +=
        '\nimport threading\nimport time\n\n\ndef remind():\n    while True:\n        app.logger.info("time for a note")\n        time.sleep(3600)\n\n\nthreading.Thread(target=remind, daemon=True).start()\n'
    },
    at: ['wsgi.py', 'threading.Thread('],
  },
  {
    rule: 'database-driver-missing',
    change: 'psycopg is taken out of the requirements',
    make: (files) => {
      files['requirements.txt'] = (files['requirements.txt'] ?? '').replace(/^psycopg.*\n/gm, '')
    },
    at: [SETTINGS, 'f"postgresql+psycopg://{rest}"'],
  },
  {
    rule: 'database-url-hardcoded',
    change: 'the address of the database is written down',
    make: (files) => {
      files[SETTINGS] = (files[SETTINGS] ?? '').replace(
        REQUIRED_DATABASE,
        '"postgresql+psycopg://shop:Wq7rT2mZx9Lk@db-17.eu-west-1.compute.amazonaws.com/shop"',
      )
    },
    at: [SETTINGS, '"postgresql+psycopg://shop:'],
  },
  {
    rule: 'redis-tls',
    change: 'Key-Value Store is used as it comes',
    make: (files) => {
      replaced(files, 'app.json', '"heroku-postgresql"]', '"heroku-postgresql", "heroku-redis"]')
      files['requirements.txt'] += 'redis==8.1.0\n'
      files['wsgi.py'] += '\nimport os\n\nimport redis\n\nstore = redis.from_url(os.environ["REDIS_URL"])\n'
    },
    at: ['wsgi.py', 'store = redis.from_url('],
  },
  {
    rule: 'migrations-not-released',
    change: 'the release process is taken out',
    make: (files) => replaced(files, 'Procfile', 'release: flask db upgrade\n', ''),
    at: ['Procfile', 'web:'],
  },
  {
    rule: 'database-not-attached',
    change: 'the add-on is taken out of app.json',
    make: (files) => replaced(files, 'app.json', '  "addons": ["heroku-postgresql"],\n', ''),
    at: 'app.json',
  },
  {
    rule: 'connection-limit',
    change: 'more threads, and a connection for each',
    make: (files) => {
      replaced(files, 'gunicorn.conf.py', 'threads = 4', 'threads = 12')
      replaced(files, SETTINGS, '"pool_size": 4', '"pool_size": 12')
    },
    at: ['gunicorn.conf.py', 'threads = 12'],
  },
  {
    rule: 'download-at-boot',
    change: 'a file is fetched when the app is imported',
    make: (files) => {
      files['wsgi.py'] +=
        '\nimport urllib.request\n\nurllib.request.urlretrieve("https://words.example.com/stop.txt", "stop.txt")\n'
    },
    at: ['wsgi.py', 'urllib.request.urlretrieve('],
  },
  {
    rule: 'sqlite-postgres-difference',
    change: 'a search that ignores case on a laptop only',
    make: (files) =>
      replaced(files, 'shop/notes.py', 'db.select(Note)', 'db.select(Note).where(Note.text.like("%heroku%"))'),
    at: ['shop/notes.py', 'Note.text.like('],
  },
  {
    rule: 'local-file-storage',
    change: 'notes are written into a file as well',
    make: (files) =>
      replaced(
        files,
        'shop/notes.py',
        '    db.session.commit()\n',
        '    db.session.commit()\n    with open("notes.txt", "a") as file:\n        file.write(text)\n',
      ),
    at: ['shop/notes.py', 'open("notes.txt"'],
  },
  {
    rule: 'secret-key-fallback',
    change: 'a key for when the config var is absent',
    make: (files) => {
      files[SETTINGS] = (files[SETTINGS] ?? '').replace(
        /require\("SECRET_KEY", "[^"]*"\)/,
        'os.environ.get("SECRET_KEY", "correct-horse-battery")',
      )
    },
    at: [SETTINGS, '"correct-horse-battery"'],
  },
  {
    rule: 'secret-key-random',
    change: 'a key made anew in each worker',
    make: (files) => {
      files[SETTINGS] = (files[SETTINGS] ?? '').replace(/require\("SECRET_KEY", "[^"]*"\)/, 'os.urandom(24)')
    },
    at: [SETTINGS, 'os.urandom(24)'],
  },
  {
    rule: 'secret-key-hardcoded',
    change: 'the key is written down',
    make: (files) => {
      files[SETTINGS] = (files[SETTINGS] ?? '').replace(/require\("SECRET_KEY", "[^"]*"\)/, '"correct-horse-battery"')
    },
    at: [SETTINGS, '"correct-horse-battery"'],
  },
  {
    rule: 'python-version-unsupported',
    change: 'Python 3.8',
    make: (files) => {
      files['.python-version'] = '3.8\n'
    },
    at: ['.python-version', '3.8'],
  },
  {
    rule: 'python-version-invalid',
    change: 'the form of runtime.txt in .python-version',
    make: (files) => {
      files['.python-version'] = 'python-3.14\n'
    },
    at: ['.python-version', 'python-3.14'],
  },
  {
    rule: 'python-version-misnamed',
    change: '.python-version is renamed to python-version',
    make: (files) => renamed(files, '.python-version', 'python-version'),
    at: 'python-version',
  },
  {
    rule: 'runtime-txt',
    change: 'a runtime.txt from an old tutorial',
    make: (files) => {
      files['runtime.txt'] = 'python-3.14\n'
    },
    at: ['runtime.txt', 'python-3.14'],
  },
  {
    rule: 'package-manager-missing',
    change: 'requirements.txt is renamed',
    make: (files) => renamed(files, 'requirements.txt', 'Requirements.txt'),
    at: 'Requirements.txt',
  },
  {
    rule: 'package-manager-conflict',
    change: 'a poetry.lock beside it',
    make: (files) => {
      files['poetry.lock'] =
        'package = []\n\n[metadata]\nlock-version = "2.1"\npython-versions = ">=3.11"\ncontent-hash = ""\n'
    },
    at: 'poetry.lock',
  },
  {
    rule: 'pipfile-lock-missing',
    change: 'a Pipfile without its lock',
    make: (files) => {
      files.Pipfile = '[packages]\nflask = "*"\n'
    },
    at: 'Pipfile',
  },
  {
    rule: 'requirement-invalid',
    change: 'one equals sign',
    make: (files) => {
      files['requirements.txt'] += 'requests=2.34.2\n'
    },
    at: ['requirements.txt', 'requests=2.34.2'],
  },
  {
    rule: 'requirement-invalid',
    change: 'a merge with its conflict markers',
    make: (files) => {
      files['requirements.txt'] += '<<<<<<< HEAD\nrequests==2.34.2\n=======\nrequests==2.34.1\n>>>>>>> main\n'
    },
    at: ['requirements.txt', '<<<<<<< HEAD'],
  },
  {
    rule: 'requirement-not-installable',
    change: 'what pip freeze says on Windows',
    make: (files) => {
      files['requirements.txt'] += 'pywin32==311\n'
    },
    at: ['requirements.txt', 'pywin32==311'],
  },
  {
    rule: 'requirement-unpinned',
    change: 'a name without its version',
    make: (files) => {
      files['requirements.txt'] += 'requests\n'
    },
    at: ['requirements.txt', 'requests'],
  },
  {
    rule: 'system-library-missing',
    change: 'a package that needs GDAL',
    make: (files) => {
      files['requirements.txt'] += 'GDAL==3.11.0\n'
    },
    at: ['requirements.txt', 'GDAL==3.11.0'],
  },
  {
    rule: 'slug-too-large',
    change: 'PyTorch with CUDA',
    make: (files) => {
      files['requirements.txt'] += 'torch==2.15.0\n'
    },
    at: ['requirements.txt', 'torch==2.15.0'],
  },
  {
    rule: 'virtualenv-committed',
    change: 'the virtual environment is committed',
    make: (files) => {
      files['venv/pyvenv.cfg'] = 'home = /usr/bin\n'
      files['venv/lib/python3.14/site-packages/flask/__init__.py'] = ''
    },
    at: 'venv/pyvenv.cfg',
  },
  {
    rule: 'slug-bloat',
    change: 'compiled modules are committed',
    make: (files) => {
      files['shop/__pycache__/settings.cpython-314.pyc'] = 'compiled'
    },
    at: 'shop/__pycache__/settings.cpython-314.pyc',
  },
  {
    rule: 'slug-bloat',
    change: 'node_modules is committed',
    make: (files) => {
      files['node_modules/left-pad/index.js'] = 'module.exports = 1\n'
    },
    at: 'node_modules/left-pad/index.js',
  },
  {
    rule: 'heroku-python-committed',
    change: 'files of a dyno are copied back',
    make: (files) => {
      files['.heroku/python/bin/python3'] = ''
    },
    at: '.heroku/python/bin/python3',
  },
  {
    rule: 'python-version-missing',
    change: '.python-version is deleted',
    make: (files) => {
      delete files['.python-version']
    },
    at: '.python-version',
  },
  {
    rule: 'python-version-deprecated',
    change: 'Python 3.10',
    make: (files) => {
      files['.python-version'] = '3.10\n'
    },
    at: ['.python-version', '3.10'],
  },
  {
    rule: 'python-version-outdated-patch',
    change: 'an exact release of long ago',
    make: (files) => {
      files['.python-version'] = '3.14.0\n'
    },
    at: ['.python-version', '3.14.0'],
  },
  {
    rule: 'required-file-ignored',
    change: 'all text files are kept out of the slug',
    make: (files) => {
      files['.slugignore'] += '*.txt\n'
    },
    at: ['.slugignore', '*.txt'],
  },
  {
    rule: 'lfs-pointer',
    change: 'an image in Git LFS',
    make: (files) => {
      files['.gitattributes'] = '*.webp filter=lfs diff=lfs merge=lfs -text\n'
      files['shop/static/hero.webp'] = 'version https://git-lfs.github.com/spec/v1\n'
    },
    at: ['.gitattributes', '*.webp'],
  },
  {
    rule: 'buildpack-not-python',
    change: 'a package.json, and neither app.json nor bin/provision names a buildpack',
    make: (files) => {
      delete files['bin/provision']
      files['package.json'] = '{ "private": true }\n'
      replaced(files, 'app.json', '  "buildpacks": [{ "url": "heroku/python" }],\n', '')
    },
    at: 'package.json',
  },
  {
    rule: 'lockfile-stale',
    change: 'a Pipfile in place of the requirements, and its lock of before',
    make: (files) => movedToPipenv(files),
    at: ['Pipfile.lock', '"sha256"'],
  },
  {
    rule: 'lockfile-invalid',
    change: 'a lock cut off in a merge',
    make: (files) => {
      movedToPipenv(files)
      files['Pipfile.lock'] = `<<<<<<< HEAD\n${files['Pipfile.lock']}`
    },
    at: ['Pipfile.lock', '<<<<<<< HEAD'],
  },
  {
    rule: 'python-version-mismatch',
    change: 'a lock for another Python',
    make: (files) => movedToPipenv(files, { python_version: '3.13' }),
    at: ['.python-version', '3.14'],
  },
  {
    rule: 'credential-committed',
    change: 'a token is written into the settings',
    make: setting(`WEATHER_API_KEY = "${['5c1e9f07', 'a84b6d32', 'f0917c2e', '46ab8d53'].join('')}"`),
    at: [SETTINGS, 'WEATHER_API_KEY'],
  },
  {
    rule: 'flask-env-removed',
    change: 'the process line sets FLASK_ENV',
    make: webLine('web: FLASK_ENV=development gunicorn wsgi:app'),
    at: ['Procfile', 'FLASK_ENV'],
  },
  {
    rule: 'proxy-headers-trusted',
    change: 'ProxyFix as in the manual of Flask',
    make: (files) => replaced(files, 'shop/__init__.py', 'x_port=1)', 'x_port=1, x_host=1)'),
    at: ['shop/__init__.py', 'x_host=1'],
  },
  {
    rule: 'insecure-cookie',
    change: 'session cookies are sent over http:// too',
    make: (files) => replaced(files, SETTINGS, 'SESSION_COOKIE_SECURE = True', 'SESSION_COOKIE_SECURE = False'),
    at: [SETTINGS, 'SESSION_COOKIE_SECURE = False'],
  },
  {
    rule: 'app-json-invalid',
    change: 'a comma too many in app.json',
    make: (files) => replaced(files, 'app.json', '"generator": "secret" }\n', '"generator": "secret", }\n'),
    at: ['app.json', '"generator": "secret",'],
  },
  {
    rule: 'app-json-retired',
    change: 'the plan of an old tutorial',
    make: (files) => replaced(files, 'app.json', '"heroku-postgresql"', '"heroku-postgresql:hobby-dev"'),
    at: ['app.json', 'hobby-dev'],
  },
  {
    rule: 'app-json-ci-missing',
    change: 'the test command is taken out of app.json',
    make: (files) => replaced(files, 'app.json', '"scripts": { "test": "pytest" }', '"scripts": {}'),
    at: ['app.json', '"test": {'],
  },
  {
    rule: 'heroku-yml-ignored',
    change: 'a heroku.yml beside the Procfile',
    make: (files) => {
      files['heroku.yml'] = 'build:\n  docker:\n    web: Dockerfile\n'
      files.Dockerfile = 'FROM python:3.14\nCOPY . .\nRUN pip install -r requirements.txt\nCMD gunicorn wsgi:app\n'
    },
    at: 'heroku.yml',
  },
  {
    rule: 'heroku-yml-invalid',
    change: 'a heroku.yml in the wrong columns',
    make: (files) => {
      files['heroku.yml'] = 'build:\ndocker:\n  web: Dockerfile\n'
    },
    at: ['heroku.yml', 'docker:'],
  },
  {
    rule: 'config-var-undeclared',
    change: 'the settings need a config var that app.json does not name',
    make: (files) => replaced(files, SETTINGS, 'require("SECRET_KEY",', 'require("SIGNING_KEY",'),
    // where the helper reads it
    at: [SETTINGS, 'os.environ.get(name)'],
  },
  {
    rule: 'fir-unsupported',
    change: 'a project.toml for Fir beside a hook of Cedar',
    make: (files) => {
      files['project.toml'] =
        '[_]\nschema-version = "0.2"\n\n[io.buildpacks]\nbuilder = "heroku/builder:26"\nexclude = ["tests"]\n'
      files['bin/post_compile'] = '#!/bin/sh\npython -m compileall -q .\n'
      files['gunicorn.conf.py'] += '\nimport os\n\nworkers = int(os.environ.get("WEB_CONCURRENCY", "2"))\n'
    },
    at: 'bin/post_compile',
  },
  {
    rule: 'import-not-installed',
    change: 'a package that nobody added to the requirements',
    make: (files) => replaced(files, 'shop/notes.py', 'from flask import', 'import tweepy\nfrom flask import'),
    at: ['shop/notes.py', 'import tweepy'],
  },
  {
    rule: 'import-unresolved',
    change: 'the dot of a relative import is lost',
    make: (files) => replaced(files, 'shop/__init__.py', 'from .extensions import', 'from extensions import'),
    at: ['shop/__init__.py', 'from extensions import'],
  },
  {
    rule: 'procfile-duplicate-process',
    change: 'a second web line',
    make: (files) => {
      files.Procfile = `${files.Procfile}web: gunicorn wsgi:app --log-level debug\n`
    },
    at: ['Procfile', 'web: gunicorn wsgi:app\n'],
  },
  {
    rule: 'procfile-crlf',
    change: 'an editor on Windows saves the Procfile',
    make: (files) => {
      files.Procfile = (files.Procfile ?? '').replaceAll('\n', '\r\n')
    },
    at: 'Procfile',
  },
  {
    rule: 'procfile-unportable-name',
    change: 'a process type with an underscore',
    make: (files) => {
      files.Procfile = `${files.Procfile}note_mailer: flask routes\n`
    },
    at: ['Procfile', 'note_mailer:'],
  },
  {
    rule: 'script-missing',
    change: 'a worker whose file is not committed',
    make: (files) => {
      files.Procfile = `${files.Procfile}worker: python worker.py\n`
    },
    at: ['Procfile', 'worker: python'],
  },
  {
    rule: 'command-syntax',
    change: 'a bare parenthesis in the release command',
    make: (files) => replaced(files, 'Procfile', 'flask db upgrade', 'flask --app shop:create_app() db upgrade'),
    at: ['Procfile', 'flask --app'],
  },
  {
    rule: 'worker-class-unavailable',
    change: 'gevent workers without gevent',
    make: (files) => replaced(files, 'gunicorn.conf.py', 'worker_class = "gthread"', 'worker_class = "gevent"'),
    at: ['gunicorn.conf.py', 'worker_class = "gevent"'],
  },
  {
    rule: 'app-run-at-import',
    change: 'app.run() without its guard',
    make: (files) => {
      files['wsgi.py'] += '\napp.run()\n'
    },
    at: ['wsgi.py', 'app.run()'],
  },
  {
    rule: 'socketio-many-workers',
    change: 'Flask-SocketIO is added, and the workers stay as many as they were',
    make: (files) => {
      files['requirements.txt'] += 'flask-socketio==5.6.1\nsimple-websocket==1.1.0\n'
      files['wsgi.py'] += '\nfrom flask_socketio import SocketIO\n\nsocketio = SocketIO(app)\n'
    },
    at: ['Procfile', 'gunicorn wsgi:app'],
  },
  {
    rule: 'gunicorn-development-option',
    change: 'reload is left on',
    make: (files) => {
      files['gunicorn.conf.py'] += '\nreload = True\n'
    },
    at: ['gunicorn.conf.py', 'reload = True'],
  },
  {
    rule: 'gunicorn-timeout-over-router',
    change: 'sync workers with a minute for each request',
    make: webLine('web: gunicorn -k sync --threads 1 --timeout 60 wsgi:app'),
    at: ['Procfile', '--timeout 60'],
  },
  {
    rule: 'gunicorn-workers-fixed',
    change: 'three workers on the process line',
    make: webLine('web: gunicorn --workers 3 wsgi:app'),
    at: ['Procfile', '--workers 3'],
  },
  {
    rule: 'release-app-not-found',
    change: 'wsgi.py gets another name, which flask does not know',
    make: (files) => {
      renamed(files, 'wsgi.py', 'serve.py')
      replaced(files, 'Procfile', 'wsgi:app', 'serve:app')
    },
    at: ['Procfile', 'release: flask'],
  },
]

let scaffold: Files
let root: string

function read(tree: Tree): Files {
  return Object.fromEntries(tree.paths.map((path) => [path, tree.read(path)?.text ?? '']))
}

async function lint(tree: Tree): Promise<string[]> {
  await loadReaders(tree)
  const { findings, faults } = lintProject(readProject(tree), rules)
  expect(faults).toEqual([])
  return findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`)
}

beforeAll(async () => {
  const made = await runGenerator(['shop', '--defaults', '--package-manager', 'pip', '--no-git'])
  expect(made.status).toBe(0)
  root = made.path('shop')
  scaffold = read(folderTree(root))
})

test('the scaffold itself has no finding', async () => {
  expect(await lint(memoryTree(scaffold))).toEqual([])
})

describe('one change to the scaffold gives one finding', () => {
  test.each(MUTATIONS)('$rule: $change', async ({ rule, make, at }) => {
    const files = { ...scaffold }
    make(files)
    expect(files).not.toEqual(scaffold)
    const [path, line] = typeof at === 'string' ? [at, 1] : [at[0], lineOf(files, at[0], at[1])]
    expect(await lint(memoryTree(files))).toEqual([`${rule} ${path}:${line}`])
  })
})

describe('the same answer from the working tree, from its commit and from a plain copy', () => {
  const git = (...args: string[]) => {
    const run = spawnSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(run.stderr && run.status !== 0 ? run.stderr : '').toBe('')
  }

  test.each(MUTATIONS.filter(({ rule }) => /debug-enabled|runtime-txt|procfile-misnamed|sqlite-fallback/.test(rule)))(
    '$rule: $change',
    async ({ make }) => {
      const files = { ...scaffold }
      make(files)
      const { mkdirSync, rmSync, writeFileSync } = await import('node:fs')
      root = join(temporary('three-trees'), 'shop')
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(root, path, '..'), { recursive: true })
        writeFileSync(join(root, path), text)
      }
      const plain = await lint(folderTree(root))
      git('init', '-q')
      git('add', '-A')
      git('commit', '-qm', 'as scaffolded and changed')
      const copy = join(temporary('copy'), 'shop')
      cpSync(root, copy, { recursive: true })
      rmSync(join(copy, '.git'), { recursive: true })
      const committed = await lint(commitTree(root, 'HEAD'))
      expect(plain).toHaveLength(1)
      expect(await lint(workingTree(root, () => {}))).toEqual(plain)
      expect(committed).toEqual(plain)
      expect(await lint(folderTree(copy))).toEqual(plain)
      expect(readFileSync(join(copy, 'wsgi.py'), 'utf8')).toBe(files['wsgi.py'])
    },
  )
})
