/** What a rule found, where, and what could be done about it. */
import type { Encoding } from './tree.ts'

export const LEVELS = ['error', 'warning', 'info'] as const
/** `error`: the build is refused, the app does not serve, data is lost or an attacker gets in. `warning`: hurts later. `info`: worth knowing. */
export type Level = (typeof LEVELS)[number]

/**
 * A stretch of one file of the tree, as UTF-16 offsets into its decoded text. `start === end` is a point.
 * A place without offsets stands for the file (or for a file that should be there) as a whole.
 */
export interface Place {
  readonly path: string
  readonly start?: number
  readonly end?: number
}

/** One step of the trail that leads to a finding, in the order in which production would pass it. */
export interface RelatedPlace extends Place {
  readonly message: string
}

/** Replaces `[start, end)` of the decoded text of `path` by `text`. */
export interface TextEdit {
  readonly kind: 'text'
  readonly path: string
  readonly start: number
  readonly end: number
  readonly text: string
}
export interface RenameEdit {
  readonly kind: 'rename'
  readonly path: string
  readonly to: string
}
export interface CreateEdit {
  readonly kind: 'create'
  readonly path: string
  readonly text: string
}
export interface DeleteEdit {
  readonly kind: 'delete'
  readonly path: string
}
/** Writes a file anew: in another encoding, or with other line ends, which a text edit keeps as they are. */
export interface ContentEdit {
  readonly kind: 'content'
  readonly path: string
  readonly text?: string
  readonly encoding?: Encoding
}
/** Lets a file be started as a program, or not. */
export interface ModeEdit {
  readonly kind: 'mode'
  readonly path: string
  readonly executable: boolean
}
export type Edit = TextEdit | RenameEdit | CreateEdit | DeleteEdit | ContentEdit | ModeEdit

/** `safe`: cannot change what a working app does. `unsafe`: asks to be read before it is kept. */
export type FixSafety = 'safe' | 'unsafe'

export interface Fix {
  readonly safety: FixSafety
  /** Imperative, without a full stop: "rename procfile to Procfile". */
  readonly description: string
  readonly edits: readonly Edit[]
  /** What a person has to do besides, since no edit of a file can: the finding stays until then. "run `git rm --cached .env`" */
  readonly leftToDo?: string
  /** The fault kept a file from being read: what is found there afterwards was there before. */
  readonly uncovers?: true
  /** Rules that will then speak of what the fix wrote, which is still better than it was: a requirement without a version. */
  readonly brings?: readonly string[]
}

/** What a rule hands to the runner. The runner adds the rule's name, level and consequence where the draft has none of its own. */
export interface FindingDraft {
  readonly at: Place
  /** What is wrong here and what to write instead; at most two short sentences. */
  readonly message: string
  /** What Heroku does about it, with its error code or failure reason. */
  readonly consequence?: string
  readonly level?: Level
  readonly related?: readonly RelatedPlace[]
  readonly fix?: Fix
  /** What stands at `at` is a secret: no report shows it whole. */
  readonly secret?: true
  /** Distributions that the build would have to install, where no edit of one file can see to it (a lock file, hashes). */
  readonly missing?: readonly string[]
}

export interface Related {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A finished finding: lines and columns are 1-based, columns count UTF-16 code units, the end is exclusive. */
export interface Finding {
  readonly rule: string
  readonly level: Level
  readonly message: string
  readonly consequence: string
  readonly path: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly related: readonly Related[]
  readonly fix: Fix | null
  readonly url: string
  /** What stands between start and end is a secret: no report shows it whole. */
  readonly secret?: true
  /** Distributions that the build would have to install, where no edit of one file can see to it (a lock file, hashes). */
  readonly missing?: readonly string[]
}
