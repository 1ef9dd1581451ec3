import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { PartGenerator } from '../_shared/part-generator.ts'
import { DATABASE } from './options.ts'

/** `yo flask-dyno:database`: adds Heroku Postgres, with migrations. */
export default class extends PartGenerator {
  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, DATABASE)
  }

  async writing(): Promise<void> {
    await this.addIt()
  }
}
