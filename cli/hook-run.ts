import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { type Finding, LEVELS, type Level } from '../engine/finding.ts'
import { GitMissing, git, TreeError } from '../engine/git-process.ts'
import { identities } from '../engine/identity.ts'
import { paint } from '../engine/report/paint.ts'
import { countLevels, oneLine } from '../engine/report/report.ts'
import { text } from '../engine/report/text.ts'
import { isAtLeast } from '../engine/select.ts'
import type { Tree } from '../engine/tree.ts'
import { NOT_CLONED } from '../engine/tree-commit.ts'
import { commitTree, workingTree } from '../engine/tree-git.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { knownByConfig } from './baseline.ts'
import { calledAs } from './called-as.ts'
import { type Config, configOf } from './config-file.ts'
import {
  isHeroku,
  type PushedRef,
  type Remote,
  readRefLines,
  type Subject,
  shortName,
  subjects,
  unbuilt,
} from './hook-refs.ts'
import { look, type Outcome, settingsOf } from './look.ts'
import { columnsOf, complain, wantsColor } from './output.ts'
import manifest from './package.json' with { type: 'json' }

/** More trees than these in one push are a copy of a repository, and nobody waits for it. */
const MOST_SUBJECTS = 20

/** More findings than these are not read in the middle of a push. */
const MOST_SHOWN = 10

/**
 * `flask-dyno hook run`: what git's pre-push hook calls. Everything is said on stderr, where git speaks too.
 *
 * Status 1 stops the push. What is no fault of the project, such as a fault in flask-dyno, does so with `--required` only.
 */
export async function runHook(given: Arguments, [name = '', url = name]: readonly string[]): Promise<number> {
  const dir = whereGitIs()
  const { refs, remote } = push(dir, { name, url })
  for (const ref of unbuilt(refs, remote)) complain(unbuiltLine(ref, remote))
  let found: readonly Subject[]
  try {
    found = subjects(dir, refs, remote)
  } catch (error) {
    return goesUnseen(given, 'this push', error) ? 0 : 1
  }
  const most = given.flag('required') ? found.length : MOST_SUBJECTS
  for (const left of found.slice(most)) complain(`not looked at, since so much is pushed: ${named(left)}`)
  let stopped = false
  for (const subject of found.slice(0, most)) {
    if (await isStopped(given, dir, subject, remote)) stopped = true
  }
  return stopped ? 1 : 0
}

/** Says why something could not be looked at, and whether it is pushed all the same. */
function goesUnseen(given: Arguments, what: string, error: unknown): boolean {
  const goes = !given.flag('required')
  const message = error instanceof Error ? error.message : String(error)
  const whose = error instanceof TreeError || error instanceof GitMissing ? '' : 'a fault in flask-dyno itself: '
  const how = goes ? 'is pushed without having been looked at' : 'is not pushed, since it could not be looked at'
  complain(`${what} ${how}: ${whose}${message}`)
  if (given.flag('verbose') && error instanceof Error) complain(error.stack ?? '')
  return goes
}

/**
 * git runs a hook at the top of the working tree. With `git --git-dir=…` that may be in no repository, or in another one, and
 * then the objects of the one that is pushed are all there is.
 */
function whereGitIs(): string {
  const here = process.cwd()
  const { GIT_DIR } = process.env
  if (GIT_DIR === undefined || GIT_DIR === '') return here
  const found = git(here, ['rev-parse', '--absolute-git-dir'])
  const isSame = found.status === 0 && isSamePlace(found.stdout.toString('utf8').trimEnd(), GIT_DIR)
  return isSame ? here : GIT_DIR
}

function isSamePlace(one: string, other: string): boolean {
  try {
    return realpathSync.native(one) === realpathSync.native(other)
  } catch {
    // A name that leads nowhere: git refuses it in its own words.
    return false
  }
}

interface Push {
  readonly refs: readonly PushedRef[]
  readonly remote: Remote
}

/** From stdin; under pre-commit, which reads that itself, from what it tells of the first ref (https://pre-commit.com/#pre-push). */
function push(dir: string, remote: Remote): Push {
  const { env, stdin } = process
  if (env.PRE_COMMIT === '1' && env.PRE_COMMIT_REMOTE_BRANCH !== undefined && remote.name === '') {
    const { PRE_COMMIT_LOCAL_BRANCH: local = '', PRE_COMMIT_REMOTE_BRANCH: branch } = env
    const { PRE_COMMIT_REMOTE_NAME: name = '', PRE_COMMIT_REMOTE_URL: url = name } = env
    const id = env.PRE_COMMIT_TO_REF ?? git(dir, ['rev-parse', '--verify', local]).stdout.toString('utf8').trim()
    return { remote: { name, url }, refs: [{ local, id, remote: branch, remoteId: '0'.repeat(id.length) }] }
  }
  if (stdin.isTTY === true) {
    throw new UsageError(
      'hook run is for git, which says on stdin what is pushed; flask-dyno lint --rev COMMIT looks at a commit',
    )
  }
  return { remote, refs: readRefLines(readFileSync(0, 'utf8')) }
}

function unbuiltLine({ local, remote: there }: PushedRef, { name }: Remote): string {
  const from = local.startsWith('refs/') ? shortName(local) : local
  return oneLine(
    `Heroku builds main and master only, so pushing to ${shortName(there)} deploys nothing; git push ${withoutPassword(name)} ${from}:main does`,
  )
}

/** A remote without a name is called by its address, and that may hold an API key. */
const withoutPassword = (name: string): string => name.replace(/^([a-z][\w+.-]*:\/\/)[^/@]*@/i, '$1')

const named = ({ commit, names }: Subject): string => oneLine(`${names.join(', ')} (${commit.slice(0, 7)})`)

