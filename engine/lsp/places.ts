import { join } from 'node:path'
import type { Range } from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Finding } from '../finding.ts'
import type { Tree } from '../tree.ts'
import { uriOf } from './roots.ts'

/** A stretch of a file as editors have it: 0-based lines, and columns in UTF-16 code units. */
export interface Spot {
  readonly path: string
  readonly uri: string
  readonly range: Range
}

const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }

/** Where the findings of one tree are in the editor. */
export class Places {
  readonly tree: Tree
  readonly #uris: ReadonlyMap<string, string>
  readonly #documents = new Map<string, TextDocument>()

  /** @param uris the editor's own addresses of the files that are open, by path on this machine. */
  constructor(tree: Tree, uris: ReadonlyMap<string, string>) {
    this.tree = tree
    this.#uris = uris
  }

  uri(path: string): string {
    const file = join(this.tree.root, path)
    return this.#uris.get(file) ?? uriOf(file)
  }

  /** The text of a file as the editor counts in it. */
  document(path: string): TextDocument {
    const known = this.#documents.get(path)
    if (known !== undefined) return known
    const made = TextDocument.create(this.uri(path), '', 0, this.tree.read(path)?.text ?? '')
    this.#documents.set(path, made)
    return made
  }

  /** Where a finding is shown. One about a file that is not there is shown at the file that makes it wanted. */
  spot(finding: Finding): Spot {
    const { path, line, column, endLine, endColumn } = finding
    if (!this.tree.has(path)) {
      const instead = finding.related.find((place) => this.tree.has(place.path)) ?? this.#any()
      if (instead === undefined) return { path, uri: this.uri(path), range: START }
      return this.#stretch(instead.path, instead.line, instead.column, instead.line, instead.column)
    }
    return this.#stretch(path, line, column, endLine, endColumn)
  }

  /** The place of 1-based lines and columns; a point becomes the rest of its line, so that it can be seen. */
  #stretch(path: string, line: number, column: number, endLine: number, endColumn: number): Spot {
    const document = this.document(path)
    const start = this.#offset(document, line, column)
    const isPoint = line === endLine && column === endColumn
    const end = isPoint ? this.#endOfLine(document, start) : this.#offset(document, endLine, endColumn)
    const range = { start: document.positionAt(start), end: document.positionAt(Math.max(start, end)) }
    return { path, uri: this.uri(path), range }
  }

  point(path: string, line: number, column: number): Spot | null {
    return this.tree.has(path) ? this.#stretch(path, line, column, line, column) : null
  }

  /** The engine ends lines at a line feed alone; editors end them at a carriage return, too. */
  #offset(document: TextDocument, line: number, column: number): number {
    const text = document.getText()
    let start = 0
    for (let at = 1; at < line; at++) {
      const end = text.indexOf('\n', start)
      if (end < 0) break
      start = end + 1
    }
    return Math.min(start + column - 1, text.length)
  }

  #endOfLine(document: TextDocument, from: number): number {
    const text = document.getText()
    const end = text.slice(from).search(/\s*(?:[\r\n]|$)/)
    return end < 0 ? text.length : from + end
  }

  /** The file at which to show what is about no file: one that says how the project is deployed, or the first. */
  #any(): { readonly path: string; readonly line: number; readonly column: number } | undefined {
    const names = ['Procfile', 'requirements.txt', 'pyproject.toml', 'Pipfile', 'app.py', 'wsgi.py']
    const files = this.tree.rootFiles()
    const path =
      names.find((name) => files.includes(name)) ?? files.find((name) => name.endsWith('.py')) ?? this.tree.paths[0]
    return path === undefined ? undefined : { path, line: 1, column: 1 }
  }
}
