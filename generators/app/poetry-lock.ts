import { createHash } from 'node:crypto'
import { markerText } from './markers.ts'
import { type Edge, type LockedPackage, reach } from './reach.ts'

/** An entry of poetry.lock, with what Pipenv's lock says of a package, too. */
export interface PoetryPackage extends LockedPackage {
  /** What its author says of Python: `>=3.10`, or `*`. */
  readonly python: string
  /** The hashes of its files, as `sha256:…`. */
  readonly hashes: readonly string[]
}

export interface PoetryLock {
  readonly head: string
  readonly packages: ReadonlyMap<string, PoetryPackage>
}

const SEPARATOR = '\n\n[[package]]\n'

/** Reads a lock in the form that Poetry itself writes; each package has one version (scripts/pin-scaffold.mjs). */
export function readPoetryLock(text: string): PoetryLock {
  const [body = ''] = text.split('\n\n[metadata]\n')
  const [head = '', ...blocks] = body.split(SEPARATOR)
  const packages = new Map<string, PoetryPackage>()
  for (const block of blocks) {
    const value = (key: string) => new RegExp(`^${key} = "([^"]*)"`, 'm').exec(block)?.[1]
    const [name, version, python] = [value('name'), value('version'), value('python-versions')]
    if (name === undefined || version === undefined || python === undefined) {
      throw new Error(`poetry.lock: not a package: ${block.slice(0, 60)}`)
    }
    if (packages.has(name)) throw new Error(`poetry.lock has two versions of ${name}`)
    const hashes = [...block.matchAll(/^ {4}\{file = "[^"]+", hash = "(sha256:[0-9a-f]{64})"\},$/gm)]
    packages.set(name, {
      name,
      version,
      python,
      text: block,
      hashes: hashes.map(([, hash = '']) => hash),
      ...dependenciesIn(block),
    })
  }
  return { head, packages }
}

/** The section `[package.dependencies]` of an entry: for the package itself, and for each of its extras. */
function dependenciesIn(block: string): Pick<LockedPackage, 'edges' | 'extras'> {
  const [, section = ''] = block.split('\n[package.dependencies]\n')
  const [lines = ''] = section.split('\n\n')
  const edges: Edge[] = []
  const extras = new Map<string, Edge[]>()
  let name = ''
  for (const line of lines.split('\n')) {
    const [, key, rest = line] = /^([A-Za-z0-9._-]+) = (.*)$/.exec(line) ?? []
    // https://packaging.python.org/en/latest/specifications/name-normalization/
    if (key !== undefined) name = key.toLowerCase().replace(/[._-]+/g, '-')
    if (rest === '[' || rest === ']' || rest === '') continue
    const markers = /markers = "((?:[^"\\]|\\.)*)"/.exec(rest)?.[1]?.replaceAll('\\"', '"') ?? ''
    const [, extra] = /(?:^| and )extra == "([^"]+)"$/.exec(markers) ?? []
    const marker = markers.replace(/(?:^| and )extra == "[^"]+"$/, '')
    const asked = /extras = \[([^\]]*)\]/.exec(rest)?.[1]?.match(/[a-z0-9-]+/g) ?? []
    const edge = { name, extras: asked, marker: marker === '' ? undefined : marker }
    if (extra === undefined) edges.push(edge)
    else extras.set(extra, [...(extras.get(extra) ?? []), edge])
  }
  return { edges, extras }
}

/** What a project asks for, as `celery[redis]` with the versions that it allows. */
export interface PoetryRoot {
  readonly python: string
  readonly runtime: ReadonlyMap<string, string>
  readonly dev: ReadonlyMap<string, string>
}

/** The poetry.lock that `poetry lock` would write for this project from the versions of the lock of everything. */
export function cutPoetryLock(lock: PoetryLock, root: PoetryRoot): string {
  const main = reach(lock.packages, root.runtime.keys())
  const dev = reach(lock.packages, root.dev.keys())
  const entries = [...lock.packages].flatMap(([name, { text }]) => {
    const markers: Record<string, string> = {}
    for (const [group, reached] of Object.entries({ main, dev })) {
      const entry = reached.get(name)
      if (entry !== undefined) markers[group] = markerText(entry.when).replaceAll('"', '\\"')
    }
    const groups = Object.keys(markers)
    if (groups.length === 0) return []
    const lines = [`groups = [${groups.map((group) => `"${group}"`).join(', ')}]`, ...markersLine(markers)]
    return [text.replace(/^groups = .*(?:\nmarkers = .*)?$/m, () => lines.join('\n'))]
  })
  const metadata = ['[metadata]', 'lock-version = "2.1"', `python-versions = "${root.python}"`]
  return `${[lock.head, ...entries].join(SEPARATOR)}\n\n${metadata.join('\n')}\ncontent-hash = "${contentHash(root)}"\n`
}

/** One text when the package is installed under the same circumstances in all of its groups. */
function markersLine(markers: Readonly<Record<string, string>>): readonly string[] {
  const [first, ...others] = Object.values(markers)
  if (others.every((other) => other === first)) return first === '' ? [] : [`markers = "${first}"`]
  const limited = Object.entries(markers).filter(([, marker]) => marker !== '')
  return [`markers = {${limited.map(([group, marker]) => `${group} = "${marker}"`).join(', ')}}`]
}

/**
 * What Poetry compares a lock with: the part of pyproject.toml that decides what is installed.
 * https://github.com/python-poetry/poetry/blob/2.4.1/src/poetry/packages/locker.py (`_get_content_hash`)
 */
function contentHash({ python, runtime, dev }: PoetryRoot): string {
  const list = (requirements: ReadonlyMap<string, string>) =>
    `[${[...requirements].map(([name, range]) => JSON.stringify(name + range)).join(', ')}]`
  const content =
    `{"dependency-groups": {"dev": ${list(dev)}}, ` +
    `"project": {"dependencies": ${list(runtime)}, "requires-python": ${JSON.stringify(python)}}, "tool": {"poetry": {}}}`
  return createHash('sha256').update(content).digest('hex')
}
