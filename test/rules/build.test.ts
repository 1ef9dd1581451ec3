import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readDependencies } from '../../engine/facts/dependencies.ts'
import type { Facts } from '../../engine/facts/facts.ts'
import { readPythonVersion } from '../../engine/facts/python-version.ts'
import type { Edit, FindingDraft } from '../../engine/finding.ts'
import { Draft } from '../../engine/fix-draft.ts'
import { LineIndex } from '../../engine/positions.ts'
import type { Rule } from '../../engine/rule.ts'
import { memoryTree, type Tree } from '../../engine/tree.ts'
import { packageManagerConflict } from '../../rules/build/package-manager-conflict.ts'
import { packageManagerMissing } from '../../rules/build/package-manager-missing.ts'
import { pipfileLockMissing } from '../../rules/build/pipfile-lock-missing.ts'
import { pythonVersionInvalid } from '../../rules/build/python-version-invalid.ts'
import { pythonVersionMisnamed } from '../../rules/build/python-version-misnamed.ts'
import { pythonVersionUnsupported } from '../../rules/build/python-version-unsupported.ts'
import { runtimeTxt } from '../../rules/build/runtime-txt.ts'

const RULES = [
  packageManagerConflict,
  packageManagerMissing,
  pipfileLockMissing,
  pythonVersionInvalid,
  pythonVersionMisnamed,
  pythonVersionUnsupported,
  runtimeTxt,
]
const FIXTURES = fileURLToPath(new URL('../../fixtures/rules/', import.meta.url))

type Files = Record<string, string | Uint8Array>

function filesOf(directory: string): Files {
  const files: Files = {}
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name)
    if (statSync(path).isFile()) files[name.replaceAll('\\', '/')] = readFileSync(path)
  }
  return files
}

/** The facts that these rules read; the plan only has to be there and to say the generation. */
function factsOf(tree: Tree, generation: 'cedar' | 'fir' = 'cedar', container = false): Facts {
  const pythonVersion = readPythonVersion(tree)
  const facts: Record<string, unknown> = {
    tree,
    pythonVersion,
    dependencies: readDependencies(tree, pythonVersion.full),
    plan: { generation, container },
    leftOut: [],
  }
  return facts as unknown as Facts
}

function run(rules: readonly Rule[], facts: Facts): { rule: Rule; draft: FindingDraft }[] {
  return rules.flatMap((rule) => [...rule.check(facts)].map((draft) => ({ rule, draft })))
}

function lines(rules: readonly Rule[], tree: Tree, generation?: 'cedar' | 'fir'): string[] {
  return run(rules, factsOf(tree, generation))
    .map(({ rule, draft }) => {
      const { line, column } = new LineIndex(tree.read(draft.at.path)?.text ?? '').position(draft.at.start ?? 0)
      return `${draft.at.path}:${line}:${column} ${draft.level ?? rule.level} ${rule.id}`
    })
    .sort()
}

/** The tree after the edits of one fix. */
function applied(files: Files, edits: readonly Edit[]): Map<string, string> {
  const tree = Draft.of(memoryTree(files)).with(edits).tree()
  return new Map(tree.paths.map((path) => [path, Buffer.from(tree.bytes(path) ?? []).toString('utf8')]))
}

for (const rule of RULES) {
  describe(rule.id, () => {
    const root = join(FIXTURES, rule.id)
    const folders = readdirSync(root).filter(
      (name) => statSync(join(root, name)).isDirectory() && !name.endsWith('.fixed'),
    )
    const bad = folders.filter((name) => name.startsWith('bad-'))
    const ok = folders.filter((name) => name.startsWith('ok-'))

    it('has at least three bad and three good examples', () => {
      expect(bad.length).toBeGreaterThanOrEqual(3)
      expect(ok.length).toBeGreaterThanOrEqual(3)
    })

    it.each(bad)('%s: reports exactly what is expected', (name) => {
      const expected = readFileSync(join(root, `${name}.expected.txt`), 'utf8')
        .trim()
        .split('\n')
      expect(lines(RULES, memoryTree(filesOf(join(root, name))))).toEqual(expected)
    })

    it.each(ok)('%s: nothing to say', (name) => {
      expect(lines(RULES, memoryTree(filesOf(join(root, name))))).toEqual([])
    })

    it.each(bad.filter((name) => existsSync(join(root, `${name}.fixed`))))('%s: the fix mends it', (name) => {
      const files = filesOf(join(root, name))
      const fix = run([rule], factsOf(memoryTree(files)))[0]?.draft.fix
      const after = applied(files, fix?.edits ?? [])
      for (const [path, bytes] of Object.entries(filesOf(join(root, `${name}.fixed`)))) {
        expect(after.get(path)).toBe(Buffer.from(bytes).toString('utf8'))
      }
      expect(lines(RULES, memoryTree(Object.fromEntries(after)))).toEqual([])
    })

    it('stays silent where the app is deployed as an image of its own', () => {
      const files = filesOf(join(root, bad[0] ?? ''))
      expect(run([rule], factsOf(memoryTree(files), 'cedar', true))).toEqual([])
    })

    it.each([
      [['heroku/python'], true],
      [['https://github.com/heroku/heroku-buildpack-python.git', 'heroku/nodejs'], true],
      [[], true],
      [['https://github.com/example/conda-buildpack'], false],
      [['https://github.com/lstoll/heroku-buildpack-monorepo', 'heroku/python'], false],
    ])('speaks only where the Python buildpack looks at the root: %j', (urls, speaks) => {
      const manifest = JSON.stringify({ buildpacks: urls.map((url) => ({ url })) })
      const files = { ...filesOf(join(root, bad[0] ?? '')), 'app.json': manifest }
      expect(run([rule], factsOf(memoryTree(files))).length > 0).toBe(speaks)
    })

    it('stays silent where there is no Flask project', () => {
      const files = filesOf(join(root, bad[0] ?? ''))
      expect(run([rule], { ...factsOf(memoryTree(files)), plan: undefined })).toEqual([])
    })
  })
}

