import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { progressText } from '../../cli/each-progress.ts'
import { eachFormat } from '../../scripts/json-formats.ts'
import { type Content, commitAll, fill, git, scratch } from '../engine/scratch.ts'
import { flaskDyno, program, type Ran } from './program.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SOUND = {
  'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
  '.python-version': '3.14\n',
}
/** One error, one warning. */
const BROKEN = { ...SOUND, Procfile: 'web: gunicorn app:application\n', '.python-version': '', 'runtime.txt': '' }
const WARNED = { ...SOUND, Procfile: 'web: gunicorn app:app\r\n' }

/** A folder of projects. */
function projects(all: Readonly<Record<string, Readonly<Record<string, Content>>>>): string {
  const dir = scratch()
  for (const [name, files] of Object.entries(all)) fill(join(dir, name), files)
  return dir
}

type Line = z.infer<typeof eachFormat>
const linesOf = ({ stdout }: Pick<Ran, 'stdout'>): Line[] =>
  stdout.split('\n').flatMap((line) => (line === '' ? [] : (JSON.parse(line) as Line)))
const summary = (ran: Ran) =>
  Object.fromEntries(linesOf(ran).map((line) => [line.repository, 'findings' in line ? line.status : line.error.kind]))

/** `lint --each`, with the list on a file. */
function each(dir: string, list: string, ...args: string[]): Ran {
  fill(dir, { 'list.txt': list })
  return flaskDyno(['lint', '--each', 'list.txt', '--quiet', ...args], { cwd: dir })
}

test('a line for each repository: format 1 with its name; the status is the highest', () => {
  const dir = projects({ sound: SOUND, broken: BROKEN, text: { 'README.md': 'hello' } })
  const ran = each(dir, 'sound\nbroken\ntext\ngone\n')
  expect(ran.status).toBe(2)
  expect(summary(ran)).toEqual({ sound: 0, broken: 1, text: 0, gone: 'missing' })
  expect(ran.stderr).toBe('flask-dyno: gone: no such directory: gone\n')

  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  const validate = ajv.compile(JSON.parse(readFileSync(join(ROOT, 'schema/each.json'), 'utf8')) as object)
  for (const line of linesOf(ran)) {
    eachFormat.parse(line)
    expect(validate(line), JSON.stringify(validate.errors)).toBe(true)
  }
  const lines = new Map(linesOf(ran).map((line) => [line.repository, line]))
  expect(lines.get('text')).toMatchObject({ project: false })
  const alone = JSON.parse(flaskDyno(['lint', 'broken', '--format', 'json'], { cwd: dir }).stdout) as Line
  const {
    repository: _,
    status: __,
    project: ___,
    ...rest
  } = lines.get('broken') as Extract<Line, { project: boolean }>
  const milliseconds = expect.any(Number)
  expect(rest).toEqual({ ...alone, summary: { ...rest.summary, milliseconds } })
})

test('the list: relative to where one is; blank lines, comments, line ends and repeated names count for nothing', () => {
  const dir = projects({ 'lists/no': {}, 'a b': SOUND, '#1': SOUND, b: SOUND })
  const list = '\uFEFF# ours\r\n\r\na b\r\n  \n./#1\nb\nb\n'
  fill(dir, { 'lists/all.txt': list })
  const ran = flaskDyno(['lint', '--each', 'lists/all.txt', '--quiet', '--ordered'], { cwd: dir })
  expect(summary(ran)).toEqual({ 'a b': 0, './#1': 0, b: 0 })
  expect(ran).toMatchObject({ status: 0, stderr: '' })

  fill(dir, { 'nul.txt': '#1\0b\0\0' })
  const nul = flaskDyno(['lint', '--each', 'nul.txt', '-0', '--quiet'], { cwd: dir })
  expect(summary(nul)).toEqual({ '#1': 0, b: 0 })
})

test('an empty list is no fault', () => {
  expect(each(scratch(), '# nothing yet\n')).toEqual({ status: 0, stdout: '', stderr: '' })
})

test('--ordered keeps the order of the list, whatever is done first', () => {
  const large = {
    ...SOUND,
    ...Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`m${at}.py`, SOUND['app.py']])),
  }
  const dir = projects({ large, a: SOUND, b: SOUND, c: SOUND, d: SOUND })
  const names = ['large', 'b', 'a', 'none', 'd', 'c']
  const ran = each(dir, names.join('\n'), '--ordered', '--jobs', '3')
  expect(linesOf(ran).map((line) => line.repository)).toEqual(names)
})

