import type { Tree } from '../tree.ts'

export type PackageManager = 'pip' | 'pipenv' | 'poetry' | 'uv'

/**
 * The files that tell the buildpack which package manager to use, in the order in which it looks for them:
 * https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/package_manager.sh
 */
export const PACKAGE_MANAGER_FILES: readonly { readonly manager: PackageManager; readonly path: string }[] = [
  { manager: 'pipenv', path: 'Pipfile.lock' },
  { manager: 'pip', path: 'requirements.txt' },
  { manager: 'poetry', path: 'poetry.lock' },
  { manager: 'uv', path: 'uv.lock' },
]

/** Those of the four files that stand at the root. With more than one of them the build is refused. */
export function findPackageManagers(tree: Tree): typeof PACKAGE_MANAGER_FILES {
  return PACKAGE_MANAGER_FILES.filter(({ path }) => tree.has(path))
}
