import { describe, expect, it } from 'vitest'
import { dynoEnvironment } from '../../engine/facts/pep508.ts'
import { readRequirements } from '../../engine/facts/requirements.ts'
import { memoryTree } from '../../engine/tree.ts'
import { expectNoMoreThanLinear } from '../engine/growth.ts'

const DYNO = dynoEnvironment('3.14.7')
const read = (files: Record<string, string | Uint8Array>) =>
  readRequirements(memoryTree(files), 'requirements.txt', DYNO)
const utf16 = (text: string): Uint8Array => Buffer.from(`\uFEFF${text}`, 'utf16le')

describe('one line of requirements.txt', () => {
  // What pip 26 makes of each line.
  it.each([
    ['Flask==3.1.3', 'flask', '==3.1.3', '3.1.3'],
    ['flask == 3.1.3  # the framework', 'flask', '==3.1.3', '3.1.3'],
    ['Flask_SQLAlchemy>=3 , <4', 'flask-sqlalchemy', '>=3,<4', null],
    ['flask (>=2.0)', 'flask', '>=2.0', null],
    ['zope.interface', 'zope-interface', '', null],
    ['flask==3.*', 'flask', '==3.*', null],
    ['flask===3.1', 'flask', '===3.1', '3.1'],
    ['flask>=2; python_version >= "3.8"', 'flask', '>=2', null],
    ['flask>=2;', 'flask', '>=2', null],
    ['  flask  ', 'flask', '', null],
    ['flask==3.1.3 --hash=sha256:00', 'flask', '==3.1.3', '3.1.3'],
    ['https://example.com/foo-1.0-py3-none-any.whl', 'foo', '==1.0', '1.0'],
    ['https://example.com/foo-1.0.tar.gz#egg=Foo', 'foo', '', null],
    ['git+https://github.com/pallets/flask.git#egg=Flask', 'flask', '', null],
    ['-e git+https://github.com/pallets/flask.git@main#egg=Flask', 'flask', '', null],
    ['--editable=git+ssh://git@github.com/pallets/flask#egg=flask', 'flask', '', null],
    ['flask @ https://github.com/pallets/flask/archive/main.zip', 'flask', '', null],
    ['flask@https://github.com/pallets/flask/archive/main.zip', 'flask', '', null],
  ])('%s', (line, name, specifier, version) => {
    const { installed, broken, certain } = read({ 'requirements.txt': `${line}\n` })
    expect(installed.map((one) => [one.name, one.specifier, one.version])).toEqual([[name, specifier, version]])
    expect(broken).toEqual([])
    expect(certain).toBe(true)
  })

  it.each([
    'pywin32==306; sys_platform == "win32"',
    'tomli; python_version < "3.11"',
    'tomli; python_full_version <= "3.11.0a6"',
    'uvloop; platform_python_implementation == "PyPy"',
    'foo; extra == "dev"',
    'foo @ git+https://github.com/a/b ; os_name == "nt"',
    'https://example.com/foo-1.0-py3-none-any.whl ; platform_system == "Darwin"',
  ])('is not installed on a dyno: %s', (line) => {
    const { installed, broken, certain } = read({ 'requirements.txt': line })
    expect(installed).toEqual([])
    expect(broken).toEqual([])
    expect(certain).toBe(true)
  })

  it.each([
    'foo; platform_release >= "5"',
    'foo; python_version >= "3.10" or platform_release == "x"',
    'foo; sys_platform == "linux" and "x86" in platform_machine',
  ])('is or may be installed on a dyno: %s', (line) => {
    expect(read({ 'requirements.txt': line }).installed.map(({ name }) => name)).toEqual(['foo'])
  })

  it('reads the extras, normalised', () => {
    const { installed } = read({ 'requirements.txt': 'Flask[Async, dot_env]>=2\ncelery[redis] ; python_version>"3"\n' })
    expect(installed.map(({ extras }) => extras)).toEqual([['async', 'dot-env'], ['redis']])
  })

  // Each of these stops pip.
  it.each([
    ['flask=3.1', 'syntax'],
    ['flask=>3.1', 'syntax'],
    ['flask==3.1#no-space-before', 'syntax'],
    ['flask requests', 'syntax'],
    ['flask==latest', 'syntax'],
    ['pip install flask', 'syntax'],
    ['<<<<<<< HEAD', 'syntax'],
    ['flask = "*"', 'syntax'],
    ['"flask"', 'syntax'],
    ['flask; bogus == "1"', 'syntax'],
    ['flask[async', 'syntax'],
    ['git+https://github.com/a/b#egg=b[x]', 'syntax'],
    ['--no-such-option', 'option'],
    ['-e', 'option'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: pip's own way to name an environment variable
    ['${INDEX}', 'variable'],
    ['-r base.txt', 'missing-file'],
    ['--constraint=limits.txt', 'missing-file'],
    ['./wheels/foo-1.0-py3-none-any.whl', 'missing-path'],
    ['-e ./src', 'missing-path'],
    ['flask @ file:///home/conda/flask', 'missing-path'],
    ['C:\\wheels\\foo-1.0-py3-none-any.whl', 'missing-path'],
  ])('pip stops at %s', (line, kind) => {
    expect(read({ 'requirements.txt': `flask==3.1.3\n${line}\n` }).broken).toMatchObject([
      { kind, at: { path: 'requirements.txt', start: 13, end: 13 + line.length } },
    ])
  })

  it.each([
    '',
    '# a comment',
    '   # an indented comment',
    '--index-url https://x/simple',
    '-i https://x',
    '--pre',
    '-f ./wheels',
    '- flask',
  ])('installs nothing and stops nothing: %j', (line) => {
    const { installed, broken, certain } = read({ 'requirements.txt': line })
    expect({ installed, broken, certain }).toEqual({ installed: [], broken: [], certain: true })
  })
})

describe('requirements.txt as a whole', () => {
  it('joins lines that end in a backslash, and points to the first', () => {
    const text =
      '# head\nFlask==3.1.3 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\ngunicorn==26.2.0 \\\n    --hash=sha256:22\n'
    const { installed, hashed } = read({ 'requirements.txt': text })
    expect(installed.map(({ at }) => text.slice(at.start, at.end))).toEqual(['Flask==3.1.3', 'gunicorn==26.2.0'])
    expect(hashed).toBe(true)
  })

  it.each([
    ['CRLF', 'Flask==3.1.3\r\ngunicorn==26.2.0\r\n'],
    ['a byte-order mark', '\uFEFFFlask==3.1.3\ngunicorn==26.2.0'],
    ['form feeds', 'Flask==3.1.3\fgunicorn==26.2.0'],
    ['UTF-16, as PowerShell writes it', utf16('Flask==3.1.3\r\ngunicorn==26.2.0\r\n')],
  ])('reads %s', (_, content) => {
    const { installed, broken } = read({ 'requirements.txt': content })
    expect(installed.map(({ specifier }) => specifier)).toEqual(['==3.1.3', '==26.2.0'])
    expect(broken).toEqual([])
  })

  it('reports what is neither UTF-8 nor declared to be anything else, and reads on', () => {
    const latin1 = Buffer.from('# für die App\nFlask\n', 'latin1')
    expect(read({ 'requirements.txt': latin1 })).toMatchObject({
      broken: [{ kind: 'encoding' }],
      installed: [{ name: 'flask' }],
    })
    const declared = Buffer.from('# -*- coding: latin-1 -*-\n# für die App\nFlask\n', 'latin1')
    expect(read({ 'requirements.txt': declared }).broken).toEqual([])
  })

  it('is certain of nothing when the file is binary', () => {
    expect(read({ 'requirements.txt': Uint8Array.of(70, 0, 108, 0) })).toMatchObject({ certain: false, installed: [] })
  })

  it('follows -r from the including file, and survives a cycle', () => {
    const files = {
      'requirements.txt': '-r requirements/production.txt\n',
      'requirements/production.txt': '-r base.txt\n--requirement=../requirements.txt\ngunicorn\n',
      'requirements/base.txt': 'Flask\n-r production.txt\n',
    }
    const { installed, read: paths, broken } = read(files)
    expect(installed.map(({ name, at }) => `${name} ${at.path}`)).toEqual([
      'flask requirements/base.txt',
      'gunicorn requirements/production.txt',
    ])
    expect(paths).toEqual(['requirements.txt', 'requirements/production.txt', 'requirements/base.txt'])
    expect(broken).toEqual([])
  })

  it('does not install what a constraints file names', () => {
    const { installed, constraints } = read({
      'requirements.txt': 'Flask\n-c limits.txt\n',
      'limits.txt': 'SQLAlchemy<2.1\nFlask==3.0.3\n',
    })
    expect(installed.map(({ name }) => name)).toEqual(['flask'])
    expect([...constraints]).toEqual([
      ['sqlalchemy', '<2.1'],
      ['flask', '==3.0.3'],
    ])
  })

  it('never follows a path out of the repository', () => {
    expect(
      read({ 'requirements.txt': '-r ../../etc/passwd\n-r /etc/passwd\n' }).broken.map(({ kind }) => kind),
    ).toEqual(['missing-file', 'missing-file'])
  })

  it('lists local projects that are installed', () => {
    const { directories, broken } = read({ 'requirements.txt': '-e .\n./lib[fast]\n', 'lib/setup.py': '' })
    expect(directories.map(({ path, extras }) => [path, extras])).toEqual([
      ['', []],
      ['lib', ['fast']],
    ])
    expect(broken).toEqual([])
  })

  it('is uncertain of the name behind a bare repository link', () => {
    expect(read({ 'requirements.txt': 'git+https://github.com/pallets/flask.git@main\n' }).certain).toBe(false)
  })

  it.each<readonly [string, (amount: number) => string]>([
    ['one word', (amount) => 'a'.repeat(amount)],
    ['extras without an end', (amount) => `a[${'x,'.repeat(amount / 4)}`],
    ['a marker of brackets', (amount) => `a ; ${'('.repeat(amount / 2)}`],
    ['blanks', (amount) => ' '.repeat(amount)],
    ['a version', (amount) => `a==${'1.'.repeat(amount / 3)}`],
    ['continued lines', (amount) => `a${'\\\n'.repeat(amount / 4)}`],
  ])('does not run long on a hostile line: %s', (_, line) => {
    expectNoMoreThanLinear((amount) => read({ 'requirements.txt': line(amount) }), 200_000)
  })
})
