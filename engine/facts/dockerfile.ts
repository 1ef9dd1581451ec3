import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import { type Instruction, instructions } from './dockerfile-instructions.ts'

/** One word of an exec form, where it stands between its quotes. */
export interface DockerWord {
  readonly text: string
  readonly at: Place
}

/**
 * CMD or ENTRYPOINT. `shell`: `/bin/sh -c` reads `text`, which stands verbatim at `at`. `exec`: no shell, nothing is expanded.
 * An exec form that is no JSON (single quotes) is read by a shell as one strange command: `malformed`, with the words that were meant.
 */
export interface DockerCommand {
  readonly form: 'shell' | 'exec'
  readonly text: string
  readonly words: readonly DockerWord[]
  readonly at: Place
  readonly malformed: boolean
}

/** The last stage of a Dockerfile, as far as it says what runs and where the project's files are (https://docs.docker.com/reference/dockerfile/). */
export interface Dockerfile {
  readonly path: string
  readonly cmd: DockerCommand | null
  readonly entrypoint: DockerCommand | null
  /** Absolute, `/` when none is set; null when it depends on something unknown. */
  readonly workdir: string | null
  /** The folder of the tree whose files lie in `workdir`; null when unknown. */
  readonly folder: string | null
  /** The absolute path under which the tree's root lies in the image; null when unknown or only parts of it are copied. */
  readonly root: string | null
  /** ENV, and ARG with its default, filled in as far as known. */
  readonly environment: ReadonlyMap<string, string>
  /** The image of the last FROM, as written. */
  readonly base: string | null
}

interface Stage {
  readonly name: string | null
  base: string | null
  cmd: DockerCommand | null
  entrypoint: DockerCommand | null
  workdir: string | null
  environment: Map<string, string>
  copies: { readonly source: string; readonly target: string }[]
}

/** Reads a Dockerfile; undefined when it is absent. Never throws. */
export function readDockerfile(tree: Tree, path = 'Dockerfile'): Dockerfile | undefined {
  const file = tree.read(path)
  if (file === undefined) return undefined
  const stages: Stage[] = []
  const args = new Map<string, string>()
  for (const instruction of instructions(file.text)) {
    const stage = stages.at(-1)
    if (instruction.name === 'FROM') stages.push(newStage(instruction, stages, args))
    else if (stage === undefined) {
      if (instruction.name === 'ARG') assign(instruction.text, args, args)
    } else apply(instruction, stage, path)
  }
  const stage = stages.at(-1)
  if (stage === undefined) return undefined
  const { cmd, entrypoint, workdir, environment, base } = stage
  return { path, cmd, entrypoint, workdir, environment, base, ...layout(tree, path, stage) }
}

function newStage(from: Instruction, stages: readonly Stage[], args: ReadonlyMap<string, string>): Stage {
  const words = from.text.split(/\s+/).filter((word) => word !== '' && !word.startsWith('--'))
  const image = words[0] ?? ''
  const name = words[1]?.toLowerCase() === 'as' ? (words[2]?.toLowerCase() ?? null) : null
  const parent = stages.find((stage) => stage.name === image.toLowerCase())
  if (parent !== undefined) {
    return { ...parent, name, environment: new Map(parent.environment), copies: [...parent.copies] }
  }
  const base = fill(image, args) ?? image
  return { name, base, cmd: null, entrypoint: null, workdir: '/', environment: new Map(), copies: [] }
}

