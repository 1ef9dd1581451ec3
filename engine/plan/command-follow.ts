/** From a program to what it runs in its turn: shell scripts, `sh -c`, `python -m`, `honcho start`. */
import { parseProcfile } from '../facts/procfile.ts'
import type { Place } from '../finding.ts'
import type { Invocation, MissingScript } from './command.ts'
import { joinPath, nearestFile, shebang } from './command-paths.ts'
import { opaqueWord, type ShellState } from './command-state.ts'
import { type Frame, MAX_DEPTH, type Walk } from './command-walk.ts'
import { literal, literalWord, type Word } from './shell-word.ts'

export const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh'])
/** Programs whose `python -m` form is the program itself. */
const MODULES: ReadonlyMap<string, string> = new Map([
  ...'gunicorn flask uvicorn hypercorn daphne celery granian rq honcho streamlit'
    .split(' ')
    .map((name): [string, string] => [name, name]),
  ['waitress', 'waitress-serve'],
  ['gunicorn.app.wsgiapp', 'gunicorn'],
])
export const PROCFILE_RUNNERS = new Set(['honcho', 'foreman', 'forego', 'goreman', 'overmind', 'hivemind'])
/** `eval` and `sh -c`: the words as one text; placed exactly when it is one word in quotes without escapes. */
export function readString(walk: Walk, words: readonly Word[], at: Place, frame: Frame): void {
  const [word] = words
  if (word === undefined) return
  const inner = word.raw.slice(1, -1)
  const quote = word.raw.charAt(0)
  const filled = literal(word)
  if (
    words.length === 1 &&
    (quote === "'" || quote === '"') &&
    word.raw.endsWith(quote) &&
    !/[\\"'`]/.test(inner.replaceAll(quote === '"' ? "'" : '"', ''))
  ) {
    const exact = word.end - word.start === word.raw.length
    walk.read(inner, exact ? { base: word.start + 1 } : { within: { start: word.start, end: word.end } }, frame)
    return
  }
  const text = words
    .map((each) => (each === word && filled !== null ? filled : (literal(each) ?? unescaped(each.raw))))
    .join(' ')
  walk.read(text, { within: { start: at.start ?? 0, end: at.end ?? 0 } }, frame)
}

export function followShell(walk: Walk, invocation: Invocation, frame: Frame): void {
  const words = invocation.arguments
  let at = 0
  for (; at < words.length; at++) {
    const raw = words[at]?.raw ?? ''
    if (/^-[a-z]*c$/.test(raw)) {
      const text = words[at + 1]
      if (text === undefined || frame.depth >= MAX_DEPTH) return
      const state = childState(invocation, frame)
      state.parameters = words.slice(at + 3)
      readString(walk, [text], invocation.at, {
        ...frame,
        state,
        depth: frame.depth + 1,
        functions: new Map(),
        wrappers: invocation.wrappers,
      })
      return
    }
    if (raw === '-o' || raw === '+o' || raw === '-O' || raw === '--rcfile' || raw === '--init-file') at++
    else if (!/^[-+]\S/.test(raw)) break
  }
  const script = words[at]
  const path = script === undefined ? null : literal(script)
  if (script === undefined || path === null) {
    walk.invocations.push(invocation)
    return
  }
  const resolved = joinPath(path, invocation.cwd, walk.root)
  if (resolved === null) walk.invocations.push(invocation)
  else if (!walk.tree.has(resolved)) reportMissing(walk, resolved, invocation, frame)
  else followScript(walk, resolved, words.slice(at + 1), invocation, frame)
}

function childState(invocation: Invocation, frame: Frame): ShellState {
  const state = frame.state.copy('child', frame.conditions)
  for (const [name, value] of invocation.environment) state.assign(name, value, true, [])
  return state
}

function followScript(
  walk: Walk,
  path: string,
  parameters: readonly Word[],
  invocation: Invocation,
  frame: Frame,
): void {
  const file = walk.tree.read(path)
  if (file === undefined || frame.depth >= MAX_DEPTH || frame.active.includes(path)) {
    walk.invocations.push(invocation)
    return
  }
  const state = childState(invocation, frame)
  state.parameters = parameters
  walk.read(
    file.text,
    { base: 0 },
    { ...walk.inside(path, invocation.at, frame), state, functions: new Map(), wrappers: invocation.wrappers },
  )
}

function reportMissing(walk: Walk, path: string, invocation: Invocation, frame: Frame): void {
  const missing: MissingScript = { path, nearest: nearestFile(walk.tree, path) }
  walk.problem('script-missing', invocation.at, path, frame, missing.nearest)
  walk.invocations.push({ ...invocation, missing })
}

export function readPythonModule(walk: Walk, invocation: Invocation, frame: Frame): void {
  const words = invocation.arguments
  let at = 0
  for (; at < words.length; at++) {
    const raw = words[at]?.raw ?? ''
    if (raw === '-W' || raw === '-X') at++
    else if (raw === '-m' || !/^-[a-zA-Z]+$/.test(raw) || /^-[a-zA-Z]*[cm]$/.test(raw)) break
  }
  const [flag, module] = [words[at], words[at + 1]]
  const name = flag !== undefined && /^-[a-zA-Z]*m$/.test(flag.raw) && module !== undefined ? literal(module) : null
  const program = name === null ? undefined : MODULES.get(name)
  if (program === undefined || module === undefined) {
    walk.invocations.push(invocation)
    return
  }
  const renamed: Invocation = {
    ...invocation,
    program: module,
    programName: program,
    arguments: words.slice(at + 2),
    wrappers: [...invocation.wrappers, 'python -m'],
  }
  if (PROCFILE_RUNNERS.has(program) && expandProcfile(walk, renamed, frame)) return
  walk.invocations.push(renamed)
}

/** A program given by its path, or by a bare name that is a script of the working directory. True when it was dealt with. */
export function followProgram(walk: Walk, path: string, invocation: Invocation, frame: Frame): boolean {
  const { cwd } = invocation
  const bare = !path.includes('/')
  if (bare && !/\.(?:sh|bash|py)$/.test(path)) return false
  const file = joinPath(path, cwd, walk.root)
  if (file === null) return false
  if (!walk.tree.has(file)) {
    // bin/start-… and the like come from buildpacks; a virtual environment or a script by its extension does not
    const ours = /\.(?:sh|bash|py)$|(?:^|\/)(?:\.?v?env|virtualenv)\/(?:bin|Scripts)\//.test(file)
    if (!ours || bare || /^(?:\.|vendor\/|node_modules\/)/.test(file.replace(/^\.?v?env\//, 'venv/'))) return false
    reportMissing(walk, file, invocation, frame)
    return true
  }
  if (bare) walk.problem('script-not-on-path', invocation.at, file, frame)
  else if (walk.tree.entry(file)?.executable === false)
    walk.problem('script-not-executable', invocation.at, file, frame)
  const text = walk.tree.read(file)?.text
  if (text === undefined) return false
  const interpreter = shebang(text)
  if (interpreter === 'python' || (interpreter === null && file.endsWith('.py'))) {
    walk.invocations.push({
      ...invocation,
      programName: 'python',
      arguments: [invocation.program, ...invocation.arguments],
    })
    return true
  }
  if (interpreter !== null && !SHELLS.has(interpreter)) return false
  followScript(walk, file, invocation.arguments, invocation, frame)
  return true
}

/** `honcho start [-f FILE] [types]`: the processes of that Procfile. */
export function expandProcfile(walk: Walk, invocation: Invocation, frame: Frame): boolean {
  const words = invocation.arguments.map((word) => literal(word) ?? '')
  const start = words.indexOf('start')
  if (start < 0 && !['hivemind', 'overmind'].includes(invocation.programName ?? '')) return false
  let name = 'Procfile'
  const types: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const long = /^--procfile=(.+)$/.exec(word)
    if (word === '-f' || word === '--procfile') name = words[++at] ?? name
    else if (long?.[1] !== undefined) name = long[1]
    else if (/^-[edpcmt]$|^--(?:env|app-root|root|port|concurrency|formation|timeout|quiet)$/.test(word)) at++
    else if (at > start && !word.startsWith('-')) types.push(word)
  }
  const path = joinPath(name, invocation.cwd, walk.root)
  const key = `${path}:${types.join()}`
  if (path === null || frame.depth >= MAX_DEPTH || frame.active.includes(key)) return false
  const file = walk.tree.read(path)
  if (file === undefined) {
    reportMissing(walk, path, invocation, frame)
    return true
  }
  const inside = walk.inside(path, invocation.at, frame)
  const entries = [...parseProcfile(file).effective.values()].filter(
    ({ type }) => types.length === 0 || types.includes(type),
  )
  for (const [index, entry] of entries.entries()) {
    const state = childState(invocation, frame)
    const at = { start: entry.commandAt.start ?? 0, end: entry.commandAt.end ?? 0 }
    // each further process gets another port: https://honcho.readthedocs.io/en/latest/using_procfiles.html
    if (index > 0) state.assign('PORT', { ...opaqueWord(literalWord('PORT', at)), path }, true, [])
    walk.read(
      entry.command,
      { base: at.start },
      {
        ...inside,
        state,
        functions: new Map(),
        active: [...frame.active, key],
        processType: entry.type,
        wrappers: [...invocation.wrappers, `${invocation.programName ?? 'honcho'} start`],
      },
    )
  }
  return true
}

/** Shell source without the quotes around it and the backslashes in it. */
function unescaped(raw: string): string {
  const bare = /^(["']).*\1$/s.test(raw) ? raw.slice(1, -1) : raw
  return bare.replace(/\\(["\\$`])/g, '$1')
}
