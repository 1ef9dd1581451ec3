import type { Config } from '../config.ts'
import type { Finding } from '../finding.ts'
import type { Fault } from '../run.ts'
import type { Tree } from '../tree.ts'

/** What the server needs of the program that it is a part of. */
export interface Linter {
  readonly version: string
  /** The files that are deployed from a folder. @throws TreeError */
  readonly tree: (folder: string) => Tree
  /** Reads the config at the top of a tree. */
  readonly config: (tree: Tree) => Promise<Config | Mistakes>
  /** What is to be shown of a tree. */
  readonly look: (tree: Tree, config: Config) => Promise<Looked>
  /** All findings of a tree, which a fix is held to. */
  readonly everything: (tree: Tree, config: Config) => Promise<readonly Finding[]>
  /** The page of a rule, in Markdown. */
  readonly page: (rule: string) => string | undefined
  /** A page laid out for a reader who sees plain text. */
  readonly plainText: (markdown: string) => Promise<string>
}

/** What is wrong with a config, one mistake a line, each with its place in front: `.flask-dyno.yml:3:1: …`. */
export interface Mistakes {
  readonly mistakes: readonly string[]
}

export interface Looked {
  /** Is there a Flask app at all? */
  readonly isProject: boolean
  readonly findings: readonly Finding[]
  readonly faults: readonly Fault[]
  /** Mistakes of the config, and what it says in vain: one a line, with its place in front. */
  readonly mistakes: readonly string[]
  readonly idle: readonly string[]
}

export const CONFIG_FILE = '.flask-dyno.yml'
