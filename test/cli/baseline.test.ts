import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commitAll, repository, scratch } from '../engine/scratch.ts'
import { flaskDyno } from './program.ts'

const PROJECT = {
  'app.py': "from flask import Flask\n\napp = Flask(__name__)\napp.secret_key = 'written into the code'\n",
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
  '.python-version': '3.14\n',
}

const lint = (dir: string, ...more: string[]) => flaskDyno(['lint', '.', '--format', 'concise', ...more], { cwd: dir })
const change = (dir: string, path: string, edit: (text: string) => string) =>
  writeFileSync(join(dir, path), edit(readFileSync(join(dir, path), 'utf8')))

function withBaseline(files: Readonly<Record<string, string>> = PROJECT): string {
  const dir = scratch(files)
  expect(lint(dir).status).toBe(1)
  const wrote = lint(dir, '--write-baseline')
  expect(wrote).toMatchObject({ status: 0, stdout: '' })
  expect(wrote.stderr).toContain('.flask-dyno-baseline.json: 1 finding is known')
  return dir
}
const FILE = ['--baseline', '.flask-dyno-baseline.json']

test('what it knows is hidden, and counted', () => {
  const dir = withBaseline()
  expect(lint(dir, ...FILE)).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(flaskDyno(['lint', dir, ...FILE], { cwd: dir }).stdout).toContain('1 in the baseline')
  expect(JSON.parse(flaskDyno(['lint', '.', '--format', 'json', ...FILE], { cwd: dir }).stdout)).toMatchObject({
    findings: [],
    hidden: { baseline: 1 },
  })
})

test('lines may move; what is new is reported', () => {
  const dir = withBaseline()
  change(dir, 'app.py', (text) => `"""An app."""\n\n\n${text}`)
  expect(lint(dir, ...FILE).stdout).toBe('')
  change(dir, 'Procfile', () => 'web: gunicorn app:application\n')
  const { status, stdout } = lint(dir, ...FILE)
  expect(status).toBe(1)
  expect(stdout).toMatch(/^Procfile:1:\d+ error app-target-missing .*\n$/)
})

test('a renamed file is reported once, and its old entry not besides', () => {
  const dir = withBaseline()
  renameSync(join(dir, 'app.py'), join(dir, 'shop.py'))
  change(dir, 'Procfile', () => 'web: gunicorn shop:app\n')
  const { stdout, stderr } = lint(dir, ...FILE)
  expect(stdout.trimEnd().split('\n')).toEqual([expect.stringMatching(/^shop\.py:4:\d+ error secret-key-hardcoded/)])
  expect(stderr).toBe('')
})

test('what is mended is said to be gone, until it is pruned', () => {
  const dir = withBaseline()
  change(dir, 'app.py', (text) => text.replace("'written into the code'", "__import__('os').environ['SECRET_KEY']"))
  expect(lint(dir, ...FILE)).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('secret-key-hardcoded finds nothing any more in app.py'),
  })
  // A rule that did not run cannot tell.
  expect(lint(dir, ...FILE, '--select', 'build').stderr).toBe('')
  expect(lint(dir, ...FILE, '--prune-baseline').stderr).toContain('removed 1 finding that is gone')
  expect(lint(dir, ...FILE)).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(JSON.parse(readFileSync(join(dir, FILE[1] ?? ''), 'utf8'))).toEqual({ version: 1, findings: [] })
})

test('equal lines are told apart by their order, so that one more is one more', () => {
  const key = "KEY = 'AKIAQYLPMN5HFIQR7XYA'\n"
  const { 'app.py': app, ...rest } = PROJECT
  const dir = withBaseline({ ...rest, 'app.py': `${app.replace(/.*secret_key.*\n/, '')}${key}` })
  change(dir, 'app.py', (text) => `${text}${key}`)
  expect(
    lint(dir, ...FILE)
      .stdout.trimEnd()
      .split('\n'),
  ).toHaveLength(1)
})

