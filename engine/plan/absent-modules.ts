/** Imports of what should be the project's own, or Python's, and is nowhere. */
import { isNamedAlike, resemblesInstalled } from '../facts/brought-modules.ts'
import { couldBeAtLeast, type Dependencies } from '../facts/dependencies.ts'
import { distributionsOf, type GoneModule, movedModule, standardModule } from '../facts/modules.ts'
import type { Tree } from '../tree.ts'
import { type ImportInProduction, inSubmodule, liesSomewhere, missingImports, outsideImports } from './imports.ts'
import type { Plan } from './plan.ts'

export type AbsentModuleFault =
  /** `from .models import db` in a module that is imported as a top-level one. */
  | { readonly kind: 'no-package' }
  /** Python's own library no longer has it. */
  | { readonly kind: 'gone'; readonly gone: GoneModule }
  /** The library that had it took it out. */
  | {
      readonly kind: 'moved'
      readonly module: string
      readonly distribution: string
      readonly version: string
      readonly instead: string
    }
  /** The tree has a file of that name, in other case. */
  | { readonly kind: 'case'; readonly path: string }
  /** The tree has it beside the importing module, where only Python 2 looks. */
  | { readonly kind: 'implicit-relative'; readonly path: string; readonly module: string }
  /** `.gitignore` names the file, so that it is on one laptop only. */
  | { readonly kind: 'ignored'; readonly path: string; readonly pattern: string }
  /** The package is the tree's own, and has no such module. */
  | { readonly kind: 'no-submodule'; readonly owner: string }
  /** The module is the tree's own, and nothing in it has that name. */
  | { readonly kind: 'no-name'; readonly path: string; readonly attribute: string }

export interface AbsentImport {
  readonly found: ImportInProduction
  readonly fault: AbsentModuleFault
}

/** Imports that fail on every dyno whatever is installed; nothing where reading cannot tell. */
export function absentImports(plan: Plan, dependencies: Dependencies): AbsentImport[] {
  return [
    ...outsideImports(plan).flatMap((found) => judged(found, outsideFault(plan, dependencies, found))),
    ...missingImports(plan).flatMap((found) => judged(found, missingFault(plan, found))),
  ]
}

const judged = (found: ImportInProduction, fault: AbsentModuleFault | null): AbsentImport[] =>
  fault === null ? [] : [{ found, fault }]

function outsideFault(plan: Plan, dependencies: Dependencies, found: ImportInProduction): AbsentModuleFault | null {
  const { name, boot, process } = found
  const { tree } = plan.modules
  if (name.startsWith('.')) return process === null || !lacksPackage(plan, found) ? null : { kind: 'no-package' }
  const [top = ''] = name.split('.')
  const standard = standardModule(top, dependencies.python)
  if (standard === 'yes') return null
  if (inSubmodule(tree, name.replaceAll('.', '/')) || inSubmodule(tree, top)) return null
  const moved = movedModule(name)
  if (moved !== undefined)
    return couldBeAtLeast(dependencies, moved.distribution, moved.version) === true ? { kind: 'moved', ...moved } : null
  if (distributionsOf(name) !== undefined || isNamedAlike(dependencies, top)) return null
  if (process !== null && !changesPath(plan, found)) {
    const near = plan.modules.resolve(top, boot.roots) === undefined ? nearModule(tree, found, top) : null
    if (near !== null) return near
    // of a package with an __init__.py, the missing imports tell
    const folder = plan.modules.resolve(top, boot.roots)
    const owner = folder?.path === null ? folder.directory : null
    if (owner !== null && owner !== undefined && name !== top && holdsPython(tree, owner))
      return { kind: 'no-submodule', owner }
  }
  if (resemblesInstalled(dependencies, top) || liesSomewhere(tree, top)) return null
  if (standard !== 'no') return isCarried(dependencies, top) ? null : { kind: 'gone', gone: standard }
  return ignoredFile(tree, found, top)
}

/** Python's own modules that live on as distributions: `legacy-cgi`, `standard-imghdr`, `pyasyncore`; `distutils` in setuptools. */
const isCarried = (dependencies: Dependencies, top: string): boolean =>
  top === 'distutils' ||
  !dependencies.certain ||
  [...dependencies.production.keys()].some((name) => name.includes(top.toLowerCase()))

/** Relative imports fail for want of a package only where the module was found as a top-level one by the command's own words. */
function lacksPackage(plan: Plan, { boot, at }: ImportInProduction): boolean {
  // `python -m shop` runs shop/__main__.py as a part of its package
  if (at.path.endsWith('__main__.py')) return false
  const module = boot.loaded.find(({ path }) => path === at.path)
  return module !== undefined && !boot.exhausted && !plan.modules.parse(at.path).body.some(setsPackage)
}

/** `__package__ = "shop"` mends it (PEP 366). */
const setsPackage = (stmt: { readonly kind: string }): boolean =>
  stmt.kind === 'assign' && JSON.stringify(stmt).includes('"__package__"')

