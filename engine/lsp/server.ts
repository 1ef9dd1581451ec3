import {
  type CodeAction,
  CodeActionKind,
  createConnection,
  DidChangeWatchedFilesNotification,
  type Hover,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  MarkupKind,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { WriteRefused, writeChanges } from '../fix-write.ts'
import {
  type ActionFeatures,
  actionsAt,
  type Choice,
  EXPLAIN,
  editOf,
  FIX_ALL,
  mendedBy,
  WRITE_FIX,
} from './actions.ts'
import type { DiagnosticFeatures } from './diagnostics.ts'
import { hoverText } from './hover.ts'
import type { Linter } from './linter.ts'
import { Workspace } from './workspace.ts'

/** Whatever of it changes on the disk may change what is found. */
const WATCHED = [
  '**/*.{py,txt,in,toml,lock,cfg,ini,conf,json,yml,yaml,sh,env,html}',
  '**/{Procfile,procfile,Procfile.*,Pipfile,Dockerfile,Aptfile,.python-version,.env,.gitignore,.slugignore}',
]

/**
 * Serves an editor on stdin and stdout: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/.
 * Does not come back: the process ends when the editor says so (status 0 after `shutdown`, else 1) or is gone.
 */
export function serve(linter: Linter): Promise<never> {
  const connection = createConnection(process.stdin, process.stdout)
  const documents = new TextDocuments(TextDocument)
  let features: Features = featuresOf({ processId: null, rootUri: null, capabilities: {} })
  let folders: readonly string[] = []

  const workspace = new Workspace(linter, {
    documents: () => documents.all(),
    publish: (uri, version, diagnostics) => {
      void connection.sendDiagnostics({
        uri,
        diagnostics: [...diagnostics],
        ...(version === undefined ? {} : { version }),
      })
    },
    log: (message) => connection.console.error(message),
    features: () => features.diagnostics,
  })

  connection.onInitialize((params): InitializeResult => {
    features = featuresOf(params)
    folders = params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri === null ? [] : [params.rootUri])
    return {
      serverInfo: { name: 'flask-dyno', version: linter.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
        codeActionProvider: {
          codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL],
          resolveProvider: features.actions.resolves,
        },
        hoverProvider: true,
        executeCommandProvider: { commands: [WRITE_FIX, EXPLAIN] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    }
  })

  connection.onInitialized(() => {
    for (const uri of folders) workspace.addFolder(uri)
    if (features.hasFolderChanges) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of removed) workspace.removeFolder(uri)
        for (const { uri } of added) workspace.addFolder(uri)
      })
    }
    if (features.canWatch) {
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: WATCHED.map((globPattern) => ({ globPattern })) })
        .catch((error: unknown) => connection.console.error(`the editor does not watch files: ${error}`))
    }
  })

  documents.onDidOpen(({ document }) => workspace.opened(document.uri))
  documents.onDidChangeContent(({ document }) => workspace.changed(document.uri))
  documents.onDidSave(({ document }) => workspace.saved(document.uri))
  documents.onDidClose(({ document }) => workspace.closed(document.uri))
  connection.onDidChangeWatchedFiles(({ changes }) => workspace.diskChanged(changes.map(({ uri }) => uri)))

  connection.onHover(async ({ textDocument, position }): Promise<Hover | null> => {
    const at = (await workspace.views(textDocument.uri)).flatMap(({ shown }) => shown)
    const text = hoverText(at, position, linter)
    if (text === null) return null
    return features.markdown
      ? { contents: { kind: MarkupKind.Markdown, value: text.value }, range: text.range }
      : { contents: { kind: MarkupKind.PlainText, value: await linter.plainText(text.value) }, range: text.range }
  })

  connection.onCodeAction(async (params, token) => {
    if (!features.hasActions) return []
    const actions = await actionsAt(workspace, params, features.actions)
    return token.isCancellationRequested ? new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled') : actions
  })

  connection.onCodeActionResolve(async (action): Promise<CodeAction> => {
    const choice = choiceOf(action.data)
    if (choice === null) return action
    const made = await editOf(workspace, choice, features.actions)
    if ('edit' in made) return { ...action, edit: made.edit }
    tell(MessageType.Warning, `flask-dyno changes nothing: ${made.refused}`)
    return action
  })

  connection.onExecuteCommand(async ({ command, arguments: [argument] = [] }) => {
    if (command === EXPLAIN && typeof argument === 'string') await explain(argument)
    const choice = command === WRITE_FIX ? choiceOf(argument) : null
    if (choice !== null) await write(choice)
    return null
  })

  /** A word to the person that wants no answer. */
  function tell(type: MessageType, message: string): void {
    void connection.sendNotification(ShowMessageNotification.type, { type, message })
  }

  async function explain(url: string): Promise<void> {
    if (features.showsDocuments) await connection.window.showDocument({ uri: url, external: true })
    else tell(MessageType.Info, url)
  }

  /** Changes that the editor cannot make: line ends, encodings, programs. */
  async function write(choice: Choice): Promise<void> {
    const made = await mendedBy(workspace, choice)
    let refused = 'refused' in made ? made.refused : null
    if ('mended' in made) {
      try {
        writeChanges(made.root, made.mended.changes)
      } catch (error) {
        if (!(error instanceof WriteRefused)) throw error
        refused = `${error.message.replace(/^nothing was changed: /, '')} (is it saved?)`
      }
      workspace.written(choice.folder)
    }
    if (refused !== null) tell(MessageType.Warning, `flask-dyno changes nothing: ${refused}`)
  }

  connection.onShutdown(() => workspace.close())
  documents.listen(connection)
  connection.listen()
  return new Promise<never>(() => {}) // the connection ends the process
}

