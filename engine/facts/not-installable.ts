/** What the build is asked to install, and cannot: on no dyno, whatever else is right. */
import data from '../../data/not-installable.json' with { type: 'json' }
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import type { Dependencies, Distribution } from './dependencies.ts'
import { compareVersions, parseSpecifier, parseVersion, satisfies } from './pep440.ts'

export type NotInstallableKind =
  | 'windows'
  | 'macos'
  | 'system'
  | 'gone'
  | 'legacy'
  | 'placeholder'
  | 'metadata'
  | 'path'
  | 'wheel'
  | 'protocol'
  | 'no-wheel'
  | 'local-version'

export interface NotInstallable {
  readonly kind: NotInstallableKind
  readonly at: Place
  /** The requirement, link or path, as written. */
  readonly what: string
  /** The distribution to ask for instead; null when there is none. */
  readonly instead: string | null
  /** The line can go without a replacement. */
  readonly drop: boolean
  /** The first release that would do, where there is one. */
  readonly since?: string
  /** null for a path that belongs to no known distribution. */
  readonly distribution: Distribution | null
}

interface Known {
  readonly kind: string
  readonly versions?: string
  readonly unpinned?: boolean
  readonly python?: string
  readonly instead: string | null
  readonly drop?: boolean
}

const known: Readonly<Record<string, Known>> = data.distributions
const wheelsOnly: Readonly<Record<string, Readonly<Record<string, string>>>> = data.wheelsOnly
/** GitHub answers on this port no more: https://github.blog/security/application-security/improving-git-protocol-security-github/ */
const GIT_PROTOCOL = /^(?:git\+)?git:\/\/github\.com\//i

/** Does the entry speak of what pip would install here? A range is judged only where every release is meant. */
function applies(entry: Known, { version, specifier }: Distribution, python: string): boolean {
  if (entry.python !== undefined) {
    const [running, first] = [parseVersion(python), parseVersion(entry.python)]
    if (running === undefined || first === undefined || compareVersions(running, first) < 0) return false
  }
  if (version === null) return entry.versions === undefined || (entry.unpinned === true && specifier === '')
  if (entry.versions === undefined) return true
  const [pinned, clauses] = [parseVersion(version), parseSpecifier(entry.versions)]
  return pinned !== undefined && clauses !== undefined && satisfies(pinned, clauses)
}

/** A wheel that says in its name that it is for another system or another Python: https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/ */
function isForeignWheel(link: string, python: string): boolean {
  const name = link.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? ''
  const tags = /-([^-]+)-([^-]+)-([^-]+)\.whl$/i.exec(name)
  if (tags === null) return false
  const [, interpreters = '', abi = '', platforms = ''] = tags
  if (!platforms.split('.').some((platform) => /^any$|linux/i.test(platform))) return true
  const own = `cp${python.split('.').slice(0, 2).join('')}`
  // A stable ABI serves later Pythons, too.
  if (/abi3|none/i.test(abi)) return false
  return interpreters.split('.').every((tag) => /^cp3\d*$/i.test(tag) && tag.toLowerCase() !== own)
}

/** The first release with a wheel for that Python, where the pinned one is older and there is no source to build it from. */
function firstWheel({ name, version }: Distribution, python: string): string | undefined {
  const line = python.split('.').slice(0, 2).join('.')
  const first = Object.hasOwn(wheelsOnly, name) ? wheelsOnly[name]?.[line] : undefined
  const [pinned, oldest] = [parseVersion(version ?? ''), parseVersion(first ?? '')]
  if (pinned === undefined || oldest === undefined || pinned.local.length > 0) return undefined
  return compareVersions(pinned, oldest) < 0 ? first : undefined
}

const OTHER_INDEX = /^[ \t]*(?:-i|-f|--index-url|--extra-index-url|--find-links)[\s=]|PIP_(?:EXTRA_)?INDEX_URL/m

/** Does pip look elsewhere, too? PyPI takes no version with a part after a plus: https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers */
function asksAnotherIndex(tree: Tree, { read }: Dependencies): boolean {
  return ['app.json', 'README.md', ...read].some((path) => OTHER_INDEX.test(tree.read(path)?.text ?? ''))
}

/** All of it, in the order of the declaration. */
export function notInstallable(tree: Tree, dependencies: Dependencies): NotInstallable[] {
  const { production, elsewhere, broken, python } = dependencies
  const found: NotInstallable[] = broken.flatMap(({ kind, at, line }) =>
    kind === 'missing-path' ? [{ kind: 'path', at, what: line, instead: null, drop: false, distribution: null }] : [],
  )
  const paths = new Set(found.map(({ at }) => `${at.path}:${at.start}`))
  // Of several lists at the root, of which the build accepts one alone, each may be the one that is kept.
  const lists = new Set(dependencies.found.map(({ path }) => path))
  const others = [...elsewhere.values()].flatMap(({ where, distribution }) => (lists.has(where) ? [distribution] : []))
  for (const distribution of [...production.values(), ...others]) {
    const { name, url, at, spelling, version } = distribution
    if (paths.has(`${at.path}:${at.start}`)) continue
    const what = version === null ? spelling : `${spelling}==${version}`
    if (url !== null) {
      const base = { at, what: url, instead: null, drop: false, distribution }
      if (GIT_PROTOCOL.test(url)) found.push({ ...base, kind: 'protocol' })
      else if (isForeignWheel(url, python)) found.push({ ...base, kind: 'wheel' })
      continue
    }
    const since = firstWheel(distribution, python)
    if (since !== undefined) found.push({ kind: 'no-wheel', at, what, instead: null, drop: false, since, distribution })
    const local = dependencies.manager === 'pip' && version?.includes('+') === true
    if (local && !asksAnotherIndex(tree, dependencies)) {
      found.push({ kind: 'local-version', at, what, instead: null, drop: false, distribution })
      continue
    }
    const entry = Object.hasOwn(known, name) ? known[name] : undefined
    if (entry === undefined || !applies(entry, distribution, python)) continue
    const kind = entry.kind as NotInstallableKind
    found.push({ kind, at, what, instead: entry.instead, drop: entry.drop === true, distribution })
  }
  return found
}