/** Does the program, or the dyno's environment, look for modules in further folders? */
function changesPath(plan: Plan, { boot, server }: ImportInProduction): boolean {
  const { tree } = plan.modules
  if (server?.invocation.environment.has('PYTHONPATH') === true) return true
  const settings = tree.paths.filter((path) => /^(?:app\.json|\.profile|\.profile\.d\/[^/]+|\.env)$/.test(path))
  if (settings.some((path) => tree.read(path)?.text.includes('PYTHONPATH') === true)) return true
  const read = [...boot.loaded.map(({ path }) => path), ...(server?.config ? [server.config] : [])]
  return read.some((path) => /\bsys\.path\b|\bsite\.addsitedir\b|\bmeta_path\b/.test(tree.read(path)?.text ?? ''))
}

/** A file of that name in another case, or beside the importing module. */
function nearModule(tree: Tree, { at, boot }: ImportInProduction, top: string): AbsentModuleFault | null {
  const folder = folderOf(at.path)
  const places = (root: string): string[] => [`${root}${top}.py`, `${root}${top}/__init__.py`]
  const wanted = new Set(
    boot.roots.flatMap((root) => places(root === '' ? '' : `${root}/`)).map((path) => path.toLowerCase()),
  )
  const other = tree.paths.find((path) => wanted.has(path.toLowerCase()))
  if (other !== undefined) return { kind: 'case', path: other }
  if (folder === '' || !tree.has(`${folder}/__init__.py`)) return null
  const beside = places(`${folder}/`).find((path) => tree.has(path))
  if (beside === undefined) return null
  const importer = boot.loaded.find(({ path }) => path === at.path)?.name
  if (importer === undefined) return null
  const owner = at.path.endsWith('/__init__.py') ? importer : importer.slice(0, Math.max(0, importer.lastIndexOf('.')))
  return owner === '' ? null : { kind: 'implicit-relative', path: beside, module: `${owner}.${top}` }
}

const holdsPython = (tree: Tree, folder: string): boolean =>
  tree.paths.some((path) => path.startsWith(`${folder}/`) && path.endsWith('.py'))

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')

/** A line of a `.gitignore` that names the module's file itself, at the root or beside the importing module. */
function ignoredFile(tree: Tree, { at, boot }: ImportInProduction, top: string): AbsentModuleFault | null {
  const folders = [...new Set([...boot.roots, folderOf(at.path)])]
  for (const folder of new Set(['', ...folders])) {
    const path = folder === '' ? '.gitignore' : `${folder}/.gitignore`
    const lines = (tree.has(path) ? tree.read(path)?.text : undefined)?.split('\n').map((line) => line.trim()) ?? []
    if (lines.some((line) => line.startsWith('!') && line.includes(top))) return null
    for (const line of lines) {
      const named = line.replace(/^\/|\/$/g, '')
      const below = named.slice(named.lastIndexOf('/') + 1)
      if (below !== `${top}.py` && (below !== top || ENVIRONMENTS.test(top))) continue
      const where = named.includes('/') ? [named] : folders.map((each) => (each === '' ? named : `${each}/${named}`))
      const file = where.find((each) => !tree.has(each) && !tree.hasDirectory(each))
      if (file !== undefined) return { kind: 'ignored', path: file, pattern: line }
    }
  }
  return null
}

/** Virtual environments, of which every `.gitignore` speaks. */
const ENVIRONMENTS = /^\.?v?env(?:ironment)?\d*$|^ENV$|^virtualenv$/

function missingFault(plan: Plan, { name, boot, at, process, isModule }: ImportInProduction): AbsentModuleFault | null {
  if (boot.exhausted || process === null) return null
  const { modules } = plan
  const [top = ''] = name.split('.')
  if (standardModule(top, '3.14') === 'yes' || inSubmodule(modules.tree, name.replaceAll('.', '/'))) return null
  const cut = name.lastIndexOf('.')
  const [owner, attribute] = [name.slice(0, cut), name.slice(cut + 1)]
  const resolved = modules.resolve(owner, boot.roots)
  if (resolved === undefined) {
    // a deeper package is missing: `import a.b.c` where a has no b
    const first = modules.resolve(top, boot.roots)
    return first === undefined || mayBeMade(name)
      ? null
      : { kind: 'no-submodule', owner: first.path ?? first.directory ?? top }
  }
  const { path, directory } = resolved
  if (path === null || path === at.path || mayBeMade(attribute)) return null
  const { tree } = modules
  const text = tree.read(path)?.text ?? ''
  // whatever names it, names it in a way that reading may have missed
  if (modules.parse(path).skippedAt !== null || new RegExp(`\\b${attribute}\\b`).test(text)) return null
  if (HIDDEN_NAMES.test(text)) return null
  const other =
    directory === null ? undefined : tree.paths.find((each) => isSameButCase(each, `${directory}/${attribute}`))
  if (other !== undefined) return { kind: 'case', path: other }
  return isModule ? { kind: 'no-submodule', owner: directory ?? path } : { kind: 'no-name', path, attribute }
}

/** What a module does to get names that reading does not see. */
const HIDDEN_NAMES =
  /\b__getattr__\b|\bimport \*|\bglobals\(|\bvars\(|\blocals\(|\bexec\(|\bsetattr\(|\bsys\.modules\b|\b__path__\b|\b__dict__\b/

const isSameButCase = (path: string, module: string): boolean =>
  [`${module}.py`, `${module}/__init__.py`].some((each) => each.toLowerCase() === path.toLowerCase())

/** Modules that a build writes. */
const mayBeMade = (name: string): boolean => /(?:^|\.)_?version$|_pb2(?:_grpc)?$|(?:^|\.)_version\b/.test(name)
