import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CodeAction, FileChangeType, type TextEdit } from 'vscode-languageserver-protocol/node'
import { repository, scratch } from '../engine/scratch.ts'
import { Editor, edited, MODERN, uri } from './lsp-editor.ts'

const SOUND = {
  'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
  '.python-version': '3.14\n',
}

const DEBUG =
  'from flask import Flask\n\napp = Flask(__name__)\n\nif __name__ == "__main__":\n    app.run(debug=True)\n'
const BROKEN = { ...SOUND, 'app.py': DEBUG, Procfile: 'web: python app.py\n' }

const PAGES = 'https://github.com/flask-dyno/flask-dyno/blob/main/docs/rules'

test('the findings of a whole project are shown before any file is open, each at its place', async () => {
  const root = repository(BROKEN)
  const editor = await Editor.start({ folders: [root] })
  const [debug] = await editor.rules(join(root, 'app.py'), 'debug-enabled')
  expect(debug).toMatchObject({
    severity: 1,
    source: 'flask-dyno',
    codeDescription: { href: `${PAGES}/debug-enabled.md` },
    range: { start: { line: 5, character: 12 }, end: { line: 5, character: 22 } },
    relatedInformation: [
      {
        message: 'the web process starts here',
        location: { uri: uri(join(root, 'Procfile')), range: { start: { line: 0, character: 5 } } },
      },
    ],
  })
  expect(debug?.message).toContain('On Heroku: ')
  const [server] = await editor.rules(join(root, 'Procfile'), 'dev-server')
  expect(server).toMatchObject({
    severity: 1,
    range: { start: { line: 0, character: 5 }, end: { line: 0, character: 18 } },
  })
  expect(editor.shown.size).toBe(2)
})

test('it ends as the protocol says, and writes nothing but messages', async () => {
  const polite = new Editor()
  expect(await polite.initialize([repository(BROKEN)])).toMatchObject({
    serverInfo: { name: 'flask-dyno' },
    capabilities: { codeActionProvider: { resolveProvider: true }, hoverProvider: true },
  })
  await polite.shutdown()
  expect(await polite.exit()).toBe(0)
  expect([polite.stderr, polite.garbled]).toEqual([[], []])

  const hasty = await Editor.start({ folders: [], args: [] })
  expect(await hasty.exit()).toBe(1)

  const orphan = await Editor.start({ folders: [], args: ['--stdio', `--clientProcessId=${process.pid}`] })
  orphan.process.stdin?.end()
  expect(await orphan.ended).toBe(1)
  expect(orphan.stderr).toEqual([])
})

test('what is typed counts, not what the disk has; other files follow when it is saved', async () => {
  const root = repository(BROKEN)
  const [app, procfile] = [join(root, 'app.py'), join(root, 'Procfile')]
  const editor = await Editor.start({ folders: [root] })
  await editor.rules(procfile, 'dev-server')
  await editor.open(app)
  await editor.rules(app, 'debug-enabled')

  const at = { start: { line: 5, character: 18 }, end: { line: 5, character: 22 } }
  const version = await editor.change(app, { range: at, text: 'False' })
  expect(await editor.ofVersion(app, version)).toEqual([])

  await editor.open(procfile)
  const served = await editor.change(procfile, { text: 'web: gunicorn app:app\n' })
  expect(await editor.ofVersion(procfile, served)).toEqual([])
  // what was never written is gone with the buffer
  await editor.close(procfile)
  await editor.rules(procfile, 'dev-server')
  writeFileSync(procfile, 'web: gunicorn app:app\n')
  await editor.save(app)
  await editor.rules(procfile)
})

test('many changes at once are looked at once', async () => {
  const root = repository(BROKEN)
  const app = join(root, 'app.py')
  const editor = await Editor.start({ folders: [root] })
  await editor.open(app)
  await editor.rules(app, 'debug-enabled')
  const before = editor.told.get(uri(app)) ?? 0
  let version = 0
  for (let key = 0; key < 60; key++) version = await editor.change(app, { text: `${DEBUG}#${'.'.repeat(key)}\n` })
  expect(await editor.ofVersion(app, version)).toHaveLength(1)
  expect((editor.told.get(uri(app)) ?? 0) - before).toBeLessThan(10)
})

