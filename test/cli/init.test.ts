import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { scratch } from '../engine/scratch.ts'
import { flaskDyno } from './program.ts'

const APP = {
  'app.py': "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef home():\n    return 'hello'\n",
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
  '.python-version': '3.14\n',
}
const read = (dir: string, path: string) => readFileSync(join(dir, path), 'utf8')

test('makes a config that changes nothing until something in it is used', () => {
  const dir = scratch(APP)
  const before = flaskDyno(['lint', dir, '--preset', 'strict', '--format', 'concise'])
  const { status, stdout } = flaskDyno(['init', dir])
  expect(status).toBe(0)
  expect(stdout).toContain('Made .flask-dyno.yml.')
  expect(flaskDyno(['lint', dir, '--preset', 'strict', '--format', 'concise'])).toEqual(before)
  // Each line that is shown is one that the reader of configs takes.
  const shown = read(dir, '.flask-dyno.yml').replace(/^# (?=preset|generation|rules|exclude|ignore| {2})/gm, '')
  expect(parse(shown)).toMatchObject({ preset: 'strict', rules: { 'requirement-unpinned': 'warning' } })
  const used = scratch({ ...APP, '.flask-dyno.yml': shown })
  expect(flaskDyno(['lint', used, '--format', 'concise'])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Fir'),
  })
})

test.each([
  ['github', { '.github/dependabot.yml': 'version: 2\n' }, '.github/workflows/flask-dyno.yml'],
  ['gitlab', {}, '.gitlab-ci.yml'],
  ['circleci', {}, '.circleci/config.yml'],
])('the step for %s', (ci, files, path) => {
  const dir = scratch({ ...APP, ...files })
  const { status, stdout } = flaskDyno(['init', dir, ...(ci === 'github' ? [] : ['--ci', ci])])
  expect(status).toBe(0)
  expect(stdout).toContain(path)
  expect(JSON.stringify(parse(read(dir, path)))).toMatch(/npx --yes flask-dyno@\d+\.\d+\.\d+ lint/)
})

test('shows what to add to a file that is there, and leaves it alone', () => {
  const dir = scratch({ ...APP, '.gitlab-ci.yml': 'test:\n  script: pytest\n' })
  const { stdout } = flaskDyno(['init', dir])
  expect(stdout).toContain('Add this to .gitlab-ci.yml:')
  expect(stdout).toContain('--also gitlab=')
  expect(read(dir, '.gitlab-ci.yml')).toBe('test:\n  script: pytest\n')
})

test('does nothing the second time, and nothing in a dry run', () => {
  const dir = scratch(APP)
  expect(flaskDyno(['init', dir, '--dry-run', '--ci', 'github']).stdout).toContain('.flask-dyno.yml would be made')
  expect(existsSync(join(dir, '.flask-dyno.yml'))).toBe(false)
  flaskDyno(['init', dir, '--ci', 'github'])
  const first = read(dir, '.github/workflows/flask-dyno.yml')
  const again = flaskDyno(['init', dir, '--ci', 'github'])
  expect(again).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('.flask-dyno.yml exists and stays as it is'),
  })
  expect(again.stdout).not.toContain('Made')
  expect(read(dir, '.github/workflows/flask-dyno.yml')).toBe(first)
})

test('says how to begin with the findings of today', () => {
  const { 'requirements.txt': _, ...broken } = APP
  expect(flaskDyno(['init', scratch(broken)]).stdout).toMatch(
    /1 finding today: .*\n\n {4}flask-dyno lint --write-baseline\n {4}baseline: /,
  )
})
