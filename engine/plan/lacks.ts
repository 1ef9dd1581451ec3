/** What production looks for in the tree and does not find there. */
import { posix } from 'node:path'
import { isNamedAlike, resemblesInstalled } from '../facts/brought-modules.ts'
import { type Dependencies, installs } from '../facts/dependencies.ts'
import { distributionsOf, standardModule } from '../facts/modules.ts'
import type { Place, RelatedPlace } from '../finding.ts'
import { literalText } from '../python/value.ts'
import type { Tree, WorkingCopy } from '../tree.ts'
import { below } from './directories.ts'
import { fileReads, fileWrites } from './file-writes.ts'
import { type ImportInProduction, inSubmodule, outsideImports, perhapsMissingImports } from './imports.ts'
import type { Plan } from './plan.ts'
import { callsOf, trailTo } from './production.ts'
import { literal } from './shell.ts'

export interface Lack {
  readonly kind: 'module' | 'script' | 'data' | 'template' | 'procfile' | 'packages'
  /** Where it is asked for. */
  readonly at: Place
  readonly trail: readonly RelatedPlace[]
  /** Any of these would do; one that ends with `/` stands for the modules below it. */
  readonly paths: readonly string[]
  /** Type of the process that asks, null where it is the build, or an app that nothing starts. */
  readonly process: string | null
}

/** Only what the working copy might have is worth a closer look: it is asked last, and as little as can be. */
export function lacks(tree: Tree, plan: Plan, dependencies: Dependencies): Lack[] {
  if (plan.container) return []
  return [
    ...projectFiles(tree, dependencies),
    ...words(tree, plan),
    ...targets(tree, plan),
    ...modules(tree, plan, dependencies),
    ...configuration(tree, plan),
    ...data(tree, plan),
    ...templates(tree, plan),
  ]
}

/** The files of `lack` that the working copy has. */
export function standIns({ paths }: Lack, tree: Tree, copy: WorkingCopy): string[] {
  for (const path of paths) {
    const found = path.endsWith('/') ? copy.modulesBelow(path.slice(0, -1)) : copy.has(path) ? [path] : []
    // a submodule is another repository, which is pushed for itself
    const fresh = found.filter((each) => !tree.has(each) && !inSubmodule(tree, each))
    if (fresh.length > 0) return fresh
  }
  return []
}

function projectFiles(tree: Tree, dependencies: Dependencies): Lack[] {
  const found: Lack[] = []
  const file = (kind: Lack['kind'], paths: readonly string[]): void => {
    const [path = ''] = paths
    found.push({ kind, at: { path }, trail: [], paths, process: null })
  }
  if (!tree.has('Procfile') && !tree.has('heroku.yml')) file('procfile', ['Procfile'])
  if (dependencies.found.length === 0) {
    const locks = [
      tree.has('Pipfile') ? 'Pipfile.lock' : '',
      ...(tree.has('pyproject.toml') ? ['uv.lock', 'poetry.lock'] : []),
    ]
    file('packages', [...locks.filter((name) => name !== ''), 'requirements.txt'])
  }
  return found
}

/** Scripts and settings that a process line names. */
function words(tree: Tree, plan: Plan): Lack[] {
  return plan.processes.flatMap(({ type, problems, invocations }): Lack[] => [
    ...problems.flatMap(({ kind, conditional, at, trail, detail }): Lack[] =>
      kind === 'script-missing' && !conditional ? [{ kind: 'script', at, trail, paths: [detail], process: type }] : [],
    ),
    ...invocations.flatMap(({ arguments: all, cwd, conditional, path, trail }) =>
      all.flatMap((word): Lack[] => {
        const text = literal(word)
          ?.replace(/^--?[\w-]+=/, '')
          .replace(/^file:/, '')
        if (text === undefined || cwd === null || conditional || !/^[\w./-]+\.[a-z]\w{0,4}$/i.test(text)) return []
        const named = below(cwd, text)
        if (named === undefined || tree.has(named)) return []
        return [
          { kind: 'script', at: { path, start: word.start, end: word.end }, trail, paths: [named], process: type },
        ]
      }),
    ),
  ])
}

/** What a server is to serve. */
function targets(tree: Tree, plan: Plan): Lack[] {
  return plan.processes.flatMap(({ type, server }): Lack[] => {
    if (server === null || (server.boot !== null && server.boot.problem?.kind !== 'no-module')) return []
    const [module = ''] = server.target?.spec.split(':') ?? []
    const { cwd, at } = server.invocation
    if (!/^[A-Za-z_][\w.]*$/.test(module) || cwd === null) return []
    const paths = filesOf(tree, module, [cwd])
    return [{ kind: 'module', at: server.target?.at ?? at, trail: server.trail, paths, process: type }]
  })
}

function modules(tree: Tree, plan: Plan, dependencies: Dependencies): Lack[] {
  const outside = outsideImports(plan).filter(
    ({ name, boot }) => isOwn(tree, name, boot.roots) || mayBeOwn(name, dependencies),
  )
  return [...outside, ...perhapsMissingImports(plan)].map((found): Lack => {
    const { name, at, process, boot } = found
    const paths = filesOf(tree, name, boot.roots)
    return { kind: 'module', at, trail: wayTo(found), paths, process: process?.type ?? null }
  })
}