test('a fix is handed out for the buffer as it is, and is right there', async () => {
  const root = repository(BROKEN)
  const app = join(root, 'app.py')
  const text = `# 😀 é\n${DEBUG}`.replaceAll('\n', '\r\n')
  const editor = await Editor.start({ folders: [root] })
  await editor.open(app, text)
  const [debug] = await editor.rules(app, 'debug-enabled')
  expect(debug?.range.start).toEqual({ line: 6, character: 12 })

  const [fix] = await editor.actions(app, 6, 'quickfix')
  expect(fix).toMatchObject({ title: 'Turn debug mode off', kind: 'quickfix', isPreferred: true })
  expect(fix?.edit).toBeUndefined()
  const { edit } = await editor.resolve(fix)
  const edits = [{ range: { start: { line: 6, character: 18 }, end: { line: 6, character: 21 } }, newText: 'Fals' }]
  expect(edit?.documentChanges).toEqual([{ textDocument: { uri: uri(app), version: 2 }, edits }])
  const version = await editor.change(app, { text: edited(text, edits) })
  expect(await editor.ofVersion(app, version)).toEqual([])
  expect(readFileSync(app, 'utf8')).toBe(DEBUG)
})

test.each(['\n', '\r\n'])('what is added behind the last line goes before its line end %j', async (end) => {
  const text = `Flask${end}`
  const root = repository({ ...SOUND, 'requirements.txt': text })
  const procfile = join(root, 'Procfile')
  const editor = await Editor.start({ folders: [root] })
  await editor.rules(procfile, 'server-not-installed')
  const [fix] = await editor.actions(procfile, 0, 'quickfix')
  const [change] = (await editor.resolve(fix)).edit?.documentChanges ?? []
  const edits =
    change !== undefined && 'edits' in change ? change.edits.flatMap((edit) => ('newText' in edit ? [edit] : [])) : []
  expect(edits.map(({ range }) => range.start)).toEqual([{ line: 0, character: 5 }])
  expect(edited(text, edits)).toBe(`Flask${end}gunicorn${end}`)
})

test('an unsafe fix says so and is not preferred; all safe ones of a file come as one', async () => {
  const root = repository(BROKEN)
  const [app, procfile] = [join(root, 'app.py'), join(root, 'Procfile')]
  const editor = await Editor.start({ folders: [root] })
  await editor.open(procfile)
  await editor.rules(procfile, 'dev-server')
  const unsafe = (await editor.actions(procfile, 0, 'quickfix'))[0]
  expect(unsafe).toMatchObject({
    title: 'Serve it with gunicorn app:app (read it before you keep it)',
    isPreferred: false,
  })
  expect(await editor.actions(procfile, 0, 'source.fixAll')).toEqual([])

  const twice = `${DEBUG}    # flask-dyno: ignore[dev-server] -- not any more\n    app.config["X"] = 1\n`
  await editor.open(app, twice)
  await editor.rules(app, 'debug-enabled', 'suppression-unused')
  expect(editor.shown.get(uri(app))?.diagnostics.find(({ code }) => code === 'suppression-unused')?.tags).toEqual([1])
  const all = await editor.actions(app, 0, 'source.fixAll')
  expect(all.map(({ kind }) => kind)).toEqual(['source.fixAll.flask-dyno'])
  const [change] = (await editor.resolve(all[0])).edit?.documentChanges ?? []
  const edits =
    change !== undefined && 'edits' in change ? change.edits.flatMap((edit) => ('newText' in edit ? [edit] : [])) : []
  expect(edited(twice, edits)).toBe(`${DEBUG.replace('True', 'False')}    app.config["X"] = 1\n`)
})

test('files are renamed and made by an editor that can, and by the server for one that cannot', async () => {
  const { Procfile, ...rest } = SOUND
  const files = { ...rest, procfile: Procfile }
  const root = repository(files)
  const file = join(root, 'procfile')
  const editor = await Editor.start({ folders: [root] })
  await editor.open(file)
  await editor.rules(file, 'procfile-misnamed')
  const { edit } = await editor.resolve((await editor.actions(file, 0, 'quickfix'))[0])
  expect(edit?.documentChanges).toEqual([{ kind: 'rename', oldUri: uri(file), newUri: uri(join(root, 'Procfile')) }])

  const plain = repository(files)
  const simple = await Editor.start({
    folders: [plain],
    capabilities: { ...MODERN, workspace: { workspaceFolders: true } },
  })
  await simple.open(join(plain, 'procfile'))
  await simple.rules(join(plain, 'procfile'), 'procfile-misnamed')
  await simple.run((await simple.actions(join(plain, 'procfile'), 0, 'quickfix'))[0])
  expect(readFileSync(join(plain, 'Procfile'), 'utf8')).toBe(Procfile)
  expect(simple.registered).toEqual([])
})

