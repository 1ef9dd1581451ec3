import { staleLock } from '../../engine/facts/lock-freshness.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { pythonMismatch } from '../../engine/facts/python-mismatch.ts'
import { defineRule } from '../../engine/rule.ts'

const COMMANDS = { 'Pipfile.lock': 'pipenv lock', 'poetry.lock': 'poetry lock', 'uv.lock': 'uv lock' }

export const lockfileStale = defineRule({
  id: 'lockfile-stale',
  stage: 'build',
  level: 'error',
  summary: 'A lock file that no longer fits what the project asks for',
  why: 'Heroku installs from the lock alone, and has each tool check first that the lock belongs to the manifest: Pipenv and Poetry by a hash of the Pipfile or of `pyproject.toml`, uv by what its lock says of the project. A dependency that was added by hand, or a lock that was not committed with the change, stops the build.',
  consequence:
    'The build stops: "Your Pipfile.lock is out of date", "pyproject.toml changed significantly since poetry.lock was last generated", "the lockfile needs to be updated".',
  instead:
    'Lock again with the tool, and commit both files together:\n\n```\nuv lock\ngit add pyproject.toml uv.lock\n```',
  sources: [
    {
      title: 'heroku-buildpack-python: lib/uv.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/uv.sh',
    },
    { title: 'Pipenv: deployment', url: 'https://pipenv.pypa.io/en/latest/deployment.html' },
    {
      title: 'Poetry: Locker',
      url: 'https://github.com/python-poetry/poetry/blob/2.4.1/src/poetry/packages/locker.py',
    },
    { title: 'uv: locking and syncing', url: 'https://docs.astral.sh/uv/concepts/projects/sync/' },
  ],
  since: '0.1.0',
  predicts: ['install-dependencies::pipenv', 'install-dependencies::poetry', 'install-dependencies::uv'],
  needs: ['plan', 'tree', 'dependencies', 'pythonVersion'],
  *check({ plan, tree, dependencies, pythonVersion }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    const stale = staleLock(tree, dependencies)
    // Where the two name different Pythons, that is the fault.
    if (stale === null || pythonMismatch(tree, dependencies, pythonVersion) !== null) return
    const { lock, manifest, at, difference, reason } = stale
    yield {
      at,
      message: `${lock} does not fit ${manifest} any more${difference === null ? '' : `: ${difference}`}. Run ${COMMANDS[lock]} and commit both.`,
      consequence: `The build stops: the lock is out of date (${reason}).`,
      related: [{ path: manifest, message: 'has changed since' }],
    }
  },
})
