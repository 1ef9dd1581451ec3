import { unreadableLocks } from '../../engine/facts/lock-readable.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { defineRule } from '../../engine/rule.ts'

export const lockfileInvalid = defineRule({
  id: 'lockfile-invalid',
  stage: 'build',
  level: 'error',
  summary: 'A lock file, or the manifest beside it, that its tool cannot read',
  why: 'Lock files are long and nobody reads them, so that a merge in the middle of one is easily committed with its conflict markers. The build reads them first: `Pipfile.lock` as JSON, and its Python version as an exact `N.N` or `N.N.N`; `poetry.lock`, `uv.lock`, `pyproject.toml` and `Pipfile` as TOML.',
  consequence:
    'The build stops: "Can\'t parse Pipfile.lock" (pipfile-lock::invalid-json), or when the dependencies are installed.',
  instead:
    'Take one side of the merge, and let the tool write the lock anew: `pipenv lock`, `poetry lock` or `uv lock`.',
  sources: [
    {
      title: 'heroku-buildpack-python: lib/python_version.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/python_version.sh',
    },
    { title: 'Pipfile.lock', url: 'https://pipenv.pypa.io/en/latest/pipfile.html' },
    { title: 'TOML', url: 'https://toml.io/en/v1.0.0' },
  ],
  since: '0.1.0',
  predicts: [
    'pipfile-lock::invalid-json',
    'pipfile-lock::invalid-version',
    'install-dependencies::pipenv',
    'install-dependencies::poetry',
    'install-dependencies::uv',
  ],
  needs: ['plan', 'tree', 'dependencies', 'pythonVersion'],
  *check({ plan, tree, dependencies, pythonVersion }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    for (const { path, at, why, conflict, reason } of unreadableLocks(tree, dependencies, pythonVersion)) {
      const lock = path.endsWith('.lock')
      const remedy = conflict
        ? `Keep one side${lock ? ' and lock again' : ''}.`
        : reason === 'pipfile-lock::invalid-version'
          ? 'Name it so in the Pipfile, and run pipenv lock.'
          : lock
            ? 'Let its tool write it anew.'
            : 'Correct it.'
      yield {
        at,
        message: `${path} cannot be read: ${why}. ${remedy}`,
        consequence: `The build stops there (${reason}).`,
      }
    }
  },
})
