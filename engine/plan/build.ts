/**
 * What Heroku's Python buildpack would stop at, in the order in which bin/compile checks it:
 * https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/bin/compile (v351, read 2026-11-21).
 */
import { committedVirtualenvs } from '../facts/committed.ts'
import type { Facts } from '../facts/facts.ts'
import { slugignore } from '../facts/ignore-patterns.ts'
import { staleLock } from '../facts/lock-freshness.ts'
import { unreadableLocks } from '../facts/lock-readable.ts'
import { notInstallable } from '../facts/not-installable.ts'
import { findPackageManagers, type PackageManager } from '../facts/package-manager.ts'
import { PYTHON_BUILDPACK, usesPythonBuildpack } from '../facts/python-buildpack.ts'
import { pythonMismatch } from '../facts/python-mismatch.ts'
import { isOutdatedPatch, REFUSED_STACKS, removalOf, SUPPORTED_STACKS } from '../facts/python-support.ts'
import { unreadableRequirements } from '../facts/requirement-readable.ts'
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import { missingLibraries } from './system-libraries.ts'

export interface BuildFailure {
  /** The buildpack's own word, such as `package-manager::multiple-found`; `detect` where it does not even begin. */
  readonly reason: string
  /** What it would stop at: a file name, a version, a requirement; '' where the reason says it all. */
  readonly detail: string
  readonly at: Place
}

export interface BuildVerdict {
  /** The reason of the first failure; null when nothing is known to fail. */
  readonly failure: string | null
  /** Titles of the warnings that a build that gets so far would show. */
  readonly warnings: readonly string[]
}

type Input = Pick<Facts, 'tree' | 'dependencies' | 'pythonVersion' | 'appJson' | 'plan'>

/** Names at the root by which bin/detect takes an app for one of Python. */
const DETECTED =
  /^(?:\.python-version|__init__\.py|app\.py|main\.py|manage\.py|pdm\.lock|Pipfile|Pipfile\.lock|poetry\.lock|pyproject\.toml|requirements\.txt|runtime\.txt|server\.py|setup\.cfg|setup\.py|uv\.lock|requeriments\.txt|requirement\.txt|requirements|requirements\.text|Requirements\.txt|requirements\.txt\.txt|requirments\.txt)$/
const DETECTED_FOLDERS = ['requirements', '__pycache__', '.venv', 'venv']

/** The tree as the buildpack sees it: without what .slugignore takes out. */
class Checkout {
  readonly tree: Tree
  readonly #left: (path: string) => boolean

  constructor({ tree, plan }: Input) {
    this.tree = tree
    const ignoring = slugignore(tree, plan?.generation ?? 'cedar')
    this.#left = (path) => ignoring(path) === undefined
  }

  has(path: string): boolean {
    return this.tree.has(path) && this.#left(path)
  }

