/** Follows a command line through its wrappers and shell scripts. */

import { parseProcfile } from '../facts/procfile.ts'
import type { Place, RelatedPlace } from '../finding.ts'
import type { Tree } from '../tree.ts'
import type { CommandProblem, Invocation, InvocationOptions, MissingScript } from './command.ts'
import { directoryOf, joinPath, nearestFile, pipenvScript, shebang } from './command-paths.ts'
import { opaqueWord, ShellState } from './command-state.ts'
import { peel } from './command-wrappers.ts'
import { type Condition, parseShell, type ShellOptions, type SimpleCommand } from './shell.ts'
import { dropPrefix, expand, literal, literalWord, type PlacedWord, type Word } from './shell-word.ts'

/** A script that includes itself ends here; real ones nest two or three deep. */
const MAX_DEPTH = 8
/** A line that starts more programs than this is not read to its end. */
const MAX_INVOCATIONS = 400

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh'])
/** Programs whose `python -m` form is the program itself. */
const MODULES: ReadonlyMap<string, string> = new Map([
  ...'gunicorn flask uvicorn hypercorn daphne celery granian rq honcho streamlit'
    .split(' ')
    .map((name): [string, string] => [name, name]),
  ['waitress', 'waitress-serve'],
  ['gunicorn.app.wsgiapp', 'gunicorn'],
])
const PROCFILE_RUNNERS = new Set(['honcho', 'foreman', 'forego', 'goreman', 'overmind', 'hivemind'])
/** Builtins whose effect is nothing that matters here. */
const BUILTINS = new Set(
  'echo printf true false : test [ [[ wait trap ulimit umask read return break continue type hash alias unalias shopt pwd let sleep getopts local readonly jobs kill times'.split(
    ' ',
  ),
)

/** Where the text that is read lies, and what led to it. */
interface Frame {
  readonly path: string
  readonly state: ShellState
  readonly trail: readonly RelatedPlace[]
  /** Path of the script that `$0` names; null for a line of its own. */
  readonly script: string | null
  readonly depth: number
  /** What the whole text depends on. */
  readonly conditions: readonly Condition[]
  readonly background: boolean
  readonly wrappers: readonly string[]
  readonly functions: Map<string, SimpleCommand[]>
  readonly processType: string | null
  readonly active: readonly string[]
}

export class Walk {
  readonly invocations: Invocation[] = []
  readonly problems: CommandProblem[] = []
  readonly #tree: Tree
  readonly #root: string
  readonly #start: Frame
  #lastId = 0

