import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Edit, Finding, FixSafety } from '../../engine/finding.ts'
import { applyFixes, type FileChange } from '../../engine/fix.ts'
import { WriteRefused, writeChanges } from '../../engine/fix-write.ts'
import { unifiedDiff } from '../../engine/report/diff.ts'
import { encode, memoryTree, type Tree } from '../../engine/tree.ts'
import { workingTree } from '../../engine/tree-git.ts'
import { repository, scratch } from './scratch.ts'

function finding(edits: readonly Edit[], safety: FixSafety = 'safe'): Finding {
  const path = edits[0]?.path ?? ''
  return {
    rule: 'a-rule',
    level: 'error',
    message: 'm',
    consequence: 'c',
    path,
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
    related: [],
    fix: { safety, description: 'mend it', edits },
    url: '',
  }
}

/** A linter that wants every occurrence of a word replaced. */
const replacing =
  (path: string, word: string, text: string) =>
  (tree: Tree): Finding[] => {
    const source = tree.read(path)?.text ?? ''
    const found: Finding[] = []
    for (let at = source.indexOf(word); at >= 0; at = source.indexOf(word, at + word.length)) {
      found.push(finding([{ kind: 'text', path, start: at, end: at + word.length, text }]))
    }
    return found
  }

const once = (...findings: Finding[]) => {
  let left = findings
  return (): Finding[] => {
    const now = left
    left = []
    return now
  }
}

