import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Generator, { type BaseFeatures, type BaseOptions } from 'yeoman-generator'
import { commit } from './commit.ts'
import { booleanFlag, flagOf, fromFlags, type Question, unasked } from './questions.ts'

/** The folder of the nearest package.json above a module: the same place from the sources and from what is compiled. */
export function packageRoot(from: string): string {
  let directory = from
  while (lstatSync(join(directory, 'package.json'), { throwIfNoEntry: false }) === undefined) {
    const parent = dirname(directory)
    if (parent === directory) throw new Error(`no package.json above ${from}`)
    directory = parent
  }
  return directory
}

/**
 * What every generator here does alike: asks only where somebody can answer, checks flags as it checks answers, and
 * writes everything or nothing.
 */
export abstract class FlaskDynoGenerator extends Generator {
  /** The options as the runner gave them, before Yeoman turns each into the type of its flag. */
  protected readonly given: Readonly<Record<string, unknown>>
  /** Where the project is; set before anything is written. */
  protected projectRoot: string
  /** The files that the run wrote. */
  protected written: readonly string[] = []

  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, {
      // A Python project: no npm install, whatever package.json says.
      customInstallTask: true,
      customCommitTask: async () => {
        this.written = await commit(this.env, {
          root: this.projectRoot,
          interactive: this.interactive,
          force: booleanFlag(this.given, 'force') ?? false,
          dryRun: this.dryRun,
        })
      },
      ...features,
    })
    this.given = options as unknown as Readonly<Record<string, unknown>>
    this.projectRoot = this.destinationRoot()
  }

  /** Whether questions can be answered: a pipe that stays open would wait for ever. Tests say `interactive: true`. */
  protected get interactive(): boolean {
    if (booleanFlag(this.given, 'defaults') === true) return false
    return booleanFlag(this.given, 'interactive') ?? (process.stdin.isTTY === true && process.stdout.isTTY === true)
  }

  protected get dryRun(): boolean {
    return booleanFlag(this.given, 'dryRun') ?? false
  }

  /** Declares a question's flag, and its line in the help. */
  protected flag(question: Question): void {
    this.option(flagOf(question), {
      type: question.kind === 'yes-no' ? Boolean : String,
      description: question.description,
    })
  }

  /** The answers to a table of questions, from flags, prompts and defaults, in this order. Throws a `Refusal` on a bad flag. */
  protected async answers(questions: readonly Question[]): Promise<Record<string, string | boolean>> {
    const answers: Record<string, string | boolean> = {}
    let more: boolean | undefined
    for (const question of questions) {
      let answer = fromFlags(question, this.given, answers)
      if (answer === undefined && question.more === true) {
        more ??= await this.wantsMore()
        if (!more) answer = unasked(question)
      }
      answers[question.key] = answer ?? (await this.ask(question))
    }
    return answers
  }

  private async wantsMore(): Promise<boolean> {
    const said = booleanFlag(this.given, 'more')
    if (!this.interactive || said !== undefined) return this.interactive && said === true
    const { answer } = await this.prompt<{ answer: boolean }>([
      {
        type: 'confirm',
        name: 'answer',
        message: 'Choose more (Python, layout, jobs, cache, uploads, WebSockets, CI, container, ...)?',
        default: false,
      },
    ])
    return answer
  }

  /** Asks one question, of somebody who is there. */
  protected async ask(question: Question): Promise<string | boolean> {
    if (!this.interactive) return unasked(question)
    const { answer } = await this.prompt<{ answer: string | boolean }>([
      question.kind === 'yes-no'
        ? { type: 'confirm', name: 'answer', message: question.message, default: question.default }
        : {
            type: 'select',
            name: 'answer',
            message: question.message,
            choices: question.choices.map(({ value, label }) => ({ value, name: label })),
            default: question.default,
          },
    ])
    return answer
  }
}
