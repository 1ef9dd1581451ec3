import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Command,
  type WorkspaceEdit,
} from 'vscode-languageserver'
import type { Edit, Finding } from '../finding.ts'
import type { Mended } from '../fix.ts'
import { Draft } from '../fix-draft.ts'
import { type EditFeatures, isForEditor, workspaceEdit } from './edits.ts'
import { CONFIG_FILE } from './linter.ts'
import { ignoringEntry, suppressingComment } from './suppress-edit.ts'
import type { Shown, View, Workspace } from './workspace.ts'

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.flask-dyno`
/** Commands that the server runs for the editor. */
export const WRITE_FIX = 'flask-dyno.writeFix'
export const EXPLAIN = 'flask-dyno.explain'

/** What an action hands back to the server when it is chosen: which project, and which finding, or all safe ones of a file. */
export type Choice =
  | { readonly folder: string; readonly finding: Key }
  | { readonly folder: string; readonly path: string }

interface Key {
  readonly rule: string
  readonly path: string
  readonly line: number
  readonly column: number
  readonly message: string
}

export interface ActionFeatures extends EditFeatures {
  /** The editor asks for the changes of an action when it is chosen. */
  readonly resolves: boolean
}

const keyOf = ({ rule, path, line, column, message }: Finding): Key => ({ rule, path, line, column, message })
const isKeyOf = (key: Key, finding: Finding): boolean => JSON.stringify(keyOf(finding)) === JSON.stringify(key)

/** The actions at a place of an open file. */
export async function actionsAt(
  workspace: Workspace,
  params: CodeActionParams,
  features: ActionFeatures,
): Promise<CodeAction[]> {
  const { only } = params.context
  const isAsked = (kind: string): boolean =>
    only === undefined || only.some((asked) => asked === '' || kind === asked || kind.startsWith(`${asked}.`))
  const actions: CodeAction[] = []
  for (const view of await workspace.views(params.textDocument.uri)) {
    const here = view.shown.filter(({ diagnostic: { range } }) => touches(range, params.range))
    if (isAsked(CodeActionKind.QuickFix)) {
      for (const one of here) actions.push(...(await fixOf(workspace, view, one, features)))
      for (const one of here) actions.push(...suppressionOf(workspace, view, one, features))
    }
    if (only === undefined) actions.push(...here.map(explanationOf))
    if (isAsked(FIX_ALL)) actions.push(...(await fixAllOf(workspace, view, params, features)))
  }
  return actions
}

const touches = (a: CodeActionParams['range'], b: CodeActionParams['range']): boolean =>
  !isBefore(a.end, b.start) && !isBefore(b.end, a.start)

const isBefore = (a: CodeActionParams['range']['start'], b: CodeActionParams['range']['start']): boolean =>
  a.line < b.line || (a.line === b.line && a.character < b.character)

async function fixOf(
  workspace: Workspace,
  view: View,
  { finding, diagnostic }: Shown,
  features: ActionFeatures,
): Promise<CodeAction[]> {
  const { fix } = finding
  if (fix === null || Draft.of(view.snapshot.tree).obstacle(fix) !== null) return []
  const left = fix.leftToDo === undefined ? '' : `; then ${fix.leftToDo}`
  const title = `${capital(fix.description)}${left}${fix.safety === 'safe' ? '' : ' (read it before you keep it)'}`
  const choice: Choice = { folder: view.watch.project.folder, finding: keyOf(finding) }
  const action = { title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred: fix.safety === 'safe' }
  if (!isForEditor(fix.edits, view.snapshot.tree, features))
    return [{ ...action, command: commandTo(WRITE_FIX, title, choice) }]
  if (features.resolves) return [{ ...action, data: choice }]
  const edit = await editOf(workspace, choice, features)
  return 'refused' in edit ? [] : [{ ...action, edit: edit.edit }]
}

/** All safe fixes that change nothing but the text of this file: an editor may make them each time the file is saved. */
async function fixAllOf(
  workspace: Workspace,
  view: View,
  { context }: CodeActionParams,
  features: ActionFeatures,
): Promise<CodeAction[]> {
  const path = view.shown.find(({ finding }) => isTextFix(finding, finding.path))?.finding.path
  if (path === undefined) return []
  const choice: Choice = { folder: view.watch.project.folder, path }
  const action = { title: 'Mend all that flask-dyno can mend safely in this file', kind: FIX_ALL }
  if (features.resolves) return [{ ...action, data: choice }]
  if (context.only === undefined) return [] // not worked out each time that the cursor moves
  const edit = await editOf(workspace, choice, features)
  return 'refused' in edit ? [] : [{ ...action, edit: edit.edit }]
}

const isTextFix = ({ fix, path }: Finding, file: string): boolean =>
  path === file && fix?.safety === 'safe' && fix.edits.every((edit) => edit.kind === 'text' && edit.path === file)

function suppressionOf(
  workspace: Workspace,
  view: View,
  { finding, diagnostic }: Shown,
  features: ActionFeatures,
): CodeAction[] {
  const { tree } = view.snapshot
  const { project } = view.watch
  const comment = suppressingComment(finding, tree)
  const action = { kind: CodeActionKind.QuickFix, diagnostics: [diagnostic] }
  if (comment !== null) {
    const edit = plainEdit(workspace, tree.root, comment, tree.read(comment.path)?.text ?? '', features)
    return [{ ...action, title: `Suppress ${finding.rule} here`, edit }]
  }
  if (!tree.has(finding.path)) return []
  const config = workspace.open().get(project.configPath)?.getText() ?? project.configText()
  const entry = ignoringEntry(finding, config)
  if (entry === null || !isForEditor([entry], tree, features)) return []
  const edit = plainEdit(workspace, project.folder, entry, config ?? '', features)
  return [{ ...action, title: `Ignore ${finding.rule} in this file, in ${CONFIG_FILE}`, edit }]
}

/** An edit that needs no lint. */
function plainEdit(
  workspace: Workspace,
  folder: string,
  edit: Edit,
  before: string,
  features: ActionFeatures,
): WorkspaceEdit {
  const after =
    edit.kind === 'text'
      ? before.slice(0, edit.start) + edit.text + before.slice(edit.end)
      : edit.kind === 'create'
        ? edit.text
        : before
  const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')
  const from = edit.kind === 'create' ? null : edit.path
  const change = {
    from,
    to: edit.path,
    before: from === null ? null : bytes(before),
    after: bytes(after),
    executable: false,
  }
  return workspaceEdit(folder, [change], workspace.open(), features)
}

const explanationOf = ({ finding, diagnostic }: Shown): CodeAction => {
  const title = `Explain ${finding.rule}`
  return {
    title,
    kind: CodeActionKind.Empty,
    diagnostics: [diagnostic],
    command: commandTo(EXPLAIN, title, finding.url),
  }
}

const commandTo = (command: string, title: string, argument: unknown): Command => ({
  title,
  command,
  arguments: [argument],
})

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Why nothing is changed; one clause. */
export interface Refused {
  readonly refused: string
}

/** The changes of a chosen action, which were linted before they are handed out. */
export async function editOf(
  workspace: Workspace,
  choice: Choice,
  features: EditFeatures,
): Promise<{ readonly edit: WorkspaceEdit } | Refused> {
  const made = await mendedBy(workspace, choice)
  if ('refused' in made) return made
  return { edit: workspaceEdit(made.root, made.mended.changes, workspace.open(), features) }
}

/** The project with a chosen action's fixes made in memory. */
export async function mendedBy(
  workspace: Workspace,
  choice: Choice,
): Promise<{ readonly root: string; readonly mended: Mended } | Refused> {
  const view = await workspace.view(choice.folder)
  if (view === null) return { refused: 'the project cannot be read any more' }
  const { watch, snapshot } = view
  const isChosen = (finding: Finding): boolean =>
    'finding' in choice ? isKeyOf(choice.finding, finding) : isTextFix(finding, choice.path) && isShown(finding)
  const isShown = (finding: Finding): boolean => snapshot.findings.some((shown) => isKeyOf(keyOf(shown), finding))
  const mended = await watch.project.mend(snapshot, isChosen)
  if (mended.changes.length > 0) return { root: snapshot.tree.root, mended }
  return { refused: mended.refused[0]?.reason ?? 'it is mended already' }
}
