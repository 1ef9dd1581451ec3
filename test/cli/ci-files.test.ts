import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments, parseDocument } from 'yaml'
import { commitAll, git, repository, scratch } from '../engine/scratch.ts'
import { flaskDyno, program } from './program.ts'

const ROOT = join(import.meta.dirname, '../..')
const VERSION: string = JSON.parse(readFileSync(join(ROOT, 'cli/package.json'), 'utf8')).version
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const SOUND = {
  'app.py': "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef home():\n    return 'hello'\n",
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
  '.python-version': '3.14\n',
}
/** Only its own preset shows what is to be found. */
const UNPINNED = { ...SOUND, 'requirements.txt': 'Flask\ngunicorn\n', '.flask-dyno.yml': 'preset: strict\n' }
const BROKEN = { ...SOUND, Procfile: 'web: gunicorn nowhere:app\n' }

/** Takes the place of the runners of packages: the version that the file asks for has to be this one. */
const RUNNER = `#!/bin/sh
if [ "$1" = --yes ]; then shift; fi
case "$1" in "flask-dyno@${VERSION}" | flask-dyno) shift ;; *) echo "cannot be had: $1" >&2; exit 9 ;; esac
exec '${process.execPath}' '${program()}' "$@"
`

/** Runs a step's script where CI would, with this program behind `npx` and `uvx`. */
function step(dir: string, script: string, env: Readonly<Record<string, string>> = {}, shell = ['bash', '-e']) {
  const bin = scratch({ npx: { script: RUNNER }, uvx: { script: RUNNER } })
  const [name = 'sh', ...args] = shell
  const run = spawnSync(name, [...args, '-c', script], {
    cwd: dir,
    encoding: 'utf8',
    env: { PATH: `${bin}:${process.env.PATH}`, HOME: process.env.HOME, ...env },
  })
  return { status: run.status, stdout: run.stdout, stderr: run.stderr }
}

describe('the GitHub action', () => {
  const action = parse(text('action.yml'))
  const [{ run: script, env: bindings }] = action.runs.steps

  function run(dir: string, inputs: Readonly<Record<string, string>> = {}) {
    const files = scratch({ output: '', summary: '' })
    const values = Object.entries<string>(bindings).map(([name, binding]) => {
      const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(binding)?.[1] ?? ''
      return [name, inputs[input] ?? action.inputs[input].default] as const
    })
    const env = { GITHUB_OUTPUT: join(files, 'output'), GITHUB_STEP_SUMMARY: join(files, 'summary') }
    const ran = step(dir, script, { ...Object.fromEntries(values), ...env })
    return {
      ...ran,
      output: readFileSync(env.GITHUB_OUTPUT, 'utf8'),
      summary: readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8'),
    }
  }

  test('hands each of its inputs to the script as a variable, and nothing else', () => {
    expect(
      Object.values<string>(bindings)
        .map((binding) => binding.slice(11, -3))
        .sort(),
    ).toEqual(Object.keys(action.inputs).sort())
    expect(script).not.toContain('${{')
  })

  test('passes a sound project', () => {
    expect(run(scratch(SOUND))).toMatchObject({ status: 0, stderr: '', output: 'status=0\n' })
  })

  test('fails for a broken one, with annotations, a summary and the reports that were asked for', () => {
    const dir = scratch(BROKEN)
    const ran = run(dir, { 'sarif-file': 'out/of/dyno.sarif', 'html-file': 'dyno.html' })
    expect(ran).toMatchObject({ status: 1, stderr: '', output: 'status=1\n' })
    expect(ran.stdout).toMatch(/^::error file=Procfile,line=1/m)
    expect(ran.summary).toContain('Procfile')
    expect(JSON.parse(readFileSync(join(dir, 'out/of/dyno.sarif'), 'utf8')).runs[0].results).toHaveLength(1)
    expect(readFileSync(join(dir, 'dyno.html'), 'utf8')).toMatch(/^<!doctype html>/i)
  })

  test('leaves the preset to the project, unless it is given one', () => {
    const dir = scratch(UNPINNED)
    expect(run(dir).stdout).toContain('requirement-unpinned')
    expect(run(dir, { preset: 'recommended' }).stdout).not.toContain('requirement-unpinned')
  })

  test('names the folder, the level and the branch to compare with', () => {
    const dir = repository(
      Object.fromEntries(Object.entries(BROKEN).map(([path, content]) => [`the app/${path}`, content])),
    )
    commitAll(dir)
    expect(run(dir)).toMatchObject({ status: 1 })
    expect(run(dir, { directory: 'the app' }).stdout).toMatch(/^::error file=the app\/Procfile/m)
    expect(run(dir, { directory: 'the app', since: 'HEAD' })).toMatchObject({ status: 0 })
    expect(run(dir, { directory: 'the app', 'fail-on': 'never' })).toMatchObject({ status: 2, output: 'status=2\n' })
  })

  test.each(['$(touch taken)', '"; touch taken; "', '--output=taken', '-q'])(
    'an input is never a command: %s',
    (value) => {
      const dir = scratch(SOUND)
      const ran = run(dir, { directory: value })
      expect(ran.status).toBe(2)
      expect(existsSync(join(dir, 'taken'))).toBe(false)
    },
  )
})

