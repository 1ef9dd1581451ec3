// Starts the web process of a project as a dyno would, with its requirements installed by uv: for bench/adopt-corpus.mjs.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'

const INSTALL_MS = 240_000
const START_MS = 40_000
/** What takes minutes to install and proves nothing more. */
const HEAVY = /^(?:tensorflow|torch|keras|opencv|spacy|fastai|xgboost|transformers)/im

export const hasUv = () => spawnSync('uv', ['--version']).status === 0

/** Whether the app answers: `answers 200`, or why not. */
export async function booted(folder, plan, scratch) {
  const web = plan?.processes.find(({ type }) => type === 'web')
  if (web === undefined) return 'no web process'
  if (plan.build.failure !== null) return `build stops: ${plan.build.failure}`
  if (plan.build.packageManager !== 'pip') return `not tried: ${plan.build.packageManager ?? 'container'}`
  const requirements = readFileSync(join(folder, 'requirements.txt'), 'utf8')
  if (HEAVY.test(requirements)) return 'not tried: large requirements'
  const environment = join(scratch, 'environment')
  const wanted = plan.build.pythonVersion.split('.').slice(0, 2).join('.')
  const python = pythonFor(wanted)
  if (python === undefined) return `not tried: no Python ${wanted} here`
  spawnSync('uv', ['venv', '--quiet', '--python', python, environment])
  const install = spawnSync('uv', ['pip', 'install', '--quiet', '-r', 'requirements.txt'], {
    cwd: folder,
    env: { ...process.env, VIRTUAL_ENV: environment, UV_PYTHON_DOWNLOADS: 'never' },
    encoding: 'utf8',
    timeout: INSTALL_MS,
  })
  // As the buildpack does: https://github.com/heroku/heroku-buildpack-python/tree/main/requirements
  if (/^3\.(?:10|11|12)$/.test(python)) {
    const args = ['pip', 'install', '--quiet', 'setuptools==70.3.0']
    spawnSync('uv', args, { env: { ...process.env, VIRTUAL_ENV: environment } })
  }
  if (install.status !== 0) return `does not install on ${python}: ${reason(install.stderr ?? '')}`
  return await started(web.command, folder, environment, plan.configVars)
}

/** The version itself, else the newest one here that is older. */
function pythonFor(wanted) {
  const minors = Array.from(
    { length: Number(wanted.split('.')[1]) - 9 },
    (_, index) => `3.${Number(wanted.split('.')[1]) - index}`,
  )
  return minors.find(
    (version) =>
      spawnSync('uv', ['python', 'find', version], { env: { ...process.env, UV_PYTHON_DOWNLOADS: 'never' } }).status ===
      0,
  )
}

function reason(output) {
  const lines = output.split('\n').map((line) => line.replace(/^[\s×╰─▶|`·-]+/, '').trim())
  return (lines.find((line) => /failed|no solution|error/i.test(line)) ?? lines.at(-1) ?? '').slice(0, 100)
}

/** A value of the right form for a config var that the app cannot do without. */
function dummy(name, address) {
  if (/^(?:DATABASE|POSTGRES\w*|HEROKU_POSTGRESQL\w*)_URL$/.test(name)) return address
  if (/REDIS\w*_URL|^REDIS/.test(name)) return 'redis://127.0.0.1:6379'
  if (/MONGO/.test(name)) return 'mongodb://127.0.0.1:27017/app'
  if (/_URL$|_URI$/.test(name)) return 'https://example.org'
  return /PORT|COUNT|SIZE|SECONDS|TIMEOUT/.test(name) ? '1' : 'dummy'
}

async function started(command, folder, environment, configVars) {
  const port = await freePort()
  const address = process.env.DATABASE_URL ?? 'postgres://u:p@127.0.0.1:5432/app'
  const given = configVars.filter(({ required, name }) => required || /SECRET|_KEY$|TOKEN|^DATABASE_URL$/.test(name))
  const child = spawn('bash', ['-c', command], {
    cwd: folder,
    env: {
      PATH: `${join(environment, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
      HOME: folder,
      LANG: 'en_US.UTF-8',
      PYTHONUNBUFFERED: 'true',
      PYTHONPATH: folder,
      WEB_CONCURRENCY: '1',
      FORWARDED_ALLOW_IPS: '*',
      DYNO: 'web.1',
      ...Object.fromEntries(given.map(({ name }) => [name, dummy(name, address)])),
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let ended = false
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  child.once('exit', () => (ended = true))
  try {
    for (const end = Date.now() + START_MS; Date.now() < end && !ended; ) {
      if (await listens(port)) return await answer(port, () => output)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    return `does not start: ${lastError(output)}`
  } finally {
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {} // it has ended by itself
  }
}

async function answer(port, output) {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      const { status } = await fetch(`http://127.0.0.1:${port}/`, {
        redirect: 'manual',
        signal: AbortSignal.timeout(15_000),
      })
      return status < 500 ? `answers ${status}` : `answers ${status}: ${lastError(output())}`
    } catch (error) {
      if (attempt === 19 || /ModuleNotFoundError|Worker failed to boot|ImportError/.test(output()))
        return `does not start: ${lastError(output()) || error.message}`
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
  return 'does not answer'
}

function lastError(output) {
  const lines = output
    .split('\n')
    .filter((line) => /^\s*\w*(?:Error|Exception)\b|: command not found|^[\w.]+Error:/.test(line))
  return (lines.at(-1) ?? output.trim().split('\n').at(-1) ?? '').trim().slice(0, 140)
}

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => socket.destroy() && resolve(true))
    socket.once('error', () => resolve(false))
  })

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
