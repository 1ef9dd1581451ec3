import { makePlan, type Plan } from '../plan/plan.ts'
import { LineIndex } from '../positions.ts'
import type { Tree } from '../tree.ts'
import { type AppJson, readAppJson } from './app-json.ts'
import { dataAgeNote } from './data-age.ts'
import { type Dependencies, readDependencies } from './dependencies.ts'
import type { Facts } from './facts.ts'
import type { HerokuYml } from './heroku-yml.ts'
import { type LeftOutFile, leftOutFiles } from './left-out.ts'
import { type Procfile, type ProcfileCandidate, procfileCandidates, readProcfile } from './procfile.ts'
import { type PythonVersionFact, readPythonVersion } from './python-version.ts'

export interface ProjectOptions {
  readonly generation?: 'cedar' | 'fir'
}

/** Something to say about the run itself rather than about a line. */
export interface Note {
  readonly path: string | null
  readonly message: string
}

type YmlReader = (tree: Tree) => HerokuYml | undefined
let ymlReader: YmlReader | undefined

/**
 * Loads what is too heavy to be loaded for every tree, where this one has a file for it: a YAML parser for heroku.yml.
 * To be awaited once before `readProject`.
 */
export async function loadReaders(tree: Tree): Promise<void> {
  if (tree.has('heroku.yml')) ymlReader ??= (await import('./heroku-yml.ts')).readHerokuYml
}

/**
 * The facts of a tree. Each is computed when it is first asked for, once.
 * Throws for a tree with heroku.yml when `loadReaders` was not awaited before.
 */
export function readProject(tree: Tree, options: ProjectOptions = {}): Facts {
  return new Project(tree, options.generation ?? 'cedar', (from) => {
    if (!from.has('heroku.yml')) return undefined
    if (ymlReader === undefined) throw new Error('loadReaders was not awaited before readProject')
    return ymlReader(from)
  })
}

class Project implements Facts {
  readonly tree: Tree
  readonly #generation: 'cedar' | 'fir'
  readonly #readYml: YmlReader
  readonly #known = new Map<string, unknown>()

  constructor(tree: Tree, generation: 'cedar' | 'fir', readYml: YmlReader) {
    this.tree = tree
    this.#generation = generation
    this.#readYml = readYml
  }

  get herokuYml(): HerokuYml | undefined {
    return this.#once('herokuYml', () => this.#readYml(this.tree))
  }

  get procfile(): Procfile | undefined {
    return this.#once('procfile', () => readProcfile(this.tree))
  }

  get procfileCandidates(): readonly ProcfileCandidate[] {
    return this.#once('procfileCandidates', () => procfileCandidates(this.tree))
  }

  get dependencies(): Dependencies {
    return this.#once('dependencies', () => readDependencies(this.tree, this.pythonVersion.full))
  }

  get pythonVersion(): PythonVersionFact {
    return this.#once('pythonVersion', () => readPythonVersion(this.tree))
  }

  get appJson(): AppJson | undefined {
    return this.#once('appJson', () => readAppJson(this.tree))
  }

  get plan(): Plan | undefined {
    return this.#once('plan', () =>
      makePlan({
        tree: this.tree,
        procfile: this.procfile,
        candidates: this.procfileCandidates,
        dependencies: this.dependencies,
        appJson: this.appJson,
        herokuYml: this.herokuYml,
        generation: this.#generation,
      }),
    )
  }

  get leftOut(): readonly LeftOutFile[] {
    return this.#once('leftOut', () => leftOutFiles(this, (tree) => new Project(tree, this.#generation, this.#readYml)))
  }

  #once<T>(name: string, make: () => T): T {
    if (!this.#known.has(name)) this.#known.set(name, make())
    return this.#known.get(name) as T
  }
}

/** What could not be judged, and why; and where what is known has grown old by the day `now`. */
export function projectNotes(facts: Facts, now: Date = new Date()): readonly Note[] {
  const notes: Note[] = []
  const { plan, tree } = facts
  if (tree.paths.length === 0) notes.push({ path: null, message: 'there is no file here that would be deployed' })
  else if (plan === undefined)
    notes.push({
      path: null,
      message: 'this is no Flask project: no Flask app is made here, so there is nothing to say',
    })
  for (const path of plan?.modules.unreadable ?? []) notes.push({ path, message: 'nested too deeply to be read' })
  for (const { path, at } of plan?.modules.partlyRead() ?? []) {
    const { line } = new LineIndex(tree.read(path)?.text ?? '').position(at)
    notes.push({ path, message: `line ${line} could not be read as Python; the rest of the file was` })
  }
  for (const skipped of tree.skipped()) notes.push({ path: skipped.path, message: `not read: ${skipped.reason}` })
  if (plan?.processes.some((process) => process.server?.boot?.exhausted))
    notes.push({ path: null, message: 'the app is too large to be followed to the end; some faults may be missing' })
  const age = plan === undefined ? null : dataAgeNote(now)
  if (age !== null) notes.push({ path: null, message: age })
  return notes
}
