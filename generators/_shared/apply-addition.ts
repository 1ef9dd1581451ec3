import type { AddedPart } from './add-part.ts'
import type { ApplyOptions, ExitStatus } from './apply-update.ts'
import { refuseUncommitted } from './git-state.ts'
import { printDiff, write } from './write-changes.ts'

/** Shows or writes what was added to a project that this generator did not make: all of it or nothing. */
export async function applyAddition(
  root: string,
  added: AddedPart,
  { dryRun, force, say }: Pick<ApplyOptions, 'dryRun' | 'force' | 'say'>,
): Promise<ExitStatus> {
  const { changes, left, byHand, commands } = added
  if (changes.length === 0) {
    for (const sentence of left) say(sentence)
    if (left.length === 0) say('Nothing to do: it is all there.')
    return left.length === 0 ? 0 : 1
  }
  if (dryRun) await printDiff(changes)
  else {
    if (!force)
      refuseUncommitted(
        root,
        changes.flatMap(({ from }) => from ?? []),
      )
    await write(root, changes)
  }
  for (const { from, to } of changes)
    say(`  ${(from === null ? 'added' : to === null ? 'removed' : 'changed').padEnd(7)}  ${to ?? from}`)
  for (const sentence of left) say(sentence)
  for (const { where, lines } of byHand) {
    say('')
    say(`To be written by hand, ${where}:`)
    say('')
    for (const line of lines.split('\n')) say(line === '' ? '' : `    ${line}`)
  }
  say('')
  if (dryRun) say('This was a dry run: nothing was written.')
  else say(`Look at the diff, run the tests, and commit.${commands.length === 0 ? '' : ' Then:'}`)
  if (!dryRun) for (const command of commands) say(`  ${command}`)
  return 0
}
