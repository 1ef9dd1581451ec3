import { describe, expect, it } from 'vitest'
import { readPythonVersion } from '../../engine/facts/python-version.ts'
import { memoryTree } from '../../engine/tree.ts'

type Files = Record<string, string | Uint8Array>
const read = (files: Files) => readPythonVersion(memoryTree({ 'requirements.txt': 'Flask\n', ...files }))
const withUv = (files: Files) => readPythonVersion(memoryTree({ 'uv.lock': 'version = 1\n', ...files }))
const lock = (requires: unknown): string => JSON.stringify({ _meta: { requires }, default: {}, develop: {} }, null, 4)
const withPipenv = (requires: unknown, files: Files = {}) =>
  readPythonVersion(memoryTree({ 'Pipfile.lock': lock(requires), ...files }))

describe('.python-version', () => {
  it.each([
    ['3.13\n', '3.13', '3.13.15'],
    ['3.13.1', '3.13.1', '3.13.1'],
    ['# production\n\n\t 3.14 \r\n', '3.14', '3.14.7'],
    ['\u20033.12\u2003\n', '3.12', '3.12.14'],
    ['3.15\n', '3.15', '3.14.7'],
  ])('%j asks for %s', (text, requested, full) => {
    expect(read({ '.python-version': text })).toMatchObject({
      origin: '.python-version',
      requested,
      full,
      problem: null,
    })
  })

  it.each([
    ['python-3.13\n', 'invalid-version'],
    ['3\n', 'invalid-version'],
    ['3.13.*\n', 'invalid-version'],
    ['"3.13"\n', 'invalid-version'],
    ['3.13 # comment\n', 'invalid-version'],
    ['3.13t\n', 'invalid-version'],
    ['03.13\n', 'invalid-version'],
    ['pypy3.10\n', 'invalid-version'],
    ['\u00a03.13\n', 'invalid-version'],
    ['3.13\nmyenv\n', 'invalid-version'],
    ['', 'no-version'],
    ['# 3.13\n\n', 'no-version'],
    ['3.13\n3.12\n', 'multiple-versions'],
    ['3.13\n3.13\n', 'multiple-versions'],
    ['\uFEFF3.13\n', 'invalid-encoding'],
    [Buffer.from('\uFEFF3.13\r\n', 'utf16le'), 'invalid-encoding'],
    [Buffer.from('3.13 \xfc\n', 'latin1'), 'invalid-encoding'],
    [Uint8Array.of(51, 0, 46, 0), 'invalid-version'],
  ])('%j stops the build: %s', (text, reason) => {
    expect(read({ '.python-version': text }).problem?.reason).toBe(`python-version-file::${reason}`)
  })

  it('accepts a comment in another encoding', () => {
    expect(read({ '.python-version': Buffer.from('# für Heroku\n3.13\n', 'latin1') }).problem).toBeNull()
  })

  it.each([
    ['2.7.18', 'python-version::eol', '2.7'],
    ['3.9', 'python-version::eol', '3.9'],
    ['3.10', undefined, undefined],
    ['3.10.1', undefined, undefined],
    ['3.14.9', undefined, undefined],
    ['3.15', undefined, undefined],
    ['3.16', 'python-version::unknown-major', '3.16'],
    ['4.0', 'python-version::unknown-major', '4.0'],
    ['3.12.99', 'python-version::unknown-patch', '3.12.99'],
  ])('%s: %s', (version, reason, detail) => {
    const { problem } = read({ '.python-version': `${version}\n` })
    expect([problem?.reason, problem?.detail]).toEqual([reason, detail])
  })

  it('points to the line', () => {
    expect(read({ '.python-version': '# old\n 3.8 \n' }).problem?.at).toEqual({
      path: '.python-version',
      start: 7,
      end: 10,
    })
  })

  it.each(['python-version', '.python_version', '.Python-version', '.python-version.txt', ' .python-version'])(
    'under the name %j stops the build',
    (name) => {
      const problem = { reason: 'python-version-file::misspelled', detail: name, at: { path: name } }
      expect(read({ [name]: '3.13\n' }).problem).toEqual(problem)
      expect(read({ [name]: '3.13\n', '.python-version': '3.13\n' }).problem).toEqual(problem)
      expect(read({ [name]: '3.13\n', 'runtime.txt': 'python-3.13\n' }).problem).toBeNull()
      expect(read({ [`docs/${name}`]: '3.13\n' }).problem).toBeNull()
    },
  )
})

