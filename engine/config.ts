import { readFileSync } from 'node:fs'
import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import * as z from 'zod/mini'
import { type Finding, LEVELS, type Level } from './finding.ts'
import { matchesGlob } from './glob.ts'
import { isNestedTooDeep } from './nesting.ts'
import { didYouMean, PRESETS, type Preset } from './select.ts'
import type { Tree } from './tree.ts'
import { isInside } from './tree-disk.ts'

/** What `.flask-dyno.yml` says. */
export interface Config {
  readonly preset?: Preset
  readonly generation?: 'cedar' | 'fir'
  readonly rules: Readonly<Record<string, Level | 'off'>>
  /** Folder of the app, for one in a subfolder of the repository. */
  readonly root?: string
  /** Where the file says so, for whoever finds no such folder. */
  readonly rootPlace?: string
  /** Path of the baseline in the tree. */
  readonly baseline?: string
  /** From which level on a finding stops a push, to Heroku and to other remotes. */
  readonly push?: { readonly heroku?: Level | 'off' | undefined; readonly others?: Level | 'off' | undefined }
  /** What `exclude` and `ignore` leave out. */
  readonly isIgnored?: (finding: Finding) => boolean
  /** The entries of `ignore` that left out nothing so far, of the rules that ran; each with its place. */
  readonly unusedIgnores?: (ran: ReadonlySet<string>) => readonly string[]
}

/** The mistakes of a config, one a line, each with its place. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const text = (description: string) => z.string().check(z.minLength(1)).register(z.globalRegistry, { description })
const about = <T extends z.core.$ZodType>(description: string, type: T): T => {
  z.globalRegistry.add(type, { description })
  return type
}

const schema = about(
  'Settings of flask-dyno, the linter for Flask on Heroku',
  z.strictObject({
    preset: z.optional(about('strict also shows what is merely worth knowing', z.enum(PRESETS))),
    generation: z.optional(about('the Heroku generation that the app is deployed to', z.enum(['cedar', 'fir']))),
    rules: z.optional(about('level of single rules, by identifier', z.record(z.string(), z.enum(['off', ...LEVELS])))),
    exclude: z.optional(
      about(
        'paths about which nothing is reported; * ? ** as in .gitignore',
        z.array(z.string().check(z.minLength(1))),
      ),
    ),
    ignore: z.optional(
      about(
        'findings that are no fault in this project',
        z.array(
          z.strictObject({
            rule: text('identifier of the rule'),
            path: text('path of the file; * ? ** as in .gitignore'),
            reason: text('why this is no fault here'),
          }),
        ),
      ),
    ),
    push: z.optional(
      about(
        'from which level on a finding stops a push, where the hook of flask-dyno looks at it',
        z.strictObject({
          heroku: z.optional(about('pushes to a remote of Heroku (default: warning)', z.enum(['off', ...LEVELS]))),
          others: z.optional(about('pushes to other remotes (default: error)', z.enum(['off', ...LEVELS]))),
        }),
      ),
    ),
    baseline: z.optional(text('file of findings that are known, as --write-baseline makes it')),
    root: z.optional(text('folder of the app, when it is not the folder of this file')),
  }),
)

/** The JSON Schema of the config, for editors; schema/flask-dyno.json is made of it. */
export function configSchema(ruleIds: readonly string[]): object {
  const value = z.toJSONSchema(schema, { target: 'draft-7' })
  const rules = value.properties?.rules
  // Editors complete the identifiers; zod's record cannot name optional keys.
  if (typeof rules === 'object') rules.propertyNames = { enum: [...ruleIds] }
  return { ...value, title: '.flask-dyno.yml' }
}

/** Reads the config of a tree. @throws ConfigError */
export function readConfig(tree: Tree, path: string, ruleIds: readonly string[]): Config {
  const file = tree.read(path)
  if (file === undefined) throw new ConfigError(`${path} cannot be read`)
  return parseConfig(path, file.text, ruleIds)
}

