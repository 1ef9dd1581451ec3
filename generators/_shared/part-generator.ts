import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import type { Answers } from '../app/options.ts'
import { contextOf, destination, renderScaffold } from '../app/render.ts'
import { applyAddition } from './apply-addition.ts'
import { changeAnswers } from './change-answers.ts'
import type { PartCommand } from './part-command.ts'
import { GENERATORS, ownVersion, ProjectGenerator } from './project-generator.ts'
import { booleanFlag, fromFlags, type Question } from './questions.ts'
import { answersFor, type Given, isOurs, type ProjectRecord, readRecord } from './record.ts'
import { Refusal } from './refusal.ts'

/**
 * `yo flask-dyno:<part>`: one part for a project that exists. In a project of this generator that is a change of its
 * answers, merged with what was changed in it since; files of the part that were deleted come back, since they are asked for.
 * To any other Flask project the part's files are added, and what they need in files that are shared.
 */
export abstract class PartGenerator extends ProjectGenerator {
  readonly #command: PartCommand

  constructor(args: string[], options: BaseOptions, features: BaseFeatures | undefined, command: PartCommand) {
    super(args, options, features, command)
    this.#command = command
  }

  /** Adds the part, and ends the run. */
  protected async addIt(): Promise<void> {
    if (isOurs(this.root)) await this.#changeOurs()
    else await this.#addToForeign()
  }

  async #addToForeign(): Promise<void> {
    const { foreignProject } = await import('./foreign-project.ts')
    const { addPart } = await import('./add-part.ts')
    const foreign = await foreignProject(this.root)
    const answers = await this.#chosen(foreign.answers)
    const render = { generators: GENERATORS, version: ownVersion() }
    const added = await addPart({ foreign, command: this.#command, answers, render })
    const status = await applyAddition(foreign.original.root, added, {
      dryRun: this.dryRun,
      force: booleanFlag(this.given, 'force') ?? false,
      say: (line) => this.log(line),
    })
    if (status !== 0) process.exitCode = status
  }

  async #changeOurs(): Promise<void> {
    const record = readRecord(this.root)
    const version = ownVersion()
    if (record.version !== version) {
      throw new Refusal(
        `generator-flask-dyno ${record.version} made this project, and this is ${version}: run "generator-flask-dyno update" first`,
      )
    }
    const before = answersFor(record.answers, {})
    const answers = await this.#chosen(before)
    const base = renderScaffold(record.project, before, { generators: GENERATORS, version })
    const own = this.#filesOf(record, answers)
    await this.carryOut(
      changeAnswers({
        root: this.root,
        record,
        answers,
        base,
        generators: GENERATORS,
        version,
        isWanted: (path) => own.has(path),
      }),
      this.#command.afterwards,
    )
  }

  /** The answers with the part in them: what flags say of it, what somebody says who can be asked, else what was there. */
  async #chosen(before: Answers): Promise<Answers> {
    const { questions, wants } = this.#command
    const chosen: Record<string, string | boolean> = {}
    for (const [key, wanted] of Object.entries(wants)) {
      const now = before[key as keyof Answers]
      if (now === false || now === 'none') chosen[key] = wanted
    }
    for (const question of questions) {
      const known: Given = { ...answersFor({ ...before }, chosen) }
      const answer = fromFlags(question, this.given, known) ?? (await this.#asked(question, known[question.key]))
      if (answer !== undefined) chosen[question.key] = answer
    }
    return answersFor({ ...before }, chosen)
  }

  /** What somebody answers who can be asked; undefined where the answer stays as it is. */
  async #asked(question: Question, now: string | boolean | undefined): Promise<string | boolean | undefined> {
    if (!this.interactive) return undefined
    if (question.kind === 'yes-no') return await this.ask({ ...question, default: now === true })
    return await this.ask({ ...question, default: typeof now === 'string' ? now : question.default })
  }

  #filesOf({ project }: ProjectRecord, answers: Answers): ReadonlySet<string> {
    const { part, files } = this.#command
    const all = [...files, ...(part?.files?.(contextOf(project, answers)) ?? [])]
    return new Set(all.map((file) => destination(file, contextOf(project, answers))))
  }
}
