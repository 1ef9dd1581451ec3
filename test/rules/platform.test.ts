import { describe, expect, test } from 'vitest'
import { loadReaders, readProject } from '../../engine/facts/project.ts'
import { lintProject } from '../../engine/run.ts'
import { memoryTree } from '../../engine/tree.ts'
import { appJsonRetired } from '../../rules/platform/app-json-retired.ts'
import { firUnsupported } from '../../rules/platform/fir-unsupported.ts'
import { herokuYmlInvalid } from '../../rules/platform/heroku-yml-invalid.ts'

const APP = 'from flask import Flask\napp = Flask(__name__)\n'
const SHOP = {
  'app.py': APP,
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
}

async function found(
  files: Record<string, string>,
  rule: typeof firUnsupported,
  generation: 'cedar' | 'fir' = 'cedar',
) {
  const tree = memoryTree(files)
  await loadReaders(tree)
  const { findings, faults } = lintProject(readProject(tree, { generation }), [rule])
  expect(faults).toEqual([])
  return findings.map(({ level, path, message }) => `${level} ${path} ${message}`)
}

describe('fir-unsupported', () => {
  test('has nothing to say of an app for Cedar', async () => {
    expect(await found({ ...SHOP, 'bin/post_compile': '' }, firUnsupported)).toEqual([])
  })

  test('on Fir warns of what the buildpack does not set or run', async () => {
    const lines = await found({ ...SHOP, 'bin/post_compile': '' }, firUnsupported, 'fir')
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['warning', 'warning', 'warning'])
    for (const word of ['post_compile', 'WEB_CONCURRENCY', 'FORWARDED_ALLOW_IPS'])
      expect(lines.filter((line) => line.includes(word))).toHaveLength(1)
  })

  test('on Fir Pipenv is an error', async () => {
    const { 'requirements.txt': _, ...rest } = SHOP
    const files = { ...rest, Pipfile: '[packages]\nflask = "*"\ngunicorn = "*"\n', 'Pipfile.lock': '{"default": {}}' }
    expect((await found(files, firUnsupported, 'fir'))[0]).toMatch(/^error Pipfile\.lock/)
  })

  test('on Fir a container is an error', async () => {
    const files = {
      'app.py': APP,
      Dockerfile: 'FROM python:3.14\nCOPY . .\nCMD gunicorn app:app\n',
      'heroku.yml': 'build:\n  docker:\n    web: Dockerfile\n',
    }
    expect((await found(files, firUnsupported, 'fir'))[0]).toMatch(/^error heroku\.yml/)
  })
})

describe('names of the platform', () => {
  test.each([
    ['"stack": "heroku-18"', 'error'],
    ['"stack": "cedar-14"', 'error'],
    ['"stack": "heroku-22"', 'warning'],
    ['"stack": "heroku-24"', null],
    ['"stack": "container"', null],
    ['"stack": "heroku-99"', null],
    ['"addons": ["heroku-postgresql:basic"]', 'error'],
    ['"addons": ["heroku-postgresql:standard-0"]', null],
    ['"addons": ["constructor:toString"]', null],
    ['"formation": {"web": {"quantity": 1, "size": "HOBBY"}}', 'error'],
    ['"formation": {"web": {"quantity": 1, "size": "Performance-L-RAM"}}', null],
    ['"formation": {"web": {"quantity": 1, "size": "dyno-1c-0.5gb"}}', null],
    ['"formation": {"web": {"quantity": 1, "size": ""}}', null],
    ['"stack": 24, "addons": {}, "formation": []', null],
  ])('%s: %s', async (text, level) => {
    const [line] = await found({ ...SHOP, 'app.json': `{${text}}` }, appJsonRetired)
    expect(line?.split(' ')[0] ?? null).toBe(level)
  })
})

describe('heroku.yml of any shape is read without a fault', () => {
  test.each([
    '',
    '[]',
    'x',
    '- a\n- b\n',
    'build: x\n',
    'build:\n  docker: [web]\n',
    'run: [a]\n',
    'setup:\n  addons: x\n',
    'a: &a [*a]\n',
    '? [a]\n: b\n',
    'build:\n  docker:\n    web:\n',
  ])('%j', async (text) => {
    await found({ 'app.py': APP, 'heroku.yml': text }, herokuYmlInvalid)
  })
})