test('the config may name it, and a commit is judged by its own', () => {
  const dir = repository({
    ...PROJECT,
    '.flask-dyno.yml': 'baseline: known.json\n',
    'known.json': '{"version": 1, "findings": []}\n',
  })
  expect(lint(dir).status).toBe(1)
  commitAll(dir)
  expect(lint(dir, '--write-baseline').status).toBe(0)
  expect(lint(dir)).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(lint(dir, '--rev', 'HEAD').status).toBe(1)
  commitAll(dir)
  expect(lint(dir, '--rev', 'HEAD').status).toBe(0)
})

test('a run that nothing told of it is not said to heed it', () => {
  const dir = scratch(PROJECT)
  expect(lint(dir, '--write-baseline').stderr).toContain('baseline: .flask-dyno-baseline.json  in .flask-dyno.yml')
  expect(lint(dir).status).toBe(1)
  writeFileSync(join(dir, '.flask-dyno.yml'), 'baseline: .flask-dyno-baseline.json\n')
  expect(lint(dir).status).toBe(0)
  expect(lint(dir, '--write-baseline').stderr).not.toContain('in .flask-dyno.yml')
})

test.each([[[]], [FILE]])('what --since leaves out is not said to be gone: %j', (named) => {
  const dir = repository({ ...PROJECT, '.flask-dyno.yml': 'baseline: .flask-dyno-baseline.json\n' })
  expect(lint(dir, '--write-baseline').status).toBe(0)
  commitAll(dir)
  expect(lint(dir, '--since', 'HEAD', ...named)).toEqual({ status: 0, stdout: '', stderr: '' })
})

test('is the same text for the same findings, and says no secret', () => {
  const dir = withBaseline()
  const first = readFileSync(join(dir, FILE[1] ?? ''), 'utf8')
  lint(dir, '--write-baseline')
  expect(readFileSync(join(dir, FILE[1] ?? ''), 'utf8')).toBe(first)
  expect(first).not.toContain('written into the code')
})

test.each([
  ['is not there', undefined, 'there is no baseline known.json; flask-dyno lint --write-baseline makes one'],
  ['is no JSON', '{', 'known.json is no JSON'],
  ['is another JSON', '{"version": 2}', 'known.json is no baseline of version 1'],
  ['has an entry without an identity', '{"version": 1, "findings": [{"rule": "x"}]}', 'is no baseline of version 1'],
])('a baseline that %s is wrong use', (_, text, message) => {
  const dir = scratch(text === undefined ? PROJECT : { ...PROJECT, 'known.json': text })
  const { status, stderr } = lint(dir, '--baseline', 'known.json')
  expect(status).toBe(2)
  expect(stderr).toContain(message)
})

test.each([
  [['--write-baseline', '--prune-baseline']],
  [['--write-baseline', '--select', 'data']],
  [['--prune-baseline', '--since', 'main']],
])('%j contradict each other', (args) => {
  expect(lint(scratch(PROJECT), ...args).status).toBe(2)
})

test('is written in the place of what is there, through a link, and read with a byte-order mark', () => {
  const dir = withBaseline()
  renameSync(join(dir, FILE[1] ?? ''), join(dir, 'known.json'))
  symlinkSync('known.json', join(dir, FILE[1] ?? ''))
  change(dir, 'known.json', (text) => `\uFEFF${text}`)
  expect(lint(dir, ...FILE)).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(lint(dir, '--write-baseline').status).toBe(0)
  expect(lstatSync(join(dir, FILE[1] ?? '')).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(dir, 'known.json'), 'utf8')).toMatch(/^\{\n/)
  expect(readdirSync(dir).filter((name) => /known|baseline/.test(name))).toEqual([FILE[1], 'known.json'])
  // a folder cannot be written over, and nothing is left beside it
  mkdirSync(join(dir, 'folder.json'))
  const refused = lint(dir, '--write-baseline', '--baseline', 'folder.json')
  expect(refused.status).toBe(2)
  expect(refused.stderr).toMatch(/^flask-dyno: folder\.json could not be written: .*\n$/)
  expect(readdirSync(dir).filter((name) => name.startsWith('folder.json.'))).toEqual([])
})
