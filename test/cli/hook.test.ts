import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isHeroku } from '../../cli/hook-refs.ts'
import { commitAll, fill, git, scratch } from '../engine/scratch.ts'
import { flaskDyno, program } from './program.ts'
import { BROKEN, clone, commit, ENV, GOOD, install, PATH, programs, push, there, uninstall } from './pushing.ts'

/** A warning and no error. */
const WARNED = { Procfile: 'web: gunicorn app:app --timeout 300\n' }

describe('a push', () => {
  test('of a sound commit goes without a word, although the working tree is broken', () => {
    const dir = clone()
    install(dir)
    fill(dir, BROKEN)
    expect(push(dir)).toEqual({ status: 0, output: '' })
    expect(there(dir)).toContain('refs/heads/main')
  })

  test('of a broken commit is stopped, although the working tree is mended', () => {
    const dir = clone()
    install(dir)
    const broken = commit(dir, BROKEN)
    fill(dir, GOOD)
    const { status, output } = push(dir)
    expect(status).toBe(1)
    expect(output).toContain('error[app-target-missing]')
    expect(output).toContain(`not pushed: 1 error in main (${broken.slice(0, 7)})`)
    expect(output).toContain('the working tree has it mended: commit that, too')
    expect(output).toContain('git push --no-verify')
    expect(there(dir)).toBe('')
    expect(push(dir, ['--no-verify', 'origin', 'main']).status).toBe(0)
    expect(there(dir)).toContain(broken)
  })

  test('of several branches looks at each, once for equal trees', () => {
    const dir = clone()
    install(dir)
    git(dir, 'branch', 'sound')
    commit(dir, BROKEN)
    git(dir, 'branch', 'twin')
    const { status, output } = push(dir, ['origin', 'sound', 'main', 'twin'])
    expect(status).toBe(1)
    expect(output.match(/error\[app-target-missing\]/g)).toHaveLength(1)
    expect(output).toMatch(/not pushed: 1 error in main, twin \(/)
    expect(push(dir, ['origin', 'sound'])).toEqual({ status: 0, output: '' })
  })

  test('of very many branches looks at main, whatever the others are called', () => {
    const dir = clone()
    install(dir)
    for (let at = 0; at < 22; at++) {
      git(dir, 'checkout', '-q', '-b', `a${at}`)
      commit(dir, { 'notes.txt': `${at}` })
    }
    git(dir, 'checkout', '-q', 'main')
    commit(dir, BROKEN)
    const { status, output } = push(dir, ['--all', 'origin'])
    expect(status).toBe(1)
    expect(output).toContain('not pushed: 1 error in main')
    expect(output.match(/not looked at, since so much is pushed: a\d/g)).toHaveLength(3)
  })

  test('that deletes, or forces an older commit, is judged by what is then there', () => {
    const dir = clone()
    install(dir)
    commit(dir, BROKEN)
    expect(push(dir, ['--no-verify', 'origin', 'main', 'main:other']).status).toBe(0)
    expect(push(dir, ['origin', '--delete', 'other'])).toEqual({ status: 0, output: '' })
    git(dir, 'reset', '-q', '--hard', 'HEAD~1')
    expect(push(dir, ['--force', 'origin', 'main'])).toEqual({ status: 0, output: '' })
    expect(push(dir, ['--force', 'origin', 'main@{1}:main']).status).toBe(1)
  })

  test('of a tag counts where the remote does not have its commit', () => {
    const dir = clone()
    install(dir)
    commit(dir, BROKEN)
    git(dir, 'tag', '-a', '-m', 'first', 'v1')
    commit(dir, GOOD)
    git(dir, 'tag', 'v2')
    expect(push(dir, ['origin', 'v1'])).toMatchObject({ status: 1, output: expect.stringContaining('1 error in v1') })
    // the history of a branch that goes along, or went before, is not what is deployed
    expect(push(dir, ['origin', 'main', 'v1', 'v2'])).toEqual({ status: 0, output: '' })
    git(dir, 'tag', 'v1-again', 'v1^{commit}')
    expect(push(dir, ['origin', 'v1-again'])).toEqual({ status: 0, output: '' })
  })

  test('to Heroku is held to warnings as well, and others are not', () => {
    const dir = clone()
    git(dir, 'remote', 'add', 'heroku', '../remote.git')
    install(dir)
    commit(dir, WARNED)
    const { status, output } = push(dir, ['heroku', 'main'])
    expect(status).toBe(1)
    expect(output).toContain('warning[gunicorn-timeout-over-router]')
    expect(push(dir)).toEqual({ status: 0, output: '' })
  })

  test('is held to what the config of the pushed commit says', () => {
    const dir = clone()
    git(dir, 'remote', 'add', 'heroku', '../remote.git')
    install(dir)
    commit(dir, { ...WARNED, '.flask-dyno.yml': 'push:\n  heroku: error\n  others: warning\n' })
    fill(dir, { '.flask-dyno.yml': 'push: {heroku: info, others: off}\n' })
    expect(push(dir).status).toBe(1)
    expect(push(dir, ['heroku', 'main'])).toEqual({ status: 0, output: '' })
    commit(dir, { ...BROKEN })
    expect(push(dir)).toEqual({ status: 0, output: '' })
  })

  test('of another branch to Heroku is said to deploy nothing', () => {
    const dir = clone()
    git(dir, 'remote', 'add', 'heroku', '../remote.git')
    install(dir)
    commit(dir, BROKEN)
    const { status, output } = push(dir, ['heroku', 'main:staging'])
    expect(status).toBe(0)
    expect(output).toContain('pushing to staging deploys nothing; git push heroku main:main does')
  })

  test('with a broken config is stopped with the place of the mistake', () => {
    const dir = clone()
    install(dir)
    commit(dir, { '.flask-dyno.yml': 'push:\n  herok: error\n' })
    const { status, output } = push(dir)
    expect(status).toBe(1)
    expect(output).toMatch(/\.flask-dyno\.yml:2:3: unknown key "herok"; did you mean "heroku"\?/)
  })

  test('of an app in a folder is judged there, also where the working tree does not have it', () => {
    const files = Object.fromEntries(Object.entries(GOOD).map(([path, text]) => [`backend/${path}`, text]))
    const dir = clone(files)
    install(dir, ['--dir', 'backend'])
    commit(dir, { 'backend/Procfile': BROKEN.Procfile })
    git(dir, 'checkout', '-q', '--orphan', 'empty')
    git(dir, 'rm', '-rqf', '.')
    commit(dir, { 'notes.txt': 'nothing here' })
    expect(push(dir, ['origin', 'empty'])).toEqual({ status: 0, output: '' })
    expect(push(dir)).toMatchObject({ status: 1, output: expect.stringContaining('app-target-missing') })
    expect(push(dir, ['origin', 'main~1:refs/heads/before'])).toEqual({ status: 0, output: '' })
  })
})

describe('a push of an app in a folder', () => {
  const moved = (files: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`backend/${name}`, text]))

  test('to Heroku as a subtree is judged by what becomes the top there', () => {
    const dir = clone(moved(GOOD))
    git(dir, 'remote', 'add', 'heroku', '../remote.git')
    install(dir, ['--dir', 'backend'])
    const subtree = () => git(dir, 'commit-tree', 'HEAD:backend', '-m', 'split')
    expect(push(dir, ['heroku', `${subtree()}:refs/heads/main`])).toEqual({ status: 0, output: '' })
    commit(dir, moved(BROKEN))
    const { status, output } = push(dir, ['--force', 'heroku', `${subtree()}:refs/heads/main`])
    expect(status).toBe(1)
    expect(output).toContain('not pushed: 1 error in main')
    // elsewhere, a branch without the folder is none of the app's
    expect(push(dir, ['origin', `${subtree()}:refs/heads/split`])).toEqual({ status: 0, output: '' })
  })

  test('says how to see it again', () => {
    const dir = clone(moved(GOOD))
    install(dir, ['--dir', 'backend'])
    const broken = commit(dir, { ...moved(BROKEN), 'backend/.flask-dyno.yml': 'push:\n  others: info\n' })
    const { output } = push(dir)
    const [, words = ''] = /flask-dyno: {3}flask-dyno (lint .*) {2}shows all of it again/.exec(output) ?? []
    expect(words).toBe(`lint backend --preset strict --rev ${broken.slice(0, 10)}`)
    expect(flaskDyno(words.split(' '), { cwd: dir }).stdout).toContain('error[app-target-missing]')
  })
})

