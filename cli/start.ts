/**
 * The first file that runs, and a small one: git lists the files while the main file is still being loaded and compiled.
 * That takes about as long, on the other processor, and is a tenth of a lint of a new project.
 */
import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { listEarly } from '../engine/git-process.ts'
import { runCompiled } from './compiled.ts'
import { waitBeforeOptimizing } from './engine-flags.ts'

const COMMANDS_WITH_A_TREE = new Set(['lint', 'plan'])

/** The directory that the words seem to name; a wrong guess costs nothing but git's time. */
function likelyDirectory(words: readonly string[]): string | null {
  if (words.some((word) => /^--(?:rev|each|help|version)\b|^-[hV]$/.test(word))) return null
  const [first = ''] = words
  const rest = COMMANDS_WITH_A_TREE.has(first) ? words.slice(1) : words
  if (rest === words && /^[a-z]+$/.test(first) && !existsSync(first)) return null
  const named = rest.find((word) => !word.startsWith('-') && isDirectory(word))
  return resolve(named ?? '.')
}

/**
 * A file is refused later, in words: git cannot be started in one, and the value of an option often names one. What cannot be
 * looked at, such as a name that is too long, is none.
 */
const isDirectory = (word: string): boolean => existsSync(word) && statSync(word).isDirectory()

function isBelowGit(directory: string): boolean {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true
    if (dirname(at) === at) return false
  }
}

const directory = likelyDirectory(process.argv.slice(2))
if (directory !== null && isBelowGit(directory)) listEarly(directory)
waitBeforeOptimizing()
runCompiled(join(__dirname, 'command-line.cjs'))
