import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ejs from 'ejs'
import { BUILD_TOOLS } from '../_shared/build-tools.ts'
import type { ProjectName } from '../_shared/names.ts'
import type { Addon, ConfigVar, Context, Part, Process, Slot } from '../_shared/part.ts'
import { sortedImports } from '../_shared/python-imports.ts'
import { appJson } from './app-json.ts'
import type { Answers } from './options.ts'
import { PACKAGE_MANAGERS } from './package-managers.ts'
import { PARTS } from './parts.ts'
import { directDependencies, lockFiles, PYTHONS, pipfileSections, type Selection } from './pins.ts'

/** What a project installs at least. */
const BASE_REQUIREMENTS: Selection = { runtime: ['flask'], test: ['pytest'], dev: ['python-dotenv', 'ruff'] }

const PAGES = ['package/static/style.css', 'package/templates/base.html', 'package/templates/error.html']

/** A module for each concern, and one that gunicorn and `flask` find. */
const PACKAGE = ['package/__init__.py', 'package/errors.py', 'package/health.py', 'package/settings.py', 'wsgi.py']

/** Files that every project has, under app/templates/. */
const BASE_FILES = [
  '.editorconfig',
  '.env.example',
  '.python-version',
  '_gitignore',
  'README.md',
  'pyproject.toml',
  'tests/conftest.py',
  'tests/test_errors.py',
  'tests/test_settings.py',
]

/** Everything that the answers lead to, before it is written into files. */
export interface Blueprint {
  readonly context: Context
  readonly parts: readonly Part[]
  readonly selection: Selection
  readonly processes: readonly Process[]
  readonly addons: readonly Addon[]
  readonly configVars: readonly ConfigVar[]
}

export function contextOf(project: ProjectName, answers: Answers): Context {
  const inPackage = answers.layout === 'package'
  return {
    ...project,
    answers,
    from: (module) => (inPackage ? `.${module}` : module),
    absolute: (module) => (inPackage ? `${project.packageName}.${module}` : module),
    factory: inPackage ? project.packageName : 'app',
    settingsFile: inPackage ? 'settings.py' : 'app.py',
    imported: (...modules) => {
      if (inPackage) return modules.length === 0 ? '' : `from . import ${modules.join(', ')}`
      return modules.map((module) => `import ${module}`).join('\n')
    },
  }
}

/** What the parts that the answers ask for add up to. */
export function blueprint(project: ProjectName, answers: Answers): Blueprint {
  const context = contextOf(project, answers)
  const parts = PARTS.filter((part) => part.wanted(answers))
  const required = parts.map((part) => part.requirements?.(answers) ?? {})
  const names = (group: keyof Selection) =>
    [...new Set([...BASE_REQUIREMENTS[group], ...required.flatMap((requirements) => requirements[group] ?? [])])].sort()
  const addons = new Map<string, Addon>()
  for (const addon of parts.flatMap((part) => part.addons?.(answers) ?? [])) addons.set(addon.service, addon)
  const configVars = new Map<string, ConfigVar>([[SECRET_KEY.name, SECRET_KEY]])
  for (const variable of parts.flatMap((part) => part.configVars?.(context) ?? []))
    configVars.set(variable.name, variable)
  return {
    context,
    parts,
    selection: { runtime: names('runtime'), test: names('test'), dev: names('dev') },
    processes: [webProcess(answers), ...parts.flatMap((part) => part.processes?.(context) ?? [])],
    addons: [...addons.values()],
    configVars: [...configVars.values()],
  }
}

const SECRET_KEY: ConfigVar = {
  name: 'SECRET_KEY',
  description: 'Signs the session cookies.',
  from: 'secret',
  required: true,
  example: 's3cret',
  local: '# Signs the session cookies. Any text will do here, and only here.\nSECRET_KEY=for-this-computer-only',
}

/**
 * gunicorn.conf.py says the rest. wsgi.py is the module that gunicorn and `flask` find; a single module makes no app when it is
 * imported, since workers, the clock and the tests import it to make their own.
 */
function webProcess({ layout }: Answers): Process {
  return {
    type: 'web',
    command: layout === 'package' ? 'gunicorn wsgi:app' : 'gunicorn "app:create_app()"',
    quantity: 1,
  }
}

/** One file of a project: its text, and whether it is a program. */
export interface RenderedFile {
  readonly text: string
  readonly executable: boolean
}

/** Where templates are, and which version is written into what is rendered. */
export interface RenderOptions {
  /** The folder that holds each generator's folder with its templates. */
  readonly generators: string
  /** The version of flask-dyno that the project pins. */
  readonly version: string
}

/**
 * A whole project in memory, by path (relative to the project, with /), for a name and answers. Writes nothing.
 */
