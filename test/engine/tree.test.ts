import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Tree } from '../../engine/tree.ts'
import { commitTree, TreeError, workingTree } from '../../engine/tree-git.ts'
import { commitAll, fill, git, repository, scratch } from './scratch.ts'

const text = (tree: Tree, path: string): string | undefined => tree.read(path)?.text
const complaint = (look: () => unknown): string => {
  try {
    look()
  } catch (error) {
    if (error instanceof TreeError) return error.message
    throw error
  }
  return 'no complaint'
}

describe('the working tree', () => {
  test('has what git tracks and what it would add, with the contents of the disk', () => {
    const dir = repository({
      'app.py': 'old',
      '.gitignore': '*.log\n.env\n',
      'gone.py': '',
      'run.sh': { script: '#!/bin/sh' },
    })
    fill(dir, { 'app.py': 'new', 'added.py': 'untracked', 'debug.log': 'ignored', '.env': 'ignored' })
    rmSync(join(dir, 'gone.py'))
    const tree = workingTree(dir)
    expect(tree.paths).toEqual(['.gitignore', 'added.py', 'app.py', 'run.sh'])
    expect(text(tree, 'app.py')).toBe('new')
    expect(tree.revision).toBeNull()
    expect(tree.entry('run.sh')?.executable).toBe(true)
    expect(tree.entry('app.py')?.executable).toBe(false)
    expect(tree.isIgnored('.env')).toBe(true)
    expect(tree.isIgnored('app.py')).toBe(false)
  })

  test('keeps what git ignores but tracks all the same', () => {
    const dir = repository({ 'secret.cfg': 'x' })
    fill(dir, { '.gitignore': 'secret.cfg\n' })
    expect(workingTree(dir).has('secret.cfg')).toBe(true)
  })

  test('sees a script that was made executable after it was added', () => {
    const dir = repository({ 'start.sh': '#!/bin/sh' })
    chmodSync(join(dir, 'start.sh'), 0o755)
    expect(workingTree(dir).entry('start.sh')?.executable).toBe(true)
  })

  test('of a folder inside a repository has paths relative to that folder', () => {
    const dir = repository({ 'backend/app.py': 'x', 'frontend/main.js': 'y' })
    expect(workingTree(join(dir, 'backend')).paths).toEqual(['app.py'])
    expect(commitTree(join(dir, 'backend'), 'HEAD').paths).toEqual(['app.py'])
  })

  test.each(['naïve.py', 'with space.py', 'a"quote.py', 'tab\tname.py', 'line\nbreak.py', '日本.py'])(
    'keeps the name %j',
    (name) => {
      const dir = repository({ [name]: 'x', 'dir/y.py': '' })
      expect(workingTree(dir).paths).toContain(name)
      expect(commitTree(dir, 'HEAD').paths).toContain(name)
      expect(text(commitTree(dir, 'HEAD'), name)).toBe('x')
    },
  )

  test('without git has all files but node_modules and virtual environments, known by their pyvenv.cfg', () => {
    const dir = scratch({
      'app.py': '',
      'venv/kept.py': 'a package that happens to be called venv',
      'env39/pyvenv.cfg': '',
      'env39/lib/flask.py': '',
      'node_modules/x/setup.py': '',
      '.env': '',
    })
    expect(workingTree(dir).paths).toEqual(['.env', 'app.py', 'venv/kept.py'])
    expect(workingTree(dir).isIgnored('.env')).toBe(false)
  })

  test('of a folder that its repository ignores as a whole is that folder', () => {
    const dir = repository({ '.gitignore': '/my-app/\n' })
    fill(dir, { 'my-app/app.py': '' })
    expect(workingTree(join(dir, 'my-app')).paths).toEqual(['app.py'])
  })

  test('does not hold files of an unrelated repository inside', () => {
    const dir = repository({ 'app.py': '' })
    fill(dir, { 'clone/setup.py': '' })
    git(join(dir, 'clone'), 'init', '-q')
    commitAll(join(dir, 'clone'))
    expect(workingTree(dir).paths).toEqual(['app.py'])
  })

  test('holds the files of a submodule, which a push to Heroku brings along', () => {
    const library = repository({ 'tool.py': 'tool' })
    const dir = repository({ 'app.py': '' })
    git(dir, 'submodule', 'add', '-q', library, 'vendor')
    expect(workingTree(dir).paths).toContain('vendor/tool.py')
    expect(text(workingTree(dir), 'vendor/tool.py')).toBe('tool')
    // what no .gitmodules names stays here
    git(dir, 'rm', '-q', '--cached', '.gitmodules')
    rmSync(join(dir, '.gitmodules'))
    expect(workingTree(dir).paths).toEqual(['app.py'])
  })

  test.each([
    ['core.autocrlf', { autocrlf: 'true', attributes: '' }, { lf: true, crlf: false, fresh: true }],
    ['core.autocrlf=input', { autocrlf: 'input', attributes: '' }, { lf: true, crlf: false, fresh: true }],
    ['text=auto', { autocrlf: 'false', attributes: '* text=auto\n' }, { lf: true, crlf: false, fresh: true }],
    ['eol=crlf', { autocrlf: 'false', attributes: '* eol=crlf\n' }, { lf: true, crlf: false, fresh: true }],
    ['-text', { autocrlf: 'true', attributes: '* -text\n' }, { lf: false, crlf: false, fresh: false }],
    ['no conversion', { autocrlf: 'false', attributes: '' }, { lf: false, crlf: false, fresh: false }],
  ])('knows whether git stores LF for what has CRLF here: %s', (_, { autocrlf, attributes }, expected) => {
    const dir = repository({ lf: 'web: x\n', crlf: 'web: x\r\n' })
    git(dir, 'config', 'core.autocrlf', autocrlf)
    fill(dir, { lf: 'web: y\r\n', fresh: 'web: x\r\n', '.gitattributes': attributes })
    const tree = workingTree(dir)
    expect({ lf: tree.storesLf('lf'), crlf: tree.storesLf('crlf'), fresh: tree.storesLf('fresh') }).toEqual(expected)
  })

  test('of a sparse checkout has what git has, also of files that are not on the disk', () => {
    const dir = repository({
      'app.py': 'app',
      'web/__init__.py': 'web',
      'web/run.sh': { script: 'run' },
      'docs/a.txt': '',
    })
    git(dir, 'sparse-checkout', 'set', 'docs')
    const tree = workingTree(dir)
    expect(tree.has('web/__init__.py')).toBe(true)
    expect(text(tree, 'web/__init__.py')).toBe('web')
    expect(tree.entry('web/run.sh')?.executable).toBe(true)
    expect(text(tree, 'app.py')).toBe('app')
    expect(tree.skipped()).toEqual([])
    // what lies there all the same counts as it lies there
    fill(dir, { 'web/__init__.py': 'mine' })
    expect(text(workingTree(dir), 'web/__init__.py')).toBe('mine')
  })

  test('is that of the folder asked for, not of the repository whose hook is running', () => {
    const other = repository({ 'other.py': '' })
    const dir = repository({ 'app.py': '' })
    process.env.GIT_DIR = join(other, '.git')
    try {
      expect(workingTree(dir).paths).toEqual(['app.py'])
    } finally {
      delete process.env.GIT_DIR
    }
  })

  test('starts no program that the repository’s own config names', () => {
    const dir = repository({ 'app.py': '' })
    const proof = join(dir, 'proof')
    fill(dir, { 'spy.sh': { script: `#!/bin/sh\ntouch ${proof}\n` } })
    git(dir, 'config', 'core.fsmonitor', join(dir, 'spy.sh'))
    git(dir, 'config', 'core.pager', join(dir, 'spy.sh'))
    workingTree(dir)
    commitTree(dir, 'HEAD').read('app.py')
    expect(workingTree(dir).has('proof')).toBe(false)
  })
})

