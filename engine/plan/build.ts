import type { Facts } from '../facts/facts.ts'

export interface BuildVerdict {
  /** The buildpack's own word for the first failure, such as `package-manager::multiple-found`; null when nothing is known to fail. */
  readonly failure: string | null
  readonly warnings: readonly string[]
}

/**
 * What the Python buildpack would stop at first: it checks the package manager before the Python version
 * (heroku-buildpack-python v351, bin/compile, read 2026-11-21).
 */
export function firstBuildFailure({
  tree,
  dependencies,
  pythonVersion,
}: Pick<Facts, 'tree' | 'dependencies' | 'pythonVersion'>): BuildVerdict {
  const warnings: string[] = []
  if (pythonVersion.origin === 'default') warnings.push('No Python version was specified.')
  if (pythonVersion.origin === 'runtime.txt') warnings.push('The runtime.txt file is deprecated.')
  return {
    failure: packageManagerFailure(tree, dependencies.found.length) ?? pythonVersion.problem?.reason ?? null,
    warnings,
  }
}

function packageManagerFailure(tree: Facts['tree'], found: number): string | null {
  if (tree.has('Pipfile') && !tree.has('Pipfile.lock')) return 'package-manager::pipenv-missing-lockfile'
  if (found > 1) return 'package-manager::multiple-found'
  if (found === 0) return tree.has('setup.py') ? 'package-manager::setup-py-only' : 'package-manager::none-found'
  return null
}