test('line ends are mended on the disk, and not under what is not saved', async () => {
  const root = repository({ ...SOUND, Procfile: 'web: gunicorn app:app\r\nworker: python app.py\r\n' })
  const procfile = join(root, 'Procfile')
  const editor = await Editor.start({ folders: [root] })
  await editor.open(procfile, `${readFileSync(procfile, 'utf8')}# more\r\n`)
  await editor.until(
    () => editor.shown.get(uri(procfile))?.diagnostics.some(({ code }) => code === 'procfile-crlf') === true,
  )
  const fix = (await editor.actions(procfile, 0, 'quickfix')).find(({ command }) => command !== undefined)
  await editor.run(fix)
  await editor.until(() => editor.messages.length > 0)
  expect(editor.messages[0]).toContain('is it saved?')
  expect(readFileSync(procfile, 'utf8')).toContain('\r\n')

  await editor.change(procfile, { text: readFileSync(procfile, 'utf8') })
  await editor.run((await editor.actions(procfile, 0, 'quickfix')).find(({ command }) => command !== undefined))
  expect(readFileSync(procfile, 'utf8')).toBe('web: gunicorn app:app\nworker: python app.py\n')
})

test('a finding can be suppressed where it is, or in the config where a file takes no comment', async () => {
  const root = repository({ ...BROKEN, 'app.json': '{"name": "x", "stack": "heroku-16"}\n' })
  const [app, manifest] = [join(root, 'app.py'), join(root, 'app.json')]
  const editor = await Editor.start({ folders: [root] })
  await editor.open(app)
  await editor.rules(app, 'debug-enabled')
  const comment = (await editor.actions(app, 5)).find(({ title }) => title === 'Suppress debug-enabled here')
  const version = await editor.change(app, { text: edited(DEBUG, editsOf(comment)) })
  expect(await editor.ofVersion(app, version)).toEqual([])

  await editor.open(manifest)
  await editor.until(() => (editor.shown.get(uri(manifest))?.diagnostics.length ?? 0) > 0)
  const rule = String(editor.shown.get(uri(manifest))?.diagnostics[0]?.code)
  const entry = (await editor.actions(manifest, 0)).find(({ title }) => title.startsWith(`Ignore ${rule}`))
  expect(entry?.edit?.documentChanges?.[0]).toEqual({ kind: 'create', uri: uri(join(root, '.flask-dyno.yml')) })
  writeFileSync(join(root, '.flask-dyno.yml'), edited('', editsOf(entry)))
  await editor.disk(FileChangeType.Created, join(root, '.flask-dyno.yml'))
  await editor.until(() => editor.shown.get(uri(manifest))?.diagnostics.every(({ code }) => code !== rule) === true)
})

test('hover shows what Heroku does and the page of the rule, in Markdown or without', async () => {
  const root = repository(BROKEN)
  const app = join(root, 'app.py')
  const editor = await Editor.start({ folders: [root] })
  await editor.open(app)
  await editor.rules(app, 'debug-enabled')
  const shown = await editor.hover(app, 5, 15)
  expect(shown).toMatchObject({ contents: { kind: 'markdown' }, range: { start: { line: 5, character: 12 } } })
  expect(JSON.stringify(shown)).toContain('## What to write instead')
  expect(await editor.hover(app, 0, 0)).toBeNull()
  await editor.run((await editor.actions(app, 5)).find(({ title }) => title === 'Explain debug-enabled'))
  expect(editor.documents).toEqual([`${PAGES}/debug-enabled.md`])

  const plain = await Editor.start({ folders: [root], capabilities: {} })
  await plain.open(app)
  await plain.rules(app, 'debug-enabled')
  expect(await plain.hover(app, 5, 15)).toMatchObject({ contents: { kind: 'plaintext' } })
})

