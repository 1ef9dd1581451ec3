import { readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { applyUpdate } from './apply-update.ts'
import type { ProjectUpdate } from './change-answers.ts'
import type { CommandLine, RunFlag } from './command.ts'
import { FlaskDynoGenerator, packageRoot } from './generator.ts'
import { booleanFlag } from './questions.ts'

/** The folder that holds each generator's folder. */
export const GENERATORS = packageRoot(import.meta.dirname)

/** What every generator takes that changes a project which exists. */
export const CHANGE_FLAGS = [
  { flag: 'dry-run', description: 'show the diff, and write nothing' },
  { flag: 'force', description: 'go on although git could not undo it' },
] as const satisfies readonly RunFlag[]

/** The version of this package. */
export function ownVersion(): string {
  return (JSON.parse(readFileSync(join(GENERATORS, 'package.json'), 'utf8')) as { version: string }).version
}

/** A generator that changes a project which exists: it asks nothing that no flag can say, and writes all or nothing. */
export abstract class ProjectGenerator extends FlaskDynoGenerator {
  protected readonly root: string

  constructor(args: string[], options: BaseOptions, features: BaseFeatures | undefined, line: CommandLine) {
    super(args, options, features)
    // The help reads USAGE beside the templates, which stay where the sources are.
    this.sourceRoot(join(GENERATORS, basename(dirname(this.resolved)), 'templates'))
    this.description = line.summary
    this.argument('directory', { type: String, required: false, description: line.directory })
    for (const question of line.questions) this.flag(question)
    for (const { flag, value, description } of line.flags) {
      this.option(flag, { type: value === undefined ? Boolean : String, description })
    }
    this.root = resolve(this.env.cwd, this.args[0] ?? '.')
    this.projectRoot = this.root
  }

  /** Carries an update out as the flags say. `afterwards` are commands that are left to a person; the exit status of the process tells how it ended. */
  protected async carryOut(update: ProjectUpdate, afterwards: readonly string[] = []): Promise<void> {
    const status = await applyUpdate(update, {
      check: booleanFlag(this.given, 'check') ?? false,
      dryRun: this.dryRun,
      force: booleanFlag(this.given, 'force') ?? false,
      afterwards,
      say: (line) => this.log(line),
    })
    if (status !== 0) process.exitCode = status
  }
}
