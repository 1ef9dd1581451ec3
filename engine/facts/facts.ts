import type { Plan } from '../plan/plan.ts'
import type { Tree } from '../tree.ts'
import type { AppJson } from './app-json.ts'
import type { Dependencies } from './dependencies.ts'
import type { HerokuYml } from './heroku-yml.ts'
import type { LeftOutFile } from './left-out.ts'
import type { Procfile, ProcfileCandidate } from './procfile.ts'
import type { PythonVersionFact } from './python-version.ts'

/**
 * All that is known of a project, by name. Each fact is computed once, when it is first asked for.
 * `undefined` means that the file or concept is absent, and a rule that needs it stays silent.
 */
export interface Facts {
  readonly tree: Tree
  /** The Procfile that Heroku reads, at the root under its exact name. */
  readonly procfile: Procfile | undefined
  /** Files that were meant as the Procfile but are not read by Heroku; empty when there is none. */
  readonly procfileCandidates: readonly ProcfileCandidate[]
  readonly dependencies: Dependencies
  readonly pythonVersion: PythonVersionFact
  readonly appJson: AppJson | undefined
  readonly herokuYml: HerokuYml | undefined
  /** What Heroku would do with the tree. Absent when the tree holds no Flask project. */
  readonly plan: Plan | undefined
  /** What production needs, and lies on this machine without being in the tree. */
  readonly leftOut: readonly LeftOutFile[]
}
