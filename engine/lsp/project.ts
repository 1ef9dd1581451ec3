import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import type { Finding } from '../finding.ts'
import { applyFixes, type Mended } from '../fix.ts'
import { memoryTree, type TextFile, type Tree } from '../tree.ts'
import { bufferFile, KeptTexts, keeping, pathBelow, withBuffers } from './buffers.ts'
import { CONFIG_FILE, type Linter, type Looked } from './linter.ts'

/** A lint of a project as it is in the editor. */
export interface Snapshot extends Looked {
  readonly tree: Tree
  readonly config: Config
}

/** The open files by their path on this machine. */
export type OpenTexts = ReadonlyMap<string, string>

const NO_CONFIG: Config = { rules: {} }

/** One project of the editor's workspace. What was read is kept, so that a keystroke costs no more than what hangs on it. */
export class Project {
  /** Where the config is. */
  readonly folder: string
  readonly #linter: Linter
  readonly #texts = new KeptTexts()
  #base: Tree | undefined
  #config: Config = NO_CONFIG
  readonly #buffers = new Map<string, { readonly text: string; readonly base: Tree; readonly file: TextFile }>()

  constructor(folder: string, linter: Linter) {
    this.folder = folder
    this.#linter = linter
  }

  /** The folder that is deployed. */
  get root(): string {
    return this.#config.root === undefined ? this.folder : join(this.folder, this.#config.root)
  }

  get configPath(): string {
    return join(this.folder, CONFIG_FILE)
  }

  /** The config on the disk. */
  configText(): string | undefined {
    return readIfThere(this.configPath)
  }

  holds(path: string): boolean {
    return path === this.folder || pathBelow(this.folder, path) !== null
  }

  /** The disk has changed: what is there is looked up again. */
  forget(): void {
    this.#base = undefined
  }

  /** @throws TreeError when the folder cannot be read (any more). */
  async look(open: OpenTexts): Promise<Snapshot> {
    const mistakes = await this.#readConfig(open)
    this.#base ??= keeping(this.#linter.tree(this.root), this.#texts)
    const tree = this.#overlay(this.#base, open)
    const looked = await this.#linter.look(tree, this.#config)
    return { ...looked, tree, config: this.#config, mistakes: [...mistakes, ...looked.mistakes] }
  }

  /** The project with the fixes of these findings made: held to a lint of the whole before they count. */
  mend({ tree, config }: Snapshot, isWanted: (finding: Finding) => boolean): Promise<Mended> {
    return applyFixes(tree, (at) => this.#linter.everything(at, config), { unsafe: true, isWanted })
  }

  /** A config that is broken while somebody writes it leaves the one before in force. */
  async #readConfig(open: OpenTexts): Promise<readonly string[]> {
    const text = open.get(this.configPath) ?? this.configText()
    const read =
      text === undefined
        ? NO_CONFIG
        : await this.#linter.config(memoryTree({ [CONFIG_FILE]: text.replace(/^\uFEFF/, '') }))
    if ('mistakes' in read) return read.mistakes
    if (read.root !== this.#config.root) this.#base = undefined
    this.#config = read
    return []
  }

  #overlay(base: Tree, open: OpenTexts): Tree {
    const files = new Map<string, TextFile>()
    for (const [file, text] of open) {
      const path = pathBelow(base.root, file)
      if (path === null || path.startsWith('.git/') || !this.#isDeployed(base, path, file)) continue
      const kept = this.#buffers.get(path)
      const buffer =
        kept?.text === text && kept.base === base
          ? kept
          : { text, base, file: sameFile(kept?.file, bufferFile(base, path, text)) }
      this.#buffers.set(path, buffer)
      files.set(path, buffer.file)
    }
    for (const path of this.#buffers.keys()) if (!files.has(path)) this.#buffers.delete(path)
    return withBuffers(base, files)
  }

  /** A file that is only in the editor yet is looked at as if it were saved. */
  #isDeployed(base: Tree, path: string, file: string): boolean {
    if (base.has(path)) return base.entry(path)?.link === null
    return !existsSync(file) && existsSync(dirname(file)) && !base.isIgnored(path)
  }
}

/** The object that stood for the same content before: what was read from it is known by it. */
const sameFile = (before: TextFile | undefined, now: TextFile): TextFile =>
  before !== undefined && before.text === now.text && before.encoding === now.encoding && before.path === now.path
    ? before
    : now

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined // none, or one that cannot be read: as if there were none
  }
}
