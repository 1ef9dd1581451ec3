import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { repository, scratch } from '../engine/scratch.ts'
import { flaskDyno, program } from './program.ts'

const SOUND = {
  'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
  '.python-version': '3.14\n',
}

interface Coverage {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly {
      readonly functionName: string
      readonly ranges: readonly { readonly count: number }[]
    }[]
  }[]
}

/** The packages inside the bundles whose code ran: esbuild names the function around a module after its file. */
function packagesRun(files: Record<string, string>, ...args: string[]): string[] {
  const dir = scratch(files)
  const coverage = join(scratch(), 'coverage')
  mkdirSync(coverage)
  spawnSync(process.execPath, [program(), 'lint', dir, ...args], {
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
  })
  const reports = readdirSync(coverage).map((name): Coverage => JSON.parse(readFileSync(join(coverage, name), 'utf8')))
  rmSync(coverage, { recursive: true })
  const functions = reports.flatMap(({ result }) =>
    result
      .filter(({ url }) => /\/(?:main|command-line|yaml-readers)\.cjs$/.test(url))
      .flatMap((script) => script.functions),
  )
  const ran = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0).map(({ functionName }) => functionName)
  return [...new Set(ran.flatMap((name) => /node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(name)?.[1] ?? []))].sort()
}

test('a clean lint loads none of the heavy packages', () => {
  const ran = packagesRun(SOUND)
  expect(ran).toContain('smol-toml')
  for (const heavy of ['yaml', 'zod', 'chalk', 'execa', '@lezer/lr', '@lezer/python']) expect(ran).not.toContain(heavy)
})

test('what is loaded only when needed can be seen when it is needed', () => {
  expect(packagesRun({ ...SOUND, '.flask-dyno.yml': 'preset: strict\n' })).toContain('yaml')
  expect(packagesRun(SOUND, '--color', 'always')).toContain('chalk')
  const old = packagesRun({ ...SOUND, 'app.py': `${SOUND['app.py']}exec "pass"\n` })
  expect(old).toEqual(expect.arrayContaining(['@lezer/lr', '@lezer/python']))
})

test('the code that V8 made is kept beside the program, taken from then on, and made anew where it does not fit', () => {
  const folder = join(scratch(), 'installed')
  cpSync(dirname(program()), folder, { recursive: true })
  for (const name of readdirSync(folder)) if (name.endsWith('.bin')) rmSync(join(folder, name))
  const run = () =>
    spawnSync(process.execPath, [join(folder, 'main.cjs'), 'lint', scratch(SOUND)], { encoding: 'utf8' })
  const kept = () => readdirSync(folder).filter((name) => name.includes('.bin'))

  const first = run()
  expect(first.status).toBe(0)
  expect(kept()).toHaveLength(1)
  expect(run().stdout).toBe(first.stdout)

  // what another version of V8 or a broken disk left there is made anew
  const [name = ''] = kept()
  writeFileSync(join(folder, name), 'no code')
  expect(run()).toMatchObject({ status: 0, stderr: '' })
  expect(statSync(join(folder, name)).size).toBeGreaterThan(1000)
})

test('an option whose value is a file is no directory to list', () => {
  const dir = repository({ ...SOUND, '.flask-dyno-baseline.json': '{"version":1,"findings":[]}\n', 'own.yml': '{}\n' })
  for (const words of [
    ['--baseline', '.flask-dyno-baseline.json'],
    ['--config', 'own.yml'],
    ['--output', 'own.yml'],
    ['--output', `${'long'.repeat(80)}/report.txt`],
  ]) {
    const { stderr } = flaskDyno(['lint', ...words], { cwd: dir })
    expect(stderr, words.join(' ')).not.toMatch(/^ {4}at /m)
  }
  expect(flaskDyno(['lint', '--baseline', '.flask-dyno-baseline.json'], { cwd: dir })).toMatchObject({
    status: 0,
    stderr: '',
  })
  expect(flaskDyno(['lint', 'app.py'], { cwd: dir })).toMatchObject({
    status: 2,
    stderr: 'flask-dyno: not a directory: app.py; name the folder of the project\n',
  })
})
