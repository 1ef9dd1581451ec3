/** The project of a fixture: `NAME/` is what is deployed, and `NAME.left-out/`, where there is one, what lies beside it on the developer's machine. */
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { patternLines } from '../engine/facts/ignore-patterns.ts'
import { memoryTree, type Tree, type WorkingCopy } from '../engine/tree.ts'
import { walkFolder } from '../engine/tree-disk.ts'
import { folderTree } from '../engine/tree-git.ts'

export const LEFT_OUT = '.left-out'

export function fixtureTree(folder: string): Tree {
  const files = filesIn(folder)
  if (!existsSync(`${folder}${LEFT_OUT}`)) return folderTree(folder)
  return memoryTree(files, { copy: copyOf(filesIn(`${folder}${LEFT_OUT}`), memoryTree(files)) })
}

export function filesIn(folder: string): Record<string, Buffer> {
  if (!existsSync(folder)) return {}
  return Object.fromEntries(
    walkFolder(folder)
      .map(({ path }) => path)
      .sort()
      .map((path) => [path, readFileSync(join(folder, path))]),
  )
}

/** As git would judge it by the .gitignore at the top. */
function copyOf(files: Readonly<Record<string, Buffer>>, tree: Tree): WorkingCopy {
  const text = tree.read('.gitignore')?.text ?? ''
  return {
    // a disk takes a//b for a/b, and has what git holds as well
    has: (path) => [files[posix.normalize(path)], tree.bytes(posix.normalize(path))].some((each) => each !== undefined),
    modulesBelow: (folder) =>
      Object.keys(files).filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.py')),
    bytes: (path) => files[path],
    reason: (path) => {
      const found = patternLines(tree, '.gitignore').find(({ matches }) => matches(path))
      if (found === undefined) return { kind: 'untracked' }
      const line = text.slice(0, found.at.start).split('\n').length
      return { kind: 'ignored', file: '.gitignore', line, pattern: found.pattern }
    },
  }
}