describe('fixes in memory', () => {
  test('change what they name and leave the rest', async () => {
    const tree = memoryTree({ 'app.py': 'debug = True\nother = True # debug = True\n', 'b.py': 'b' })
    const {
      tree: mended,
      applied,
      changes,
    } = await applyFixes(tree, replacing('app.py', 'debug = True', 'debug = False'))
    expect(mended.read('app.py')?.text).toBe('debug = False\nother = True # debug = False\n')
    expect(applied).toHaveLength(2)
    expect(changes.map((change) => change.to)).toEqual(['app.py'])
    expect(tree.read('app.py')?.text).toContain('debug = True')
  })

  test.each(['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be', 'latin1'] as const)(
    'keep the encoding %s and CRLF',
    async (encoding) => {
      const before = encode('# é\r\nweb: python app.py\r\n', encoding)
      const { changes } = await applyFixes(
        memoryTree({ Procfile: before }),
        replacing('Procfile', 'python app.py', 'gunicorn app:app\nworker: x'),
      )
      expect(changes[0]?.after).toEqual(encode('# é\r\nweb: gunicorn app:app\r\nworker: x\r\n', encoding))
    },
  )

  test('that cannot be written in the encoding of the file are not made', async () => {
    const tree = memoryTree({ 'a.py': Uint8Array.of(0xe9, 0x61) })
    expect((await applyFixes(tree, replacing('a.py', 'a', '日'))).changes).toEqual([])
  })

  test('that overlap are made one after the other, the first one first', async () => {
    const tree = memoryTree({ 'a.txt': 'abcdef' })
    const first = finding([{ kind: 'text', path: 'a.txt', start: 0, end: 4, text: 'X' }])
    const second = finding([{ kind: 'text', path: 'a.txt', start: 2, end: 6, text: 'Y' }])
    let round = 0
    const lint = (now: Tree): Finding[] => {
      if (round++ === 0) return [first, second]
      const at = now.read('a.txt')?.text.indexOf('ef') ?? -1
      return at < 0 ? [] : [finding([{ kind: 'text', path: 'a.txt', start: at, end: at + 2, text: 'Y' }])]
    }
    expect((await applyFixes(tree, lint)).tree.read('a.txt')?.text).toBe('XY')
  })

  test('are made as a whole or not at all', async () => {
    const tree = memoryTree({ 'runtime.txt': 'python-3.9.1', 'taken.txt': '' })
    const both: Edit[] = [
      { kind: 'delete', path: 'runtime.txt' },
      { kind: 'create', path: 'taken.txt', text: '3.14\n' },
    ]
    expect((await applyFixes(tree, once(finding(both)))).changes).toEqual([])
  })

  test('rename and change a file in one go', async () => {
    const tree = memoryTree({ procfile: 'web: python app.py\n' })
    const edits: Edit[] = [
      { kind: 'text', path: 'procfile', start: 5, end: 18, text: 'gunicorn app:app' },
      { kind: 'rename', path: 'procfile', to: 'Procfile' },
    ]
    const { tree: mended, changes } = await applyFixes(tree, once(finding(edits)))
    expect(mended.paths).toEqual(['Procfile'])
    expect(mended.read('Procfile')?.text).toBe('web: gunicorn app:app\n')
    expect(changes.map(({ from, to }) => [from, to])).toEqual([['procfile', 'Procfile']])
  })

  test('that are unsafe wait to be asked for', async () => {
    const tree = memoryTree({ 'a.txt': 'a' })
    const edit: Edit = { kind: 'text', path: 'a.txt', start: 0, end: 1, text: 'b' }
    expect((await applyFixes(tree, once(finding([edit], 'unsafe')))).changes).toEqual([])
    expect((await applyFixes(tree, once(finding([edit], 'unsafe')), { unsafe: true })).changes).toHaveLength(1)
  })

  test('that never come to an end stop after a few rounds', async () => {
    const tree = memoryTree({ 'a.txt': 'a' })
    const { tree: mended } = await applyFixes(tree, (now) => [
      finding([{ kind: 'text', path: 'a.txt', start: 0, end: 0, text: `${now.read('a.txt')?.text.length}` }]),
    ])
    expect(mended.read('a.txt')?.text.length).toBeLessThan(10)
  })

  test.each<[string, Edit]>([
    ['outside of the project', { kind: 'create', path: '../evil', text: '' }],
    ['at an absolute path', { kind: 'create', path: '/tmp/evil', text: '' }],
    ['inside of .git', { kind: 'create', path: '.git/hooks/pre-push', text: '' }],
    ['over a folder', { kind: 'create', path: 'pkg', text: '' }],
    ['below a file', { kind: 'create', path: 'a.txt/b', text: '' }],
    ['over a file', { kind: 'rename', path: 'a.txt', to: 'b.txt' }],
    ['beyond the end', { kind: 'text', path: 'a.txt', start: 0, end: 99, text: '' }],
    ['of no file', { kind: 'delete', path: 'nowhere' }],
  ])('are refused %s', async (_, edit) => {
    const tree = memoryTree({ 'a.txt': 'a', 'b.txt': 'b', 'pkg/x.py': '' })
    expect((await applyFixes(tree, once(finding([edit])), { unsafe: true })).changes).toEqual([])
  })

  test('do not write through a symbolic link', async () => {
    const dir = repository({ 'real.txt': 'real', 'requirements.txt': { link: 'real.txt' } })
    const edit: Edit = { kind: 'text', path: 'requirements.txt', start: 0, end: 4, text: 'X' }
    expect((await applyFixes(workingTree(dir), once(finding([edit])), { unsafe: true })).changes).toEqual([])
  })
})

