import { isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Place } from '../finding.ts'
import type { TextFile, Tree } from '../tree.ts'
import { addonPlaces, type HerokuYmlFault, herokuYmlFaults } from './heroku-yml-faults.ts'

/**
 * A command of heroku.yml. `at` is the text verbatim where `at.end - at.start` is its length; else (escapes, block scalars, several
 * list items) it is the whole value. Several items become one command, joined by blanks when each is one word, else by `&&`.
 */
export interface HerokuYmlCommand {
  readonly type: string
  readonly command: string
  readonly at: Place
  readonly typeAt: Place
  /** The process whose image it runs in; its own type when none is named. */
  readonly image: string
}

/** heroku.yml: what the container stack builds and runs (https://devcenter.heroku.com/articles/build-docker-images-heroku-yml). */
export interface HerokuYml {
  readonly path: 'heroku.yml'
  readonly file: TextFile
  /** Why the file is no YAML mapping; null when it is one. */
  readonly problem: { readonly message: string; readonly at: Place } | null
  /** `build.docker`: process type to the path of its Dockerfile, relative to the root. */
  readonly docker: ReadonlyMap<string, { readonly path: string; readonly at: Place }>
  /** `build.config`: build arguments. */
  readonly buildConfig: ReadonlyMap<string, string>
  /** `run`; where it is absent the images' own CMD runs. */
  readonly run: ReadonlyMap<string, HerokuYmlCommand>
  readonly release: HerokuYmlCommand | null
  /** `setup.addons`: plans such as `heroku-postgresql`. */
  readonly addons: readonly string[]
  readonly addonPlaces: readonly { readonly plan: string; readonly at: Place }[]
  /** `setup.config`: config vars that an app is created with. */
  readonly setupConfig: ReadonlyMap<string, string>
  /** Top-level keys and where they stand. */
  readonly sections: ReadonlyMap<string, Place>
  /** What Heroku refuses in it although it is YAML. */
  readonly faults: readonly HerokuYmlFault[]
  /** The process types whose image is named apart from them (`run.web.image`, `release.image`). */
  readonly images: readonly { readonly name: string; readonly at: Place }[]
}

const PATH = 'heroku.yml'

/** Reads heroku.yml at the root; undefined when it is absent. A broken file has a `problem` and what could be read. Never throws. */
export function readHerokuYml(tree: Tree): HerokuYml | undefined {
  const file = tree.read(PATH)
  return file === undefined ? undefined : parseHerokuYml(file)
}

export function parseHerokuYml(file: TextFile): HerokuYml {
  const { text } = file
  const place = (node: Node): Place => ({
    path: PATH,
    start: node.range?.[0] ?? 0,
    end: node.range?.[1] ?? text.length,
  })
  const nothing = {
    path: PATH,
    file,
    docker: new Map(),
    buildConfig: new Map(),
    run: new Map(),
    release: null,
    addons: [],
    addonPlaces: [],
    faults: [],
    images: [],
    setupConfig: new Map(),
    sections: new Map(),
  } as const
  const parsed = parse(text)
  if ('failure' in parsed) return { ...nothing, problem: { message: parsed.failure, at: { path: PATH } } }
  const { root, error } = parsed
  const problem =
    error === null
      ? root === null && text.trim() !== ''
        ? { message: 'no mapping', at: { path: PATH } }
        : null
      : { message: error.message, at: { path: PATH, start: error.start, end: error.end } }
  if (root === null) return { ...nothing, problem }

  const build = child(root, 'build')
  const setup = child(root, 'setup')
  const docker = new Map<string, { path: string; at: Place }>()
  for (const { key, value } of pairs(child(build, 'docker'))) {
    const path = textOf(value)
    if (path !== null && value !== null) docker.set(key.text, { path, at: verbatim(value, path, file) })
  }
  const run = new Map<string, HerokuYmlCommand>()
  for (const { key, value } of pairs(child(root, 'run'))) {
    const command = readCommand(key.text, place(key.node), value, file)
    if (command !== null) run.set(key.text, command)
  }
  const releaseKey = pairs(root).find(({ key }) => key.text === 'release')
  const sections = new Map(pairs(root).map(({ key }): [string, Place] => [key.text, place(key.node)]))
  const plans = child(setup, 'addons')
  return {
    ...nothing,
    problem,
    docker,
    buildConfig: textMap(child(build, 'config')),
    run,
    release:
      releaseKey === undefined ? null : readCommand('release', place(releaseKey.key.node), releaseKey.value, file),
    addons: isSeq(plans) ? plans.items.flatMap((item) => textOf(child(item, 'plan')) ?? textOf(item) ?? []) : [],
    setupConfig: textMap(child(setup, 'config')),
    sections,
    addonPlaces: addonPlaces(root, place),
    faults: herokuYmlFaults(root, place),
    images: [...pairs(child(root, 'run')).map(({ value }) => value), child(root, 'release')].flatMap((node) => {
      const image = child(node, 'image')
      const name = textOf(image)
      return name === null || image === null ? [] : [{ name, at: place(image) }]
    }),
  }
}

