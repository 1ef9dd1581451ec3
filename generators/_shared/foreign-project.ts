import { basename } from 'node:path'
import type { Facts, PlanJson, ProcessJson, Tree } from 'flask-dyno'
import type { Answers } from '../app/options.ts'
import { type ProjectName, projectName } from './names.ts'
import { answersFor } from './record.ts'
import { Refusal } from './refusal.ts'

/** A Flask project that this generator did not make, as far as a part has to know it. */
export interface ForeignProject {
  /** Its files as they are. */
  readonly original: Tree
  /** Its files, with a Procfile where it has none and the app is plain to see. */
  readonly tree: Tree
  readonly facts: Facts
  readonly plan: PlanJson
  readonly project: ProjectName
  /** The answers that come nearest to what it is, with no part in them that could be added. */
  readonly answers: Answers
  /** Where the Flask object is made. */
  readonly app: App | undefined
}

export interface App {
  /** Its file: `shop/__init__.py`. */
  readonly path: string
  /** Whether modules beside it can be imported by the name of the folder, from the root of the project. */
  readonly isInPackage: boolean
  /** How the web process gets it: `{ module: 'wsgi', expression: 'create_app("production")' }`. */
  readonly served: { readonly module: string; readonly expression: string }
  /** Whether modules beside it can make one by `create_app()`, as our own do. */
  readonly hasFactory: boolean
}

/** Reads a project from its files, and runs nothing of it. Throws a `Refusal` for what is no Flask project. */
export async function foreignProject(root: string): Promise<ForeignProject> {
  const { loadReaders, mendProject, planJson, readProject, TreeError, workingTree } = await import('flask-dyno')
  let original: Tree
  try {
    original = workingTree(root)
  } catch (error) {
    throw error instanceof TreeError ? new Refusal(error.message) : error
  }
  // Whatever is added to a project without a Procfile runs beside a web process that it has not yet.
  const { tree } = await mendProject(original, { select: ['procfile-missing', 'procfile-misnamed'], unsafe: true })
  await loadReaders(tree)
  const facts = readProject(tree)
  const plan = planJson(facts)
  if (plan === undefined) throw new Refusal(`${root} is no Flask project: no Flask app is made there`)
  const app = appOf(plan, tree)
  const project = named(root, app)
  return { original, tree, facts, plan, project, app, answers: answersOf(facts, plan, app) }
}

function appOf({ processes }: PlanJson, tree: Tree): App | undefined {
  const web = processes.find(({ type, target }) => type === 'web' && typeof target?.path === 'string')
  const target = web?.target
  // A script that is run by itself is imported by nobody.
  if (web === undefined || typeof target?.path !== 'string' || target.module.endsWith('.py')) return undefined
  const folder = target.path.split('/').slice(0, -1)
  return {
    path: target.path,
    isInPackage: folder.length === 1 && isImportedFromRoot(web, folder[0] ?? '', tree),
    served: { module: target.module, expression: target.attribute ?? 'application' },
    hasFactory: /(?:^|\/)(?:__init__|app)\.py$/.test(target.path) && FACTORY.test(tree.read(target.path)?.text ?? ''),
  }
}

/** A factory that needs no argument. */
const FACTORY = /^def create_app\((?:\s*\)|\s*\*|[^,)]*=)/m

/** `gunicorn --chdir src shop:app` finds `src/shop/`, and no other process would. */
function isImportedFromRoot({ target, settings }: ProcessJson, folder: string, tree: Tree): boolean {
  if (settings.chdir !== undefined || settings.pythonpath !== undefined) return false
  const module = target?.module.split('.')[0]
  return module === folder || tree.has(`${module}.py`)
}

function named(root: string, app: App | undefined): ProjectName {
  const name = basename(root)
  const known = projectName(name)
  const names = typeof known === 'string' ? { name, packageName: name, title: name } : known
  return app?.isInPackage === true ? { ...names, packageName: app.path.split('/')[0] ?? '' } : names
}

function answersOf({ dependencies, pythonVersion }: Facts, plan: PlanJson, app: App | undefined): Answers {
  const [major, minor] = pythonVersion.full.split('.')
  const python = `${major}.${minor}`
  const guessed = {
    packageManager: dependencies.manager ?? 'pip',
    layout: app?.isInPackage === true ? 'package' : 'module',
    // Pages would need a base template of ours.
    frontend: 'api',
    database: 'none',
    ci: 'none',
    generation: plan.generation,
  }
  const known = answersFor(guessed, {})
  return { ...known, python: isKnown(python) ? python : known.python }
}

const PYTHONS: readonly string[] = ['3.11', '3.12', '3.13', '3.14'] satisfies readonly Answers['python'][]

const isKnown = (version: string): version is Answers['python'] => PYTHONS.includes(version)
