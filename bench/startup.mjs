// How long a lint takes, as a ratio to `node -e 0`: whole processes, taken in turns, medians.
// Usage: node bench/startup.mjs [DIR] [--rounds N] [--max RATIO]     exit status 1 above RATIO
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '25' }, max: { type: 'string' } },
  allowPositionals: true,
})
const [dir = root] = positionals

// Node 20 reads this file of certificates at every start, which makes the floor look three times as high.
const env = { ...process.env }
delete env.NODE_EXTRA_CA_CERTS

const variants = {
  'node -e 0': ['-e', '0'],
  'lint --format concise': [join(root, 'cli/dist/main.cjs'), 'lint', '--format', 'concise', dir],
  'lint --format text': [join(root, 'cli/dist/main.cjs'), 'lint', dir],
}

const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]))
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, args] of Object.entries(variants)) {
    const start = process.hrtime.bigint()
    const { status } = spawnSync(process.execPath, args, { env, stdio: 'ignore' })
    times[name].push(Number(process.hrtime.bigint() - start) / 1e6)
    if (status !== 0 && status !== 1) throw new Error(`${name}: exit status ${status}`)
  }
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
const floor = median(times['node -e 0'])
let worst = 0
for (const [name, list] of Object.entries(times)) {
  const ratio = median(list) / floor
  worst = Math.max(worst, ratio)
  console.log(`${name.padEnd(24)}${median(list).toFixed(1).padStart(8)} ms${ratio.toFixed(2).padStart(8)} x`)
}
if (values.max !== undefined && worst > Number(values.max)) {
  console.error(`above ${values.max} x`)
  process.exitCode = 1
}
