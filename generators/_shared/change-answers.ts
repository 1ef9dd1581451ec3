import type { FileChange } from 'flask-dyno'
import type { Answers } from '../app/options.ts'
import { renderScaffold } from '../app/render.ts'
import { type MergedFile, mergeProject, type Rendering } from './merge-project.ts'
import { changedAnswers, type ProjectRecord, recordChange } from './record.ts'

export interface Request {
  readonly root: string
  readonly record: ProjectRecord
  /** What the project is to be made from. */
  readonly answers: Answers
  /** The project as it was written. */
  readonly base: Rendering
  /** The folder that holds each generator's folder. */
  readonly generators: string
  /** This version. */
  readonly version: string
  /** Whether a file that was deleted comes back; left out, none does. */
  readonly isWanted?: (path: string) => boolean
}

/** What is to become of a project; nothing of it has been written. */
export interface ProjectUpdate {
  readonly root: string
  readonly record: ProjectRecord
  readonly answers: Answers
  readonly version: string
  /** The answers that change, as `jobs: none -> rq`. */
  readonly changed: readonly string[]
  readonly files: readonly MergedFile[]
  /** The record of version and answers among them. */
  readonly changes: readonly FileChange[]
}

/** Works out how a project is brought to other answers, or to this version, with what was changed in it since. */
export function changeAnswers(request: Request): ProjectUpdate {
  const { root, record, answers, base, generators, version, isWanted } = request
  const changed = changedAnswers(record.answers, answers)
  const theirs = renderScaffold(record.project, answers, { generators, version })
  const merged = mergeProject({
    root,
    base,
    theirs,
    labels: labels(record.version, version, changed),
    ...(isWanted === undefined ? {} : { isWanted }),
  })
  const kept = recordChange(root, version, record.project, answers)
  const changes = kept === undefined ? merged.changes : [...merged.changes, kept]
  return { root, record, answers, version, changed, files: merged.files, changes }
}

function labels(before: string, now: string, changed: readonly string[]) {
  const by = (version: string) => `generator-flask-dyno ${version}`
  const why = changed.length === 0 ? '' : ` (${changed.join(', ')})`
  return { ours: 'yours', base: by(before), theirs: `${by(now)}${why}` }
}
