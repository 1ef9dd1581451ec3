// What `adopt` makes of real repositories: findings before and after, the size of the diff, whether a second run finds
// nothing to do, and (with --boot) whether the app then answers requests, installed by its own requirements.
// Usage: node bench/adopt-corpus.mjs CORPUS [--only NAME] [--safe] [--boot] [--diffs FOLDER] [--json]
//   CORPUS is a folder of git checkouts; each is copied before anything is changed. Build first: npm run build.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { booted, hasUv } from './boot.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { values, positionals } = parseArgs({
  options: {
    only: { type: 'string' },
    safe: { type: 'boolean', default: false },
    boot: { type: 'boolean', default: false },
    diffs: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const [corpus] = positionals
if (corpus === undefined) {
  console.error('usage: node bench/adopt-corpus.mjs CORPUS [--only NAME] [--safe] [--boot] [--diffs FOLDER] [--json]')
  process.exit(2)
}
if (values.boot && !hasUv()) {
  console.error('--boot installs the requirements with uv, which is not on the PATH')
  process.exit(2)
}

const run = (file, args, cwd) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, file), ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1_000_000_000,
  })
  return { status, stdout, stderr }
}
const linter = (args, cwd) => run('cli/dist/main.cjs', args, cwd)
const generator = (args, cwd) => run('generators/dist/generators/_run/main.js', args, cwd)

/** What the linter says, and what Heroku would do. */
function look(folder) {
  const { findings } = JSON.parse(linter(['lint', '--format', 'json'], folder).stdout)
  const plan = JSON.parse(linter(['plan', '--format', 'json'], folder).stdout)
  const count = (level) => findings.filter((finding) => finding.level === level).length
  return { findings, plan, error: count('error'), warning: count('warning') }
}

const web = (plan) => plan?.processes.find(({ type }) => type === 'web')?.command ?? '-'
const keyOf = ({ rule, path, message }) => JSON.stringify([rule, path, message])

/** Errors for which a change is known and was not made. `--diff` tries each fix, and makes none that would do harm. */
function stillMendable(folder) {
  const { stdout } = linter(
    ['lint', '--diff', '--unsafe-fixes', '--quiet', '--select', errorRules(folder).join()],
    folder,
  )
  return stdout.split('\n').filter((line) => line.startsWith('diff --git ')).length
}

function errorRules(folder) {
  const rules = look(folder)
    .findings.filter(({ level }) => level === 'error')
    .map(({ rule }) => rule)
  return rules.length === 0 ? ['debug-enabled'] : [...new Set(rules)]
}

async function adopt(name) {
  const scratch = mkdtempSync(join(tmpdir(), 'adopt-'))
  try {
    const folder = join(scratch, name)
    cpSync(join(corpus, name), folder, { recursive: true, verbatimSymlinks: true })
    const before = look(folder)
    if (before.plan === null) return { name, note: 'no Flask project' }
    const mode = values.safe ? ['--defaults'] : ['--defaults', '--unsafe']
    const start = performance.now()
    const first = generator(['adopt', ...mode], folder)
    const seconds = (performance.now() - start) / 1000
    if (first.status !== 0) return { name, note: `status ${first.status}: ${first.stderr.trim().split('\n').at(-1)}` }
    if (values.diffs !== undefined) {
      mkdirSync(values.diffs, { recursive: true })
      writeFileSync(join(values.diffs, `${name}.diff`), first.stdout)
      writeFileSync(join(values.diffs, `${name}.txt`), first.stderr)
    }
    const after = look(folder)
    const known = new Set(before.findings.map(keyOf))
    const lines = first.stdout.split('\n')
    const second = generator(['adopt', ...mode, '--force'], folder)
    const fixed = before.findings.filter(({ level, fix }) => level === 'error' && fix !== null).length
    return {
      name,
      error: [before.error, after.error],
      warning: [before.warning, after.warning],
      mendable: [fixed, values.safe ? null : stillMendable(folder)],
      uncovered: after.findings
        .filter((finding) => finding.level === 'error' && !known.has(keyOf(finding)))
        .map(({ rule }) => rule),
      files: lines.filter((line) => line.startsWith('diff --git ')).length,
      lines: lines.filter((line) => /^[+-](?![+-]{2} )/.test(line)).length,
      again: second.stderr.includes('Nothing to do'),
      web: [web(before.plan), web(after.plan)],
      build: [before.plan.build.failure, after.plan?.build.failure ?? null],
      seconds: Math.round(seconds * 10) / 10,
      ...(values.boot ? { boot: await booted(folder, after.plan, scratch) } : {}),
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const names = readdirSync(corpus)
  .filter(
    (name) => statSync(join(corpus, name)).isDirectory() && (values.only === undefined || name.includes(values.only)),
  )
  .sort()
const rows = []
for (const name of names) {
  rows.push(await adopt(name))
  if (!values.json) console.log(shown(rows.at(-1)))
}
if (values.json) console.log(JSON.stringify(rows, null, 2))
else console.log(`\n${summary(rows)}`)

function shown(row) {
  if (row.note !== undefined) return `| ${row.name} | ${row.note} |`
  const pair = ([a, b]) => `${a} -> ${b ?? '?'}`
  const cells = [
    row.name,
    pair(row.error),
    pair(row.warning),
    pair(row.mendable),
    `${row.files} files, ${row.lines} lines`,
    row.again ? 'nothing to do' : 'STILL CHANGES',
    row.web[0] === row.web[1] ? row.web[0] : `${row.web[0]} -> ${row.web[1]}`,
    ...(row.boot === undefined ? [] : [row.boot]),
  ]
  return `| ${cells.join(' | ')} |${row.uncovered.length === 0 ? '' : ` uncovered: ${row.uncovered.join(', ')}`}`
}

function summary(all) {
  const made = all.filter(({ note }) => note === undefined)
  const sum = (pick) => made.reduce((total, row) => total + pick(row), 0)
  return [
    `${made.length} projects of ${all.length} repositories`,
    `errors ${sum(({ error }) => error[0])} -> ${sum(({ error }) => error[1])}`,
    `warnings ${sum(({ warning }) => warning[0])} -> ${sum(({ warning }) => warning[1])}`,
    `errors with a fix ${sum(({ mendable }) => mendable[0])} -> ${sum(({ mendable }) => mendable[1] ?? 0)}`,
    `a second run finds nothing to do in ${made.filter(({ again }) => again).length}`,
    ...(values.boot ? [`${made.filter(({ boot }) => boot?.startsWith('answers')).length} answer requests`] : []),
  ].join('; ')
}
