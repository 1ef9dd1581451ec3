/** Requirements and environment markers: https://packaging.python.org/en/latest/specifications/dependency-specifiers/ */
import { parseSpecifier, parseVersion, satisfies } from './pep440.ts'

export interface Requirement {
  /** As written. */
  readonly spelling: string
  /** Normalised. */
  readonly name: string
  readonly extras: readonly string[]
  /** Without spaces or parentheses; '' when there is none. */
  readonly specifier: string
  readonly url: string | null
  /** The text after the semicolon, or null. */
  readonly marker: string | null
}

export type ParsedRequirement =
  | { readonly ok: true; readonly requirement: Requirement }
  | { readonly ok: false; readonly why: string }

/** The one spelling of a distribution's name that indexes compare by: https://packaging.python.org/en/latest/specifications/name-normalization/ */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?)\s*/
const EXTRA = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/
const failed = (why: string): ParsedRequirement => ({ ok: false, why })

/** Takes one requirement apart: `name [extras] specifier ; marker` or `name [extras] @ url ; marker`. */
export function parseRequirement(text: string): ParsedRequirement {
  const trimmed = text.trim()
  const name = NAME.exec(trimmed)
  if (name === null) return failed('it does not begin with the name of a distribution')
  const spelling = name[1] ?? ''
  let rest = trimmed.slice(name[0].length)
  let extras: string[] = []
  if (rest.startsWith('[')) {
    const close = rest.indexOf(']')
    if (close < 0) return failed('the list of extras is not closed')
    extras = rest
      .slice(1, close)
      .split(',')
      .map((extra) => extra.trim())
      .filter((extra) => extra !== '')
    if (extras.some((extra) => !EXTRA.test(extra))) return failed('the list of extras is not valid')
    rest = rest.slice(close + 1).trimStart()
  }
  const made = (specifier: string, url: string | null, marker: string | null): ParsedRequirement =>
    marker !== null && parseMarker(marker) === undefined
      ? failed(`"${marker}" is no environment marker`)
      : {
          ok: true,
          requirement: {
            spelling,
            name: normaliseName(spelling),
            extras: extras.map(normaliseName),
            specifier,
            url,
            marker,
          },
        }
  if (rest.startsWith('@')) {
    const link = rest.slice(1).trim()
    // In a link a semicolon only begins a marker after a space.
    const cut = link.search(/\s;/)
    const url = (cut < 0 ? link : link.slice(0, cut)).trim()
    if (url === '' || /\s/.test(url)) return failed('there is no URL after the @')
    return made('', url, cut < 0 ? null : link.slice(cut).replace(/^\s*;\s*/, ''))
  }
  const semicolon = rest.indexOf(';')
  let specifier = (semicolon < 0 ? rest : rest.slice(0, semicolon)).trim()
  const marker = semicolon < 0 ? null : rest.slice(semicolon + 1).trim() || null
  if (specifier.startsWith('(') && specifier.endsWith(')')) specifier = specifier.slice(1, -1).trim()
  if (specifier !== '' && !/^[=<>!~]/.test(specifier)) {
    return failed('after the name comes neither a version specifier, extras, a URL nor a marker')
  }
  if (parseSpecifier(specifier) === undefined || specifier.endsWith(',,')) {
    return failed(/^=[^=]/.test(specifier) ? '= is no operator; == is' : `"${specifier}" is no version specifier`)
  }
  return made(specifier.replace(/\s+/g, ''), null, marker)
}

/** The values that markers are compared with; a name that is absent here is unknown. */
export type MarkerEnvironment = Readonly<Record<string, string>>

/**
 * The environment of a dyno for a Python version such as `3.14.7`: CPython on Linux x86_64
 * (https://devcenter.heroku.com/articles/stack). Kernel release and version are not known.
 */
export function dynoEnvironment(pythonVersion: string): MarkerEnvironment {
  const [major = '3', minor = '14', patch = '0'] = pythonVersion.split('.')
  const full = `${major}.${minor}.${patch}`
  return {
    python_version: `${major}.${minor}`,
    python_full_version: full,
    implementation_version: full,
    os_name: 'posix',
    sys_platform: 'linux',
    platform_machine: 'x86_64',
    platform_python_implementation: 'CPython',
    python_implementation: 'CPython',
    implementation_name: 'cpython',
    platform_system: 'Linux',
    extra: '',
    // the spellings of setuptools, which pip still reads
    'os.name': 'posix',
    'sys.platform': 'linux',
    'platform.machine': 'x86_64',
    'platform.python_implementation': 'CPython',
  }
}