test('what changes on the disk is noticed: files made, changed and deleted', async () => {
  const { Procfile: _, ...rest } = BROKEN
  const root = repository(rest)
  const [app, procfile] = [join(root, 'app.py'), join(root, 'Procfile')]
  const editor = await Editor.start({ folders: [root] })
  await editor.until(() => editor.registered.length > 0 && editor.shown.size > 0)
  const before = [...editor.shown.keys()]
  expect(before).not.toContain(uri(procfile))
  writeFileSync(procfile, 'web: python app.py\n')
  await editor.disk(FileChangeType.Created, procfile)
  await editor.rules(procfile, 'dev-server')
  await editor.rules(app, 'debug-enabled')
  rmSync(procfile)
  await editor.disk(FileChangeType.Deleted, procfile)
  await editor.rules(procfile)
  await editor.until(() => editor.shown.get(uri(app))?.diagnostics.every(({ code }) => code !== 'dev-server') === true)
})

test('mistakes of the config are shown at their place, and the one before stays in force', async () => {
  const root = repository({ ...BROKEN, '.flask-dyno.yml': 'rules:\n  dev-server: off\n' })
  const [config, procfile] = [join(root, '.flask-dyno.yml'), join(root, 'Procfile')]
  const editor = await Editor.start({ folders: [root] })
  await editor.open(config)
  await editor.open(procfile)
  await editor.rules(procfile)
  const version = await editor.change(config, { text: 'rules:\n  dev-server: off\n  dev-sever: off\n' })
  const [mistake] = await editor.ofVersion(config, version)
  expect(mistake).toMatchObject({ severity: 1, range: { start: { line: 2, character: 2 } } })
  expect(mistake?.message).toContain('did you mean "dev-server"')
  expect(editor.shown.get(uri(procfile))?.diagnostics).toEqual([])
  await editor.change(config, { text: 'rules: {}\n' })
  await editor.rules(config)
  await editor.rules(procfile, 'dev-server')

  const idle = await editor.change(config, { text: 'ignore:\n  - {rule: dev-server, path: nowhere, reason: x}\n' })
  expect(await editor.ofVersion(config, idle)).toMatchObject([{ severity: 3, range: { start: { line: 1 } } }])
})

test('folders come and go; a broken one keeps none of the others from being looked at', async () => {
  const [one, other, plain] = [repository(BROKEN), repository(BROKEN), scratch(BROKEN)]
  const [gone, bare] = [join(scratch(), 'nowhere'), repository({})]
  const editor = await Editor.start({ folders: [gone, bare, one, plain] })
  await editor.rules(join(plain, 'app.py'), 'debug-enabled')
  await editor.rules(join(one, 'app.py'), 'debug-enabled')
  await editor.folders([other], [])
  await editor.rules(join(other, 'app.py'), 'debug-enabled')
  writeFileSync(join(bare, '.git/config'), '[broken')
  await editor.open(join(bare, 'new.py'), '')
  await editor.until(() => editor.logged.some((message) => message.includes('git cannot read')))
  await editor.folders([], [one])
  await editor.rules(join(one, 'app.py'))
  expect(editor.shown.get(uri(join(other, 'app.py')))?.diagnostics).toHaveLength(1)
})

test('the project of a folder is the one that git or a config says; without a folder, that of the open file', async () => {
  const below = (folder: string): Record<string, string> =>
    Object.fromEntries(Object.entries(BROKEN).map(([path, text]) => [`${folder}/${path}`, text]))
  const monorepo = repository({ ...below('backend'), 'README.md': 'x\n', '.flask-dyno.yml': 'root: backend\n' })
  const editor = await Editor.start({ folders: [join(monorepo, 'backend')] })
  // backend has a Procfile of its own, but the nearest config is above it
  await editor.rules(join(monorepo, 'backend/app.py'), 'debug-enabled')

  const alone = await Editor.start({ folders: null })
  await alone.open(join(monorepo, 'backend/app.py'))
  await alone.rules(join(monorepo, 'backend/app.py'), 'debug-enabled')
  await alone.close(join(monorepo, 'backend/app.py'))
  await alone.rules(join(monorepo, 'backend/app.py'))

  const unmarked = repository({ ...below('service'), 'README.md': 'x\n' })
  const third = await Editor.start({ folders: [unmarked] })
  await third.open(join(unmarked, 'service/app.py'))
  await third.rules(join(unmarked, 'service/app.py'), 'debug-enabled')
})

function editsOf(action: CodeAction | undefined): TextEdit[] {
  return (action?.edit?.documentChanges ?? []).flatMap((change) =>
    'edits' in change ? change.edits.flatMap((edit) => ('newText' in edit ? [edit] : [])) : [],
  )
}
