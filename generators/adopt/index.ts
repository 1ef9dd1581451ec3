import { basename, resolve } from 'node:path'
import type { FileChange, Finding, Tree } from 'flask-dyno'
import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { refuseUncommitted } from '../_shared/git-state.ts'
import { ProjectGenerator } from '../_shared/project-generator.ts'
import { booleanFlag, type Choice, flagOf, fromFlags, type YesNo } from '../_shared/questions.ts'
import { Refusal } from '../_shared/refusal.ts'
import { printDiff, write } from '../_shared/write-changes.ts'
import type { Adopted, Wishes } from './adoption.ts'
import { type GroupKey, groupOf, offeredGroups } from './groups.ts'
import { ADOPT, GENERATION, groupQuestion, MAKE_APP_JSON, PACKAGE_MANAGER } from './options.ts'
import { managersOf } from './package-manager.ts'
import { counted, listed, today } from './today.ts'
import { untrackedFiles } from './untracked.ts'

/** Which changes of a group are taken. */
type Taken = 'all' | 'safe' | 'none'

interface Project {
  readonly tree: Tree
  readonly wishes: Wishes
}

/** `yo flask-dyno:adopt [directory]`: the least change that makes an existing Flask project ready for Heroku. */
export default class extends ProjectGenerator {
  #adopted: Adopted | undefined
  /** Changes that were possible, and were not taken. */
  #declined: readonly Finding[] = []

  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features, ADOPT)
  }

  /** Shows what Heroku would do today, works out what can be done about it, and asks about each part of it. */
  async prompting(): Promise<void> {
    const [{ adopted, survey }, { LockDesk }] = await Promise.all([import('./adoption.ts'), import('./lock-desk.ts')])
    const { tree, wishes: known } = await this._open()
    this.projectRoot = tree.root
    const { plan, findings } = await survey(tree, known)
    if (plan === undefined) throw new Refusal(`${this.root} is no Flask project: no Flask app is made there`)
    this._say(`${basename(tree.root)} on Heroku today:`, today(plan, findings))
    this._say('', listed(findings))

    const wishes = await this._asked({ tree, wishes: known })
    // All that could be done, to ask about it; without what is declined, something else may not be possible either.
    const desk = new LockDesk((tool) => this._mayRun(tool))
    const all = await adopted(tree, wishes, desk, () => true)
    const taken = await this._choose(all.applied)
    const makeAppJson = await this._makeAppJson(tree)
    this.#adopted = await adopted(tree, { ...wishes, makeAppJson }, desk, (finding) => {
      const how = taken.get(groupOf(finding)) ?? this._unasked()
      return how === 'all' || (how === 'safe' && finding.fix?.safety === 'safe')
    })
    this.#declined = all.applied.filter(
      (finding) => finding.fix?.safety === 'unsafe' && taken.get(groupOf(finding)) === 'safe',
    )
  }

  async writing(): Promise<void> {
    const { changes } = this._done()
    if (changes.length === 0) return
    this.log('')
    await printDiff(changes)
    if (this.dryRun) return
    if (booleanFlag(this.given, 'force') !== true) refuseUncommitted(this.projectRoot, edited(changes))
    if (this.interactive && !(await this._yes('Write it?'))) throw new Refusal('nothing was written')
    await write(this.projectRoot, changes)
  }

  end(): void {
    const { applied, byHand, changes, left: found } = this._done()
    this.log('')
    if (changes.length === 0)
      this.log('Nothing to do: nothing that can be changed here would make it readier for Heroku.')
    else if (this.dryRun) this.log('This was a dry run: nothing was written.')
    else
      this.log(`${changes.length === 1 ? 'One file is' : `${changes.length} files are`} changed; nothing is committed.`)
    const open = new Set([...applied.flatMap(({ fix }) => fix?.leftToDo ?? []), ...byHand])
    this._say('To be done by hand:', [...open].map(sentence))
    if (found.some(({ rule }) => rule === 'package-manager-conflict'))
      this._say('', [`--${flagOf(PACKAGE_MANAGER)} says which of the files of several package managers is to stay.`])
    const left = found.filter(({ level }) => level !== 'info')
    this._say(`Left, for you to decide (${counted(left)}):`, listed(left))
    const [worst] = left
    if (worst !== undefined)
      this._say('', [`npx flask-dyno explain ${worst.rule}  tells why, and what to write instead.`])
    if (this.#declined.length > 0 && !this.interactive) {
      const what = this.#declined.length === 1 ? 'One change' : `${this.#declined.length} changes`
      this._say('', [`${what} more can be made, to be read first: --unsafe takes that in.`])
    }
  }

  async _open(): Promise<Project> {
    const { projectConfig, TreeError, workingTree } = await import('flask-dyno')
    try {
      const whole = workingTree(this.root)
      const config = await projectConfig(whole)
      const tree = config.root === undefined ? whole : workingTree(resolve(this.root, config.root))
      const asked = fromFlags(GENERATION, this.given, {}) ?? config.generation
      const generation = asked === 'fir' ? 'fir' : 'cedar'
      const untracked = untrackedFiles(tree.root)
      return { tree, wishes: { config, generation, packageManager: undefined, makeAppJson: false, untracked } }
    } catch (error) {
      const isTold = error instanceof TreeError || (error instanceof Error && error.name === 'ConfigError')
      throw isTold ? new Refusal(error.message) : error
    }
  }

  /** What reading cannot tell. */
  async _asked({ tree, wishes }: Project): Promise<Wishes> {
    const managers = managersOf(tree)
    const given = fromFlags(PACKAGE_MANAGER, this.given, {})
    if (typeof given === 'string' && !managers.includes(given)) {
      throw new Refusal(`--${flagOf(PACKAGE_MANAGER)} ${given}: there is no file of that one to keep`)
    }
    const packageManager =
      typeof given === 'string' ? given : managers.length > 1 ? await this._which(PACKAGE_MANAGER, managers) : undefined
    return { ...wishes, packageManager }
  }

  async _makeAppJson(tree: Tree): Promise<boolean> {
    const given = fromFlags(MAKE_APP_JSON, this.given, {})
    if (given !== undefined) return given === true
    return this.interactive && !tree.has('app.json') && (await this._yes(MAKE_APP_JSON.message, MAKE_APP_JSON.default))
  }

  /** Asks about each group of changes; what nobody is asked about is as the flags say. */
  async _choose(offered: readonly Finding[]): Promise<ReadonlyMap<GroupKey, Taken>> {
    const taken = new Map<GroupKey, Taken>()
    for (const { key, title, changes } of offeredGroups(offered)) {
      const question = groupQuestion(key)
      const given = fromFlags(question, this.given, {})
      if (given === false) taken.set(key, 'none')
      else if (!this.interactive) taken.set(key, this._unasked())
      else {
        const isUnsafe = changes.some(({ fix }) => fix?.safety === 'unsafe')
        this._say(
          `Changes to ${title}${isUnsafe ? ' ("?" may alter what works today: read it in the diff)' : ''}:`,
          changes.map(described),
        )
        taken.set(key, given === true ? 'all' : await this._howMuch(question, changes))
      }
    }
    return taken
  }

  async _howMuch({ message }: YesNo, changes: readonly Finding[]): Promise<Taken> {
    const safe = changes.filter(({ fix }) => fix?.safety === 'safe').length
    if (safe === 0 || safe === changes.length) return (await this._yes(message)) ? 'all' : 'none'
    const { answer } = await this.prompt<{ answer: Taken }>([
      {
        type: 'select',
        name: 'answer',
        message,
        choices: [
          { value: 'all', name: 'all of them' },
          { value: 'safe', name: 'those that cannot alter what a working app does' },
          { value: 'none', name: 'none' },
        ],
      },
    ])
    return answer
  }

  /** One of a choice's values that are possible here; undefined where nobody is asked, or decides. */
  async _which({ message, choices }: Choice, possible: readonly string[]): Promise<string | undefined> {
    if (!this.interactive) return undefined
    const { answer } = await this.prompt<{ answer: string }>([
      {
        type: 'select',
        name: 'answer',
        message,
        choices: [
          ...choices
            .filter(({ value }) => possible.includes(value))
            .map(({ value, label }) => ({ value, name: label })),
          { value: '', name: 'I decide that later' },
        ],
      },
    ])
    return answer === '' ? undefined : answer
  }

  async _yes(message: string, otherwise = true): Promise<boolean> {
    const { answer } = await this.prompt<{ answer: boolean }>([
      { type: 'confirm', name: 'answer', message, default: otherwise },
    ])
    return answer
  }

  /** Whether a tool may be run on copies of the project's manifest and lock file. */
  async _mayRun(tool: string): Promise<boolean> {
    const given = fromFlags(groupQuestion('dependencies'), this.given, {})
    if (given === false || !this.interactive) return given !== false
    return await this._yes(`Run ${tool} on a copy of the lock file, to see what it has to become?`)
  }

  /** What is taken of a group about which nobody is asked. */
  _unasked(): Taken {
    return booleanFlag(this.given, 'unsafe') === true ? 'all' : 'safe'
  }

  /** A heading and what stands below it; nothing without that. */
  _say(heading: string, lines: readonly string[]): void {
    if (lines.length === 0) return
    this.log('')
    if (heading !== '') this.log(heading)
    for (const line of lines) this.log(`  ${line}`)
  }

  _done(): Adopted {
    if (this.#adopted === undefined) throw new Error('the questions come before the files')
    return this.#adopted
  }
}

/** The files that hold what a person wrote. */
const edited = (changes: readonly FileChange[]): string[] => changes.flatMap(({ from }) => from ?? [])

const described = ({ fix, path, line }: Finding): string =>
  `${fix?.safety === 'unsafe' ? '? ' : '+ '}${fix?.description ?? ''} (${path}:${line})`

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
