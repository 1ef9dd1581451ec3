import type { Place } from '../finding.ts'

/** What a project asks an installer for: a distribution, not the modules in it. */
export interface Distribution {
  /** Normalised. */
  readonly name: string
  /** As written. */
  readonly spelling: string
  /** `==3.1.3`, `>=2,<3`; '' when there is none; the version of a lock as `==X`. */
  readonly specifier: string
  /** Exact, when pinned or locked. */
  readonly version: string | null
  readonly extras: readonly string[]
  /** A direct reference, a VCS link or a local path. */
  readonly url: string | null
  /** Named by the project itself. False when only a lock names it. */
  readonly direct: boolean
  /** Where it is declared. */
  readonly at: Place
}

/** A distribution that is declared and that the production build leaves out. */
export interface LeftOut {
  readonly distribution: Distribution
  /** In words: "the dev group of pyproject.toml". */
  readonly where: string
}

/** What one way of declaring dependencies comes to. */
export interface Declared {
  readonly read: readonly string[]
  readonly production: readonly Distribution[]
  readonly elsewhere: readonly LeftOut[]
  /** Production is the whole closure. */
  readonly complete: boolean
  /** False when something could not be read, so that absence proves nothing. */
  readonly certain: boolean
}

export const NOTHING_DECLARED: Declared = { read: [], production: [], elsewhere: [], complete: false, certain: true }