  get paths(): readonly string[] {
    return this.tree.paths.filter(this.#left)
  }
}

/**
 * Every failure that can be read from the repository, in the order in which the build would meet them.
 * None where app.json names other buildpacks, or one that builds a subfolder.
 */
export function buildFailures(input: Input): readonly BuildFailure[] {
  if (!usesPythonBuildpack(input.tree)) return []
  const checkout = new Checkout(input)
  if (input.plan?.generation === 'fir') return firFailures(checkout, input)
  return [
    ...detection(checkout),
    ...stack(input),
    ...duplicateBuildpack(input),
    ...existingPython(checkout),
    ...packageManager(checkout),
    ...virtualenv(checkout),
    ...python(input),
    ...installation(input),
    ...nltk(checkout, input),
  ]
}

/** What only the classic buildpack knows: Pipenv, and the names that were meant as .python-version. */
const CEDAR_ONLY = /^(?:pipfile-lock::|install-dependencies::pipenv$|python-version-file::misspelled$)/

/**
 * Fir's buildpack knows three package managers and refuses every runtime.txt, and has none of the checks for what should not be
 * committed: https://github.com/heroku/buildpacks-python (6.5.6). It has no words of its own for the reasons.
 */
function firFailures(checkout: Checkout, input: Input): BuildFailure[] {
  const found = findPackageManagers(checkout.tree).filter(({ manager }) => manager !== 'pipenv')
  const several = found.length > 1 ? [multipleFound(found.map(({ path }) => path))] : []
  const none = { reason: 'package-manager::none-found', detail: '', at: { path: 'requirements.txt' } }
  const runtime = { reason: 'runtime-txt::not-supported', detail: '', at: { path: 'runtime.txt' } }
  const later = [...python(input), ...installation(input)].filter(
    ({ reason }) => !CEDAR_ONLY.test(reason) && !reason.startsWith('runtime-txt::'),
  )
  return [
    ...detection(checkout),
    ...(found.length === 0 ? [none] : several),
    ...(checkout.has('runtime.txt') ? [runtime] : []),
    ...later,
  ]
}

const multipleFound = (paths: readonly string[]): BuildFailure => ({
  reason: 'package-manager::multiple-found',
  detail: paths.join(', '),
  at: { path: paths[1] ?? '' },
})

/** The first failure, and the warnings of a build that gets past it. */
export function firstBuildFailure(input: Input): BuildVerdict {
  const { pythonVersion } = input
  const warnings: string[] = []
  if (!usesPythonBuildpack(input.tree)) return { failure: null, warnings }
  if (pythonVersion.origin === 'default') warnings.push('No Python version was specified.')
  if (pythonVersion.origin === 'runtime.txt') warnings.push('The runtime.txt file is deprecated.')
  if (pythonVersion.problem === null) {
    const { major, requested } = pythonVersion
    if (major !== null && removalOf(major) !== undefined) warnings.push(`Support for Python ${major} is deprecated!`)
    if (requested !== null && requested !== major && isOutdatedPatch(requested)) {
      warnings.push('A Python patch update is available!')
    }
  }
  return { failure: buildFailures(input)[0]?.reason ?? null, warnings }
}

function detection(checkout: Checkout): BuildFailure[] {
  const seen = checkout.paths.some(
    (path) => DETECTED.test(path) || DETECTED_FOLDERS.some((folder) => path.startsWith(`${folder}/`)),
  )
  return seen ? [] : [{ reason: 'detect', detail: '', at: { path: 'requirements.txt' } }]
}

function stack({ appJson }: Input): BuildFailure[] {
  const name = appJson?.stack
  if (name == null || name === 'container' || SUPPORTED_STACKS.includes(name)) return []
  const reason =
    REFUSED_STACKS.includes(name) || name.startsWith('cedar') ? 'checks::stack::eol' : 'checks::stack::unknown'
  return [{ reason, detail: name, at: { path: 'app.json' } }]
}

function duplicateBuildpack({ appJson }: Input): BuildFailure[] {
  const twice = appJson?.buildpacks.filter((url) => PYTHON_BUILDPACK.test(url.trim())) ?? []
  if (twice.length < 2) return []
  return [{ reason: 'checks::duplicate-python-buildpack', detail: twice[1] ?? '', at: { path: 'app.json' } }]
}

function existingPython(checkout: Checkout): BuildFailure[] {
  const path = checkout.paths.find((file) => file === '.heroku/python' || file.startsWith('.heroku/python/'))
  return path === undefined ? [] : [{ reason: 'checks::existing-python-dir', detail: path, at: { path } }]
}

function packageManager(checkout: Checkout): BuildFailure[] {
  if (checkout.has('Pipfile') && !checkout.has('Pipfile.lock')) {
    return [{ reason: 'package-manager::pipenv-missing-lockfile', detail: 'Pipfile', at: { path: 'Pipfile' } }]
  }
  const found = findPackageManagers(checkout.tree).filter(({ path }) => checkout.has(path))
  const [first, second] = found
  if (first !== undefined) {
    return second === undefined ? [] : [multipleFound(found.map(({ path }) => path))]
  }
  return checkout.has('setup.py')
    ? [{ reason: 'package-manager::setup-py-only', detail: 'setup.py', at: { path: 'setup.py' } }]
    : [{ reason: 'package-manager::none-found', detail: '', at: { path: 'requirements.txt' } }]
}

function virtualenv(checkout: Checkout): BuildFailure[] {
  return committedVirtualenvs(checkout.tree)
    .filter(({ refused, marker }) => refused && checkout.has(marker))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1))
    .slice(0, 1)
    .map(({ folder, marker }) => ({ reason: 'checks::existing-venv-dir', detail: folder, at: { path: marker } }))
}

const isOfInstallation = (reason: string): boolean => reason.startsWith('install-dependencies::')

function python({ pythonVersion: { problem } }: Input): BuildFailure[] {
  return problem === null || isOfInstallation(problem.reason) ? [] : [problem]
}

/** What the package manager itself would stop at. It runs only where there is one, and where it can be told apart. */
function installation(input: Input): BuildFailure[] {
  const { tree, dependencies, pythonVersion, plan } = input
  const { manager } = dependencies
  if (manager === null) return []
  const reason = `install-dependencies::${manager satisfies PackageManager}`
  const failures: BuildFailure[] = []
  const add = (detail: string, at: Place, why = reason): void => {
    failures.push({ reason: why, detail, at })
  }
  const { problem } = pythonVersion
  if (problem !== null && isOfInstallation(problem.reason)) add(problem.detail, problem.at, problem.reason)
  for (const { path, at, reason: why } of unreadableLocks(tree, dependencies, pythonVersion)) {
    if (why !== problem?.reason) add(path, at, why)
  }
  const mismatch = pythonMismatch(tree, dependencies, pythonVersion)
  if (mismatch !== null) add(mismatch.asked, mismatch.at, mismatch.reason)
  const stale = staleLock(tree, dependencies)
  if (stale !== null) add(stale.lock, stale.at, stale.reason)
  if (manager === 'pip') {
    for (const { line, at } of unreadableRequirements(dependencies.broken, plan?.generation ?? 'cedar')) add(line, at)
  }
  for (const { what, at } of notInstallable(tree, dependencies)) add(what, at)
  if (plan !== undefined) {
    for (const { when, distribution } of missingLibraries(tree, plan, dependencies)) {
      if (when === 'build') add(distribution.spelling, distribution.at)
    }
  }
  return failures
}

/** Names of NLTK's packages hold letters, digits and a few marks; the downloader refuses any other: bin/steps/nltk. */
function nltk(checkout: Checkout, { tree, dependencies }: Input): BuildFailure[] {
  if (!checkout.has('nltk.txt') || !dependencies.production.has('nltk')) return []
  const names = (tree.read('nltk.txt')?.text ?? '').split(/\s+/).filter((name) => name !== '')
  const wrong = names.find((name) => !/^[\w.-]+$/.test(name))
  return wrong === undefined ? [] : [{ reason: 'nltk-downloader', detail: wrong, at: { path: 'nltk.txt' } }]
}
