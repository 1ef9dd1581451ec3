import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { PartGenerator } from '../_shared/part-generator.ts'
import { PROCFILE } from './options.ts'

/** `yo flask-dyno:procfile`: writes the Procfile: what Heroku starts. */
export default class extends PartGenerator {
  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, PROCFILE)
  }

  async writing(): Promise<void> {
    await this.addIt()
  }
}