test('a repository whose git directory lies elsewhere is judged by itself, and not by the one around its files', () => {
  const outer = clone()
  const away = join(scratch(), 'away.git')
  const files = join(outer, 'files')
  fill(files, { ...GOOD, ...BROKEN })
  git(outer, 'init', '-q', '--bare', away)
  git(away, 'config', 'core.bare', 'false')
  const there = ['--git-dir', away, '--work-tree', files]
  git(files, ...there, 'add', '-A')
  git(files, ...there, 'commit', '-qm', 'first')
  const id = git(files, ...there, 'rev-parse', 'HEAD')
  const input = `refs/heads/main ${id} refs/heads/main ${'0'.repeat(40)}\n`
  const run = spawnSync(process.execPath, [program(), 'hook', 'run', 'origin', 'x'], {
    cwd: files,
    input,
    encoding: 'utf8',
    env: { ...process.env, ...ENV, GIT_DIR: away, GIT_WORK_TREE: files },
  })
  expect(run.stderr).toContain(`not pushed: 1 error in main (${id.slice(0, 7)})`)
  expect(run.status).toBe(1)
})

test.each([
  [[], 0, 'is pushed without having been looked at: '],
  [['--required'], 1, 'is not pushed, since it could not be looked at: '],
] as const)(
  'what cannot be looked at goes with a word, or not at all where that is required: %j',
  (args, status, word) => {
    const dir = clone()
    const outside = scratch()
    const line = (id: string) => `refs/heads/main ${id} refs/heads/main ${'0'.repeat(40)}\n`
    const run = (cwd: string, id: string) =>
      spawnSync(process.execPath, [program(), 'hook', 'run', ...args, 'origin', 'x'], {
        cwd,
        input: line(id),
        encoding: 'utf8',
      })
    const id = git(dir, 'rev-parse', 'HEAD')
    const nowhere = run(outside, id)
    expect(nowhere).toMatchObject({ status, stdout: '' })
    expect(nowhere.stderr).toMatch(new RegExp(`^flask-dyno: this push ${word}.*\\n$`))
    // a folder of the commit is lost
    const folder = git(dir, 'rev-parse', `${commit(dir, { 'templates/page.html': 'x' })}:templates`)
    rmSync(join(dir, '.git/objects', folder.slice(0, 2), folder.slice(2)))
    const broken = run(dir, git(dir, 'rev-parse', 'HEAD'))
    expect(broken.status).toBe(status)
    expect(broken.stderr).toMatch(new RegExp(`^flask-dyno: main \\(\\w{7}\\) ${word}.*\\n$`))
  },
)

