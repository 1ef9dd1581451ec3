import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commitAll, git, repository } from '../engine/scratch.ts'
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

test.each([
  [['--since', 'nowhere'], 'there is no commit "nowhere"'],
  [['--since', 'main', '--fix'], '--since reports and --fix mends'],
])('%j is wrong use', (args, message) => {
  const { status, stderr } = flaskDyno(['lint', onBranch(), ...args])
  expect(status).toBe(2)
  expect(stderr).toContain(message)
})
