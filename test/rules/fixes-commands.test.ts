/** What the fixes make of commands, in a Procfile and in the scripts that it starts, and of files that Heroku could not read. */
import { describe, expect, test } from 'vitest'
import { mendProject } from '../../cli/api.ts'
import { memoryTree } from '../../engine/tree.ts'
import { APP, type Files, mended } from './mended.ts'

const FACTORY = { 'app.py': 'from flask import Flask\n\n\ndef create_app():\n    return Flask(__name__)\n' }

describe('an option goes with the line that it has for itself', () => {
  const STARTED = { 'app.py': APP, Procfile: 'web: bash start.sh\n' }
  test.each([
    ['gunicorn app:app \\\n  --reload \\\n  --timeout 20\necho x\n', 'gunicorn app:app \\\n  --timeout 20\necho x\n'],
    ['gunicorn app:app \\\n  --timeout 20 \\\n  --reload\necho x\n', 'gunicorn app:app \\\n  --timeout 20\necho x\n'],
    ['gunicorn app:app --reload \\\n  --timeout 20\n', 'gunicorn app:app \\\n  --timeout 20\n'],
    ['gunicorn app:app\t--reload\t--timeout 20\n', 'gunicorn app:app\t--timeout 20\n'],
  ])('%j', async (before, after) => {
    expect(await mended('gunicorn-development-option', before, STARTED, 'start.sh')).toBe(after)
  })

  test('and a variable likewise', async () => {
    const text = 'FLASK_ENV=production \\\nA=1 \\\ngunicorn app:app\n'
    expect(await mended('flask-env-removed', text, STARTED, 'start.sh')).toBe('A=1 \\\ngunicorn app:app\n')
  })
})

test.each([
  ['gunicorn app:create_app', "gunicorn 'app:create_app()'"],
  ['gunicorn "app:create_app" --timeout 20', 'gunicorn "app:create_app()" --timeout 20'],
  ["bash -c 'gunicorn app:create_app'", 'bash -c \'gunicorn "app:create_app()"\''],
  ['bash -c "gunicorn app:create_app"', 'bash -c "gunicorn \'app:create_app()\'"'],
])('a factory is called in quotes that bash reads: %s', async (before, after) => {
  expect(await mended('app-factory-not-called', `web: ${before}\n`, FACTORY, 'Procfile')).toBe(`web: ${after}\n`)
})

describe('what Heroku can read at last is not left as it was for what is found there then', () => {
  test.each<[rule: string, path: string, before: string, after: string, others: Files]>([
    ['python-version-invalid', '.python-version', 'python-3.12.1\n', '3.12.1\n', {}],
    [
      'procfile-invalid-line',
      'Procfile',
      'web: gunicorn app:app –workers 4\n',
      'web: gunicorn app:app --workers 4\n',
      {},
    ],
    [
      'requirement-invalid',
      'requirements.txt',
      'flask==3.1.3\ngunicorn==26.2.0\npip install rq\n',
      'flask==3.1.3\ngunicorn==26.2.0\nrq\n',
      {},
    ],
    ['runtime-txt', '.python-version', '3.13\n', '3.12.1\n', { 'runtime.txt': 'python-3.12.1\n' }],
  ])('%s', async (rule, path, before, after, others) => {
    expect(await mended(rule, before, { 'app.py': APP, ...others }, path)).toBe(after)
  })
})

test('what app.run() is told stays as it is once gunicorn serves the app', async () => {
  const text = `${APP}if __name__ == "__main__":\n    app.run(port=5000)\n`
  const tree = memoryTree({
    Procfile: 'web: python app.py\n',
    'requirements.txt': 'flask==3.1.3\ngunicorn==26.2.0\n',
    '.python-version': '3.14\n',
    'app.py': text,
  })
  const { tree: after } = await mendProject(tree, { unsafe: true })
  expect(after.read('Procfile')?.text).toBe('web: gunicorn app:app\n')
  expect(after.read('app.py')?.text).toBe(text)
})
