import { describe, expect, test } from 'vitest'
import type { Expr, Stmt } from '../../engine/python/ast.ts'
import { dottedName } from '../../engine/python/evaluate.ts'
import { parsePython } from '../../engine/python/parse.ts'

/** Every call of a file with the functions and classes that it stands in: `main/app.run`. */
function calls(source: string): string[] {
  const found: string[] = []
  const visit = (node: unknown, scope: string): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item, scope)
      return
    }
    if (typeof node !== 'object' || node === null || !('kind' in node)) {
      if (typeof node === 'object' && node !== null) for (const part of Object.values(node)) visit(part, scope)
      return
    }
    const item = node as Expr | Stmt
    if (item.kind === 'call') found.push(`${scope}${dottedName(item.callee) || '?'}`)
    const inside = item.kind === 'function' || item.kind === 'class' ? `${scope}${item.name}/` : scope
    for (const [key, part] of Object.entries(item)) visit(part, key === 'body' || key === 'params' ? inside : scope)
  }
  visit(parsePython(source).body, '')
  return found
}

/** Valid code, and Python 2, that the grammar marks as wrong: the calls around it must stay where they are. */
const QUIRKS: readonly (readonly [string, string])[] = [
  ['a float that ends in a dot', 'x = 1.'],
  ['such a float in a condition', 'x = 0. if y else 1.'],
  ['a bare yield', 'def g():\n    yield\n    inner()'],
  ['a yield that is assigned', 'def g():\n    x = yield\n    inner()'],
  ['with … as a tuple', 'with f() as (a, b):\n    inner()'],
  ['with in brackets', 'with (f() as a, f() as b):\n    inner()'],
  ['with in brackets and a last comma', 'with (\n    f() as a,\n):\n    inner()'],
  ['a class pattern', 'match x:\n    case str():\n        pass\n    case Point(x=0):\n        pass'],
  ['a star in a subscript', 'a[*b]'],
  ['a subscripted decorator', '@a.b[0].c(1)\ndef f():\n    pass'],
  ['a decorator in brackets', '@(a or b)\ndef f():\n    pass'],
  ['a type parameter with a default', 'class G[T = int]:\n    pass'],
  ['type parameters', 'def f[T: int, *Ts, **P](a: T) -> T:\n    return a'],
  ['a type alias', 'type Pair = tuple[int, int]'],
  ['a template string', 'x = t"{name}"'],
  ['nested quotes in an f-string', 'x = f"{d["key"]}"'],
  ['except*', 'try:\n    pass\nexcept* ValueError:\n    pass'],
  ['a walrus', 'if (n := len(a)) > 1:\n    pass'],
  ['async', 'async def f():\n    async with a as b:\n        await c\n    async for d in e:\n        pass'],
  ['only positional and only named parameters', 'def f(a, /, b, *, c):\n    pass'],
  ['a print statement', 'print "a", b'],
  ['print to a file', 'print >>sys.stderr, "a"'],
  ['exec', 'exec "x = 1" in d'],
  ['backticks', 'x = `y`'],
  ['except with a comma', 'try:\n    pass\nexcept IOError, e:\n    pass'],
  ['raise with a comma', 'def r():\n    raise ValueError, "x"'],
  ['a long number', 'x = 10L'],
  ['an old octal number', 'x = 0755'],
  ['not equal of old', 'if a <> b:\n    pass'],
  ['a tuple parameter', 'def f(a, (b, c)):\n    pass'],
  ['a form feed', '\f\nx = 1'],
  ['a line that goes on', 'x = 1 + \\\n    2'],
  ['tabs', 'if a:\n\tpass'],
  ['a semicolon', 'a = 1; b = 2'],
  ['a byte order mark in front of a comment', '# -*- coding: utf-8 -*-'],
]

describe('calls keep their scope around', () => {
  test.each(QUIRKS)('%s', (_name, code) => {
    const found = calls(
      `before()\n${code}\n\n\ndef after():\n    inside()\n\n\nclass After:\n    def method(self):\n        within()\n\n\napp.run(debug=True)\n`,
    )
    expect(found).toEqual(expect.arrayContaining(['before', 'after/inside', 'After/method/within', 'app.run']))
  })
})

describe('calls survive', () => {
  test.each([
    ['an open bracket', 'x = foo('],
    ['a dangling dot', 'app.'],
    ['a half call', 'app.run(debug='],
    ['a half def', 'def half('],
    ['conflict markers', '<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other'],
  ])('%s', (_name, code) => {
    expect(calls(`before()\n\n\n${code}\n\n\ndef f():\n    pass\n\n\napp.run(debug=True)\n`)).toEqual(
      expect.arrayContaining(['before', 'app.run']),
    )
  })
})

