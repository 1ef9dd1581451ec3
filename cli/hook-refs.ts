/** What a push is about: the lines that git gives a pre-push hook (https://git-scm.com/docs/githooks#_pre_push). */
import { git, gitRefusal } from '../engine/git-process.ts'

export interface PushedRef {
  /** As it was typed: a branch, a tag, a commit. */
  readonly local: string
  readonly id: string
  readonly remote: string
  readonly remoteId: string
}

export interface Remote {
  /** The same as the URL where none was named. */
  readonly name: string
  readonly url: string
}

/** One tree to look at, once for all refs that lead to it. */
export interface Subject {
  readonly commit: string
  /** Short names of the branches and tags, as the remote has them. */
  readonly names: readonly string[]
}

/** A line whose names may hold spaces is read from its end: the local one is what the person typed. */
export function readRefLines(text: string): PushedRef[] {
  return text.split('\n').flatMap((line): PushedRef[] => {
    const match = /^(.+) ([0-9a-f]{40,64}) (\S+) ([0-9a-f]{40,64})\s*$/.exec(line)
    if (match === null) return []
    const [, local = '', id = '', remote = '', remoteId = ''] = match
    return [{ local, id, remote, remoteId }]
  })
}

/** Nothing but zeros stands for what is not there: a deleted ref, a new branch. */
const isNone = (id: string): boolean => /^0+$/.test(id)

/** `https://git.heroku.com/…`, with or without who pushes, and `git@heroku.com:…`; not a repository that is called so elsewhere. */
const HEROKU_HOSTS = /^(?:[a-z][\w+.-]*:\/\/)?(?:[^/@]*@)?(?:[\w-]+\.)*heroku\.com(?:[:/]|$)/i

/** By its address, or by the name that `heroku git:remote` gives. https://devcenter.heroku.com/articles/git#create-a-heroku-remote */
export const isHeroku = ({ name, url }: Remote): boolean => HEROKU_HOSTS.test(url) || /^heroku(?:[-_.]|$)/i.test(name)

/** Heroku builds what comes to these, and nothing else: https://devcenter.heroku.com/articles/git#deploy-from-a-branch-besides-main */
const BUILT = /^refs\/heads\/(?:main|master)$/

const BRANCH = /^refs\/(?:heads|for)\//

/** `main` for `refs/heads/main`. */
export const shortName = (ref: string): string => ref.replace(/^refs\/(?:heads|tags|for)\//, '')

/** Branches of a Heroku remote from which nothing is built. */
export function unbuilt(refs: readonly PushedRef[], remote: Remote): PushedRef[] {
  if (!isHeroku(remote)) return []
  return refs.filter((ref) => !isNone(ref.id) && BRANCH.test(ref.remote) && !BUILT.test(ref.remote))
}

/**
 * The trees of a push that may be deployed: of each branch, and of each tag whose commit neither the remote nor one of the
 * branches has. Deletions, notes and the like deploy nothing.
 */
export function subjects(dir: string, refs: readonly PushedRef[], remote: Remote): Subject[] {
  const present = refs.filter(({ id }) => !isNone(id))
  if (isHeroku(remote)) {
    return byTree(
      dir,
      present.filter((ref) => BUILT.test(ref.remote)),
    )
  }
  const all = present.filter((ref) => BRANCH.test(ref.remote))
  // where so much is pushed that not all of it is looked at, what is deployed comes first
  const branches = [...all.filter((ref) => BUILT.test(ref.remote)), ...all.filter((ref) => !BUILT.test(ref.remote))]
  const tags = present.filter((ref) => ref.remote.startsWith('refs/tags/'))
  return byTree(dir, [...branches, ...newTags(dir, tags, branches, remote)])
}

function newTags(
  dir: string,
  tags: readonly PushedRef[],
  branches: readonly PushedRef[],
  remote: Remote,
): readonly PushedRef[] {
  if (tags.length === 0) return []
  const known = branches.flatMap(({ id, remoteId }) => (isNone(remoteId) ? [id] : [id, remoteId]))
  const objects = resolved(dir, [...tags.map(({ id }) => id), ...known])
  const commitOf = (id: string): readonly string[] => objects.get(id)?.commit ?? []
  const input = [...tags.flatMap(({ id }) => commitOf(id)), ...known.flatMap(commitOf).map((id) => `^${id}`)].join('\n')
  const listed = git(dir, ['rev-list', '--stdin', '--not', `--remotes=${remote.name}`], `${input}\n`)
  if (listed.status !== 0) throw gitRefusal(dir, listed.complaint)
  const unknown = new Set(listed.stdout.toString('utf8').split('\n'))
  return tags.filter(({ id }) => commitOf(id).some((commit) => unknown.has(commit)))
}

function byTree(dir: string, refs: readonly PushedRef[]): Subject[] {
  const objects = resolved(
    dir,
    refs.map(({ id }) => id),
  )
  const found = new Map<string, { commit: string; names: string[] }>()
  for (const { id, remote } of refs) {
    const [commit] = objects.get(id)?.commit ?? []
    const [tree] = objects.get(id)?.tree ?? []
    // a tag of a file, or an object that this clone does not have
    if (commit === undefined || tree === undefined) continue
    const subject = found.get(tree)
    if (subject === undefined) found.set(tree, { commit, names: [shortName(remote)] })
    else subject.names.push(shortName(remote))
  }
  return [...found.values()]
}

/** What an object is or leads to: a list of one, or of none. */
interface Peeled {
  readonly commit: readonly string[]
  readonly tree: readonly string[]
}

function resolved(dir: string, ids: readonly string[]): Map<string, Peeled> {
  if (ids.length === 0) return new Map()
  const input = ids.map((id) => `${id}^{commit}\n${id}^{tree}\n`).join('')
  const answer = git(dir, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], input)
  if (answer.status !== 0) throw gitRefusal(dir, answer.complaint)
  const lines = answer.stdout.toString('utf8').split('\n')
  const named = (line: string | undefined): string[] =>
    /^([0-9a-f]{40,64}) (?:commit|tree)$/.exec(line ?? '')?.slice(1) ?? []
  return new Map(
    ids.map((id, index) => [id, { commit: named(lines[2 * index]), tree: named(lines[2 * index + 1]) }] as const),
  )
}
