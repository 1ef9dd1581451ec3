import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Content, or what a path is instead of a plain file. */
export type Content = string | Uint8Array | { readonly link: string } | { readonly script: string }

/** A folder of its own outside of any repository, gone when the test ends. */
export function scratch(files: Readonly<Record<string, Content>> = {}): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'flask-dyno-test-')))
  onTestFinished(() => {
    rmSync(dir, { recursive: true, force: true })
  })
  fill(dir, files)
  return dir
}

export function fill(dir: string, files: Readonly<Record<string, Content>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(dir, path)
    mkdirSync(dirname(file), { recursive: true })
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content)
    else if ('link' in content) symlinkSync(content.link, file)
    else {
      writeFileSync(file, content.script)
      chmodSync(file, 0o755)
    }
  }
}

const CONFIG = ['user.name=Test', 'user.email=test@example.com', 'commit.gpgsign=false', 'init.defaultBranch=main']

/** Runs git for a test; its own settings and no others. */
export function git(dir: string, ...args: string[]): string {
  const run = spawnSync(
    'git',
    [...CONFIG.flatMap((value) => ['-c', value]), '-c', 'protocol.file.allow=always', ...args],
    {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    },
  )
  if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`)
  return run.stdout.trim()
}

/** A repository with one commit of these files. */
export function repository(files: Readonly<Record<string, Content>>): string {
  const dir = scratch(files)
  git(dir, 'init', '-q')
  commitAll(dir)
  return dir
}

export function commitAll(dir: string): void {
  git(dir, 'add', '-A')
  git(dir, 'commit', '-qm', 'as it is', '--allow-empty')
}
