import { describe, expect, test } from 'vitest'
import { covers, equalsGuard, setGuard, unknownGuard } from '../../engine/python/guards.ts'
import { valueOfX } from './running.ts'

const TABLE: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  texts: [
    ['x = "a" + "b"', '"ab"'],
    ['x = "%s-%d" % ("a", 1)', '"a-1"'],
    ['x = "%(a)s!" % {"a": "b"}', '"b!"'],
    ['x = "100%%" % ()', '"100%"'],
    ['x = "{}/{b}".format("a", b="c")', '"a/c"'],
    ['x = "{0.name}".format(a)', '"?"'],
    ['a = 1\nx = f"{a}-{unknown()}"', '"1-?"'],
    ['x = ", ".join(["a", "b"])', '"a, b"'],
    ['x = " a ".strip().upper()', '"A"'],
    ['x = "postgres://h".replace("postgres://", "postgresql://", 1)', '"postgresql://h"'],
    ['x = "postgres://h"[len("postgres://"):]', '"h"'],
    ['x = "a,b".split(",")[1]', '"b"'],
    ['x = "a://b".partition("://")[2]', '"b"'],
    ['x = "abc".startswith(("x", "a"))', 'True'],
    ['x = "a" in "abc"', 'True'],
    ['import re\nx = re.sub("^postgres:", "postgresql:", "postgres://h")', '"postgresql://h"'],
    ['x = str(5000)', '"5000"'],
    ['x = b"a".decode()', '"a"'],
  ],
  numbers: [
    ['x = 2 * 3 + 1', '7'],
    ['x = 7 // 2', '3'],
    ['x = 1 / 0', '<unknown>'],
    ['x = int("80")', '80'],
    ['x = 3 < 4', 'True'],
    ['x = len([1, 2])', '2'],
    ['x = 1\nx += 2', '3'],
  ],
  paths: [
    ['import os\nx = os.path.join("a", "b")', '"a/b"'],
    ['import os\nx = os.path.join("a", "/b")', '"/b"'],
    ['import os\nx = os.path.abspath(os.path.dirname(__file__))', '"/app"'],
    ['from pathlib import Path\nx = Path(__file__).resolve().parent / "a.db"', '"/app/a.db"'],
    ['from pathlib import Path\nx = str(Path("a").joinpath("b"))', '"a/b"'],
    ['import os\nx = os.getcwd()', '"/app"'],
  ],
  collections: [
    ['x = {"a": 1, **{"b": 2}}["b"]', '2'],
    ['x = {"a": 1}.get("b", 3)', '3'],
    ['x = [1, 2][-1]', '2'],
    ['a, (b, c) = 1, (2, 3)\nx = c', '3'],
    ['a, *b = 1, 2, 3\nx = b', '<unknown>'],
    ['x = {}\nfor k, v in {"a": 1, "b": 2}.items():\n    x[k] = v', '{a: 1, b: 2}'],
    ['x = []\nx.append(1)', '[1]'],
    ['x = {"a": 1} | {"b": 2}', '{a: 1, b: 2}'],
    ['x = dict(a=1)', '{a: 1}'],
  ],
  conditions: [
    ['x = 1 if True else 2', '1'],
    ['x = 1 if foo() else 2', '1 if ? | 2 if not ?'],
    ['if foo():\n    x = 1\nelse:\n    x = 1', '1'],
    ['x = 0\nif foo():\n    x = 1', '0 if not ? | 1 if ?'],
    ['x = None or "a"', '"a"'],
    ['x = "a" and "b"', '"b"'],
    ['x = not None', 'True'],
    ['x = None is None', 'True'],
    ['x = "a" is None', 'False'],
    ['if __name__ == "__main__":\n    x = 1\nelse:\n    x = 2', '2'],
    ['try:\n    x = 1\nexcept ImportError:\n    x = 2', '1 if not ? | 2 if ?'],
    ['for i in foo():\n    x = i\nelse:\n    x = 1', '1'],
    ['def f():\n    if foo():\n        return 1\n    return 2\nx = f()', '1 if ? | 2 if not ?'],
    ['def f():\n    if foo():\n        raise ValueError\n    return 2\nx = f()', '2 if not ?'],
    ['import sys\nx = 1\nif False:\n    x = 2', '1'],
  ],
  functions: [
    ['def f(a, b=2, *c, d, **e):\n    return [a, b, c, d, e]\nx = f(1, d=3, g=4)', '[1, 2, [], 3, {g: 4}]'],
    ['def f(*a, **k):\n    return g(*a, **k)\ndef g(a, b=0):\n    return [a, b]\nx = f(1, b=2)', '[1, 2]'],
    ['x = (lambda a: a + 1)(1)', '2'],
    ['def f(n):\n    return f(n)\nx = f(1)', '<unknown>'],
    ['def f():\n    yield 1\nx = f()', '<unknown>'],
    ['y = 1\ndef f():\n    global y\n    y = 2\nf()\nx = y', '2'],
    ['def f():\n    pass\nx = f()', 'None'],
    ['import functools\n@functools.lru_cache\ndef f():\n    return 1\nx = f()', '1'],
    ['def f(a=[]):\n    return a\nx = f()', '[]'],
    ['x = unknown_name', '<builtins.unknown_name>'],
  ],
  classes: [
    ['class A:\n    B = 1\nx = A.B', '1'],
    ['class A:\n    B = 1\n    C = B\nx = A.C', '1'],
    ['class A:\n    b = 1\nclass C(A):\n    pass\nx = C().b', '1'],
    ['class A:\n    def __init__(self, b):\n        self.b = b\nx = A(2).b', '2'],
    [
      'class A:\n    def __init__(self):\n        self.b = 1\nclass C(A):\n    def __init__(self):\n        super().__init__()\nx = C().b',
      '1',
    ],
    [
      'class A(object):\n    def __init__(self):\n        self.b = 1\nclass C(A):\n    def __init__(self):\n        super(C, self).__init__()\nx = C().b',
      '1',
    ],
    [
      'class A:\n    def m(self):\n        return 1\nclass C(A):\n    def m(self):\n        return super().m() + 1\nx = C().m()',
      '2',
    ],
    [
      'class A:\n    B = 1\n    @classmethod\n    def m(cls):\n        return cls.B\nclass C(A):\n    B = 2\nx = C.m()',
      '2',
    ],
    ['class A:\n    @staticmethod\n    def m(b):\n        return b\nx = A().m(1)', '1'],
    ['class A:\n    @property\n    def m(self):\n        return 1\nx = A().m', '1'],
    ['class A:\n    b = 1\nx = getattr(A, "b")', '1'],
    ['class A:\n    pass\nA.b = 1\nx = A.b', '1'],
    ['from dataclasses import dataclass\n@dataclass\nclass A:\n    b: int = 1\nx = A().b', '1'],
  ],
  'made at random': [
    ['import os\nx = os.urandom(8)', '"*"'],
    ['import secrets\nx = secrets.token_hex()', '"*"'],
    ['import uuid\nx = uuid.uuid4().hex', '"*"'],
    ['import uuid\nx = "k-" + str(uuid.uuid4())', '"k-*"'],
    ['import random\nx = "".join(random.choice("ab") for _ in range(9))', '"*"'],
    ['from random import SystemRandom\nx = "".join([SystemRandom().choice("ab") for _ in range(9)])', '"*"'],
  ],
  addresses: [
    ['from sqlalchemy.engine import URL\nx = URL.create("sqlite", database="a.db")', '"sqlite:///a.db"'],
    [
      'from sqlalchemy import URL\nx = URL.create(drivername="postgresql+psycopg", host="h")',
      '"postgresql+psycopg://?"',
    ],
  ],
}

