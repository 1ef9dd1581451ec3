import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver'
import type { Finding } from '../finding.ts'
import { pathBelow } from './buffers.ts'
import { configDiagnostic, type DiagnosticFeatures, diagnosticOf } from './diagnostics.ts'
import type { OpenVersion } from './edits.ts'
import { CONFIG_FILE, type Linter } from './linter.ts'
import { Places } from './places.ts'
import { type OpenTexts, Project, type Snapshot } from './project.ts'
import { pathOf, projectRoot, uriOf } from './roots.ts'
import { type Scope, Watch } from './watch.ts'

/** A file that is open in the editor. */
export interface Document extends OpenVersion {
  readonly getText: () => string
}

/** The editor, as far as the workspace speaks to it. */
export interface Editor {
  readonly documents: () => readonly Document[]
  readonly publish: (uri: string, version: number | undefined, diagnostics: readonly Diagnostic[]) => void
  readonly log: (message: string) => void
  readonly features: () => DiagnosticFeatures
}

/** A finding as the editor shows it. */
export interface Shown {
  readonly finding: Finding
  readonly diagnostic: Diagnostic
}

/** A project at one moment, with what of it is at one address. */
export interface View {
  readonly watch: Watch
  readonly snapshot: Snapshot
  readonly places: Places
  readonly shown: readonly Shown[]
}

/** Between two keystrokes (milliseconds). */
const TYPING = 150
/** Files that change together on the disk: a checkout, a formatter (milliseconds). */
const DISK = 100

/** The projects of the editor's folders, and what is shown of them. */
export class Workspace {
  readonly #linter: Linter
  readonly #editor: Editor
  readonly #folders = new Set<string>()
  readonly #watches = new Map<string, Watch>()
  /** By address, then by the folder of the project that says it. */
  readonly #shown = new Map<string, Map<string, readonly Diagnostic[]>>()
  /** What the editor was last told of an address. */
  readonly #sent = new Map<string, string>()

  constructor(linter: Linter, editor: Editor) {
    this.#linter = linter
    this.#editor = editor
  }

  addFolder(uri: string): void {
    const path = pathOf(uri)
    if (path === null) return
    this.#folders.add(path)
    const root = projectRoot(path)
    if (root !== null) this.#watch(root)
  }

