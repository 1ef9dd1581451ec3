/** uv.lock: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile */
import type { Tree } from '../tree.ts'
import type { Declared, Distribution, LeftOut } from './distribution.ts'
import { LockPositions } from './lockfile-positions.ts'
import { type MarkerEnvironment, markerHolds, normaliseName } from './pep508.ts'
import { type BrokenPyproject, type Pyproject, readPyproject } from './pyproject.ts'
import { isTable, listOf, readToml, type Table, tableAt, textOf, textsOf } from './toml.ts'

type Edge = { readonly name: string; readonly version: string | undefined; readonly extras: readonly string[] }

class Graph {
  readonly packages: readonly Table[]
  readonly #byName = new Map<string, Table[]>()
  readonly #environment: MarkerEnvironment

  constructor(root: Table, environment: MarkerEnvironment) {
    this.#environment = environment
    this.packages = listOf(root.package).filter(isTable)
    for (const entry of this.packages) {
      const name = normaliseName(textOf(entry.name) ?? '')
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), entry])
    }
  }

  #edges(list: unknown, extras: readonly string[]): Edge[] {
    return listOf(list).flatMap((item) => {
      if (!isTable(item) || markerHolds(textOf(item.marker), this.#environment, extras) === false) return []
      const name = textOf(item.name)
      if (name === undefined) return []
      const wanted = Array.isArray(item.extra) ? textsOf(item.extra) : textsOf(item.extras)
      return [{ name: normaliseName(name), version: textOf(item.version), extras: wanted.map(normaliseName) }]
    })
  }

  /** The entry that an edge means; a fork of the lock may hold several of one name. */
  #entry(edge: Edge): Table | undefined {
    const entries = this.#byName.get(edge.name) ?? []
    if (edge.version !== undefined) return entries.find((entry) => textOf(entry.version) === edge.version)
    return entries.find((entry) => {
      const markers = textsOf(entry['resolution-markers'])
      return markers.length === 0 || markers.some((marker) => markerHolds(marker, this.#environment) !== false)
    })
  }

  /** All that is installed along with these, the given ones included. */
  closure(roots: readonly Edge[]): Set<Table> {
    const reached = new Set<Table>()
    const followed = new Set<string>()
    const queue = [...roots]
    for (let edge = queue.pop(); edge !== undefined; edge = queue.pop()) {
      const key = `${edge.name} ${edge.version ?? ''} ${edge.extras.join()}`
      if (followed.has(key)) continue
      followed.add(key)
      const entry = this.#entry(edge)
      if (entry === undefined) continue
      reached.add(entry)
      queue.push(...this.#edges(entry.dependencies, edge.extras))
      for (const [extra, list] of Object.entries(tableAt(entry, 'optional-dependencies'))) {
        if (edge.extras.includes(normaliseName(extra))) queue.push(...this.#edges(list, edge.extras))
      }
    }
    return reached
  }
}

/** Is the entry part of the repository: `.` or a member of the workspace? */
function sourcePath(entry: Table): string | undefined {
  const source = tableAt(entry, 'source')
  return textOf(source.virtual) ?? textOf(source.editable)
}

/** What `uv sync --locked --no-default-groups` installs: the project's dependencies, without extras and groups. */
export function readUvLock(
  tree: Tree,
  environment: MarkerEnvironment,
  pyproject: Pyproject | BrokenPyproject | undefined = readPyproject(tree, environment),
): Declared {
  const path = 'uv.lock'
  const document = readToml(tree, path)
  const manifest = pyproject === undefined || 'error' in pyproject ? undefined : pyproject
  const read = manifest === undefined ? [path] : [path, manifest.path]
  const own = new Map(manifest?.main.map((one) => [one.name, one]))
  const elsewhere: LeftOut[] = [...(manifest?.elsewhere ?? [])]
  if (document === undefined || 'error' in document) {
    return { read, production: [...own.values()], elsewhere, complete: false, certain: false }
  }
  const graph = new Graph(document.root, environment)
  const positions = new LockPositions(path, document.text)
  const root = graph.packages.find((entry) => sourcePath(entry) === '.')
  // A workspace whose root is no project of its own is synced as a whole.
  const members = root === undefined ? graph.packages.filter((entry) => sourcePath(entry) !== undefined) : [root]
  const reached = graph.closure(
    members.map((entry) => ({
      name: normaliseName(textOf(entry.name) ?? ''),
      version: textOf(entry.version),
      extras: [],
    })),
  )
  const production: Distribution[] = []
  for (const entry of graph.packages) {
    if (entry === root) continue
    const name = normaliseName(textOf(entry.name) ?? '')
    const version = textOf(entry.version) ?? null
    const source = tableAt(entry, 'source')
    const distribution: Distribution = {
      name,
      spelling: textOf(entry.name) ?? name,
      specifier: version === null ? '' : `==${version}`,
      version,
      extras: own.get(name)?.extras ?? [],
      url: textOf(source.git) ?? textOf(source.url) ?? textOf(source.path) ?? sourcePath(entry) ?? null,
      direct: own.has(name),
      at: own.get(name)?.at ?? positions.of(name, version),
    }
    if (reached.has(entry)) production.push(distribution)
    else elsewhere.push({ distribution, where: `what ${path} keeps for extras, groups and other platforms` })
  }
  return { read, production, elsewhere, complete: true, certain: members.length > 0 }
}
