import { dynoEnvironment } from '../../engine/facts/pep508.ts'
import { readPyproject } from '../../engine/facts/pyproject.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { newestWithin } from '../../engine/facts/python-support.ts'
import { DEFAULT_PYTHON } from '../../engine/facts/python-version.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

/** The Python to write down: the default, or the newest that the project says it works with. */
function advised(tree: Tree, python: string): string {
  const pyproject = tree.has('pyproject.toml') ? readPyproject(tree, dynoEnvironment(python)) : undefined
  const range = pyproject === undefined || 'error' in pyproject ? null : pyproject.python
  return (range?.notation === 'pep440' ? newestWithin(range.range) : undefined) ?? DEFAULT_PYTHON
}

export const pythonVersionMissing = defineRule({
  id: 'python-version-missing',
  stage: 'build',
  level: 'warning',
  summary: 'Nothing says which Python to build with',
  why: 'Without a `.python-version` a new app gets the default of the day, and an app that was built before keeps the version of its last build. The same commit then runs on one Python in production, on another in a review app and on a third on your machine; and when the default moves on, old pins in the requirements stop having a wheel to install. With uv the file is required.',
  consequence:
    'The build warns: "No Python version was specified"; Heroku has announced that this will become an error.',
  instead: 'A `.python-version` at the root, with the version alone:\n\n```\n3.14\n```',
  fix: {
    safety: 'unsafe',
    note: 'Writes a .python-version that asks for the default Python of Heroku, or for the newest one within `requires-python`. An app that was built before may run on another one now.',
  },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/python_version.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/python_version.sh',
    },
    { title: 'Specifying a Python version', url: 'https://devcenter.heroku.com/articles/python-runtimes' },
  ],
  since: '0.1.0',
  predicts: ['python-version-file::not-found'],
  needs: ['plan', 'tree', 'dependencies', 'pythonVersion'],
  *check({ plan, tree, dependencies, pythonVersion: { origin, problem, full } }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    // Without a file to install from, the build never comes this far; a misspelt one has a rule of its own.
    if (origin !== 'default' || dependencies.found.length === 0) return
    const required = problem?.reason === 'python-version-file::not-found'
    if (problem !== null && !required) return
    const version = advised(tree, full)
    const ignored = tree.isIgnored('.python-version')
    const put = ignored ? 'It is ignored by git: take it out of .gitignore and commit it.' : `Write ${version} into it.`
    yield {
      at: { path: '.python-version' },
      message: required
        ? `Heroku builds a uv project only with a .python-version, and there is none. ${put}`
        : `There is no .python-version, so that the Python of the build depends on the day and on earlier builds. ${put}`,
      ...(required
        ? {
            level: 'error' as const,
            consequence: 'The build stops: "No Python version was specified" (python-version-file::not-found).',
          }
        : {}),
      ...(ignored
        ? {}
        : {
            fix: {
              safety: 'unsafe' as const,
              description: `write a .python-version that says ${version}`,
              edits: [{ kind: 'create' as const, path: '.python-version', text: `${version}\n` }],
            },
          }),
    }
  },
})