/** Reads a config that was named on the command line. @throws ConfigError */
export function readConfigFile(file: string, ruleIds: readonly string[]): Config {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new ConfigError(isGone ? `no such config file: ${file}` : `the config file cannot be read: ${file}`)
  }
  return parseConfig(file, text.replace(/^\uFEFF/, ''), ruleIds)
}

/** @throws ConfigError with all mistakes. */
export function parseConfig(path: string, text: string, ruleIds: readonly string[]): Config {
  const lines = new LineCounter()
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${path}:${Math.max(1, line)}:${Math.max(1, col)}`
  }
  const { document, value } = parseYaml(path, text, lines, at)
  const parsed = schema.safeParse(value ?? {})
  const mistakes: string[] = []
  if (parsed.success) {
    const { rules = {}, exclude = [], ignore = [], root, baseline } = parsed.data
    const known = (id: string, place: readonly PropertyKey[], key: boolean): void => {
      if (ruleIds.includes(id)) return
      mistakes.push(`${at(offsetOf(document, place, key))}: there is no rule "${id}"${didYouMean(id, ruleIds)}`)
    }
    for (const id of Object.keys(rules)) known(id, ['rules', id], true)
    ignore.forEach(({ rule }, index) => {
      known(rule, ['ignore', index, 'rule'], false)
    })
    if (root !== undefined && !isInside(cleanFolder(root)) && cleanFolder(root) !== '') {
      mistakes.push(`${at(offsetOf(document, ['root'], false))}: root must be a folder below this file: "${root}"`)
    }
    if (baseline !== undefined && !isInside(cleanFolder(baseline)))
      mistakes.push(`${at(offsetOf(document, ['baseline'], false))}: baseline must be a file of the app: "${baseline}"`)
    const pattern = (text: string, place: readonly PropertyKey[]): void => {
      if (!text.startsWith('!')) return
      mistakes.push(`${at(offsetOf(document, place, false))}: a pattern with ! takes nothing back here: "${text}"`)
    }
    exclude.forEach((text, index) => {
      pattern(text, ['exclude', index])
    })
    ignore.forEach(({ path }, index) => {
      pattern(path, ['ignore', index, 'path'])
    })
  } else {
    for (const issue of parsed.error.issues) mistakes.push(...describe(issue, document, at))
  }
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes.join('\n'))
  const places = (parsed.data.ignore ?? []).map((_, index) => at(offsetOf(document, ['ignore', index], false)))
  const config = configOf(parsed.data, places)
  return config.root === undefined ? config : { ...config, rootPlace: at(offsetOf(document, ['root'], false)) }
}

const cleanFolder = (folder: string): string =>
  folder
    .replace(/^(\.\/)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '')

/** As in .gitignore, a name alone is one in any folder. */
const covers = (path: string, pattern: string): boolean =>
  matchesGlob(path, /\/(?!$)/.test(pattern) ? pattern : `**/${pattern}`)

function configOf(
  { preset, generation, rules = {}, exclude = [], ignore = [], baseline, push, root = '' }: z.infer<typeof schema>,
  places: readonly string[],
): Config {
  const used = new Set<number>()
  const ignores = ({ rule, path }: Finding): boolean => {
    const index = ignore.findIndex((entry) => entry.rule === rule && covers(path, entry.path))
    if (index >= 0) used.add(index)
    return index >= 0
  }
  const folder = cleanFolder(root)
  return {
    rules,
    ...(preset === undefined ? {} : { preset }),
    ...(generation === undefined ? {} : { generation }),
    ...(baseline === undefined ? {} : { baseline: cleanFolder(baseline) }),
    ...(push === undefined ? {} : { push }),
    ...(folder === '' ? {} : { root: folder }),
    ...(exclude.length + ignore.length === 0
      ? {}
      : {
          isIgnored: (finding: Finding) => exclude.some((pattern) => covers(finding.path, pattern)) || ignores(finding),
          unusedIgnores: (ran: ReadonlySet<string>) =>
            ignore.flatMap(({ rule, path }, index) =>
              used.has(index) || !ran.has(rule)
                ? []
                : `${places[index]}: nothing is ignored here: ${rule} finds no fault in ${path}`,
            ),
        }),
  }
}

function parseYaml(
  path: string,
  text: string,
  lineCounter: LineCounter,
  at: (offset: number) => string,
): { readonly document: Document; readonly value: unknown } {
  if (isNestedTooDeep(text)) throw new ConfigError(`${path}:1:1: this YAML is nested too deep`)
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' })
    const [broken] = document.errors
    if (broken !== undefined) {
      const why =
        broken.code === 'MULTIPLE_DOCS' ? 'a second document begins here; one is read' : broken.message.split('\n')[0]
      throw new ConfigError(`${at(broken.pos[0])}: ${why}`)
    }
    refuseLostAliases(document, text, at)
    return { document, value: document.toJS({ maxAliasCount: 20 }) }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    // Nesting without end, or aliases that multiply.
    throw new ConfigError(`${path}:1:1: this YAML cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** `- *.py` is an alias to YAML, and meant as a pattern. */
function refuseLostAliases(document: Document, text: string, at: (offset: number) => string): void {
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) !== undefined) return
      const start = node.range?.[0] ?? 0
      const word = /^[^\s,\]}]*/.exec(text.slice(start, start + 200))?.[0] ?? ''
      throw new ConfigError(`${at(start)}: YAML takes a word with * in front for an alias; write '${word}' in quotes`)
    },
  })
}