  constructor(tree: Tree, options: InvocationOptions) {
    this.#tree = tree
    this.#root = options.root ?? '/app'
    const state = new ShellState(options.cwd === undefined ? '' : options.cwd)
    state.parameters = options.arguments ?? null
    for (const [name, value] of options.environment ?? []) {
      if (name === 'PORT' || name === 'DYNO') continue
      state.assign(name, { ...literalWord(value, { start: 0, end: 0 }), path: '' }, true, [])
    }
    this.#start = {
      path: '',
      state,
      trail: [],
      script: null,
      depth: 0,
      conditions: [],
      background: false,
      wrappers: [],
      functions: new Map(),
      processType: null,
      active: [],
    }
  }

  text(text: string, path: string, where: ShellOptions): void {
    this.#text(text, where, { ...this.#start, path })
  }

  exec(words: readonly Word[], at: Place): void {
    const place = { start: at.start ?? 0, end: at.end ?? at.start ?? 0 }
    const command: SimpleCommand = {
      assignments: [],
      words,
      redirects: [],
      conditional: false,
      conditions: [],
      background: false,
      piped: null,
      after: null,
      subshells: [],
      definedIn: null,
      ...place,
    }
    this.#command(command, { ...this.#start, path: at.path })
  }

  #text(text: string, where: ShellOptions, frame: Frame): void {
    const shell = parseShell(text, { ...where, firstId: this.#lastId })
    this.#lastId = shell.lastId
    for (const { kind, start, end } of shell.problems) {
      if (kind === 'too-deep') continue
      const detail = where.base === undefined ? '' : text.slice(start - where.base, end - where.base)
      this.#problem(kind, { path: frame.path, start, end }, detail, frame)
    }
    for (const command of shell.commands) {
      if (command.definedIn === null) continue
      frame.functions.set(command.definedIn, [...(frame.functions.get(command.definedIn) ?? []), command])
    }
    this.#commands(
      shell.commands.filter((command) => command.definedIn === null),
      frame,
    )
  }

  /** Commands in their order; what a subshell sets is forgotten behind it. */
  #commands(commands: readonly SimpleCommand[], frame: Frame): void {
    const open: { readonly id: number; readonly state: ShellState }[] = []
    for (const command of commands) {
      let shared = 0
      while (shared < open.length && open[shared]?.id === command.subshells[shared]) shared++
      open.length = shared
      for (const id of command.subshells.slice(shared)) {
        const outer = open.at(-1)?.state ?? frame.state
        open.push({ id, state: outer.copy('subshell', frame.conditions) })
      }
      const state = open.at(-1)?.state ?? frame.state
      if (state.ended || this.invocations.length >= MAX_INVOCATIONS) continue
      const conditions = [...frame.conditions, ...state.reach, ...command.conditions]
      this.#command(command, { ...frame, state, conditions, background: frame.background || command.background })
    }
  }

  #command(command: SimpleCommand, frame: Frame): void {
    const { state, conditions } = frame
    const at: Place = { path: frame.path, start: command.start, end: command.end }
    const assignments = command.assignments.map(({ name, value }) => ({
      name,
      value: { ...state.fillOne(value, conditions), path: frame.path },
    }))
    const words = state.fill(command.words, conditions)
    if (words.length === 0) {
      for (const { name, value } of assignments) state.assign(name, value, false, conditions)
      return
    }
    const child = new Map(assignments.map(({ name, value }) => [name, value]))
    this.#run(words, child, [...frame.wrappers], at, frame)
  }

  /** A command of which assignments are taken off: builtins take effect, wrappers are peeled, scripts are followed. */
  #run(
    words: readonly Word[],
    added: ReadonlyMap<string, PlacedWord>,
    wrappers: readonly string[],
    at: Place,
    frame: Frame,
  ): void {
    const { state, conditions } = frame
    const [program] = words
    if (program === undefined) return
    const path = expand(program, new Map([['HOME', this.#root]]))
    const name = path === null ? substituted(program) : path.slice(path.lastIndexOf('/') + 1)
    const rest = words.slice(1)
    if (path !== null && this.#builtin(path, rest, at, frame)) return
    if (path !== null && frame.functions.has(path) && frame.depth < MAX_DEPTH) {
      return this.#call(path, rest, added, frame)
    }
    const peeled =
      name === null ? null : peel(words, path ?? name, (file) => this.#resolve(file, state.cwd(conditions)) === null)
    if (peeled !== null) {
      const environment = new Map(added)
      for (const assignment of peeled.assignments)
        environment.set(assignment.name, { ...assignment.value, path: frame.path })
      if (peeled.name === 'newrelic-admin run-python') {
        const python = literalWord('python', { start: at.start ?? 0, end: at.start ?? 0 })
        return this.#run([python, ...peeled.rest], environment, [...wrappers, peeled.name], at, frame)
      }
      const rest = peeled.name === 'pipenv run' ? pipenvScript(this.#tree, peeled.rest) : peeled.rest
      this.#run(rest, environment, [...wrappers, peeled.name], at, frame)
      if (peeled.name === 'exec') this.#end(frame)
      return
    }
    const environment = state.environment(conditions)
    for (const [variable, value] of added) environment.set(variable, value)
    const invocation: Invocation = {
      program,
      programName: name,
      arguments: rest,
      environment,
      wrappers,
      cwd: state.cwd(conditions),
      conditional: conditions.length > 0,
      conditions,
      background: frame.background,
      path: frame.path,
      at,
      trail: frame.trail,
      missing: null,
      processType: frame.processType,
    }
    if (name !== null && SHELLS.has(name)) return this.#shell(invocation, frame)
    if (name !== null && /^python[\d.]*$/.test(name)) return this.#python(invocation, frame)
    if (name !== null && PROCFILE_RUNNERS.has(name) && this.#procfile(invocation, frame)) return
    if (path !== null && this.#script(path, invocation, frame)) return
    this.invocations.push(invocation)
  }

  #problem(kind: CommandProblem['kind'], at: Place, detail: string, frame: Frame, nearest: string | null = null): void {
    const conditional = frame.conditions.length > 0
    this.problems.push({ kind, at, detail, nearest, conditional, trail: frame.trail })
  }

  /** The file of the tree that a path names from the directory `cwd`; null when unknown, outside or absent. */
  #resolve(path: string, cwd: string | null): string | null {
    const file = joinPath(path, cwd, this.#root)
    return file !== null && this.#tree.has(file) ? file : null
  }

  /** The rest of the shell is not reached, or only where this command's own conditions do not hold. */
  #end(frame: Frame): void {
    const { state, conditions } = frame
    const own = conditions.filter((condition) => !state.reach.includes(condition))
    const [only] = own
    if (only === undefined) state.ended = true
    else if (own.length === 1) state.reach = [...state.reach, { ...only, negated: !only.negated }]
    else {
      const text = own.map((condition) => condition.text).join(' && ')
      state.reach = [...state.reach, { id: ++this.#lastId, kind: 'status', text, words: [], negated: true }]
    }
  }

  #builtin(name: string, rest: readonly Word[], at: Place, frame: Frame): boolean {
    const { state, conditions } = frame
    switch (name) {
      case 'cd':
      case 'pushd':
        this.#enter(rest, at, frame)
        return true
      case 'popd':
        state.enter(null, conditions)
        return true
      case 'exit':
        this.#end(frame)
        return true
      case 'export':
      case 'declare':
      case 'typeset':
      case 'readonly':
      case 'local':
        this.#declare(rest, name === 'export' || rest.some((word) => /^-\w*x/.test(word.raw)), frame)
        return true
      case 'set':
        for (const word of rest) if (word.raw === '-a' || word.raw === '+a') state.exportAll = word.raw === '-a'
        if (rest.some((word) => word.raw === 'allexport')) state.exportAll = rest[0]?.raw === '-o'
        if (rest[0]?.raw === '--') state.parameters = conditions.length > 0 ? null : rest.slice(1)
        return true
      case 'shift':
        state.parameters = conditions.length > 0 ? null : (state.parameters?.slice(1) ?? null)
        return true
      case 'unset':
        for (const word of rest) state.assign(word.raw, { ...opaqueWord(word), path: frame.path }, false, conditions)
        return true
      case '.':
      case 'source':
        this.#source(rest, at, frame)
        return true
      case 'eval':
        if (rest.length > 0 && frame.depth < MAX_DEPTH) this.#string(rest, at, { ...frame, depth: frame.depth + 1 })
        return true
      default:
        return BUILTINS.has(name)
    }
  }

  #declare(words: readonly Word[], exported: boolean, frame: Frame): void {
    const { state, conditions } = frame
    for (const word of words) {
      const first = word.parts[0]
      const text = first?.kind === 'literal' ? first.text : ''
      const equals = /^([A-Za-z_]\w*)=/.exec(text)
      if (equals !== null) {
        const value = { ...dropPrefix(word, equals[0].length), path: frame.path }
        state.assign(equals[1] ?? '', state.fillOne(value, conditions), exported, conditions)
      } else if (exported && /^[A-Za-z_]\w*$/.test(text)) state.export(text, conditions)
    }
  }

  #enter(rest: readonly Word[], at: Place, frame: Frame): void {
    const { state, conditions } = frame
    const target = rest.find((word) => !/^-[LPe@]*$/.test(word.raw) && word.raw !== '--')
    const here = state.cwd(conditions)
    const directory = directoryOf(target, { cwd: here, root: this.#root, script: frame.script })
    if (directory !== null && !this.#tree.hasDirectory(directory)) {
      // a folder that an earlier command makes is none of ours to judge
      const made = this.invocations.some((each) =>
        ['mkdir', 'git', 'tar', 'unzip', 'cp', 'mv', 'npm'].includes(each.programName ?? ''),
      )
      if (!made) this.#problem('directory-missing', at, directory, frame, nearestFile(this.#tree, directory))
    }
    state.enter(directory, conditions)
  }

  #call(name: string, rest: readonly Word[], added: ReadonlyMap<string, PlacedWord>, frame: Frame): void {
    const { state } = frame
    const parameters = state.parameters
    state.parameters = rest
    for (const [variable, value] of added) state.assign(variable, value, true, frame.conditions)
    const body = (frame.functions.get(name) ?? []).map((command) => ({ ...command, definedIn: null }))
    this.#commands(body, { ...frame, depth: frame.depth + 1 })
    state.parameters = parameters
  }

  #source(rest: readonly Word[], at: Place, frame: Frame): void {
    const [word] = rest
    const name = word === undefined ? null : expand(word, new Map([['HOME', this.#root]]))
    const path = name === null ? null : joinPath(name, frame.state.cwd(frame.conditions), this.#root)
    if (path === null || frame.depth >= MAX_DEPTH) return
    const file = this.#tree.read(path)
    if (file === undefined) {
      if (!this.#tree.has(path)) this.#problem('script-missing', at, path, frame, nearestFile(this.#tree, path))
      return
    }
    const parameters = frame.state.parameters
    if (rest.length > 1) frame.state.parameters = rest.slice(1)
    this.#text(
      file.text,
      { base: 0 },
      { ...this.#inside(path, at, frame), state: frame.state, functions: frame.functions, script: frame.script },
    )
    frame.state.parameters = parameters
  }

  /** The frame for a file that is run from here. */
  #inside(path: string, at: Place, frame: Frame): Frame {
    const step: RelatedPlace = { ...at, message: `runs ${path}` }
    return {
      ...frame,
      path,
      script: path,
      trail: [...frame.trail, step],
      depth: frame.depth + 1,
      active: [...frame.active, path],
    }
  }

  /** `eval` and `sh -c`: the words as one text; placed exactly when it is one word in quotes without escapes. */
  #string(words: readonly Word[], at: Place, frame: Frame): void {
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
      return this.#text(
        inner,
        exact ? { base: word.start + 1 } : { within: { start: word.start, end: word.end } },
        frame,
      )
    }
    const text = words
      .map((each) => (each === word && filled !== null ? filled : (literal(each) ?? unescaped(each.raw))))
      .join(' ')
    this.#text(text, { within: { start: at.start ?? 0, end: at.end ?? 0 } }, frame)
  }

  #shell(invocation: Invocation, frame: Frame): void {
    const words = invocation.arguments
    let at = 0
    for (; at < words.length; at++) {
      const raw = words[at]?.raw ?? ''
      if (/^-[a-z]*c$/.test(raw)) {
        const text = words[at + 1]
        if (text === undefined || frame.depth >= MAX_DEPTH) return
        const state = this.#child(invocation, frame)
        state.parameters = words.slice(at + 3)
        return this.#string([text], invocation.at, {
          ...frame,
          state,
          depth: frame.depth + 1,
          functions: new Map(),
          wrappers: invocation.wrappers,
        })
      }
      if (raw === '-o' || raw === '+o' || raw === '-O' || raw === '--rcfile' || raw === '--init-file') at++
      else if (!/^[-+]\S/.test(raw)) break
    }
    const script = words[at]
    const path = script === undefined ? null : literal(script)
    if (script === undefined || path === null) {
      this.invocations.push(invocation)
      return
    }
    const resolved = joinPath(path, invocation.cwd, this.#root)
    if (resolved === null) this.invocations.push(invocation)
    else if (!this.#tree.has(resolved)) this.#missing(resolved, invocation, frame)
    else this.#follow(resolved, words.slice(at + 1), invocation, frame)
  }

  #child(invocation: Invocation, frame: Frame): ShellState {
    const state = frame.state.copy('child', frame.conditions)
    for (const [name, value] of invocation.environment) state.assign(name, value, true, [])
    return state
  }

  #follow(path: string, parameters: readonly Word[], invocation: Invocation, frame: Frame): void {
    const file = this.#tree.read(path)
    if (file === undefined || frame.depth >= MAX_DEPTH || frame.active.includes(path)) {
      this.invocations.push(invocation)
      return
    }
    const state = this.#child(invocation, frame)
    state.parameters = parameters
    this.#text(
      file.text,
      { base: 0 },
      { ...this.#inside(path, invocation.at, frame), state, functions: new Map(), wrappers: invocation.wrappers },
    )
  }

  #missing(path: string, invocation: Invocation, frame: Frame): void {
    const missing: MissingScript = { path, nearest: nearestFile(this.#tree, path) }
    this.#problem('script-missing', invocation.at, path, frame, missing.nearest)
    this.invocations.push({ ...invocation, missing })
  }

  #python(invocation: Invocation, frame: Frame): void {
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
      this.invocations.push(invocation)
      return
    }
    const renamed: Invocation = {
      ...invocation,
      program: module,
      programName: program,
      arguments: words.slice(at + 2),
      wrappers: [...invocation.wrappers, 'python -m'],
    }
    if (PROCFILE_RUNNERS.has(program) && this.#procfile(renamed, frame)) return
    this.invocations.push(renamed)
  }

  /** A program given by its path, or by a bare name that is a script of the working directory. True when it was dealt with. */
  #script(path: string, invocation: Invocation, frame: Frame): boolean {
    const { cwd } = invocation
    const bare = !path.includes('/')
    if (bare && !/\.(?:sh|bash|py)$/.test(path)) return false
    const file = joinPath(path, cwd, this.#root)
    if (file === null) return false
    if (!this.#tree.has(file)) {
      // bin/start-… and the like come from buildpacks; a virtual environment or a script by its extension does not
      const ours = /\.(?:sh|bash|py)$|(?:^|\/)(?:\.?v?env|virtualenv)\/(?:bin|Scripts)\//.test(file)
      if (!ours || bare || /^(?:\.|vendor\/|node_modules\/)/.test(file.replace(/^\.?v?env\//, 'venv/'))) return false
      this.#missing(file, invocation, frame)
      return true
    }
    if (bare) this.#problem('script-not-on-path', invocation.at, file, frame)
    else if (this.#tree.entry(file)?.executable === false)
      this.#problem('script-not-executable', invocation.at, file, frame)
    const text = this.#tree.read(file)?.text
    if (text === undefined) return false
    const interpreter = shebang(text)
    if (interpreter === 'python' || (interpreter === null && file.endsWith('.py'))) {
      this.invocations.push({
        ...invocation,
        programName: 'python',
        arguments: [invocation.program, ...invocation.arguments],
      })
      return true
    }
    if (interpreter !== null && !SHELLS.has(interpreter)) return false
    this.#follow(file, invocation.arguments, invocation, frame)
    return true
  }

  /** `honcho start [-f FILE] [types]`: the processes of that Procfile. */
  #procfile(invocation: Invocation, frame: Frame): boolean {
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
    const path = joinPath(name, invocation.cwd, this.#root)
    const key = `${path}:${types.join()}`
    if (path === null || frame.depth >= MAX_DEPTH || frame.active.includes(key)) return false
    const file = this.#tree.read(path)
    if (file === undefined) {
      this.#missing(path, invocation, frame)
      return true
    }
    const inside = this.#inside(path, invocation.at, frame)
    const entries = [...parseProcfile(file).effective.values()].filter(
      ({ type }) => types.length === 0 || types.includes(type),
    )
    for (const [index, entry] of entries.entries()) {
      const state = this.#child(invocation, frame)
      const at = { start: entry.commandAt.start ?? 0, end: entry.commandAt.end ?? 0 }
      // each further process gets another port: https://honcho.readthedocs.io/en/latest/using_procfiles.html
      if (index > 0) state.assign('PORT', { ...opaqueWord(literalWord('PORT', at)), path }, true, [])
      this.#text(
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
}

/** The program that `$(which gunicorn)` or `$(command -v gunicorn)` finds. */
function substituted(program: Word): string | null {
  const [part] = program.parts
  if (part?.kind !== 'opaque' || program.parts.length > 1) {
    const last = program.parts.at(-1)
    return last?.kind === 'literal' && last.text.includes('/')
      ? last.text.slice(last.text.lastIndexOf('/') + 1) || null
      : null
  }
  return /^(?:\$\(|`)\s*(?:which|command -v)\s+([\w.-]+)\s*[)`]$/.exec(part.text)?.[1] ?? null
}

/** Shell source without the quotes around it and the backslashes in it. */
function unescaped(raw: string): string {
  const bare = /^(["']).*\1$/s.test(raw) ? raw.slice(1, -1) : raw
  return bare.replace(/\\(["\\$`])/g, '$1')
}
