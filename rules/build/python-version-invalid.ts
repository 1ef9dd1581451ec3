import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { DEFAULT_PYTHON, OFFERED_PYTHONS, type PythonVersionProblem } from '../../engine/facts/python-version.ts'
import type { Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

const FORM = 'Write the version alone, such as 3.14, on a line of its own.'

function messageFor({ reason, detail }: PythonVersionProblem): string {
  switch (reason) {
    case 'python-version-file::invalid-encoding':
      return `.python-version is not plain UTF-8 (${detail}), so that Heroku cannot read it. Save it as UTF-8 without a byte-order mark.`
    case 'python-version-file::no-version':
      return `.python-version holds no version. Write one, such as ${DEFAULT_PYTHON}, on a line that does not begin with #.`
    case 'python-version-file::multiple-versions':
      return '.python-version holds several versions, and Heroku takes exactly one. Keep the one that production is to use.'
    default:
      return `"${detail}" is no version in the form that Heroku reads. ${FORM}`
  }
}

/** The one version that an invalid line names in another form, such as `python-3.13`, `"3.13"` or `3.13.*`. */
function fixFor(tree: Tree, { reason, detail, at }: PythonVersionProblem): Fix | undefined {
  if (reason === 'python-version-file::invalid-encoding') return asUtf8(tree, at.path)
  if (reason !== 'python-version-file::invalid-version' || at.start === undefined || at.end === undefined)
    return undefined
  const version = /^["']?(?:c?python[- =]*|py)?v?(3\.[1-9]\d?(?:\.\d{1,2})?)(?:\.[*x])?["']?(?:\s+#.*)?$/i.exec(
    detail,
  )?.[1]
  if (version === undefined || !OFFERED_PYTHONS.includes(version.split('.').slice(0, 2).join('.'))) return undefined
  return {
    safety: 'safe',
    description: `write ${version}`,
    uncovers: true,
    edits: [{ kind: 'text', path: at.path, start: at.start, end: at.end, text: version }],
  }
}

/** What Latin-1 was guessed for may have been anything: only marked encodings are sure. */
function asUtf8(tree: Tree, path: string): Fix | undefined {
  const encoding = tree.read(path)?.encoding
  if (encoding === undefined || !/^utf-(?:8-bom|16)/.test(encoding)) return undefined
  return {
    safety: 'safe',
    description: 'save it as UTF-8 without a byte-order mark',
    uncovers: true,
    edits: [{ kind: 'content', path, encoding: 'utf-8' }],
  }
}

export const pythonVersionInvalid = defineRule({
  id: 'python-version-invalid',
  stage: 'build',
  level: 'error',
  summary: '.python-version holds something that Heroku cannot read as one version',
  why: 'pyenv and uv accept much in this file that Heroku does not: a `python-` prefix, `3.13.*`, `pypy3.10`, a comment behind the version, several versions. Heroku wants exactly one line `N.N` or `N.N.N`; blank lines and whole-line comments may stand around it. Redirecting output to the file in PowerShell writes UTF-16, which cannot be read either.',
  consequence:
    'The build stops: "Invalid Python version in .python-version" (python-version-file::invalid-version and its kin).',
  instead: 'The version alone, in UTF-8 without a byte-order mark:\n\n```\n3.14\n```',
  fix: {
    safety: 'safe',
    note: 'Saves the file as UTF-8, and where the line names one version in another form, keeps the version alone. No build ever passed with the line as it was.',
  },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/python_version.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/python_version.sh',
    },
  ],
  since: '0.1.0',
  predicts: [
    'python-version-file::invalid-encoding',
    'python-version-file::invalid-version',
    'python-version-file::no-version',
    'python-version-file::multiple-versions',
  ],
  needs: ['plan', 'tree', 'pythonVersion'],
  *check({ plan, tree, pythonVersion: { problem } }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    if (problem === null || !/^python-version-file::(?:invalid-|no-version|multiple-)/.test(problem.reason)) return
    const fix = fixFor(tree, problem)
    yield {
      at: problem.at,
      message: messageFor(problem),
      consequence: `The build stops before anything is installed (${problem.reason}).`,
      ...(fix === undefined ? {} : { fix }),
    }
  },
})