describe('writing', () => {
  const mend = async (dir: string, ...edits: Edit[]): Promise<readonly FileChange[]> =>
    (await applyFixes(workingTree(dir), once(finding(edits)), { unsafe: true })).changes
  const text = (path: string, start: number, end: number, by: string): Edit => ({
    kind: 'text',
    path,
    start,
    end,
    text: by,
  })

  test('makes all changes, keeps modes, and leaves nothing else behind', async () => {
    const dir = repository({ 'run.sh': { script: 'old' }, procfile: 'web: x', 'runtime.txt': 'python-3.14' })
    chmodSync(join(dir, 'run.sh'), 0o750)
    const changes = await mend(
      dir,
      text('run.sh', 0, 3, 'new'),
      { kind: 'rename', path: 'procfile', to: 'Procfile' },
      { kind: 'delete', path: 'runtime.txt' },
      { kind: 'create', path: 'deploy/.python-version', text: '3.14\n' },
    )
    writeChanges(dir, changes)
    expect(readdirSync(dir).sort()).toEqual(['.git', 'Procfile', 'deploy', 'run.sh'])
    expect(readFileSync(join(dir, 'run.sh'), 'utf8')).toBe('new')
    expect(statSync(join(dir, 'run.sh')).mode & 0o777).toBe(0o750)
    expect(readFileSync(join(dir, 'deploy/.python-version'), 'utf8')).toBe('3.14\n')
  })

  test('is refused, as a whole, when a file changed meanwhile', async () => {
    const dir = repository({ 'a.txt': 'a', 'b.txt': 'b' })
    const changes = await mend(dir, text('a.txt', 0, 1, 'A'), text('b.txt', 0, 1, 'B'))
    writeFileSync(join(dir, 'b.txt'), 'meanwhile')
    expect(() => writeChanges(dir, changes)).toThrow(WriteRefused)
    expect(readFileSync(join(dir, 'a.txt'), 'utf8')).toBe('a')
    expect(readFileSync(join(dir, 'b.txt'), 'utf8')).toBe('meanwhile')
  })

  test('does not overwrite a file that git ignores', async () => {
    const dir = repository({ '.gitignore': 'Procfile', procfile: 'web: x' })
    writeFileSync(join(dir, 'Procfile'), 'mine')
    expect(await mend(dir, { kind: 'rename', path: 'procfile', to: 'Procfile' })).toEqual([])
    const bytes = Buffer.from('web: x')
    const change = { from: 'procfile', to: 'Procfile', before: bytes, after: bytes, executable: false }
    expect(() => writeChanges(dir, [change])).toThrow(/Procfile exists/)
    expect(readFileSync(join(dir, 'Procfile'), 'utf8')).toBe('mine')
  })

  test('does not follow a folder that became a symbolic link', async () => {
    const outside = scratch()
    const dir = repository({ 'a.txt': '' })
    const changes = await mend(dir, { kind: 'create', path: 'conf/evil.txt', text: 'x' })
    symlinkSync(outside, join(dir, 'conf'))
    expect(() => writeChanges(dir, changes)).toThrow(WriteRefused)
    expect(existsSync(join(outside, 'evil.txt'))).toBe(false)
  })

  test('puts everything back when it fails midway', async () => {
    const dir = repository({ 'a.txt': 'a', procfile: 'web: x', 'z.txt': 'z' })
    const changes = [
      ...(await mend(dir, text('a.txt', 0, 1, 'A'), { kind: 'rename', path: 'procfile', to: 'Procfile' })),
      // The folder is in the way of the file: that shows only when the names are moved.
      { from: null, to: 'new', before: null, after: Buffer.from('x'), executable: false },
      { from: null, to: 'new/file', before: null, after: Buffer.from('x'), executable: false },
    ]
    expect(() => writeChanges(dir, changes)).toThrow(/nothing was changed/)
    expect(readdirSync(dir).sort()).toEqual(['.git', 'a.txt', 'procfile', 'z.txt'])
    expect(readFileSync(join(dir, 'a.txt'), 'utf8')).toBe('a')
  })
})

type Files = Record<string, string | Uint8Array>

