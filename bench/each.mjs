// How `lint --each` copes with many repositories: how many a second, and the memory of all its processes from beginning to end.
// Usage: node bench/each.mjs [--repositories N] [--jobs N] [--program FILE] [--max-growth MB]     exit status 1 above that growth
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { values } = parseArgs({
  options: {
    repositories: { type: 'string', default: '2000' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    program: { type: 'string', default: join(root, 'cli/dist/main.cjs') },
    'max-growth': { type: 'string' },
  },
})
const count = Number(values.repositories)
const work = mkdtempSync(join(tmpdir(), 'flask-dyno-each-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

/** Repositories that differ, so that nothing that is kept of one serves another. */
const model = join(work, 'model')
mkdirSync(model)
cpSync(join(root, 'fixtures/projects/first-deploy'), model, { recursive: true })
for (const args of [
  ['init', '-q', '--template='],
  ['add', '-A'],
])
  spawnSync('git', args, { cwd: model })
const names = Array.from({ length: count }, (_, index) => {
  const dir = join(work, `repository-${index}`)
  cpSync(model, dir, { recursive: true })
  const routes = Array.from(
    { length: 40 },
    (_, at) => `@app.get('/${index}/${at}')\ndef view_${index}_${at}():\n    return '${index}'\n`,
  )
  writeFileSync(join(dir, 'app.py'), `${readFileSync(join(dir, 'app.py'), 'utf8')}\n\n${routes.join('\n\n')}`)
  return dir
})
const list = join(work, 'list.txt')
writeFileSync(list, names.join('\n'))

/** Memory that a process holds and its children, in megabytes (Linux only). */
function resident(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const own = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    )
    return children.reduce((sum, child) => sum + resident(child), own)
  } catch {
    return 0 // gone meanwhile
  }
}

const start = performance.now()
const child = spawn(process.execPath, [values.program, 'lint', '--each', list, '--quiet', '--jobs', values.jobs], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
let done = 0
const samples = []
child.stdout.on('data', (chunk) => {
  for (const byte of chunk) if (byte === 10) done++
})
const sampling = setInterval(() => samples.push([done, resident(child.pid)]), 100)
child.on('close', (status) => {
  clearInterval(sampling)
  const seconds = (performance.now() - start) / 1000
  if (done !== count || status !== 1) throw new Error(`${done} lines of ${count}, exit status ${status}`)
  console.log(
    `${count} repositories, ${values.jobs} at a time: ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(0)}/s`,
  )
  const peak = (from, to) =>
    Math.max(...samples.filter(([at]) => at >= count * from && at < count * to).map(([, megabytes]) => megabytes))
  const early = peak(0.1, 0.3)
  const late = peak(0.8, 1)
  console.log(`memory of all processes, peak: ${early.toFixed(0)} MB after a tenth, ${late.toFixed(0)} MB at the end`)
  if (values['max-growth'] !== undefined && late - early > Number(values['max-growth'])) {
    console.error(`grew by more than ${values['max-growth']} MB`)
    process.exitCode = 1
  }
})