async function isStopped(given: Arguments, dir: string, subject: Subject, remote: Remote): Promise<boolean> {
  try {
    const judged = await judge(given, dir, subject, remote)
    if (judged === null || judged.findings.length === 0) return false
    await tell(given, dir, subject, judged)
    return true
  } catch (error) {
    if (!(error instanceof UsageError)) return !goesUnseen(given, named(subject), error)
    complain(`${named(subject)} is not pushed:\n${error.message}\n`.trimEnd())
    complain('git push --no-verify pushes all the same')
    return true
  }
}

interface Judged {
  readonly outcome: Outcome
  /** The command that shows all of it again. */
  readonly command: string
  /** Those that stop the push. */
  readonly findings: readonly Finding[]
  readonly again: (tree: Tree) => Promise<Outcome>
}

/** Null where there is nothing to judge: the folder of the app is not in that commit, or the config wants nothing looked at. */
async function judge(given: Arguments, dir: string, subject: Subject, remote: Remote): Promise<Judged | null> {
  const { commit } = subject
  const wanted = given.text('dir') ?? ''
  const isThere = wanted === '' || git(dir, ['rev-parse', '--verify', '--quiet', `${commit}:${wanted}`]).status === 0
  // Heroku builds the top of what it gets, and `git subtree push --prefix backend` makes the folder the top.
  if (!isThere && !isHeroku(remote)) return null
  const folder = isThere ? wanted : ''
  const top = commitTree(dir, commit, folder)
  const config = await configOf(given, top)
  const floor = floorOf(config, remote)
  if (floor === 'off') return null
  const tree =
    config.root === undefined ? top : commitTree(dir, commit, folder === '' ? config.root : `${folder}/${config.root}`)
  const settings = settingsOf(given, floor === 'info' ? { ...config, preset: 'strict' } : config)
  const outcome = knownByConfig(config, await look(tree, settings))
  for (const { rule, error } of outcome.result.faults) {
    complain(`the rule ${rule} failed, a fault in flask-dyno: ${error instanceof Error ? error.message : error}`)
    if (given.flag('required')) throw error
  }
  const unread = outcome.tree.skipped().filter(({ reason }) => reason === NOT_CLONED).length
  if (unread > 0) complain(`not all of ${named(subject)} was looked at: this clone lacks ${unread} of its files`)
  return {
    outcome,
    command: [
      `${calledAs()} lint`,
      ...(folder === '' ? [] : [/^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`]),
      ...(floor === 'info' && config.preset !== 'strict' ? ['--preset strict'] : []),
      `--rev ${subject.commit.slice(0, 10)}`,
    ].join(' '),
    findings: outcome.result.findings.filter(({ level }) => isAtLeast(level, floor)),
    again: (at) => look(at, settings),
  }
}

/** A push to Heroku deploys, so that what hurts later stops it as well. */
function floorOf({ push }: Config, remote: Remote): Level | 'off' {
  return isHeroku(remote) ? (push?.heroku ?? 'warning') : (push?.others ?? 'error')
}

async function tell(
  given: Arguments,
  dir: string,
  subject: Subject,
  { outcome, command, findings, again }: Judged,
): Promise<void> {
  const { tree, facts } = outcome
  const shown = LEVELS.flatMap((level) => findings.filter((finding) => finding.level === level)).slice(0, MOST_SHOWN)
  const counts = countLevels(findings)
  const report = {
    version: manifest.version,
    tree,
    prefix: '',
    isProject: facts.plan !== undefined,
    findings: shown,
    hidden: outcome.result.hidden,
    notes: [],
    summary: { ...counts, files: tree.paths.length, milliseconds: 0 },
  }
  const colours = await paint(wantsColor(given, false, process.stderr))
  process.stderr.write(`\n${text(report, colours, { quiet: true, columns: columnsOf(process.stderr) })}\n`)
  const more = findings.length > shown.length ? `; ${shown.length} of them are shown` : ''
  complain(`not pushed: ${countWords(counts)} in ${named(subject)}${more}`)
  const mended = await mendedSince(dir, outcome, findings, again)
  if (mended > 0) {
    const these = mended < findings.length ? `${mended} of them` : mended === 1 ? 'it' : 'all of them'
    complain(`  the working tree has ${these} mended: commit that, too`)
  }
  complain(`  ${oneLine(command)}  shows all of it again`)
  complain('  git push --no-verify  pushes all the same')
}

function countWords({ error, warning, info }: Readonly<Record<Level, number>>): string {
  const counted = (count: number, one: string): string[] =>
    count === 0 ? [] : [`${count} ${one}${count === 1 || one === 'info' ? '' : 's'}`]
  const parts = [...counted(error, 'error'), ...counted(warning, 'warning'), ...counted(info, 'info')]
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** How many of the findings the working tree does not have any more; 0 where another commit is checked out. */
async function mendedSince(
  dir: string,
  { tree, result }: Outcome,
  findings: readonly Finding[],
  again: Judged['again'],
): Promise<number> {
  const head = git(dir, ['rev-parse', '--is-inside-work-tree', 'HEAD']).stdout.toString('utf8').split('\n')
  if (head[0] !== 'true' || head[1] !== tree.revision || !existsSync(tree.root)) return 0
  if (git(dir, ['diff', '--quiet', '--no-ext-diff', 'HEAD', '--']).status === 0) return 0
  const now = await again(workingTree(tree.root))
  const left = new Set([...identities(now.result.findings, now.tree).values()].map(({ id }) => id))
  const before = identities(result.findings, tree)
  return findings.filter((finding) => !left.has(before.get(finding)?.id ?? '')).length
}
