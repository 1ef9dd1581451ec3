import { slugignore } from '../../engine/facts/ignore-patterns.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { ignoreFix } from '../../engine/fix-ignore.ts'
import { defineRule } from '../../engine/rule.ts'

export const herokuPythonCommitted = defineRule({
  id: 'heroku-python-committed',
  stage: 'build',
  level: 'error',
  summary: 'The folder .heroku/python is committed, where the buildpack installs Python',
  why: 'The Python buildpack puts Python and all packages into `.heroku/python`. What stands there already came from a dyno or from an image that was copied back, and the buildpack refuses to write over it.',
  consequence: 'The build stops: "Existing \'.heroku/python/\' directory found" (checks::existing-python-dir).',
  instead: 'Take it out of git:\n\n```\ngit rm --cached -r .heroku/\necho ".heroku/" >> .gitignore\n```',
  fix: { safety: 'unsafe', note: 'lists the folder in .gitignore; `git rm --cached -r .heroku/` is left to you' },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/checks.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/checks.sh',
    },
  ],
  since: '0.1.0',
  predicts: ['checks::existing-python-dir'],
  needs: ['plan', 'tree'],
  *check({ plan, tree }) {
    // An image of its own, another buildpack, or Fir, whose buildpack keeps Python elsewhere.
    if (plan.container || plan.generation === 'fir' || !usesPythonBuildpack(tree)) return
    const first = tree.paths.find((path) => path === '.heroku/python' || path.startsWith('.heroku/python/'))
    if (first === undefined || slugignore(tree, plan.generation)(first) !== undefined) return
    const fix = ignoreFix(tree, '.heroku/', first, 'git rm --cached -r .heroku/')
    yield {
      at: { path: first },
      message:
        '.heroku/python is where Heroku installs Python, and it must not be in the repository. Run "git rm --cached -r .heroku/" and add .heroku/ to .gitignore.',
      ...(fix === null ? {} : { fix }),
    }
  },
})