describe('runtime.txt', () => {
  it.each([
    ['python-3.13\n', '3.13'],
    ['python-3.11.9', '3.11.9'],
    ['# which Python\n  python-3.13  \r\n\n', '3.13'],
  ])('%j asks for %s', (text, requested) => {
    expect(read({ 'runtime.txt': text })).toMatchObject({ origin: 'runtime.txt', requested, problem: null })
  })

  it.each([
    '3.13\n',
    'Python-3.13\n',
    'python 3.13\n',
    'python-3\n',
    'python-3.13.x\n',
    'python-3.13 # c\n',
    'python-3.13\npython-3.13\n',
    '',
    '\uFEFFpython-3.13\n',
    Buffer.from('\uFEFFpython-3.13\n', 'utf16le'),
  ])('%j stops the build', (text) => {
    expect(read({ 'runtime.txt': text }).problem?.reason).toBe('runtime-txt::invalid-version')
  })

  it('overrules the other sources, which are listed', () => {
    const files = { 'runtime.txt': 'python-3.12\n', '.python-version': '3.14\n' }
    const fact = withPipenv({ python_version: '3.9' }, files)
    expect(fact).toMatchObject({ origin: 'runtime.txt', requested: '3.12', problem: null })
    expect(fact.shadowed.map(({ path, version }) => [path, version])).toEqual([
      ['.python-version', '3.14'],
      ['Pipfile.lock', '3.9'],
    ])
  })
})

describe('Pipfile.lock', () => {
  it.each([
    [{ python_version: '3.12' }, '3.12'],
    [{ python_version: '3.12', python_full_version: '3.13.1' }, '3.13.1'],
    [{ python_version: '3.12', python_full_version: null }, '3.12'],
  ])('%j asks for %s', (requires, requested) => {
    expect(withPipenv(requires)).toMatchObject({ origin: 'Pipfile.lock', requested, problem: null })
  })

  it.each([
    [{ python_version: '3.*' }, 'pipfile-lock::invalid-version'],
    [{ python_version: '^3.12' }, 'pipfile-lock::invalid-version'],
    [{ python_version: '3.7' }, 'python-version::eol'],
  ])('%j: %s', (requires, reason) => {
    expect(withPipenv(requires).problem?.reason).toBe(reason)
  })

  it('points to the line of the version', () => {
    const text = lock({ python_version: '3.7' })
    const at = withPipenv({ python_version: '3.7' }).problem?.at
    expect(text.slice(at?.start, at?.end)).toBe('"python_version": "3.7"')
  })

  it('is the default where the lock names none', () => {
    expect(withPipenv({})).toMatchObject({ origin: 'default', requested: null, full: '3.14.7', problem: null })
  })

  it('that is no JSON stops the build only where it is read', () => {
    const files = { 'Pipfile.lock': '{' }
    expect(readPythonVersion(memoryTree(files)).problem?.reason).toBe('pipfile-lock::invalid-json')
    expect(readPythonVersion(memoryTree({ ...files, '.python-version': '3.14\n' })).problem).toBeNull()
  })
})

describe('uv', () => {
  it('needs a .python-version', () => {
    expect(withUv({}).problem).toMatchObject({ reason: 'python-version-file::not-found', at: { path: 'uv.lock' } })
    expect(withUv({ '.python-version': '3.14\n' }).problem).toBeNull()
  })

  it('does not go with runtime.txt, whose end-of-life version is refused first', () => {
    expect(withUv({ 'runtime.txt': 'python-3.14\n' }).problem?.reason).toBe('runtime-txt::not-supported')
    expect(withUv({ 'runtime.txt': 'python-3.9\n' }).problem?.reason).toBe('python-version::eol')
  })
})

describe('the range of a Poetry project', () => {
  const problem = (range: string, poetry = true) => {
    const text = poetry
      ? `[tool.poetry]\nname = "x"\n\n[tool.poetry.dependencies]\npython = "${range}"\n`
      : `[project]\nname = "x"\nrequires-python = "${range}"\n`
    return readPythonVersion(memoryTree({ 'poetry.lock': '', 'pyproject.toml': text })).problem
  }

  it.each(['^3.8,<3.10', '~3.9', '3.8.*', '^2.7', '>=3.6,<3.9', '~2.7 || ~3.6', '3.9.7', '>=4'])(
    '%s leaves out all that is offered',
    (range) => {
      expect(problem(range)?.reason).toBe('install-dependencies::poetry')
    },
  )

  it.each(['^3.8', '>=3.8,<3.11', '*', '~3.12', '3.12.4', '^3.7 || ^2.7', '>=3.9 <4.0', '>3.14', 'nonsense'])(
    '%s does not, or nobody can tell',
    (range) => {
      expect(problem(range)).toBeNull()
    },
  )

  it('may stand in the project table, too', () => {
    expect(problem('>=3.8,<3.10', false)?.reason).toBe('install-dependencies::poetry')
    expect(problem('>=3.8', false)).toBeNull()
  })

  it('says nothing where pip builds', () => {
    const files = { 'requirements.txt': '', 'pyproject.toml': '[project]\nname = "x"\nrequires-python = "<3.9"\n' }
    expect(readPythonVersion(memoryTree(files)).problem).toBeNull()
  })
})
