import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { lint, workingTree } from '../../cli/api.ts'
import { pythonTools, skipped } from './python.ts'
import { render, writeProject } from './rendered.ts'

const tools = await pythonTools()
if (typeof tools === 'string') skipped('gunicorn is not asked for its settings on Fir', tools)

describe('a scaffold for Fir', () => {
  it.each([
    { packageManager: 'pip' },
    { packageManager: 'uv', jobs: 'celery', schedule: true, reviewApps: true },
    { packageManager: 'poetry', websockets: true, database: 'none', migrations: false },
  ] satisfies Parameters<typeof render>[1][])('is what flask-dyno wants of one: %j', async (answers) => {
    const tree = workingTree(writeProject(render('shop', { generation: 'fir', ...answers })))
    const { findings } = await lint(tree, { generation: 'fir' })
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([])
  })

  it('leaves out of the image what nobody needs there, and nothing that the build or a process needs', () => {
    const files = render('shop', { generation: 'fir' })
    expect(files.has('.slugignore')).toBe(false)
    const descriptor = parse(files.get('project.toml')?.text ?? '') as {
      _: Record<string, string>
      io: { buildpacks: { exclude: string[] } }
    }
    expect(descriptor._['schema-version']).toBe('0.2')
    const excluded = (path: string) =>
      descriptor.io.buildpacks.exclude.some((pattern) => `/${path}`.startsWith(`${pattern}/`) || `/${path}` === pattern)
    const kept = [...files.keys()].filter((path) => !excluded(path))
    for (const path of [
      'Procfile',
      'requirements.txt',
      '.python-version',
      'gunicorn.conf.py',
      'wsgi.py',
      'migrations/env.py',
    ])
      expect(kept).toContain(path)
    expect(kept.filter((path) => /^(?:tests|\.github|bin)\/|README|\.env/.test(path))).toEqual([])
  })

  it.skipIf(typeof tools === 'string').each([
    ['in requests', {}, 2],
    ['with sockets, in one worker', { websockets: true }, 1],
  ] as const)(
    'sets itself what Fir does not set: %s',
    async (_, answers, workers) => {
      if (typeof tools === 'string') throw new Error('not reached: skipped')
      const project = writeProject(render('shop', { generation: 'fir', packageManager: 'uv', ...answers }))
      const flags = ['--locked', '--no-default-groups', '--no-managed-python', '--python', tools.python]
      await execa(tools.uv, ['sync', '--quiet', ...flags], { cwd: project })
      const [, command = ''] = /^web: (.*)$/m.exec(readFileSync(join(project, 'Procfile'), 'utf8')) ?? []
      const { stdout } = await execa('bash', ['-c', `${command} --print-config`], {
        cwd: project,
        env: { PATH: `${project}/.venv/bin:/usr/bin:/bin`, PORT: '4321' },
        extendEnv: false,
      })
      const setting = (name: string) => new RegExp(`^${name}\\s*= (.*)$`, 'm').exec(stdout)?.[1]
      expect(setting('workers')).toBe(String(workers))
      expect(setting('forwarded_allow_ips')).toBe("['*']")
      expect(setting('bind')).toBe("['0.0.0.0:4321']")
    },
    120_000,
  )
})
