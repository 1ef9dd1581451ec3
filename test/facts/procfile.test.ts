import { describe, expect, test } from 'vitest'
import { type Dialect, parseProcfile, procfileCandidates, readProcfile } from '../../engine/facts/procfile.ts'
import { decode, memoryTree } from '../../engine/tree.ts'
import { expectNoMoreThanLinear } from '../engine/growth.ts'

const parse = (text: string) => parseProcfile({ path: 'Procfile', text, encoding: 'utf-8', newline: '\n' })
const ALL: Dialect[] = ['cedar', 'fir', 'heroku-local', 'honcho']

describe('who reads a line', () => {
  test.each<[string, string, string, Dialect[]]>([
    ['web: gunicorn app:app', 'web', 'gunicorn app:app', ALL],
    ['web:\tgunicorn app:app', 'web', 'gunicorn app:app', ALL],
    ['web:gunicorn app:app', 'web', 'gunicorn app:app', ['fir', 'heroku-local', 'honcho']],
    ['web gunicorn app:app', 'web', 'gunicorn app:app', ['cedar']],
    ['  web: gunicorn app:app', 'web', 'gunicorn app:app', ['cedar', 'fir']],
    ['my-worker: python w.py', 'my-worker', 'python w.py', ['cedar', 'fir', 'honcho']],
    ['My_Worker: python w.py', 'My_Worker', 'python w.py', ALL],
    ['_worker: python w.py', '_worker', 'python w.py', ['cedar', 'heroku-local', 'honcho']],
    ['web: echo foo: bar', 'web', 'echo foo: bar', ALL],
    ['web: gunicorn app:app   \r', 'web', 'gunicorn app:app', ALL],
  ])('%j', (line, type, command, readBy) => {
    const { entries } = parse(`${line}\n`)
    expect(entries.map((entry) => [entry.type, entry.command, entry.readBy])).toEqual([[type, command, readBy]])
  })

  test('of duplicates the last one counts, and all are listed', () => {
    const { entries, effective } = parse('web: gunicorn a:app\nweb: gunicorn b:app\n')
    expect(entries.map(({ command }) => command)).toEqual(['gunicorn a:app', 'gunicorn b:app'])
    expect(effective.get('web')?.command).toBe('gunicorn b:app')
  })

  test('comments and blank lines are neither processes nor problems', () => {
    const { lines, entries } = parse('# web: no\n   # nor this\n\n  \t\nweb: x y\n')
    expect(lines.map(({ kind }) => kind)).toEqual(['comment', 'comment', 'blank', 'blank', 'entry'])
    expect(lines.every(({ problem }) => problem === null)).toBe(true)
    expect(entries).toHaveLength(1)
  })
})

