import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { conflictOfAll, hasMarkers, inTheStyleOf, mergeText, sameLines } from '../../generators/_shared/merge.ts'
import { resolverFor } from '../../generators/_shared/merge-entries.ts'
import { mergeJson } from '../../generators/_shared/merge-json.ts'
import { temporary } from '../scaffold/temporary.ts'

const LABELS = { ours: 'yours', base: 'old', theirs: 'new' }

/** Lines, written as one text. */
const text = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

describe('two changes of one text', () => {
  it.each([
    ['nothing', text('a', 'b'), text('a', 'b'), text('a', 'b'), text('a', 'b')],
    ['only ours', text('a', 'b'), text('a', 'B'), text('a', 'b'), text('a', 'B')],
    ['only theirs', text('a', 'b'), text('a', 'b'), text('A', 'b'), text('A', 'b')],
    ['the same on both sides', text('a', 'b'), text('a', 'c'), text('a', 'c'), text('a', 'c')],
    ['far apart', text('a', 'b', 'c'), text('A', 'b', 'c'), text('a', 'b', 'C'), text('A', 'b', 'C')],
    ['added at both ends', text('b'), text('a', 'b'), text('b', 'c'), text('a', 'b', 'c')],
    [
      'removed and added',
      text('a', 'b', 'c', 'd'),
      text('a', 'c', 'd'),
      text('a', 'b', 'c', 'd', 'e'),
      text('a', 'c', 'd', 'e'),
    ],
    ['emptied by us', text('a'), '', text('a'), ''],
    ['from nothing, by both alike', '', text('a'), text('a'), text('a')],
  ])('%s', (_, base, ours, theirs, expected) => {
    expect(mergeText({ base, ours, theirs }, LABELS)).toEqual({ text: expected, conflicts: 0 })
  })

  it('on the same lines stand between markers, with what they came from, and without what both agree on', () => {
    const merged = mergeText(
      {
        base: text('one', 'two', 'three'),
        ours: text('one', 'same', '2', 'three'),
        theirs: text('one', 'same', 'deux', 'three'),
      },
      LABELS,
    )
    expect(merged).toEqual({
      text: text('one', 'same', '<<<<<<< yours', '2', '||||||| old', 'two', '=======', 'deux', '>>>>>>> new', 'three'),
      conflicts: 1,
    })
  })

  it('count each place', () => {
    const base = text('1', 'x', 'y', 'z', '2')
    const merged = mergeText(
      { base, ours: base.replace('1', 'a').replace('2', 'a'), theirs: base.replace('1', 'b').replace('2', 'b') },
      LABELS,
    )
    expect(merged.conflicts).toBe(2)
    expect(hasMarkers(merged.text, 'yours')).toBe(true)
    expect(hasMarkers(base, 'yours')).toBe(false)
    expect(hasMarkers(text('Title', '======='), 'yours')).toBe(false)
  })

  it('keep the line ends of ours', () => {
    const merged = mergeText({ base: 'a\nb\nc\n', ours: 'A\r\nb\r\nc\r\n', theirs: 'a\nb\nC\n' }, LABELS)
    expect(merged).toEqual({ text: 'A\r\nb\r\nC\r\n', conflicts: 0 })
    const conflict = mergeText({ base: 'a\n', ours: 'b\r\n', theirs: 'c\n' }, LABELS)
    expect(conflict.text.replaceAll('\r\n', '')).not.toContain('\n')
    // a file with both kinds keeps each line as it is
    expect(mergeText({ base: 'a\nb\nc\n', ours: 'a\r\nb\nc\n', theirs: 'a\nb\nC\n' }, LABELS).text).toBe('a\r\nb\nC\n')
  })

  it('keep a missing last line end, and a byte order mark', () => {
    expect(mergeText({ base: 'a\nb\n', ours: 'a\nb', theirs: 'A\nb\n' }, LABELS)).toEqual({
      text: 'A\nb',
      conflicts: 0,
    })
    expect(mergeText({ base: 'a\nb\n', ours: 'A\nb\n', theirs: 'a\nb' }, LABELS)).toEqual({
      text: 'A\nb',
      conflicts: 0,
    })
    expect(mergeText({ base: 'a\nb\n', ours: '\uFEFFa\nb\n', theirs: 'a\nB\n' }, LABELS)).toEqual({
      text: '\uFEFFa\nB\n',
      conflicts: 0,
    })
    // the last marker is a line of its own all the same
    expect(mergeText({ base: 'a\n', ours: 'b', theirs: 'c\n' }, LABELS).text).toMatch(/>>>>>>> new\n$/)
  })

  it('are the same text when only line ends differ', () => {
    expect(sameLines('a\r\nb\r\n', 'a\nb\n')).toBe(true)
    expect(sameLines('a\nb', 'a\nb\n')).toBe(false)
    expect(sameLines('a\nb\n', 'a\n\nb\n')).toBe(false)
    expect(inTheStyleOf('\uFEFFx\r\n', 'a\nb\n')).toBe('\uFEFFa\r\nb\r\n')
  })

  it('can be a conflict as a whole', () => {
    expect(conflictOfAll({ base: 'o\n', ours: 'a\n', theirs: 'b\n' }, LABELS)).toEqual({
      text: text('<<<<<<< yours', 'a', '||||||| old', 'o', '=======', 'b', '>>>>>>> new'),
      conflicts: 1,
    })
  })

  it('come out as git merges them', async () => {
    const folder = temporary('merge')
    const next = numbers(20_261_121)
    const outcomes = new Set<number>()
    for (let round = 0; round < 80; round++) {
      const base = Array.from({ length: 12 + next(20) }, (_, at) => `line ${at}`)
      const versions = { base: text(...base), ours: text(...edited(base, next)), theirs: text(...edited(base, next)) }
      for (const [name, content] of Object.entries(versions)) writeFileSync(join(folder, name), content)
      const labels = ['-L', 'yours', '-L', 'old', '-L', 'new']
      const git = await execa('git', ['merge-file', '-p', '--zdiff3', ...labels, 'ours', 'base', 'theirs'], {
        cwd: folder,
        reject: false,
        stripFinalNewline: false,
      })
      const merged = mergeText(versions, LABELS)
      expect(merged, JSON.stringify(versions)).toEqual({ text: git.stdout, conflicts: git.exitCode })
      outcomes.add(merged.conflicts)
    }
    expect(outcomes.size).toBeGreaterThan(2)
  })
})

