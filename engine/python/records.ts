/** What running through a program leaves behind, for the rules to look at. */
import type { Place } from '../finding.ts'
import type { ArgumentPlaces } from './argument-places.ts'
import type { Scope } from './scope.ts'
import type { Atom, CallArguments, Guard, Value } from './value.ts'

/** One call to something outside the project. */
export interface CallRecord {
  /** Qualified name, such as `sqlite3.connect` or `flask.Flask.run`. */
  readonly name: string
  readonly at: Place
  readonly args: CallArguments
  /** Where each argument was written: by position and by keyword. */
  readonly argAt: ArgumentPlaces
  /** What must hold for the call to happen. */
  readonly guards: readonly Guard[]
  /** `import`: while modules are imported or the app is made. `request`: in a function that the app or a library calls later. */
  readonly phase: 'import' | 'request'
  /** The object whose method was called. */
  readonly self: Atom | null
  /** Name of the project's function that holds the call, or null at a module's top level. */
  readonly within: string | null
  readonly result: Value
}

/** An import that nothing in the tree satisfies, and nothing outside. */
export interface MissingImport {
  readonly name: string
  /** False where the module may get that name in a way that reading does not see. */
  readonly isSure: boolean
  readonly at: Place
  readonly guards: readonly Guard[]
  readonly phase: 'import' | 'request'
  readonly caught: boolean
  /** A module is missing, and not a name in one. */
  readonly isModule: boolean
}

/** An import that leaves the tree: an installed package, Python's own library, or nothing at all. */
export interface OutsideImport {
  /** As Python would look it up: `PIL.Image`; with its dots where a relative import has no package to start from. */
  readonly name: string
  readonly at: Place
  /** What must hold for the import to happen. */
  readonly guards: readonly Guard[]
  readonly phase: 'import' | 'request'
  /** A handler on the way catches what a failing import raises. */
  readonly caught: boolean
  /** `from name import …`; then `at` is the module's name alone. */
  readonly isFrom: boolean
}

export interface LoadedModule {
  readonly path: string
  readonly name: string
  readonly scope: Scope
  /** The statement that imported it first; null for the entry. */
  readonly importedAt: Place | null
  readonly phase: 'import' | 'request'
}