/** The offset of a value, or of its key. */
function offsetOf(document: Document, place: readonly PropertyKey[], key: boolean): number {
  if (place.length === 0) return 0
  if (key) {
    const parent = place.length === 1 ? document.contents : document.getIn(place.slice(0, -1), true)
    if (isMap(parent)) {
      const pair = parent.items.find(({ key: name }) => isScalar(name) && String(name.value) === String(place.at(-1)))
      if (isScalar(pair?.key)) return pair.key.range?.[0] ?? 0
    }
  }
  const node = document.getIn(place, true)
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
  if (Array.isArray(range) && typeof range[0] === 'number') return range[0]
  return offsetOf(document, place.slice(0, -1), true)
}

function describe(issue: z.core.$ZodIssue, document: Document, at: (offset: number) => string): string[] {
  const where = issue.path.map(String).join('.')
  const here = at(offsetOf(document, issue.path, false))
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(issue.path)
      return issue.keys.map((key) => {
        const place = at(offsetOf(document, [...issue.path, key], true))
        return `${place}: unknown key "${key}"${didYouMean(key, known) || `: there are ${known.join(', ')}`}`
      })
    }
    case 'invalid_value': {
      const words = issue.values.map(String)
      const given = document.getIn(issue.path)
      const hint = typeof given === 'string' ? didYouMean(given, words) : ''
      return [`${here}: ${where} must be one of ${words.join(', ')}${hint}`]
    }
    case 'invalid_type': {
      const words: Readonly<Record<string, string>> = {
        object: 'a mapping',
        record: 'a mapping',
        array: 'a list',
        string: 'text',
      }
      const kind = words[issue.expected] ?? issue.expected
      const isMissing = issue.path.length > 0 && !document.hasIn(issue.path)
      if (isMissing) return [`${here}: ${where} is missing`]
      return [`${here}: ${where === '' ? 'the config' : where} must be ${kind}`]
    }
    case 'too_small':
      return [`${here}: ${where} must not be empty`]
    default:
      return [`${here}: ${where}: ${issue.message}`]
  }
}

function keysAt([key]: readonly PropertyKey[]): string[] {
  if (key === 'ignore') return ['rule', 'path', 'reason']
  return key === 'push' ? ['heroku', 'others'] : Object.keys(schema.shape)
}
