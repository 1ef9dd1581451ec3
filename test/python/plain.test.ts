import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Expr, Stmt } from '../../engine/python/ast.ts'
import { dottedName } from '../../engine/python/evaluate.ts'
import { parseForgiving } from '../../engine/python/parse-forgiving.ts'
import { parsePlain } from '../../engine/python/plain/parse.ts'
import { program, randomFrom } from './program.ts'

/** A tree without what the forgiving parser leaves in the places of names. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  if ('stmts' in value && 'start' in value && 'end' in value) return { start: value.start, end: value.end }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, bare(part)]))
}

function expectAgreement(source: string): void {
  const plain = parsePlain(source)
  expect(plain, source).not.toBeNull()
  expect(bare(plain), source).toEqual(bare(parseForgiving(source).body))
}

const AGREED: readonly string[] = [
  '',
  '# only a comment',
  '\n\n   \n# c\n',
  'x = 1',
  'x = 1,',
  'a, *b = c',
  'a = b = c = 1',
  'x: int',
  'x: dict[str, int] = {}',
  'x += 1\ny **= 2\nz //= 3\nw >>= 4',
  'a if b else c',
  'not a and b or not c == d',
  'a and not b or c and not (d or e)',
  'a < b < c',
  'a not in b\nc is not d\ne <> f',
  '-a ** -b * ~c',
  'a | b ^ c & d << 1 + 2 * 3 @ e',
  '(a).b(c)[d](e).f',
  '((a))',
  '()',
  '(a,)',
  '(a, *b)',
  '(n := 1)',
  'f(n := 1)',
  'f(a, *b, c=d, **e,)',
  'f(a for a, b in c if d if e for g in h)',
  '[a async for a in b]',
  '{a: b for a, b in c}\n{a for a in b}\n{*a, b}\n{**a, "b": 1,}\n{}',
  'a[1]\na[1:2]\na[:]\na[::2]\na[1, 2]\na[1:2, 3]\na[:, 1]\na[b := 1]',
  'lambda: 1\nlambda a, *b, c=1, **d: (yield)',
  '"a" \'b\' """c""" r"\\d" b"e"',
  "'it\\'s' \"\\\"\" '\\\n' '\\N{DASH}'",
  'f"{a}{b!r}{c:>{d}}{e=}{{f}}" rf"\\d{g}" "h"',
  'f"{a:%H:%M}{b["c"]}{d != e}{*g, h}"',
  "f'''{\na\n}'''",
  '1_000\n0x1F\n0o17\n0b11\n017\n.5\n1.5e-3\n2j\n1.5.real',
  'None\nTrue\nFalse\n...',
  'import a.b.c as d, e',
  'from . import a\nfrom ...b.c import d as e, f\nfrom .... import g\nfrom a import *\nfrom a import (\n  b, # why\n  c,\n)',
  'del a, b[0]\nglobal c, d\nassert e, f\nraise\nraise G from h\nraise I, "j"',
  'pass; a; b = 1;\nc',
  'if a: b\nelif c: d; e\nelse: f',
  'if a:\n    b\n\n  # odd\n# margin\n    c\nelse:\n\td\n',
  'while a:\n  break\nelse:\n  continue',
  'for a, (b, c) in d, e:\n  f\nfor *g, h in i: j',
  'try:\n  a\nexcept B as c:\n  d\nexcept (E, F):\n  g\nexcept:\n  h\nelse:\n  i\nfinally:\n  j',
  'try:\n  a\nexcept* B:\n  c',
  'try:\n  a\nexcept B, c:\n  d',
  'with a as b, c:\n  d',
  'with (a, b):\n  c',
  'with (a).b as c:\n  d',
  '@a\n@b.c(d)\nasync def f(a, /, b: int = 1, *, c, **d) -> e:\n  await g\n  async for h in i: j\n  async with k: l',
  'def f(*a: int, b=1): return',
  'def f[T: int, *Ts, **P](a): pass\nclass G[T](A): pass\ntype X[T] = list[T]',
  'class A: pass\nclass B(): pass\nclass C(D, metaclass=E):\n  """f"""\n  x = 1',
  'def g():\n  yield a, b\n  x = yield c\n  yield from d\n  return *e, f',
  'match a:\n  case [1, *b] if c: d\n  case {"e": f, **g} | H(i=j):\n    k\n  case _: l',
  'match = 1\nmatch.a\nmatch(b)\nmatch[c]\nmatch, d\ncase = type = 2',
  'print "a"\nprint\nprint(b, file=c)\nprint -1',
  'x = 1 + \\\n  2\nif a and \\\n   b:\n  c',
  'été = "naïve 😀"; b',
  'def f():\n\tif a:\n\t        b\n\tc',
  'a.print\na.match\na.None',
  '\f\nx = 1\n\f\ndef f():\n  \f\n  a',
  'if a:\r\n  b\r\n\r\nelse:\r\n  c\r\n',
  'def f():\n  a',
  'def f():\n  a  # no end of line',
  'def f():\n  a\n  ',
]

test.each(AGREED)('both parsers read the same: %j', (source) => {
  expectAgreement(source)
})

test('both read the same in every fixture', () => {
  const files = readdirSync('fixtures', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.py'))
  expect(files.length).toBeGreaterThan(500)
  const sources = new Set(files.map((file) => readFileSync(join('fixtures', file), 'utf8')))
  const read = [...sources].filter((source) => parsePlain(source) !== null)
  expect(read.length / sources.size).toBeGreaterThan(0.98)
  for (const source of read) expect(bare(parsePlain(source)), source).toEqual(bare(parseForgiving(source).body))
})

test('both read the same in programs that nobody would write', () => {
  for (let seed = 1; seed <= 400; seed++) expectAgreement(program(seed))
})

test('what is spoilt anywhere is read or refused, never a crash', () => {
  const random = randomFrom(5)
  const pieces = ['(', ')', '[', '}', ':', '"', "'''", '\n', '\\', ' ', '\t', 'f"{', 'not ', '@', '\0', '']
  let refused = 0
  for (let seed = 1; seed <= 400; seed++) {
    const source = program(seed)
    const at = random(source.length)
    const spoilt = source.slice(0, at) + (pieces[random(pieces.length)] ?? '') + source.slice(at + random(3))
    if (parsePlain(spoilt) === null) refused++
  }
  expect(refused).toBeGreaterThan(100)
})

const only = (source: string): Expr | Stmt | undefined => {
  const [stmt] = parsePlain(source) ?? []
  return stmt?.kind === 'expr' ? stmt.value : stmt
}

/** Valid code that the forgiving parser's grammar takes for something else. */
describe('read as Python reads it', () => {
  test('a float that ends in a dot', () => {
    expect(only('1. * a')).toMatchObject({ kind: 'binary', left: { kind: 'number', value: 1, end: 2 } })
    expect(only('1. if a else 2')).toMatchObject({ kind: 'conditional' })
  })

  test('names in parentheses behind with … as', () => {
    const found = only('with a() as (b, c):\n  d()')
    expect(found).toMatchObject({ kind: 'with', items: [{ target: { kind: 'tuple' } }], body: [{ kind: 'expr' }] })
  })

  test('several managers in parentheses', () => {
    const found = only('with (\n  a() as b,\n  c(),\n):\n  d()')
    expect(found?.kind === 'with' && found.items.map(({ value, target }) => [dottedName(value), target?.kind])).toEqual(
      [
        ['a', 'name'],
        ['c', undefined],
      ],
    )
  })

  test('await before an operator', () => {
    expect(only('await a + b')).toMatchObject({ kind: 'binary', left: { kind: 'await' } })
  })

  test('not before and', () => {
    for (const parse of [parsePlain, (source: string) => parseForgiving(source).body]) {
      const [stmt] = parse('not a and b') ?? []
      expect(stmt).toMatchObject({ value: { kind: 'and', left: { kind: 'not' }, right: { name: 'b' } } })
    }
  })

  test('a yield without a value', () => {
    expect(only('x = yield')).toMatchObject({ kind: 'assign', value: { kind: 'yield', value: null } })
  })

  test('an equals sign at the beginning of a format', () => {
    expect(only('f"{a:=10}b"')).toMatchObject({ kind: 'string', parts: [{ expr: { name: 'a' } }, 'b'] })
  })

  test('a backslash before a replacement', () => {
    expect(only('f"\\{a}"')).toMatchObject({ kind: 'string', parts: ['\\', { expr: { kind: 'name', name: 'a' } }] })
  })

  test('a decorator that is any expression', () => {
    expect(only('@(a or b)[0]\ndef f(): pass')).toMatchObject({ decorators: [{ kind: 'subscript' }] })
  })

  test('print of several things', () => {
    expect(only('print >>a, "b", c')).toMatchObject({ kind: 'unknown', parts: [{ name: 'a' }, {}, { name: 'c' }] })
  })

  test('a line that goes on in a file of Windows', () => {
    expect(only('a + \\\r\n  b\r\n')).toMatchObject({ kind: 'binary', right: { name: 'b' } })
  })
})

