/** Imports that production reaches and that leave the tree. */
import type { Place } from '../finding.ts'
import type { MissingImport, OutsideImport } from '../python/records.ts'
import { certainty } from '../python/value.ts'
import type { Tree } from '../tree.ts'
import { boots, type Plan } from './plan.ts'
import { asUnread, conditionText, type Run, stopped } from './production.ts'

export interface ImportInProduction extends Run {
  readonly name: string
  readonly at: Place
  readonly phase: 'import' | 'request'
  /** In words, where the import happens only while config vars are not set; '' where it always happens. */
  readonly condition: string
  /** `from name import …`; then `at` is the module's name alone. */
  readonly isFrom: boolean
  /** Of a missing import: a module is missing, and not a name in one. */
  readonly isModule: boolean
}

/** Imports of something outside the tree, once a place; not those that a handler or an unknown condition guards. */
export const outsideImports = (plan: Plan): ImportInProduction[] => reached(plan, (run) => run.boot.outside)

/** Imports of what the tree should have and has not. */
export const missingImports = (plan: Plan): ImportInProduction[] =>
  reached(plan, (run) => run.boot.missing.filter(({ isSure }) => isSure))

/** The same, and those that the tree may satisfy in a way that reading does not see. */
export const perhapsMissingImports = (plan: Plan): ImportInProduction[] => reached(plan, (run) => run.boot.missing)

function reached(plan: Plan, of: (run: Run) => readonly (OutsideImport | MissingImport)[]): ImportInProduction[] {
  const seen = new Set<string>()
  return boots(plan).flatMap((run) =>
    of(run).flatMap((found) => {
      const { name, at, guards, phase, caught } = found
      const key = `${at.path}:${at.start}:${name}`
      if (caught || seen.has(key) || THIRD_PARTY.test(at.path) || stopped(guards, run.boot.needed)) return []
      const sure = certainty(guards)
      if (sure !== 'certain' && sure !== 'fallback') return []
      seen.add(key)
      return [
        {
          ...run,
          name,
          at,
          phase,
          condition: conditionText(guards),
          isFrom: 'isFrom' in found && found.isFrom,
          isModule: 'isModule' in found && found.isModule,
        },
      ]
    }),
  )
}

/** A library that was copied into the repository has imports of its own that nobody here wrote. */
const THIRD_PARTY = /(?:^|\/)(?:site-packages|dist-packages|node_modules|vendor|vendored|_vendor|third_party)\//

/** How a failing import shows, by where it happens. */
export function importConsequence(plan: Plan, found: ImportInProduction): { level?: 'warning'; consequence?: string } {
  const { process, phase, condition } = found
  if (phase === 'request')
    return {
      level: 'warning',
      consequence:
        'The dyno boots, and whatever calls this function fails with ModuleNotFoundError (a 500 for a request).',
    }
  const weaker: { level?: 'warning' } = process === null || condition !== '' ? { level: 'warning' } : asUnread(plan)
  return process === null || process.type === 'web'
    ? weaker
    : {
        ...weaker,
        consequence: `The ${process.type} process ends at its start with ModuleNotFoundError, each time anew.`,
      }
}

/** Is there a module of that name anywhere in the tree? A program that changes its path may mean that one. */
export function liesSomewhere(tree: Tree, top: string): boolean {
  let names = MODULE_NAMES.get(tree)
  if (names === undefined) {
    const python = tree.paths.filter((path) => path.endsWith('.py'))
    names = new Set(python.flatMap((path) => path.slice(0, -'.py'.length).split('/')))
    MODULE_NAMES.set(tree, names)
  }
  return names.has(top)
}

/** What each file of Python and each folder above it is called. */
const MODULE_NAMES = new WeakMap<Tree, ReadonlySet<string>>()

/** Does a path lie in a git submodule (https://devcenter.heroku.com/articles/git-submodules), as far as `.gitmodules` tells? */
export function inSubmodule(tree: Tree, path: string): boolean {
  if (!tree.has('.gitmodules')) return false
  const paths = [...(tree.read('.gitmodules')?.text ?? '').matchAll(/^\s*path\s*=\s*(\S.*?)\s*$/gm)].map(
    (match) => match[1],
  )
  return paths.some((each) => each !== undefined && (path === each || path.startsWith(`${each}/`)))
}

/**
 * Does something install packages after the build: a process that runs `pip install` first, or a hook of the build
 * (https://devcenter.heroku.com/articles/python-support#build-behavior)? Then what requirements.txt says is not all.
 */
export function installsLater(plan: Plan): boolean {
  const { tree } = plan.modules
  const hooks = ['bin/pre_compile', 'bin/post_compile'].some((path) => INSTALL.test(tree.read(path)?.text ?? ''))
  return (
    hooks ||
    plan.processes.some((process) =>
      process.invocations.some(({ programName, arguments: words }) =>
        INSTALL.test([programName ?? '', ...words.map((word) => word.raw)].join(' ')),
      ),
    )
  )
}

const INSTALL = /\b(?:pip[\d.]*|poetry|pipenv|uv|pdm|conda|mamba)\b.*\b(?:install|sync)\b/
