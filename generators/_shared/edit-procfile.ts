import type { Tree } from 'flask-dyno'
import { type Addition, appended } from './edit-text.ts'
import type { Process } from './part.ts'

const PATH = 'Procfile'

/** https://devcenter.heroku.com/articles/procfile#procfile-format */
const LINE = /^([A-Za-z0-9_-]+):\s*(.+?)\s*$/

/** Adds process types that the Procfile does not have, each in a line of its own; one that it has is left as it is. */
export function addProcesses(tree: Tree, processes: readonly Pick<Process, 'type' | 'command'>[]): Addition {
  const file = tree.read(PATH)
  const there = new Map<string, string>()
  for (const line of file?.text.split('\n') ?? []) {
    const [, type, command] = LINE.exec(line) ?? []
    if (type !== undefined && command !== undefined) there.set(type, command)
  }
  const wanted = processes.filter(({ type }) => !there.has(type))
  const left = processes.flatMap(({ type, command }) => {
    const known = there.get(type)
    return known === undefined || known === command
      ? []
      : [`The Procfile has a process "${type}" already, which was left as it is; ours would be: ${type}: ${command}`]
  })
  return {
    edits: appended(
      tree,
      PATH,
      wanted.map(({ type, command }) => `${type}: ${command}`),
    ),
    left,
  }
}
