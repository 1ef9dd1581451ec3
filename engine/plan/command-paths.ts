/** Paths as a shell on the dyno sees them, made relative to the tree's root. */
import type { Tree } from '../tree.ts'
import { parseShell } from './shell.ts'
import { literal, type Word } from './shell-word.ts'

/**
 * `path`, given from the directory `cwd`, relative to the tree's root; `''` is the root.
 * Null when `cwd` is unknown and matters, or the path lies outside of `root`.
 */
export function joinPath(path: string, cwd: string | null, root: string): string | null {
  let parts: string[]
  if (path.startsWith('/')) {
    if (path !== root && !path.startsWith(root.endsWith('/') ? root : `${root}/`)) return null
    parts = path.slice(root.length).split('/')
  } else {
    if (cwd === null) return null
    parts = `${cwd}/${path.replace(/^~(?=\/|$)/, '')}`.split('/')
    if (path.startsWith('~') && root !== '/app') return null
    if (path.startsWith('~')) parts = path.slice(1).split('/')
  }
  const result: string[] = []
  for (const part of parts) {
    if (part === '' || part === '.') continue
    if (part !== '..') result.push(part)
    else if (result.pop() === undefined) return null
  }
  return result.join('/')
}

interface Here {
  readonly cwd: string | null
  readonly root: string
  /** The script that `$0` names, relative to the tree's root. */
  readonly script: string | null
}

const SCRIPT_FOLDER = /\bdirname\s+(?:--\s+)?["']?\$(?:0|\{0\}|\{?BASH_SOURCE(?:\[0\])?\}?)["']?/
const SCRIPT_CUT = /^\$\{(?:0|BASH_SOURCE(?:\[0\])?)%\/\*\}$/

/** Where `cd` with this word leads, relative to the tree's root; null when unknown or outside. No word: home, which is `/app` on a dyno. */
export function directoryOf(word: Word | undefined, here: Here): string | null {
  if (word === undefined) return here.root === '/app' ? '' : null
  const folder = here.script === null ? null : here.script.slice(0, Math.max(0, here.script.lastIndexOf('/')))
  let text = ''
  for (const part of word.parts) {
    if (part.kind === 'literal') {
      text += part.text
      continue
    }
    const name = part.kind === 'variable' ? part.name : part.text.slice(0, 400)
    let piece: string | null = null
    if (name === 'HOME' && here.root === '/app') piece = ''
    else if (name === 'PWD' || /^(?:\$\(|`)\s*pwd\s*[)`]$/.test(name)) piece = here.cwd
    else if (SCRIPT_FOLDER.test(name) || SCRIPT_CUT.test(name)) {
      const up = /\)["']?((?:\/\.\.)+)/.exec(name)?.[1] ?? ''
      piece = folder === null ? null : joinPath(`.${up}`, folder, here.root)
      // `readlink -f` and `realpath` of the script itself name a file, not its folder
    }
    if (piece === null) return null
    text += piece === '' ? here.root : `${here.root}/${piece}`
  }
  return joinPath(text, here.cwd, here.root)
}

/** A file or folder that was likely meant: the same path in another case, else the only file of that name elsewhere. */
export function nearestFile(tree: Tree, path: string): string | null {
  const lower = path.toLowerCase()
  const sameButCase = tree.paths.find((each) => each.toLowerCase() === lower)
  if (sameButCase !== undefined) return sameButCase
  const folder = tree.paths.find((each) => each.toLowerCase().startsWith(`${lower}/`))
  if (folder !== undefined) return folder.slice(0, path.length)
  const name = lower.slice(lower.lastIndexOf('/') + 1)
  const elsewhere = tree.paths.filter((each) => each.slice(each.lastIndexOf('/') + 1).toLowerCase() === name)
  return elsewhere.length === 1 ? (elsewhere[0] ?? null) : null
}

/** `pipenv run NAME` of the Pipfile's `[scripts]`: the words that it stands for (https://pipenv.pypa.io/en/latest/scripts.html). */
export function pipenvScript(tree: Tree, words: readonly Word[]): readonly Word[] {
  const [first] = words
  const name = first === undefined ? null : literal(first)
  const text = tree.has('Pipfile') ? tree.read('Pipfile')?.text : undefined
  if (first === undefined || name === null || text === undefined) return words
  let inScripts = false
  for (const line of text.split('\n')) {
    const section = /^\s*\[([^\]]*)\]/.exec(line)
    if (section !== null) inScripts = section[1]?.trim() === 'scripts'
    const script = inScripts ? /^\s*["']?([\w:.-]+)["']?\s*=\s*(["'])(.*)\2\s*$/.exec(line) : null
    if (script?.[1] !== name || script[3] === undefined) continue
    const command = script[3].replace(/\\(["\\])/g, '$1')
    const place = { start: first.start, end: first.end }
    return [...(parseShell(command, { within: place }).commands[0]?.words ?? []), ...words.slice(1)]
  }
  return words
}

/** The program that a script's first line asks for, `bash` or `python`, without version; null when there is no `#!`. */
export function shebang(text: string): string | null {
  if (!text.startsWith('#!')) return null
  const words =
    text
      .slice(2, 200)
      .split(/[\r\n]/, 1)[0]
      ?.trim()
      .split(/\s+/) ?? []
  const names = words.map((word) => word.slice(word.lastIndexOf('/') + 1))
  const name = names[0] === 'env' ? names.slice(1).find((word) => !word.startsWith('-')) : names[0]
  return name?.replace(/[\d.]+$/, '') ?? null
}
