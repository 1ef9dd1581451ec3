import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { pipfileHash, poetryHash, staleLock } from '../../engine/facts/lock-freshness.ts'
import { pythonJson } from '../../engine/facts/python-json.ts'
import { memoryTree } from '../../engine/tree.ts'

const toml = (text: string) => parse(text, { integersAsBigInt: true })

describe('JSON as Python writes it', () => {
  test.each([
    [{ b: 1n, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}', '{"a": [true, null, "x"], "b": 1}'],
    [{ 'é"\n': '\u{1f40d}' }, '{"\\u00e9\\"\\n":"\\ud83d\\udc0d"}', '{"\\u00e9\\"\\n": "\\ud83d\\udc0d"}'],
    [{ half: 0.5, one: 1 }, '{"half":0.5,"one":1.0}', '{"half": 0.5, "one": 1.0}'],
    [{ day: new Date(0) }, undefined, undefined],
    [{ huge: 1e300 }, undefined, undefined],
  ])('%o', (value, compact, spaced) => {
    expect(pythonJson(value, true)).toBe(compact)
    expect(pythonJson(value, false)).toBe(spaced)
  })
})

// The expected values were printed by Pipenv 2026.7.1 and Poetry 2.4.1.
describe('the hash of a Pipfile', () => {
  const source = '[[source]]\nurl = "https://pypi.org/simple"\nverify_ssl = true\nname = "pypi"\n'
  const empty = 'ebffa69a1fa192d1cef7cb42ad79231ca976565c5ce371a70160b3048d3cbc06'
  const typing = '9661ed313a79ccb68c7dc4e639068f86ddd91e307ec2ed60498858d002e9b547'

  test.each([
    ['nothing asked for', `${source}[packages]\n[dev-packages]\n`, empty],
    ['scripts and comments do not count', `# shop\n${source}[packages]\n[scripts]\ndev = "flask run"\n`, empty],
    ['without a source the default one is meant', '[packages]\n', empty],
    [
      'a package and a Python',
      `${source}[packages]\ntyping-extensions = "*"\n[requires]\npython_version = "3.12"\n`,
      typing,
    ],
    [
      'names in another spelling',
      `${source}[packages]\nTyping_Extensions = "*"\n[requires]\npython_version = "3.12"\n`,
      typing,
    ],
  ])('%s', (_, text, hash) => {
    expect(pipfileHash(toml(text))).toBe(hash)
  })

  test('of old, names counted as written', () => {
    const text = `${source}[packages]\nTyping_Extensions = "*"\n`
    expect(pipfileHash(toml(text), true)).not.toBe(pipfileHash(toml(text)))
  })
})

describe('the hash of a pyproject.toml', () => {
  const old = '[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\npython = "^3.14"\n'

  test('Poetry’s own table', () => {
    expect(poetryHash(toml(old), true)).toBe('d3f696e8f01aec1733802da3db722ca7c5e48e3d967cd7e2ce28ee65396abe6c')
  })

  test('groups count, or do not where an older Poetry locked', () => {
    const grouped = toml(`${old}[dependency-groups]\ndev = ["pytest"]\n`)
    expect(poetryHash(grouped, false)).toBe(poetryHash(toml(old), true))
    expect(poetryHash(grouped, true)).not.toBe(poetryHash(grouped, false))
  })
})

describe('what uv.lock says of the project', () => {
  const project = (dependencies: string, more = '') =>
    `[project]\nname = "shop"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = [${dependencies}]\n${more}`
  const lock = (requires: string) =>
    `version = 1\nrequires-python = ">=3.11"\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\nsource = { virtual = "." }\n\n[package.metadata]\nrequires-dist = [${requires}]\n`
  const difference = (pyproject: string, locked: string) =>
    staleLock(memoryTree({ 'pyproject.toml': pyproject, 'uv.lock': locked }), {
      found: [{ manager: 'uv', path: 'uv.lock' }],
      manager: 'uv',
    })?.difference ?? null
  const flask = '{ name = "flask", specifier = ">=3.1,<4" }'

  test.each([
    ['the same', project('"flask>=3.1,<4"'), lock(flask), null],
    ['the same, in another order and spelling', project('"Flask <4, >=3.1"'), lock(flask), null],
    ['a version that only looks different', project('"flask>=3.1.0,<4.0"'), lock(flask), null],
    [
      'an extra, which the lock marks',
      project('"flask>=3.1,<4"', '[project.optional-dependencies]\nx = ["six"]\n'),
      lock(`${flask}, { name = "six", marker = "extra == 'x'" }`),
      null,
    ],
    [
      'from a repository',
      project('"flask", "kit"', '[tool.uv.sources]\nkit = { git = "https://example.com/kit" }\n'),
      lock('{ name = "flask" }, { name = "kit", git = "https://example.com/kit" }'),
      null,
    ],
    [
      'computed by a build backend',
      '[project]\nname = "shop"\ndynamic = ["version", "dependencies"]\n',
      lock(flask),
      null,
    ],
    ['one more', project('"flask>=3.1,<4", "Flask_Cors"'), lock(flask), 'Flask_Cors is not in it'],
    ['one less', project(''), lock(flask), 'flask is still in it'],
    ['other limits', project('"flask>=3"'), lock(flask), 'flask is locked for >=3.1,<4'],
    [
      'another project',
      project('"flask>=3.1,<4"').replace('shop', 'store'),
      lock(flask),
      'it is of a project called shop',
    ],
  ])('%s', (_, pyproject, locked, expected) => {
    expect(difference(pyproject, locked)).toBe(expected)
  })

  // What uv 0.13.9 wrote for each of them.
  test.each([
    ['>=3.11,<3.12', '==3.11.*'],
    ['>=3.11.0,<3.12.0', '==3.11.*'],
    ['==3.11.*', '==3.11.*'],
    ['~=3.11.0', '==3.11.*'],
    ['~=3.11', '>=3.11, <4'],
    ['>=3.10,>=3.11', '>=3.11'],
    ['>=3.11.2,<3.12', '>=3.11.2, <3.12'],
    ['>=3.11,<3.14rc1', '>=3.11, <3.14'],
    ['>=3.11,<3.13,!=3.12.1', '>=3.11, !=3.12.1, <3.13'],
    ['==3.11.2', '==3.11.2'],
    ['>3.10', '>3.10'],
  ])('uv locks Python %s as %s', (wanted, locked) => {
    const forPython = (range: string, text: string) => text.replace('">=3.11"', `"${range}"`)
    const pyproject = (range: string) => forPython(range, project('"flask>=3.1,<4"'))
    expect(difference(pyproject(wanted), forPython(locked, lock(flask)))).toBeNull()
    expect(difference(pyproject('>=3.13'), forPython(locked, lock(flask)))).toBe(`it is for Python ${locked}`)
  })

  test('of several package managers nobody knows which one stays', () => {
    const tree = memoryTree({ 'pyproject.toml': project(''), 'uv.lock': lock(flask), 'requirements.txt': '' })
    const found = [
      { manager: 'pip' as const, path: 'requirements.txt' },
      { manager: 'uv' as const, path: 'uv.lock' },
    ]
    expect(staleLock(tree, { found, manager: 'pip' })).toBeNull()
  })
})
