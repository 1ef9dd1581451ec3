import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { PartGenerator } from '../_shared/part-generator.ts'
import { HOOK } from './options.ts'

/** `yo flask-dyno:hook`: adds a git hook that lints what is pushed. */
export default class extends PartGenerator {
  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, HOOK)
  }

  async writing(): Promise<void> {
    await this.addIt()
  }
}