test('what git is told to put in the place of a commit is not what is pushed', () => {
  const dir = clone()
  install(dir)
  const sound = git(dir, 'rev-parse', 'HEAD')
  git(dir, 'replace', commit(dir, BROKEN), sound)
  expect(push(dir).status).toBe(1)
})

test.each(['GIT_TRACE', 'GIT_TRACE2_EVENT', 'GIT_LITERAL_PATHSPECS', 'GIT_ICASE_PATHSPECS'])(
  '%s changes no word',
  (name) => {
    const dir = clone()
    const said = (env: Readonly<Record<string, string>>) => flaskDyno(['lint', '--rev', 'nowhere'], { cwd: dir, env })
    expect(said({ [name]: '1' })).toEqual(said({}))
  },
)

test.each([
  ['https://git.heroku.com/shop.git', true],
  ['https://heroku:key@git.heroku.com/shop.git', true],
  ['git@heroku.com:shop.git', true],
  ['ssh://git@heroku.com/shop.git', true],
  ['https://github.com/somebody/heroku.com', false],
  ['git@github.com:somebody/heroku.com.git', false],
  ['/srv/heroku.com/shop.git', false],
])('%s is Heroku’s: %s', (url, expected) => {
  expect(isHeroku({ name: 'origin', url })).toBe(expected)
})

test('an API key in an address is not said again', () => {
  const dir = clone()
  const url = 'https://heroku:0f0f-secret@git.heroku.com/shop.git'
  const input = `refs/heads/next ${git(dir, 'rev-parse', 'HEAD')} refs/heads/next ${'0'.repeat(40)}\n`
  const run = spawnSync(process.execPath, [program(), 'hook', 'run', url, url], { cwd: dir, input, encoding: 'utf8' })
  expect(run.stderr).toContain('git push https://git.heroku.com/shop.git next:main does')
  expect(run.stderr).not.toContain('0f0f-secret')
})

