/** Files of patterns in the manner of .gitignore: .slugignore and .gitattributes. */
import type { Place } from '../finding.ts'
import { matchesGlob } from '../glob.ts'
import type { Tree } from '../tree.ts'

export interface PatternLine {
  readonly pattern: string
  /** What follows the pattern on the line: the attributes of .gitattributes. */
  readonly rest: string
  readonly at: Place
  readonly matches: (path: string) => boolean
}

/** A pattern without a slash inside matches at any depth: https://git-scm.com/docs/gitignore#_pattern_format */
function matcher(pattern: string, folder: string): (path: string) => boolean {
  const inner = pattern.replace(/\/+$/, '')
  const rooted = inner.replace(/^\//, '')
  const glob = inner.includes('/') ? rooted : `**/${rooted}`
  return (path) => path.startsWith(folder) && matchesGlob(path.slice(folder.length), glob)
}

/** The patterns of one file, relative to the folder in which it stands; empty when there is no such file. */
export function patternLines(tree: Tree, path: string): PatternLine[] {
  const text = tree.read(path)?.text ?? ''
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const lines: PatternLine[] = []
  let start = 0
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    const begin = start + raw.length - raw.trimStart().length
    start += raw.length + 1
    // Heroku knows no negation: https://devcenter.heroku.com/articles/slug-compiler#ignoring-files-with-slugignore
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue
    const [pattern = '', ...rest] = line.split(/\s+/)
    const at = { path, start: begin, end: begin + line.length }
    lines.push({ pattern, rest: rest.join(' '), at, matches: matcher(pattern, folder) })
  }
  return lines
}

/**
 * The line of .slugignore that takes a file out before the buildpack runs, if there is one. Only Cedar reads it:
 * https://devcenter.heroku.com/articles/slug-compiler#ignoring-files-with-slugignore
 */
export function slugignore(tree: Tree, generation: 'cedar' | 'fir'): (path: string) => PatternLine | undefined {
  const lines = generation === 'cedar' && tree.has('.slugignore') ? patternLines(tree, '.slugignore') : []
  return (path) => lines.find((line) => line.matches(path))
}
