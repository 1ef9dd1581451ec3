/** Follows a command line through its wrappers and shell scripts. */
import type { Place, RelatedPlace } from '../finding.ts'
import type { Tree } from '../tree.ts'
import type { CommandProblem, Invocation, InvocationOptions } from './command.ts'
import { runBuiltin } from './command-builtins.ts'
import {
  expandProcfile,
  followProgram,
  followShell,
  PROCFILE_RUNNERS,
  readPythonModule,
  SHELLS,
} from './command-follow.ts'
import { joinPath, pipenvScript } from './command-paths.ts'
import { ShellState } from './command-state.ts'
import { peel } from './command-wrappers.ts'
import { type Condition, parseShell, type ShellOptions, type SimpleCommand } from './shell.ts'
import { expand, literalWord, type PlacedWord, type Word } from './shell-word.ts'

/** A script that includes itself ends here; real ones nest two or three deep. */
export const MAX_DEPTH = 8
/** Scripts that run more than this, by including each other many times, are not read to their end. */
const MAX_COMMANDS = 4000
/** Where the text that is read lies, and what led to it. */
export interface Frame {
  readonly path: string
  readonly state: ShellState
  readonly trail: readonly RelatedPlace[]
  /** Path of the script that `$0` names; null for a line of its own. */
  readonly script: string | null
  readonly depth: number
  /** What the whole text depends on. */
  readonly conditions: readonly Condition[]
  readonly background: boolean
  readonly piped: Invocation['piped']
  readonly wrappers: readonly string[]
  readonly functions: Map<string, SimpleCommand[]>
  readonly processType: string | null
  readonly active: readonly string[]
}

export class Walk {
  readonly invocations: Invocation[] = []
  readonly problems: CommandProblem[] = []
  readonly tree: Tree
  readonly root: string
  readonly #start: Frame
  #lastId = 0
  #commandsRead = 0

  constructor(tree: Tree, options: InvocationOptions) {
    this.tree = tree
    this.root = options.root ?? '/app'
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
      piped: null,
      wrappers: [],
      functions: new Map(),
      processType: null,
      active: [],
    }
  }

  text(text: string, path: string, where: ShellOptions): void {
    this.read(text, where, { ...this.#start, path })
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

  read(text: string, where: ShellOptions, frame: Frame): void {
    const shell = parseShell(text, { ...where, firstId: this.#lastId })
    this.#lastId = shell.lastId
    for (const { kind, start, end } of shell.problems) {
      if (kind === 'too-deep') continue
      const detail = where.base === undefined ? '' : text.slice(start - where.base, end - where.base)
      this.problem(kind, { path: frame.path, start, end }, detail, frame)
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
      if (state.ended || this.#commandsRead++ >= MAX_COMMANDS) continue
      const conditions = [...frame.conditions, ...state.reach, ...command.conditions]
      const background = frame.background || command.background
      this.#command(command, { ...frame, state, conditions, background, piped: command.piped ?? frame.piped })
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
    this.run(words, child, [...frame.wrappers], at, frame)
  }

  /** A command of which assignments are taken off: builtins take effect, wrappers are peeled, scripts are followed. */
  run(
    words: readonly Word[],
    added: ReadonlyMap<string, PlacedWord>,
    wrappers: readonly string[],
    at: Place,
    frame: Frame,
  ): void {
    const { state, conditions } = frame
    const [program] = words
    if (program === undefined) return
    const path = expand(program, new Map([['HOME', this.root]]))
    const name = path === null ? substituted(program) : path.slice(path.lastIndexOf('/') + 1)
    const rest = words.slice(1)
    if (path !== null && runBuiltin(this, path, rest, at, frame)) return
    if (path !== null && frame.functions.has(path) && frame.depth < MAX_DEPTH) {
      this.call(path, rest, added, frame)
      return
    }
    const peeled =
      name === null ? null : peel(words, path ?? name, (file) => this.resolve(file, state.cwd(conditions)) === null)
    if (peeled !== null) {
      const environment = new Map(added)
      for (const assignment of peeled.assignments)
        environment.set(assignment.name, { ...assignment.value, path: frame.path })
      if (peeled.name === 'newrelic-admin run-python') {
        const python = literalWord('python', { start: at.start ?? 0, end: at.start ?? 0 })
        this.run([python, ...peeled.rest], environment, [...wrappers, peeled.name], at, frame)
        return
      }
      const rest = peeled.name === 'pipenv run' ? pipenvScript(this.tree, peeled.rest) : peeled.rest
      this.run(rest, environment, [...wrappers, peeled.name], at, frame)
      // `exec > log` only redirects
      if (peeled.name === 'exec' && rest.length > 0) this.end(frame)
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
      piped: frame.piped,
      path: frame.path,
      at,
      trail: frame.trail,
      missing: null,
      processType: frame.processType,
    }
    if (name !== null && SHELLS.has(name)) followShell(this, invocation, frame)
    else if (name !== null && /^python[\d.]*$/.test(name)) readPythonModule(this, invocation, frame)
    else if (name !== null && PROCFILE_RUNNERS.has(name) && expandProcfile(this, invocation, frame)) return
    else if (path === null || !followProgram(this, path, invocation, frame)) this.invocations.push(invocation)
  }

  problem(kind: CommandProblem['kind'], at: Place, detail: string, frame: Frame, nearest: string | null = null): void {
    const conditional = frame.conditions.length > 0
    this.problems.push({ kind, at, detail, nearest, conditional, trail: frame.trail })
  }

  /** The file of the tree that a path names from the directory `cwd`; null when unknown, outside or absent. */
  resolve(path: string, cwd: string | null): string | null {
    const file = joinPath(path, cwd, this.root)
    return file !== null && this.tree.has(file) ? file : null
  }

  /** The rest of the shell is not reached, or only where this command's own conditions do not hold. */
  end(frame: Frame): void {
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

  call(name: string, rest: readonly Word[], added: ReadonlyMap<string, PlacedWord>, frame: Frame): void {
    const { state } = frame
    const parameters = state.parameters
    state.parameters = rest
    for (const [variable, value] of added) state.assign(variable, value, true, frame.conditions)
    const body = (frame.functions.get(name) ?? []).map((command) => ({ ...command, definedIn: null }))
    this.#commands(body, { ...frame, depth: frame.depth + 1 })
    state.parameters = parameters
  }

  /** The frame for a file that is run from here. */
  inside(path: string, at: Place, frame: Frame): Frame {
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
