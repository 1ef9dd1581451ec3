/**
 * Brings data/packages.json up to what PyPI has.
 *
 *     node scripts/refresh-data.mjs [--check] [NAME...]
 *
 * Asks pip, as anybody would (`pip index versions NAME`), for the newest release of each distribution that has one noted, or of
 * those that are named. --check writes nothing and exits with 1 when something would change. The day of the check is renewed when
 * all were asked. What no registry tells (plans, stacks, options of gunicorn) is to be read at the sources that the files name;
 * a newer gunicorn than the one that data/gunicorn.json was read from is pointed out.
 */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const file = join(root, 'data/packages.json')
const check = process.argv.includes('--check')
const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'))

let text = readFileSync(file, 'utf8')
const { distributions } = JSON.parse(text)
const noted = Object.keys(distributions).filter((name) => distributions[name].newest !== undefined)
const unknown = asked.filter((name) => !noted.includes(name))
if (unknown.length > 0) {
  console.error(`data/packages.json notes no newest release of ${unknown.join(', ')}`)
  process.exit(2)
}
const names = asked.length > 0 ? asked : noted

/** The newest final release; undefined where pip has no answer. */
async function newest(name) {
  try {
    const { stdout } = await run('python3', ['-m', 'pip', 'index', 'versions', '--disable-pip-version-check', name])
    return /^\S+ \(([^)\s]+)\)/.exec(stdout)?.[1]
  } catch (error) {
    console.error(
      `${name}: ${String(error.stderr ?? error.message)
        .trim()
        .split('\n')
        .at(-1)}`,
    )
    return undefined
  }
}

/** The entry as it stands in the file, so that nothing else of it changes. */
const entryOf = (name) => new RegExp(`("${name.replace(/[.]/g, '\\.')}": \\{\\s*"newest": ")([^"]*)(")`)

let changed = 0
let answered = 0
for (const name of names) {
  const version = await newest(name)
  if (version === undefined) continue
  answered++
  const before = distributions[name].newest
  if (version === before) continue
  const after = text.replace(entryOf(name), `$1${version}$3`)
  if (after === text) throw new Error(`the entry of ${name} does not begin with "newest"`)
  text = after
  changed++
  console.log(`${name}: ${before} -> ${version}`)
}

const gunicorn = JSON.parse(text).distributions.gunicorn?.newest
const read = JSON.parse(readFileSync(join(root, 'data/gunicorn.json'), 'utf8'))
if (gunicorn !== undefined && gunicorn !== read.version)
  console.log(`gunicorn: data/gunicorn.json was read from ${read.version}; read ${read.source} again for ${gunicorn}`)

if (!check) {
  const today = new Date().toISOString().slice(0, 10)
  if (answered === noted.length) text = text.replace(/("checked": ")[^"]*(")/, `$1${today}$2`)
  writeFileSync(file, text)
}
console.log(`${changed} of ${answered} ${check ? 'would change' : 'changed'}`)
if (answered < names.length) process.exitCode = 1
if (check && changed > 0) process.exitCode = 1