test('of many findings, the worst are shown', () => {
  const dir = clone()
  git(dir, 'remote', 'add', 'heroku', '../remote.git')
  install(dir)
  const twice = Array.from({ length: 12 }, (_, at) => `job${at}: gunicorn app:app\njob${at}: gunicorn app:app\n`)
  commit(dir, { Procfile: `${twice.join('')}web: gunicorn nowhere:app\n` })
  const { output } = push(dir, ['heroku', 'main'])
  expect(output).toContain('error[app-target-missing]')
  expect(output).toMatch(/not pushed: 1 error and \d+ warnings in main \(\w+\); 10 of them are shown/)
})

describe('a file that only this machine has', () => {
  const PARTS = {
    ...GOOD,
    'app.py':
      'from flask import Flask\n\nfrom shop.models import Note\n\napp = Flask(__name__)\napp.config.from_object("config")\nnotes = [Note()]\n',
    'shop/__init__.py': '',
    'shop/models.py': 'from shop.store import Store\n\n\nclass Note(Store):\n    pass\n',
    'shop/store.py': 'class Store:\n    pass\n',
    'config.py': 'SESSION_COOKIE_SECURE = True\n',
    'scratch.py': 'print("nobody needs this")\n',
  }

  test('is named where it was never added, with what goes with it', () => {
    const dir = clone(PARTS)
    install(dir)
    git(dir, 'rm', '-q', '--cached', 'shop/models.py', 'shop/store.py', 'scratch.py')
    git(dir, 'commit', '-qm', 'without some')
    const { status, output } = push(dir)
    expect(status).toBe(1)
    expect(output).toContain('shop/models.py and shop/store.py are here and not in git')
    expect(output.replace(/\s+/g, ' ')).toContain('`git add shop/models.py shop/store.py`')
    expect(output).not.toContain('scratch')
    expect(output).toContain('not pushed: 1 error')
    commitAll(dir)
    expect(push(dir)).toEqual({ status: 0, output: '' })
  })

  test('is named with the line of .gitignore that keeps it back, before the push as well', () => {
    const dir = clone(PARTS)
    install(dir)
    git(dir, 'rm', '-q', '--cached', 'config.py')
    commit(dir, { '.gitignore': '*.pyc\n/config.py\n' })
    const { status, output } = push(dir)
    expect(status).toBe(1)
    expect(output.replace(/\s+/g, ' ')).toContain('.gitignore line 2 (`/config.py`) keeps it back')
    const { stdout } = flaskDyno(['lint', '--format', 'concise'], { cwd: dir, env: ENV })
    expect(stdout).toMatch(/^app\.py:6:24 error file-not-committed config\.py is here and not in git/)
  })

  test('is named where git has it on another branch only', () => {
    const dir = clone(PARTS)
    install(dir)
    git(dir, 'checkout', '-q', '-b', 'earlier')
    git(dir, 'rm', '-q', 'config.py')
    git(dir, 'commit', '-qm', 'before the config')
    git(dir, 'checkout', '-q', 'main')
    const { status, output } = push(dir, ['origin', 'earlier'])
    expect(status).toBe(1)
    expect(output).toContain('config.py is here and not in this commit')
  })

  test('is named where it is in a repository inside that no .gitmodules names, before the push as well', () => {
    const dir = clone()
    fill(dir, { 'shop/__init__.py': GOOD['app.py'] })
    git(join(dir, 'shop'), 'init', '-q')
    commitAll(join(dir, 'shop'))
    commit(dir, { Procfile: 'web: gunicorn shop:app\n' })
    const words =
      'shop/__init__.py is here and not in this repository: shop is one of its own. Move shop/.git away, then `git rm --cached shop` and `git add shop`.'
    for (const rev of [[], ['--rev', 'HEAD']])
      expect(flaskDyno(['lint', '.', '--format', 'concise', ...rev], { cwd: dir }).stdout).toContain(words)
    renameSync(join(dir, 'shop/.git'), join(scratch(), 'away'))
    git(dir, 'rm', '-q', '--cached', 'shop')
    git(dir, 'add', 'shop')
    expect(flaskDyno(['lint', '.', '--format', 'concise'], { cwd: dir }).stdout).toBe('')
  })

  test('keeps no fix of something else from being made', () => {
    const dir = clone({
      ...PARTS,
      '.gitignore': 'config.py\n',
      'app.py': `${PARTS['app.py']}if __name__ == "__main__":\n    app.run(debug=True)\n`,
      Procfile: 'web: python app.py\n',
    })
    const { stderr } = flaskDyno(['lint', '--fix'], { cwd: dir, env: ENV })
    expect(stderr).toContain('mended app.py')
  })
})

