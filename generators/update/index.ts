import { resolve } from 'node:path'
import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { changeAnswers } from '../_shared/change-answers.ts'
import type { Rendering } from '../_shared/merge-project.ts'
import { GENERATORS, ownVersion, ProjectGenerator } from '../_shared/project-generator.ts'
import { given } from '../_shared/questions.ts'
import { answersFor, type ProjectRecord, readRecord } from '../_shared/record.ts'
import { Refusal } from '../_shared/refusal.ts'
import { renderScaffold } from '../app/render.ts'
import { baseRendering } from './base-rendering.ts'
import { UPDATE } from './options.ts'
import { isNewer } from './versions.ts'

/** `yo flask-dyno:update`: an old scaffold, as this version writes it, with what was changed in it since. */
export default class extends ProjectGenerator {
  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, UPDATE)
  }

  async writing(): Promise<void> {
    const version = ownVersion()
    const record = readRecord(this.root)
    if (isNewer(record.version, version)) {
      throw new Refusal(
        `generator-flask-dyno ${record.version} made this project, and this is ${version}: run "npx generator-flask-dyno@latest update"`,
      )
    }
    const answers = answersFor(record.answers, this.given)
    const base = await this._base(record, version)
    await this.carryOut(changeAnswers({ root: this.root, record, answers, base, generators: GENERATORS, version }))
  }

  /** What this version wrote, it writes again here; any other version is asked itself. */
  async _base(record: ProjectRecord, version: string): Promise<Rendering> {
    const from = given(this.given, 'from')
    if (from === undefined && record.version === version) {
      return renderScaffold(record.project, answersFor(record.answers, {}), { generators: GENERATORS, version })
    }
    if (from !== undefined && typeof from !== 'string') throw new Refusal('--from takes a folder or a tarball')
    if (from === undefined) this.log(`Getting generator-flask-dyno ${record.version}, which made this project ...`)
    return await baseRendering(record, from === undefined ? undefined : resolve(this.env.cwd, from))
  }
}
