import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import {
  ApplyWorkspaceEditRequest,
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  ExecuteCommandRequest,
  ExitNotification,
  type FileChangeType,
  type Hover,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type RegistrationParams,
  RegistrationRequest,
  ShowDocumentRequest,
  ShowMessageNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-protocol/node'
import { program } from './program.ts'

/** What editors of these years can do. */
export const MODERN: ClientCapabilities = {
  textDocument: {
    publishDiagnostics: {
      relatedInformation: true,
      codeDescriptionSupport: true,
      tagSupport: { valueSet: [1, 2] },
      versionSupport: true,
    },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix', 'source', 'source.fixAll'] } },
      isPreferredSupport: true,
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
  },
  workspace: {
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename', 'delete'] },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
  window: { showDocument: { support: true } },
}

export interface Start {
  readonly folders?: readonly string[] | null
  readonly capabilities?: ClientCapabilities
  readonly args?: readonly string[]
}

/** An editor that speaks to the built program as a process of its own. */
export class Editor {
  readonly process: ChildProcess
  readonly connection: ProtocolConnection
  /** What the server shows of each address now. */
  readonly shown = new Map<string, PublishDiagnosticsParams>()
  /** How often the server told anything of an address. */
  readonly told = new Map<string, number>()
  readonly messages: string[] = []
  readonly logged: string[] = []
  readonly documents: string[] = []
  readonly registered: RegistrationParams[] = []
  readonly stderr: string[] = []
  /** What came on stdout and was no message. */
  readonly garbled: string[] = []
  readonly ended: Promise<number | null>
  readonly #waiting = new Set<() => void>()
  #version = 1

  constructor(args: readonly string[] = ['--stdio']) {
    this.process = spawn(process.execPath, [program(), 'lsp', ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    const { stdin, stdout, stderr } = this.process
    if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes')
    this.ended = new Promise((resolve) => this.process.once('close', (status) => resolve(status)))
    stderr.setEncoding('utf8').on('data', (text: string) => this.stderr.push(text))
    this.connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin))
    this.connection.onError(([error]) => this.garbled.push(error.message))
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.shown.set(params.uri, params)
      this.told.set(params.uri, (this.told.get(params.uri) ?? 0) + 1)
      this.#stir()
    })
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.logged.push(message)
      this.#stir()
    })
    this.connection.onNotification(ShowMessageNotification.type, ({ message }) => {
      this.messages.push(message)
      this.#stir()
    })
    this.connection.onRequest(RegistrationRequest.type, (params) => {
      this.registered.push(params)
      this.#stir()
    })
    this.connection.onRequest(ShowDocumentRequest.type, ({ uri }) => {
      this.documents.push(uri)
      return { success: true }
    })
    this.connection.onRequest(ApplyWorkspaceEditRequest.type, () => ({ applied: false }))
    this.connection.listen()
    onTestFinished(() => {
      this.connection.dispose()
      this.process.kill()
    })
  }

  static async start({ folders = [], capabilities = MODERN, args }: Start): Promise<Editor> {
    const editor = new Editor(args)
    await editor.initialize(folders, capabilities)
    return editor
  }

  async initialize(
    folders: readonly string[] | null,
    capabilities: ClientCapabilities = MODERN,
  ): Promise<InitializeResult> {
    const result = await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities,
      workspaceFolders: folders?.map((folder) => ({ uri: uri(folder), name: folder })) ?? null,
    })
    await this.connection.sendNotification(InitializedNotification.type, {})
    return result
  }

  /** Waits until what the server told fulfils this; the test's own time limit ends a wait in vain. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  /** The rules that are found in a file, as soon as they are these. */
  async rules(file: string, ...rules: readonly string[]): Promise<readonly Diagnostic[]> {
    const wanted = [...rules].sort().join()
    await this.until(() => {
      const shown = this.shown.get(uri(file))
      return shown !== undefined && codes(shown).join() === wanted
    })
    return this.shown.get(uri(file))?.diagnostics ?? []
  }

  /** What is shown of this version of an open file. */
  async ofVersion(file: string, version: number): Promise<readonly Diagnostic[]> {
    await this.until(() => this.shown.get(uri(file))?.version === version)
    return this.shown.get(uri(file))?.diagnostics ?? []
  }

  async open(file: string, text: string = readFileSync(file, 'utf8')): Promise<void> {
    const textDocument = { uri: uri(file), languageId: 'plaintext', version: ++this.#version, text }
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument })
  }

  /** Types; returns the version that the file then has. */
  async change(file: string, ...contentChanges: TextDocumentContentChangeEvent[]): Promise<number> {
    const version = ++this.#version
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: uri(file), version },
      contentChanges,
    })
    return version
  }

  async save(file: string): Promise<void> {
    await this.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri: uri(file) } })
  }

  async close(file: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: uri(file) } })
  }

  async disk(type: FileChangeType, ...files: readonly string[]): Promise<void> {
    const changes = files.map((file) => ({ uri: uri(file), type }))
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes })
  }

  async folders(added: readonly string[], removed: readonly string[]): Promise<void> {
    const named = (folder: string) => ({ uri: uri(folder), name: folder })
    const event = { added: added.map(named), removed: removed.map(named) }
    await this.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, { event })
  }

  async hover(file: string, line: number, character: number): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: uri(file) },
      position: { line, character },
    })
  }

  /** The actions on a line. */
  async actions(file: string, line: number, ...only: readonly string[]): Promise<readonly CodeAction[]> {
    const position = { line, character: 0 }
    const actions = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: uri(file) },
      range: { start: position, end: { line, character: 10_000 } },
      context: { diagnostics: [], ...(only.length === 0 ? {} : { only: [...only] }) },
    })
    return (actions ?? []).filter((action): action is CodeAction => typeof action.command !== 'string')
  }

  async resolve(action: CodeAction | undefined): Promise<CodeAction> {
    if (action === undefined) throw new Error('there is no such action')
    return this.connection.sendRequest(CodeActionResolveRequest.type, action)
  }

  async run(action: CodeAction | undefined): Promise<void> {
    const command = action?.command
    if (command === undefined) throw new Error('there is no such action, or it has no command')
    await this.connection.sendRequest(ExecuteCommandRequest.type, {
      command: command.command,
      arguments: command.arguments ?? [],
    })
  }

  async shutdown(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type)
  }

  async exit(): Promise<number | null> {
    await this.connection.sendNotification(ExitNotification.type)
    return this.ended
  }

  #stir(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}

export const uri = (file: string): string => pathToFileURL(file).href

const codes = ({ diagnostics }: PublishDiagnosticsParams): string[] =>
  diagnostics.map(({ code }) => String(code)).sort()

/** The text of a file with an editor's changes made. */
export function edited(text: string, edits: readonly { range: Diagnostic['range']; newText: string }[]): string {
  const lines = text.split('\n')
  const offset = ({ line, character }: Diagnostic['range']['start']): number =>
    lines.slice(0, line).reduce((sum, row) => sum + row.length + 1, 0) + character
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)),
      text,
    )
}

export const below = (folder: string) => (path: string) => join(folder, path)
