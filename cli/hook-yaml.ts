/** Adds the hook to the configs of lefthook and pre-commit, as text: what a person wrote there stays as it is, byte for byte. */
import { type Document, isMap, isScalar, isSeq, type Pair, parseDocument } from 'yaml'
import { BEGIN, type HookOptions, insertedAt, PAGE, searchLines } from './hook-script.ts'

const HEAD = [
  `${BEGIN}`,
  '# Looks at each commit that is pushed as Heroku would build and run it. `git push --no-verify` goes past it,',
  `# \`flask-dyno hook uninstall\` takes it out. ${PAGE}`,
]
const FOOT = '# <<< flask-dyno'

/** Where lines are to stand, and how far in. */
interface Spot {
  readonly offset: number
  readonly indent: string
}

/** lefthook.yml with a command or job for pre-push; null where it is written in a way that only its author should change. */
export function withLefthook(text: string, options: HookOptions): string | null {
  const document = parseDocument(text)
  if (document.errors.length > 0) return null
  const script = searchLines(options, "'{1}' '{2}'")
  const command = ['use_stdin: true', 'run: |', ...script.map((line) => `  ${line}`)]
  const hook = pairOf(document, 'pre-push')
  if (hook === null) {
    if (document.contents !== null && !isMap(document.contents)) return null
    const offset = document.contents === null ? text.length : lineStart(text, document.contents.range?.[0] ?? 0)
    const lines = ['pre-push:', '  commands:', '    flask-dyno:', ...command.map((line) => `      ${line}`)]
    return checked(text, put(text, { offset, indent: '' }, lines), ['pre-push', 'commands', 'flask-dyno'])
  }
  const jobs = pairIn(hook, 'jobs')
  if (jobs !== null && isSeq(jobs.value) && jobs.value.items.length > 0) {
    const spot = below(text, jobs)
    const lines = ['- name: flask-dyno', ...command.map((line) => `  ${line}`)]
    return spot && checked(text, put(text, spot, lines), ['pre-push', 'jobs', 0])
  }
  const commands = pairIn(hook, 'commands')
  if (commands !== null && isMap(commands.value) && commands.value.items.length > 0) {
    const spot = below(text, commands)
    const lines = ['flask-dyno:', ...command.map((line) => `  ${line}`)]
    return spot && checked(text, put(text, spot, lines), ['pre-push', 'commands', 'flask-dyno'])
  }
  if (commands !== null || !isMap(hook.value) || hook.value.items.length === 0) return null
  const spot = below(text, hook)
  const lines = ['commands:', '  flask-dyno:', ...command.map((line) => `    ${line}`)]
  return spot && checked(text, put(text, spot, lines), ['pre-push', 'commands'])
}

/** .pre-commit-config.yaml with a local hook of the stage pre-push; null where it is written in a way that only its author should change. */
export function withPreCommit(text: string, options: HookOptions): string | null {
  const document = parseDocument(text)
  if (document.errors.length > 0) return null
  const repos = pairOf(document, 'repos')
  if (repos === null || !isSeq(repos.value) || repos.value.items.length === 0) return null
  const spot = below(text, repos)
  const lines = [
    '- repo: local',
    '  hooks:',
    '    - id: flask-dyno',
    '      name: flask-dyno (what is pushed)',
    '      language: system',
    '      stages: [pre-push]',
    '      always_run: true',
    '      pass_filenames: false',
    '      entry: sh',
    '      args:',
    '        - -c',
    '        - |',
    ...searchLines(options, '').map((line) => `          ${line}`),
  ]
  return spot && checked(text, put(text, spot, lines), ['repos', 0])
}

/** Does the config leave it open when its hooks run? Then pre-commit runs them before a push as well. */
export function hasStagelessHooks(text: string): boolean {
  const value: unknown = parseDocument(text).toJS()
  if (!isRecord(value) || value.default_stages !== undefined || !Array.isArray(value.repos)) return false
  const hooks = value.repos.flatMap((repo: unknown) => (isRecord(repo) && Array.isArray(repo.hooks) ? repo.hooks : []))
  return hooks.some((hook: unknown) => isRecord(hook) && hook.stages === undefined)
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function pairOf(document: Document, name: string): Pair | null {
  return isMap(document.contents) ? pairIn({ value: document.contents }, name) : null
}

function pairIn({ value }: { readonly value: unknown }, name: string): Pair | null {
  if (!isMap(value)) return null
  return value.items.find(({ key }) => isScalar(key) && key.value === name) ?? null
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** In front of the first thing below a key that has its line to itself, as far in as that is. */
function below(text: string, { key }: Pair): Spot | null {
  if (!isScalar(key) || key.range === undefined || key.range === null) return null
  const rest = /^[ \t]*:[ \t]*(?:#[^\n]*)?\r?\n/.exec(text.slice(key.range[1]))
  if (rest === null) return null
  const offset = key.range[1] + rest[0].length
  const first = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*([ \t]*)\S/.exec(text.slice(offset))
  return first === null ? null : { offset, indent: first[1] ?? '' }
}

function put(text: string, { offset, indent }: Spot, lines: readonly string[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const block = [...HEAD, ...lines, FOOT].map((line) => indent + line).join(newline)
  return insertedAt(text, offset, block, newline)
}

/** The changed text, if it says all that it said before, and besides what it was to say at `path`. */
function checked(before: string, after: string, path: readonly (string | number)[]): string | null {
  const document = parseDocument(after)
  if (document.errors.length > 0 || !document.hasIn(path)) return null
  document.deleteIn(path)
  for (const parent of parents(path)) {
    const node: unknown = document.getIn(parent)
    if (isMap(node) && node.items.length === 0) document.deleteIn(parent)
  }
  const was = parseDocument(before)
  return JSON.stringify(document.toJS() ?? {}) === JSON.stringify(was.toJS() ?? {}) ? after : null
}

/** `a.b` and `a` for `a.b.c`. */
const parents = (path: readonly (string | number)[]): (string | number)[][] =>
  path.slice(1).map((_, index) => path.slice(0, path.length - 1 - index))