describe('without flask-dyno', () => {
  /** git and a shell, and neither node nor npx. */
  function bare(): string {
    const folder = scratch()
    for (const name of ['git', 'sh', 'cat', 'printf']) {
      const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
      if (stdout.startsWith('/')) symlinkSync(stdout.trim(), join(folder, name))
    }
    return folder
  }

  /** The hook as somebody has it who cloned a repository with a folder of hooks. */
  function shared(args: readonly string[] = []): string {
    const dir = clone()
    git(dir, 'config', 'core.hooksPath', '.githooks')
    install(dir, args)
    commit(dir, BROKEN)
    return dir
  }

  test('a push goes, with a word', () => {
    const dir = shared()
    const { status, output } = push(dir, undefined, { PATH: bare() })
    expect(status).toBe(0)
    expect(output).toContain('no flask-dyno was found that works, so this push was not looked at')
  })

  test('or does not go, where it was said to be required', () => {
    expect(push(shared(['--required']), undefined, { PATH: bare() }).status).toBe(1)
  })

  test('a program without its Node is passed over', () => {
    const dir = shared()
    fill(dir, { 'node_modules/.bin/flask-dyno': { script: '#!/usr/bin/env no-such-node\n' } })
    expect(push(dir, undefined, { PATH: bare() })).toMatchObject({
      status: 0,
      output: expect.stringContaining('this push was not looked at'),
    })
  })

  test('the project’s own is taken before any other', () => {
    const dir = shared()
    fill(dir, { 'node_modules/.bin/flask-dyno': { script: '#!/bin/sh\necho "own: $*" >&2\nexit 1\n' } })
    expect(push(dir)).toMatchObject({
      status: 1,
      output: expect.stringContaining('own: hook run origin ../remote.git'),
    })
  })
})

/** Keeps what it was given, and fails when a file says so. */
const USERS = `#!/bin/sh
# ours since 2019
set -euf
cat > "$(git rev-parse --show-toplevel)/seen.txt"
echo "$1" >> seen.txt
[ ! -e fail ]
`

describe('a hook that is there already', () => {
  test.each([
    ['a shell script', '.git/hooks', USERS],
    ['a shell script without an end of its last line', '.git/hooks', USERS.trimEnd()],
    ['a shell script in a folder of its own', 'tools/my hooks', USERS],
    [
      'a script of another language',
      '.git/hooks',
      USERS.replace('#!/bin/sh', `#!${process.execPath}`).replace(/^set[\s\S]*/m, ''),
    ],
  ])('is kept, called with the same lines, and restored: %s', (_, folder, script) => {
    const dir = clone()
    const isShell = script.startsWith('#!/bin/sh')
    const text = isShell
      ? script
      : `#!${process.execPath}\nconst fs = require('node:fs')\nfs.writeFileSync('seen.txt', fs.readFileSync(0, 'utf8') + process.argv[2] + '\\n')\nprocess.exit(fs.existsSync('fail') ? 1 : 0)\n`
    fill(dir, { [`${folder}/pre-push`]: { script: text } })
    if (folder !== '.git/hooks') git(dir, 'config', 'core.hooksPath', folder)
    const head = git(dir, 'rev-parse', 'HEAD')
    const line = `refs/heads/main ${head} refs/heads/main ${'0'.repeat(40)}\norigin\n`
    expect(install(dir)).toContain('The hook that was there is kept')
    install(dir)
    // what lies in the repository names no program on this machine
    const env = { PATH: `${programs()}${delimiter}${PATH}` }

    writeFileSync(join(dir, 'fail'), '')
    expect(push(dir, undefined, env).status).toBe(1)
    expect(readFileSync(join(dir, 'seen.txt'), 'utf8')).toBe(line)
    const broken = commit(dir, BROKEN)
    expect(push(dir, undefined, env)).toMatchObject({
      status: 1,
      output: expect.stringContaining(broken.slice(0, 7)),
    })
    git(dir, 'rm', '-q', 'fail')
    commit(dir, GOOD)
    expect(push(dir, undefined, env)).toEqual({ status: 0, output: '' })

    expect(uninstall(dir)).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(join(dir, folder, 'pre-push'), 'utf8')).toBe(text)
    expect(statSync(join(dir, folder, 'pre-push')).mode & 0o777).toBe(0o755)
    expect(readdirSync(join(dir, folder)).filter((name) => !name.endsWith('.sample'))).toEqual(['pre-push'])
  })

  test('and is switched off stays so', () => {
    const dir = clone()
    const file = join(dir, '.git/hooks/pre-push')
    writeFileSync(file, '#!/bin/sh\nexit 1\n')
    install(dir)
    expect(push(dir)).toEqual({ status: 0, output: '' })
    uninstall(dir)
    expect(readFileSync(file, 'utf8')).toBe('#!/bin/sh\nexit 1\n')
    expect(statSync(file).mode & 0o111).toBe(0)
  })

  test('and is a symbolic link stays one', () => {
    const dir = clone()
    fill(dir, { 'scripts/check.sh': { script: '#!/bin/sh\necho linked >&2\n' } })
    symlinkSync('../../scripts/check.sh', join(dir, '.git/hooks/pre-push'))
    install(dir)
    expect(push(dir)).toEqual({ status: 0, output: 'linked\n' })
    uninstall(dir)
    expect(readFileSync(join(dir, 'scripts/check.sh'), 'utf8')).toBe('#!/bin/sh\necho linked >&2\n')
    expect(push(dir, ['origin', 'main:other']).output).toBe('linked\n')
  })
})

