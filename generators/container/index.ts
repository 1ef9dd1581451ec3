import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { PartGenerator } from '../_shared/part-generator.ts'
import { CONTAINER } from './options.ts'

/** `yo flask-dyno:container`: deploys as a container: heroku.yml and a Dockerfile. */
export default class extends PartGenerator {
  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, CONTAINER)
  }

  async writing(): Promise<void> {
    await this.addIt()
  }
}
