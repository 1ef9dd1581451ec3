/**
 * Resolves what the scaffold installs, and writes the exact versions under generators/app/templates/pins/.
 *
 *     node scripts/pin-scaffold.mjs [path to uv]
 *
 * Needs the built generator, uv, and the network. The lock should come from a uv that is no newer than the one of Heroku's
 * Python buildpack (https://github.com/heroku/heroku-buildpack-python/blob/main/requirements/uv.txt), which reads it at
 * each push. Versions are resolved for Python 3.11 and everything newer.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const uv = process.argv[2] ?? 'uv'
const root = fileURLToPath(new URL('..', import.meta.url))
const pins = join(root, 'generators/app/templates/pins')
const direct = JSON.parse(readFileSync(join(pins, 'direct.json'), 'utf8'))

/** Stands in the locks where a project has its own name; generators/app/pins.ts puts it there. */
const PLACEHOLDER = 'scaffold-placeholder'

const HEADERS = {
  'requirements.txt': [
    '# What a dyno installs. Every version is exact, those of the indirect packages too, so that each build is the same.',
    '# https://devcenter.heroku.com/articles/python-behavior-in-heroku',
  ],
  'requirements-test.txt': [
    '# What Heroku CI installs as well, to run the tests. https://devcenter.heroku.com/articles/heroku-ci',
  ],
  'requirements-dev.txt': ['# What this computer and GitHub Actions install: everything.'],
}

const namesOf = (group, set) =>
  Object.entries(direct[group]).flatMap(([name, { sets }]) => (sets.includes(set) ? [name] : []))

/** `name[extra]==1.2.3` lines for what is asked for, then those of the packages that come with it. */
function pinned(exported, names, without = new Set()) {
  const lines = exported.split('\n').filter((line) => /^[a-z0-9]/i.test(line))
  const bare = (text) => /^[a-z0-9._-]+/i.exec(text)?.[0].toLowerCase() ?? ''
  const wanted = new Map(names.map((name) => [bare(name), name]))
  const own = []
  const indirect = []
  for (const line of lines) {
    const name = bare(line)
    if (without.has(name)) continue
    const asked = wanted.get(name)
    if (asked === undefined) indirect.push(line)
    else own.push(asked + line.slice(/^[^=\s]+/.exec(line)?.[0].length ?? 0))
  }
  return { own, indirect, names: new Set(lines.map(bare)) }
}

const blocks = (...parts) =>
  `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`

for (const set of ['plain', 'postgres', 'migrations']) {
  const folder = join(pins, set)
  const work = mkdtempSync(join(tmpdir(), 'pins-'))
  mkdirSync(folder, { recursive: true })
  const dependencies = (...groups) =>
    groups.flatMap((group) => namesOf(group, set).map((name) => `    "${name}${direct[group][name].range}",`)).sort()
  writeFileSync(
    join(work, 'pyproject.toml'),
    [
      '[project]',
      `name = "${PLACEHOLDER}"`,
      'version = "0.1.0"',
      'requires-python = ">=3.11"',
      'dependencies = [',
      ...dependencies('runtime'),
      ']',
      '[dependency-groups]',
      'test = [',
      ...dependencies('test'),
      ']',
      'dev = [',
      ...dependencies('test', 'dev'),
      ']',
      '',
    ].join('\n'),
  )
  const run = (...args) => execFileSync(uv, args, { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const exported = (...args) =>
    run('export', '--locked', '--no-hashes', '--no-annotate', '--no-header', '--no-emit-project', ...args)
  run('lock')
  const runtime = pinned(exported('--no-default-groups'), namesOf('runtime', set))
  const test = pinned(exported('--only-group', 'test'), namesOf('test', set), runtime.names)
  const known = new Set([...runtime.names, ...test.names])
  const dev = pinned(exported('--only-group', 'dev'), namesOf('dev', set), known)

  const write = (file, ...parts) => writeFileSync(join(folder, file), blocks(HEADERS[file], ...parts))
  write('requirements.txt', runtime.own, ['# These come with the packages above.', ...runtime.indirect])
  write('requirements-test.txt', [...test.own, ...test.indirect])
  write('requirements-dev.txt', ['-r requirements.txt', '-r requirements-test.txt', ...dev.own, ...dev.indirect])

  // A project has the group dev alone, and its lock says so; the versions stay as they are.
  const manifest = readFileSync(join(work, 'pyproject.toml'), 'utf8')
  writeFileSync(join(work, 'pyproject.toml'), manifest.replace(/test = \[[^\]]*\]\n/, ''))
  run('lock')
  writeFileSync(join(folder, 'uv.lock'), readFileSync(join(work, 'uv.lock')))
  rmSync(work, { recursive: true })
}
