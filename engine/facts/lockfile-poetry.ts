/** poetry.lock, in all its formats: https://python-poetry.org/docs/basic-usage/#installing-dependencies */
import type { Tree } from '../tree.ts'
import type { Declared, Distribution, LeftOut } from './distribution.ts'
import { LockPositions } from './lockfile-positions.ts'
import { type MarkerEnvironment, markerHolds, normaliseName } from './pep508.ts'
import { type BrokenPyproject, type Pyproject, readPyproject } from './pyproject.ts'
import { isTable, listOf, readToml, type Table, tableAt, textOf, textsOf } from './toml.ts'

interface Locked {
  readonly entry: Table
  readonly name: string
}

/** True, false, or undefined when the lock's format says nothing about groups. */
function inMain(entry: Table): boolean | undefined {
  if (Array.isArray(entry.groups)) return textsOf(entry.groups).includes('main')
  return typeof entry.category === 'string' ? entry.category === 'main' : undefined
}

/** The marker of a locked package may be one text, or one for each group. */
function markerOf(entry: Table): string | undefined {
  return textOf(entry.markers) ?? textOf(tableAt(entry, 'markers').main)
}

/** Names that can be reached from the project's own dependencies; for locks that do not say which group a package is of. */
function reachable(
  locked: readonly Locked[],
  roots: readonly Distribution[],
  environment: MarkerEnvironment,
): Set<string> {
  const entries = new Map<string, Table[]>()
  for (const { name, entry } of locked) entries.set(name, [...(entries.get(name) ?? []), entry])
  const reached = new Set<string>()
  const queue = roots.map(({ name, extras }) => ({ name, extras }))
  const followed = new Set<string>()
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    reached.add(next.name)
    for (const entry of entries.get(next.name) ?? []) {
      // "extras" lists, for each extra, texts such as "gevent (>=1.4)"
      const wanted = next.extras.flatMap((extra) =>
        Object.entries(tableAt(entry, 'extras')).flatMap(([name, list]) =>
          normaliseName(name) === extra ? textsOf(list) : [],
        ),
      )
      const wantedNames = new Set(wanted.map((text) => normaliseName(/^[\w.-]+/.exec(text)?.[0] ?? '')))
      for (const [spelling, value] of Object.entries(tableAt(entry, 'dependencies'))) {
        const name = normaliseName(spelling)
        const applies = (Array.isArray(value) ? value : [value]).filter((choice) => {
          const detail = isTable(choice) ? choice : {}
          if (detail.optional === true && !wantedNames.has(name)) return false
          return markerHolds(textOf(detail.markers), environment, next.extras) !== false
        })
        if (applies.length === 0) continue
        const extras = applies.flatMap((choice) => (isTable(choice) ? textsOf(choice.extras).map(normaliseName) : []))
        const key = `${name}[${extras.join()}]`
        if (followed.has(key)) continue
        followed.add(key)
        queue.push({ name, extras })
      }
    }
  }
  return reached
}

/**
 * What `poetry sync --only main` installs. `pyproject` is read when it is not given; without a readable one
 * nobody can tell an extra's dependency from the project's own.
 */
export function readPoetryLock(
  tree: Tree,
  environment: MarkerEnvironment,
  pyproject: Pyproject | BrokenPyproject | undefined = readPyproject(tree, environment),
): Declared {
  const path = 'poetry.lock'
  const document = readToml(tree, path)
  const manifest = pyproject === undefined || 'error' in pyproject ? undefined : pyproject
  const read = manifest === undefined ? [path] : [path, manifest.path]
  const own = new Map(manifest?.main.map((one) => [one.name, one]))
  const elsewhere: LeftOut[] = [...(manifest?.elsewhere ?? [])]
  if (document === undefined || 'error' in document) {
    return { read, production: [...own.values()], elsewhere, complete: false, certain: false }
  }
  const positions = new LockPositions(path, document.text)
  const locked = listOf(document.root.package).flatMap((entry): Locked[] => {
    const name = isTable(entry) ? textOf(entry.name) : undefined
    return isTable(entry) && name !== undefined ? [{ entry, name: normaliseName(name) }] : []
  })
  const grouped = locked.some(({ entry }) => inMain(entry) !== undefined)
  const reached = grouped || manifest === undefined ? undefined : reachable(locked, manifest.main, environment)
  const production: Distribution[] = []
  for (const { entry, name } of locked) {
    const version = textOf(entry.version) ?? null
    const distribution: Distribution = {
      name,
      spelling: textOf(entry.name) ?? name,
      specifier: version === null ? '' : `==${version}`,
      version,
      extras: own.get(name)?.extras ?? [],
      url: textOf(tableAt(entry, 'source').url) ?? null,
      direct: own.has(name),
      at: own.get(name)?.at ?? positions.of(name, version),
    }
    const wanted = reached?.has(name) ?? inMain(entry) ?? true
    if (!wanted) elsewhere.push({ distribution, where: `another group than main in ${path}` })
    else if (grouped && entry.optional === true) elsewhere.push({ distribution, where: `an extra in ${path}` })
    else if (markerHolds(markerOf(entry), environment) !== false) production.push(distribution)
  }
  return { read, production, elsewhere, complete: true, certain: manifest !== undefined }
}
