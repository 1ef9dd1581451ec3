import type { Finding, Level } from '../engine/finding.ts'
import { fields, GitMissing, type GitOutput, git, gitRefusal } from '../engine/git-process.ts'
import { identities } from '../engine/identity.ts'
import { isAtLeast } from '../engine/select.ts'
import type { Tree } from '../engine/tree.ts'
import { NOT_CLONED } from '../engine/tree-commit.ts'
import { commitTree } from '../engine/tree-git.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { configOf } from './config-file.ts'
import { look, type Outcome, type Settings } from './look.ts'

/** Where the project is: a directory that is there, and the folder of the app below it, which a commit may have alone. */
export interface Whereabouts {
  readonly dir: string
  readonly folder: string
}

/**
 * Leaves only the findings that are not in the commit where the branch left `--since`; everything is analysed all the same.
 * The others are hidden, as `before`.
 *
 * A finding is an old one when its identity is (engine/identity.ts), also under the name that git says the file had, or
 * whatever the name where the old file is gone; or when the same rule said the same of the same file, and only the line was
 * written anew. One of a higher level than before is worse.
 * @throws UsageError when `--since` names no commit or has no history in common with the tree
 */
export async function onlyWorse(
  given: Arguments,
  { dir, folder }: Whereabouts,
  outcome: Outcome,
  settings: Settings,
): Promise<Outcome> {
  const { tree, result } = outcome
  const base = mergeBase(dir, given.text('since') ?? '', tree.revision ?? 'HEAD')
  const folderThen = await folderIn(given, dir, base, folder)
  const baseTree = commitTree(dir, base, folderThen)
  const earlier = await look(baseTree, settings)
  refuseGaps(baseTree, base)
  const renamed = renames(dir, base, tree.revision, folderThen, folder)
  const old = identities(earlier.result.findings, baseTree, renamed)
  const known = new Map(earlier.result.findings.map((finding) => [old.get(finding)?.id ?? '', finding.level]))
  const now = identities(result.findings, tree)
  const seen = new Set([...now.values()].map(({ id }) => id))
  // What the earlier commit had and this one has not, for lines that were only written anew and files that only moved.
  const gone = new Map<string, Level[]>()
  for (const finding of earlier.result.findings) {
    const { id, content } = old.get(finding) ?? { id: '', content: '' }
    if (seen.has(id)) continue
    const path = renamed.get(finding.path) ?? finding.path
    const key = tree.has(path) ? said(finding, path) : content
    gone.set(key, [...(gone.get(key) ?? []), finding.level])
  }
  const isOld = (finding: Finding): boolean => {
    const { id, content } = now.get(finding) ?? { id: '', content: '' }
    const before = known.get(id)
    if (before !== undefined) return isAtLeast(before, finding.level)
    return [said(finding, finding.path), content].some((key) => takeOne(gone.get(key), finding.level))
  }
  const findings = result.findings.filter((finding) => !isOld(finding))
  const hidden = { ...result.hidden, before: result.findings.length - findings.length }
  return { ...outcome, result: { ...result, findings, hidden } }
}

const said = ({ rule, message }: Finding, path: string): string => [rule, path, message].join('\0')

/** Takes a level out that is no lower than the one asked for. */
function takeOne(levels: Level[] | undefined, level: Level): boolean {
  const index = levels?.findIndex((each) => isAtLeast(each, level)) ?? -1
  return index >= 0 && levels?.splice(index, 1) !== undefined
}

/** Where the app was then: where the config of that commit says, or where it is now. */
async function folderIn(given: Arguments, dir: string, base: string, folder: string): Promise<string> {
  const top = commitTree(dir, base)
  const then = (await configThen(given, top)) ?? folder
  return [then, folder].find((named) => top.hasDirectory(named)) ?? ''
}

async function configThen(given: Arguments, top: Tree): Promise<string | undefined> {
  try {
    return (await configOf(given, top)).root
  } catch (error) {
    // A mistake of that commit is nobody's any more.
    if (error instanceof UsageError) return undefined
    throw error
  }
}