describe('symbolic links', () => {
  const files = {
    'requirements/prod.txt': 'flask',
    'requirements.txt': { link: 'requirements/prod.txt' },
    'loop.txt': { link: 'loop.txt' },
    'passwd.txt': { link: '/etc/passwd' },
    'up.txt': { link: '../../../../../etc/passwd' },
  }

  test.each(['working tree', 'commit', 'plain folder'])('are followed inside the project only: %s', (kind) => {
    const dir = kind === 'plain folder' ? scratch(files) : repository(files)
    const tree = kind === 'commit' ? commitTree(dir, 'HEAD') : workingTree(dir)
    expect(tree.entry('requirements.txt')?.link).toBe('requirements/prod.txt')
    expect(text(tree, 'requirements.txt')).toBe('flask')
    for (const path of ['loop.txt', 'passwd.txt', 'up.txt']) expect(tree.bytes(path)).toBeUndefined()
    expect(tree.skipped().map((file) => file.path)).toEqual(['loop.txt', 'passwd.txt', 'up.txt'])
  })

  test.each(['working tree', 'commit', 'plain folder'])('to a folder lead to what is in it: %s', (kind) => {
    const linked = {
      'packages/shop/__init__.py': 'app',
      'packages/shop/deep/db.py': 'db',
      'src/shop': { link: '../packages/shop' },
      again: { link: 'src/shop' },
      'db.py': { link: 'again/deep/db.py' },
      here: { link: '.' },
      round: { link: 'round' },
      etc: { link: '/etc' },
      above: { link: '../../etc' },
    }
    const dir = kind === 'plain folder' ? scratch(linked) : repository(linked)
    const tree = kind === 'commit' ? commitTree(dir, 'HEAD') : workingTree(dir)
    for (const path of ['src/shop/deep/db.py', 'again/deep/db.py', 'db.py', 'here/again/deep/db.py']) {
      expect(tree.has(path), path).toBe(true)
      expect(text(tree, path), path).toBe('db')
    }
    expect(['src/shop', 'again/deep', 'here'].filter((path) => !tree.hasDirectory(path))).toEqual([])
    const nowhere = ['src/shop/gone.py', 'round/x.py', 'etc/passwd', 'above/passwd', 'again/../../etc/passwd']
    expect(nowhere.filter((path) => tree.has(path) || tree.bytes(path) !== undefined)).toEqual([])
    expect(['round', 'etc', 'above', 'db.py'].filter((path) => tree.hasDirectory(path))).toEqual([])
    // what is there once is listed once
    expect(tree.paths).toEqual(Object.keys(linked).sort())
  })

  test('in place of a tracked folder do not lead out of the project', () => {
    const outside = scratch({ 'config.py': 'outside' })
    const dir = repository({ 'pkg/config.py': 'inside' })
    rmSync(join(dir, 'pkg'), { recursive: true })
    fill(dir, { pkg: { link: outside } })
    expect(text(workingTree(dir), 'pkg/config.py')).toBeUndefined()
  })
})