describe('lists, in which neighbours have nothing to do with each other', () => {
  const merge = (path: string, base: string, ours: string, theirs: string) =>
    mergeText({ base, ours, theirs }, LABELS, resolverFor(path))

  it.each([
    [
      'requirements.txt',
      text('flask==3.1.0', 'gunicorn==23.0.0', 'redis==5.0.0'),
      text('flask==3.1.9', 'gunicorn==23.0.0', 'httpx==1.0', 'redis==5.0.0'),
      text('flask==3.1.0', 'gunicorn==24.0.0', 'redis==6.0.0', 'rq==2.0'),
      text('flask==3.1.9', 'gunicorn==24.0.0', 'httpx==1.0', 'redis==6.0.0', 'rq==2.0'),
    ],
    [
      'Procfile',
      text('web: gunicorn wsgi:app'),
      text('web: gunicorn wsgi:app --log-level debug', 'mail: python mail.py'),
      text('web: gunicorn wsgi:app', 'worker: python worker.py'),
      text('web: gunicorn wsgi:app --log-level debug', 'worker: python worker.py', 'mail: python mail.py'),
    ],
    ['.gitignore', text('*.pyc'), text('*.pyc', 'notes/'), text('*.pyc', '.env'), text('*.pyc', '.env', 'notes/')],
    [
      'pyproject.toml',
      text('dependencies = [', '    "flask>=3",', ']'),
      text('dependencies = [', '    "flask>=3",', '    "httpx>=1",', ']'),
      text('dependencies = [', '    "flask>=3.1",', '    "rq>=2",', ']'),
      text('dependencies = [', '    "flask>=3.1",', '    "rq>=2",', '    "httpx>=1",', ']'),
    ],
  ])('%s', (path, base, ours, theirs, expected) => {
    expect(merge(path, base, ours, theirs)).toEqual({ text: expected, conflicts: 0 })
  })

  it.each([
    ['one entry changed by both', text('flask==1'), text('flask==2'), text('flask==3')],
    ['an entry removed by one and changed by the other', text('flask==1'), '', text('Flask==3')],
    ['an entry that is there twice', text('flask==1'), text('flask==1', 'httpx==1', 'httpx==2'), text('flask==2')],
    ['a line that is no entry', text('flask==1'), text('flask==1', 'prose'), text('flask==2')],
  ])('%s stays a conflict', (_, base, ours, theirs) => {
    expect(merge('requirements.txt', base, ours, theirs).conflicts).toBe(1)
  })

  it('are no lists in other files', () => {
    expect(merge('app.py', text('a==1'), text('a==1', 'b==1'), text('a==1', 'c==1')).conflicts).toBe(1)
  })
})