const wayTo = (found: ImportInProduction): RelatedPlace[] => trailTo(found, found.at)

/** A part of a package that the tree has. */
const isOwn = (tree: Tree, name: string, roots: readonly string[]): boolean =>
  name.includes('.') && roots.some((root) => tree.hasDirectory(posix.join(root, name.split('.')[0] ?? '')))

/** Neither Python's nor one that the build installs, as far as names tell. */
function mayBeOwn(name: string, dependencies: Dependencies): boolean {
  const [top = ''] = name.split('.')
  if (name.startsWith('.') || standardModule(top, dependencies.python) === 'yes') return false
  if (distributionsOf(name)?.some((each) => installs(dependencies, each) !== 'no') === true) return false
  return !isNamedAlike(dependencies, top) && !resemblesInstalled(dependencies, top)
}

/** `a.b` is in `a.py`, `a/__init__.py`, `a/b.py`, `a/b/__init__.py`, or a folder of modules; those that the tree does not have. */
function filesOf(tree: Tree, name: string, roots: readonly string[]): string[] {
  const parts = name.split('.')
  return roots.flatMap((root) => {
    const bases = parts.map((_, index) => [...(root === '' ? [] : [root]), ...parts.slice(0, index + 1)].join('/'))
    const [first = ''] = bases
    const isNew = !tree.hasDirectory(first) && !tree.has(`${first}.py`)
    const [last = ''] = bases.reverse()
    const files = bases.flatMap((base) => [`${base}/__init__.py`, `${base}.py`]).filter((path) => !tree.has(path))
    return [...files, ...(tree.hasDirectory(last) ? [] : [`${last}/`]), ...(isNew ? [`${first}/`] : [])]
  })
}

/** What `app.config` is loaded from, by its name. https://flask.palletsprojects.com/en/stable/api/#flask.Config */
function configuration(tree: Tree, plan: Plan): Lack[] {
  return callsOf(plan, /^flask\.Config\.from_(?:object|pyfile)$/).flatMap((use): Lack[] => {
    const { call, boot, process, certainty } = use
    const [named, ...others] = call.args.positional[0] ?? []
    const name = named === undefined || others.length > 0 ? null : literalText(named.atom)
    const isOptional = call.args.named.has('silent') || call.args.positional.length > 1
    if (name === null || isOptional || (certainty !== 'certain' && certainty !== 'fallback')) return []
    const at = call.argAt.get(0) ?? call.at
    const asked = { kind: 'module', at, trail: trailTo(use, at), process: process?.type ?? null } as const
    if (call.name.endsWith('from_object')) {
      return [{ ...asked, paths: filesOf(tree, name.replace(':', '.'), boot.roots) }]
    }
    const folder = at.path.slice(0, at.path.lastIndexOf('/') + 1)
    const paths = [`${folder}${name}`, name, `instance/${name}`].map((path) => posix.normalize(path))
    return paths.some((path) => tree.has(path)) ? [] : [{ ...asked, kind: 'data', paths }]
  })
}

/** Files that the app reads, and nothing in it writes. */
function data(tree: Tree, plan: Plan): Lack[] {
  const reads = fileReads(plan).filter(({ path }) => /^[\w./ -]+\.\w+$/.test(path) && !tree.has(path))
  if (reads.length === 0) return []
  const written = new Set(fileWrites(plan).map(({ path }) => path))
  return reads.flatMap(({ call, path, run }): Lack[] => {
    if (written.has(path) || /\.(?:db|sqlite3?|log|lock|pid)$/i.test(path)) return []
    const named = below(run.server?.invocation.cwd ?? '', path)
    if (named === undefined || tree.has(named)) return []
    const at = call.argAt.get(0) ?? call.at
    return [{ kind: 'data', at, trail: trailTo(run, at), paths: [named], process: run.process?.type ?? null }]
  })
}

/** As Jinja takes a name: `/user//home.html` is `user/home.html` (`jinja2.loaders.split_template_path`). */
const withoutEmptyParts = (name: string): string =>
  name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')

const RENDER = /^flask\.(?:templating\.)?render_template$/

/** https://flask.palletsprojects.com/en/stable/tutorial/templates/ */
function templates(tree: Tree, plan: Plan): Lack[] {
  return callsOf(plan, RENDER).flatMap(({ call, boot, server, process, certainty }): Lack[] => {
    if (certainty !== 'certain' && certainty !== 'fallback') return []
    const [named, ...others] = call.args.positional[0] ?? []
    const parts = named?.atom.kind === 'text' ? named.atom.parts : []
    const [asked] = parts
    if (others.length > 0 || parts.length !== 1 || typeof asked !== 'string' || !/^[\w./ -]+\.\w+$/.test(asked))
      return []
    const name = withoutEmptyParts(asked)
    if (tree.paths.some((path) => path === name || path.endsWith(`/${name}`))) return []
    const folders = new Set(boot.loaded.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)))
    const at = call.argAt.get(0) ?? call.at
    const paths = [...folders].map((folder) => `${folder}templates/${name}`)
    return [
      { kind: 'template', at, trail: trailTo({ process, server, boot }, at), paths, process: process?.type ?? null },
    ]
  })
}