const APP = { 'app.py': 'from flask import Flask\napp = Flask(__name__)\n', Procfile: 'web: gunicorn app:app\n' }
const fixOf = (rule: Rule, files: Files) => run([rule], factsOf(memoryTree(files)))[0]?.draft.fix

describe('a missing package manager', () => {
  it('names the ignore file when git leaves requirements.txt out', () => {
    const tree = memoryTree({ ...APP, '.gitignore': '*.txt\n' }, { ignored: ['requirements.txt'] })
    const [found] = run([packageManagerMissing], factsOf(tree))
    expect(found?.draft.at.path).toBe('.gitignore')
    expect(found?.draft.message).toContain('ignored by git')
  })

  it.each([
    ['requirement.txt', 'requirement.txt'],
    ['requirments.txt', 'requirments.txt'],
    ['requirements.txt.txt', 'requirements.txt.txt'],
    ['REQUIREMENTS.TXT', 'REQUIREMENTS.TXT'],
    ['docs/requirements.txt', 'requirements.txt'],
    ['server/api/requirements.txt', 'server/api/requirements.txt'],
    ['environment.yml', 'environment.yml'],
    ['pdm.lock', 'pdm.lock'],
  ])('%s: the finding is at %s', (path, at) => {
    expect(run([packageManagerMissing], factsOf(memoryTree({ ...APP, [path]: 'Flask\n' })))[0]?.draft.at.path).toBe(at)
  })

  it('takes a pyproject.toml of tool settings for nothing', () => {
    const tree = memoryTree({
      ...APP,
      'pyproject.toml': '[tool.black]\nline-length = 100\n',
      'src/requirements.txt': '',
    })
    expect(run([packageManagerMissing], factsOf(tree))[0]?.draft.at.path).toBe('src/requirements.txt')
  })
})

describe('runtime.txt', () => {
  const files = (runtime: string, more: Files = {}): Files => ({
    ...APP,
    'requirements.txt': 'Flask\n',
    'runtime.txt': runtime,
    ...more,
  })

  it('is an error on Fir, which never accepts it', () => {
    const tree = memoryTree(files('python-3.13\n'))
    expect(lines([runtimeTxt], tree, 'fir')).toEqual(['runtime.txt:1:1 error runtime-txt'])
    expect(lines([runtimeTxt], tree, 'cedar')).toEqual(['runtime.txt:1:1 warning runtime-txt'])
  })

  it('is not replaced by a .python-version that git ignores', () => {
    const files = { ...APP, 'runtime.txt': 'python-3.14\n', 'requirements.txt': 'Flask==3.1.3\n' }
    const [kept] = run([runtimeTxt], factsOf(memoryTree(files, { ignored: ['.python-version'] })))
    expect(kept?.draft.fix).toBeUndefined()
    expect(kept?.draft.message).toContain('take that out of .gitignore')
    const [mended] = run([runtimeTxt], factsOf(memoryTree(files)))
    expect(mended?.draft.fix).toBeDefined()
  })

  it.each([
    ['python-3.13\n', {}, 'safe'],
    ['python-3.13\n', { '.python-version': '3.13\n' }, 'safe'],
    ['python-3.13\n', { '.python-version': '3.12\n' }, 'unsafe'],
    ['Python 3.13.1\n', {}, 'unsafe'],
    ['python-3.9.1\n', {}, undefined],
    ['three\n', {}, undefined],
    ['python-3.13\n', { '.python-version': 'nonsense\n' }, undefined],
  ])('%j beside %j: the fix is %s', (runtime, more, safety) => {
    expect(fixOf(runtimeTxt, files(runtime, more))?.safety).toBe(safety)
  })
})

describe('an invalid .python-version', () => {
  it.each([
    ['python-3.13', '3.13'],
    ['"3.13"', '3.13'],
    ['v3.13.2', '3.13.2'],
    ['3.13 # production', '3.13'],
    ['3.13.x', '3.13'],
    ['pypy3.10', undefined],
    ['3.13t', undefined],
    ['python-3.6', undefined],
    ['echo "3.9" > .python-version', undefined],
  ])('%s becomes %s', (line, version) => {
    const fix = fixOf(pythonVersionInvalid, { ...APP, 'requirements.txt': '', '.python-version': `${line}\n` })
    const edit = fix?.edits[0]
    expect(edit?.kind === 'text' ? edit.text : undefined).toBe(version)
  })
})
