import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig } from '../../engine/config.ts'
import type { Finding } from '../../engine/finding.ts'

const IDS = ['dev-server', 'port-not-bound', 'secret-key-hardcoded']
const read = (text: string) => parseConfig('.flask-dyno.yml', text, IDS)
const mistakes = (text: string): string[] => {
  try {
    read(text)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}
const at = (rule: string, path: string): Finding => ({
  rule,
  path,
  level: 'error',
  message: '',
  consequence: '',
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 1,
  related: [],
  fix: null,
  url: '',
})

test('all keys are read', () => {
  const { isIgnored, unusedIgnores, ...config } = read(`# our settings
preset: strict
generation: fir
rules:
  dev-server: off
  port-not-bound: warning
exclude: [legacy, "scripts/*.py"]
ignore:
  - rule: secret-key-hardcoded
    path: tests/**
    reason: only tests read it
root: ./backend/
`)
  expect(config).toEqual({
    preset: 'strict',
    generation: 'fir',
    rules: { 'dev-server': 'off', 'port-not-bound': 'warning' },
    root: 'backend',
    rootPlace: '.flask-dyno.yml:12:7',
  })
  const ran = new Set(['secret-key-hardcoded', 'dev-server'])
  expect(unusedIgnores?.(new Set())).toEqual([])
  expect(unusedIgnores?.(ran)).toEqual([expect.stringMatching(/:9:5: nothing is ignored here: secret-key-hardcoded/)])
  expect(isIgnored?.(at('dev-server', 'legacy/app.py'))).toBe(true)
  expect(isIgnored?.(at('secret-key-hardcoded', 'tests/unit/conf.py'))).toBe(true)
  expect(isIgnored?.(at('dev-server', 'tests/unit/conf.py'))).toBe(false)
  expect(unusedIgnores?.(ran)).toEqual([])
})

test.each([
  ['conf.py', 'conf.py', true],
  ['conf.py', 'deep/er/conf.py', true],
  ['*.cfg', 'deep/setup.cfg', true],
  ['legacy/', 'deep/legacy/app.py', true],
  ['/conf.py', 'conf.py', true],
  ['/conf.py', 'deep/conf.py', false],
  ['./conf.py', 'deep/conf.py', false],
  ['deep/*.py', 'deep/conf.py', true],
  ['deep/*.py', 'more/deep/conf.py', false],
  ['conf.py', 'aconf.py', false],
])('as in .gitignore, %j covers %j: %s', (pattern, path, covered) => {
  const { isIgnored } = read(`exclude: ['${pattern}']`)
  expect(isIgnored?.(at('dev-server', path))).toBe(covered)
})

test.each(['', '# nothing\n', '---\n', '{}'])('%j is an empty config', (text) => {
  expect(read(text)).toEqual({ rules: {} })
})

describe('mistakes have their place', () => {
  test.each([
    ['presets: strict', '.flask-dyno.yml:1:1: unknown key "presets"; did you mean "preset"?'],
    ['preset: stric', '.flask-dyno.yml:1:9: preset must be one of recommended, strict; did you mean "strict"?'],
    ['rules:\n  dev-sever: off', '.flask-dyno.yml:2:3: there is no rule "dev-sever"; did you mean "dev-server"?'],
    ['rules:\n  dev-server: fatal', '.flask-dyno.yml:2:15: rules.dev-server must be one of off, error, warning, info'],
    ['rules: [dev-server]', '.flask-dyno.yml:1:8: rules must be a mapping'],
    ['exclude: legacy', '.flask-dyno.yml:1:10: exclude must be a list'],
    ['ignore:\n  - rule: dev-server\n    path: x', '.flask-dyno.yml:2:5: ignore.0.reason is missing'],
    [
      'ignore:\n  - {rule: dev, path: x, reason: y}',
      '.flask-dyno.yml:2:12: there is no rule "dev"; did you mean "dev-server"?',
    ],
    ['root: ""', '.flask-dyno.yml:1:7: root must not be empty'],
    ['root: ../other', '.flask-dyno.yml:1:7: root must be a folder below this file: "../other"'],
    ['root: /etc', '.flask-dyno.yml:1:7: root must be a folder below this file: "/etc"'],
    ['baseline: ../known.json', '.flask-dyno.yml:1:11: baseline must be a file of the app: "../known.json"'],
    ['baseline: .', '.flask-dyno.yml:1:11: baseline must be a file of the app: "."'],
    ['exclude: ["!kept.py"]', '.flask-dyno.yml:1:11: a pattern with ! takes nothing back here: "!kept.py"'],
    [
      'exclude:\n  - legacy\n  - *.py',
      ".flask-dyno.yml:3:5: YAML takes a word with * in front for an alias; write '*.py' in quotes",
    ],
    [
      'exclude: [**/old.py, x]',
      ".flask-dyno.yml:1:11: YAML takes a word with * in front for an alias; write '**/old.py' in quotes",
    ],
    ['preset: strict\n---\n{}', '.flask-dyno.yml:2:1: a second document begins here; one is read'],
    ['- a list', '.flask-dyno.yml:1:1: the config must be a mapping'],
    ['just text', '.flask-dyno.yml:1:1: the config must be a mapping'],
    ['preset: strict\npreset: strict', '.flask-dyno.yml:2:1: Map keys must be unique'],
    ['\tpreset: strict', '.flask-dyno.yml:1:1: Tabs are not allowed as indentation'],
  ])('%j: %s', (text, line) => {
    expect(mistakes(text)).toEqual([line])
  })

  test('each of them', () => {
    expect(mistakes('preset: 1\nwhat: 2\nrules:\n  dev-server: 3\n')).toHaveLength(3)
  })

  test('broken YAML is one line', () => {
    expect(mistakes('rules: {')).toEqual([expect.stringMatching(/^\.flask-dyno\.yml:\d+:\d+: /)])
    expect(mistakes('a: "open')).toHaveLength(1)
  })

  test('YAML that multiplies or nests without end does not hang or crash', () => {
    const bomb = `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join('\n')}\n`
    expect(mistakes(bomb)).not.toEqual([])
    for (const deep of ['[', '{a: ', '- ', '? ', '&a [']) {
      expect(mistakes(deep.repeat(50_000))).toEqual(['.flask-dyno.yml:1:1: this YAML is nested too deep'])
    }
    const steps = Array.from({ length: 199 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')
    expect(mistakes(steps)).toEqual([
      '.flask-dyno.yml:1:1: unknown key "a": there are preset, generation, rules, exclude, ignore, push, baseline, root',
    ])
  })
})
