import { describe, expect, test } from 'vitest'
import { readDotenv } from '../../engine/python/environment.ts'
import { run, shown, valueOfX } from './running.ts'

const TABLE: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'the standard library': [
    ['import os\nx = os.environ["A"]', '"$A"'],
    ['import os\nx = os.environ.get("A")', '"$A" if A | None if not A'],
    ['import os\nx = os.getenv("A", "b")', '"$A" if A | "b" if not A'],
    ['from os import environ\nx = environ.get("A") or "b"', '"$A" if A | "b" if not A'],
    ['from os import getenv as g\nx = g("A", default="b")', '"$A" if A | "b" if not A'],
    ['import os\nx = "A" in os.environ', 'True if A | False if not A'],
    ['import os\nx = 1 if os.environ.get("A") == "b" else 2', '1 if A=b | 2 if not A=b'],
    ['import os\nos.environ["A"] = "b"\nx = os.environ.get("A")', '"b"'],
    ['import os\nos.environ.setdefault("A", "b")\nx = os.environ["A"]', '"$A" if A | "b" if not A'],
    ['import os\nx = int(os.environ.get("A", 1))', '"$A" if A | 1 if not A'],
    ['import os\ntry:\n    x = os.environ["A"]\nexcept KeyError:\n    x = "b"', '"$A" if A | "b" if not A'],
    ['import os\nx = os.environ.get("A")\nif not x:\n    raise ValueError', '"$A" if A | None if not A'],
  ],
  'what a dyno has': [
    ['import os\nx = os.environ.get("DYNO")', '"web.1"'],
    ['import os\nx = "DYNO" in os.environ', 'True'],
    ['import os\nx = os.environ.get("PORT", 5000)', '"$PORT"'],
    ['import os\nx = os.environ.get("CI", "no")', '"no"'],
    ['import os\nx = os.environ["DATABASE_URL"]', '"postgres://$DATABASE_URL"'],
    ['import os\nx = os.environ["HEROKU_POSTGRESQL_PINK_URL"]', '"postgres://$HEROKU_POSTGRESQL_PINK_URL"'],
    ['import os\nx = os.environ["REDIS_URL"]', '"rediss://$REDIS_URL"'],
    ['import os\nx = os.environ.get("FORWARDED_ALLOW_IPS")', '"*"'],
  ],
  libraries: [
    ['from decouple import config\nx = config("A", default="b")', '"$A" if A | "b" if not A'],
    ['from decouple import config\nx = config("A", default=True, cast=bool)', '<unknown> if A | True if not A'],
    ['from decouple import config\nx = config("A")', '"$A"'],
    ['from environs import Env\nenv = Env()\nx = env.str("A", "b")', '"$A" if A | "b" if not A'],
    ['from environs import Env\nenv = Env()\nx = env.bool("A", default=False)', '<unknown> if A | False if not A'],
    ['from environs import env\nx = env("A")', '"$A"'],
    ['import environ\nenv = environ.Env()\nx = env("A", default="b")', '"$A" if A | "b" if not A'],
    ['from dotenv import load_dotenv\nload_dotenv()\nimport os\nx = os.environ.get("A")', '"$A" if A | None if not A'],
    [
      'from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    a: str = "b"\nx = S().a',
      '"$A" if A | "b" if not A',
    ],
    [
      'from pydantic_settings import BaseSettings, SettingsConfigDict\nclass S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="P_")\n    a: str\nx = S().a',
      '"$P_A"',
    ],
  ],
}

describe.each(Object.entries(TABLE))('%s', (_group, rows) => {
  test.each(rows)('%s', (source, wanted) => {
    expect(valueOfX(source)).toBe(wanted)
  })
})

test('the process line gives values that hold', () => {
  expect(valueOfX('import os\nx = os.environ.get("A", "c")', { fixed: { A: 'b' } })).toBe('"b"')
})

test('app.json gives values that somebody may change', () => {
  expect(valueOfX('import os\nx = os.environ.get("A", "c")', { declared: { A: 'b' } })).toBe('"b" if A | "c" if not A')
})

test('Fir sets less than Cedar', () => {
  expect(valueOfX('import os\nx = os.environ.get("FORWARDED_ALLOW_IPS", "no")', { generation: 'fir' })).toBe(
    '"$FORWARDED_ALLOW_IPS" if FORWARDED_ALLOW_IPS | "no" if not FORWARDED_ALLOW_IPS',
  )
})

test('a committed .env counts where it is loaded', () => {
  const source = 'import os\nfrom dotenv import load_dotenv\nload_dotenv()\nx = os.environ.get("A")\n'
  const boot = run({ 'app.py': source, '.env': '# the file\nexport A="b c" # so\nB=\n' })
  expect(shown(boot.loaded[0]?.scope.names.get('x') ?? [])).toBe('"$A" if A | "b c" if not A')
})

describe('config vars without which nothing starts', () => {
  test.each<readonly [string, string[]]>([
    ['import os\nos.environ["A"]', ['A']],
    ['import os\nif not os.environ.get("A"):\n    raise RuntimeError', ['A']],
    ['import os, sys\nif "A" not in os.environ:\n    sys.exit(1)', ['A']],
    [
      'import os\nif "A" not in os.environ:\n    raise ValueError\nif "B" not in os.environ:\n    raise ValueError',
      ['A', 'B'],
    ],
    ['from decouple import config\nconfig("A")', ['A']],
    ['import os\nassert os.environ.get("A"), "set A"', ['A']],
    [
      'import os\nx = os.environ.get("A", "dev")\nif x == "dev" and os.environ.get("DYNO"):\n    raise ValueError',
      ['A'],
    ],
    ['import os\ndef f():\n    if not os.environ.get("A"):\n        return\nf()', []],
    ['import os\nif not os.environ.get("A"):\n    print("no A")', []],
    ['import os\nos.environ.get("A")', []],
    ['import os\nif "A" in os.environ:\n    os.environ["A"]', []],
    ['import os\nif foo():\n    os.environ["A"]', []],
    ['import os\ntry:\n    os.environ["A"]\nexcept KeyError:\n    pass', []],
    ['import os\ndef view():\n    os.environ["A"]\nregister(view)', []],
    ['import os\nif os.environ.get("STAGE") == "dev":\n    os.environ["A"]', []],
  ])('%s', (source, wanted) => {
    expect([...run({ 'app.py': source }).needed]).toEqual(wanted)
  })
})

test('the lines of a .env', () => {
  const source = 'A=1\n  export B = "x # y"\nC=\'z\' # c\n# D=2\nE\nF=a#b # c\n'
  expect(readDotenv(source, '.env').map(([name, value]) => [name, value])).toEqual([
    ['A', '1'],
    ['B', 'x # y'],
    ['C', 'z'],
    ['F', 'a#b'],
  ])
})
