import { spawnSync } from 'node:child_process'

/** The files below a folder that git neither tracks nor ignores, relative to it; none without git or outside of a repository. */
export function untrackedFiles(root: string): readonly string[] {
  // A repository's own config must start no program.
  const fixed = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=off']
  const run = spawnSync('git', [...fixed, 'ls-files', '--others', '--exclude-standard', '-z', '--', '.'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1_000_000_000,
  })
  return run.status === 0 ? run.stdout.split('\0').filter((path) => path !== '') : []
}