/** What was not read then would make everything that is there now look new. */
function refuseGaps(baseTree: Tree, base: string): void {
  const lacking = baseTree.skipped().filter(({ reason }) => reason === NOT_CLONED)
  const [first] = lacking
  if (first === undefined) return
  const more = lacking.length === 1 ? '' : ` and ${lacking.length - 1} more`
  throw new UsageError(
    `--since: this partial clone does not have ${first.path}${more} of the commit ${base.slice(0, 10)}: git fetch --refetch --no-filter`,
  )
}

function firstCommit(dir: string, since: string): GitOutput {
  try {
    return git(dir, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${since}^{commit}`])
  } catch (error) {
    throw error instanceof GitMissing ? new UsageError('git was not found on the PATH, and --since needs it') : error
  }
}

function mergeBase(dir: string, since: string, head: string): string {
  const commit = firstCommit(dir, since)
  if (commit.status !== 0) throw noCommit(dir, since)
  const base = git(dir, ['merge-base', commit.stdout.toString('utf8').trim(), head])
  if (base.status === 0) return base.stdout.toString('utf8').trim()
  if (base.complaint !== '') throw gitRefusal(dir, base.complaint)
  throw new UsageError(`--since: "${since}" and ${head} have no commit in common${ifShallow(dir)}`)
}

function noCommit(dir: string, since: string): UsageError {
  const ask = (...args: string[]): string | null => {
    const answer = git(dir, args)
    return answer.status === 0 ? answer.stdout.toString('utf8').trim() : null
  }
  if (ask('rev-parse', '--git-dir') === null)
    return new UsageError(`--since: ${dir} is not in a git repository, so there is no commit "${since}"`)
  if (ask('rev-list', '-n', '1', '--all') === '') return new UsageError('--since: this repository has no commit yet')
  if (ask('rev-parse', '--verify', '--quiet', '--end-of-options', since) !== null)
    return new UsageError(`--since: "${since}" is no commit`)
  const remotes = ask('remote')?.split('\n') ?? []
  const remote = remotes.find((name) => name !== '' && since.startsWith(`${name}/`))
  if (remote !== undefined) {
    const branch = since.slice(remote.length + 1)
    return new UsageError(
      `--since: there is no commit "${since}" here; fetch it first (git fetch ${remote} ${branch}:refs/remotes/${since})${ifShallow(dir)}`,
    )
  }
  const there = remotes.find(
    (name) => ask('rev-parse', '--verify', '--quiet', `refs/remotes/${name}/${since}`) !== null,
  )
  const hint = there === undefined ? ifShallow(dir) : `; did you mean "${there}/${since}"?`
  return new UsageError(`--since: there is no commit "${since}" here${hint}`)
}

/** https://github.com/actions/checkout fetches one commit unless it is told otherwise. */
function ifShallow(dir: string): string {
  const isShallow = git(dir, ['rev-parse', '--is-shallow-repository']).stdout.toString('utf8').trim() === 'true'
  return isShallow
    ? '; a shallow clone needs more history (git fetch --unshallow, or fetch-depth: 0 for actions/checkout)'
    : ''
}

/** From the path that a file had in `base` to the one that it has in a commit, or in the working tree (null); each below its folder. */
function renames(
  dir: string,
  base: string,
  revision: Tree['revision'],
  folderThen: string,
  folderNow: string,
): ReadonlyMap<string, string> {
  const to = revision === null ? [] : [revision]
  const changed = git(dir, ['diff', '--name-status', '-z', '-M', '--no-relative', '--diff-filter=R', base, ...to, '--'])
  if (changed.status !== 0) throw gitRefusal(dir, changed.complaint)
  const here = git(dir, ['rev-parse', '--show-prefix']).stdout.toString('utf8').replace(/\n$/, '')
  const below = (folder: string, path: string): string | undefined => {
    const start = folder === '' ? here : `${here}${folder}/`
    return path.startsWith(start) ? path.slice(start.length) : undefined
  }
  const map = new Map<string, string>()
  const words = fields(changed.stdout)
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [before, after] = [below(folderThen, words[at + 1] ?? ''), below(folderNow, words[at + 2] ?? '')]
    if (before !== undefined && after !== undefined) map.set(before, after)
  }
  return map
}
