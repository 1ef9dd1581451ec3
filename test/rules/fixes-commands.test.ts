/** What the fixes make of commands, in a Procfile and in the scripts that it starts. */
import { describe, expect, test } from 'vitest'
import { APP, mended } from './mended.ts'

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
