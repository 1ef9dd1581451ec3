import type { Finding } from '../engine/finding.ts'
import { fields, git, gitRefusal } from '../engine/git-process.ts'
import { identities } from '../engine/identity.ts'
import type { Tree } from '../engine/tree.ts'
import { commitTree } from '../engine/tree-git.ts'
import { UsageError } from './arguments.ts'
import { look, type Outcome, type Settings } from './look.ts'

/**
 * Leaves only the findings that are not in the commit where the branch left `since`; everything is analysed all the same.
 * The others are hidden, as `before`.
 *
 * A finding is an old one when its identity is (engine/identity.ts), also under the name that git says the file had; or
 * when the same rule said the same of the same file, and only the line was written anew.
 * @throws UsageError when `since` names no commit or has no history in common with the tree
 */
export async function onlyWorse(dir: string, since: string, outcome: Outcome, settings: Settings): Promise<Outcome> {
  const { tree, result } = outcome
  const base = mergeBase(dir, since, tree.revision ?? 'HEAD')
  const baseTree = commitTree(dir, base)
  const earlier = await look(baseTree, settings)
  const renamed = renames(dir, base, tree.revision)
  const old = identities(earlier.result.findings, baseTree, renamed)
  const known = new Set([...old.values()].map(({ id }) => id))
  const now = identities(result.findings, tree)
  const seen = new Set([...now.values()].map(({ id }) => id))
  // What the earlier commit had and this one has not, for lines that were only written anew.
  const gone = counted(
    earlier.result.findings.filter((finding) => !seen.has(old.get(finding)?.id ?? '')),
    (finding) => said(finding, renamed.get(finding.path) ?? finding.path),
  )
  const findings = result.findings.filter((finding) => {
    if (known.has(now.get(finding)?.id ?? '')) return false
    const key = said(finding, finding.path)
    const left = gone.get(key) ?? 0
    gone.set(key, left - 1)
    return left <= 0
  })
  const hidden = { ...result.hidden, before: result.findings.length - findings.length }
  return { ...outcome, result: { ...result, findings, hidden } }
}

const said = ({ rule, message }: Finding, path: string): string => [rule, path, message].join('\0')

function counted(findings: readonly Finding[], key: (finding: Finding) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const finding of findings) counts.set(key(finding), (counts.get(key(finding)) ?? 0) + 1)
  return counts
}

function mergeBase(dir: string, since: string, head: string): string {
  const commit = git(dir, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${since}^{commit}`])
  if (commit.status !== 0) {
    throw new UsageError(
      `--since: there is no commit "${since}" here; in CI, fetch it first (git fetch origin ${since})`,
    )
  }
  const base = git(dir, ['merge-base', commit.stdout.toString('utf8').trim(), head])
  if (base.status === 0) return base.stdout.toString('utf8').trim()
  if (base.complaint !== '') throw gitRefusal(dir, base.complaint)
  throw new UsageError(
    `--since: "${since}" and ${head} have no commit in common; a shallow clone needs more history (git fetch --unshallow)`,
  )
}

/** From the path that a file had in `base` to the one that it has in a commit, or in the working tree (null). */
function renames(dir: string, base: string, revision: Tree['revision']): ReadonlyMap<string, string> {
  const to = revision === null ? [] : [revision]
  const changed = git(dir, ['diff', '--name-status', '-z', '-M', '--relative', '--diff-filter=R', base, ...to, '--'])
  if (changed.status !== 0) throw gitRefusal(dir, changed.complaint)
  const map = new Map<string, string>()
  const words = fields(changed.stdout)
  for (let at = 0; at + 2 < words.length; at += 3) map.set(words[at + 1] ?? '', words[at + 2] ?? '')
  return map
}
