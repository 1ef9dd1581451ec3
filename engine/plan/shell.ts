/**
 * Takes a command line or a script apart as `bash -c` would (https://www.gnu.org/software/bash/manual/bash.html):
 * the commands that may run, in the order in which they stand, and on what each depends. Nothing is run.
 */
import { CompoundReader } from './shell-compound.ts'
import type { ShellOptions, ShellProblem } from './shell-scan.ts'
import type { Word } from './shell-word.ts'

export type { ShellOptions, ShellProblem, ShellProblemKind } from './shell-scan.ts'
export { dropPrefix, expand, literal, type Word, type WordPart } from './shell-word.ts'

export interface Assignment {
  readonly name: string
  readonly value: Word
}

export interface Redirect {
  /** `>`, `>>`, `<`, `2>`, `&>`, `<<` and so on. */
  readonly operator: string
  readonly target: Word | null
}

/**
 * Something that decides whether a command runs. The same object is shared by all the commands of a branch;
 * the other branch has one of the same `id` with `negated` turned.
 */
export interface Condition {
  readonly id: number
  /** `test`: `[ … ]`, `[[ … ]]` or `test`. `case`: a pattern. `loop`: a body that may run never. `status`: how another command ended. */
  readonly kind: 'test' | 'case' | 'loop' | 'status'
  /** The source: `[ "$X" = "y" ]`, or `$X in start|run` for a case. */
  readonly text: string
  /** The words of the test without its brackets; for a case the subject and then the patterns; else empty. */
  readonly words: readonly Word[]
  readonly negated: boolean
}

export interface SimpleCommand {
  readonly assignments: readonly Assignment[]
  readonly words: readonly Word[]
  readonly redirects: readonly Redirect[]
  /** True when something decides whether it runs; `a && b` counts only where `a` is a test. */
  readonly conditional: boolean
  readonly conditions: readonly Condition[]
  readonly background: boolean
  /** Its output goes into another command, or it reads another's. */
  readonly piped: 'from' | 'to' | 'both' | null
  /** The operator before it. */
  readonly after: '&&' | '||' | ';' | null
  /** Identifiers of the subshells around it, outermost first: what is set there ends there. */
  readonly subshells: readonly number[]
  /** Name of the shell function whose body it belongs to; such a command runs when the function is called. */
  readonly definedIn: string | null
  /** Where it stands, without its redirections' here-documents. */
  readonly start: number
  readonly end: number
}

export interface Shell {
  readonly commands: readonly SimpleCommand[]
  /** What bash would refuse, or what could not be read. */
  readonly problems: readonly ShellProblem[]
  /** The greatest `Condition.id` given; with `firstId` identifiers stay unique over several texts. */
  readonly lastId: number
}

/** Parses shell text. Never throws; `options` say where the text lies in its file, so that all offsets are offsets there. */
export function parseShell(text: string, options: ShellOptions & { readonly firstId?: number } = {}): Shell {
  const parser = new CompoundReader(text, options, options.firstId ?? 0)
  const commands = parser.parse()
  return { commands, problems: parser.scanner.problems, lastId: parser.lastId }
}