type Operand = { readonly variable: string } | { readonly literal: string }
type Marker =
  | { readonly kind: 'and' | 'or'; readonly left: Marker; readonly right: Marker }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Operand; readonly right: Operand }

const TOKEN = /\s*(\(|\)|'[^']*'|"[^"]*"|===|==|!=|<=|>=|~=|<|>|[A-Za-z_][A-Za-z0-9_.]*)/y
const DEEPEST = 50
const VARIABLES: ReadonlySet<string> = new Set([
  ...Object.keys(dynoEnvironment('3.14.0')),
  'platform_release',
  'platform_version',
  'platform.version',
  'extras',
  'dependency_groups',
])

function parseMarker(text: string): Marker | undefined {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text)
    if (match === null) return undefined
    tokens.push(match[1] ?? '')
  }
  let next = 0
  const operand = (): Operand | undefined => {
    const token = tokens[next++] ?? ''
    if (/^['"]/.test(token)) return { literal: token.slice(1, -1) }
    return VARIABLES.has(token) ? { variable: token } : undefined
  }
  const atom = (depth: number): Marker | undefined => {
    if (depth > DEEPEST) return undefined
    if (tokens[next] === '(') {
      next++
      const inside = either(depth + 1)
      return tokens[next++] === ')' ? inside : undefined
    }
    const left = operand()
    let operator = tokens[next++] ?? ''
    if (operator === 'not' && tokens[next] === 'in') {
      next++
      operator = 'not in'
    } else if (!/^([=<>!~]+|in)$/.test(operator)) return undefined
    const right = operand()
    return left === undefined || right === undefined ? undefined : { kind: 'compare', operator, left, right }
  }
  const chain = (
    kind: 'and' | 'or',
    part: (depth: number) => Marker | undefined,
    depth: number,
  ): Marker | undefined => {
    let left = part(depth)
    while (left !== undefined && tokens[next] === kind) {
      next++
      const right = part(depth)
      left = right === undefined ? undefined : { kind, left, right }
    }
    return left
  }
  const both = (depth: number) => chain('and', atom, depth)
  const either = (depth: number): Marker | undefined => chain('or', both, depth)
  const marker = either(0)
  return next === tokens.length ? marker : undefined
}

function compare(operator: string, left: string, right: string, versions: boolean): boolean | undefined {
  if (operator === 'in') return right.includes(left)
  if (operator === 'not in') return !right.includes(left)
  if (versions) {
    const version = parseVersion(left)
    const clauses = parseSpecifier(operator + right)
    if (version !== undefined && clauses !== undefined) return satisfies(version, clauses)
  }
  switch (operator) {
    case '==':
    case '===':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    default:
      return undefined
  }
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function evaluate(marker: Marker, environment: MarkerEnvironment, extras: readonly string[]): boolean | undefined {
  if (marker.kind !== 'compare') {
    const left = evaluate(marker.left, environment, extras)
    const right = evaluate(marker.right, environment, extras)
    const decisive = marker.kind === 'or'
    if (left === decisive || right === decisive) return decisive
    return left === undefined || right === undefined ? undefined : !decisive
  }
  let { operator, left, right } = marker
  if ('literal' in left && 'variable' in right && operator !== 'in' && operator !== 'not in') {
    ;[left, right, operator] = [right, left, MIRRORED[operator] ?? operator]
  }
  const variable = 'variable' in left ? left.variable : 'variable' in right ? right.variable : ''
  if (variable === 'extra' || variable === 'extras') {
    const wanted = normaliseName('literal' in right ? right.literal : 'literal' in left ? left.literal : '')
    return operator === '!=' || operator === 'not in' ? !extras.includes(wanted) : extras.includes(wanted)
  }
  const value = (operand: Operand): string | undefined =>
    'literal' in operand ? operand.literal : environment[operand.variable]
  const [a, b] = [value(left), value(right)]
  if (a === undefined || b === undefined) return undefined
  return compare(operator, a, b, variable.includes('version') && variable !== 'platform_version')
}

/**
 * Would the marker hold in that environment, with these extras asked for?
 * A missing marker holds; undefined when it cannot be parsed or depends on what is not known.
 */
export function markerHolds(
  marker: string | null | undefined,
  environment: MarkerEnvironment,
  extras: readonly string[] = [],
): boolean | undefined {
  if (marker === null || marker === undefined || marker.trim() === '') return true
  const parsed = parseMarker(marker)
  return parsed === undefined ? undefined : evaluate(parsed, environment, extras)
}
