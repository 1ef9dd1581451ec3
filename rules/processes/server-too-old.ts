import type { Dependencies, Distribution } from '../../engine/facts/dependencies.ts'
import { newestVersion } from '../../engine/facts/dependencies.ts'
import { gunicornTooOldFor } from '../../engine/facts/oldest-releases.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import type { Fix } from '../../engine/finding.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const serverTooOld = defineRule({
  id: 'server-too-old',
  stage: 'processes',
  level: 'error',
  summary: 'A gunicorn that does not start with the Python of the build',
  why: 'gunicorn before 21 imports `pkg_resources`, which came with setuptools until release 82. From Python 3.13 on the buildpack installs no setuptools, so that pip takes the newest, and the module is not there. gunicorn before 20 carries a copy of six that Python 3.12 cannot import, and before 19.8 it calls what Python 3.11 no longer has. The build succeeds all the same.',
  consequence: 'gunicorn stops with a traceback as it starts, each time anew, and requests get H10 (App crashed).',
  instead: 'Ask for a release that knows the Python:\n\n```\ngunicorn==26.2.0\n```',
  fix: { safety: 'unsafe', note: 'asks for the newest gunicorn in requirements.txt' },
  sources: [
    {
      title: 'gunicorn 21.0: importlib.metadata in place of pkg_resources',
      url: 'https://docs.gunicorn.org/en/stable/2023-news.html',
    },
    {
      title: 'setuptools 82.0: pkg_resources removed',
      url: 'https://setuptools.pypa.io/en/latest/history.html',
    },
    {
      title: 'heroku-buildpack-python: lib/pip.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/pip.sh',
    },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree', 'dependencies', 'pythonVersion'],
  check: ({ plan, tree, dependencies, pythonVersion }) => {
    // An image has a Python of its own; with several package managers nobody knows which one will be kept.
    if (plan.container || dependencies.found.length !== 1 || !usesPythonBuildpack(tree)) return []
    const process = plan.processes.find(({ server }) => server?.command.server === 'gunicorn')
    const python = pythonVersion.full.split('.').slice(0, 2).join('.')
    if (process === undefined || pythonVersion.problem !== null) return []
    const gunicorn = gunicornTooOldFor(dependencies, python)
    if (gunicorn === null) return []
    const fix = newer(tree, dependencies, gunicorn)
    // An app that was built before keeps its Python where none is named.
    const isNamed = pythonVersion.origin !== 'default'
    const when = isNamed ? `Python ${python}` : `Python ${python}, which a new app gets where none is named`
    return [
      {
        at: gunicorn.at,
        message: `gunicorn ${gunicorn.version} does not start with ${when}. Ask for ${newestVersion('gunicorn') ?? 'a newer one'}.`,
        ...(isNamed ? {} : { level: 'warning' as const }),
        ...asUnread(plan),
        related: [{ ...process.at, message: `the ${process.type} process starts here` }],
        ...(fix === null ? {} : { fix }),
      },
    ]
  },
})

/** Where the version is a list's own: not one that a lock or hashes pin, too. */
function newer(tree: Tree, { manager, complete }: Dependencies, { at, version }: Distribution): Fix | null {
  const newest = newestVersion('gunicorn')
  if (manager !== 'pip' || complete || at.start === undefined || version === null || newest === undefined) return null
  const line = tree.read(at.path)?.text.slice(at.start).split('\n', 1)[0] ?? ''
  const written = line.indexOf(`==${version}`)
  if (written < 0 || line.trimEnd().endsWith('\\') || line.includes('--hash')) return null
  const start = at.start + written + '=='.length
  return {
    safety: 'unsafe',
    description: `ask for gunicorn ${newest}`,
    edits: [{ kind: 'text', path: at.path, start, end: start + version.length, text: newest }],
  }
}