describe('install', () => {
  test('makes a hook that uninstall removes', () => {
    const dir = clone()
    expect(install(dir)).toContain('.git/hooks/pre-push')
    expect(uninstall(dir).stdout).toContain('.git/hooks/pre-push is removed')
    expect(existsSync(join(dir, '.git/hooks/pre-push'))).toBe(false)
    expect(uninstall(dir)).toEqual({ status: 0, stdout: 'There is no hook of flask-dyno here.\n', stderr: '' })
  })

  test('works from a worktree, and for it', () => {
    const dir = clone()
    git(dir, 'worktree', 'add', '-q', '../other tree', '-b', 'side')
    const side = join(dir, '../other tree')
    install(side)
    commit(side, BROKEN)
    expect(push(side, ['origin', 'side'])).toMatchObject({
      status: 1,
      output: expect.stringContaining('1 error in side'),
    })
    expect(push(dir)).toEqual({ status: 0, output: '' })
  })

  test('works in a submodule, and only there', () => {
    const inner = clone()
    const outer = clone()
    git(outer, 'submodule', '--quiet', 'add', inner, 'shop')
    commitAll(outer)
    const shop = join(outer, 'shop')
    git(shop, 'remote', 'add', 'copy', join(outer, '../remote.git'))
    install(shop)
    commit(shop, BROKEN)
    expect(push(shop, ['copy', 'HEAD:refs/heads/shop']).status).toBe(1)
    expect(push(outer)).toEqual({ status: 0, output: '' })
  })

  test('leaves a hook that calls flask-dyno as it is', () => {
    const dir = clone()
    const text = '#!/bin/sh\nnpx flask-dyno@0.1.0 hook run "$@"\n'
    fill(dir, { '.git/hooks/pre-push': { script: text } })
    expect(flaskDyno(['hook', 'install'], { cwd: dir, env: ENV })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('calls flask-dyno hook run already'),
    })
    expect(readFileSync(join(dir, '.git/hooks/pre-push'), 'utf8')).toBe(text)
  })

  test('does not touch the hooks of all repositories unless it is told to', () => {
    const dir = clone()
    const everybodys = scratch()
    const config = join(scratch({ gitconfig: `[core]\n\thooksPath = ${everybodys}\n` }), 'gitconfig')
    const run = (...args: string[]) =>
      flaskDyno(['hook', 'install', ...args], { cwd: dir, env: { ...ENV, GIT_CONFIG_GLOBAL: config } })
    expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('--global') })
    expect(readdirSync(everybodys)).toEqual([])
    expect(run('--global').status).toBe(0)
    expect(readdirSync(everybodys)).toEqual(['pre-push'])
  })

  test.skipIf(process.getuid?.() !== 0)('says in one line what it may not write', () => {
    const dir = clone()
    chmodSync(join(dir, '..'), 0o755)
    // the program, where another user may read it
    cpSync(dirname(program()), join(dir, '../installed'), { recursive: true })
    chmodSync(join(dir, '../installed'), 0o755)
    const trust = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' }
    const run = spawnSync(process.execPath, [join(dir, '../installed/main.cjs'), 'hook', 'install'], {
      cwd: dir,
      uid: 65534,
      encoding: 'utf8',
      env: { ...process.env, ...ENV, ...trust },
    })
    expect(run).toMatchObject({ status: 2, stdout: '' })
    expect(run.stderr).toMatch(
      /^flask-dyno: .*\.git\/hooks\/pre-push could not be changed: no permission to write there\n$/,
    )
  })

  test.each([
    [['hook'], 'flask-dyno hook install'],
    [['hook', 'instal'], 'not "instal"'],
    [['hook', 'install', 'here'], '"here" is too many'],
    [['hook', 'install', '--with', 'lefthook'], 'there is no lefthook.yml here'],
    [['hook', 'install', '--with', 'pre-commit'], 'there is no .pre-commit-config.yaml here'],
    [['hook', 'install', '--dir', 'nowhere'], 'no such folder'],
  ])('%j is wrong use', (args, message) => {
    const { status, stderr } = flaskDyno(args, { cwd: clone(), env: ENV })
    expect(status).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  test('outside of a repository says so', () => {
    expect(flaskDyno(['hook', 'install'], { cwd: scratch() })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is in no git repository'),
    })
  })
})