describe.each(Object.entries(TABLE))('%s', (_group, rows) => {
  test.each(rows)('%s', (source, wanted) => {
    expect(valueOfX(source)).toBe(wanted)
  })
})

test.each([
  ['"production"', 'str', 'True'],
  ['os.environ["CONFIG"]', 'str', 'True'],
  ['"production"', 'type', 'False'],
  ['os.getenv("CONFIG")', 'str', 'True if CONFIG | False if not CONFIG'],
  ['{}', 'dict', 'True'],
  ['object', 'str', '<unknown>'],
  ['Config', 'type', 'True'],
  ['Config', 'str', 'False'],
  ['[]', 'tuple', '<unknown>'],
  ['1', 'int', '<unknown>'],
  ['"production"', '(str, type)', '<unknown>'],
  ['"production"', 'Config', '<unknown>'],
])('isinstance(%s, %s)', (value, type, wanted) => {
  expect(valueOfX(`import os\nclass Config:\n    pass\nx = isinstance(${value}, ${type})`)).toBe(wanted)
})

test('too many alternatives are one unknown value', () => {
  const branches = Array.from({ length: 40 }, (_, i) => `${i === 0 ? 'if' : 'elif'} a${i}():\n    x = ${i}`)
  expect(valueOfX(branches.join('\n'))).toBe('<unknown>')
})

test('what was set before a way out does not hang on it', () => {
  const before = 'import os\ny = 0\ndef f():\n  global y\n  if os.getenv("A"): return\n  y = 2\n'
  expect(valueOfX(`${before}  if os.getenv("B"): return\nf()\nx = y`)).toBe('0 if A | 2 if not A')
})

describe('guards that leave out no case', () => {
  const a = (holds: boolean) => unknownGuard('a', holds)
  const b = (holds: boolean) => unknownGuard('b', holds)
  const set = (holds: boolean) => setGuard('X', holds)
  const is = (text: string, holds: boolean) => equalsGuard('X', text, holds)
  test.each([
    ['no guard', [[]], true],
    ['nothing', [], false],
    ['both sides', [[a(true)], [a(false)]], true],
    ['one side', [[a(true)]], false],
    ['all four', [[a(true), b(true)], [a(true), b(false)], [a(false)]], true],
    [
      'three of four',
      [
        [a(true), b(true)],
        [a(true), b(false)],
        [a(false), b(true)],
      ],
      false,
    ],
    ['set and not set', [[set(true)], [set(false)]], true],
    ['one text, or not that text', [[is('a', true)], [is('a', false)]], true],
    ['one text, or not set', [[is('a', true)], [set(false)]], false],
    ['one text, another, or neither', [[is('a', true)], [is('b', true)], [is('a', false), is('b', false)]], true],
  ])('%s', (_name, sets, wanted) => {
    expect(covers(sets)).toBe(wanted)
  })
})
