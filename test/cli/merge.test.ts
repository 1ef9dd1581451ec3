import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { mergeFormat } from '../../scripts/json-formats.ts'
import { type Content, fill, scratch } from '../engine/scratch.ts'
import { flaskDyno } from './program.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

interface Said {
  readonly findings?: readonly (readonly [rule: string, level: string])[]
  readonly project?: boolean
  readonly error?: { readonly kind: string; readonly message: string }
}

const found = (...findings: readonly (readonly [string, string])[]): Said => ({ findings })

/** A line as `lint --each` writes it, with what merge looks at. */
function line(repository: string, { findings = [], project = true, error }: Said = {}): string {
  const head = { version: 1, tool: { name: 'flask-dyno', version: '0.1.0' }, repository }
  const value =
    error === undefined
      ? {
          ...head,
          status: findings.some(([, level]) => level === 'error') ? 1 : 0,
          findings: findings.map(([rule, level]) => ({ rule, level })),
          project,
        }
      : { ...head, status: error.kind === 'missing' ? 2 : 3, error }
  return `${JSON.stringify(value)}\n`
}

function merge(files: Readonly<Record<string, Content>>, ...args: string[]) {
  const dir = scratch(files)
  return flaskDyno(['merge', ...args], { cwd: dir })
}

const json = (files: Readonly<Record<string, Content>>, ...args: string[]): z.infer<typeof mergeFormat> =>
  JSON.parse(merge(files, ...args, '--format', 'json').stdout) as z.infer<typeof mergeFormat>

const SHARDS = {
  '1.ndjson': [
    line('org/shop', found(['dev-server', 'error'], ['debug-enabled', 'error'], ['procfile-crlf', 'warning'])),
    line('org/calm'),
    line('org/notes', { project: false }),
  ].join(''),
  '2.ndjson': [
    line('org/blog', found(['procfile-crlf', 'warning'], ['procfile-crlf', 'warning'])),
    line('org/lost', { error: { kind: 'missing', message: 'no such directory: org/lost' } }),
    line('org/slow', { error: { kind: 'time', message: 'not done within 60 seconds' } }),
  ].join(''),
}

test('a file that no --each wrote is told of in a few lines', () => {
  const ran = merge({ 'other.json': '{\n'.repeat(500) }, 'other.json')
  expect(ran.status).toBe(2)
  expect(ran.stdout).toContain('other.json:1 ')
  expect(ran.stdout).toMatch(/^ {2}and 490 more$/m)
  expect(ran.stdout.split('\n').length).toBeLessThan(30)
})

test('says what many runs come to', () => {
  const ran = merge(
    { ...SHARDS, 'all.txt': 'org/shop\norg/forgotten\n' },
    '1.ndjson',
    '2.ndjson',
    '--expect',
    'all.txt',
  )
  expect(ran).toEqual({
    status: 3,
    stderr: '',
    stdout: `6 repositories: 1 clean, 2 with findings, 1 without a Flask app, 2 failed, 1 absent
Found 2 errors, 3 warnings

Rules
  rule           errors  warnings  repositories
  procfile-crlf       0         3             2
  debug-enabled       1         0             1
  dev-server          1         0             1

Worst repositories
  repository  errors  warnings
  org/shop         2         1
  org/blog         0         2

Failed
  repository  why      message
  org/lost    missing  no such directory: org/lost
  org/slow    time     not done within 60 seconds

Expected, and in no shard
  repository
  org/forgotten
`,
  })
})

test('is the same in whichever order the lines and the files come', () => {
  const mixed = Object.values(SHARDS)
    .flatMap((shard) => shard.split(/(?<=\n)/))
    .reverse()
  const shuffled = { 'a.ndjson': mixed.slice(0, 4).join(''), 'b.ndjson': mixed.slice(4).join('') }
  for (const format of ['text', 'markdown', 'json']) {
    const once = merge(SHARDS, '1.ndjson', '2.ndjson', '--format', format)
    expect(merge(SHARDS, '2.ndjson', '1.ndjson', '--format', format)).toEqual(once)
    expect(merge(shuffled, 'a.ndjson', 'b.ndjson', '--format', format)).toEqual(once)
  }
})

test('--format json is what its schema promises, and no more', () => {
  const files = { ...SHARDS, '3.ndjson': `${line('org/calm')}{"version":1,\n`, 'all.txt': 'org/forgotten' }
  const value = json(files, '1.ndjson', '2.ndjson', '3.ndjson', '--expect', 'all.txt')
  mergeFormat.parse(value)
  const schema = JSON.parse(readFileSync(join(ROOT, 'schema/merge.json'), 'utf8')) as object
  expect(new Ajv2020({ strict: false }).compile(schema)(value)).toBe(true)
})