export function renderScaffold(
  project: ProjectName,
  answers: Answers,
  options: RenderOptions,
): ReadonlyMap<string, RenderedFile> {
  const made = blueprint(project, answers)
  const pins = pinsIn(options)
  const files = new Map<string, RenderedFile>()
  const render = renderer(made, options)
  for (const file of baseFiles(answers)) files.set(destination(file, made.context), render('app', file))
  for (const part of made.parts) {
    for (const file of part.files?.(made.context) ?? [])
      files.set(destination(file, made.context), render(part.name, file))
  }
  files.set('app.json', { text: appJson({ ...made, name: project.name, answers }), executable: false })
  for (const [path, text] of Object.entries(lockFiles(pins, answers.packageManager, made.selection, project.name))) {
    files.set(path, { text, executable: false })
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The folder of the locks from which each project's are cut. */
export const pinsIn = ({ generators }: Pick<RenderOptions, 'generators'>): string =>
  join(generators, 'app', 'templates', 'pins')

/** Renders single templates, by the generator's folder and the path under its templates/. */
export function renderer(made: Blueprint, options: RenderOptions): (folder: string, file: string) => RenderedFile {
  const { answers } = made.context
  const pins = pinsIn(options)
  const data = {
    ...made,
    ...made.context,
    version: options.version,
    tools: BUILD_TOOLS,
    packageManager: PACKAGE_MANAGERS[answers.packageManager],
    run: PACKAGE_MANAGERS[answers.packageManager].run,
    install: PACKAGE_MANAGERS[answers.packageManager].install,
    dependencies: directDependencies(pins, made.selection),
    pipfile: pipfileSections(pins, made.selection),
    pythons: PYTHONS,
    slot: (slot: Slot, indent = 0, separator = '\n') => filled(made, slot, indent, separator),
    imports: (slots: Slot | readonly Slot[], ...own: readonly string[]) => importLines(made, [slots].flat(), own),
    configVar: (name: string) => made.configVars.find((variable) => variable.name === name),
  }

  return (folder, file) => {
    const source = join(options.generators, folder, 'templates', file)
    const text = ejs.render(readFileSync(source, 'utf8'), data, { filename: source })
    return { text, executable: text.startsWith('#!') }
  }
}

function baseFiles({ database, layout, frontend, packageManager, container, generation }: Answers): string[] {
  return [
    ...BASE_FILES,
    // In a container, heroku.yml and .dockerignore stand for them; Fir reads project.toml.
    ...(container ? [] : ['Procfile']),
    ...(container || generation === 'fir' ? [] : ['.slugignore']),
    ...(packageManager === 'pipenv' ? ['Pipfile'] : []),
    ...(frontend === 'pages' ? PAGES : []),
    ...(layout === 'package' ? PACKAGE : ['app.py']),
    ...(database === 'none' ? ['tests/test_greetings.py'] : []),
    // A single module holds the views itself.
    ...(database === 'none' && layout === 'package' ? ['package/greetings.py'] : []),
    ...(database === 'none' && frontend === 'pages' ? ['package/templates/greeting.html'] : []),
  ]
}

/**
 * `package/` is the project's package, or its own folder where all is in a single module; npm drops or obeys some files that
 * begin with a dot, so that these begin with `_`.
 */
export function destination(file: string, { packageName, answers }: Context): string {
  const folder = answers.layout === 'package' ? `${packageName}/` : ''
  return file.replace(/^package\//, folder).replace(/(^|\/)_(?=(?:git|docker|npm)ignore$)/, '$1.')
}

/** What all parts put in a place, each apart from the one before by `separator`; ends in a newline, or is empty. */
function filled({ parts, context }: Blueprint, slot: Slot, indent: number, separator: string): string {
  const texts = parts.map((part) => trimmed(part.fragments?.(context)[slot] ?? '')).filter((text) => text !== '')
  const margin = ' '.repeat(indent)
  return texts.map((text) => text.replace(/^(?=.)/gm, margin)).join(separator)
}

/** Without empty lines around it, and with one newline at its end. */
function trimmed(text: string): string {
  const body = text.replace(/^(?:[ \t]*\n)+/, '').trimEnd()
  return body === '' ? '' : `${body}\n`
}

function importLines({ parts, context }: Blueprint, slots: readonly Slot[], own: readonly string[]): string {
  const texts = parts.flatMap((part) => slots.map((slot) => part.fragments?.(context)[slot] ?? ''))
  const lines = [...own, ...texts].flatMap((text) => text.split('\n')).map((line) => line.trim())
  return sortedImports(
    lines.filter((line) => line !== ''),
    firstParty(parts, context),
  )
}

/** The project's own top-level modules, which imports name last. */
function firstParty(parts: readonly Part[], context: Context): ReadonlySet<string> {
  if (context.answers.layout === 'package') return new Set([context.packageName, 'wsgi'])
  const files = parts.flatMap((part) => part.files?.(context) ?? [])
  return new Set(['app', ...files.flatMap((file) => /^package\/(\w+)\.py$/.exec(file)?.[1] ?? [])])
}