test('what holds for one holds for each: --fail-on, --select, the config and the baseline of each, --rev', () => {
  const known = { version: 1, findings: [] }
  const dir = projects({
    warned: WARNED,
    configured: { ...WARNED, '.flask-dyno.yml': 'rules: {procfile-crlf: error}\n' },
    misconfigured: { ...SOUND, '.flask-dyno.yml': 'presett: strict\n' },
    unknown: { ...SOUND, '.flask-dyno.yml': 'baseline: known.json\n' },
    root: { '.flask-dyno.yml': 'root: backend\n', 'backend/app.py': SOUND['app.py'], 'backend/procfile': 'web: x\n' },
    sure: { ...BROKEN, '.flask-dyno.yml': 'baseline: known.json\n', 'known.json': JSON.stringify(known) },
  })
  const names = 'warned\nconfigured\nmisconfigured\nunknown\nroot\nsure\n'
  expect(summary(each(dir, names))).toEqual({
    warned: 0,
    configured: 1,
    misconfigured: 'config',
    unknown: 'config',
    root: 1,
    sure: 1,
  })
  expect(summary(each(dir, 'warned', '--fail-on', 'warning'))).toEqual({ warned: 1 })
  expect(summary(each(dir, 'warned', '--select', 'build', '--fail-on', 'info'))).toEqual({ warned: 0 })
  expect(summary(each(dir, 'misconfigured', '--no-config'))).toEqual({ misconfigured: 0 })

  // a bare mirror, and a working tree that says something else than its commit
  git(join(dir, 'sure'), 'init', '-q')
  commitAll(join(dir, 'sure'))
  git(dir, 'clone', '-q', '--bare', 'sure', 'mirror.git')
  fill(join(dir, 'sure'), SOUND)
  const committed = each(dir, 'sure\nmirror.git\n', '--rev', 'HEAD', '--no-config', '--ordered')
  expect(summary(committed)).toEqual({ sure: 1, 'mirror.git': 1 })
  expect(linesOf(each(dir, 'mirror.git'))[0]).toMatchObject({ status: 2, error: { kind: 'unreadable' } })
})

test('its summary counts as merge does: a repository with warnings alone has findings', () => {
  const dir = projects({ sure: SOUND, broken: BROKEN, warned: WARNED })
  fill(dir, { 'list.txt': 'sure\nbroken\nwarned\nnowhere\n' })
  const ran = flaskDyno(['lint', '--each', 'list.txt', '--output', 'all.ndjson'], { cwd: dir })
  const merged = flaskDyno(['merge', 'all.ndjson'], { cwd: dir })
  expect(ran.stderr).toMatch(/2 with findings, 1 failed\n$/)
  expect(merged.stdout).toContain('1 clean, 2 with findings, 1 failed')
})

test('--output writes the lines to a file', () => {
  const dir = projects({ broken: BROKEN })
  expect(each(dir, 'broken\n', '--output', 'all.ndjson')).toEqual({ status: 1, stdout: '', stderr: '' })
  expect(summary({ status: 1, stderr: '', stdout: readFileSync(join(dir, 'all.ndjson'), 'utf8') })).toEqual({
    broken: 1,
  })
})

describe.skipIf(process.platform === 'win32')('a repository that the tool cannot bear takes no other along', () => {
  /** A `git` that does to the process what the name of the folder says. */
  const git = `#!/bin/sh
case "$PWD" in
  */hangs) exec tail -f /dev/null ;;
  */crashes) kill -SEGV $PPID ;;
  */is-killed) kill -KILL $PPID ;;
  */is-huge) yes "? some/path/of/a/file" | head -n 8000000 | tr '\\n' '\\0' ;;
  *) PATH="$REAL_PATH" exec git "$@" ;;
esac
`
  function run(names: readonly string[], ...args: string[]): Ran {
    const dir = projects(Object.fromEntries(names.map((name) => [name, { ...BROKEN, '.git/HEAD': '' }])))
    const bin = scratch({ git: { script: git } })
    const path = process.env.PATH ?? ''
    fill(dir, { 'list.txt': names.join('\n') })
    return flaskDyno(['lint', '--each', 'list.txt', '--ordered', ...args], {
      cwd: dir,
      env: { PATH: `${bin}${delimiter}${path}`, REAL_PATH: path },
    })
  }

  test('its process dies', () => {
    const ran = run(['a', 'crashes', 'b', 'is-killed', 'c'], '--jobs', '2')
    expect(ran.status).toBe(3)
    expect(summary(ran)).toEqual({ a: 1, crashes: 'crash', b: 1, 'is-killed': 'memory', c: 1 })
    expect(ran.stderr).toContain('flask-dyno: crashes: its process ended with SIGSEGV')
    expect(ran.stderr).toMatch(/5 repositories in .* s: 3 with findings, 2 failed\n$/)
  })

  test('it takes too long', () => {
    const ran = run(['hangs', 'hangs/../a'], '--jobs', '1', '--time-limit', '5')
    expect(ran.status).toBe(3)
    expect(summary(ran)).toEqual({ hangs: 'time', 'hangs/../a': 1 })
    expect(ran.stderr).toContain('flask-dyno: hangs: not done within 5 seconds; --time-limit allows more')
  })

  test('it wants too much memory', () => {
    const ran = run(['a', 'is-huge', 'b'], '--jobs', '1', '--memory-limit', '64')
    expect(summary(ran)).toEqual({ a: 1, 'is-huge': 'memory', b: 1 })
  })
})