test('a file above 2 MB and a named pipe are left out with a reason', () => {
  const dir = repository({ 'big.py': 'x'.repeat(2_000_001), 'small.py': '' })
  rmSync(join(dir, 'small.py'))
  spawnSync('mkfifo', [join(dir, 'small.py')])
  for (const tree of [workingTree(dir), commitTree(dir, 'HEAD')]) {
    expect(tree.read('big.py')).toBeUndefined()
    expect(tree.skipped()).toContainEqual({ path: 'big.py', reason: 'larger than 2 MB' })
  }
  expect(workingTree(dir).read('small.py')).toBeUndefined()
})

describe('a commit', () => {
  test('is read from git’s objects, whatever the working tree says', () => {
    const dir = repository({
      'app.py': 'first',
      Procfile: 'web: x',
      'run.sh': { script: '' },
      'data.bin': new Uint8Array([0, 1]),
    })
    git(dir, 'tag', 'v1')
    fill(dir, { 'app.py': 'second', 'later.py': '' })
    commitAll(dir)
    fill(dir, { 'app.py': 'third' })
    const tree = commitTree(dir, 'v1')
    expect(tree.paths).toEqual(['Procfile', 'app.py', 'data.bin', 'run.sh'])
    expect(text(tree, 'app.py')).toBe('first')
    expect(tree.bytes('data.bin')).toEqual(Buffer.from([0, 1]))
    expect(tree.entry('run.sh')?.executable).toBe(true)
    expect(tree.revision).toBe(git(dir, 'rev-parse', 'v1'))
    expect(text(commitTree(dir, 'HEAD'), 'app.py')).toBe('second')
  })

  test('can be read in a bare repository, which has no working tree', () => {
    const dir = repository({ 'app.py': 'x' })
    const bare = scratch()
    git(bare, 'clone', '-q', '--bare', dir, 'app.git')
    expect(text(commitTree(join(bare, 'app.git'), 'HEAD'), 'app.py')).toBe('x')
    expect(complaint(() => workingTree(join(bare, 'app.git')))).toMatch(/bare git repository.*--rev/)
  })

  test('has the files of a submodule that is checked out here, as that commit asks for them', () => {
    const inner = repository({ 'deep.py': 'deep' })
    const library = repository({ 'tool.py': 'first' })
    git(library, 'submodule', 'add', '-q', inner, 'inner')
    commitAll(library)
    const dir = repository({ 'src/app.py': '' })
    git(dir, 'submodule', 'add', '-q', library, 'src/vendor')
    git(dir, 'submodule', 'update', '-q', '--init', '--recursive')
    commitAll(dir)
    const vendor = join(dir, 'src/vendor')
    fill(vendor, { 'tool.py': 'second', 'later.py': '' })
    commitAll(vendor)
    for (const tree of [
      commitTree(dir, 'HEAD'),
      commitTree(join(dir, 'src'), 'HEAD'),
      commitTree(dir, 'HEAD', 'src'),
    ]) {
      const at = tree.has('src/app.py') ? 'src/' : ''
      expect(text(tree, `${at}vendor/tool.py`)).toBe('first')
      expect(text(tree, `${at}vendor/inner/deep.py`)).toBe('deep')
      expect(tree.has(`${at}vendor/later.py`)).toBe(false)
    }
    // what no .gitmodules names does not reach Heroku
    git(dir, 'rm', '-q', '--cached', '.gitmodules')
    git(dir, 'commit', '-qm', 'unnamed')
    expect(commitTree(dir, 'HEAD').paths).toEqual(['src/app.py'])
  })

  test('of a partial clone is read as far as it is there', () => {
    const origin = repository({ 'app.py': 'old', 'kept.py': 'kept', 'big.bin': new Uint8Array([0]) })
    fill(origin, { 'app.py': 'new' })
    commitAll(origin)
    git(origin, 'config', 'uploadpack.allowFilter', 'true')
    const outer = scratch()
    git(outer, 'clone', '-q', '--filter=blob:none', `file://${origin}`, 'clone')
    const dir = join(outer, 'clone')
    const tree = commitTree(dir, 'HEAD~1')
    expect(text(tree, 'kept.py')).toBe('kept')
    expect(tree.has('app.py')).toBe(true)
    expect(text(tree, 'app.py')).toBeUndefined()
    expect(tree.head('app.py', 10)).toBeUndefined()
    expect(tree.size('app.py')).toBeUndefined()
    expect(tree.skipped()).toEqual([{ path: 'app.py', reason: 'not among the objects of this clone' }])
    expect(text(commitTree(dir, 'HEAD'), 'app.py')).toBe('new')
    git(dir, 'fetch', '-q', '--refetch', '--no-filter')
    expect(text(commitTree(dir, 'HEAD~1'), 'app.py')).toBe('old')
  })

  test('keeps names that differ only in case apart', () => {
    const dir = repository({ Procfile: 'a' })
    const blob = git(dir, 'hash-object', '-w', 'Procfile')
    git(dir, 'update-index', '--add', '--cacheinfo', `100644,${blob},procfile`)
    git(dir, 'commit', '-qm', 'both')
    expect(commitTree(dir, 'HEAD').paths).toEqual(['Procfile', 'procfile'])
  })

  test.each([
    ['nonsense', /^not a commit in the repository at .*: "nonsense"$/],
    ['HEAD:app.py', /^not a commit/],
    ['HEAD..HEAD', /^not one commit but several: "HEAD\.\.HEAD"$/],
    ['--help', /^not a commit: "--help"$/],
    ['', /^not a commit: ""$/],
  ])('%j is refused in one line', (rev, line) => {
    expect(complaint(() => commitTree(repository({ 'app.py': '' }), rev))).toMatch(line)
  })

  test('is refused where there is none', () => {
    const empty = scratch()
    git(empty, 'init', '-q')
    expect(complaint(() => commitTree(empty, 'HEAD'))).toMatch(/has no commit yet$/)
    expect(complaint(() => commitTree(scratch(), 'HEAD'))).toMatch(/is not in a git repository/)
    expect(workingTree(empty).paths).toEqual([])
  })
})

