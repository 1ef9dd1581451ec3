import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { pythonMismatch } from '../../engine/facts/python-mismatch.ts'
import { defineRule } from '../../engine/rule.ts'

export const pythonVersionMismatch = defineRule({
  id: 'python-version-mismatch',
  stage: 'build',
  level: 'error',
  summary: 'The Python of the build is outside what the project or its lock asks for',
  why: 'Two files say which Python the project is for. Heroku installs the one that `.python-version` (or `runtime.txt`) names; then uv reads `requires-python` in `pyproject.toml`, and Pipenv reads `requires` in `Pipfile.lock`, and both refuse to install for another Python.',
  consequence:
    'The build stops while it installs the dependencies (install-dependencies::uv, install-dependencies::pipenv).',
  instead:
    'The same Python in both places. With Pipenv the simplest is to name it once, in the Pipfile, and to keep no `.python-version`.',
  fix: {
    safety: 'unsafe',
    note: 'Writes into .python-version what the project asks for.',
  },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/uv.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/uv.sh',
    },
    {
      title: 'heroku-buildpack-python: lib/pipenv.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/pipenv.sh',
    },
    {
      title: 'requires-python',
      url: 'https://packaging.python.org/en/latest/specifications/pyproject-toml/#requires-python',
    },
  ],
  since: '0.1.0',
  predicts: ['install-dependencies::uv', 'install-dependencies::pipenv'],
  needs: ['plan', 'tree', 'dependencies', 'pythonVersion'],
  *check({ plan, tree, dependencies, pythonVersion }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    const found = pythonMismatch(tree, dependencies, pythonVersion)
    if (found === null) return
    const { at, asked, wanted, wantedAt, version, reason } = found
    const tool = reason === 'install-dependencies::uv' ? 'uv' : 'Pipenv'
    yield {
      at,
      message: `The build would use Python ${asked}, and ${wantedAt.path} asks for ${wanted}, so that ${tool} refuses to install. Let both say the same.`,
      consequence: `The build stops when ${tool} compares the two (${reason}).`,
      related: [{ ...wantedAt, message: 'says which Python the project is for' }],
      ...(version !== null && at.path === '.python-version' && at.start !== undefined && at.end !== undefined
        ? {
            fix: {
              safety: 'unsafe' as const,
              description: `ask for Python ${version}`,
              edits: [{ kind: 'text' as const, path: at.path, start: at.start, end: at.end, text: version }],
            },
          }
        : {}),
    }
  },
})
