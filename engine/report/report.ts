import type { Finding, Level } from '../finding.ts'
import type { Hidden } from '../run.ts'
import type { Tree } from '../tree.ts'

/** Something to know that is no finding: a file that could not be read, a folder that is no Flask project. */
export interface Note {
  readonly path: string | null
  readonly message: string
}

/** All that a format may show. */
export interface Report {
  readonly version: string
  /** How the reader calls the program, where that is not `flask-dyno`. */
  readonly program?: string
  readonly tree: Tree
  /** What stands before a path of the tree for a reader at the top of the repository: '' or `backend/`. */
  readonly prefix: string
  /** False for a folder without a Flask project, where finding nothing means nothing. */
  readonly isProject: boolean
  readonly findings: readonly Finding[]
  readonly hidden: Hidden
  readonly notes: readonly Note[]
  readonly summary: Summary
}

export interface Summary {
  readonly error: number
  readonly warning: number
  readonly info: number
  /** Files of the tree. */
  readonly files: number
  readonly milliseconds: number
}

export function countLevels(findings: readonly Finding[]): Record<Level, number> {
  const counts = { error: 0, warning: 0, info: 0 }
  for (const finding of findings) counts[finding.level]++
  return counts
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/**
 * Text of a project, made harmless on a terminal: escape sequences, bells and characters that turn the reading direction
 * become one visible sign each, so that columns stay where they are. Tabs are kept.
 */
export const harmless = (text: string): string => text.replace(CONTROL, '\u00b7')

/** The same in one line, for paths and messages. */
export const oneLine = (text: string): string => harmless(text.replace(/\s*[\r\n]+\s*/g, ' ').replaceAll('\t', ' '))
