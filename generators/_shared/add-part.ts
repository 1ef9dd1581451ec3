import type { Edit, FileChange, Tree } from 'flask-dyno'
import type { Answers } from '../app/options.ts'
import { type Blueprint, blueprint, destination, pinsIn, type RenderOptions, renderer } from '../app/render.ts'
import { addToAppJson, type DeclaredVar } from './edit-app-json.ts'
import { addEnvExample } from './edit-env-example.ts'
import { addIgnores } from './edit-ignore.ts'
import { addProcesses } from './edit-procfile.ts'
import { addRequirements } from './edit-requirements.ts'
import type { Addition } from './edit-text.ts'
import { fitCi } from './fit-ci.ts'
import { asYaml, fitDockerfile } from './fit-container.ts'
import type { ForeignProject } from './foreign-project.ts'
import type { Addon, ConfigVar, Part, Process } from './part.ts'
import type { PartCommand } from './part-command.ts'
import { type ByHand, pythonByHand } from './python-by-hand.ts'
import { Refusal } from './refusal.ts'
import { withServedApp } from './served-app.ts'
import { shapeAppJson } from './shape-app-json.ts'
import { Additions } from './tree-additions.ts'

/** What adding a part to a project comes to; nothing has been written. */
export interface AddedPart {
  readonly changes: readonly FileChange[]
  /** What stands there already and was left, and what no tool here can do, as sentences. */
  readonly left: readonly string[]
  /** Python that a person adds to a file of theirs. */
  readonly byHand: readonly ByHand[]
  /** Commands that a person runs when all is committed. */
  readonly commands: readonly string[]
}

export interface AddRequest {
  readonly foreign: ForeignProject
  readonly command: PartCommand
  /** With the part in them. */
  readonly answers: Answers
  readonly render: RenderOptions
}

/**
 * Adds a part to a project that this generator did not make: the files of the part that are not there yet, lines in shared
 * files whose form is known, and for Python files, which belong to somebody, the lines to write into them.
 */
export async function addPart(request: AddRequest): Promise<AddedPart> {
  const { foreign, command, answers, render } = request
  refuseUnfit(foreign, command)
  const { project, facts } = foreign
  const without = blueprint(project, foreign.answers)
  const whole = blueprint(project, answers)
  const parts = whole.parts.filter((part) => !without.parts.includes(part) || part === command.part)
  const processes = processesOf(parts, whole, foreign)
  const made: Blueprint = {
    ...whole,
    processes: [...running(foreign), ...processes],
    addons: [...whole.addons, ...attached(foreign)],
  }
  // What runs beside a web process wants one; nothing else is a reason to write a Procfile.
  const start =
    (processes.length > 0 && !runsByImage(foreign)) || command.files.includes('Procfile')
      ? foreign.tree
      : foreign.original
  const additions = new Additions((await import('flask-dyno')).Draft, foreign.original, start)

  const names = parts.flatMap((part) => part.requirements?.(answers).runtime ?? [])
  await additions.take((tree) => addRequirements(tree, facts.dependencies, names, pinsIn(render)))
  await additions.take((tree) => ownFiles(tree, made, parts, request))
  await additions.take((tree) => withProcesses(tree, processes, foreign))
  const variables = parts.flatMap((part) => part.configVars?.(made.context) ?? [])
  const services = parts.flatMap((part) => part.addons?.(answers) ?? [])
  await additions.take((tree) =>
    addToAppJson(tree, { addons: services.map(({ service }) => service), env: variables.flatMap(declared) }),
  )
  await additions.take((tree) => shapeAppJson(tree, made))
  await additions.take((tree) =>
    addEnvExample(
      tree,
      variables.filter(({ local }) => local !== ''),
    ),
  )
  const ignored = parts.flatMap((part) => part.fragments?.(made.context).gitignore ?? [])
  await additions.take((tree) => addIgnores(tree, '.gitignore', ignored.join('\n\n')))

  return {
    changes: additions.changes(),
    left: additions.left,
    byHand: pythonByHand(parts, made.context, foreign, command.examples),
    commands: [
      ...command.afterwards,
      ...services.map(({ service, plan }) => `heroku addons:create ${service}:${plan} --wait`),
      ...processes.flatMap(({ type, quantity }) =>
        quantity === undefined ? [] : [`heroku ps:scale ${type}=${quantity}`],
      ),
    ],
  }
}

