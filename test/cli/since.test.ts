import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commitAll, fill, git, repository, scratch } from '../engine/scratch.ts'
import { flaskDyno } from './program.ts'

const APP = `from flask import Flask

app = Flask(__name__)
app.secret_key = 'written into the code'


@app.get('/')
def home():
    return 'hello'


@app.get('/about')
def about():
    return 'about this app'
`
const PROJECT = {
  'app.py': APP,
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
  '.python-version': '3.14\n',
}

/** A repository whose main has one fault, on a branch. */
function onBranch(): string {
  const dir = repository(PROJECT)
  commitAll(dir)
  git(dir, 'checkout', '--quiet', '-b', 'branch')
  return dir
}

const since = (dir: string, ref = 'main') => flaskDyno(['lint', dir, '--since', ref, '--format', 'concise'])
const change = (dir: string, path: string, edit: (text: string) => string) =>
  writeFileSync(join(dir, path), edit(readFileSync(join(dir, path), 'utf8')))

test('what was there before is not the branch’s', () => {
  const dir = onBranch()
  expect(flaskDyno(['lint', dir, '--format', 'concise']).status).toBe(1)
  expect(since(dir)).toEqual({ status: 0, stdout: '', stderr: '' })
  const text = flaskDyno(['lint', dir, '--since', 'main'])
  expect(text.stdout).toContain('1 there before')
})

test('what the branch adds is, committed or not', () => {
  const dir = onBranch()
  change(dir, 'Procfile', () => 'web: gunicorn app:application\n')
  for (const committed of [false, true]) {
    if (committed) commitAll(dir)
    const { status, stdout } = since(dir)
    expect(status).toBe(1)
    expect(stdout).toMatch(/^Procfile:1:\d+ error app-target-missing .*\n$/)
  }
})

test('moved lines, an edited line and a renamed file make nothing worse', () => {
  const dir = onBranch()
  change(
    dir,
    'app.py',
    (text) => `"""An app."""\n\n${text.replace("'written into the code'", '"written into the code"')}`,
  )
  expect(since(dir).stdout).toBe('')
  renameSync(join(dir, 'app.py'), join(dir, 'shop.py'))
  change(dir, 'Procfile', (text) => text.replace('app:', 'shop:'))
  commitAll(dir)
  expect(since(dir).stdout).toBe('')
})

test('a file that was moved without a word to git makes nothing worse', () => {
  const dir = onBranch()
  renameSync(join(dir, 'app.py'), join(dir, 'shop.py'))
  change(dir, 'Procfile', (text) => text.replace('app:', 'shop:'))
  expect(since(dir).stdout).toBe('')
})

test('an app that moves into a folder, to another, and out again makes nothing worse', () => {
  const dir = onBranch()
  const names = ['app.py', 'Procfile', 'requirements.txt', '.python-version']
  const move = (from: string, to: string) => {
    fill(dir, { [join(to, 'kept')]: '', '.flask-dyno.yml': to === '.' ? '{}\n' : `root: ${to}\n` })
    for (const name of names) git(dir, 'mv', join(from, name), join(to, name))
    commitAll(dir)
  }
  for (const [from, to] of [
    ['.', 'backend'],
    ['backend', 'srv/shop'],
    ['srv/shop', '.'],
  ] as const) {
    move(from, to)
    for (const ref of ['main', 'HEAD~1'])
      expect(since(dir, ref), `${to} ${ref}`).toMatchObject({ stdout: '', stderr: '' })
  }
  // commits whose folders are not on the disk, or that have no disk
  const bare = join(scratch(), 'app.git')
  git(dir, 'clone', '-q', '--bare', '.', bare)
  expect(flaskDyno(['lint', bare, '--rev', 'branch~1', '--since', 'branch~2', '--format', 'concise'])).toMatchObject({
    stdout: '',
    stderr: '',
  })
  const { stdout, stderr } = flaskDyno(['lint', dir, '--rev', 'HEAD~1', '--since', 'HEAD~2', '--format', 'concise'])
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' })
})

