import { type Edge, type LockedPackage, type LockedPackages, reach, requirementName } from './reach.ts'

/** The lock of everything, as uv wrote it. */
export interface UvLock {
  readonly head: string
  readonly packages: LockedPackages
}

const SEPARATOR = '\n\n[[package]]\n'

/** Reads a lock in the form that uv itself writes; each package has one version (scripts/pin-scaffold.mjs). */
export function readUvLock(text: string): UvLock {
  const [head = '', ...blocks] = text.trimEnd().split(SEPARATOR)
  const packages = new Map<string, LockedPackage>()
  for (const block of blocks) {
    const name = /^name = "([^"]+)"/.exec(block)?.[1]
    const version = /^version = "([^"]+)"/m.exec(block)?.[1]
    if (name === undefined || version === undefined) throw new Error(`uv.lock: not a package: ${block.slice(0, 60)}`)
    if (packages.has(name)) throw new Error(`uv.lock has two versions of ${name}`)
    const [main = '', optional = ''] = block.split('\n[package.optional-dependencies]\n')
    packages.set(name, {
      name,
      version,
      text: block,
      edges: listIn(main, 'dependencies'),
      extras: new Map(
        [...optional.matchAll(/^([a-z0-9-]+) = \[$/gm)].map(([, extra = '']) => [extra, listIn(optional, extra)]),
      ),
    })
  }
  return { head, packages }
}

/** The list of dependencies under a key of a package. */
function listIn(text: string, key: string): readonly Edge[] {
  const [, list = ''] = text.split(new RegExp(`^${key} = \\[\\n`, 'm'))
  const [lines = ''] = list.split('\n]')
  return [...lines.matchAll(/\{ name = "([^"]+)"(?:, extra = \[([^\]]*)\])?(?:, marker = "([^"]+)")? \}/g)].map(
    ([, name = '', extras = '', marker]) => ({ name, extras: extras.match(/[a-z0-9-]+/g) ?? [], marker }),
  )
}

/** A project's own entry: its name, and what it asks for as `celery[redis]` with the versions that it allows. */
export interface LockRoot {
  readonly name: string
  readonly runtime: ReadonlyMap<string, string>
  readonly dev: ReadonlyMap<string, string>
}

/** The uv.lock that `uv lock` would write for this project from the versions of the universal lock. */
export function cutUvLock(lock: UvLock, root: LockRoot): string {
  const reached = reach(lock.packages, [...root.runtime.keys(), ...root.dev.keys()])
  const blocks = new Map([...reached].map(([name, { locked, extras }]) => [name, withExtras(locked, extras)]))
  blocks.set(root.name, rootBlock(root))
  const sorted = [...blocks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, block]) => block)
  return `${[lock.head, ...sorted].join(SEPARATOR)}\n`
}

/** A package's entry without the extras that nobody asks for. */
function withExtras({ text, extras }: LockedPackage, kept: readonly string[]): string {
  const [main = '', optional] = text.split('\n[package.optional-dependencies]\n')
  if (optional === undefined || extras.size === kept.length) return text
  const lists = kept.map((extra) => new RegExp(`^${extra} = \\[[^]*?^\\]`, 'm').exec(optional)?.[0] ?? '')
  return kept.length === 0 ? main.trimEnd() : `${main}\n[package.optional-dependencies]\n${lists.join('\n')}`
}

function rootBlock({ name, runtime, dev }: LockRoot): string {
  const quoted = (extras: readonly string[]) => `[${extras.map((extra) => `"${extra}"`).join(', ')}]`
  const list = (key: string, requirements: ReadonlyMap<string, string>, withRange: boolean) => {
    const entries = [...requirements].map(([requirement, range]) => ({ ...requirementName(requirement), range }))
    const items = entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, extras, range }) => {
        const extra = extras.length === 0 ? '' : `, extra${withRange ? 's' : ''} = ${quoted(extras)}`
        return `{ name = "${name}"${extra}${withRange ? `, specifier = "${range}"` : ''} }`
      })
    // As uv writes it: a list of what the manifest says stays on its line when it holds one requirement.
    return withRange && items.length === 1
      ? [`${key} = [${items[0]}]`]
      : [`${key} = [`, ...items.map((item) => `    ${item},`), ']']
  }
  return [
    `name = "${name}"`,
    'version = "0.1.0"',
    'source = { virtual = "." }',
    ...list('dependencies', runtime, false),
    '',
    '[package.dev-dependencies]',
    ...list('dev', dev, false),
    '',
    '[package.metadata]',
    ...list('requires-dist', runtime, true),
    '',
    '[package.metadata.requires-dev]',
    ...list('dev', dev, true),
  ].join('\n')
}
