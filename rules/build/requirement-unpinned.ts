import type { Distribution } from '../../engine/facts/dependencies.ts'
import { notInstallable } from '../../engine/facts/not-installable.ts'
import { isOutOfReach, newestVersion } from '../../engine/facts/packages.ts'
import { parseSpecifier, parseVersion } from '../../engine/facts/pep440.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import type { Fix, TextEdit } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

/** A new major release of these has broken Flask apps before. */
const LOAD_BEARING = new Set(['flask', 'werkzeug', 'sqlalchemy', 'flask-sqlalchemy', 'gunicorn', 'jinja2'])

/** Nothing keeps the next major release away: neither a pin nor an upper bound. */
function isOpen({ version, url, specifier, direct }: Distribution): boolean {
  if (!direct || version !== null || url !== null) return false
  const clauses = parseSpecifier(specifier) ?? []
  return clauses.every(({ operator }) => operator === '>' || operator === '>=' || operator === '!=')
}

/** Where the newest release is known of every one: part of a list that is pinned is no list that stays. */
function pinned(tree: Tree, open: readonly Distribution[], python: string): Fix | null {
  const edits = open.map(({ name, spelling, specifier, at: { path, start, end } }): TextEdit | null => {
    const newest = newestVersion(name)
    const version = newest === undefined ? undefined : parseVersion(newest)
    if (newest === undefined || version === undefined || isOutOfReach(name, version, python)) return null
    if (start === undefined || end === undefined || specifier !== '') return null
    const text = tree.read(path)?.text ?? ''
    // where one has hashes all need them, and which release they are of nothing here tells
    if (text.includes('--hash')) return null
    // markers, options and comments stay behind the name
    const from = text.startsWith(spelling, start) ? start + spelling.length : -1
    const extras = /^[ \t]*\[[^\]\n]*\]/.exec(text.slice(from, end))?.[0].length ?? 0
    return from < 0 ? null : { kind: 'text', path, start: from + extras, end: from + extras, text: `==${newest}` }
  })
  const all = edits.filter((edit) => edit !== null)
  return all.length < open.length
    ? null
    : { safety: 'unsafe', description: `pin ${open.length === 1 ? 'its' : 'their'} newest release`, edits: all }
}

export const requirementUnpinned = defineRule({
  id: 'requirement-unpinned',
  stage: 'build',
  level: 'info',
  summary: 'A direct requirement without a version or an upper bound',
  why: 'A requirement without a version means whatever is newest when Heroku builds. The same commit, pushed again next month, may install another major release: Werkzeug 2.1 and 3.0, Flask 2.3, SQLAlchemy 2.0 and 2.1 each stopped apps that had not changed a line.',
  consequence: 'A later build of the same commit installs other releases, and may fail or behave differently.',
  instead: 'Exact versions, from `pip freeze` or a lock file:\n\n```\nFlask==3.1.3\ngunicorn==26.2.0\n```',
  fix: {
    safety: 'unsafe',
    note: 'Pins the newest release that is known, where one is known of all that are open; try them first.',
  },
  sources: [
    { title: 'pip: repeatable installs', url: 'https://pip.pypa.io/en/stable/topics/repeatable-installs/' },
    { title: 'Flask: changes', url: 'https://flask.palletsprojects.com/en/stable/changes/' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree', 'dependencies'],
  *check({ plan, tree, dependencies }) {
    // An image of its own, or another buildpack: nobody knows what these files are used for.
    if (plan.container || !usesPythonBuildpack(tree)) return
    if (dependencies.manager !== 'pip' || dependencies.found.length > 1) return
    // What cannot be installed at all is another rule's finding.
    const refused = new Set(notInstallable(tree, dependencies).map(({ distribution }) => distribution))
    const open = [...dependencies.production.values()].filter(
      (one) =>
        isOpen(one) &&
        !refused.has(one) &&
        one.at.path.endsWith('.txt') &&
        (dependencies.constraints.get(one.name) ?? '') === '',
    )
    const bearing = open.filter(({ name }) => LOAD_BEARING.has(name))
    const [first, ...others] = [...bearing, ...open.filter((one) => !bearing.includes(one))]
    if (first === undefined) return
    const more =
      others.length === 0
        ? ''
        : others.length === 1
          ? `, nor has ${others[0]?.spelling}`
          : `, nor have ${others.length} others`
    const fix = pinned(tree, open, dependencies.python)
    yield {
      at: first.at,
      message: `${first.spelling} has no version that it stays at${more}, so that each build may install another release. Pin what "pip freeze" shows.`,
      related: others.slice(0, 8).map(({ at }) => ({ ...at, message: 'is not pinned either' })),
      ...(fix === null ? {} : { fix }),
    }
  },
})
