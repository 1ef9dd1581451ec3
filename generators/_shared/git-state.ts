import { spawnSync } from 'node:child_process'
import { Refusal } from './refusal.ts'

const SHOWN = 3

/**
 * Refuses to change a project in a way that nobody could see or take back.
 *
 * In a git repository nothing may be changed and not committed: the diff afterwards is then that of the generator alone.
 * `edited` are the files to be changed that hold what only a person can have written; each must be in a commit. Without
 * git, or before the first commit, only a change that touches none of them passes.
 */
export function refuseUncommitted(root: string, edited: readonly string[]): void {
  const tracked = fields(git(root, ['ls-files', '-z']))
  const hasCommit = git(root, ['rev-parse', '--verify', '--quiet', 'HEAD']) !== undefined
  if (tracked === undefined || !hasCommit) {
    if (edited.length === 0) return
    throw new Refusal(
      `nothing was written: no commit of git has ${named(edited)}, so that nothing could bring it back; commit first (--force goes on)`,
    )
  }
  const status = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=no', '--', '.']
  // Paths from the top of the repository, which may be above the project.
  const above = git(root, ['rev-parse', '--show-prefix'])?.trim().length ?? 0
  const changed = (fields(git(root, status)) ?? []).map((line) => line.slice(3 + above))
  const uncommitted = [...changed, ...edited.filter((path) => !tracked.includes(path))]
  if (uncommitted.length === 0) return
  throw new Refusal(
    `nothing was written: ${named(uncommitted)} ${uncommitted.length === 1 ? 'is' : 'are'} not committed; commit or stash first, so that you see what changes and can undo it (--force goes on)`,
  )
}

function named(paths: readonly string[]): string {
  const more = paths.length - SHOWN
  const list = paths.slice(0, SHOWN).join(', ')
  return more > 0 ? `${list} and ${more} more` : list
}

/** What git prints; undefined without git, outside of a repository, and when git refuses. */
function git(root: string, args: readonly string[]): string | undefined {
  // A repository's own config must start no program.
  const fixed = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=off']
  const run = spawnSync('git', [...fixed, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1_000_000_000 })
  return run.status === 0 ? run.stdout : undefined
}

function fields(output: string | undefined): string[] | undefined {
  return output?.split('\0').filter((field) => field !== '')
}
