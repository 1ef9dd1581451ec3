import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { defineRule } from '../../engine/rule.ts'

export const pythonVersionMisnamed = defineRule({
  id: 'python-version-misnamed',
  stage: 'build',
  level: 'error',
  summary: 'A file that is meant as .python-version under another name',
  why: 'Heroku knows twenty misspellings of `.python-version`, such as `python-version`, `.python_version` and `.python-version.txt`, and refuses a repository that holds one of them at its root. It does so even where a right `.python-version` stands beside it.',
  consequence: 'The build stops: "Your .python-version file is spelled incorrectly" (python-version-file::misspelled).',
  instead: 'The file under its exact name: `.python-version`, with the leading dot and without an extension.',
  fix: {
    safety: 'safe',
    note: 'Renames the file. Where .python-version exists already, deleting the misspelt one is offered, to be read first.',
  },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/python_version.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/python_version.sh',
    },
  ],
  since: '0.1.0',
  predicts: ['python-version-file::misspelled'],
  needs: ['plan', 'tree', 'pythonVersion'],
  *check({ plan, tree, pythonVersion: { problem } }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    // Fir's buildpack has no such check: https://github.com/heroku/buildpacks-python
    if (plan.generation === 'fir') return
    if (problem?.reason !== 'python-version-file::misspelled') return
    const { path } = problem.at
    const double = tree.has('.python-version')
    yield {
      at: { path },
      message: double
        ? `Heroku takes "${path}" for a misspelt .python-version and stops, although the right file is there. Delete it.`
        : `Heroku takes "${path}" for a misspelt .python-version and stops. Rename it to .python-version.`,
      fix: double
        ? { safety: 'unsafe', description: `delete ${path}`, edits: [{ kind: 'delete', path }] }
        : {
            safety: 'safe',
            description: `rename ${path} to .python-version`,
            uncovers: true,
            edits: [{ kind: 'rename', path, to: '.python-version' }],
          },
    }
  },
})
