import { type Edit, type JsonMember, type JsonNode, memberOf, parseJson, stringOf, type Tree } from 'flask-dyno'
import { type Addition, NOTHING } from './edit-text.ts'

/** A config var as app.json describes it. https://devcenter.heroku.com/articles/app-json-schema#env */
export interface DeclaredVar {
  readonly name: string
  readonly description: string
  /** Heroku makes up a random text. */
  readonly secret?: boolean
  readonly value?: string
  readonly required?: boolean
}

export interface AppJsonAdditions {
  /** Slugs of add-ons, without a plan: the default one never goes out of date. */
  readonly addons: readonly string[]
  readonly env: readonly DeclaredVar[]
}

const PATH = 'app.json'

/** Adds add-ons and config vars that app.json does not list, in the style of the file; there must be one. */
export function addToAppJson(tree: Tree, { addons, env }: AppJsonAdditions): Addition {
  const text = tree.read(PATH)?.text
  if (text === undefined) return NOTHING
  const parsed = parseJson(text)
  if (!('root' in parsed) || parsed.root.kind !== 'object')
    return { edits: [], left: ['app.json is no JSON object, so that nothing was added to it'] }
  const { root } = parsed
  const style = styleOf(text, root)
  const members: Member[] = []
  const edits: Edit[] = []
  const left: string[] = []

  const list = memberOf(root, 'addons')
  const listed = list?.kind === 'array' ? list.items.map(serviceOf) : []
  const missing = addons.filter((service) => !listed.includes(service))
  if (missing.length > 0) {
    if (list === undefined) members.push({ key: 'addons', value: [...missing] })
    else if (list.kind === 'array') edits.push(...intoArray(list, missing, text, style))
    else left.push(`"addons" in app.json is no list, so that ${missing.join(' and ')} was not added to it`)
  }

  const declared = memberOf(root, 'env')
  const known = declared?.kind === 'object' ? declared.members.map(({ key }) => key) : []
  const vars = env
    .filter(({ name }) => !known.includes(name))
    .map((each) => ({ key: each.name, value: described(each) }))
  if (vars.length > 0) {
    if (declared === undefined)
      members.push({ key: 'env', value: Object.fromEntries(vars.map(({ key, value }) => [key, value])) })
    else if (declared.kind === 'object') edits.push(...intoObject(declared, vars, text, style))
    else
      left.push(`"env" in app.json is no object, so that ${vars.map(({ key }) => key).join(', ')} was not added to it`)
  }
  return { edits: [...edits, ...intoObject(root, members, text, style)], left }
}

function described({ description, secret, value, required }: DeclaredVar): Readonly<Record<string, unknown>> {
  return {
    description,
    ...(secret === true ? { generator: 'secret' } : {}),
    ...(value === undefined ? {} : { value }),
    ...(required === undefined || secret === true || value !== undefined ? {} : { required }),
  }
}

/** The add-on without its plan: `heroku-postgresql:mini` and `{"plan": "heroku-postgresql"}` are heroku-postgresql. */
const serviceOf = (item: JsonNode): string =>
  (stringOf(item) ?? stringOf(memberOf(item, 'plan')) ?? '').split(':')[0] ?? ''

/** A key and its value, to be written. */
export interface Member {
  readonly key: string
  readonly value: unknown
}

/** The indentation of one level; '' for a file that is written in one line. */
export function styleOf(text: string, root: JsonNode): string {
  const first = root.kind === 'object' ? root.members[0] : undefined
  if (first === undefined) return '  '
  return /\n([ \t]*)$/.exec(text.slice(0, first.keyAt.start))?.[1] ?? ''
}

/** New members behind the last one, or as the first ones of an empty object. */
export function intoObject(
  object: Extract<JsonNode, { kind: 'object' }>,
  members: readonly Member[],
  text: string,
  style: string,
): Edit[] {
  if (members.length === 0) return []
  const last = object.members.at(-1)
  const margin = last === undefined ? marginOf(text, object.start) + style : marginBefore(text, last)
  const written = members.map(
    ({ key, value }) => `${JSON.stringify(key)}: ${shown(value, margin ?? '', margin === null ? '' : style)}`,
  )
  if (last === undefined) {
    const inner =
      style === '' ? written.join(', ') : `\n${margin}${written.join(`,\n${margin}`)}\n${marginOf(text, object.start)}`
    return [{ kind: 'text', path: PATH, start: object.start + 1, end: object.end - 1, text: inner }]
  }
  const separator = margin === null ? ', ' : `,\n${margin}`
  const at = last.value.end
  return [{ kind: 'text', path: PATH, start: at, end: at, text: separator + written.join(separator) }]
}

function intoArray(
  array: Extract<JsonNode, { kind: 'array' }>,
  items: readonly string[],
  text: string,
  style: string,
): Edit[] {
  const written = items.map((item) => JSON.stringify(item))
  const last = array.items.at(-1)
  if (last === undefined)
    return [{ kind: 'text', path: PATH, start: array.start + 1, end: array.end - 1, text: written.join(', ') }]
  const margin = style === '' ? undefined : /\n([ \t]*)$/.exec(text.slice(0, last.start))?.[1]
  const separator = margin === undefined ? ', ' : `,\n${margin}`
  return [{ kind: 'text', path: PATH, start: last.end, end: last.end, text: separator + written.join(separator) }]
}

/** The indentation of a member that begins its line; null where it stands behind another. */
const marginBefore = (text: string, member: JsonMember): string | null =>
  /\n([ \t]*)$/.exec(text.slice(0, member.keyAt.start))?.[1] ?? null

/** The indentation of the line in which an offset stands. */
const marginOf = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? ''

/** A value in the style of the file; a list stays on one line. */
function shown(value: unknown, margin: string, style: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => shown(item, margin, '')).join(', ')}]`
  const inner = margin + style
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${shown(each, inner, style)}`)
  return style === '' ? `{ ${members.join(', ')} }` : `{\n${inner}${members.join(`,\n${inner}`)}\n${margin}}`
}
