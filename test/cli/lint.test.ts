import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lintFormat } from '../../scripts/json-formats.ts'
import { commitAll, fill, git, repository, scratch } from '../engine/scratch.ts'
import { flaskDyno, program } from './program.ts'

/** A small project without a fault. */
const SOUND = {
  'app.py': "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef home():\n    return 'hello'\n",
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
  '.python-version': '3.14\n',
}
/** The same with one error and, behind it, nothing else. */
const { 'requirements.txt': _, ...BROKEN } = SOUND
/** The same with one warning that has a safe fix. */
const DATED = { ...SOUND, 'runtime.txt': 'python-3.14\n' }

const concise = (dir: string, ...more: string[]) => flaskDyno(['lint', dir, '--format', 'concise', ...more])

describe('the exit status', () => {
  test('is 0 when nothing is found', () => {
    expect(concise(scratch(SOUND), '--preset', 'strict')).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  test('is 1 for an error', () => {
    const { status, stdout } = concise(scratch(BROKEN))
    expect(status).toBe(1)
    expect(stdout).toMatch(/ error package-manager-missing /)
  })

  test.each([
    ['error', 0],
    ['warning', 1],
    ['info', 1],
  ])('for a warning with --fail-on %s is %i', (level, status) => {
    const ran = concise(scratch(DATED), '--fail-on', level)
    expect(ran.stdout).toMatch(/^runtime\.txt:1:\d+ warning runtime-txt /)
    expect(ran.status).toBe(status)
  })
})

describe('the commands that it names can be typed as they stand', () => {
  const named = (folder: string, files: Readonly<Record<string, string>>) => {
    const place = scratch(files)
    const dist = join(place, folder, 'node_modules/flask-dyno/dist')
    cpSync(dirname(program()), dist, { recursive: true })
    const args = [join(dist, 'main.cjs'), 'lint', scratch(BROKEN)]
    return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout
  }

  test('of a project, or of npx', () => {
    expect(named('', { 'package.json': '{}' })).toContain('  npx flask-dyno explain package-manager-missing ')
  })

  test('of all projects', () => {
    expect(named('lib', { 'package.json': '{}' })).toContain('  flask-dyno explain package-manager-missing ')
  })
})

describe('wrong use is one line and status 2', () => {
  const cases: [string, string[], string][] = [
    ['an unknown option', ['--fromat', 'json'], 'lint has no option --fromat; did you mean "--format"?'],
    [
      'an unknown format',
      ['--format', 'jsn'],
      '"jsn" is no value for --format: text, concise, json, sarif, github, gitlab, junit, agent, html; did you mean "json"?',
    ],
    ['an unknown preset', ['--preset=all'], '"all" is no value for --preset: recommended, strict'],
    ['a missing value', ['--select'], 'the option --select needs a value: NAMES'],
    ['an option as a value', ['--select', '--fix'], 'the option --select needs a value: NAMES'],
    ['a value too many', ['--fix=yes'], 'the option --fix takes no value'],
    [
      'an unknown rule',
      ['--select', 'runtime-text'],
      '--select names no rule or stage: "runtime-text"; did you mean "runtime-txt"?',
    ],
    ['an unknown command', ['lnit'], 'no such command or directory: "lnit"; did you mean "lint"?'],
    ['a command after options', ['--color', 'never', 'rules'], 'name the command first: flask-dyno rules …'],
    ['no such directory', ['lint', './nowhere'], 'no such directory: ./nowhere'],
    ['two directories', ['lint', '.', 'x'], 'lint takes one operand; "x" is too many'],
    ['an unknown rule to explain', ['explain', 'runtime'], 'there is no rule "runtime"; did you mean "runtime-txt"?'],
    ['nothing to explain', ['explain'], 'explain needs the identifier of a rule; flask-dyno rules lists them'],
    [
      '--fix of a commit',
      ['--fix', '--rev', 'HEAD'],
      '--fix changes the working tree, and --rev looks at a commit: name one of them',
    ],
    ['--fix and --diff', ['--fix', '--diff'], '--fix writes and --diff does not: name one of them'],
    [
      '--unsafe-fixes alone',
      ['--unsafe-fixes'],
      '--unsafe-fixes says which fixes --fix or --diff may use: name one of these, too',
    ],
    ['a config that is not there', ['--config', 'no.yml'], 'no such config file: no.yml'],
    ['no repository', ['--rev', 'HEAD'], '. is not in a git repository, so there is no commit "HEAD"'],
  ]
  test.each(cases)('%s', (_, args, line) => {
    expect(flaskDyno(args, { cwd: scratch(SOUND) })).toEqual({ status: 2, stdout: '', stderr: `flask-dyno: ${line}\n` })
  })

  test('no such commit', () => {
    const dir = repository(SOUND)
    expect(flaskDyno(['--rev', 'v9'], { cwd: dir }).stderr).toBe(
      'flask-dyno: not a commit in the repository at .: "v9"\n',
    )
  })

  test.each(['lint', 'plan'])('a file in a repository where %s wants the folder', (command) => {
    const dir = repository(SOUND)
    expect(flaskDyno([command, 'app.py'], { cwd: dir })).toEqual({
      status: 2,
      stdout: '',
      stderr: 'flask-dyno: not a directory: app.py; name the folder of the project\n',
    })
  })

  test('a bare repository without a commit to look at; with one it is fine', () => {
    const bare = join(scratch(), 'app.git')
    git(repository(SOUND), 'clone', '-q', '--bare', '.', bare)
    const { status, stderr } = flaskDyno(['lint', bare])
    expect(stderr).toMatch(/^flask-dyno: .* is a bare git repository, .*--rev\n$/)
    expect(status).toBe(2)
    expect(concise(bare, '--rev', 'HEAD')).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  test('a repository without a commit', () => {
    const dir = scratch()
    git(dir, 'init', '-q')
    expect(flaskDyno(['--rev', 'HEAD'], { cwd: dir })).toMatchObject({
      status: 2,
      stderr: 'flask-dyno: the repository at . has no commit yet\n',
    })
  })

  test.runIf(process.getuid?.() === 0)('no permission', () => {
    const dir = scratch({ 'closed/app.py': '' })
    chmodSync(dir, 0o755)
    chmodSync(join(dir, 'closed'), 0o700)
    // the installed files, where another user may read them and not write beside them
    cpSync(dirname(program()), join(dir, 'installed'), { recursive: true })
    chmodSync(join(dir, 'installed'), 0o755)
    const run = spawnSync(process.execPath, [join(dir, 'installed/main.cjs'), 'closed'], {
      cwd: dir,
      uid: 65534,
      encoding: 'utf8',
    })
    expect(run.stderr).toBe('flask-dyno: no permission to read the directory closed\n')
    expect(run.status).toBe(2)
  })

  test.each([
    ['preset: stric\n', '.flask-dyno.yml:1:9: preset must be one of recommended, strict; did you mean "strict"?'],
    ['rules: {\n', '.flask-dyno.yml:'],
  ])('a broken config: %j', (config, line) => {
    const { status, stderr } = flaskDyno([], { cwd: scratch({ ...SOUND, '.flask-dyno.yml': config }) })
    expect(stderr).toMatch(/^flask-dyno: [^\n]+\n$/)
    expect(stderr).toContain(line)
    expect(status).toBe(2)
  })
})

describe('where there is nothing to lint', () => {
  test.each<[string, Record<string, string>]>([
    ['an empty folder', {}],
    ['a folder without Flask', { 'README.md': '# hello\n', 'main.js': '' }],
    [
      'a Django project',
      { 'manage.py': 'import django\n', 'requirements.txt': 'Django==5.2\n', Procfile: 'web: gunicorn x.wsgi\n' },
    ],
  ])('%s gets a note and status 0', (_, files) => {
    const { status, stdout } = flaskDyno(['lint', scratch(files)])
    expect(stdout).toMatch(/^note: [^\n]+\n$/)
    expect(status).toBe(0)
    const piped = concise(scratch(files))
    expect(piped).toMatchObject({ status: 0, stdout: '' })
    expect(piped.stderr).toMatch(/^flask-dyno: [^\n]+\n$/)
  })
})

describe('the same answer', () => {
  test('from the working tree, from a commit, from a bare clone, and from a copy without git', () => {
    const dir = repository({ ...BROKEN, ...{ 'runtime.txt': 'python-3.8.1\n' } })
    const copy = scratch()
    cpSync(dir, copy, { recursive: true })
    rmSync(join(copy, '.git'), { recursive: true })
    const bare = join(scratch(), 'app.git')
    git(dir, 'clone', '-q', '--bare', '.', bare)
    const first = concise(dir, '--preset', 'strict')
    expect(first.stdout).not.toBe('')
    expect(concise(dir, '--preset', 'strict', '--rev', 'HEAD')).toEqual(first)
    expect(concise(bare, '--preset', 'strict', '--rev', 'HEAD')).toEqual(first)
    expect(concise(copy, '--preset', 'strict')).toEqual(first)
  })

  test('for a commit whatever lies in the working tree', () => {
    const dir = repository(SOUND)
    rmSync(join(dir, 'requirements.txt'))
    expect(concise(dir).status).toBe(1)
    expect(concise(dir, '--rev', 'HEAD').status).toBe(0)
    commitAll(dir)
    expect(concise(dir, '--rev', 'HEAD').status).toBe(1)
    expect(concise(dir, '--rev', 'HEAD~1').status).toBe(0)
  })

  test('from run to run, in every format', () => {
    const dir = scratch({ ...BROKEN, 'runtime.txt': 'python-3.8.1\n' })
    for (const format of ['text', 'concise', 'json']) {
      const [first, second] = [1, 2].map(() =>
        flaskDyno(['lint', dir, '--format', format]).stdout.replace(/"milliseconds": \d+/, ''),
      )
      expect(second).toBe(first)
    }
  })
})

test('json has format 1', () => {
  const dir = repository(BROKEN)
  const report = lintFormat.parse(
    JSON.parse(flaskDyno(['lint', '.', '--format', 'json', '--rev', 'HEAD'], { cwd: dir }).stdout),
  )
  expect(report).toMatchObject({
    root: dir,
    revision: git(dir, 'rev-parse', 'HEAD'),
    summary: { error: 1, warning: 0 },
  })
  expect(report.findings[0]?.rule).toBe('package-manager-missing')
})

describe('selection', () => {
  const dir = () => scratch({ ...BROKEN, 'runtime.txt': 'python-3.14\n' })
  test.each([
    [[], ['package-manager-missing', 'runtime-txt']],
    [['--select', 'runtime-txt'], ['runtime-txt']],
    [['--select', 'build', '--ignore', 'runtime-txt'], ['package-manager-missing']],
    [
      ['--select', 'runtime-txt,package-manager-missing'],
      ['package-manager-missing', 'runtime-txt'],
    ],
    [['--select', 'security'], []],
  ])('%j gives %j', (args, rules) => {
    const found = concise(dir(), ...args).stdout.split('\n')
    expect(found.flatMap((line) => line.split(' ')[2] ?? []).sort()).toEqual(rules)
  })
})

describe('the config', () => {
  test('sets levels, and --no-config leaves them', () => {
    const dir = scratch({ ...DATED, '.flask-dyno.yml': 'rules:\n  runtime-txt: off\n' })
    expect(concise(dir).stdout).toBe('')
    expect(concise(dir, '--no-config').stdout).not.toBe('')
    expect(concise(dir, '--select', 'runtime-txt').stdout).not.toBe('')
  })

  test('of a commit is the one in that commit', () => {
    const dir = repository({ ...DATED, '.flask-dyno.yml': 'rules:\n  runtime-txt: off\n' })
    rmSync(join(dir, '.flask-dyno.yml'))
    expect(concise(dir).stdout).not.toBe('')
    expect(concise(dir, '--rev', 'HEAD').stdout).toBe('')
  })

  test('names the folder of the app, and what is no fault here', () => {
    const app = Object.fromEntries(Object.entries(DATED).map(([path, text]) => [`backend/${path}`, text]))
    const config =
      'root: backend\nignore:\n  - rule: runtime-txt\n    path: runtime.txt\n    reason: kept for an old buildpack\n'
    const dir = repository({ ...app, '.flask-dyno.yml': config })
    expect(concise(dir).stdout).toBe('')
    expect(concise(dir, '--rev', 'HEAD').stdout).toBe('')
    expect(concise(dir, '--no-suppressions').stdout).toMatch(/^runtime\.txt:1/)
    expect(flaskDyno(['lint', dir]).stdout).toContain('1 suppressed')
  })

  test('can be another file', () => {
    const dir = scratch({ ...DATED, 'ci/lint.yml': 'rules: {runtime-txt: error}\n' })
    expect(flaskDyno(['--config', 'ci/lint.yml'], { cwd: dir }).status).toBe(1)
  })
})

describe('fixes', () => {
  test('--fix mends, says what it did, and reports what is left', () => {
    const dir = repository(DATED)
    const { status, stderr, stdout } = flaskDyno(['lint', dir, '--fix'])
    expect(stderr).toMatch(/^flask-dyno: mended runtime\.txt:1 runtime-txt: [^\n]+\n$/)
    expect(stdout).toMatch(/^Nothing found/)
    expect(status).toBe(0)
    expect(existsSync(join(dir, 'runtime.txt'))).toBe(false)
    expect(git(dir, 'status', '--porcelain')).toBe('D runtime.txt')
  })

  test('--diff writes nothing and gives what git apply takes', () => {
    const dir = repository(DATED)
    const { status, stdout } = flaskDyno(['lint', dir, '--diff'])
    expect(status).toBe(1)
    expect(existsSync(join(dir, 'runtime.txt'))).toBe(true)
    expect(spawnSync('git', ['apply', '-'], { cwd: dir, input: stdout }).status).toBe(0)
    expect(concise(dir).stdout).toBe('')
    expect(flaskDyno(['lint', dir, '--diff'])).toMatchObject({ status: 0, stdout: '' })
  })

  test('are not made to what is suppressed or not selected', () => {
    const dir = scratch({ ...DATED, '.flask-dyno.yml': 'rules:\n  runtime-txt: off\n' })
    flaskDyno(['lint', dir, '--fix'])
    expect(existsSync(join(dir, 'runtime.txt'))).toBe(true)
  })
})

describe('output', () => {
  test('has colours only where they are wanted', () => {
    const dir = scratch(BROKEN)
    const isColoured = (args: string[], env: Record<string, string> = {}): boolean =>
      flaskDyno(['lint', dir, ...args], { env }).stdout.includes('\u001b[')
    expect(isColoured([])).toBe(false)
    expect(isColoured(['--color', 'always'])).toBe(true)
    expect(isColoured([], { FORCE_COLOR: '1' })).toBe(true)
    expect(isColoured([], { FORCE_COLOR: '0' })).toBe(false)
    expect(isColoured(['--color', 'never'], { FORCE_COLOR: '1' })).toBe(false)
    expect(isColoured(['--color', 'always'], { NO_COLOR: '1' })).toBe(true)
    expect(isColoured(['--color', 'always', '--format', 'json'])).toBe(false)
  })

  test('goes to a file, and a file that cannot be written is wrong use', () => {
    const dir = scratch(BROKEN)
    const file = join(scratch(), 'report.json')
    expect(flaskDyno(['lint', dir, '--format', 'json', '--output', file])).toEqual({
      status: 1,
      stdout: '',
      stderr: '',
    })
    lintFormat.parse(JSON.parse(readFileSync(file, 'utf8')))
    const first = join(scratch(), 'first/of/its/folder.json')
    expect(flaskDyno(['lint', dir, '--format', 'json', '--output', first]).status).toBe(1)
    expect(JSON.parse(readFileSync(first, 'utf8')).findings).toEqual(JSON.parse(readFileSync(file, 'utf8')).findings)
    const below = join(file, 'below-a-file')
    expect(flaskDyno(['lint', dir, '--output', below])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`the report could not be written to ${below}: `),
    })
  })

  test('goes to several files in several forms, and to the terminal, from one look', () => {
    const dir = scratch({ ...BROKEN, '.flask-dyno.yml': 'exclude: [nothing/]\n', 'big.py': '#'.repeat(3_000_000) })
    const out = scratch()
    const also = (forms: readonly string[]) => forms.flatMap((form) => ['--also', `${form}=${out}/to/report.${form}`])
    const forms = ['text', 'concise', 'json', 'sarif', 'gitlab', 'junit', 'agent', 'html']
    const ran = flaskDyno(['lint', dir, '--color', 'always', ...also(forms)])
    expect(ran).toEqual(flaskDyno(['lint', dir, '--color', 'always']))
    const steady = (text: string) => text.replace(/time="[\d.]+"|"milliseconds": \d+/g, '')
    for (const form of forms) {
      const alone = flaskDyno(['lint', dir, '--format', form])
      expect(steady(readFileSync(`${out}/to/report.${form}`, 'utf8'))).toBe(steady(alone.stdout))
    }
  })

  test.each([
    ['html', '"html" is no value for --also: FORMAT=FILE, such as html=flask-dyno.html'],
    ['html=', '"html=" is no value for --also: FORMAT=FILE, such as html=flask-dyno.html'],
    [
      'htm=a',
      '"htm" is no form of a report: text, concise, json, sarif, gitlab, junit, agent, html; did you mean "html"?',
    ],
    ['github=a', 'github writes to the log of a step: ask for it with --format'],
    ['html=same', 'two reports would go to same: name a file for each'],
  ])('a further report that cannot be: --also %s', (value, message) => {
    const run = flaskDyno(['lint', scratch(SOUND), '--also', value, '--output', 'same'], { cwd: scratch() })
    expect(run).toEqual({ status: 2, stdout: '', stderr: `flask-dyno: ${message}\n` })
  })

  test('is findings only when quiet', () => {
    expect(flaskDyno(['lint', scratch(SOUND), '--quiet'])).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(flaskDyno(['lint', scratch(), '-q'])).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(flaskDyno(['lint', scratch(BROKEN), '-q']).stdout).not.toContain('Found')
  })

  test('does not mind a reader that goes away', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash's
    const script = '"$0" "$1" rules --format json | head -c 1; echo " ${PIPESTATUS[0]}"'
    const run = spawnSync('bash', ['-c', script, process.execPath, program()], { encoding: 'utf8' })
    expect(run).toMatchObject({ stdout: '{ 0\n', stderr: '' })
  })
})

test('a project that was made to do harm is read and nothing more', () => {
  const dir = repository({ ...SOUND, 'evil.py': "import os\nos.system('touch /tmp/owned')\n" })
  fill(dir, {
    'setup.py': `open(${JSON.stringify(join(dir, 'owned'))}, 'w')\n`,
    'deep.py': `${'('.repeat(100_000)}\n`,
    'wide.py': `x = ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`,
    'app.json': `{"a": ${'['.repeat(100_000)}`,
    'pyproject.toml': `a = ${'['.repeat(100_000)}`,
    'heroku.yml': '- '.repeat(100_000),
    'nul.py': 'a\0b',
    'bytes.py': new Uint8Array([0xff, 0xfe, 0x41]),
    'huge.txt': 'x'.repeat(3_000_000),
    'up.py': { link: '../../../../etc/passwd' },
  })
  const { status, stderr } = flaskDyno(['lint', dir, '--format', 'json'])
  expect(stderr).toBe('')
  expect([0, 1]).toContain(status)
  expect(existsSync(join(dir, 'owned'))).toBe(false)
})

test('line ends that git stores otherwise are no fault of what is deployed', () => {
  const dir = repository({
    'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
    Procfile: 'web: ./serve.sh\n',
    'serve.sh': { script: '#!/bin/bash\nexec gunicorn app:app\n' },
    'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
    '.python-version': '3.14\n',
  })
  git(dir, 'config', 'core.autocrlf', 'true')
  rmSync(join(dir, 'Procfile'))
  rmSync(join(dir, 'serve.sh'))
  git(dir, 'checkout', '-q', '.')
  expect(readFileSync(join(dir, 'Procfile'), 'utf8')).toContain('\r\n')
  const lint = () => flaskDyno(['lint', dir, '--format', 'concise']).stdout
  expect(lint()).toBe('')
  git(dir, 'config', 'core.autocrlf', 'false')
  expect(lint()).toMatch(/^Procfile:\d+:\d+ warning procfile-crlf .*\nserve.sh:\d+:\d+ error script-missing .*\n$/)
})

describe('a config that is not what it seems', () => {
  const app = {
    'backend/app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
    'backend/Procfile': 'web: gunicorn app:app\n',
  }
  const said = (dir: string, ...args: string[]) => flaskDyno(['lint', '.', ...args], { cwd: dir }).stderr.trimEnd()

  test('for its name or its folder is told with the place', () => {
    const dir = repository({ ...app, '.flask-dyno.yml': 'preset: strict\nroot: frontend\n' })
    expect(said(dir)).toBe('flask-dyno: .flask-dyno.yml:2:7: there is no folder "frontend"')
    expect(said(dir, '--rev', 'HEAD')).toBe(
      'flask-dyno: .flask-dyno.yml:2:7: there is no folder "frontend" in this commit',
    )
    rmSync(join(dir, '.flask-dyno.yml'))
    fill(dir, { '.flask-dyno.yaml': 'root: backend\n' })
    expect(said(dir)).toBe('flask-dyno: .flask-dyno.yaml is not read: call it .flask-dyno.yml')
    fill(dir, { '.flask-dyno.yml': 'root: backend\n' })
    expect(said(dir)).not.toContain('.flask-dyno.yaml')
  })

  test('for git, which leaves it or its baseline out, is told as well', () => {
    const dir = repository({ ...app, '.gitignore': '.flask-dyno*\n', '.flask-dyno.yml': 'preset: nonsense\n' })
    expect(said(dir)).toContain('.flask-dyno.yml is not read, since git ignores it')
    fill(dir, {
      '.gitignore': '.flask-dyno-*\n',
      '.flask-dyno.yml': 'root: backend\nbaseline: .flask-dyno-baseline.json\n',
      'backend/.flask-dyno-baseline.json': '{"version":1,"findings":[]}\n',
    })
    expect(said(dir)).toMatch(/^flask-dyno: there is no \.flask-dyno-baseline\.json, .*: git ignores it$/)
    fill(dir, { '.gitignore': '' })
    expect(said(dir)).toBe('')
  })
})
