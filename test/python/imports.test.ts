import { describe, expect, test } from 'vitest'
import type { Entry } from '../../engine/python/boot.ts'
import { run, shown } from './running.ts'

const paths = (files: Readonly<Record<string, string>>, entry?: Entry, roots?: readonly string[]): string[] =>
  run(files, { ...(entry ? { entry } : {}), ...(roots ? { roots } : {}) }).loaded.map(({ path }) => path)

describe('what an import runs', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    ['a module', { 'app.py': 'import a', 'a.py': '' }, ['app.py', 'a.py']],
    [
      'a package, then its module',
      { 'app.py': 'import a.b', 'a/__init__.py': '', 'a/b.py': '' },
      ['app.py', 'a/__init__.py', 'a/b.py'],
    ],
    ['a package without __init__.py', { 'app.py': 'import a.b', 'a/b.py': '' }, ['app.py', 'a/b.py']],
    [
      'a submodule by from',
      { 'app.py': 'from a import b', 'a/__init__.py': '', 'a/b.py': '' },
      ['app.py', 'a/__init__.py', 'a/b.py'],
    ],
    [
      'relative imports',
      {
        'app.py': 'import a.b',
        'a/__init__.py': '',
        'a/b.py': 'from . import c\nfrom .d import e',
        'a/c.py': '',
        'a/d.py': 'e = 1',
      },
      ['app.py', 'a/__init__.py', 'a/b.py', 'a/c.py', 'a/d.py'],
    ],
    [
      'a circle',
      { 'app.py': 'import a', 'a.py': 'import b\nx = 1', 'b.py': 'import a\ny = 1' },
      ['app.py', 'a.py', 'b.py'],
    ],
    ['an import in a function that runs', { 'app.py': 'def f():\n    import a\nf()', 'a.py': '' }, ['app.py', 'a.py']],
    [
      'an import in a view',
      {
        'app.py': 'from flask import Flask\napp = Flask(__name__)\n@app.route("/")\ndef f():\n    import a',
        'a.py': '',
      },
      ['app.py', 'a.py'],
    ],
    ['an import in a function that nobody calls', { 'app.py': 'def f():\n    import a', 'a.py': '' }, ['app.py']],
    [
      'an import only when run by hand',
      { 'app.py': 'if __name__ == "__main__":\n    import a', 'a.py': '' },
      ['app.py'],
    ],
    [
      'an import for type checkers',
      { 'app.py': 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a', 'a.py': '' },
      ['app.py'],
    ],
    [
      'an import that may fail',
      { 'app.py': 'try:\n    import a\nexcept ImportError:\n    import b', 'a.py': '', 'b.py': '' },
      ['app.py', 'a.py', 'b.py'],
    ],
    [
      'by name',
      { 'app.py': 'import importlib\nimportlib.import_module("a.b")', 'a/__init__.py': '', 'a/b.py': '' },
      ['app.py', 'a/__init__.py', 'a/b.py'],
    ],
    [
      'sys.path',
      { 'app.py': 'import sys\nsys.path.insert(0, "lib")\nimport a', 'lib/a.py': '' },
      ['app.py', 'lib/a.py'],
    ],
  ])('%s', (_name, files, wanted) => {
    expect(paths(files)).toEqual(wanted)
  })
})

describe('what a star brings', () => {
  test.each([
    ['every name', 'a = 1\n_b = 2', 'a: 1, _b: missing'],
    ['what __all__ lists', '__all__ = ["_b"]\na = 1\n_b = 2', 'a: missing, _b: 2'],
    ['what __all__ lists in parts', '__all__ = []\n__all__ += ["_b"]\na = 1\n_b = 2', 'a: missing, _b: 2'],
  ])('%s', (_name, source, wanted) => {
    const names = run({ 'app.py': 'from a import *', 'a.py': source }).loaded[0]?.scope.names
    const show = (name: string): string => (names?.has(name) ? shown(names.get(name) ?? []) : 'missing')
    expect(`a: ${show('a')}, _b: ${show('_b')}`).toBe(wanted)
  })
})

describe('imports that nothing can satisfy', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    ['a name that is not there', { 'app.py': 'from a import b', 'a.py': '' }, ['a.b']],
    ['a submodule that is not there', { 'app.py': 'import a.b', 'a/__init__.py': '' }, ['a.b']],
    ['something outside', { 'app.py': 'import flask_login\nfrom nowhere import b' }, []],
    [
      'a name of a module that runs still',
      { 'app.py': 'import a', 'a.py': 'import b', 'b.py': 'from a import later' },
      [],
    ],
    ['a name from an open star', { 'app.py': 'from a import b', 'a.py': 'from outside import *' }, []],
  ])('%s', (_name, files, wanted) => {
    expect(run(files).missing.flatMap(({ name, isSure }) => (isSure ? [name] : []))).toEqual(wanted)
  })
})