const SCRIPT_OF = (text: string): string => /# >>> flask-dyno[\s\S]*# <<< flask-dyno/.exec(text)?.[0] ?? ''

describe.each([
  ['lefthook.yml', '# ours\nmin_version: 1.6.0\npre-commit:\n  jobs:\n    - run: echo hi\n'],
  ['lefthook.yml', 'pre-push:\n  # first of all\n  commands:\n    tests:\n      run: pytest   # slow\n'],
  ['lefthook.yml', 'pre-push:\r\n    parallel: true\r\n    jobs:\r\n    - run: pytest\r\n'],
  ['lefthook.yml', 'pre-push:\n  scripts:\n    "go.sh":\n      runner: bash'],
  ['lefthook.yml', '# nothing yet'],
  [
    '.pre-commit-config.yaml',
    'repos:\n-   repo: https://example.com/hooks\n    rev: v1.0\n    hooks:\n    -   id: black\nci:\n  skip: [black]\n',
  ],
])('the text of %s', (name, before) => {
  test(`keeps what it says, and has it back afterwards: ${JSON.stringify(before)}`, () => {
    const dir = clone()
    fill(dir, { [name]: before })
    const env = { ...ENV, PATH: `${join(process.execPath, '..')}:/usr/bin:/bin` }
    const run = () => flaskDyno(['hook', 'install'], { cwd: dir, env })
    expect(run()).toMatchObject({ status: 0, stderr: '' })
    const after = readFileSync(join(dir, name), 'utf8')
    expect(SCRIPT_OF(after)).toContain('hook run')
    // a second time, it is renewed
    expect(run().status).toBe(0)
    expect(readFileSync(join(dir, name), 'utf8')).toBe(after)
    uninstall(dir)
    expect(readFileSync(join(dir, name), 'utf8')).toBe(before)
  })
})

test.each([
  ['lefthook.yml', 'pre-push: {commands: {a: {run: b}}}\n'],
  ['lefthook.yml', 'pre-push: *broken\n'],
  ['.pre-commit-config.yaml', 'repos: []\n'],
  ['lefthook.toml', '[pre-push]\n'],
])('%s that says %j is left to its author', (name, text) => {
  const dir = clone()
  fill(dir, { [name]: text })
  const { status, stderr } = flaskDyno(['hook', 'install'], { cwd: dir, env: ENV })
  expect(status).toBe(2)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(readFileSync(join(dir, name), 'utf8')).toBe(text)
})

test('run by hand without anything on stdin does nothing, and wants nothing', () => {
  const dir = clone()
  const run = spawnSync(process.execPath, [program(), 'hook', 'run', 'origin', 'url'], {
    cwd: dir,
    input: '',
    encoding: 'utf8',
  })
  expect(run).toMatchObject({ status: 0, stdout: '', stderr: '' })
})