describe('a directory that cannot be read is one line', () => {
  test('missing, or a file', () => {
    const dir = scratch({ 'file.txt': '' })
    expect(complaint(() => workingTree(join(dir, 'nowhere')))).toBe(`no such directory: ${join(dir, 'nowhere')}`)
    const file = join(dir, 'file.txt')
    expect(complaint(() => workingTree(file))).toBe(`not a directory: ${file}; name the folder of the project`)
  })

  test.skipIf(process.getuid?.() === 0)('without permission', () => {
    const dir = scratch({ 'closed/app.py': '' })
    chmodSync(join(dir, 'closed'), 0)
    expect(complaint(() => workingTree(join(dir, 'closed')))).toMatch(/^no permission to read/)
    chmodSync(join(dir, 'closed'), 0o755)
  })
})

test('working tree, commit and a plain copy hold the same files', () => {
  const dir = repository({
    'app.py': 'x',
    'pkg/__init__.py': '',
    Procfile: 'web: y',
    'bin/run': { script: '#!/bin/sh' },
  })
  const copy = scratch()
  cpSync(dir, copy, { recursive: true })
  rmSync(join(copy, '.git'), { recursive: true })
  const [first, ...others] = [workingTree(dir), commitTree(dir, 'HEAD'), workingTree(copy)].map((tree) =>
    tree.paths.map((path) => [path, text(tree, path), tree.entry(path)?.executable]),
  )
  for (const other of others) expect(other).toEqual(first)
})

test('a stray .git that is no repository makes the folder a plain one', () => {
  const dir = scratch({ 'app.py': '' })
  mkdirSync(join(dir, '.git'))
  writeFileSync(join(dir, '.git', 'config'), '')
  expect(workingTree(dir).paths).toEqual(['app.py'])
})