describe('a list that comes in slowly', () => {
  function start(...args: string[]) {
    const dir = projects({ a: SOUND, b: BROKEN })
    const child = spawn(process.execPath, [program(), 'lint', '--each', '-', '--jobs', '2', ...args], { cwd: dir })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    return { child, lines, closed: once(child, 'close'), stderr: () => stderr }
  }

  test('is linted as it comes', async () => {
    const { child, lines, closed } = start()
    child.stdin.write('a\n')
    expect(JSON.parse((await lines.next()).value as string)).toMatchObject({ repository: 'a', status: 0 })
    child.stdin.end('b')
    expect(JSON.parse((await lines.next()).value as string)).toMatchObject({ repository: 'b', status: 1 })
    expect((await closed)[0]).toBe(1)
  })

  test.skipIf(process.platform === 'win32').each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it with what was done', async (signal, status) => {
    const { child, lines, closed, stderr } = start()
    child.stdin.write('a\n')
    await lines.next()
    child.kill(signal)
    expect(await lines.next()).toMatchObject({ done: true })
    expect((await closed)[0]).toBe(status)
    expect(stderr()).toMatch(/^flask-dyno: interrupted after 1 repository in [\d.]+ s: 0 with findings, 0 failed\n$/)
  })

  test('a reader that goes away ends it quietly, and its processes', async () => {
    const { child, lines, closed, stderr } = start('--quiet')
    child.stdin.write('b\n')
    await lines.next()
    child.stdout.destroy()
    child.stdin.write('a\n')
    // stderr is shared with none of its processes, stdout is closed: `close` comes with the last of them
    expect((await closed)[0]).toBe(1)
    expect(stderr()).toBe('')
  })
})

test.each([
  ['a folder besides', ['.', '--each', 'list.txt'], '--each names the folders: leave "." out'],
  ['a fix', ['--each', 'list.txt', '--fix'], '--fix is for one project: leave it out with --each'],
  [
    'one baseline for all',
    ['--each', 'list.txt', '--baseline', 'x'],
    '--baseline is for one project: leave it out with --each',
  ],
  [
    'another form',
    ['--each', 'list.txt', '--format', 'sarif'],
    '--each writes lines of JSON: leave --format out; flask-dyno merge makes a report of them',
  ],
  ['no list', ['--each', 'none.txt'], 'there is no list none.txt'],
  ['a folder as list', ['--each', '.'], '--each wants a list of folders, and . is a folder'],
  ['no job', ['--each', 'list.txt', '--jobs', '0'], '--jobs wants a whole number from 1 to 1024, and not "0"'],
  [
    'no memory',
    ['--each', 'list.txt', '--memory-limit', '1'],
    '--memory-limit wants a whole number from 32 to 1048576, and not "1"',
  ],
  [
    'half a second',
    ['--each', 'list.txt', '--time-limit', '0.5'],
    '--time-limit wants a whole number from 1 to 86400, and not "0.5"',
  ],
  [
    'a rule that is none, once',
    ['--each', 'list.txt', '--select', 'procfile-crfl'],
    '--select names no rule or stage: "procfile-crfl"; did you mean "procfile-crlf"?',
  ],
  ['a config that is not there, once', ['--each', 'list.txt', '--config', 'x.yml'], 'no such config file: x.yml'],
  ['an option without a list', ['--jobs', '2'], '--jobs is for a list of projects: name one with --each'],
  [
    'nowhere to write',
    ['--each', 'list.txt', '--output', 'a'],
    "the report could not be written to a: EISDIR: illegal operation on a directory, open 'a'",
  ],
])('wrong use is one line and status 2: %s', (_, args, message) => {
  const dir = projects({ a: SOUND, b: SOUND })
  fill(dir, { 'list.txt': 'a\nb\n' })
  expect(flaskDyno(['lint', ...args], { cwd: dir })).toEqual({
    status: 2,
    stdout: '',
    stderr: `flask-dyno: ${message}\n`,
  })
})

describe('the line of progress', () => {
  const progress = { done: 250, total: 1000, seconds: 10, withFindings: 20, failed: 0 }

  test.each([
    [progress, '[######------------------]  250/1000  25/s  30 s left  20 with findings'],
    [{ ...progress, total: null }, '250 linted  25/s  20 with findings'],
    [
      { ...progress, done: 10, total: 10_000, failed: 2 },
      '[------------------------]  10/10000  1.0/s  2:46 h left  20 with findings  2 failed',
    ],
    [
      { ...progress, total: 5000, done: 5000 },
      '[########################]  5000/5000  500/s  0 s left  20 with findings',
    ],
  ])('%j', (given, line) => {
    expect(progressText(given, 120, false)).toBe(line)
  })

  test.each([10, 40, 60, 75, 90])('fits into %i columns', (width) => {
    expect(progressText(progress, width, false).length).toBeLessThanOrEqual(width)
  })

  test('has colours only where they are wanted', () => {
    expect(progressText(progress, 80, true)).toContain('\x1b[32m######\x1b[39m')
    expect(progressText(progress, 80, false)).not.toContain('\x1b')
  })
})