describe('JSON', () => {
  const json = (value: unknown, indent: string | number = 2) => `${JSON.stringify(value, null, indent)}\n`

  it('is merged by keys, and written with the indent of ours', () => {
    const merged = mergeJson(
      json({ name: 'a', env: { A: 1, B: { x: 1 } }, addons: ['heroku-postgresql:essential-0'] }),
      json(
        { name: 'a', env: { A: 1, B: { x: 2 }, MINE: 1 }, addons: ['heroku-postgresql:standard-0', 'papertrail'] },
        '\t',
      ),
      json({
        name: 'a',
        stack: 'heroku-24',
        env: { B: { x: 1, y: 1 }, NEW: 1 },
        addons: ['heroku-postgresql:essential-0', 'heroku-redis:mini'],
      }),
    )
    expect(merged).toBe(
      json(
        {
          name: 'a',
          stack: 'heroku-24',
          env: { B: { x: 2, y: 1 }, NEW: 1, MINE: 1 },
          addons: ['heroku-postgresql:standard-0', 'heroku-redis:mini', 'papertrail'],
        },
        '\t',
      ),
    )
  })

  it.each([
    ['a value changed by both', { a: 1 }, { a: 2 }, { a: 3 }],
    ['a value removed by one and changed by the other', { a: 1 }, {}, { a: 3 }],
    ['two kinds of value', { a: 1 }, { a: [] }, { a: {} }],
  ])('is a conflict for %s', (_, base, ours, theirs) => {
    expect(mergeJson(json(base), json(ours), json(theirs))).toBeUndefined()
  })

  it('takes the order of keys for nothing, and "__proto__" for a key', () => {
    expect(mergeJson('{"a":{"x":1,"y":2}}', '{"a":{"y":2,"x":1}}', '{"a":{"x":1,"y":2},"__proto__":{"z":1}}')).toBe(
      json(JSON.parse('{"a":{"y":2,"x":1},"__proto__":{"z":1}}')),
    )
  })

  it('that is none is left to others', () => {
    expect(mergeJson('{}', '{', '{}')).toBeUndefined()
  })
})

/** Numbers below a limit that are the same in each run. */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return Math.floor((state / 0x80000000) * limit)
  }
}

function edited(lines: readonly string[], next: (limit: number) => number): string[] {
  const copy = [...lines]
  for (let edits = 1 + next(6); edits > 0; edits--) {
    const line = `changed ${next(1000)}`
    copy.splice(next(copy.length), next(2), ...(next(2) === 0 ? [] : [line]))
  }
  return copy
}
