/**
 * What Heroku refuses or does not read in app.json. The types are those of the published reference
 * (https://devcenter.heroku.com/articles/app-json-schema) and of Heroku's own JSON Schema
 * (https://github.com/heroku/heroku-mcp-server/blob/main/src/utils/app-json.schema.json). Where the two differ, nothing is said.
 */
import { nearest } from '../select.ts'
import type { JsonMember, JsonNode, JsonSpan } from './json-source.ts'

export interface AppJsonFault {
  readonly kind: 'type' | 'unknown-key'
  readonly at: JsonSpan
  /** What is wrong, and what to write: a sentence. */
  readonly message: string
  /** An unknown key that was most likely meant as this one. */
  readonly meant?: string
  readonly replacement?: { readonly text: string; readonly description: string }
}

/** What may stand at a place. */
type Shape =
  | { readonly kind: 'text' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'count' }
  | { readonly kind: 'any' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'record'; readonly keys: Readonly<Record<string, Shape>>; readonly needed?: string }
  | { readonly kind: 'either'; readonly record: Shape }
  | { readonly kind: 'buildpack' }

const TEXT: Shape = { kind: 'text' }
const ANY: Shape = { kind: 'any' }

const CONFIG_VARS: Shape = {
  kind: 'map',
  of: {
    kind: 'either',
    record: {
      kind: 'record',
      keys: {
        description: TEXT,
        value: TEXT,
        required: { kind: 'boolean' },
        generator: { kind: 'words', words: ['secret'] },
      },
    },
  },
}
const FORMATION: Shape = {
  kind: 'map',
  of: { kind: 'record', keys: { quantity: { kind: 'count' }, size: TEXT, command: ANY } },
}
const ADDONS: Shape = {
  kind: 'list',
  of: { kind: 'either', record: { kind: 'record', keys: { plan: TEXT, as: TEXT, options: ANY }, needed: 'plan' } },
}
const BUILDPACKS: Shape = { kind: 'list', of: { kind: 'buildpack' } }
const SCRIPTS: Shape = { kind: 'record', keys: { postdeploy: ANY, 'pr-predestroy': ANY } }

const SHARED = {
  env: CONFIG_VARS,
  formation: FORMATION,
  addons: ADDONS,
  buildpacks: BUILDPACKS,
} as const

const ENVIRONMENT: Shape = {
  kind: 'record',
  keys: { ...SHARED, scripts: { kind: 'map', of: ANY }, stack: TEXT },
}

const ROOT: Shape = {
  kind: 'record',
  keys: {
    name: TEXT,
    description: TEXT,
    keywords: { kind: 'list', of: TEXT },
    website: TEXT,
    repository: TEXT,
    logo: TEXT,
    success_url: TEXT,
    scripts: SCRIPTS,
    ...SHARED,
    image: TEXT,
    stack: TEXT,
    environments: { kind: 'record', keys: { test: ENVIRONMENT, review: ENVIRONMENT, production: ENVIRONMENT } },
    $schema: ANY,
  },
}

/** Every fault of an app.json that is JSON. */
export function appJsonFaults(root: JsonNode): AppJsonFault[] {
  return faultsOf(root, ROOT, 'app.json')
}

function faultsOf(node: JsonNode, shape: Shape, name: string): AppJsonFault[] {
  switch (shape.kind) {
    case 'any':
      return []
    case 'text':
      return node.kind === 'string' ? [] : [notText(node, name)]
    case 'boolean':
      return node.kind === 'boolean' ? [] : [notBoolean(node, name)]
    case 'count': {
      if (node.kind === 'number' && Number.isInteger(node.value) && node.value >= 0) return []
      const whole = node.kind === 'string' && /^\d{1,4}$/.test(node.value) ? String(Number(node.value)) : null
      return [wrong(node, `${name} has to be a whole number`, whole)]
    }
    case 'words':
      if (node.kind === 'string' && shape.words.includes(node.value)) return []
      return [wrong(node, `${name} has to be ${shape.words.map((word) => `"${word}"`).join(' or ')}`, null)]
    case 'list':
      // the 2016 form of `formation` and a lone text are other shapes of the same thing: only what can be no list is told
      if (node.kind === 'array') return node.items.flatMap((item) => faultsOf(item, shape.of, `an item of ${name}`))
      return [wrong(node, `${name} has to be a list in brackets`, null)]
    case 'map':
      if (node.kind === 'object')
        return node.members.flatMap((member) => faultsOf(member.value, shape.of, `"${member.key}"`))
      return node.kind === 'array' ? [] : [wrong(node, `${name} has to be an object in braces`, null)]
    case 'either':
      if (node.kind === 'string') return []
      if (node.kind === 'object') return faultsOf(node, shape.record, name)
      return [notText(node, name)]
    case 'buildpack':
      return buildpack(node)
    case 'record':
      return record(node, shape, name)
  }
}

function record(node: JsonNode, shape: Extract<Shape, { kind: 'record' }>, name: string): AppJsonFault[] {
  if (node.kind !== 'object') return [wrong(node, `${name} has to be an object in braces`, null)]
  const known = Object.keys(shape.keys)
  const faults = node.members.flatMap((member) => {
    const inner = shape.keys[member.key]
    return inner === undefined ? [unknownKey(member, known, name)] : faultsOf(member.value, inner, `"${member.key}"`)
  })
  const { needed } = shape
  if (needed !== undefined && !node.members.some(({ key }) => key === needed))
    faults.push(wrong({ ...node, end: node.start + 1 }, `${name} has to name its "${needed}"`, null))
  return faults
}

function unknownKey({ key, keyAt }: JsonMember, known: readonly string[], name: string): AppJsonFault {
  const meant = nearest(key, known)
  const place = name === 'app.json' ? '' : ` in ${name}`
  if (meant === undefined)
    return { kind: 'unknown-key', at: keyAt, message: `app.json knows no "${shown(key)}"${place}` }
  return {
    kind: 'unknown-key',
    at: keyAt,
    meant,
    message: `app.json knows no "${shown(key)}"${place}; did you mean "${meant}"?`,
    replacement: { text: `"${meant}"`, description: `write "${meant}"` },
  }
}

function buildpack(node: JsonNode): AppJsonFault[] {
  if (node.kind === 'object') return record(node, { kind: 'record', keys: { url: TEXT }, needed: 'url' }, 'a buildpack')
  if (node.kind !== 'string') return [wrong(node, 'a buildpack has to be an object with a "url"', null)]
  return [wrong(node, 'a buildpack has to be an object with a "url"', `{ "url": ${JSON.stringify(node.value)} }`)]
}

function notText(node: JsonNode, name: string): AppJsonFault {
  const text = node.kind === 'number' || node.kind === 'boolean' ? `"${String(node.value)}"` : null
  return wrong(node, `${name} has to be a text in double quotes`, text)
}

function notBoolean(node: JsonNode, name: string): AppJsonFault {
  const text = node.kind === 'string' && /^(?:true|false)$/i.test(node.value) ? node.value.toLowerCase() : null
  return wrong(node, `${name} has to be true or false, without quotes`, text)
}

function wrong(at: JsonSpan, message: string, text: string | null): AppJsonFault {
  return {
    kind: 'type',
    at: { start: at.start, end: at.end },
    message,
    ...(text === null ? {} : { replacement: { text, description: `write ${text}` } }),
  }
}

const shown = (key: string): string => (key.length > 40 ? `${key.slice(0, 40)}…` : key)