describe('lines that are not read as they were meant', () => {
  test.each<[string, string | null, string, string | null]>([
    // line, problem, what is to blame, and the process that was meant
    ['web:gunicorn app:app', 'no-space', ':', 'web gunicorn app:app'],
    ['web gunicorn app:app', 'no-colon', 'web', 'web gunicorn app:app'],
    ['web : gunicorn app:app', 'space-before-colon', ':', 'web gunicorn app:app'],
    ['web = gunicorn app:app', 'separator', '=', 'web gunicorn app:app'],
    ['web=gunicorn app:app', 'separator', '=', 'web gunicorn app:app'],
    ['web:: gunicorn app:app', 'separator', '::', 'web gunicorn app:app'],
    ['worker.1: python w.py', 'bad-type', 'worker.1', 'worker.1 python w.py'],
    ['my worker: python w.py', 'bad-type', 'my worker', 'my worker python w.py'],
    ['web:', 'empty-command', 'web', null],
    ['web', 'empty-command', 'web', null],
    ['- web: gunicorn app:app', 'yaml', '-', 'web gunicorn app:app'],
    ['"web": gunicorn app:app', 'yaml', '"web"', 'web gunicorn app:app'],
    ['heroku ps:scale web=1', 'shell', 'heroku', null],
    ['$ git push heroku main', 'shell', '$ git', null],
    ['gunicorn app:app', 'shell', 'gunicorn', 'web gunicorn app:app'],
    ['web: "gunicorn app:app"', 'quoted-command', '"gunicorn app:app"', 'web gunicorn app:app'],
    ['web: gunicorn “app:create_app()”', 'smart-quotes', '“', 'web gunicorn “app:create_app()”'],
    ['web: gunicorn app:app –bind :$PORT', 'smart-quotes', '–', 'web gunicorn app:app –bind :$PORT'],
    ['web:\u00a0gunicorn app:app', 'invisible-character', '\u00a0', 'web gunicorn app:app'],
    // look-alikes
    ['web: "my server" --port 1 "x"', null, '', 'web "my server" --port 1 "x"'],
    ['web: echo it’s up', null, '', 'web echo it’s up'],
    ['web: gunicorn app:app # –bind', null, '', 'web gunicorn app:app # –bind'],
    ['See http://example.com for more', 'no-colon', 'See', 'See http://example.com for more'],
    ['http://example.com/page more', null, '', null],
    ['app:app', null, '', null],
    ['```', null, '', null],
  ])('%j', (text, problem, blame, meant) => {
    const [line] = parse(`${text}\n`).lines
    expect(line?.problem).toBe(problem)
    const { start = 0, end = 0 } = line?.problemAt ?? {}
    expect(text.slice(start, end)).toBe(blame)
    expect(line?.entry ? `${line.entry.type} ${line.entry.command}` : null).toBe(meant)
  })

  test('a continued command is one entry over all its lines, which no reader joins', () => {
    const text = 'web: gunicorn \\\n  -w 2 \\\n  app:app\nworker: python w.py\n'
    const { lines, entries } = parse(text)
    expect(lines.map(({ kind, problem }) => [kind, problem])).toEqual([
      ['entry', 'continuation'],
      ['ignored', null],
      ['ignored', null],
      ['entry', null],
    ])
    expect(entries.map(({ type, readBy }) => [type, readBy.length])).toEqual([
      ['web', 0],
      ['worker', 4],
    ])
    expect(text.slice(entries[0]?.commandAt.start, entries[0]?.commandAt.end)).toBe('gunicorn \\\n  -w 2 \\\n  app:app')
  })

  test('a command on its own indented line is YAML; a process on the next line is not', () => {
    expect(parse('web:\n  gunicorn app:app\n').entries.map(({ command }) => command)).toEqual(['gunicorn app:app'])
    expect(parse('web:\n  gunicorn app:app\n').lines.map(({ problem }) => problem)).toEqual(['yaml', null])
    expect(parse('web:\n  worker: python w.py\n').lines.map(({ problem }) => problem)).toEqual(['empty-command', null])
  })

  test('a byte-order mark hides the first process only, UTF-16 hides all', () => {
    const marked = decode('Procfile', Buffer.from('\ufeffweb: a b\nworker: c d\n'))
    const wide = decode('Procfile', Buffer.from('\ufeffweb: a b\nworker: c d\n', 'utf16le'))
    if (marked === undefined || wide === undefined) throw new Error('text was taken for binary')
    expect(parseProcfile(marked).lines.map(({ problem, entry }) => [problem, entry?.readBy.length])).toEqual([
      ['bom', 0],
      [null, 4],
    ])
    expect(parseProcfile(wide).lines.map(({ problem, entry }) => [problem, entry?.readBy.length])).toEqual([
      ['utf-16', 0],
      [null, 0],
    ])
  })
})

test('every place holds the very text that it stands for', () => {
  const text = '# a\r\n\r\n  web:   gunicorn app:app  \r\nworker:python w.py\r\nbeat : celery\r\n'
  const { lines } = parse(text)
  for (const { at, text: line, entry } of lines) {
    expect(text.slice(at.start, at.end)).toBe(line)
    if (entry === null) continue
    expect(text.slice(entry.typeAt.start, entry.typeAt.end)).toBe(entry.type)
    expect(text.slice(entry.commandAt.start, entry.commandAt.end)).toBe(entry.command)
    expect(entry.at).toEqual({ path: 'Procfile', start: entry.typeAt.start, end: entry.commandAt.end })
  }
})

