import { committedVirtualenvs } from '../../engine/facts/committed.ts'
import { slugignore } from '../../engine/facts/ignore-patterns.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { ignoreFix } from '../../engine/fix-ignore.ts'
import { defineRule } from '../../engine/rule.ts'

export const virtualenvCommitted = defineRule({
  id: 'virtualenv-committed',
  stage: 'build',
  level: 'error',
  summary: 'A Python virtual environment is committed',
  why: 'A virtual environment belongs to one machine: it names absolute paths, and holds what was compiled for that system. Heroku installs its own from the requirements. Since buildpack v324 a push that holds `.venv/` or `venv/` is refused; one under another name is built into the slug, where it is dead weight at best, and where its copies of packages can be imported by mistake.',
  consequence: 'The build stops: "Existing \'venv/\' directory found" (checks::existing-venv-dir).',
  instead: 'Take it out of git and keep it out:\n\n```\ngit rm --cached -r venv/\necho "venv/" >> .gitignore\n```',
  fix: { safety: 'unsafe', note: 'lists the folder in .gitignore; `git rm --cached -r` is left to you' },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/checks.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/checks.sh',
    },
    { title: 'venv: how it works', url: 'https://docs.python.org/3/library/venv.html#how-venvs-work' },
  ],
  since: '0.1.0',
  predicts: ['checks::existing-venv-dir'],
  needs: ['plan', 'tree'],
  *check({ plan, tree }) {
    // An image of its own, or another buildpack: its Dockerfile or it says what is copied.
    if (plan.container || !usesPythonBuildpack(tree)) return
    const ignoring = slugignore(tree, plan.generation)
    for (const { folder, marker, refused } of committedVirtualenvs(tree)) {
      if (ignoring(marker) !== undefined) continue
      const name = folder === '' ? 'at the root' : `${folder}/`
      // Fir's buildpack has no such check: https://github.com/heroku/buildpacks-python
      const stops = refused && plan.generation === 'cedar'
      const remedy =
        folder === ''
          ? 'Remove its files from git, and make it in a folder that .gitignore names.'
          : `Run "git rm --cached -r ${folder}/" and add it to .gitignore.`
      const fix = folder === '' ? null : ignoreFix(tree, `${folder}/`, marker, `git rm --cached -r ${folder}/`)
      yield {
        at: { path: marker },
        message: `A virtual environment is committed (${name}), which only works on the machine that made it. ${remedy}`,
        ...(fix === null ? {} : { fix }),
        ...(stops
          ? {}
          : {
              level: 'warning' as const,
              consequence: 'The slug carries a second copy of every package, made for another machine.',
            }),
      }
    }
  },
})