const wsgi = (module: string, expression: string, callResult?: boolean): Entry => ({
  kind: 'wsgi',
  module,
  expression,
  ...(callResult ? { callResult } : {}),
})
const FACTORY =
  'from flask import Flask\ndef create_app(name="a"):\n    app = Flask(name)\n    app.config["A"] = name\n    return app\n'

describe('entries', () => {
  test.each<readonly [string, Entry, string | null, number]>([
    ['an app', wsgi('app', 'app'), null, 1],
    ['a factory that is called', wsgi('fac', 'create_app()'), null, 1],
    ['a factory with an argument', wsgi('fac', 'create_app("b")'), null, 1],
    ['a factory by option', wsgi('fac', 'create_app', true), null, 1],
    ['a factory that is not called', wsgi('fac', 'create_app'), 'not-called', 1],
    ['no such module', wsgi('nowhere', 'app'), 'no-module', 0],
    ['no such name', wsgi('app', 'application'), 'no-attribute', 1],
    ['an expression that gunicorn refuses', wsgi('app', 'app.wsgi'), 'bad-expression', 1],
    ['middleware', wsgi('middle', 'application'), null, 1],
    ['an app made in an if', wsgi('branch', 'app'), null, 1],
    ['a script', { kind: 'script', path: 'fac.py' }, null, 0],
    ['python -m with a package', { kind: 'module-script', module: 'pkg' }, null, 1],
  ])('%s', (_name, entry, problem, apps) => {
    const boot = run(
      {
        'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
        'fac.py': FACTORY,
        'middle.py':
          'from werkzeug.middleware.proxy_fix import ProxyFix\nfrom app import app\napplication = ProxyFix(app)\n',
        'branch.py': 'import os\nfrom fac import create_app\nif os.environ.get("DYNO"):\n    app = create_app()\n',
        'pkg/__init__.py': '',
        'pkg/__main__.py': 'from fac import create_app\ncreate_app().run()\n',
      },
      { entry },
    )
    expect([boot.problem?.kind ?? null, boot.allApps.length]).toEqual([problem, apps])
  })

  test('a factory gets its argument', () => {
    const boot = run({ 'fac.py': FACTORY }, { entry: wsgi('fac', 'create_app("b")') })
    expect(shown(boot.apps[0]?.config.entries.get('A') ?? [])).toBe('"b"')
  })
})

describe('calls that leave the project', () => {
  test.each<readonly [string, readonly string[]]>([
    ['import sqlite3\nsqlite3.connect("a")', ['sqlite3.connect import']],
    ['from sqlite3 import connect as c\nc("a")', ['sqlite3.connect import']],
    ['import sqlalchemy as sa\nsa.create_engine("a")', ['sqlalchemy.create_engine import']],
    ['from flask import Flask\napp = Flask("a")\napp.run()', ['flask.Flask import', 'flask.Flask.run import']],
    [
      'from flask import Flask\nclass A(Flask):\n    def run(self):\n        super().run(debug=True)\napp = A("a")\napp.run()',
      ['flask.Flask import', 'flask.Flask.run import'],
    ],
    [
      'from flask import Flask\napp = Flask("a")\n@app.get("/")\ndef f():\n    import sqlite3\n    sqlite3.connect("a")',
      ['flask.Flask import', 'flask.Flask.get import', 'sqlite3.connect request'],
    ],
    ['import sqlite3\ndef f():\n    yield sqlite3.connect("a")\nf()', ['sqlite3.connect import']],
  ])('%s', (source, wanted) => {
    expect(run({ 'app.py': source }).calls.map(({ name, phase }) => `${name} ${phase}`)).toEqual(wanted)
  })
})

test('a program without end is given up, and what was found stays', () => {
  const boot = run({
    'app.py': `import sqlite3\nsqlite3.connect("a")\n${Array.from({ length: 30 }, (_, i) => `def f${i}():\n    for i in (1, 2, 3, 4):\n        f${i + 1}()\n`).join('')}def f30():\n    pass\nf0()\n`,
  })
  expect(boot.exhausted).toBe(true)
  expect(boot.calls.map(({ name }) => name)).toEqual(['sqlite3.connect'])
})
