import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { isOutdatedPatch, latestPatch } from '../../engine/facts/python-support.ts'
import type { Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'

export const pythonVersionOutdatedPatch = defineRule({
  id: 'python-version-outdated-patch',
  stage: 'build',
  level: 'info',
  summary: 'An exact Python is asked for, of which newer patch releases exist',
  why: 'Patch releases of Python mend bugs and security holes and change nothing else. Who names the exact release stays behind until somebody remembers; who names `3.14` gets the newest one at each build.',
  consequence: 'The build warns: "A Python patch update is available!", and goes on with the old release.',
  instead: 'The version without its patch number:\n\n```\n3.14\n```',
  fix: { safety: 'unsafe', note: 'Drops the patch number, so that the newest release of the same Python is used.' },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/python_version.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/python_version.sh',
    },
    { title: 'Specifying a Python version', url: 'https://devcenter.heroku.com/articles/python-runtimes' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree', 'pythonVersion'],
  *check({ plan, tree, pythonVersion: { problem, requested, major, origin, at } }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    if (problem !== null || requested === null || major === null || at === null || requested === major) return
    // Where the whole file is deprecated, that is what there is to say.
    if (origin === 'runtime.txt' || !isOutdatedPatch(requested)) return
    const fix: Fix | undefined =
      origin === '.python-version' && at.start !== undefined && at.end !== undefined
        ? {
            safety: 'unsafe',
            description: `ask for Python ${major}, whichever patch is newest`,
            edits: [{ kind: 'text', path: at.path, start: at.start, end: at.end, text: major }],
          }
        : undefined
    yield {
      at,
      message: `Python ${requested} is behind ${latestPatch(major)}. Ask for ${major}, and each build takes the newest patch release.`,
      ...(fix === undefined ? {} : { fix }),
    }
  },
})