test('takes what lint --each wrote, and merge reads stdin', () => {
  const dir = scratch()
  fill(join(dir, 'broken'), { 'app.py': 'from flask import Flask\napp = Flask(__name__)\n', procfile: 'web: x\n' })
  fill(dir, { 'list.txt': 'broken\ngone\n' })
  const each = flaskDyno(['lint', '--each', 'list.txt', '--output', '1.ndjson', '--quiet'], { cwd: dir })
  expect(each.status).toBe(2)
  const merged = flaskDyno(['merge', '1.ndjson'], { cwd: dir })
  expect(merged.status).toBe(2)
  expect(merged.stdout).toContain('procfile-misnamed')
  expect(merged.stdout).toContain('2 repositories: 0 clean, 1 with findings, 1 failed')
})

test('of a repository with several lines the last one counts, and that is said', () => {
  const files = {
    'first.ndjson': line('a', { error: { kind: 'time', message: 'not done' } }) + line('b', found(['x', 'error'])),
    'again.ndjson': line('a'),
  }
  const value = json(files, 'first.ndjson', 'again.ndjson')
  expect(value.repositories).toMatchObject({ total: 2, clean: 1, withFindings: 1, failed: 0 })
  expect(value.repeated).toEqual(['a'])
})

describe('a shard that is no whole one', () => {
  test.each([
    ['that was cut off', '{"version":1,"repository":"x","fin', 'not a whole line of JSON: was the run cut off?'],
    ['of something else', '{"a":1}', 'no line that flask-dyno lint --each writes'],
    ['of one lint', '{"version":1,"findings":[]}', 'no line that flask-dyno lint --each writes'],
    [
      'without findings or error',
      '{"version":1,"repository":"x","status":0}',
      'no line that flask-dyno lint --each writes',
    ],
    ['of a later format', '{"version":2,"repository":"x"}', 'made by another flask-dyno (version 2 of the format)'],
    ['with a strange finding', line('x', found(['y', 'fatal'])), 'a finding without its rule or level'],
    ['of a list', '[]', 'no line that flask-dyno lint --each writes'],
  ])('is named with its line: one %s', (_, broken, message) => {
    const ran = merge({ '1.ndjson': `${line('a')}\n${broken}` }, '1.ndjson', '--format', 'json')
    expect(ran.status).toBe(2)
    const value = JSON.parse(ran.stdout) as z.infer<typeof mergeFormat>
    expect(value.broken).toEqual([{ file: '1.ndjson', line: 3, message }])
    expect(value.repositories.total).toBe(1)
  })
})

test.each([
  ['nothing found', line('a'), [], 0],
  ['a warning', line('a', found(['x', 'warning'])), [], 0],
  ['a warning that is to fail', line('a', found(['x', 'warning'])), ['--fail-on', 'warning'], 1],
  ['an error', line('a', found(['x', 'error'])), [], 1],
  ['a missing folder', line('a', { error: { kind: 'missing', message: '' } }), [], 2],
  ['a crash', line('a', { error: { kind: 'crash', message: '' } }), [], 3],
])('the status: %s', (_, text, args, status) => {
  expect(merge({ '1.ndjson': text }, '1.ndjson', ...args).status).toBe(status)
})

test('--top says how many of the worst are shown', () => {
  const lines = ['c', 'a', 'b'].map((name) => line(name, found(['x', 'error'])))
  const worst = (...args: string[]) => json({ '1.ndjson': lines.join('') }, '1.ndjson', ...args).worst
  expect(worst('--top', '2').map(({ repository }) => repository)).toEqual(['a', 'b'])
  expect(worst('--top', '0')).toEqual([])
})

test('names of strangers stay text, in a terminal and in Markdown', () => {
  const name = 'a\u001b[31m|b](http://x)<img src=x>\n@all'
  const text = line(name, found(['x', 'error']))
  const terminal = merge({ '1.ndjson': text }, '1.ndjson').stdout
  expect(terminal).not.toContain('\u001b')
  const markdown = merge({ '1.ndjson': text }, '1.ndjson', '--format', 'markdown').stdout
  expect(markdown).toContain('| a·\\[31m\\|b\\]\\(http\\://x\\)&lt;img src=x&gt; \\@all | 1 |')
})

test.each([
  ['no file', [], 'merge wants the files that flask-dyno lint --each wrote'],
  ['a file that is not there', ['none.ndjson'], 'there is no file none.ndjson'],
  ['a folder', ['.'], '. could not be read: EISDIR: illegal operation on a directory, read'],
  ['a list that is not there', ['1.ndjson', '--expect', 'none.txt'], 'there is no list none.txt'],
  ['half a repository', ['1.ndjson', '--top', '0.5'], '--top wants a whole number, and not "0.5"'],
])('wrong use is one line and status 2: %s', (_, args, message) => {
  expect(merge(SHARDS, ...args)).toEqual({ status: 2, stdout: '', stderr: `flask-dyno: ${message}\n` })
})