describe('the component of GitLab', () => {
  const [spec, jobs] = parseAllDocuments(text('templates/lint.yml')).map((document) => document.toJS())
  const job = jobs['flask-dyno']
  const variables = (inputs: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries<string>(job.variables).map(([name, value]) => {
        const input = /^\$\[\[ inputs\.(\w+) \]\]$/.exec(value)?.[1] ?? ''
        return [name, inputs[input] ?? spec.spec.inputs[input].default]
      }),
    )

  test.each([
    ['a sound project', SOUND, {}, 0],
    ['a broken one', BROKEN, {}, 1],
    ['no such preset', SOUND, { preset: 'stict' }, 2],
    ['what only the preset of the project shows', UNPINNED, { fail_on: 'info' }, 1],
    ['another preset than that of the project', UNPINNED, { fail_on: 'info', preset: 'recommended' }, 0],
  ])('%s', (_, files, inputs, status) => {
    const dir = scratch(files)
    const ran = step(dir, job.script.join('\n'), variables(inputs), ['sh', '-e'])
    expect(ran.status).toBe(status)
    if (status === 2) return
    // a person reads the log, the merge request reads the file
    expect(ran.stdout).toMatch(status === 0 ? /Nothing found/ : /nowhere|unpinned/)
    const found = JSON.parse(readFileSync(join(dir, job.artifacts.reports.codequality), 'utf8'))
    expect(found).toHaveLength(status)
  })
})

test.each([
  ['github', '.github/workflows/flask-dyno.yml', ['jobs', 'flask-dyno', 'steps', 1, 'run'], []],
  ['gitlab', '.gitlab-ci.yml', ['flask-dyno', 'script', 0], ['gl-code-quality-report.json']],
  ['circleci', '.circleci/config.yml', ['jobs', 'flask-dyno', 'steps', 1, 'run'], ['results/flask-dyno.xml']],
])('the step that init makes for %s runs', (ci, path, keys, files) => {
  const dir = scratch(BROKEN)
  flaskDyno(['init', dir, '--ci', ci])
  const script = parseDocument(readFileSync(join(dir, path), 'utf8')).getIn(keys)
  expect(step(dir, String(script))).toMatchObject({ status: 1, stderr: '', stdout: expect.stringContaining('nowhere') })
  for (const file of files) expect(existsSync(join(dir, file))).toBe(true)
})

describe('the documentation', () => {
  const pages = ['README.md', 'cli/README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter(
    (path) => path.endsWith('.md'),
  )
  const steps = pages.flatMap((path) =>
    [...text(path).matchAll(/^ *```yaml\n(.*?)^ *```/gms)].flatMap(([, block = '']) =>
      scriptsIn(parseDocument(block).toJS())
        .filter((script) => /(npx --yes|uvx) flask-dyno@\S+ lint\b/.test(script) && !script.includes('--each'))
        .map((script) => [path, script] as const),
    ),
  )

  test('has steps to try', () => expect(steps.length).toBeGreaterThan(8))

  test.each(steps)('%s: %s', (_, script) => {
    const dir = repository(SOUND)
    commitAll(dir)
    git(dir, 'update-ref', 'refs/remotes/origin/main', 'HEAD')
    expect(
      step(dir, script.replaceAll('uvx flask-dyno@', 'npx flask-dyno@'), { GITHUB_BASE_REF: 'main' }),
    ).toMatchObject({
      status: 0,
      stderr: '',
    })
  })

  test('names the version of this program, everywhere', () => {
    const files = [
      ...pages,
      'action.yml',
      '.pre-commit-hooks.yaml',
      'templates/lint.yml',
      'pyproject.toml',
      'wheel/README.md',
    ]
    for (const path of files) {
      const named = [...text(path).matchAll(/flask-dyno(?:@|==|\/lint@|\n +rev: v)(\d[\w.-]*)/g)].map(
        ([, version]) => version,
      )
      expect(named, path).toEqual(named.map(() => VERSION))
    }
    expect(parse(text('action.yml')).inputs.version.default).toBe(VERSION)
    expect(parseAllDocuments(text('templates/lint.yml'))[0]?.toJS().spec.inputs.version.default).toBe(VERSION)
  })
})

/** All that a `run` or `script` key says, however deep. */
function scriptsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(scriptsIn)
  if (node === null || typeof node !== 'object') return []
  return Object.entries(node).flatMap(([key, value]) => {
    if (key !== 'run' && key !== 'script') return scriptsIn(value)
    return [value].flat().filter((line) => typeof line === 'string')
  })
}
