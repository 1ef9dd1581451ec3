import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { DEFAULT_PYTHON, OFFERED_PYTHONS, type PythonVersionFact } from '../../engine/facts/python-version.ts'
import type { Edit, Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

/** What is not said of the version in a file that is to go anyway. */
const UNSAID = ['python-version-outdated-patch', 'python-version-deprecated']
const DELETE: Edit = { kind: 'delete', path: 'runtime.txt' }

/** What the file was meant to say, where it says one version in another form. */
function intended(tree: Tree): string | undefined {
  const versions = [...(tree.read('runtime.txt')?.text ?? '').matchAll(/\b3\.(?:0|[1-9]\d?)(?:\.(?:0|[1-9]\d?))?\b/g)]
  const version = versions.length === 1 ? versions[0]?.[0] : undefined
  return version !== undefined && OFFERED_PYTHONS.includes(version.split('.').slice(0, 2).join('.'))
    ? version
    : undefined
}

function fixFor(tree: Tree, { requested, problem, shadowed }: PythonVersionFact): Fix | undefined {
  // What a refused version is to become is another rule's fix.
  if (problem !== null && !problem.reason.startsWith('runtime-txt::')) return undefined
  const version = requested ?? intended(tree)
  if (version === undefined) return undefined
  const other = shadowed.find(({ path }) => path === '.python-version')
  if (other === undefined) {
    // many a .gitignore lists it, and then it would never be deployed
    if (tree.isIgnored('.python-version')) return undefined
    return {
      safety: requested === null ? 'unsafe' : 'safe',
      description: `replace runtime.txt by a .python-version that says ${version}`,
      brings: UNSAID,
      edits: [DELETE, { kind: 'create', path: '.python-version', text: `${version}\n` }],
    }
  }
  if (other.version === version)
    return { safety: 'safe', description: 'delete runtime.txt', brings: UNSAID, edits: [DELETE] }
  if (other.at.start === undefined || other.at.end === undefined || other.version === null) return undefined
  return {
    safety: 'unsafe',
    description: `delete runtime.txt and keep its Python ${version} in .python-version`,
    brings: UNSAID,
    edits: [DELETE, { kind: 'text', path: '.python-version', start: other.at.start, end: other.at.end, text: version }],
  }
}

function messageFor({ problem, requested, shadowed }: PythonVersionFact, fir: boolean, ignored: boolean): string {
  const other = shadowed.find(({ path }) => path === '.python-version')
  // A version that is refused anyway is not worth moving.
  const version =
    problem === null || problem.reason === 'runtime-txt::not-supported' ? (requested ?? DEFAULT_PYTHON) : DEFAULT_PYTHON
  const instead =
    other === undefined
      ? `Write ${version} into .python-version${ignored ? ', take that out of .gitignore,' : ''} and delete runtime.txt.`
      : 'Delete runtime.txt and keep .python-version.'
  if (problem?.reason === 'runtime-txt::invalid-version') {
    return `runtime.txt must hold exactly one version in the form python-3.14, and it is deprecated anyway. ${instead}`
  }
  if (fir) return `The Fir generation does not accept runtime.txt. ${instead}`
  if (problem?.reason === 'runtime-txt::not-supported')
    return `runtime.txt is not accepted together with uv. ${instead}`
  if (other !== undefined && other.version !== requested) {
    return `runtime.txt is deprecated, and it overrules the ${other.version ?? 'content'} of .python-version. ${instead}`
  }
  return `runtime.txt is deprecated. ${instead}`
}

export const runtimeTxt = defineRule({
  id: 'runtime-txt',
  stage: 'build',
  level: 'warning',
  summary: 'The Python version is named in runtime.txt, which is deprecated',
  why: "`runtime.txt` is Heroku's own old way to name a version of Python. It has been replaced by `.python-version`, which pyenv, uv and most tools read too, and support for it will end. While it is there it overrules `.python-version`. With uv, and on the Fir generation, it already stops the build; so does any content that is not exactly one `python-N.N` or `python-N.N.N`.",
  consequence: 'The build warns: "The runtime.txt file is deprecated"; one day it will stop there.',
  instead: 'A `.python-version` file with the version alone, and no `runtime.txt`:\n\n```\n3.14\n```',
  fix: {
    safety: 'safe',
    note: 'Moves the version to .python-version. Unsafe where .python-version says something else, or where the form was invalid.',
  },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/python_version.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/python_version.sh',
    },
    { title: 'The runtime.txt file is deprecated', url: 'https://devcenter.heroku.com/changelog-items/3141' },
  ],
  since: '0.1.0',
  predicts: ['runtime-txt::invalid-version', 'runtime-txt::not-supported'],
  needs: ['plan', 'tree', 'pythonVersion'],
  *check({ plan, tree, pythonVersion }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    if (pythonVersion.origin !== 'runtime.txt') return
    const { problem, at, shadowed } = pythonVersion
    const fir = plan.generation === 'fir'
    const refusal = problem?.reason.startsWith('runtime-txt::') === true ? problem.reason : null
    const fix = fixFor(tree, pythonVersion)
    const consequence =
      refusal !== null
        ? `The build stops (${refusal}).`
        : fir
          ? 'The build stops: "The runtime.txt file isn\'t supported".'
          : undefined
    yield {
      at: at ?? { path: 'runtime.txt' },
      message: messageFor(pythonVersion, fir, tree.isIgnored('.python-version')),
      ...(refusal !== null || fir ? { level: 'error' as const } : {}),
      ...(consequence === undefined ? {} : { consequence }),
      related: shadowed
        .filter(({ path }) => path === '.python-version')
        .map((other) => ({ ...other.at, message: 'is not read while runtime.txt is there' })),
      ...(fix === undefined ? {} : { fix }),
    }
  },
})