  removeFolder(uri: string): void {
    const path = pathOf(uri)
    if (path === null) return
    this.#folders.delete(path)
    for (const watch of [...this.#watches.values()]) if (!this.#isWanted(watch)) this.#drop(watch)
  }

  opened(uri: string): void {
    const path = pathOf(uri)
    if (path === null) return
    const root = projectRoot(dirname(path))
    const isOwn = root !== null && existsSync(join(root, CONFIG_FILE))
    const isAlone = root !== null && this.#folders.size === 0
    if (isAlone || (isOwn && this.#isInFolders(path))) this.#watch(root)
    this.#ask(path, 'all', 0, true)
  }

  changed(uri: string): void {
    const path = pathOf(uri)
    if (path !== null) this.#ask(path, path.endsWith(CONFIG_FILE) ? 'all' : 'open', TYPING)
  }

  saved(uri: string): void {
    const path = pathOf(uri)
    if (path !== null) this.#ask(path, 'all', 0, true)
  }

  closed(uri: string): void {
    const path = pathOf(uri)
    if (path === null) return
    for (const watch of this.#holding(path)) if (!this.#isWanted(watch)) this.#drop(watch)
    this.#ask(path, 'all', 0, true)
    this.#send(uri)
  }

  diskChanged(uris: readonly string[]): void {
    for (const uri of uris) {
      const path = pathOf(uri)
      if (path !== null) this.#ask(path, 'all', DISK, true)
    }
  }

  /** What is known of a file now, once for each project that it is in. */
  async views(uri: string): Promise<View[]> {
    const path = pathOf(uri)
    if (path === null) return []
    const views: View[] = []
    for (const watch of this.#holding(path)) {
      const snapshot = await watch.settled()
      if (snapshot === undefined || !this.#watches.has(watch.project.folder)) continue
      const places = this.#places(snapshot)
      const shown = this.#findingsOf(watch, snapshot)
        .map((finding) => ({
          finding,
          diagnostic: diagnosticOf(finding, places, this.#editor.features()),
          at: places.spot(finding).uri,
        }))
        .filter(({ at }) => at === uri)
      views.push({ watch, snapshot, places, shown })
    }
    return views
  }

  async view(folder: string): Promise<Omit<View, 'shown'> | null> {
    const watch = this.#watches.get(folder)
    const snapshot = await watch?.settled()
    return watch === undefined || snapshot === undefined ? null : { watch, snapshot, places: this.#places(snapshot) }
  }

  /** The open files by their path on this machine. */
  open(): Map<string, Document> {
    return new Map(
      this.#editor.documents().flatMap((document): [string, Document][] => {
        const path = pathOf(document.uri)
        return path === null ? [] : [[path, document]]
      }),
    )
  }

  /** What was written on the disk by the server itself. */
  written(folder: string): void {
    const watch = this.#watches.get(folder)
    watch?.project.forget()
    watch?.request('all', 0)
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close()
  }

  #texts(): OpenTexts {
    return new Map([...this.open()].map(([path, document]) => [path, document.getText()]))
  }

  #places(snapshot: Snapshot): Places {
    return new Places(snapshot.tree, new Map([...this.open()].map(([path, { uri }]) => [path, uri])))
  }

  #watch(root: string): void {
    if (this.#watches.has(root)) return
    const watch = new Watch(new Project(root, this.#linter), {
      open: () => this.#texts(),
      looked: (at, snapshot, scope) => this.#looked(at, snapshot, scope),
      failed: (at, error) => {
        this.#editor.log(error instanceof Error ? (error.stack ?? error.message) : String(error))
        this.#show(at, new Map(), 'all')
      },
    })
    this.#watches.set(root, watch)
    // What it holds is no longer told by a project around it.
    for (const other of this.#watches.values()) if (other.project.holds(root)) other.request('all', 0)
  }

  #drop(watch: Watch): void {
    watch.close()
    this.#watches.delete(watch.project.folder)
    this.#show(watch, new Map(), 'all')
  }

  /** A project is kept for a folder of the editor, or for an open file that is in none. */
  #isWanted({ project }: Watch): boolean {
    for (const folder of this.#folders)
      if (project.holds(folder) || pathBelow(folder, project.folder) !== null) return true
    return this.#folders.size === 0 && [...this.open().keys()].some((path) => project.holds(path))
  }

  #isInFolders(path: string): boolean {
    return [...this.#folders].some((folder) => pathBelow(folder, path) !== null)
  }

  #holding(path: string): Watch[] {
    return [...this.#watches.values()].filter(({ project }) => project.holds(path))
  }

  #ask(path: string, scope: Scope, delay: number, forget = false): void {
    for (const watch of this.#holding(path)) {
      if (forget) watch.project.forget()
      watch.request(scope, delay)
    }
  }

  #looked(watch: Watch, snapshot: Snapshot, scope: Scope): void {
    for (const { rule, error } of snapshot.faults) {
      this.#editor.log(
        `the rule ${rule} failed, which is a fault in flask-dyno: ${error instanceof Error ? error.message : error}`,
      )
    }
    if (!snapshot.isProject) this.#watchWithin(watch)
    const places = this.#places(snapshot)
    const byUri = new Map<string, Diagnostic[]>()
    const add = (uri: string, diagnostic: Diagnostic): void => {
      byUri.set(uri, [...(byUri.get(uri) ?? []), diagnostic])
    }
    for (const finding of this.#findingsOf(watch, snapshot)) {
      add(places.spot(finding).uri, diagnosticOf(finding, places, this.#editor.features()))
    }
    const config = this.#configFile(watch)
    for (const line of snapshot.mistakes) add(config.uri, configDiagnostic(line, config.text, DiagnosticSeverity.Error))
    for (const line of snapshot.idle)
      add(config.uri, configDiagnostic(line, config.text, DiagnosticSeverity.Information))
    this.#show(watch, byUri, scope)
  }

  /** The folder as a whole is no Flask app: the open files below it may be of one that has a Procfile of its own. */
  #watchWithin({ project }: Watch): void {
    for (const path of this.open().keys()) {
      const root = project.holds(path) ? projectRoot(dirname(path)) : null
      if (root !== null && root !== project.folder && project.holds(root)) this.#watch(root)
    }
  }

  #configFile({ project }: Watch): { readonly uri: string; readonly text: string } {
    const document = this.open().get(project.configPath)
    return { uri: document?.uri ?? uriOf(project.configPath), text: document?.getText() ?? project.configText() ?? '' }
  }

  /** The findings of a project but those in a project within it. */
  #findingsOf(watch: Watch, { findings, tree }: Snapshot): readonly Finding[] {
    const { folder } = watch.project
    const inner = [...this.#watches.values()].filter(({ project }) => pathBelow(folder, project.folder) !== null)
    if (inner.length === 0) return findings
    return findings.filter(({ path }) => !inner.some(({ project }) => project.holds(join(tree.root, path))))
  }

  #show({ project }: Watch, byUri: ReadonlyMap<string, readonly Diagnostic[]>, scope: Scope): void {
    const open = new Set(this.#editor.documents().map(({ uri }) => uri))
    const touched = new Set([...byUri.keys(), ...open])
    for (const [uri, projects] of this.#shown) if (projects.has(project.folder)) touched.add(uri)
    for (const uri of touched) {
      if (scope === 'open' && !open.has(uri)) continue
      const projects = this.#shown.get(uri) ?? new Map<string, readonly Diagnostic[]>()
      const diagnostics = byUri.get(uri) ?? []
      if (diagnostics.length > 0) projects.set(project.folder, diagnostics)
      else projects.delete(project.folder)
      if (projects.size > 0) this.#shown.set(uri, projects)
      else this.#shown.delete(uri)
      const path = pathOf(uri)
      if (path !== null && (project.holds(path) || this.#sent.has(uri))) this.#send(uri)
    }
  }

  /** Tells the editor, where it was told something else before. */
  #send(uri: string): void {
    const diagnostics = [...(this.#shown.get(uri)?.values() ?? [])].flat()
    const version = this.#editor.documents().find((document) => document.uri === uri)?.version
    const key = JSON.stringify([version, diagnostics])
    const isNothing = diagnostics.length === 0 && version === undefined
    if (this.#sent.get(uri) === key || (isNothing && !this.#sent.has(uri))) return
    if (isNothing) this.#sent.delete(uri)
    else this.#sent.set(uri, key)
    this.#editor.publish(uri, version, diagnostics)
  }
}
