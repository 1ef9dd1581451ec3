import type { TextFile, Tree } from '../tree.ts'
import { type JsonNode, type JsonProblem, memberOf, parseJson, stringOf } from './json-source.ts'

const PATH = 'app.json'

/** app.json as it was written, valid or not. */
export interface AppJsonSource {
  readonly path: typeof PATH
  readonly file: TextFile
  /** The root value; null where the file is no JSON. */
  readonly root: JsonNode | null
  readonly problem: JsonProblem | null
}

/** What the plan needs of app.json. Its own faults are other rules' business. */
export interface AppJson {
  readonly path: typeof PATH
  readonly root: JsonNode
  /** Config vars that app.json gives a literal value: name to value. */
  readonly values: ReadonlyMap<string, string>
  /** Config vars that an app gets when it is created from app.json, with a value, a generator or required of the user. */
  readonly provided: ReadonlySet<string>
  /** Every config var that app.json speaks of, optional ones included. */
  readonly named: ReadonlySet<string>
  readonly stack: string | null
  readonly buildpacks: readonly string[]
  /** Add-on plans, such as `heroku-postgresql:essential-0`. */
  readonly addons: readonly string[]
}

const sources = new WeakMap<Tree, AppJsonSource | null>()

/** app.json with the places of its values; undefined when there is none at the root. */
export function readAppJsonSource(tree: Tree): AppJsonSource | undefined {
  const known = sources.get(tree)
  if (known !== undefined) return known ?? undefined
  const file = tree.read(PATH)
  const source = file === undefined ? null : parsed(file)
  sources.set(tree, source)
  return source ?? undefined
}

function parsed(file: TextFile): AppJsonSource {
  const result = parseJson(file.text)
  return 'root' in result
    ? { path: PATH, file, root: result.root, problem: null }
    : { path: PATH, file, root: null, problem: result.problem }
}

/** Reads app.json (schema: https://devcenter.heroku.com/articles/app-json-schema); undefined when it is absent or no JSON object. */
export function readAppJson(tree: Tree): AppJson | undefined {
  const root = readAppJsonSource(tree)?.root
  if (root === null || root === undefined || root.kind !== 'object') return undefined
  const values = new Map<string, string>()
  const provided = new Set<string>()
  const named = new Set<string>()
  const env = memberOf(root, 'env')
  for (const { key, value } of env?.kind === 'object' ? env.members : []) {
    named.add(key)
    const literal = stringOf(value) ?? stringOf(memberOf(value, 'value'))
    if (literal !== undefined) values.set(key, literal)
    const required = memberOf(value, 'required')
    const isOptional = required?.kind === 'boolean' && !required.value
    // "required" is true unless said otherwise
    if (literal !== undefined || stringOf(memberOf(value, 'generator')) === 'secret') provided.add(key)
    else if (value.kind === 'object' && !isOptional) provided.add(key)
  }
  return {
    path: PATH,
    root,
    values,
    provided,
    named,
    stack: stringOf(memberOf(root, 'stack')) ?? null,
    buildpacks: texts(memberOf(root, 'buildpacks'), 'url'),
    addons: texts(memberOf(root, 'addons'), 'plan'),
  }
}

/** The texts of an array whose items are texts, or objects that hold one under `key`. */
function texts(list: JsonNode | undefined, key: string): string[] {
  if (list?.kind !== 'array') return []
  return list.items.flatMap((item) => stringOf(item) ?? stringOf(memberOf(item, key)) ?? [])
}
