import { describe, expect, test } from 'vitest'
import type { Facts } from '../../engine/facts/facts.ts'
import { loadReaders, readProject } from '../../engine/facts/project.ts'
import type { FindingDraft } from '../../engine/finding.ts'
import { concise } from '../../engine/report/concise.ts'
import { displayWidth, frameOf } from '../../engine/report/frame.ts'
import { json } from '../../engine/report/json.ts'
import { PLAIN, paint } from '../../engine/report/paint.ts'
import { countLevels, type Report } from '../../engine/report/report.ts'
import { text } from '../../engine/report/text.ts'
import { defineRule } from '../../engine/rule.ts'
import { type LintOptions, type LintResult, lintProject } from '../../engine/run.ts'
import { EVERYTHING } from '../../engine/select.ts'
import { memoryTree } from '../../engine/tree.ts'
import { rules } from '../../rules/registry.ts'
import { lintFormat } from '../../scripts/json-formats.ts'
import { expectNoMoreThanLinear } from './growth.ts'

const ruleOf = (id: string, drafts: readonly FindingDraft[]) =>
  defineRule({
    id,
    stage: 'processes',
    level: 'error',
    summary: 'what it finds',
    why: '',
    consequence: 'The router answers with H10.',
    instead: '',
    sources: [],
    since: '0.1.0',
    needs: ['tree'],
    check: () => drafts,
  })