function apply(instruction: Instruction, stage: Stage, path: string): void {
  const { name, text } = instruction
  if (name === 'CMD') stage.cmd = command(instruction, path)
  else if (name === 'ENTRYPOINT') stage.entrypoint = command(instruction, path)
  else if (name === 'ENV' || name === 'ARG') assign(text, stage.environment, stage.environment)
  else if (name === 'WORKDIR') {
    const directory = fill(text.trim().replace(/^(["'])(.*)\1$/, '$2'), stage.environment)
    stage.workdir = directory === null ? null : absolute(directory, stage.workdir)
  } else if (name === 'COPY' || name === 'ADD') copy(text, stage)
}

function copy(text: string, stage: Stage): void {
  if (/(?:^|\s)--from=/.test(text)) return
  const json = text.trim().startsWith('[') ? jsonWords(text, 0, '') : null
  const words = json?.words.map((word) => word.text) ?? text.trim().split(/\s+/)
  const paths = words.filter((word) => !word.startsWith('--'))
  const destination = fill(paths.at(-1) ?? '', stage.environment)
  if (paths.length < 2 || destination === null) return
  const folder = absolute(destination, stage.workdir)
  if (folder === null) return
  const many = paths.length > 2 || /\/$|^\.$/.test(destination)
  for (const source of paths.slice(0, -1)) {
    stage.copies.push({ source, target: many ? `${folder.replace(/\/$/, '')}/` : folder })
  }
}

/** Which folder of the tree lies in the working directory, from the copies, the last first. */
function layout(tree: Tree, path: string, stage: Stage): Pick<Dockerfile, 'folder' | 'root'> {
  const { workdir } = stage
  let folder: string | null = null
  let root: string | null = null
  const home = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
  for (const { source, target } of stage.copies.toReversed()) {
    // Heroku builds in the Dockerfile's own folder; others build it from the root
    const inside = [home, '']
      .map((context) => clean(`${context}/${source.replace(/^\//, '')}`))
      .find((each) => each !== null && known(tree, each))
    if (inside === undefined || inside === null) continue
    const from = tree.hasDirectory(inside)
      ? inside
      : inside.includes('/')
        ? inside.slice(0, inside.lastIndexOf('/'))
        : ''
    const isFile = !tree.hasDirectory(inside)
    const into =
      isFile && !target.endsWith('/')
        ? target.slice(0, Math.max(1, target.lastIndexOf('/')))
        : target.replace(/(.)\/$/, '$1')
    if (!isFile && root === null) {
      if (from === '') root = into
      else if (into.endsWith(`/${from}`)) root = into.slice(0, -from.length - 1) || '/'
    }
    if (folder !== null || workdir === null) continue
    if (workdir === into) folder = from
    else if (!isFile && workdir.startsWith(into === '/' ? '/' : `${into}/`)) {
      const rest = workdir.slice(into === '/' ? 1 : into.length + 1)
      const nested = from === '' ? rest : `${from}/${rest}`
      if (tree.hasDirectory(nested)) folder = nested
    }
  }
  if (folder === null && root !== null && workdir !== null) folder = below(root, workdir)
  return { folder, root }
}

/** `path` relative to `root`; null when it lies elsewhere. */
function below(root: string, path: string): string | null {
  if (path === root) return ''
  const start = root === '/' ? '/' : `${root}/`
  return path.startsWith(start) ? path.slice(start.length) : null
}

function known(tree: Tree, path: string): boolean {
  return tree.has(path) || tree.hasDirectory(path)
}

function clean(path: string): string | null {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join('/')
}

function absolute(path: string, workdir: string | null): string | null {
  if (!path.startsWith('/') && workdir === null) return null
  const whole = clean(path.startsWith('/') ? path : `${workdir}/${path}`)
  return whole === null ? null : `/${whole}`
}

/** `KEY=value KEY2="other value"`, or the old `KEY value`. What is not known whole is left out. */
function assign(text: string, known: ReadonlyMap<string, string>, into: Map<string, string>): void {
  const old = /^\s*([A-Za-z_]\w*)\s+([^=].*)$/s.exec(text)
  const entries: (readonly [string, string])[] = []
  if (old !== null && !/^[^\s=]+=/.test(text.trim())) entries.push([old[1] ?? '', (old[2] ?? '').trim()])
  else
    for (const match of text.matchAll(/([A-Za-z_]\w*)=("[^"]*"|'[^']*'|[^\s"']*)/g))
      entries.push([match[1] ?? '', match[2] ?? ''])
  for (const [name, raw] of entries) {
    const bare = raw.replace(/^(["'])(.*)\1$/s, '$2')
    const value = raw.startsWith("'") ? bare : fill(bare, known)
    if (value === null) into.delete(name)
    else into.set(name, value)
  }
}

/** Text with `$NAME`, `${NAME}` and `${NAME:-fallback}` filled in; null when one is unknown. */
function fill(text: string, known: ReadonlyMap<string, string>): string | null {
  let complete = true
  const result = text.replace(
    /\$(?:\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|([A-Za-z_]\w*))/g,
    (_, braced, fallback, plain) => {
      const value: string | undefined = known.get(braced ?? plain) ?? fallback
      if (value === undefined) complete = false
      return value ?? ''
    },
  )
  return complete ? result : null
}

function command({ text, start }: Instruction, path: string): DockerCommand {
  const lead = text.length - text.trimStart().length
  const from = start + lead
  const trimmed = text.trim()
  const at = { path, start: from, end: from + trimmed.length }
  if (trimmed.startsWith('[')) {
    const { words, malformed } = jsonWords(trimmed, from, path)
    if (words.length > 0) return { form: 'exec', text: trimmed, words, at, malformed }
  }
  return { form: 'shell', text: trimmed, words: [], at, malformed: false }
}

/** The strings of a JSON list, with places; `malformed` when JSON would not read it. */
function jsonWords(
  text: string,
  from: number,
  path: string,
): { readonly words: readonly DockerWord[]; readonly malformed: boolean } {
  const words: DockerWord[] = []
  let malformed = false
  let i = 1
  for (; i < text.length; i++) {
    const character = text.charAt(i)
    if (character === ']') break
    if (character !== '"' && character !== "'") {
      if (!/[\s,\\]/.test(character)) malformed = true
      continue
    }
    if (character === "'") malformed = true
    const open = i + 1
    for (i++; i < text.length && text.charAt(i) !== character; i++) if (text.charAt(i) === '\\') i++
    const source = text.slice(open, i)
    words.push({ text: unescaped(source), at: { path, start: from + open, end: from + i } })
  }
  if (i >= text.length || text.slice(i + 1).trim() !== '') malformed = true
  return { words, malformed }
}

function unescaped(source: string): string {
  try {
    return String(JSON.parse(`"${source}"`))
  } catch {
    return source
  }
}