describe('left to the parser that forgives', () => {
  test.each([
    ['an open bracket', 'x = f('],
    ['a bracket too many', 'x = a)'],
    ['brackets that do not fit', 'x = (a]'],
    ['an open string', 'x = "a'],
    ['an open f-string', 'f"{a'],
    ['a dangling dot', 'a.'],
    ['an unfinished def', 'def f('],
    ['a block without statements', 'if a:\nb'],
    ['an indentation from nowhere', 'a\n  b'],
    ['an indentation that fits no block', 'if a:\n    b\n  c'],
    ['a first line that is indented', '  a'],
    ['try alone', 'try:\n  a\nb'],
    ['exec of Python 2', 'exec "a"'],
    ['backticks', '`a`'],
    ['a tuple as parameter', 'def f(a, (b, c)): pass'],
    ['a template string', 't"{a}"'],
    ['a name that became a keyword', 'async = 1'],
    ['line ends of old Macs', 'a\rb'],
    ['conflict markers', '<<<<<<< HEAD\na\n'],
    ['brackets without end', '('.repeat(100_000)],
    ['brackets in brackets', `${'('.repeat(200)}1${')'.repeat(200)}`],
    ['a sum without end', `1${' + 1'.repeat(500)}`],
    ['a chain without end', `a${'.b'.repeat(500)}`],
    ['signs without end', `${'-'.repeat(500)}1`],
    ['zero bytes', '\0'],
  ])('%s', (_name, source) => {
    expect(parsePlain(source)).toBeNull()
  })
})
