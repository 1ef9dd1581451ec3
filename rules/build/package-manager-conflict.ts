import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import type { Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'

const TITLES = { pip: 'pip', pipenv: 'Pipenv', poetry: 'Poetry', uv: 'uv' }

export const packageManagerConflict = defineRule({
  id: 'package-manager-conflict',
  stage: 'build',
  level: 'error',
  summary: 'Files of several package managers at the root of the repository',
  why: 'Until the end of 2025 Heroku guessed which of several package managers to use. Since buildpack v325 a repository that holds more than one of `requirements.txt`, `Pipfile.lock`, `poetry.lock` and `uv.lock` at its root is refused, also where one of them was only exported from the other.',
  consequence: 'The build stops: "Multiple Python package manager files were found" (package-manager::multiple-found).',
  instead:
    'Keep the file of the one tool that you use, and remove the others from the repository:\n\n```\ngit rm requirements.txt\n```',
  fix: {
    safety: 'unsafe',
    note: 'Deletes requirements.txt where one lock file is there as well and brings all that the app needs.',
  },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/package_manager.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/package_manager.sh',
    },
    { title: 'Heroku Python support', url: 'https://devcenter.heroku.com/articles/python-support' },
  ],
  since: '0.1.0',
  predicts: ['package-manager::multiple-found'],
  needs: ['plan', 'tree', 'dependencies'],
  *check({ plan, tree, dependencies }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    const { found } = dependencies
    if (found.length < 2) return
    // The lock tells what the project is really managed with; requirements.txt is often only exported from it.
    const main = found.find(({ manager }) => manager !== 'pip') ?? found[0]
    if (main === undefined) return
    const others = found.filter((file) => file !== main)
    const names = others.map(({ path, manager }) => `${path} (${TITLES[manager]})`).join(' and ')
    const [other] = others
    const fix: Fix | null =
      others.length === 1 && other?.manager === 'pip'
        ? {
            safety: 'unsafe',
            description: `delete ${other.path} and keep ${main.path}`,
            edits: [{ kind: 'delete', path: other.path }],
          }
        : null
    yield {
      at: { path: main.path },
      message: `${main.path} (${TITLES[main.manager]}) stands beside ${names}. Keep the file of one package manager and remove the others.`,
      related: others.map(({ path, manager }) => ({ path, message: `a file of ${TITLES[manager]}` })),
      ...(fix === null ? {} : { fix }),
    }
  },
})