describe('odd input', () => {
  test.each([
    ['', 0],
    ['\n\n\n', 3],
    ['web', 1],
    ['\r\r\r', 1],
    ['\0\u0001:\u0002', 1],
    [':', 1],
    ['web: \\', 1],
    ['web: x \\\n', 1],
  ])('%j has %i lines', (text, count) => {
    expect(parse(text).lines).toHaveLength(count)
  })

  test.each<readonly [string, (amount: number) => string]>([
    ['a long command', (amount) => `web: ${'a '.repeat(amount / 2)}`],
    ['one word', (amount) => 'a'.repeat(amount)],
    ['blanks', (amount) => ' '.repeat(amount)],
    ['quotes', (amount) => `web: "${'\\"'.repeat(amount / 3)}`],
    ['many lines', (amount) => 'web:\n '.repeat(amount / 6)],
    ['continued lines', (amount) => 'web: x \\\n'.repeat(amount / 10)],
    ['items of a list', (amount) => `${'- '.repeat(amount / 2)}web: x`],
  ])('a very long text takes no long time: %s', (_, text) => {
    expectNoMoreThanLinear((amount) => parse(text(amount)), 600_000)
  })
})

describe('files that were meant as the Procfile', () => {
  const found = (files: Readonly<Record<string, string>>) =>
    procfileCandidates(memoryTree(files)).map(({ path, why }) => `${path} ${why}`)
  const WEB = 'web: gunicorn app:app\n'

  test.each([
    ['procfile', 'case'],
    ['PROCFILE', 'case'],
    ['Procfile.txt', 'extension'],
    ['procfile.py', 'extension'],
    ['Procfile.txt.txt', 'extension'],
    ['Procfile.', 'extension'],
    ['Profile', 'misspelled'],
    ['Procfiles', 'misspelled'],
    ['Profcile', 'misspelled'],
    ['Proc file', 'misspelled'],
    ['Proc-file.txt', 'misspelled'],
    ['backend/Procfile', 'folder'],
  ])('%s: %s', (path, why) => {
    expect(found({ [path]: WEB })).toEqual([`${path} ${why}`])
  })

  test.each([
    'Procfile.dev',
    'Procfile.windows',
    'Procfile.local',
    'Procfile.test',
    'Procfile.heroku',
    'dev.Procfile',
    'profiler.py',
    'process.txt',
    '.profile',
    'tests/fixtures/Procfile',
    'examples/shop/Procfile',
    'backend/procfile.txt',
  ])('%s is innocent', (path) => {
    expect(found({ [path]: WEB })).toEqual([])
  })

  test('prose under such a name is innocent', () => {
    expect(found({ 'Profile.md': 'About me: I like tea\n', 'procfile.md': '# How to write one\n' })).toEqual([])
  })

  test('where the root has its own Procfile, nothing else is meant; an empty one does not count', () => {
    expect(found({ Procfile: WEB, procfile: WEB, 'a/Procfile': WEB })).toEqual([])
    expect(found({ Procfile: '\n', 'Procfile.txt': WEB })).toEqual(['Procfile.txt extension'])
  })

  test('the best comes first, and folders only where the root has none', () => {
    expect(found({ 'Procfile.txt': WEB, procfile: WEB, 'a/Procfile': WEB })).toEqual([
      'procfile case',
      'Procfile.txt extension',
    ])
    expect(found({ 'a/b/Procfile': WEB, 'z/Procfile': WEB })).toEqual(['z/Procfile folder', 'a/b/Procfile folder'])
  })

  test("a folder of another language is that language's", () => {
    expect(found({ 'web/Procfile': 'web: npm start\n', 'web/package.json': '{}' })).toEqual([])
    expect(found({ 'api/Procfile': WEB, 'api/package.json': '{}', 'api/requirements.txt': '' })).toEqual([
      'api/Procfile folder',
    ])
  })

  test('the Procfile itself is read only under its exact name', () => {
    expect(readProcfile(memoryTree({ procfile: WEB }))).toBeUndefined()
    expect(readProcfile(memoryTree({ Procfile: WEB }))?.entries).toHaveLength(1)
  })
})
