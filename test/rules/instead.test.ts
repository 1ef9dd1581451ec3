import { expect, test } from 'vitest'
import { loadReaders, readProject } from '../../engine/facts/project.ts'
import { rulePage } from '../../engine/report/page.ts'
import { lintProject } from '../../engine/run.ts'
import { memoryTree } from '../../engine/tree.ts'
import { rules } from '../../rules/registry.ts'

const APP = `import logging, os, ssl
import boto3, psycopg, redis
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)
`
const PROJECT = {
  Procfile: 'web: gunicorn app:app\n',
  '.python-version': '3.14\n',
  'requirements.txt': 'Flask\ngunicorn\nFlask-SQLAlchemy\nFlask-Migrate\npsycopg[binary]\nredis\nboto3\n',
  'app.py': `${APP}def create_app():\n    return app\n`,
  'shop/__init__.py': 'from app import app, create_app\n',
  'shop/wsgi.py': 'from app import app\n',
  'shop/models.py': 'class Note:\n    pass\n',
  'worker.py': '',
  'clock.py': '',
  'mailer.py': '',
  'jobs/worker.py': '',
  'bin/start.sh': 'exec gunicorn app:app\n',
}
/** An address alone opens nothing: this is where it would go. */
const OPENED = 'app.config["SQLALCHEMY_DATABASE_URI"] = url\ndb = SQLAlchemy(app)\n'

/** Each piece of code that a page says to write, in a project that has what it names. */
const pieces = rules.flatMap(({ id, instead }) =>
  [...instead.matchAll(/```(\w*)\n(.*?)```/gs)].flatMap(([, language = '', code = '']): [string, object][] => {
    if (/^(?:web|release|worker|clock|mailer): /.test(code)) {
      return [[id, { Procfile: /^web:/m.test(code) ? code : `${PROJECT.Procfile}${code}` }]]
    }
    if (language !== 'python') return []
    if (/^workers|^timeout/m.test(code)) return [[id, { 'gunicorn.conf.py': code }]]
    return [[id, { 'app.py': `${APP}${code}${/^url = /m.test(code) ? OPENED : ''}` }]]
  }),
)

test.each(pieces)('what %s says to write brings up no error', async (_, written) => {
  const tree = memoryTree({ ...PROJECT, ...written })
  await loadReaders(tree)
  const { findings } = lintProject(readProject(tree), rules)
  expect(findings.filter(({ level }) => level === 'error').map(({ rule, message }) => `${rule}: ${message}`)).toEqual(
    [],
  )
})

test('a page keeps the case of a file name, and says of a fix which part is safe', () => {
  const page = (id: string) => {
    const rule = rules.find((rule) => rule.id === id)
    return rule === undefined ? '' : rulePage(rule, undefined)
  }
  expect(page('heroku-yml-invalid')).toContain('\nheroku.yml is no YAML')
  expect(page('dev-server')).toContain("\nThe web process is Flask's")
  expect(page('procfile-crlf')).toContain('The fix is safe: it cannot change')
  expect(page('debug-enabled')).toContain('for the rest add `--unsafe-fixes`')
  expect(page('debug-enabled')).not.toContain('The fix is safe')
})
