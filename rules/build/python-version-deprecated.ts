import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { removalOf } from '../../engine/facts/python-support.ts'
import { DEFAULT_PYTHON } from '../../engine/facts/python-version.ts'
import type { Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'

export const pythonVersionDeprecated = defineRule({
  id: 'python-version-deprecated',
  stage: 'build',
  level: 'warning',
  summary: 'The project asks for a Python that Heroku is about to drop',
  why: 'Heroku announces months ahead when a version of Python goes: shortly after its own end of life. Until then the build only warns, in a log that nobody reads. From that day on every push is refused, also the one that was to mend something urgent.',
  consequence: 'The build warns that support for this Python is deprecated; from the announced day on it stops.',
  instead: 'A newer version in `.python-version`, tried with your tests first:\n\n```\n3.14\n```',
  fix: {
    safety: 'unsafe',
    note: 'Asks for the default Python of Heroku; the code and its dependencies have to work with it.',
  },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/python_version.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/python_version.sh',
    },
    { title: 'Status of Python versions', url: 'https://devguide.python.org/versions/' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree', 'pythonVersion'],
  *check({ plan, tree, pythonVersion: { problem, major, origin, at } }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    if (problem !== null || major === null || at === null) return
    const day = removalOf(major)
    if (day === undefined) return
    const fix: Fix | undefined =
      origin === '.python-version' && at.start !== undefined && at.end !== undefined
        ? {
            safety: 'unsafe',
            description: `ask for Python ${DEFAULT_PYTHON}`,
            edits: [{ kind: 'text', path: at.path, start: at.start, end: at.end, text: DEFAULT_PYTHON }],
          }
        : undefined
    yield {
      at,
      message: `Heroku drops Python ${major} on ${day}, and refuses to build with it from then on. Move to ${DEFAULT_PYTHON}.`,
      consequence: `The build warns: "Support for Python ${major} is deprecated"; from ${day} on it stops (python-version::eol).`,
      ...(fix === undefined ? {} : { fix }),
    }
  },
})
