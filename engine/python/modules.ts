/** Python modules of a tree: parsed once, found as the import system would find them on a dyno. */
import type { TextFile, Tree } from '../tree.ts'
import type { ParsedModule } from './ast.ts'
import { parsePython } from './parse.ts'

/** What a dotted name resolves to below one of the roots. */
export interface Resolved {
  /** The file that is run for it; null for a package without `__init__.py`. */
  readonly path: string | null
  /** Directory whose files are its submodules; null for a plain module. */
  readonly directory: string | null
}

/** Of a file that cannot be read, nobody knows what is in it. */
const UNREAD: ParsedModule = { body: [], skippedAt: 0 }

/** A file that several trees share (a draft and what it was made of; an editor's tree after each change) is parsed once. */
const PARSED = new WeakMap<TextFile, ParsedModule>()

function parsedOnce(file: TextFile): ParsedModule {
  const known = PARSED.get(file)
  if (known !== undefined) return known
  const parsed = parsePython(file.text)
  PARSED.set(file, parsed)
  return parsed
}

export class Modules {
  readonly tree: Tree
  readonly #parsed = new Map<string, ParsedModule>()
  /** Files that are nested too deeply to be read. */
  readonly unreadable: string[] = []

  constructor(tree: Tree) {
    this.tree = tree
  }

  /** Parses a file; one that cannot be read or is nested endlessly has unknown contents, and a note names it. */
  parse(path: string): ParsedModule {
    const known = this.#parsed.get(path)
    if (known !== undefined) return known
    const file = this.tree.read(path)
    let parsed = UNREAD
    if (file !== undefined) {
      try {
        parsed = parsedOnce(file)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        this.unreadable.push(path)
      }
    }
    this.#parsed.set(path, parsed)
    return parsed
  }

  /** Files of which a part could not be read, with the offset of the first such part. */
  partlyRead(): { readonly path: string; readonly at: number }[] {
    return [...this.#parsed].flatMap(([path, parsed]) =>
      parsed === UNREAD || parsed.skippedAt === null ? [] : [{ path, at: parsed.skippedAt }],
    )
  }

  /** Finds `a.b.c` below the first root that has `a`; undefined when no root has it. */
  resolve(dotted: string, roots: readonly string[]): Resolved | undefined {
    const parts = dotted.split('.')
    if (parts.some((part) => part === '')) return undefined
    let namespace: Resolved | undefined
    for (const root of roots) {
      const found = this.#below(root, parts)
      if (found === undefined) continue
      // A directory without __init__.py is only taken when no root has a real module of the name (PEP 420).
      if (found.path !== null) return found
      namespace ??= found
    }
    return namespace
  }

  /** Does any root have the first part of the name? Then a missing rest is this project's fault. */
  owns(dotted: string, roots: readonly string[]): boolean {
    const [first = ''] = dotted.split('.')
    return this.resolve(first, roots) !== undefined
  }

  child(directory: string, name: string): Resolved | undefined {
    return this.#below(directory, [name])
  }

  #below(root: string, parts: readonly string[]): Resolved | undefined {
    let directory = root
    let found: Resolved | undefined
    for (const [i, part] of parts.entries()) {
      const base = directory === '' ? part : `${directory}/${part}`
      if (this.tree.has(`${base}/__init__.py`)) found = { path: `${base}/__init__.py`, directory: base }
      else if (this.tree.has(`${base}.py`)) found = { path: `${base}.py`, directory: null }
      else if (this.tree.hasDirectory(base)) found = { path: null, directory: base }
      else return undefined
      if (i < parts.length - 1) {
        if (found.directory === null) return undefined
        directory = found.directory
      }
    }
    return found
  }
}
