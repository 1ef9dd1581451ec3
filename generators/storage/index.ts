import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { PartGenerator } from '../_shared/part-generator.ts'
import { STORAGE } from './options.ts'

/** `yo flask-dyno:storage`: adds uploads to S3-compatible storage, never to the dyno's disk. */
export default class extends PartGenerator {
  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, STORAGE)
  }

  async writing(): Promise<void> {
    await this.addIt()
  }
}