test('a warning that becomes an error is worse', () => {
  const dir = onBranch()
  // an import that only a call makes harms less
  change(dir, 'app.py', (text) => `${text}\n\ndef later():\n    import gone.thing\n`)
  fill(dir, { 'gone/__init__.py': '' })
  commitAll(dir)
  git(dir, 'branch', '--force', 'main')
  expect(since(dir).stdout).toBe('')
  change(dir, 'app.py', (text) => text.replace('def later():\n    import', 'if True:\n    import'))
  expect(since(dir).stdout).toMatch(/^app\.py:\d+:\d+ error import-unresolved .*\n$/)
})

test('in a shallow, a partial or an empty clone says what is missing', () => {
  const origin = onBranch()
  change(origin, 'app.py', (text) => `${text}\n# more\n`)
  commitAll(origin)
  git(origin, 'config', 'uploadpack.allowFilter', 'true')
  const outer = scratch()
  const cloned = (name: string, ...args: string[]) => {
    git(outer, 'clone', '-q', '--branch', 'branch', ...args, `file://${origin}`, name)
    return join(outer, name)
  }
  const shallow = cloned('shallow', '--depth', '1')
  const fetch = 'git fetch origin main:refs/remotes/origin/main'
  expect(since(shallow, 'origin/main').stderr).toContain(
    `there is no commit "origin/main" here; fetch it first (${fetch})`,
  )
  git(shallow, ...fetch.split(' ').slice(1), '-q', '--depth', '1')
  expect(since(shallow, 'origin/main').stderr).toMatch(/no commit in common; .*git fetch --unshallow.*fetch-depth: 0/)
  git(shallow, 'fetch', '-q', '--unshallow')
  expect(since(shallow, 'origin/main')).toEqual({ status: 0, stdout: '', stderr: '' })

  const whole = cloned('whole')
  expect(since(whole, 'main').stderr).toBe(
    'flask-dyno: --since: there is no commit "main" here; did you mean "origin/main"?\n',
  )
  expect(since(whole, 'HEAD^{tree}').stderr).toBe('flask-dyno: --since: "HEAD^{tree}" is no commit\n')

  const partial = since(cloned('partial', '--filter=blob:none'), 'origin/main')
  expect(partial).toMatchObject({ status: 2, stdout: '' })
  expect(partial.stderr).toMatch(/^flask-dyno: .*partial clone.*: git fetch --refetch --no-filter\n$/)

  git(outer, 'init', '-q', 'empty')
  expect(since(join(outer, 'empty')).stderr).toContain('--since: this repository has no commit yet\n')
})

test('a second fault of the same kind is worse', () => {
  const dir = onBranch()
  change(dir, 'app.py', (text) => `${text}FIRST = 'AKIAQYLPMN5HFIQR7XYA'\n`)
  commitAll(dir)
  git(dir, 'branch', '--force', 'main')
  change(dir, 'app.py', (text) => `${text}SECOND = 'AKIAQYLPMN5HFIQR7XYB'\n`)
  const { status, stdout } = since(dir)
  expect(status).toBe(1)
  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
})

test('what main did after the branch left it is not held against the branch', () => {
  const dir = onBranch()
  git(dir, 'checkout', '--quiet', 'main')
  change(dir, 'app.py', (text) => text.replace("'written into the code'", "__import__('os').environ['SECRET_KEY']"))
  commitAll(dir)
  git(dir, 'checkout', '--quiet', 'branch')
  expect(since(dir).stdout).toBe('')
})

test('without a repository, or without git, it says that', () => {
  const dir = scratch({ 'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n' })
  expect(since(dir)).toEqual({
    status: 2,
    stdout: '',
    stderr: `flask-dyno: --since: ${dir} is not in a git repository, so there is no commit "main"\n`,
  })
  const bare = flaskDyno(['lint', dir, '--since', 'main'], { env: { PATH: scratch() } })
  expect(bare).toMatchObject({ status: 2, stderr: 'flask-dyno: git was not found on the PATH, and --since needs it\n' })
})

test.each([
  [['--since', 'nowhere'], 'there is no commit "nowhere"'],
  [['--since', 'main', '--fix'], '--since reports and --fix mends'],
])('%j is wrong use', (args, message) => {
  const { status, stderr } = flaskDyno(['lint', onBranch(), ...args])
  expect(status).toBe(2)
  expect(stderr).toContain(message)
})