// biome-ignore lint/suspicious/noControlCharactersInRegex: what chalk writes
const OUR_COLOURS = /\u001b\[\d+m/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be left
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/

/** The rules here look at the tree only. */
const factsOf = (files: Record<string, string | Uint8Array>): Facts => ({ tree: memoryTree(files) }) as unknown as Facts

function run(
  files: Record<string, string | Uint8Array>,
  drafts: readonly FindingDraft[],
  options?: LintOptions,
): LintResult {
  return lintProject(factsOf(files), [ruleOf('a-rule', drafts)], options)
}

function reportOf(files: Record<string, string | Uint8Array>, drafts: readonly FindingDraft[]): Report {
  const { findings, hidden } = run(files, drafts)
  const tree = memoryTree(files)
  const summary = { ...countLevels(findings), files: tree.paths.length, milliseconds: 12 }
  return { version: '0.1.0', tree, prefix: '', isProject: true, findings, hidden, notes: [], summary }
}

const PROCFILE = {
  Procfile: '# processes\nweb: gunicorn -b 127.0.0.1:8000 app:app\n',
  'app.py': 'app = Flask(__name__)\n',
}
const BIND: FindingDraft = {
  at: { path: 'Procfile', start: 26, end: 43 },
  message: 'gunicorn listens on 127.0.0.1:8000 only. Write `-b 0.0.0.0:$PORT`.',
  related: [{ path: 'app.py', start: 0, end: 3, message: 'the app that it serves' }],
  fix: { safety: 'safe', description: 'bind 0.0.0.0:$PORT', edits: [] },
}

describe('a finding', () => {
  test('has 1-based lines and columns in UTF-16 units, with an exclusive end', () => {
    const files = { 'a.py': '\n  x = "😀é" + bad\nmore' }
    const start = files['a.py'].indexOf('bad')
    const [finding] = run(files, [{ at: { path: 'a.py', start, end: start + 3 }, message: 'm' }]).findings
    expect(finding).toMatchObject({ line: 2, column: 15, endLine: 2, endColumn: 18 })
  })

  test('counts no byte-order mark', () => {
    const files = { 'a.py': Buffer.from('\uFEFFbad') }
    expect(run(files, [{ at: { path: 'a.py', start: 0, end: 3 }, message: 'm' }]).findings[0]?.column).toBe(1)
  })

  test('about a whole or a missing file is at line 1, column 1', () => {
    const [finding] = run({}, [{ at: { path: 'Procfile' }, message: 'm' }]).findings
    expect(finding).toMatchObject({ path: 'Procfile', line: 1, column: 1, endLine: 1, endColumn: 1 })
  })

  test('takes level and consequence of its rule where it has none of its own', () => {
    const { findings } = run({ a: '' }, [
      { at: { path: 'a' }, message: 'm' },
      { at: { path: 'a' }, message: 'n', level: 'info', consequence: 'own' },
    ])
    expect(findings.map(({ level, consequence }) => [level, consequence])).toEqual([
      ['error', 'The router answers with H10.'],
      ['info', 'own'],
    ])
  })

  test('comes in the order of the files, once', () => {
    const at = (path: string, start: number): FindingDraft => ({ at: { path, start, end: start + 1 }, message: 'm' })
    const files = { 'b.py': 'x\ny\n', 'a.py': 'x\ny\n' }
    const { findings } = run(files, [at('b.py', 2), at('b.py', 0), at('a.py', 0), at('b.py', 2)])
    expect(findings.map(({ path, line }) => `${path}:${line}`)).toEqual(['a.py:1', 'b.py:1', 'b.py:2'])
  })

  test('gets the level that the config gives its rule', () => {
    const selection = { preset: 'recommended' as const, select: [], ignore: [], levels: { 'a-rule': 'info' as const } }
    const { findings, hidden } = run({ a: '' }, [{ at: { path: 'a' }, message: 'm' }], { selection })
    expect(findings).toEqual([])
    expect(hidden.belowPreset).toBe(1)
  })
})

test('a rule that fails is a fault in the tool, and the others go on', () => {
  const broken = defineRule({
    ...ruleOf('broken', []),
    needs: ['tree'],
    check: () => {
      throw new TypeError('no such thing')
    },
  })
  const fine = ruleOf('fine', [{ at: { path: 'a' }, message: 'm' }])
  const { findings, faults } = lintProject(factsOf({ a: '' }), [broken, fine])
  expect(faults.map(({ rule }) => rule)).toEqual(['broken'])
  expect(findings.map(({ rule }) => rule)).toEqual(['fine'])
})

test('the comments of what production runs are judged also where nothing else is', async () => {
  const tree = memoryTree({
    'app.py': 'from flask import Flask\n\napp = Flask(__name__)  # flask-dyno: ignore[debug-enabeld] -- a test\n',
    Procfile: 'web: gunicorn app:app\n',
    'requirements.txt': 'Flask\ngunicorn\n',
  })
  await loadReaders(tree)
  const options = { selection: { ...EVERYTHING, select: ['suppression-invalid'] } }
  const { findings } = lintProject(readProject(tree), rules, options)
  expect(findings.map(({ rule, line }) => `${rule} ${line}`)).toEqual(['suppression-invalid 3'])
})

describe('a suppression', () => {
  const cases: [string, string, number][] = [
    ['on the line', 'x = 1  # flask-dyno: ignore[a-rule] -- a test\n', 1],
    ['alone on the line above', '# flask-dyno: ignore[a-rule] -- a test\nx = 1\n', 1],
    ['among others above', '# flask-dyno: ignore[a-rule]\n# flask-dyno: ignore[b-rule]\nx = 1\n', 1],
    ['that names several', 'x = 1  # flask-dyno: ignore[b-rule, a-rule]\n', 1],
    ['with CRLF', '# flask-dyno: ignore[a-rule]\r\nx = 1\r\n', 1],
    ['of another rule', 'x = 1  # flask-dyno: ignore[b-rule]\n', 0],
    ['behind other code above', 'y = 2  # flask-dyno: ignore[a-rule]\nx = 1\n', 0],
    ['two lines above', '# flask-dyno: ignore[a-rule]\n\nx = 1\n', 0],
    ['that names nothing', 'x = 1  # flask-dyno: ignore\n', 0],
  ]
  test.each(cases)('%s', (_, source, suppressed) => {
    const start = source.indexOf('x = 1')
    const drafts = [{ at: { path: 'a.py', start, end: start + 5 }, message: 'm' }]
    const { findings, hidden } = run({ 'a.py': source }, drafts)
    expect([hidden.suppressed, findings.length]).toEqual([suppressed, 1 - suppressed])
    expect(run({ 'a.py': source }, drafts, { suppressions: false }).findings).toHaveLength(1)
  })
})

describe('concise', () => {
  test('is one line a finding', () => {
    expect(concise(reportOf(PROCFILE, [BIND]))).toBe(
      'Procfile:2:15 error a-rule gunicorn listens on 127.0.0.1:8000 only. Write `-b 0.0.0.0:$PORT`.\n',
    )
  })
  test('stays one line whatever a file is called', () => {
    const path = 'a\n\u001b[31mb.py'
    expect(concise(reportOf({ [path]: '' }, [{ at: { path }, message: 'one\ntwo' }]))).toBe(
      'a ·[31mb.py:1:1 error a-rule one two\n',
    )
  })
})

test('json has format 1 and nothing that is not in it', () => {
  const value = lintFormat.parse(JSON.parse(json(reportOf(PROCFILE, [BIND]))))
  expect(value.findings[0]).toMatchObject({ path: 'Procfile', line: 2, fix: { safety: 'safe' } })
})

describe('text', () => {
  test('shows the source, the range, the way there, and what to do', () => {
    expect(text(reportOf(PROCFILE, [BIND]), PLAIN)).toMatchInlineSnapshot(`
      "error[a-rule]: gunicorn listens on 127.0.0.1:8000 only. Write \`-b 0.0.0.0:$PORT\`.
        --> Procfile:2:15
         |
       2 | web: gunicorn -b 127.0.0.1:8000 app:app
         |               ^^^^^^^^^^^^^^^^^
         |
        ::> app.py:1:1  the app that it serves
       1 | app = Flask(__name__)
         |
         = on Heroku: The router answers with H10.
         = fix: bind 0.0.0.0:$PORT (--fix)

      Found 1 error in 2 files.
        flask-dyno lint --fix      mends it; --diff shows the changes first
        flask-dyno explain a-rule  tells why, and what to write instead
      "
    `)
  })

  test('of nothing is one line', () => {
    expect(text(reportOf(PROCFILE, []), PLAIN)).toBe('Nothing found in 2 files.\n')
    expect(text(reportOf(PROCFILE, []), PLAIN, { quiet: true })).toBe('')
  })

  test('of a folder that is no Flask project does not say that all is well', () => {
    const notes = [{ path: null, message: 'no Flask project here' }]
    expect(text({ ...reportOf({}, []), isProject: false, notes }, PLAIN)).toBe('note: no Flask project here\n')
  })

  test('of a missing file shows no source', () => {
    const shown = text(reportOf({}, [{ at: { path: 'Procfile' }, message: 'There is no Procfile.' }]), PLAIN, {
      quiet: true,
    })
    expect(shown).toBe(`error[a-rule]: There is no Procfile.
  --> Procfile
   |
   = on Heroku: The router answers with H10.
`)
  })

  test('lets nothing of the project speak to the terminal', async () => {
    const evil = 'x = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eabc"\r\n'
    const files = { 'a\u001b[2J.py': evil }
    const drafts = [{ at: { path: 'a\u001b[2J.py', start: 4, end: 10 }, message: `found ${evil}` }]
    for (const look of [PLAIN, await paint(true)]) {
      const shown = text(reportOf(files, drafts), look)
      const rest = shown.replace(OUR_COLOURS, '')
      expect(rest).not.toMatch(CONTROL)
    }
  })

  test('has colours only where they are wanted', async () => {
    const report = reportOf(PROCFILE, [BIND])
    expect(text(report, await paint(false))).not.toContain('\u001b')
    expect(text(report, await paint(true))).toContain('\u001b[31m')
  })
})

test('on a narrow terminal no row is wider than it, and the mark stays below what it marks', () => {
  const source = `settings = ${'read, '.repeat(20)}DEBUG, ${'write, '.repeat(20)}\n`
  const start = source.indexOf('DEBUG')
  const message = 'The setting that is meant here stands far to the right in a long line. '.repeat(3).trim()
  const report = reportOf({ 'app.py': source }, [{ at: { path: 'app.py', start, end: start + 5 }, message }])
  const rows = text({ ...report, program: 'npx flask-dyno' }, PLAIN, { columns: 60 }).split('\n')
  for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(60)
  const marks = rows.find((row) => row.includes('^')) ?? ''
  const above = rows.find((row) => row.includes('DEBUG,')) ?? ''
  expect(marks.indexOf('^')).toBe(above.indexOf('DEBUG,'))
  expect(rows.join(' ').replace(/\s+/g, ' ')).toContain(message)
})

describe('a frame', () => {
  const marked = (source: string, column: number, endColumn?: number): string => {
    const { line, indent, width } = frameOf(source, column, endColumn)
    return `${line}\n${' '.repeat(indent)}${'^'.repeat(width)}`
  }

  test.each([
    ['plain', 'abc def', 5, 8, 'abc def\n    ^^^'],
    ['tabs', '\tif x:\ty', 2, 4, '    if x:   y\n    ^^'],
    ['wide characters', 'a = "日本" + b', 12, 13, 'a = "日本" + b\n             ^'],
    ['an emoji is two units and two columns', 'x = "😀" + b', 12, 13, 'x = "😀" + b\n           ^'],
    ['combining marks take no column', 'e\u0301x', 3, 4, 'e\u0301x\n ^'],
    ['a point', 'abc', 2, 2, 'abc\n ^'],
    ['the end of the line', 'abc', 4, 4, 'abc\n   ^'],
    ['beyond the end', 'abc', 99, 120, 'abc\n   ^'],
    ['a range that goes on in the next line', 'call(   ', 1, undefined, 'call(\n^^^^^'],
    ['a carriage return', 'abc\r', 1, 4, 'abc\n^^^'],
  ] as const)('of %s', (_, source, column, endColumn, shown) => {
    expect(marked(source, column, endColumn)).toBe(shown)
  })

  test.each([1, 150, 480, 500])('of a long line is cut around the range at column %i', (column) => {
    const source = `${'a'.repeat(column - 1)}BAD${'z'.repeat(500 - column)}`
    const { line, indent, width } = frameOf(source, column, column + 3)
    expect(displayWidth(line)).toBeLessThanOrEqual(112)
    expect(line.slice(indent, indent + width)).toBe('BAD')
  })

  test('of a line of a million characters is quick', () => {
    expectNoMoreThanLinear((amount) => frameOf('x'.repeat(amount), amount - 10, amount), 1_000_000)
  })
})
