import { expect, test } from 'vitest'
import { loadReaders, readProject } from '../../engine/facts/project.ts'
import { applyFixes } from '../../engine/fix.ts'
import { lintProject } from '../../engine/run.ts'
import { EVERYTHING, type Selection } from '../../engine/select.ts'
import { memoryTree, type Tree } from '../../engine/tree.ts'
import { rules } from '../../rules/registry.ts'

const PROJECT = {
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==27.0.1\n',
  '.python-version': '3.14\n',
}

async function lintTree(tree: Tree, selection: Selection = EVERYTHING) {
  await loadReaders(tree)
  return lintProject(readProject(tree), rules, { selection })
}

const app = (...lines: string[]) => ({
  ...PROJECT,
  'app.py': ['from flask import Flask', 'app = Flask(__name__)', ...lines, ''].join('\n'),
})

async function found(files: Readonly<Record<string, string>>, selection?: Selection): Promise<string[]> {
  const { findings } = await lintTree(memoryTree(files), selection)
  return findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`)
}

const WHY = '-- shown at fairs, without a network'

test.each([
  ['behind the line', [`app.debug = True  # flask-dyno: ignore[debug-enabled] ${WHY}`]],
  ['alone above', [`# flask-dyno: ignore[debug-enabled] ${WHY}`, 'app.debug = True']],
  [
    'at the head of a statement of several lines',
    [`app.config.update(  # flask-dyno: ignore[debug-enabled] ${WHY}`, '    TESTING=False,', '    DEBUG=True,', ')'],
  ],
  [
    'above a statement of several lines',
    [`# flask-dyno: ignore[debug-enabled] ${WHY}`, 'app.config.update(', '    DEBUG=True,', ')'],
  ],
  [
    'above a line that goes on with a backslash',
    [`# flask-dyno: ignore[debug-enabled] ${WHY}`, 'app.debug = \\', '    True'],
  ],
  [
    'behind a string with quotes and a hash',
    [`NAME = "it's # not"`, `app.debug = True  # flask-dyno: ignore[debug-enabled] ${WHY}`],
  ],
  [
    'behind a text of several lines',
    ['NAME = """', '# "quoted"', '"""', `app.debug = True  # flask-dyno: ignore[debug-enabled] ${WHY}`],
  ],
  [
    'at the end of a statement of several lines, where formatters put it',
    ['app.config.update(', '    DEBUG=True,', `)  # flask-dyno: ignore[debug-enabled] ${WHY}`],
  ],
  ['behind another comment', [`app.debug = True  # noqa: X1  # flask-dyno: ignore[debug-enabled] ${WHY}`]],
  ['before another comment', ['app.debug = True  # flask-dyno: ignore[debug-enabled] -- see #12  # noqa: X1']],
  [
    'above, with a reason of several lines',
    [`# flask-dyno: ignore[debug-enabled] ${WHY}`, '# and without visitors', 'app.debug = True'],
  ],
])('a suppression counts %s', async (_, lines) => {
  expect(await found(app(...lines))).toEqual([])
})

test.each([
  ['within a string', ['app.debug = True', 'NAME = "# flask-dyno: ignore[debug-enabled]"'], ['debug-enabled app.py:3']],
  [
    'two lines above',
    [`# flask-dyno: ignore[debug-enabled] ${WHY}`, '', 'app.debug = True'],
    ['suppression-unused app.py:3', 'debug-enabled app.py:5'],
  ],
  [
    'behind a line whose comment ends in a backslash',
    [`X = 1  # flask-dyno: ignore[debug-enabled] -- C:\\`, 'app.debug = True'],
    ['suppression-unused app.py:3', 'debug-enabled app.py:4'],
  ],
  [
    'before another comment, and without a reason',
    ['app.debug = True  # flask-dyno: ignore[debug-enabled]  # noqa: X1'],
    ['suppression-without-reason app.py:3'],
  ],
  [
    'behind the statement before',
    [`X = 1  # flask-dyno: ignore[debug-enabled] ${WHY}`, 'app.debug = True'],
    ['suppression-unused app.py:3', 'debug-enabled app.py:4'],
  ],
  [
    'without brackets',
    ['app.debug = True  # flask-dyno: ignore debug-enabled'],
    ['debug-enabled app.py:3', 'suppression-invalid app.py:3'],
  ],
  [
    'with a reason behind one hyphen',
    ['app.debug = True  # flask-dyno: ignore[debug-enabled] - because'],
    ['suppression-invalid app.py:3'],
  ],
  [
    'of a misspelt rule',
    [`app.debug = True  # flask-dyno: ignore[debug-enable] ${WHY}`],
    ['debug-enabled app.py:3', 'suppression-invalid app.py:3'],
  ],
])('a suppression %s is reported', async (_, lines, expected) => {
  expect(await found(app(...lines))).toEqual(expected)
})

