/**
 * Resolves all that any scaffold may install, into generators/app/templates/pins/uv.lock and poetry.lock beside it, from
 * which generators/app/pins.ts cuts what a project asks for.
 *
 *     node scripts/pin-scaffold.mjs [path to uv] [path to poetry]
 *
 * Needs uv, Poetry, Python 3.11 or newer, and the network. The tools should be no newer than those of Heroku's Python
 * buildpack (https://github.com/heroku/heroku-buildpack-python/tree/main/requirements), which reads what they wrote at each
 * push. Versions are resolved for Python 3.11 and everything newer.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [uv = 'uv', poetry = 'poetry'] = process.argv.slice(2)
const pins = fileURLToPath(new URL('../generators/app/templates/pins', import.meta.url))
const direct = JSON.parse(readFileSync(join(pins, 'direct.json'), 'utf8'))

/** Locks a project that asks for this, and keeps the lock. */
function lock(program, file, requirements) {
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
        ...requirements.map((requirement) => `    "${requirement}",`),
        ']',
        '[tool.poetry]',
        'package-mode = false',
        '',
      ].join('\n'),
    )
    execFileSync(program, ['lock'], { cwd: work, stdio: 'inherit' })
    copyFileSync(join(work, file), join(pins, file))
  } finally {
    rmSync(work, { recursive: true })
  }
}

const asked = Object.values(direct).flatMap((group) => Object.entries(group))
lock(
  uv,
  'uv.lock',
  asked.map(([name, range]) => name + range),
)

// The same versions, to the last indirect package.
const locked = readFileSync(join(pins, 'uv.lock'), 'utf8').matchAll(
  /^name = "([^"]+)"\nversion = "([^"]+)"\nsource = \{ registry/gm,
)
lock(poetry, 'poetry.lock', [
  ...asked.map(([name, range]) => name + range),
  ...[...locked].map(([, name, version]) => `${name}==${version}`),
])
