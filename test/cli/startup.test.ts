import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratch } from '../engine/scratch.ts'
import { program } from './program.ts'

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
    result.filter(({ url }) => /\/(?:main|yaml-readers)\.cjs$/.test(url)).flatMap((script) => script.functions),
  )
  const ran = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0).map(({ functionName }) => functionName)
  return [...new Set(ran.flatMap((name) => /node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(name)?.[1] ?? []))].sort()
}

test('a clean lint loads the parser and none of the heavy packages', () => {
  const ran = packagesRun(SOUND)
  expect(ran).toContain('@lezer/lr')
  for (const heavy of ['yaml', 'zod', 'chalk', 'execa']) expect(ran).not.toContain(heavy)
})

test('what is loaded only when needed can be seen when it is needed', () => {
  expect(packagesRun({ ...SOUND, '.flask-dyno.yml': 'preset: strict\n' })).toContain('yaml')
  expect(packagesRun(SOUND, '--color', 'always')).toContain('chalk')
})
