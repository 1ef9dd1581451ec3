import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { repository, scratch } from '../engine/scratch.ts'
import { flaskDyno } from './program.ts'

const SHOP = {
  'shop/__init__.py': `import os

from flask import Flask


def create_app():
    app = Flask(__name__)
    app.config['SECRET_KEY'] = os.environ['SECRET_KEY']
    app.config['GREETING'] = os.environ.get('GREETING', 'hello')
    return app
`,
  'wsgi.py': 'from shop import create_app\n\napp = create_app()\n',
  Procfile: 'release: flask --app wsgi db upgrade\nweb: gunicorn --threads 4 wsgi:app\nworker: rq worker\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\nrq==2.6.0\n',
  '.python-version': '3.14\n',
}

const nullable = z.string().nullable()
/** Version 1 of `plan --format json`. It is only ever added to. */
const planFormat = z.strictObject({
  version: z.literal(1),
  generation: z.enum(['cedar', 'fir']),
  buildpack: z.string(),
  build: z.strictObject({
    failure: nullable,
    warnings: z.array(z.string()),
    packageManager: nullable,
    pythonVersion: z.string(),
    pythonVersionSource: z.string(),
  }),
  source: nullable,
  processes: z.array(
    z.strictObject({
      type: z.string(),
      command: z.string(),
      program: nullable,
      server: nullable,
      target: z
        .strictObject({ module: z.string(), attribute: nullable, path: nullable, line: z.int().nullable() })
        .nullable(),
      bind: nullable,
      settings: z.record(z.string(), z.strictObject({ value: z.string(), from: z.string() })),
    }),
  ),
  release: nullable,
  reachable: z.array(z.string()),
  configVars: z.array(z.strictObject({ name: z.string(), required: z.boolean(), path: z.string(), line: z.int() })),
  stores: z.array(
    z.strictObject({
      kind: z.enum(['postgres', 'sqlite', 'other']),
      through: z.string(),
      address: z.string(),
      when: z.array(z.string()),
      path: z.string(),
      line: z.int(),
    }),
  ),
})

test('a config var that the app itself asks for, and stops without, is needed', () => {
  const own = `import os
from flask import Flask
if 'DYNO' in os.environ and 'SECRET_KEY' not in os.environ:
    raise RuntimeError('SECRET_KEY is not set')
app = Flask(__name__)
app.secret_key = os.environ.get('SECRET_KEY', 'on a laptop')
`
  const dir = scratch({ ...SHOP, 'shop/__init__.py': '', 'wsgi.py': own })
  const { configVars } = JSON.parse(flaskDyno(['plan', dir, '--format', 'json']).stdout)
  expect(configVars).toMatchObject([{ name: 'SECRET_KEY', required: true, path: 'wsgi.py' }])
})

test('the plan in JSON has version 1', () => {
  const { status, stdout, stderr } = flaskDyno(['plan', scratch(SHOP), '--format', 'json'])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const plan = planFormat.parse(JSON.parse(stdout))
  expect(plan).toMatchObject({
    generation: 'cedar',
    build: { failure: null, packageManager: 'pip', pythonVersionSource: '.python-version' },
    source: 'Procfile',
    release: 'flask --app wsgi db upgrade',
    reachable: ['shop/__init__.py', 'wsgi.py'],
  })
  expect(plan.processes.map(({ type, server }) => [type, server])).toEqual([
    ['web', 'gunicorn'],
    ['worker', expect.toSatisfy((server) => server === null || server === 'rq')],
  ])
  expect(plan.processes[0]).toMatchObject({
    target: { module: 'wsgi', attribute: 'app' },
    settings: { threads: { value: '4', from: 'command line' } },
  })
  expect(plan.configVars).toEqual([
    expect.objectContaining({ name: 'GREETING', required: false, path: 'shop/__init__.py', line: 9 }),
    expect.objectContaining({ name: 'SECRET_KEY', required: true, path: 'shop/__init__.py', line: 8 }),
  ])
})

test('the plan as text is a tree', () => {
  const dir = repository(SHOP)
  const { stdout } = flaskDyno(['plan', dir])
  const name = dir.split('/').at(-1) ?? ''
  expect(stdout.replace(name, 'shop').replace(/Python 3\.14\.\d+/, 'Python 3.14.x')).toBe(`shop on Heroku (Cedar)
├─ Build with the buildpack heroku/python
│  ├─ Python 3.14.x (from .python-version)
│  └─ packages installed by pip
├─ Release runs after each build, before the new version goes live
│  └─ flask --app wsgi db upgrade
├─ Processes from Procfile
│  ├─ web     gunicorn --threads 4 wsgi:app
│  │  ├─ server   gunicorn
│  │  ├─ app      wsgi:app (shop/__init__.py:7)
│  │  ├─ listens  0.0.0.0:$PORT
│  │  └─ threads  4 (command line)
│  └─ worker  rq worker
│     └─ server  rq
├─ Config vars that the app reads
│  ├─ SECRET_KEY  needed    shop/__init__.py:8
│  └─ GREETING    optional  shop/__init__.py:9
└─ Python files that production runs
   ├─ shop/__init__.py
   └─ wsgi.py
`)
  expect(flaskDyno(['plan', dir, '--rev', 'HEAD']).stdout).toBe(stdout)
})

describe('a folder without a Flask project', () => {
  test('has no plan, which is no fault', () => {
    const dir = scratch({ 'README.md': '' })
    expect(flaskDyno(['plan', dir])).toMatchObject({ status: 0, stdout: '' })
    expect(flaskDyno(['plan', dir]).stderr).toMatch(/^flask-dyno: [^\n]+\n$/)
    expect(flaskDyno(['plan', dir, '--format', 'json'])).toMatchObject({ status: 0, stdout: 'null\n' })
  })

  test('an empty repository', () => {
    expect(flaskDyno(['plan', scratch()])).toMatchObject({ status: 0, stdout: '' })
  })
})

test('a plan for a build that would be refused says where it stops', () => {
  const { 'requirements.txt': _, ...files } = SHOP
  expect(flaskDyno(['plan', scratch(files)]).stdout).toContain('stops here: package-manager::none-found')
})
