import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { PartGenerator } from '../_shared/part-generator.ts'
import { WORKER } from './options.ts'

/** `yo flask-dyno:worker`: adds background jobs on a dyno of their own, by RQ or Celery. */
export default class extends PartGenerator {
  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, WORKER)
  }

  async writing(): Promise<void> {
    await this.addIt()
  }
}
