/**
 * Resolves all that any scaffold may install into one lock, generators/app/templates/pins/uv.lock, from which
 * generators/app/pins.ts cuts what a project asks for.
 *
 *     node scripts/pin-scaffold.mjs [path to uv]
 *
 * Needs uv, Python 3.11 or newer, and the network. The lock should come from a uv that is no newer than the one of Heroku's
 * Python buildpack (https://github.com/heroku/heroku-buildpack-python/blob/main/requirements/uv.txt), which reads it at
 * each push. Versions are resolved for Python 3.11 and everything newer.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const uv = process.argv[2] ?? 'uv'
const pins = fileURLToPath(new URL('../generators/app/templates/pins', import.meta.url))
const direct = JSON.parse(readFileSync(join(pins, 'direct.json'), 'utf8'))
const of = (...groups) =>
  groups.flatMap((group) => Object.entries(direct[group]).map(([name, range]) => `    "${name}${range}",`))

const work = mkdtempSync(join(tmpdir(), 'pins-'))
try {
  writeFileSync(
    join(work, 'pyproject.toml'),
    [
      '[project]',
      // Takes no part in any project: each gets an entry of its own.
      'name = "everything"',
      'version = "0.1.0"',
      'requires-python = ">=3.11"',
      'dependencies = [',
      ...of('runtime'),
      ']',
      '[dependency-groups]',
      'dev = [',
      ...of('test', 'dev'),
      ']',
      '',
    ].join('\n'),
  )
  execFileSync(uv, ['lock'], { cwd: work, stdio: 'inherit' })
  copyFileSync(join(work, 'uv.lock'), join(pins, 'uv.lock'))
} finally {
  rmSync(work, { recursive: true })
}
