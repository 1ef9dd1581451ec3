import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PACKAGE_MANAGERS } from '../app/package-managers.ts'
import type { ProjectUpdate } from './change-answers.ts'
import { refuseUncommitted } from './git-state.ts'
import type { MergedFile, Outcome } from './merge-project.ts'
import { relocked } from './relock.ts'
import { printDiff, write } from './write-changes.ts'

export interface ApplyOptions {
  /** Only say whether there is something to do. */
  readonly check: boolean
  /** Show the diff, write nothing. */
  readonly dryRun: boolean
  /** Go on where the change could not be taken back. */
  readonly force: boolean
  /** Commands that are left to a person. */
  readonly afterwards: readonly string[]
  /** Takes what is said to a person, line by line. */
  readonly say: (line: string) => void
}

/** How the run ended: 1 when a person has something to decide, or when `check` found something to do. */
export type ExitStatus = 0 | 1

const ORDER: readonly Outcome[] = ['added', 'updated', 'merged', 'removed', 'left', 'conflict']

/** Shows, checks or writes what was worked out: all of it or nothing. Throws a `Refusal` when it cannot be written. */
export async function applyUpdate(update: ProjectUpdate, options: ApplyOptions): Promise<ExitStatus> {
  const { say } = options
  if (update.changes.length === 0) {
    sayFiles(update.files, say)
    say(`Nothing to do: ${update.record.project.name} is as generator-flask-dyno ${update.version} makes it.`)
    return 0
  }
  if (options.check || options.dryRun) return await show(update, options)
  if (!options.force) refuseUncommitted(update.root, editedFiles(update))
  const final = await relocked(update, say)
  sayHeading(final, say)
  sayFiles(final.files, say)
  await write(final.root, final.changes)
  removeEmptied(final)
  return sayRest(final, options)
}

/** `--check` and `--dry-run`: no tool runs for them, so that a lock file may look as if it had to be decided about. */
async function show(update: ProjectUpdate, { check, dryRun, say }: ApplyOptions): Promise<ExitStatus> {
  if (dryRun) await printDiff(update.changes)
  sayHeading(update, say)
  sayFiles(update.files, say)
  say(check ? 'An update would change this project; nothing was written.' : 'This was a dry run: nothing was written.')
  return check ? 1 : 0
}

/** Folders that lost their last file go with it, as git has it. */
function removeEmptied({ root, changes }: ProjectUpdate): void {
  for (const { from, to } of changes) {
    if (from === null || to !== null) continue
    for (let folder = dirname(from); folder !== '.'; folder = dirname(folder)) {
      const place = join(root, folder)
      if (!existsSync(place)) continue
      if (readdirSync(place).length > 0) break
      rmdirSync(place)
    }
  }
}

/** Files that hold what a person wrote, and are to be changed. */
function editedFiles({ files, changes }: ProjectUpdate): string[] {
  const edited = files.filter(({ outcome }) => outcome === 'merged' || outcome === 'conflict').map(({ path }) => path)
  return edited.filter((path) => changes.some((change) => change.from === path))
}

function sayHeading({ record, version, changed }: ProjectUpdate, say: (line: string) => void): void {
  const { project, version: before } = record
  if (before !== version) say(`${project.name} was made by generator-flask-dyno ${before}; this is ${version}.`)
  for (const answer of changed) say(`  ${answer}`)
}

function sayFiles(files: readonly MergedFile[], say: (line: string) => void): void {
  const width = Math.max(...ORDER.map((outcome) => outcome.length))
  const sorted = [...files].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome))
  for (const { path, outcome, reason } of sorted) {
    say(`  ${outcome.padEnd(width)}  ${path}${reason === undefined ? '' : `: ${reason}`}`)
  }
}

/** What is left to a person: conflicts, and commands to run. */
function sayRest({ files, changes, answers }: ProjectUpdate, { afterwards, say }: ApplyOptions): ExitStatus {
  const conflicts = files.filter(({ outcome }) => outcome === 'conflict').length
  if (conflicts > 0) {
    const wait = conflicts === 1 ? 'One file waits' : `${conflicts} files wait`
    say(`${wait} for you to decide: "conflict" above says where. Then run the tests, and commit.`)
    return 1
  }
  const { files: manifests, install } = PACKAGE_MANAGERS[answers.packageManager]
  const installs = changes.some(({ to }) => to !== null && manifests.includes(to)) ? install.slice(-1) : []
  const commands = [...afterwards, ...installs]
  say('Look at the diff, run the tests, and commit.')
  if (commands.length > 0) say(`Before that: ${commands.join('; ')}`)
  return 0
}