const expression = (source: string): Expr => {
  const [stmt] = parsePython(source).body
  if (stmt?.kind !== 'expr') throw new Error(`${source} is no expression`)
  return stmt.value
}

describe('expressions', () => {
  test.each<readonly [string, Partial<Record<string, unknown>>]>([
    ['"a" "b"', { kind: 'string', parts: ['a', 'b'] }],
    ["b'\\x41'", { kind: 'string', parts: ['A'], bytes: true }],
    ['r"\\d"', { kind: 'string', parts: ['\\d'] }],
    ['"""a\nb"""', { kind: 'string', parts: ['a\nb'] }],
    ['"\\u00e9\\N{DASH}"', { kind: 'string', parts: ['é\\N{DASH}'] }],
    ['1_000', { kind: 'number', value: 1000 }],
    ['0x1F', { kind: 'number', value: 31 }],
    ['0o17', { kind: 'number', value: 15 }],
    ['017', { kind: 'number', value: 15 }],
    ['12L', { kind: 'number', value: 12 }],
    ['None', { kind: 'constant', value: null }],
    ['(a)', { kind: 'name', name: 'a' }],
    ['a, b', { kind: 'tuple' }],
    ['()', { kind: 'tuple', items: [] }],
    ['a if b else c', { kind: 'conditional' }],
    ['a not in b', { kind: 'compare', op: 'not in' }],
    ['a is not b', { kind: 'compare', op: 'is not' }],
    ['not a', { kind: 'not' }],
    ['-1', { kind: 'negative' }],
    ['a[1:]', { kind: 'subscript' }],
    ['lambda a, *b: a', { kind: 'lambda' }],
    ['[a for a in b]', { kind: 'comprehension' }],
    ['{**a, "b": 1}', { kind: 'dict' }],
    ['(yield)', { kind: 'yield', value: null }],
    ['(n := 1)', { kind: 'assign-expr', target: 'n' }],
  ])('%s', (source, wanted) => {
    expect(expression(source)).toMatchObject(wanted)
  })

  test('arguments keep their names, stars and places', () => {
    const call = expression('f(1, *a, b=2, **c)')
    expect(call.kind === 'call' && call.args.map(({ name, start, end }) => [name, start, end])).toEqual([
      [null, 2, 3],
      ['*', 5, 7],
      ['b', 9, 12],
      ['**', 14, 17],
    ])
  })
})

describe('imports', () => {
  test.each<readonly [string, Partial<Record<string, unknown>>]>([
    [
      'import a.b as c, d',
      {
        kind: 'import',
        names: [
          { name: 'a.b', alias: 'c' },
          { name: 'd', alias: null },
        ],
      },
    ],
    ['from . import a', { kind: 'from', level: 1, module: '' }],
    ['from ...a.b import c', { kind: 'from', level: 3, module: 'a.b' }],
    [
      'from a import (b as c, d,)',
      {
        kind: 'from',
        names: [
          { name: 'b', alias: 'c' },
          { name: 'd', alias: null },
        ],
      },
    ],
    ['from a import *', { kind: 'from', names: '*' }],
    ['from __future__ import print_function', { kind: 'from', module: '__future__' }],
  ])('%s', (source, wanted) => {
    expect(parsePython(source).body[0]).toMatchObject(wanted)
  })
})

test('a decorator with arguments is a call', () => {
  expect(calls('@app.route("/")\n@cache\ndef f():\n    inside()')).toEqual(['app.route', 'f/inside'])
})

test('offsets count UTF-16 code units', () => {
  const source = 'x = "😀"; app.run()'
  const found = parsePython(source).body.at(-1)
  expect(found && source.slice(found.start, found.end)).toBe('app.run()')
})

describe('input that is meant to hurt', () => {
  test.each([
    ['open brackets', '('.repeat(1_000_000)],
    ['mixed brackets', '[{('.repeat(330_000)],
    ['open f-strings', 'f"{'.repeat(100_000)],
  ])('%s are refused', (_name, source) => {
    expect(() => parsePython(source)).toThrow(RangeError)
  })

  test.each([
    ['brackets that close', `x = ${'('.repeat(5_000)}1${')'.repeat(5_000)}`],
    ['a long sum', `x = 1${' + 1'.repeat(20_000)}`],
    ['a long chain', `x = a${'.b'.repeat(20_000)}`],
    ['nested calls', `x = ${'f('.repeat(5_000)}${')'.repeat(5_000)}`],
    [
      'nested blocks',
      `${Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}if a:`).join('\n')}\n${' '.repeat(1_000)}b()`,
    ],
    ['quotes', '"'.repeat(100_000)],
    ['zero bytes', '\0'.repeat(10_000)],
  ])('%s are read as far as it goes', (_name, source) => {
    expect(calls(`before()\n${source}`)).toContain('before')
  })
})
