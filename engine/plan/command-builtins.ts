/** Shell builtins whose effect later commands see: the directory, variables, sourced files. */
import type { Place } from '../finding.ts'
import { readString } from './command-follow.ts'
import { directoryOf, joinPath, nearestFile } from './command-paths.ts'
import { opaqueWord } from './command-state.ts'
import { type Frame, MAX_DEPTH, type Walk } from './command-walk.ts'
import { dropPrefix, expand, type Word } from './shell-word.ts'

/** Builtins whose effect is nothing that matters here. */
const BUILTINS = new Set(
  'echo printf true false : test [ [[ wait trap ulimit umask read return break continue type hash alias unalias shopt pwd let sleep getopts local readonly jobs kill times'.split(
    ' ',
  ),
)

/** Lets a builtin take effect; false when `name` is no builtin. */
export function runBuiltin(walk: Walk, name: string, rest: readonly Word[], at: Place, frame: Frame): boolean {
  const { state, conditions } = frame
  switch (name) {
    case 'cd':
    case 'pushd':
      enter(walk, rest, at, frame)
      return true
    case 'popd':
      state.enter(null, conditions)
      return true
    case 'exit':
      walk.end(frame)
      return true
    case 'export':
    case 'declare':
    case 'typeset':
    case 'readonly':
    case 'local':
      declare(rest, name === 'export' || rest.some((word) => /^-\w*x/.test(word.raw)), frame)
      return true
    case 'set':
      for (const word of rest) if (word.raw === '-a' || word.raw === '+a') state.exportAll = word.raw === '-a'
      if (rest.some((word) => word.raw === 'allexport')) state.exportAll = rest[0]?.raw === '-o'
      if (rest[0]?.raw === '--') state.parameters = conditions.length > 0 ? null : rest.slice(1)
      return true
    case 'shift':
      state.parameters = conditions.length > 0 ? null : (state.parameters?.slice(1) ?? null)
      return true
    case 'unset':
      for (const word of rest) state.assign(word.raw, { ...opaqueWord(word), path: frame.path }, false, conditions)
      return true
    case '.':
    case 'source':
      source(walk, rest, at, frame)
      return true
    case 'eval':
      if (rest.length > 0 && frame.depth < MAX_DEPTH) readString(walk, rest, at, { ...frame, depth: frame.depth + 1 })
      return true
    default:
      return BUILTINS.has(name)
  }
}

function declare(words: readonly Word[], exported: boolean, frame: Frame): void {
  const { state, conditions } = frame
  for (const word of words) {
    const first = word.parts[0]
    const text = first?.kind === 'literal' ? first.text : ''
    const equals = /^([A-Za-z_]\w*)=/.exec(text)
    if (equals !== null) {
      const value = { ...dropPrefix(word, equals[0].length), path: frame.path }
      state.assign(equals[1] ?? '', state.fillOne(value, conditions), exported, conditions)
    } else if (exported && /^[A-Za-z_]\w*$/.test(text)) state.export(text, conditions)
  }
}

function enter(walk: Walk, rest: readonly Word[], at: Place, frame: Frame): void {
  const { state, conditions } = frame
  const target = rest.find((word) => !/^-[LPe@]*$/.test(word.raw) && word.raw !== '--')
  const here = state.cwd(conditions)
  const directory = directoryOf(target, { cwd: here, root: walk.root, script: frame.script })
  if (directory !== null && !walk.tree.hasDirectory(directory)) {
    // a folder that an earlier command makes is none of ours to judge
    const made = walk.invocations.some((each) =>
      ['mkdir', 'git', 'tar', 'unzip', 'cp', 'mv', 'npm'].includes(each.programName ?? ''),
    )
    if (!made) walk.problem('directory-missing', at, directory, frame, nearestFile(walk.tree, directory))
  }
  state.enter(directory, conditions)
}

function source(walk: Walk, rest: readonly Word[], at: Place, frame: Frame): void {
  const [word] = rest
  const name = word === undefined ? null : expand(word, new Map([['HOME', walk.root]]))
  const path = name === null ? null : joinPath(name, frame.state.cwd(frame.conditions), walk.root)
  if (path === null || frame.depth >= MAX_DEPTH) return
  const file = walk.tree.read(path)
  if (file === undefined) {
    if (!walk.tree.has(path)) walk.problem('script-missing', at, path, frame, nearestFile(walk.tree, path))
    return
  }
  const parameters = frame.state.parameters
  if (rest.length > 1) frame.state.parameters = rest.slice(1)
  walk.read(
    file.text,
    { base: 0 },
    { ...walk.inside(path, at, frame), state: frame.state, functions: frame.functions, script: frame.script },
  )
  frame.state.parameters = parameters
}
