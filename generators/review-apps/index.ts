import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { PartGenerator } from '../_shared/part-generator.ts'
import { REVIEW_APPS } from './options.ts'

/** `yo flask-dyno:review-apps`: adds an app for each pull request. */
export default class extends PartGenerator {
  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, REVIEW_APPS)
  }

  async writing(): Promise<void> {
    await this.addIt()
  }
}
