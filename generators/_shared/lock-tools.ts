import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Edit, Tree } from 'flask-dyno'

/** A tool that writes a lock file, and what it is to do, as a person would type it. */
export interface ToolRun {
  readonly program: 'uv' | 'poetry' | 'pipenv'
  readonly arguments: readonly string[]
  /** What a person types in the project; there the tool may install as well. */
  readonly shown: string
}

/** What a tool made of the files of a project; or why it made nothing, in one clause. */
export type ToolResult = { readonly edits: readonly Edit[] } | { readonly refusal: string }

/**
 * Manifests, locks, and what the tools read beside them; a manifest may name a readme. Without .python-version: a tool can lock
 * for a Python that is not on this computer.
 */
const READ = /^(?:pyproject\.toml|uv\.(?:lock|toml)|poetry\.(?:lock|toml)|Pipfile(?:\.lock)?|README[^/]*)$/
const WRITTEN = ['pyproject.toml', 'uv.lock', 'poetry.lock', 'Pipfile', 'Pipfile.lock']

/** The refusal of a tool that found its files right as they are. */
export const changedNothing = (program: string): string => `${program} changed nothing`

const PATIENCE_MS = 300_000

/** The run that brings distributions into a project, by its package manager; undefined for pip, which has no lock. */
export function addingRun(manager: string | null, names: readonly string[]): ToolRun | undefined {
  // A shell may take brackets for a pattern of file names.
  const words = names.map((name) => (/^[\w.-]+$/.test(name) ? name : `'${name}'`)).join(' ')
  switch (manager) {
    case 'uv':
      return { program: 'uv', arguments: ['add', '--no-sync', ...names], shown: `uv add ${words}` }
    case 'poetry':
      return {
        program: 'poetry',
        arguments: ['add', '--lock', '--no-interaction', ...names],
        shown: `poetry add ${words}`,
      }
    case 'pipenv':
      return { program: 'pipenv', arguments: ['upgrade', ...names], shown: `pipenv install ${words}` }
    default:
      return undefined
  }
}

/** The run that makes the lock file of a project anew, or for the first time. */
export function lockingRun(program: ToolRun['program']): ToolRun {
  const quiet = program === 'poetry' ? ['lock', '--no-interaction'] : ['lock']
  return { program, arguments: quiet, shown: `${program} lock` }
}

/**
 * Runs a tool on a copy of the manifests and locks of a tree, and returns what it changed in them: the project itself is not
 * touched. The tool asks the package index, and may build a package to learn what that needs.
 */
export async function runTool(tree: Tree, { program, arguments: args }: ToolRun): Promise<ToolResult> {
  const folder = mkdtempSync(join(tmpdir(), 'flask-dyno-lock-'))
  try {
    const copy = join(folder, 'project')
    for (const path of tree.rootFiles().filter((name) => READ.test(name))) {
      const bytes = tree.bytes(path)
      if (bytes === undefined) continue
      mkdirSync(dirname(join(copy, path)), { recursive: true })
      writeFileSync(join(copy, path), bytes)
    }
    mkdirSync(copy, { recursive: true })
    const failure = await run(program, args, copy, join(folder, 'environments'))
    if (failure !== undefined) return { refusal: failure }
    const edits = WRITTEN.flatMap((path) => editOf(tree, path, copy))
    return edits.length === 0 ? { refusal: changedNothing(program) } : { edits }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function editOf(tree: Tree, path: string, copy: string): Edit[] {
  if (!readdirSync(copy).includes(path)) return []
  const text = readFileSync(join(copy, path), 'utf8')
  const before = tree.read(path)
  if (before === undefined) return [{ kind: 'create', path, text }]
  // Pipenv adds an empty section for what a Pipfile has none of.
  const own = path === 'Pipfile' && !before.text.includes('[dev-packages]')
  const written = own ? text.replace(/\n*\[dev-packages\]\s*$/, '\n') : text
  // Some of the tools write the line ends of the system; the file keeps its own.
  const kept = before.newline === '\r\n' ? written.replace(/\r?\n/g, '\r\n') : written
  return before.text === kept ? [] : [{ kind: 'content', path, text: kept }]
}

/** Undefined when the tool ended well, else why not. */
function run(program: string, args: readonly string[], cwd: string, environments: string): Promise<string | undefined> {
  // An environment that is active here belongs to something else.
  const { VIRTUAL_ENV: _, ...inherited } = process.env
  const env = {
    ...inherited,
    // Environments that the tools may need go where they are thrown away.
    POETRY_VIRTUALENVS_PATH: environments,
    POETRY_VIRTUALENVS_IN_PROJECT: 'false',
    UV_PYTHON_DOWNLOADS: 'never',
    WORKON_HOME: environments,
    PIPENV_VENV_IN_PROJECT: '0',
    PIPENV_IGNORE_VIRTUALENVS: '1',
    PIPENV_YES: '1',
    PIPENV_NOSPIN: '1',
    NO_COLOR: '1',
  }
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    // spawn's own `timeout` goes on when the program cannot be started, and keeps this process from ending.
    const patience = setTimeout(() => child.kill(), PATIENCE_MS)
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)))
    child.once('error', (error) => {
      clearTimeout(patience)
      clearTimeout(patience)
      const isGone = 'code' in error && error.code === 'ENOENT'
      resolve(isGone ? `${program} is not on the PATH` : `${program} could not be started: ${error.message}`)
    })
    child.once('close', (status, signal) => {
      clearTimeout(patience)
      clearTimeout(patience)
      if (status === 0) resolve(undefined)
      else if (signal !== null) resolve(`${program} was stopped after ${PATIENCE_MS / 60_000} minutes`)
      else resolve(`${program} refused: ${complaintIn(said.join(''))}`)
    })
  })
}

/** The line that says most of what a tool printed before it gave up. */
function complaintIn(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^[\s×╰─▶|`·-]+/, '').trim())
    .filter((line) => line !== '')
  return (
    lines.find((line) => /error|no solution|conflict|not found|failed/i.test(line)) ??
    lines.at(-1) ??
    'it says nothing'
  ).slice(0, 200)
}
