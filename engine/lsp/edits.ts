import { join } from 'node:path'
import {
  CreateFile,
  DeleteFile,
  RenameFile,
  type ResourceOperationKind,
  TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Edit } from '../finding.ts'
import type { FileChange } from '../fix.ts'
import { stepsBetween } from '../report/diff.ts'
import { decode, type Tree } from '../tree.ts'
import { uriOf } from './roots.ts'

/** How the editor takes changes. */
export interface EditFeatures {
  readonly documentChanges: boolean
  readonly operations: readonly ResourceOperationKind[]
}

/** A file that is open: the editor's own address, and its version. */
export interface OpenVersion {
  readonly uri: string
  readonly version: number
}

/**
 * Can the editor itself make these changes? It can change text; it makes, renames and deletes files if it says so. In another
 * encoding, with other line ends or as a program only the server writes a file.
 */
export function isForEditor(edits: readonly Edit[], tree: Tree, features: EditFeatures): boolean {
  return edits.every((edit) => {
    const { kind } = edit
    if (kind === 'text') return !tearsLineEnds(tree.read(edit.path)?.text.slice(edit.start, edit.end) ?? '')
    return kind !== 'content' && kind !== 'mode' && features.documentChanges && features.operations.includes(kind)
  })
}

/** An editor that shows a file has one kind of line end for all of it, and puts back a carriage return that is taken away. */
const tearsLineEnds = (removed: string): boolean => removed.includes('\r') && !removed.includes('\n')

/** The changes of a mended project for the editor to make. `open` tells the open files by their path on this machine. */
export function workspaceEdit(
  root: string,
  changes: readonly FileChange[],
  open: ReadonlyMap<string, OpenVersion>,
  features: EditFeatures,
): WorkspaceEdit {
  const address = (path: string): string => open.get(join(root, path))?.uri ?? uriOf(join(root, path))
  const edits: NonNullable<WorkspaceEdit['documentChanges']> = []
  const byUri: Record<string, TextEdit[]> = {}
  for (const { from, to, before, after } of changes) {
    if (to === null) {
      if (from !== null) edits.push(DeleteFile.create(address(from)))
      continue
    }
    if (from === null) edits.push(CreateFile.create(address(to)))
    else if (from !== to) edits.push(RenameFile.create(address(from), address(to)))
    const uri = address(to)
    const texts = lineEdits(textOf(from ?? to, before), textOf(to, after))
    if (texts.length === 0) continue
    const version = open.get(join(root, from ?? to))?.version ?? null
    edits.push(TextDocumentEdit.create({ uri, version: from === to ? version : null }, texts))
    byUri[uri] = texts
  }
  return features.documentChanges ? { documentChanges: edits } : { changes: byUri }
}

const textOf = (path: string, bytes: Uint8Array | null): string =>
  bytes === null ? '' : (decode(path, bytes)?.text ?? '')

/** The fewest lines that are to be replaced, so that marks and the cursor elsewhere stay where they are. */
function lineEdits(before: string, after: string): TextEdit[] {
  const document = TextDocument.create('', '', 0, before)
  const edits: TextEdit[] = []
  let at = 0
  let removed = 0
  let added = ''
  const flush = (): void => {
    if (removed === 0 && added === '') return
    const end = /\r?\n$/.exec(before)?.[0] ?? ''
    if (removed === 0 && at === before.length && end !== '' && added.endsWith(end)) {
      // Neovim leaves an empty line where something is put behind the last line end, so this is put before it
      const last = document.positionAt(at - end.length)
      edits.push({ range: { start: last, end: last }, newText: end + added.slice(0, -end.length) })
      added = ''
      return
    }
    const [head, tail] = commonEnds(before.slice(at - removed, at), added)
    const range = { start: document.positionAt(at - removed + head), end: document.positionAt(at - tail) }
    edits.push({ range, newText: added.slice(head, added.length - tail) })
    removed = 0
    added = ''
  }
  for (const { kind, line } of stepsBetween(before, after)) {
    if (kind === ' ') flush()
    if (kind === '+') added += line
    else at += line.length
    if (kind === '-') removed += line.length
  }
  flush()
  return edits
}

/** How many characters two texts share at the beginning and at the end; a character of two code units is not torn. */
function commonEnds(a: string, b: string): readonly [head: number, tail: number] {
  const most = Math.min(a.length, b.length)
  let head = 0
  while (head < most && a[head] === b[head]) head++
  if (/[\uD800-\uDBFF\r]/.test(a.charAt(head - 1))) head--
  let tail = 0
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  if (/[\uDC00-\uDFFF\n]/.test(a.charAt(a.length - tail))) tail--
  return [head, Math.max(0, tail)]
}
