import { styleText } from 'node:util'
import { type FileChange, harmless, unifiedDiff } from 'flask-dyno'

/** Written by a tool, for tools to read. */
const LOCK = /(?:^|\/)(?:uv\.lock|poetry\.lock|Pipfile\.lock)$/
/** Above this many lines, a terminal shows only that a lock file changes. */
const MOST_LOCK_LINES = 40

/**
 * The changes as a unified diff. Into a pipe it is exact, so that `git apply` takes it; on a terminal it is made harmless and
 * painted, and a long one of a lock file is left out.
 */
export function shownDiff(changes: readonly FileChange[], stream: NodeJS.WriteStream): string {
  if (!stream.isTTY) return unifiedDiff(changes)
  const paint = stream.hasColors() ? painted : (line: string) => line
  return changes.map((change) => terminalDiff(change).split('\n').map(paint).join('\n')).join('')
}

function terminalDiff(change: FileChange): string {
  const diff = unifiedDiff([change]).replaceAll('\r\n', '\n').split('\n').map(harmless)
  const name = change.to ?? change.from ?? ''
  if (!LOCK.test(name) || diff.length <= MOST_LOCK_LINES) return diff.join('\n')
  const changed = diff.filter((line) => /^[+-](?![+-]{2} )/.test(line)).length
  return `${diff[0] ?? ''}\n(${changed} lines, as the tool of this lock file writes them)\n`
}

function painted(line: string): string {
  if (/^(?:diff|---|\+\+\+|rename|similarity|old mode|new mode|new file|deleted file)/.test(line))
    return styleText('bold', line)
  if (line.startsWith('@@')) return styleText('cyan', line)
  if (line.startsWith('+')) return styleText('green', line)
  return line.startsWith('-') ? styleText('red', line) : line
}
