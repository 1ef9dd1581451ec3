import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { git, gitRefusal, TreeError } from '../engine/git-process.ts'
import { UsageError } from './arguments.ts'
import type { HOOK_MANAGERS } from './commands.ts'

export type HookManager = (typeof HOOK_MANAGERS)[number]

/** The file that says what happens before a push. */
export interface Place {
  readonly manager: HookManager
  readonly file: string
  /** It lies in the working tree, so that everybody who clones the repository gets it. */
  readonly isShared: boolean
}

export interface Repository {
  /** Top of the working tree; of a bare repository, its folder. */
  readonly top: string
  /** Where git looks for hooks. */
  readonly hooks: string
  /** Where core.hooksPath is set, in git's word for it; null when it is not. */
  readonly scope: string | null
}

/** https://lefthook.dev/configuration/ */
const LEFTHOOK_FILES = [
  'lefthook.yml',
  'lefthook.yaml',
  '.lefthook.yml',
  '.lefthook.yaml',
  '.config/lefthook.yml',
  '.config/lefthook.yaml',
]
const LEFTHOOK_OTHERS = ['lefthook.toml', '.lefthook.toml', 'lefthook.json', '.lefthook.json']
export const PRE_COMMIT_FILE = '.pre-commit-config.yaml'

/** @throws TreeError outside of a repository. */
export function repositoryAt(dir: string): Repository {
  const ask = (...args: string[]): string | null => {
    const { status, stdout } = git(dir, args)
    return status === 0 ? stdout.toString('utf8').replace(/\r?\n$/, '') : null
  }
  const gitDir = git(dir, ['rev-parse', '--absolute-git-dir'])
  if (gitDir.status !== 0) {
    if (/not a git repository/.test(gitDir.complaint))
      throw new TreeError(`${dir} is in no git repository, so there is no push to look at`)
    throw gitRefusal(dir, gitDir.complaint)
  }
  const top = ask('rev-parse', '--show-toplevel') || gitDir.stdout.toString('utf8').trim()
  const inTop = git(top, ['rev-parse', '--git-path', 'hooks'])
    .stdout.toString('utf8')
    .replace(/\r?\n$/, '')
  return {
    top,
    hooks: resolve(top, inTop),
    scope: ask('config', '--show-scope', '--get', 'core.hooksPath')?.split('\t')[0] ?? null,
  }
}

/** Where the hook belongs: with the manager that git's hooks are in the hands of. @throws UsageError */
export function placeFor(repository: Repository, manager: HookManager = managerOf(repository)): Place {
  const { top, hooks } = repository
  switch (manager) {
    case 'husky':
      return { manager, file: join(huskyFolder(repository) ?? join(top, '.husky'), 'pre-push'), isShared: true }
    case 'lefthook': {
      const file = LEFTHOOK_FILES.find((name) => existsSync(join(top, name)))
      const other = LEFTHOOK_OTHERS.find((name) => existsSync(join(top, name)))
      if (file === undefined)
        throw new UsageError(
          other === undefined
            ? 'there is no lefthook.yml here'
            : `only a lefthook.yml can be added to, and this is ${other}`,
        )
      return { manager, file: join(top, file), isShared: true }
    }
    case 'pre-commit':
      if (!existsSync(join(top, PRE_COMMIT_FILE))) throw new UsageError(`there is no ${PRE_COMMIT_FILE} here`)
      return { manager, file: join(top, PRE_COMMIT_FILE), isShared: true }
    case 'git':
      return { manager, file: join(hooks, 'pre-push'), isShared: isBelow(top, hooks) }
  }
}

function managerOf(repository: Repository): HookManager {
  const { top, scope } = repository
  if (huskyFolder(repository) !== null) return 'husky'
  // Both refuse to install themselves where core.hooksPath is set.
  if (scope === null) {
    if ([...LEFTHOOK_FILES, ...LEFTHOOK_OTHERS].some((name) => existsSync(join(top, name)))) return 'lefthook'
    if (existsSync(join(top, PRE_COMMIT_FILE))) return 'pre-commit'
    if (existsSync(join(top, '.husky')) && /"husky"/.test(textOf(join(top, 'package.json')) ?? '')) return 'husky'
  }
  return 'git'
}

/** Since version 9 git is led to `.husky/_`, whose scripts call those beside it; before, to `.husky` itself. https://typicode.github.io/husky/ */
function huskyFolder({ hooks }: Repository): string | null {
  if (basename(hooks) === '_' && ['h', 'husky.sh'].some((name) => existsSync(join(hooks, name)))) return dirname(hooks)
  return basename(hooks) === '.husky' ? hooks : null
}

/** Every file in which the hook may be. */
export function allPlaces(repository: Repository): Place[] {
  const { top, hooks } = repository
  const shared = (manager: HookManager, name: string): Place => ({ manager, file: join(top, name), isShared: true })
  const folder = huskyFolder(repository)
  const places: Place[] = [
    { manager: 'git', file: join(hooks, 'pre-push'), isShared: isBelow(top, hooks) },
    ...LEFTHOOK_FILES.map((name) => shared('lefthook', name)),
    shared('pre-commit', PRE_COMMIT_FILE),
    folder === null
      ? shared('husky', '.husky/pre-push')
      : { manager: 'husky', file: join(folder, 'pre-push'), isShared: true },
  ]
  return places.filter(({ file }, index) => places.findIndex((other) => other.file === file) === index)
}

/** In the working tree, and not in the folder that is git's own. */
function isBelow(top: string, path: string): boolean {
  const way = relative(top, path)
  return way !== '' && !way.startsWith('..') && !isAbsolute(way) && way.split(sep)[0] !== '.git'
}

/** What can be written back without a byte being another one; null for what is not UTF-8. */
export function textOf(file: string): string | null {
  try {
    const bytes = readFileSync(file)
    const text = bytes.toString('utf8')
    return Buffer.from(text).equals(bytes) ? text : null
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}
