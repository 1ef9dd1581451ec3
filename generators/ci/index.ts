import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { PartGenerator } from '../_shared/part-generator.ts'
import { CI } from './options.ts'

/** `yo flask-dyno:ci`: adds tests and the linter at each push. */
export default class extends PartGenerator {
  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, CI)
  }

  async writing(): Promise<void> {
    await this.addIt()
  }
}
