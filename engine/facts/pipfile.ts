/** Pipfile and Pipfile.lock: https://pipenv.pypa.io/en/latest/pipfile.html */
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import type { Declared, Distribution, LeftOut } from './distribution.ts'
import { parseSpecifier, pinnedVersion } from './pep440.ts'
import { type MarkerEnvironment, markerHolds, normaliseName } from './pep508.ts'
import { isTable, readToml, type Table, tableAt, textOf, textsOf } from './toml.ts'

export interface Pipfile {
  readonly packages: readonly Distribution[]
  readonly dev: readonly Distribution[]
}

function distribution(spelling: string, value: unknown, direct: boolean, at: Place): Distribution {
  const detail: Table = isTable(value) ? value : {}
  const written = textOf(value) ?? textOf(detail.version) ?? ''
  const specifier = written === '*' ? '' : written.replace(/\s+/g, '')
  const clauses = parseSpecifier(specifier)
  return {
    name: normaliseName(spelling),
    spelling,
    specifier: clauses === undefined ? '' : specifier,
    version: pinnedVersion(clauses ?? []),
    extras: textsOf(detail.extras).map(normaliseName),
    url: textOf(detail.git) ?? textOf(detail.file) ?? textOf(detail.path) ?? null,
    direct,
    at,
  }
}

/** Reads the Pipfile; undefined when it is absent or no TOML. */
export function readPipfile(tree: Tree): Pipfile | undefined {
  const document = readToml(tree, 'Pipfile')
  if (document === undefined || 'error' in document) return undefined
  const { root, text } = document
  const section = (name: string): Distribution[] => {
    const from = Math.max(text.indexOf(`[${name}]`), 0)
    return Object.entries(tableAt(root, name)).map(([spelling, value]) => {
      const key = new RegExp(`^[ \\t]*["']?${escaped(spelling)}["']?[ \\t]*=`, 'm').exec(text.slice(from))
      const start = key === null ? undefined : from + key.index
      const at = start === undefined ? { path: 'Pipfile' } : { path: 'Pipfile', start, end: lineEnd(text, start) }
      return distribution(spelling, value, true, at)
    })
  }
  return { packages: section('packages'), dev: section('dev-packages') }
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return start + text.slice(start, end < 0 ? text.length : end).trimEnd().length
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * What `pipenv install --deploy` installs: the `default` section of the lock. What the Pipfile names is direct.
 * A lock that is no JSON makes nothing certain.
 */
export function readPipfileLock(tree: Tree, environment: MarkerEnvironment): Declared {
  const path = 'Pipfile.lock'
  const file = tree.read(path)
  let root: unknown
  try {
    root = JSON.parse(file?.text ?? '')
  } catch {
    return { read: [path], production: [], elsewhere: [], complete: false, certain: false }
  }
  const text = file?.text ?? ''
  const pipfile = readPipfile(tree)
  const named = new Set(pipfile?.packages.map(({ name }) => name))
  const read = pipfile === undefined ? [path] : [path, 'Pipfile']
  let certain = true
  const section = (name: string): Distribution[] => {
    const from = Math.max(text.indexOf(`"${name}"`), 0)
    return Object.entries(tableAt(root, name)).flatMap(([spelling, value]) => {
      const detail = isTable(value) ? value : {}
      if (detail.path !== undefined || detail.git !== undefined || detail.file !== undefined) {
        // what a local project or a repository brings is in the lock, but its own name may be anything
        certain = certain && /^[A-Za-z]/.test(spelling) && !/^[0-9a-f]{7,}$/.test(spelling)
      }
      if (markerHolds(textOf(detail.markers), environment) === false) return []
      const start = text.indexOf(`"${spelling}"`, from)
      const at: Place = start < 0 ? { path } : { path, start, end: start + spelling.length + 2 }
      return [distribution(spelling, value, pipfile === undefined || named.has(normaliseName(spelling)), at)]
    })
  }
  const production = section('default')
  const elsewhere: LeftOut[] = section('develop').map((one) => ({
    distribution: one,
    where: 'the dev packages of Pipfile.lock',
  }))
  return { read, production, elsewhere, complete: true, certain }
}
