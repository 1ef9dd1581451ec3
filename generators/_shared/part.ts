import type { Answers } from '../app/options.ts'
import type { ProjectName } from './names.ts'

/** What a part of the scaffold may look at: the names of the project and all answers. */
export interface Context extends ProjectName {
  readonly answers: Answers
  /** A module as the project's own code imports from it: `.settings` in a package, `settings` beside a single module. */
  readonly from: (module: string) => string
  /** A module as tests and wsgi.py import from it: `my_app.settings`, or `settings`. */
  readonly absolute: (module: string) => string
  /** The module that has `create_app`, as other modules than its own import it: `my_app`, or `app`. */
  readonly factory: string
  /** The file of the settings, for comments: `settings.py`, or `app.py`. */
  readonly settingsFile: string
  /** Import lines for whole modules, in the project's own code: `from . import jobs`, or `import jobs`. Empty for none. */
  readonly imported: (...modules: readonly string[]) => string
}

/** A line of the Procfile, and how many dynos of it run. https://devcenter.heroku.com/articles/procfile */
export interface Process {
  readonly type: string
  readonly command: string
  /** Dynos at the start; `release` has none. */
  readonly quantity?: number
}

/** An add-on, by the plan that the project starts with. https://devcenter.heroku.com/articles/add-ons */
export interface Addon {
  readonly service: 'heroku-postgresql' | 'heroku-redis'
  readonly plan: string
  /** The config var that Heroku sets once it is attached. */
  readonly sets: string
}

/** A config var that a person sets, or that an add-on sets. https://devcenter.heroku.com/articles/config-vars */
export interface ConfigVar {
  readonly name: string
  /** One line for app.json; an add-on's config var has none there. */
  readonly description: string
  /** Where its value on Heroku comes from: an add-on, a random text, a person, or this text. */
  readonly from: 'addon' | 'secret' | 'person' | { readonly value: string }
  /** Whether a dyno refuses to start without it. */
  readonly required: boolean
  /** A value of the right form, for the tests of settings.py. */
  readonly example: string
  /** Its lines in .env.example, with their comments. */
  readonly local: string
}

/**
 * The places in shared files where parts put their lines. Each part gives whole lines, indented for a top level; the place
 * indents them. A slot that ends in `imports` takes Python import lines in any order: they are merged and sorted.
 */
export const SLOTS = [
  'settings.imports',
  'settings.functions',
  'settings.dyno',
  'settings.local',
  'settings.always',
  'factory.imports',
  'factory.setup',
  'extensions.imports',
  'extensions.body',
  'health.imports',
  'health.checks',
  'conftest.imports',
  'conftest.overrides',
  'conftest.fixtures',
  'gunicorn.imports',
  'gunicorn',
  'gitignore',
  'slugignore',
  'dockerignore',
  'readme.local',
  'readme.sections',
  'readme.files',
] as const

export type Slot = (typeof SLOTS)[number]

export interface Requirements {
  readonly runtime?: readonly string[]
  readonly test?: readonly string[]
  readonly dev?: readonly string[]
}

/**
 * One part of the scaffold, as data: what it adds when the answers ask for it. `app` puts all parts together; the
 * sub-generator of the same name adds it to a project that exists.
 */
export interface Part {
  /** The name of its folder under generators/, where its templates are. */
  readonly name: string
  readonly wanted: (answers: Answers) => boolean
  /**
   * Its own files, as paths under its templates/ folder; `package/` stands for the folder of the package, and a leading `_`
   * of a file's name for a dot (npm leaves some dotfiles out of a package).
   */
  readonly files?: (context: Context) => readonly string[]
  /** Names of pins/direct.json. */
  readonly requirements?: (answers: Answers) => Requirements
  readonly processes?: (context: Context) => readonly Process[]
  readonly addons?: (answers: Answers) => readonly Addon[]
  readonly configVars?: (context: Context) => readonly ConfigVar[]
  readonly fragments?: (context: Context) => Partial<Record<Slot, string>>
}
