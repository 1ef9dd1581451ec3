import { STANDARD_LIBRARY } from './python-words.ts'

/** What black, ruff and the scaffold's pyproject.toml agree on. */
const LINE_LENGTH = 100

interface Import {
  readonly module: string
  /** Undefined for `import module`. */
  readonly names: ReadonlySet<string> | undefined
}

const SECTIONS = ['future', 'standard', 'third-party', 'first-party', 'relative'] as const

/**
 * Import lines in the order in which `ruff check --select I` wants them, each module once.
 *
 * `lines` are `import x` or `from x import a, b` on one line each; `firstParty` are the project's own top-level modules.
 * Returns the text with a final newline, or '' without any line.
 */
export function sortedImports(lines: readonly string[], firstParty: ReadonlySet<string>): string {
  const plain = new Set<string>()
  const from = new Map<string, Set<string>>()
  for (const line of lines) {
    const [, module, names] = /^from (\S+) import (.+)$/.exec(line) ?? []
    if (module !== undefined && names !== undefined) {
      const known = from.get(module) ?? new Set()
      for (const name of names.split(',')) known.add(name.trim())
      from.set(module, known)
      continue
    }
    const bare = /^import (\S+)$/.exec(line)?.[1]
    if (bare === undefined) throw new Error(`not an import line: ${line}`)
    plain.add(bare)
  }
  const all: Import[] = [
    ...[...plain].map((module) => ({ module, names: undefined })),
    ...[...from].map(([module, names]) => ({ module, names })),
  ]
  const sections = SECTIONS.map((section) =>
    all
      .filter(({ module }) => sectionOf(module, firstParty) === section)
      .sort(inOrder)
      .map(written)
      .join('\n'),
  )
  const text = sections.filter((section) => section !== '').join('\n\n')
  return text === '' ? '' : `${text}\n`
}

function sectionOf(module: string, firstParty: ReadonlySet<string>): (typeof SECTIONS)[number] {
  if (module === '__future__') return 'future'
  if (module.startsWith('.')) return 'relative'
  const top = module.split('.')[0] ?? ''
  if (firstParty.has(top)) return 'first-party'
  return STANDARD_LIBRARY.has(top) ? 'standard' : 'third-party'
}

/** `import x` before `from x import y`, then by name; ruff's default. https://docs.astral.sh/ruff/settings/#lintisort */
function inOrder(a: Import, b: Import): number {
  if ((a.names === undefined) !== (b.names === undefined)) return a.names === undefined ? -1 : 1
  return compare(a.module.toLowerCase(), b.module.toLowerCase())
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Constants, then classes, then the rest, as `order-by-type` says. */
function kindOf(name: string): number {
  const bare = name.split(' ')[0] ?? name
  if (bare.length > 1 && bare === bare.toUpperCase()) return 0
  return bare.charAt(0) === bare.charAt(0).toUpperCase() && bare.charAt(0) !== '_' ? 1 : 2
}

function written({ module, names }: Import): string {
  if (names === undefined) return `import ${module}`
  const sorted = [...names].sort((a, b) => kindOf(a) - kindOf(b) || compare(a.toLowerCase(), b.toLowerCase()))
  const line = `from ${module} import ${sorted.join(', ')}`
  if (line.length <= LINE_LENGTH) return line
  return `from ${module} import (\n${sorted.map((name) => `    ${name},\n`).join('')})`
}
