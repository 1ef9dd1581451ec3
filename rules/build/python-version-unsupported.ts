import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { DEFAULT_PYTHON, OFFERED_PYTHONS, type PythonVersionFact } from '../../engine/facts/python-version.ts'
import type { Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

const OFFERED = `${OFFERED_PYTHONS[0]} to ${OFFERED_PYTHONS.at(-1)}`
const REASONS = [
  'python-version::eol',
  'python-version::unknown-major',
  'python-version::unknown-patch',
  'install-dependencies::poetry',
]

function messageFor({ problem, requested, origin }: PythonVersionFact): string {
  const where = origin === 'Pipfile.lock' ? 'the Pipfile and lock again' : '.python-version'
  switch (problem?.reason) {
    case 'python-version::eol':
      return `Python ${requested} is past its end of life, and Heroku refuses to install it. Ask for ${DEFAULT_PYTHON} in ${where} (${OFFERED} are offered).`
    case 'python-version::unknown-major':
      return `Heroku offers no Python ${problem.detail}. Ask for ${DEFAULT_PYTHON} in ${where} (${OFFERED} are offered).`
    case 'python-version::unknown-patch':
      return `There is no Python ${requested}. Write ${requested?.split('.').slice(0, 2).join('.')}, which always means its newest patch release.`
    default:
      return `The Python range ${problem?.detail} leaves out every version that Heroku offers (${OFFERED}), so that Poetry finds none to install for. Widen it, lock again and name the version in .python-version.`
  }
}

function fixFor(tree: Tree, { problem, requested, origin, at }: PythonVersionFact): Fix | undefined {
  const unknownPatch = problem?.reason === 'python-version::unknown-patch'
  const version = unknownPatch ? (requested ?? '').split('.').slice(0, 2).join('.') : DEFAULT_PYTHON
  if (origin === '.python-version' && at?.start !== undefined && at.end !== undefined) {
    const edit = { kind: 'text' as const, path: at.path, start: at.start, end: at.end, text: version }
    return { safety: 'unsafe', description: `ask for Python ${version}`, edits: [edit] }
  }
  if (origin !== 'runtime.txt' || tree.has('.python-version') || tree.isIgnored('.python-version')) return undefined
  return {
    safety: 'unsafe',
    description: `replace runtime.txt by a .python-version that asks for Python ${version}`,
    edits: [
      { kind: 'delete', path: 'runtime.txt' },
      { kind: 'create', path: '.python-version', text: `${version}\n` },
    ],
  }
}

export const pythonVersionUnsupported = defineRule({
  id: 'python-version-unsupported',
  stage: 'build',
  level: 'error',
  summary: 'The project asks for a Python that Heroku no longer, or not yet, offers',
  why: 'Heroku drops a version of Python soon after its end of life, and then refuses to build with it: a project that was pushed for years stops at the next push. The version is taken from `runtime.txt`, else from `.python-version`, else from the `Pipfile.lock`; the first of them wins. Poetry adds a trap of its own: it stops when the range in `pyproject.toml` leaves out every Python that it can find.',
  consequence:
    'The build stops: "The requested Python version has reached end-of-life" or "isn\'t recognised" (python-version::eol, python-version::unknown-major).',
  instead:
    'A `.python-version` file with a version that is offered, without the patch number, so that security updates arrive by themselves:\n\n```\n3.14\n```',
  fix: {
    safety: 'unsafe',
    note: 'Asks for the default Python of Heroku; the code and its dependencies have to work with it.',
  },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/python_version.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/python_version.sh',
    },
    {
      title: 'Supported Python versions',
      url: 'https://devcenter.heroku.com/articles/python-support#supported-python-versions',
    },
    { title: 'Status of Python versions', url: 'https://devguide.python.org/versions/' },
  ],
  since: '0.1.0',
  predicts: REASONS,
  needs: ['plan', 'tree', 'pythonVersion'],
  *check({ plan, tree, pythonVersion }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    const { problem, shadowed } = pythonVersion
    if (problem === null || !REASONS.includes(problem.reason)) return
    const poetry = problem.reason === 'install-dependencies::poetry'
    const fix = poetry ? undefined : fixFor(tree, pythonVersion)
    yield {
      at: problem.at,
      message: messageFor(pythonVersion),
      consequence: poetry
        ? 'The build stops: Poetry is "unable to find a compatible version" of Python (install-dependencies::poetry).'
        : `The build stops before anything is installed (${problem.reason}).`,
      related: shadowed.map(({ at, version }) => ({
        ...at,
        message:
          version === null
            ? 'is not read: the other file counts'
            : `says ${version}, and is not read: the other file counts`,
      })),
      ...(fix === undefined ? {} : { fix }),
    }
  },
})