test.each([
  [
    'Procfile',
    { ...app(), Procfile: 'web: gunicorn app:app -w 3  # flask-dyno: ignore[gunicorn-workers-fixed] -- measured\n' },
  ],
  [
    'requirements.txt',
    { ...app(), 'requirements.txt': 'Flask==3.1.3\n# flask-dyno: ignore[requirement-unpinned] -- ours\ngunicorn\n' },
  ],
  [
    'a script, above a command of several lines,',
    {
      ...app(),
      Procfile: 'web: bash run.sh\n',
      'run.sh':
        '# flask-dyno: ignore[gunicorn-timeout-over-router] -- our own router\nexec gunicorn app:app \\\n  --log-level info \\\n  --timeout 300\n',
    },
  ],
  [
    'uwsgi.ini',
    {
      ...app(),
      Procfile: 'web: uwsgi uwsgi.ini\n',
      'requirements.txt': 'Flask==3.1.3\nuWSGI==2.0.31\n',
      'uwsgi.ini':
        '[uwsgi]\nmodule = app:app\n; flask-dyno: ignore[port-not-bound] -- behind a proxy of ours\nhttp = :5000\n',
    },
  ],
])('%s has comments, too', async (_, files) => {
  expect(await found(files)).toEqual([])
})

test('once the fault is mended, the suppression is reported, and its fix removes it and nothing else', async () => {
  const suppressed = app(`app.debug = True  # flask-dyno: ignore[debug-enabled] ${WHY}`, 'X = 1')
  expect(await found(suppressed)).toEqual([])
  const mended = { ...suppressed, 'app.py': suppressed['app.py'].replace('True', 'False') }
  expect(await found(mended)).toEqual(['suppression-unused app.py:3'])
  const { tree } = await applyFixes(memoryTree(mended), async (at) => (await lintTree(at)).findings)
  expect(tree.read('app.py')?.text).toBe(app('app.debug = False', 'X = 1')['app.py'])
})

test('in a script, a suppression ends with the command of several lines that it stands above', async () => {
  const files = {
    ...app(),
    Procfile: 'web: bash run.sh\n',
    'run.sh': `# flask-dyno: ignore[gunicorn-timeout-over-router] ${WHY}\necho a \\\n  b\ngunicorn app:app --timeout 300\n`,
  }
  expect(await found(files)).toEqual(['suppression-unused run.sh:1', 'gunicorn-timeout-over-router run.sh:4'])
})

test.each([
  [`X = 1  # noqa: X1  # flask-dyno: ignore[debug-enabled] ${WHY}`, 'X = 1  # noqa: X1'],
  [`X = 1  # flask-dyno: ignore[debug-enabled] ${WHY}  # noqa: X1`, 'X = 1  # noqa: X1'],
  [`# fmt: off  # flask-dyno: ignore[debug-enabled] ${WHY}`, '# fmt: off'],
])('its removal leaves the comments of others: %s', async (line, left) => {
  const { tree } = await applyFixes(memoryTree(app(line, 'Y = 1')), async (at) => (await lintTree(at)).findings)
  expect(tree.read('app.py')?.text).toBe(app(left, 'Y = 1')['app.py'])
})

test('a rule that did not run has no unused suppression', async () => {
  const files = app(`app.debug = False  # flask-dyno: ignore[debug-enabled] ${WHY}`)
  expect(await found(files, { ...EVERYTHING, select: ['data', 'suppression-unused'] })).toEqual([])
  expect(await found(files, { ...EVERYTHING, levels: { 'suppression-unused': 'off' } })).toEqual([])
})
