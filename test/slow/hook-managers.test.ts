import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import { BROKEN, clone, commit, GOOD, install, PATH, programs, push, there, uninstall } from '../cli/pushing.ts'
import { fill, git } from '../engine/scratch.ts'
import { temporary } from '../scaffold/temporary.ts'

/** The managers of hooks that people have, each installed as its users install it, and real pushes through them. */

const HUSKY = '9.1.7'
const LEFTHOOK = '2.2.2'
const PRE_COMMIT = '4.7.0'

/** Keeps the lines that git gave it. */
const SEEN = 'cat > seen.txt'

interface Manager {
  readonly file: string
  readonly files: Readonly<Record<string, string>>
  /** Switches it on in a clone, as its users do. */
  readonly start: (dir: string, env: Readonly<Record<string, string>>) => Promise<void>
  /** Does a hook of the user's see the lines of git under it? */
  readonly isGivenLines: boolean
}

const MANAGERS: Readonly<Record<string, Manager>> = {
  husky: {
    file: '.husky/pre-push',
    files: { '.husky/pre-push': `${SEEN}\n`, 'package.json': '{"devDependencies": {"husky": "^9.0.0"}}\n' },
    start: async (dir, env) => {
      await execa('husky', { cwd: dir, env })
    },
    isGivenLines: true,
  },
  'lefthook, commands': {
    file: 'lefthook.yml',
    files: {
      'lefthook.yml': `# ours\npre-push:\n  commands:\n    theirs:\n      use_stdin: true\n      run: ${SEEN}\n`,
    },
    start: async () => {},
    isGivenLines: true,
  },
  'lefthook, jobs': {
    file: 'lefthook.yml',
    files: { 'lefthook.yml': `pre-push:\n  jobs:\n    - run: ${SEEN}\n      use_stdin: true\n` },
    start: async () => {},
    isGivenLines: true,
  },
  'lefthook, nothing for a push': {
    file: 'lefthook.yml',
    files: { 'lefthook.yml': 'pre-commit:\n  jobs:\n    - run: echo\n' },
    start: async () => {},
    isGivenLines: false,
  },
  'pre-commit': {
    file: '.pre-commit-config.yaml',
    files: {
      '.pre-commit-config.yaml':
        'repos:\n  - repo: local\n    hooks:\n      - {id: theirs, name: theirs, language: system, entry: touch seen.txt, pass_filenames: false, always_run: true}\n',
    },
    start: async () => {},
    isGivenLines: false,
  },
}

describe('the hook in the hands of', { timeout: 300_000 }, () => {
  let tools: string

  beforeAll(async () => {
    const node = temporary('node-tools')
    await execa('npm', ['install', '--no-audit', '--no-fund', `husky@${HUSKY}`, `lefthook@${LEFTHOOK}`], { cwd: node })
    const python = temporary('python-tools')
    await execa('python3', ['-m', 'venv', python])
    await execa(join(python, 'bin/pip'), ['install', '--quiet', `pre-commit==${PRE_COMMIT}`])
    tools = [join(node, 'node_modules/.bin'), join(python, 'bin')].join(delimiter)
  }, 300_000)

  it.each(Object.entries(MANAGERS))('%s judges the commit, and the working tree not', async (_, manager) => {
    const { file, files, start, isGivenLines } = manager
    const dir = clone({ ...GOOD, ...files, '.gitignore': 'seen.txt\n' })
    const home = temporary('home')
    const env = {
      PATH: [programs(), tools, PATH].join(delimiter),
      HOME: home,
      // lefthook and husky leave out what they do in CI otherwise
      CI: '',
    }
    await start(dir, env)
    const before = readFileSync(join(dir, file), 'utf8')
    expect(install(dir, [], env)).toContain(`${file}`)

    const good = commit(dir, GOOD)
    fill(dir, BROKEN)
    const passed = push(dir, undefined, env)
    expect(passed.status, passed.output).toBe(0)
    expect(there(dir)).toContain(good)
    const seen = join(dir, 'seen.txt')
    if (isGivenLines) expect(readFileSync(seen, 'utf8')).toContain(`refs/heads/main ${good} refs/heads/main`)

    const broken = commit(dir, BROKEN)
    fill(dir, GOOD)
    const stopped = push(dir, undefined, env)
    expect(stopped.status).toBe(1)
    expect(stopped.output).toContain('error[app-target-missing]')
    expect(stopped.output).toContain(`not pushed: 1 error in main (${broken.slice(0, 7)})`)
    expect(there(dir)).not.toContain(broken)
    // a new branch has no commit on the other side to compare with
    expect(push(dir, ['origin', 'main:refs/heads/other'], env).status).toBe(1)
    expect(push(dir, ['--no-verify', 'origin', 'main'], env).status).toBe(0)

    git(dir, 'checkout', '-q', '--', '.')
    uninstall(dir)
    expect(readFileSync(join(dir, file), 'utf8')).toBe(before)
    expect(push(dir, ['origin', 'main:refs/heads/other'], env).status).toBe(0)
  })

  it('any of them lets a push go, with a word, where there is no flask-dyno', async () => {
    for (const [name, manager] of Object.entries(MANAGERS)) {
      const dir = clone({ ...GOOD, ...manager.files, '.gitignore': 'seen.txt\n' })
      const env = { PATH: [tools, PATH].join(delimiter), HOME: temporary('home'), CI: '' }
      await manager.start(dir, env)
      install(dir, [], env)
      writeFileSync(join(dir, 'Procfile'), BROKEN.Procfile)
      commit(dir, {})
      const { status, output } = push(dir, undefined, env)
      expect(status, output).toBe(0)
      // pre-commit shows nothing of a hook that passes
      if (name !== 'pre-commit') expect(output).toContain('no flask-dyno was found that works')
    }
  })
})
