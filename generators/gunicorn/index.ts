import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { PartGenerator } from '../_shared/part-generator.ts'
import { GUNICORN } from './options.ts'

/** `yo flask-dyno:gunicorn`: writes gunicorn.conf.py: gunicorn, set up for a dyno. */
export default class extends PartGenerator {
  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, GUNICORN)
  }

  async writing(): Promise<void> {
    await this.addIt()
  }
}
