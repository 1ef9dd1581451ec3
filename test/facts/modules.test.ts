import { describe, expect, test } from 'vitest'
import { absentModule, isFrozen } from '../../engine/facts/brought-modules.ts'
import { readDependencies } from '../../engine/facts/dependencies.ts'
import { distributionsOf, movedModule, standardModule } from '../../engine/facts/modules.ts'
import { memoryTree } from '../../engine/tree.ts'

const requirements = (...lines: readonly string[]) =>
  readDependencies(memoryTree({ 'requirements.txt': `${lines.join('\n')}\n`, '.python-version': '3.14\n' }))

test.each([
  ['PIL', 'pillow'],
  ['PIL.Image', 'pillow'],
  ['cv2', 'opencv-python'],
  ['sklearn.svm', 'scikit-learn'],
  ['yaml', 'pyyaml'],
  ['MySQLdb', 'mysqlclient'],
  ['flaskext.mysql', 'flask-mysql'],
  ['mysql.connector.pooling', 'mysql-connector-python'],
])('%s comes with %s', (module, distribution) => {
  expect(distributionsOf(module)?.[0] ?? '').toBeTruthy()
  expect(distributionsOf(module)).toContain(distribution)
})

test.each(['mysql', 'google', 'acme_reports', 'constructor'])('of %s nothing is known', (module) => {
  expect(distributionsOf(module)).toBeUndefined()
})

test.each([
  ['json', '3.14.7', 'yes'],
  ['xml.etree', '3.10.1', 'yes'],
  ['_socket', '3.14.7', 'yes'],
  ['tomllib', '3.10.21', 'no'],
  ['tomllib', '3.11.1', 'yes'],
  ['cgi', '3.12.14', 'yes'],
  ['flask', '3.14.7', 'no'],
  ['cgi', '3.13.15', { why: 'removed', version: '3.13', instead: null }],
  ['imp', '3.12.14', { why: 'removed', version: '3.12', instead: 'importlib' }],
  ['urlparse', '3.14.7', { why: 'python 2', version: '3.0', instead: 'urllib.parse' }],
  ['urlparse', '2.7.18', { why: 'python 2', version: '3.0', instead: 'urllib.parse' }],
])('is %s a module of Python %s?', (module, python, answer) => {
  expect(standardModule(module, python)).toEqual(answer)
})

test('flask.ext was taken out, and nothing that only begins alike', () => {
  expect(movedModule('flask.ext.login')).toMatchObject({ distribution: 'flask', version: '1.0' })
  expect(movedModule('flask.extras')).toBeUndefined()
})

describe('a module that the build does not bring', () => {
  test.each([
    ['a list that nothing on it brings', ['Flask==3.1.3', 'gunicorn==26.2.0'], 'bs4'],
    ['only the server', ['gunicorn==26.2.0'], 'flask'],
    ['the other driver', ['Flask==3.1.3', 'mysqlclient==2.2.7'], 'pymysql'],
  ])('%s', (_, lines, module) => {
    expect(absentModule(requirements(...lines), module)).not.toBeNull()
  })

  test.each([
    ['it is there under another name', ['Pillow==12.0.0'], 'PIL'],
    ['it comes along', ['Flask-SQLAlchemy==3.1.1'], 'flask'],
    ['it may come along with something unknown', ['Flask==3.1.3', 'acme-reports==1.0'], 'bs4'],
    ['it comes along with so much that nobody can tell', ['Flask==3.1.3', 'twilio==9.8.0'], 'requests'],
    ['a fork of another name may bring it', ['selenium-wire==5.1.0'], 'selenium'],
    ['another driver can stand in for it', ['pymysql==1.1.2'], 'MySQLdb'],
    ['another order of the words', ['github-flask==3.2.0'], 'flask_github'],
    ['a link whose content is not known', ['git+https://github.com/example/reports', 'Flask==3.1.3'], 'bs4'],
    ['a file that is not there', ['-r base.txt', 'Flask==3.1.3'], 'flask_login'],
  ])('not told where %s', (_, lines, module) => {
    expect(absentModule(requirements(...lines), module)).toBeNull()
  })
})

describe('the output of pip freeze', () => {
  const FROZEN = [
    'blinker==1.9.0',
    'click==8.3.1',
    'Flask==3.1.3',
    'gunicorn==26.2.0',
    'itsdangerous==2.2.0',
    'Jinja2==3.1.6',
    'MarkupSafe==3.0.3',
    'packaging==25.0',
    'Werkzeug==3.1.9',
  ]

  test('names all that is installed', () => {
    expect(isFrozen(requirements(...FROZEN))).toBe(true)
    expect(absentModule(requirements(...FROZEN), 'requests')).not.toBeNull()
  })

  test.each([
    ['a line was added at the end', [...FROZEN, 'twilio==9.8.0', 'pandas==2.3.3']],
    ['a line has no version', FROZEN.map((line) => line.replace(/^gunicorn==.*/, 'gunicorn'))],
    ['what Flask brings is missing', FROZEN.filter((line) => !line.startsWith('click'))],
  ])('is not taken for it where %s', (_, lines) => {
    expect(isFrozen(requirements(...lines))).toBe(false)
  })
})
