import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { defineRule } from '../../engine/rule.ts'

export const pipfileLockMissing = defineRule({
  id: 'pipfile-lock-missing',
  stage: 'build',
  level: 'error',
  summary: 'A Pipfile without its Pipfile.lock, even beside a requirements.txt',
  why: 'A `Pipfile` alone does not say which versions to install, and Heroku no longer guesses them. It looks for this before anything else, so that a forgotten `Pipfile` stops the build of a project that has a good `requirements.txt`, too.',
  consequence: 'The build stops: "No \'Pipfile.lock\' found!" (package-manager::pipenv-missing-lockfile).',
  instead:
    'Run `pipenv lock` and commit `Pipfile.lock`; or, where another tool manages the dependencies, remove the `Pipfile`:\n\n```\ngit rm Pipfile\n```',
  fix: { safety: 'unsafe', note: 'Deletes the Pipfile where the file of another package manager is there.' },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/package_manager.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/package_manager.sh',
    },
    { title: 'Heroku Python support', url: 'https://devcenter.heroku.com/articles/python-support' },
  ],
  since: '0.1.0',
  absence: 'packages',
  predicts: ['package-manager::pipenv-missing-lockfile'],
  needs: ['plan', 'tree', 'dependencies'],
  *check({ plan, tree, dependencies }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    // Fir's buildpack does not know Pipenv: https://github.com/heroku/buildpacks-python
    if (plan.generation === 'fir') return
    if (!tree.has('Pipfile') || tree.has('Pipfile.lock')) return
    const at = { path: 'Pipfile' }
    const other = dependencies.found[0]
    if (other === undefined) {
      const ignored = tree.isIgnored('Pipfile.lock')
        ? 'Pipfile.lock is ignored by git: take it out of .gitignore'
        : 'Run pipenv lock'
      yield { at, message: `The Pipfile has no Pipfile.lock beside it. ${ignored} and commit it.` }
      return
    }
    yield {
      at,
      message: `The Pipfile has no Pipfile.lock beside it, which stops the build although ${other.path} is there. Remove the Pipfile, or commit its lock instead of ${other.path}.`,
      related: [{ path: other.path, message: 'would be installed, were it not for the Pipfile' }],
      fix: { safety: 'unsafe', description: 'delete the Pipfile', edits: [{ kind: 'delete', path: 'Pipfile' }] },
    }
  },
})