describe('the diff', () => {
  const lines = (...numbers: number[]): string => numbers.map((number) => `line ${number}\n`).join('')
  const many = Array.from({ length: 40 }, (_, index) => index + 1)
  const cases: [string, Files, Files][] = [
    ['one line', { 'a.txt': lines(1, 2, 3) }, { 'a.txt': lines(1, 9, 3) }],
    [
      'two places',
      { 'a.txt': lines(...many) },
      { 'a.txt': lines(...many.filter((number) => number !== 5 && number !== 33)) },
    ],
    ['first and last line', { 'a.txt': lines(1, 2, 3, 4, 5) }, { 'a.txt': lines(7, 2, 3, 4, 5, 8) }],
    ['no newline at the end', { 'a.txt': 'a\nb' }, { 'a.txt': 'a\nc' }],
    ['a newline added at the end', { 'a.txt': 'a' }, { 'a.txt': 'a\n' }],
    ['CRLF', { 'a.txt': 'a\r\nb\r\n' }, { 'a.txt': 'a\r\nB\r\n' }],
    ['a new file', { 'a.txt': 'a\n' }, { 'a.txt': 'a\n', '.python-version': '3.14\n' }],
    ['a deleted file', { 'a.txt': 'a\n', 'runtime.txt': 'python-3.14\n' }, { 'a.txt': 'a\n' }],
    ['a file that becomes empty', { 'a.txt': 'a\n' }, { 'a.txt': '' }],
    ['a rename', { procfile: 'web: x\n' }, { Procfile: 'web: x\n' }],
    [
      'a rename with a change',
      { procfile: lines(1, 2, 3, 4, 5, 6, 7, 8) },
      { Procfile: lines(1, 2, 3, 4, 5, 6, 7, 9) },
    ],
    ['moved lines', { 'a.txt': lines(1, 2, 3, 4, 5, 6) }, { 'a.txt': lines(4, 5, 6, 1, 2, 3) }],
    [
      'Latin-1',
      { 'a.py': Buffer.from('# caf\xe9\nx = 1\n', 'latin1') },
      { 'a.py': Buffer.from('# caf\xe9\nx = 2\n', 'latin1') },
    ],
    ['UTF-16 that becomes UTF-8', { Procfile: encode('web: x\n', 'utf-16le') }, { Procfile: 'web: x\n' }],
    ['a byte-order mark that goes', { Procfile: '\uFEFFweb: x\n' }, { Procfile: 'web: x\n' }],
    [
      'a long binary file',
      { 'a.bin': Buffer.alloc(4000, '\0abc\xff', 'latin1') },
      { 'a.bin': Buffer.alloc(3000, '\0xyz\xfe', 'latin1') },
    ],
    ['a name with quotes and spaces', { 'a "b".txt': 'a\n' }, { 'a "b".txt': 'c\n' }],
  ]

  test.each(cases)('of %s is taken by git apply and gives the same files', async (_, before, after) => {
    const dir = repository(before)
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    const bytes = (content: string | Uint8Array | undefined): Uint8Array | null =>
      content === undefined ? null : Buffer.from(content as Uint8Array)
    const isRename = names.length === 2 && Object.keys(before).length === 1 && Object.keys(after).length === 1
    const changes: FileChange[] = isRename
      ? [
          {
            from: 'procfile',
            to: 'Procfile',
            before: bytes(before.procfile),
            after: bytes(after.Procfile),
            executable: false,
          },
        ]
      : names
          .filter((name) => before[name] !== after[name])
          .map((name) => ({
            from: name in before ? name : null,
            to: name in after ? name : null,
            before: bytes(before[name]),
            after: bytes(after[name]),
            executable: false,
          }))
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: dir, input: unifiedDiff(changes) })
    const written = readdirSync(dir).filter((name) => name !== '.git')
    const asLatin1 = (content: string | Uint8Array): string => Buffer.from(content as Uint8Array).toString('latin1')
    expect(Object.fromEntries(written.map((name) => [name, readFileSync(join(dir, name), 'latin1')]))).toEqual(
      Object.fromEntries(Object.entries(after).map(([name, content]) => [name, asLatin1(content)])),
    )
  })

  test('of a mode is taken by git apply', () => {
    const dir = repository({ 'start.sh': 'x\n' })
    const same = Buffer.from('x\n')
    const change = {
      from: 'start.sh',
      to: 'start.sh',
      before: same,
      after: same,
      executable: true,
      wasExecutable: false,
    }
    execFileSync('git', ['apply', '-'], { cwd: dir, input: unifiedDiff([change]) })
    expect(statSync(join(dir, 'start.sh')).mode & 0o111).not.toBe(0)
  })

  test('shows a person the text of what is not UTF-8', () => {
    const [before, after] = [encode('é\n', 'latin1'), encode('é!\n', 'latin1')]
    expect(unifiedDiff([{ from: 'a', to: 'a', before, after, executable: false }], { readable: true })).toContain(
      '\n-é\n+é!\n',
    )
  })

  test('is short: a changed line is two lines, not a whole file', async () => {
    const before = Buffer.from(lines(...many))
    const after = Buffer.from(lines(...many).replace('line 20\n', 'LINE 20\n'))
    const diff = unifiedDiff([{ from: 'a.txt', to: 'a.txt', before, after, executable: false }])
    expect(diff).toBe(
      'diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -17,7 +17,7 @@\n line 17\n line 18\n line 19\n-line 20\n+LINE 20\n line 21\n line 22\n line 23\n',
    )
  })
})
