import { describe, expect, test } from 'vitest'
import { committedBulk, committedVirtualenvs, heavyFiles } from '../../engine/facts/committed.ts'
import { patternLines, slugignore } from '../../engine/facts/ignore-patterns.ts'
import { readProject } from '../../engine/facts/project.ts'
import { lintProject } from '../../engine/run.ts'
import { memoryTree } from '../../engine/tree.ts'
import { slugBloat } from '../../rules/build/slug-bloat.ts'

const empty = (...paths: readonly string[]) => memoryTree(Object.fromEntries(paths.map((path) => [path, ''])))
const nothing = () => false

describe('virtual environments', () => {
  test.each([
    [['venv/pyvenv.cfg', 'venv/lib/python3.14/site-packages/six.py'], ['venv refused']],
    [['.venv/pyvenv.cfg'], ['.venv refused']],
    [['env/pyvenv.cfg'], ['env']],
    [['api/venv/pyvenv.cfg'], ['api/venv']],
    [['old/lib/python2.7/site-packages/six.py', 'old/bin/activate'], ['old']],
    [['Env/Lib/site-packages/six.py'], ['Env']],
    [['pyvenv.cfg', 'lib/python3.14/site-packages/six.py'], ['']],
    [['venv/lib/python3.14/site-packages/virtualenv/pyvenv.cfg', 'venv/pyvenv.cfg'], ['venv refused']],
    [
      ['a/pyvenv.cfg', 'b/pyvenv.cfg'],
      ['a', 'b'],
    ],
    [['venv/__init__.py', 'bin/activate', 'docs/pyvenv.cfg.md', 'site-packages/six.py'], []],
    [['node_modules/tool/pyvenv.cfg'], []],
  ])('%j', (paths, expected) => {
    const found = committedVirtualenvs(empty(...paths))
    expect(found.map(({ folder, refused }) => (refused ? `${folder} refused` : folder))).toEqual(expected)
  })
})

describe('generated files', () => {
  test('one entry for each kind, with its first file', () => {
    const tree = memoryTree({
      'app/__pycache__/site.cpython-314.pyc': '',
      'app/cart.pyo': '',
      'shop.db': 'SQLite format 3\0 and so on',
      'ui/node_modules/a.js': '',
      'ui/node_modules/b.js': '',
    })
    expect(committedBulk(tree, nothing).map(({ kind, first, paths }) => [kind, first, paths.length])).toEqual([
      ['bytecode', 'app/__pycache__/site.cpython-314.pyc', 2],
      ['database', 'shop.db', 1],
      ['node_modules', 'ui/node_modules/a.js', 2],
    ])
  })

  test.each([
    ['a text that is called a database', { 'words.db': 'apple\n' }],
    ['an empty file', { 'shop.sqlite3': '' }],
    ['a database of the tests', { 'tests/shop.db': 'SQLite format 3\0' }],
    ['words that only look like it', { 'app/node_modules.py': '', 'pycache.py': '', 'docs/pyc.md': '' }],
  ])('%s is none', (_, files: Record<string, string>) => {
    expect(committedBulk(memoryTree(files), nothing)).toEqual([])
  })

  test('a database too large to be read is known by its first bytes', () => {
    const large = new Uint8Array(3_000_000)
    large.set(Buffer.from('SQLite format 3\0'))
    expect(committedBulk(memoryTree({ 'shop.db': large }), nothing).map(({ kind }) => kind)).toEqual(['database'])
    expect(committedBulk(memoryTree({ 'map.db': new Uint8Array(3_000_000) }), nothing)).toEqual([])
  })

  test('data and media, the largest first', () => {
    const tree = memoryTree({ 'a.csv': 'x', 'b.mp4': 'xxx', 'c.py': 'xxxx', 'node_modules/d.zip': 'xx', 'e.zip': '' })
    expect(heavyFiles(tree, nothing)).toEqual([
      { path: 'b.mp4', bytes: 3 },
      { path: 'a.csv', bytes: 1 },
    ])
  })

  test('more than 50 MB of them are worth a word, as far as they reach the slug', () => {
    const files = {
      'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
      Procfile: 'web: gunicorn app:app\n',
      'data/big.csv': new Uint8Array(60_000_000),
      'docs/tour.mp4': new Uint8Array(20_000_000),
    }
    const found = (more: Record<string, string>) =>
      lintProject(readProject(memoryTree({ ...files, ...more })), [slugBloat]).findings.map(
        ({ level, path, message }) => `${level} ${path} ${/^\d+ MB/.exec(message)?.[0]}`,
      )
    expect(found({})).toEqual(['info data/big.csv 80 MB'])
    expect(found({ '.slugignore': '*.mp4\n' })).toEqual(['info data/big.csv 60 MB'])
    expect(found({ '.slugignore': '/data\n' })).toEqual([])
  })
})

describe('patterns of .slugignore', () => {
  test.each([
    ['*.txt', 'requirements.txt', true],
    ['*.txt', 'docs/notes.txt', true],
    ['/*.txt', 'docs/notes.txt', false],
    ['docs', 'docs/a/b.md', true],
    ['docs/', 'shop/docs/b.md', true],
    ['/docs', 'shop/docs/b.md', false],
    ['docs/*.md', 'docs/a.md', true],
    ['docs/*.md', 'shop/docs/a.md', false],
    ['test', 'tests/a.py', false],
    ['# docs', 'docs/a.md', false],
    ['!docs', 'docs/a.md', false],
    ['  docs  ', 'docs/a.md', true],
  ])('%j and %s: %s', (pattern, path, expected) => {
    const tree = memoryTree({ '.slugignore': `${pattern}\r\n`, [path]: '' })
    expect(slugignore(tree, 'cedar')(path) !== undefined).toBe(expected)
  })

  test('Fir does not read the file', () => {
    const tree = memoryTree({ '.slugignore': '*\n', 'app.py': '' })
    expect(slugignore(tree, 'fir')('app.py')).toBeUndefined()
  })

  test('in a subfolder, .gitattributes speaks of that folder', () => {
    const tree = memoryTree({ 'img/.gitattributes': '*.png filter=lfs -text\n', 'img/a.png': '', 'b.png': '' })
    const [line] = patternLines(tree, 'img/.gitattributes')
    expect([line?.rest, line?.matches('img/a.png'), line?.matches('b.png')]).toEqual(['filter=lfs -text', true, false])
  })
})