/** Refuses where the modules of the part could not be imported, or where another part does the same already. */
function refuseUnfit({ facts, app, plan }: ForeignProject, { name, has, part }: PartCommand): void {
  const there = has.find((distribution) => facts.dependencies.production.has(distribution))
  if (there !== undefined)
    throw new Refusal(`${there} is installed already, and ${name} would be a second one beside it`)
  if (part?.name === 'container') {
    if (!plan.processes.some(({ type }) => type === 'web'))
      throw new Refusal('there is no web process that an image could start')
    if (facts.dependencies.manager === null) throw new Refusal('no file says what an image would have to install')
  }
  if (!MODULES.has(part?.name ?? '')) return
  if (app === undefined) {
    throw new Refusal(
      'no server imports the app; "generator-flask-dyno adopt" shows what Heroku would run, and mends it',
    )
  }
  if (app.path.includes('/') && !app.isInPackage) {
    throw new Refusal(
      `the app is made in ${app.path}, and a process that starts in the root of the project cannot import what stands beside it`,
    )
  }
}

/** The parts that are made of Python modules. */
const MODULES: ReadonlySet<string> = new Set(['database', 'worker', 'storage'])

/** What the project runs today, as heroku.yml and app.json say it. */
function running({ plan }: ForeignProject): Process[] {
  const release = plan.release === null ? [] : [{ type: 'release', command: asYaml(plan.release) }]
  const others = plan.processes.map(({ type, command }) => ({ type, command: asYaml(command), quantity: 1 }))
  return [...others, ...release]
}

/** The add-ons that set what it reads. */
function attached({ plan, facts }: ForeignProject): Addon[] {
  const addons: readonly Addon[] = [
    { service: 'heroku-postgresql', plan: 'essential-0', sets: 'DATABASE_URL' },
    { service: 'heroku-redis', plan: 'mini', sets: 'REDIS_URL' },
  ]
  const listed = facts.appJson?.addons ?? []
  return addons.filter(
    ({ service, sets }) =>
      plan.configVars.some(({ name }) => name === sets) || listed.some((each) => each.split(':')[0] === service),
  )
}

/** What the parts run, by modules that are added; a release command has to be told of an app that `flask` does not find. */
function processesOf(parts: readonly Part[], { context }: Blueprint, { app, original }: ForeignProject): Process[] {
  const module = app?.path.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.')
  const isFound = module === undefined || original.has('wsgi.py') || original.has('app.py')
  const own = parts.flatMap((part) => part.processes?.(context) ?? [])
  return own
    .filter(({ command }) => !command.includes('init-db'))
    .map((each) => ({
      ...each,
      command: isFound ? each.command : each.command.replace(/^flask /, `flask --app ${module} `),
    }))
}

const runsByImage = ({ plan }: ForeignProject): boolean => plan.buildpack === 'container'

/** On the container stack heroku.yml says what runs, and a Procfile would say nothing. */
function withProcesses(tree: Tree, processes: readonly Process[], foreign: ForeignProject): Addition {
  if (!runsByImage(foreign)) return addProcesses(tree, processes)
  const left = processes.map(({ type, command }) => `heroku.yml says what runs here: add "${type}: ${command}" to it.`)
  return { edits: [], left }
}

/** The files of parts that are not there yet; tests need what only our own have, and examples are for projects of ours. */
function ownFiles(
  tree: Tree,
  made: Blueprint,
  parts: readonly Part[],
  { command, foreign, render }: AddRequest,
): Addition {
  const rendered = renderer(made, render)
  const isExample = (file: string): boolean =>
    command.examples.some((module) => new RegExp(`\\b\\d*_?${module}\\.`).test(file))
  const edits: Edit[] = []
  const left: string[] = []
  for (const part of parts) {
    for (const file of part.files?.(made.context) ?? []) {
      if (file.startsWith('tests/') || isExample(file)) continue
      const path = destination(file, made.context)
      if (tree.has(path)) {
        left.push(`${path} is there already and was left as it is.`)
        continue
      }
      const { text, executable } = rendered(part.name, file)
      edits.push({ kind: 'create', path, text: fitted(text, path, tree, foreign) })
      if (executable) edits.push({ kind: 'mode', path, executable })
    }
  }
  return { edits, left }
}

/** A file of ours as this project can have it: with its own app, and without tools that it does not use. */
function fitted(text: string, path: string, tree: Tree, { app, facts, plan }: ForeignProject): string {
  const { dependencies } = facts
  if (path === 'Dockerfile') {
    return fitDockerfile(text, plan.processes.find(({ type }) => type === 'web')?.command ?? '')
  }
  if (path.endsWith('.py')) return app === undefined ? text : withServedApp(text, app)
  if (path.endsWith('alembic.ini') && !dependencies.elsewhere.has('ruff') && !dependencies.production.has('ruff')) {
    return text.replace(/\n(?:#.*\n)?\[post_write_hooks\]\n[\s\S]*$/, '')
  }
  return /\.ya?ml$/.test(path) && path !== 'heroku.yml' ? fitCi(text, tree, dependencies) : text
}

function declared({ name, description, from, required }: ConfigVar): DeclaredVar[] {
  if (from === 'addon') return []
  if (from === 'secret') return [{ name, description, secret: true }]
  return [typeof from === 'object' ? { name, description, value: from.value } : { name, description, required }]
}
