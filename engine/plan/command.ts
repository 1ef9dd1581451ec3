/** From the text of a process to the programs that it starts. Nothing is run. */
import type { Place, RelatedPlace } from '../finding.ts'
import type { Tree } from '../tree.ts'
import { Walk } from './command-walk.ts'
import type { Condition } from './shell.ts'
import type { PlacedWord, Word } from './shell-word.ts'

export { isServer, serving } from './command-serving.ts'

/** A script that a command runs and that the tree does not hold. */
export interface MissingScript {
  /** Relative to the tree's root. */
  readonly path: string
  /** A file of the tree that was likely meant: the same name in another case, or in another folder. */
  readonly nearest: string | null
}

/** One program that a process starts, with its wrappers taken away and what its script set filled in. */
export interface Invocation {
  /** The word that names the program; its places, like those of all words here, are offsets in `path`. */
  readonly program: Word
  /** The program's name without its folder: `gunicorn`, `python`. Null when the name is not known. `python -m gunicorn` is `gunicorn`. */
  readonly programName: string | null
  /** Behind the program's name; variables that the script itself set are filled in, the dyno's own are left. */
  readonly arguments: readonly Word[]
  /** What the line or script adds to the dyno's environment: `A=b cmd`, `env A=b cmd`, `export A=b` on the way. An opaque word: set, but not known to what. */
  readonly environment: ReadonlyMap<string, PlacedWord>
  /** From the outside in: `exec`, `newrelic-admin run-program`, `bin/start-pgbouncer`, `python -m`, … */
  readonly wrappers: readonly string[]
  /** Relative to the tree's root, `''` for the root itself; null when unknown. */
  readonly cwd: string | null
  readonly conditional: boolean
  /** Outermost first; none for a command that always runs. `Condition.id` is unique over one call of `invocations`. */
  readonly conditions: readonly Condition[]
  readonly background: boolean
  /** Its output goes into another program, or it reads another's. */
  readonly piped: 'from' | 'to' | 'both' | null
  /** The file that holds the text: the Procfile, or a script. */
  readonly path: string
  /** The simple command. */
  readonly at: Place
  /** The steps that lead to `at`, from the process line on; empty for a program that the line itself names. */
  readonly trail: readonly RelatedPlace[]
  /** The program is a script of the project that does not exist. */
  readonly missing: MissingScript | null
  /** Process type, when `honcho start` or its like expands to it. */
  readonly processType: string | null
}

export type CommandProblemKind =
  /** An unquoted `(`: bash refuses the line, exit status 2. */
  | 'unquoted-parenthesis'
  | 'unterminated-quote'
  | 'syntax'
  /** A shell script with CRLF line ends. */
  | 'carriage-return'
  | 'script-missing'
  /** Run as `./script` but without the executable bit in git: exit status 126. */
  | 'script-not-executable'
  /** Run by its bare name from the working directory, which is not on PATH: exit status 127. */
  | 'script-not-on-path'
  /** `cd` into a folder that the tree does not hold. */
  | 'directory-missing'

export interface CommandProblem {
  readonly kind: CommandProblemKind
  readonly at: Place
  /** The path that is missing or not executable, else the text that is to blame. */
  readonly detail: string
  /** For `script-missing`: the file that was likely meant. */
  readonly nearest: string | null
  readonly conditional: boolean
  readonly trail: readonly RelatedPlace[]
}

export interface Invocations {
  /** In the order in which they stand. Builtins such as `cd` and `export` take effect and are not listed. */
  readonly invocations: readonly Invocation[]
  readonly problems: readonly CommandProblem[]
}

export interface InvocationOptions {
  /** Working directory at the start, relative to the tree's root; null when unknown. Default `''`. */
  readonly cwd?: string | null
  /** Where the tree's root lies on the dyno or in the container. Default `/app` (https://devcenter.heroku.com/articles/dynos). */
  readonly root?: string
  /** Environment that is known beforehand, such as a Dockerfile's ENV: filled in, and passed on; but PORT and DYNO are the platform's. */
  readonly environment?: ReadonlyMap<string, string>
  /** Positional parameters of the text, as a Dockerfile's CMD is to its ENTRYPOINT. */
  readonly arguments?: readonly Word[]
}

/**
 * Takes a process's command apart as `bash -c` would run it: shell scripts of the tree are followed, wrappers taken away, `honcho start`
 * expanded. `at` is where `text` stands verbatim in its file; when it does not stand there verbatim, every place is `at` as a whole.
 * Never throws, ends on cycles; what cannot be known is left unknown.
 */
export function invocations(tree: Tree, text: string, at: Place, options: InvocationOptions = {}): Invocations {
  const walk = new Walk(tree, options)
  const verbatim = at.start !== undefined && at.end !== undefined && at.end - at.start === text.length
  const start = at.start ?? 0
  walk.text(text, at.path, verbatim ? { base: start } : { within: { start, end: at.end ?? start } })
  return { invocations: walk.invocations, problems: walk.problems }
}

/** Takes a command apart that no shell reads, such as a Dockerfile's exec form: one word each, nothing expanded. */
export function execInvocations(
  tree: Tree,
  words: readonly Word[],
  at: Place,
  options: InvocationOptions = {},
): Invocations {
  const walk = new Walk(tree, options)
  walk.exec(words, at)
  return { invocations: walk.invocations, problems: walk.problems }
}