interface Features {
  readonly diagnostics: DiagnosticFeatures
  readonly actions: ActionFeatures
  readonly hasActions: boolean
  readonly markdown: boolean
  readonly canWatch: boolean
  readonly hasFolderChanges: boolean
  readonly showsDocuments: boolean
}

function featuresOf({ capabilities: { textDocument, workspace, window } }: InitializeParams): Features {
  const shown = textDocument?.publishDiagnostics
  const resolved = textDocument?.codeAction
  return {
    diagnostics: {
      related: shown?.relatedInformation === true,
      link: shown?.codeDescriptionSupport === true,
      tags: shown?.tagSupport?.valueSet ?? [],
    },
    actions: {
      documentChanges: workspace?.workspaceEdit?.documentChanges === true,
      operations: workspace?.workspaceEdit?.resourceOperations ?? [],
      resolves: resolved?.dataSupport === true && resolved.resolveSupport?.properties.includes('edit') === true,
    },
    hasActions: resolved?.codeActionLiteralSupport !== undefined,
    markdown: textDocument?.hover?.contentFormat?.includes(MarkupKind.Markdown) === true,
    canWatch: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    hasFolderChanges: workspace?.workspaceFolders === true,
    showsDocuments: window?.showDocument?.support === true,
  }
}

/** What came back from the editor, if it is what the server handed out. */
function choiceOf(data: unknown): Choice | null {
  if (typeof data !== 'object' || data === null || !('folder' in data) || typeof data.folder !== 'string') return null
  const { folder } = data
  if ('path' in data && typeof data.path === 'string') return { folder, path: data.path }
  if (!('finding' in data) || typeof data.finding !== 'object' || data.finding === null) return null
  const finding: Readonly<Record<string, unknown>> = { ...data.finding }
  const { rule, path, line, column, message } = finding
  const isKey = typeof rule === 'string' && typeof path === 'string' && typeof message === 'string'
  if (!isKey || typeof line !== 'number' || typeof column !== 'number') return null
  return { folder, finding: { rule, path, line, column, message } }
}
