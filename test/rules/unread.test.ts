/** Of what cannot be read, nothing is said to be missing. */
import { expect, test } from 'vitest'
import { projectNotes, readProject } from '../../engine/facts/project.ts'
import { lintProject } from '../../engine/run.ts'
import { MAX_FILE_BYTES, memoryTree } from '../../engine/tree.ts'
import { rules } from '../../rules/registry.ts'

const TOO_LARGE = '#'.repeat(MAX_FILE_BYTES + 1)

test.each([
  ['a module that others import from', 'web/__init__.py'],
  ['the module that is served', 'app.py'],
  ['the Procfile', 'Procfile'],
  ['the requirements', 'requirements.txt'],
])('%s', (_, unread) => {
  const tree = memoryTree({
    'web/__init__.py': 'x = 1\n',
    'app.py': 'from flask import Flask\nfrom web import x\n\napp = Flask(__name__)\n',
    Procfile: 'web: gunicorn app:app\n',
    'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
    '.python-version': '3.14\n',
    [unread]: TOO_LARGE,
  })
  const facts = readProject(tree)
  expect(lintProject(facts, rules).findings.map(({ rule, path }) => `${path}: ${rule}`)).toEqual([])
  expect(projectNotes(facts).filter(({ path }) => path === unread)).toEqual([
    { path: unread, message: 'not read: larger than 2 MB' },
  ])
})

test.each([
  ['gunicorn shop.wsgi:app', 'shop'],
  ['gunicorn --chdir backend shop.wsgi:app', 'backend/shop'],
  ['gunicorn app:app', 'web'],
])('a submodule that is not checked out: %s', (command, path) => {
  const tree = memoryTree(
    {
      '.gitmodules': `[submodule "it"]\n\tpath = ${path}\n\turl = https://example.com/it.git\n`,
      'app.py': 'from flask import Flask\nfrom web import x\n\napp = Flask(__name__)\n',
      'backend/tool.py': '',
      'web.txt': '',
      Procfile: `web: ${command}\n`,
      'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
      '.python-version': '3.14\n',
    },
    {
      // another commit of it lies there
      copy: {
        has: (file) => file.startsWith(`${path}/`),
        modulesBelow: () => [`${path}/__init__.py`],
        bytes: () => undefined,
        reason: () => ({ kind: 'untracked' }),
      },
    },
  )
  expect(lintProject(readProject(tree), rules).findings.map(({ rule }) => rule)).toEqual([])
})
