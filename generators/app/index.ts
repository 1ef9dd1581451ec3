import { execFileSync } from 'node:child_process'
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { BaseFeatures, BaseOptions } from 'yeoman-generator'
import { FlaskDynoGenerator, packageRoot } from '../_shared/generator.ts'
import { type ProjectName, projectName } from '../_shared/names.ts'
import { Refusal } from '../_shared/refusal.ts'
import { type Answers, conflictIn, DEFAULT_DIRECTORY, QUESTIONS, RUN_FLAGS } from './options.ts'
import { PACKAGE_MANAGERS } from './package-managers.ts'
import { renderScaffold } from './render.ts'

const ROOT = packageRoot(import.meta.dirname)

interface Plan {
  readonly project: ProjectName
  readonly answers: Answers
}

/** `yo flask-dyno [directory]`: a Flask project that builds, boots, keeps its data and stays safe on a dyno. */
export default class extends FlaskDynoGenerator {
  #plan: Plan | undefined

  constructor(args: string[], options: BaseOptions, features?: BaseFeatures) {
    super(args, options, features)
    this.sourceRoot(join(ROOT, 'app', 'templates'))
    this.description = 'A Flask project that builds, boots, keeps its data and stays safe on Heroku.'
    this.argument('directory', {
      type: String,
      required: false,
      description: 'Folder to make; its name is the name of the project. "." is this folder.',
    })
    for (const question of QUESTIONS) this.flag(question)
    for (const { flag, description } of RUN_FLAGS) this.option(flag, { type: Boolean, description })
  }

  /** Asks, and checks everything that can be checked before a single file is rendered. */
  async prompting(): Promise<void> {
    const directory = this.args[0] ?? (await this._directory())
    this.projectRoot = resolve(this.env.cwd, directory)
    const project = projectName(basename(this.projectRoot))
    if (typeof project === 'string') throw new Refusal(`the name "${basename(this.projectRoot)}" ${project}`)
    refuseUnwritable(this.projectRoot)
    // `answers` has checked each value against its question.
    const answers = (await this.answers(QUESTIONS)) as unknown as Answers
    const conflict = conflictIn(answers)
    if (conflict !== undefined) throw new Refusal(conflict)
    this.#plan = { project, answers }
  }

  writing(): void {
    const { project, answers } = this._planned()
    const version = ownVersion()
    for (const [path, { text }] of renderScaffold(project, answers, { generators: ROOT, version })) {
      this.fs.write(join(this.projectRoot, path), text)
    }
    // What was asked, by which version: an update starts from here.
    const { git: _, ...kept } = answers
    this.fs.extendJSON(join(this.projectRoot, '.yo-rc.json'), {
      'generator-flask-dyno': { version, name: project.name, ...kept },
    })
  }

  install(): void {
    const { git, hook } = this._planned().answers
    if (!git || this.dryRun) return
    initialiseGit(this.projectRoot, hook, (line) => this.log(line))
  }

  async end(): Promise<void> {
    const { project, answers } = this._planned()
    const directory = relative(this.env.cwd, this.projectRoot)
    this.log('')
    if (this.dryRun) {
      this.log(`This was a dry run: nothing was written to ${directory === '' ? 'this folder' : directory}.`)
      return
    }
    this.log(`${project.name} is ready${directory === '' ? '' : ` in ${directory}/`}. On this computer:`)
    this.log('')
    const { install, run } = PACKAGE_MANAGERS[answers.packageManager]
    const steps = [
      ...(directory === '' ? [] : [`cd ${directory}`]),
      ...install,
      'cp .env.example .env',
      ...(answers.database === 'none' ? [] : [`${run}flask ${answers.migrations ? 'db upgrade' : 'init-db'}`]),
      `${run}flask run --debug`,
    ]
    for (const step of steps) this.log(`  ${step}`)
    this.log('')
    this.log(await verdict(this.projectRoot, directory))
    this.log('README.md says how to put it on Heroku; `npx flask-dyno` checks every change before you push it.')
  }

  async _directory(): Promise<string> {
    if (!this.interactive) return DEFAULT_DIRECTORY
    const { directory } = await this.prompt<{ directory: string }>([
      {
        type: 'input',
        name: 'directory',
        message: 'Name of the project (a folder of this name is made; "." is this one)',
        default: DEFAULT_DIRECTORY,
        validate: (text: string) => {
          const folder = basename(resolve(this.env.cwd, text))
          const project = projectName(folder)
          return typeof project === 'string' ? `The name "${folder}" ${project}.` : true
        },
      },
    ])
    return directory
  }

  _planned(): Plan {
    if (this.#plan === undefined) throw new Error('the questions come before the files')
    return this.#plan
  }
}

/** What the linter says of the result: files that were there before and were kept may not fit the new ones. */
async function verdict(root: string, directory: string): Promise<string> {
  // Only now: the questions need not wait for the rules to load.
  const { lint, workingTree } = await import('flask-dyno')
  const { findings } = await lint(workingTree(root))
  if (findings.length === 0) return 'flask-dyno finds nothing in it that would go wrong on Heroku.'
  const what = findings.length === 1 ? 'a problem' : `${findings.length} problems`
  return `flask-dyno finds ${what} in it: "${`npx flask-dyno lint ${directory}`.trim()}" shows where.`
}

/** Says in one line what the first write would otherwise say in the middle of the work. */
function refuseUnwritable(directory: string): void {
  let existing = directory
  let stats = statSync(existing, { throwIfNoEntry: false })
  while (stats === undefined && dirname(existing) !== existing) {
    existing = dirname(existing)
    stats = statSync(existing, { throwIfNoEntry: false })
  }
  if (stats?.isDirectory() !== true) throw new Refusal(`${existing} is a file, not a folder`)
  try {
    accessSync(existing, constants.W_OK | constants.X_OK)
  } catch {
    throw new Refusal(`no permission to write in ${existing}`)
  }
}

/**
 * `git init` on the branch that the README pushes, with the hook switched on where one was written; inside of another
 * repository, whose hooks are somebody's own, and without git, it only says so.
 */
function initialiseGit(directory: string, hook: boolean, log: (line: string) => void): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    git('rev-parse', '--is-inside-work-tree')
    log('Not a new git repository: the folder is inside of one.')
    if (hook) log('The hook is off there. To switch it on: git config core.hooksPath .githooks')
    return
  } catch {
    // No repository yet, or no git: the next command tells which.
  }
  try {
    git('init', '--quiet', '--initial-branch=main')
    if (hook) git('config', 'core.hooksPath', '.githooks')
    log('An empty git repository is ready; nothing is committed.')
  } catch (error) {
    log(`git init did not work (${error instanceof Error ? error.message.split('\n')[0] : String(error)}).`)
  }
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  return version
}