type Parsed =
  | { readonly failure: string }
  | {
      readonly root: YAMLMap | null
      readonly error: { readonly message: string; readonly start: number; readonly end: number } | null
    }

function parse(text: string): Parsed {
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false, uniqueKeys: false })
    const [error] = document.errors
    return {
      root: isMap(document.contents) ? document.contents : null,
      error: error === undefined ? null : { message: error.message, start: error.pos[0], end: error.pos[1] },
    }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

interface Pair {
  readonly key: { readonly text: string; readonly node: Node }
  readonly value: Node | null
}

function pairs(node: unknown): Pair[] {
  if (!isMap(node)) return []
  return node.items.flatMap((pair): Pair[] => {
    if (!isScalar(pair.key)) return []
    const value = isMap(pair.value) || isSeq(pair.value) || isScalar(pair.value) ? pair.value : null
    return [{ key: { text: String(pair.key.value), node: pair.key }, value }]
  })
}

function child(node: unknown, name: string): Node | null {
  return pairs(node).find(({ key }) => key.text === name)?.value ?? null
}

function textOf(node: unknown): string | null {
  return isScalar(node) && node.value !== null && node.value !== undefined ? String(node.value) : null
}

function textMap(node: unknown): Map<string, string> {
  return new Map(
    pairs(node).flatMap(({ key, value }): [string, string][] => {
      const text = textOf(value)
      return text === null ? [] : [[key.text, text]]
    }),
  )
}

/** Where a scalar's text stands verbatim: without its quotes, where these hide no escapes. */
function verbatim(node: Node, value: string, file: TextFile): Place {
  const [start = 0, end = start] = node.range ?? []
  const source = file.text.slice(start, end)
  if (source === value) return { path: PATH, start, end }
  if (source.slice(1, -1) === value) return { path: PATH, start: start + 1, end: end - 1 }
  return { path: PATH, start, end }
}

function readCommand(type: string, typeAt: Place, node: Node | null, file: TextFile): HerokuYmlCommand | null {
  const image = textOf(child(node, 'image')) ?? type
  const value = isMap(node) ? child(node, 'command') : node
  const single = isSeq(value) && value.items.length === 1 ? value.items[0] : value
  const text = textOf(single)
  if (text !== null && isScalar(single)) {
    const command = text.trim()
    return command === '' ? null : { type, command, at: verbatim(single, command, file), typeAt, image }
  }
  if (!isSeq(value)) return null
  const words = value.items.flatMap((item) => textOf(item) ?? [])
  if (words.length === 0) return null
  const separator = words.every((word) => !/\s/.test(word)) ? ' ' : ' && '
  return {
    type,
    command: words.join(separator),
    at: { path: PATH, start: value.range?.[0] ?? 0, end: value.range?.[1] ?? 0 },
    typeAt,
    image,
  }
}
