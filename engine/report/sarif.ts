import { pathToFileURL } from 'node:url'
import type { Finding, Level, TextEdit } from '../finding.ts'
import { identities } from '../identity.ts'
import { LineIndex } from '../positions.ts'
import type { Rule } from '../rule.ts'
import type { Tree } from '../tree.ts'
import { oneLine, type Report } from './report.ts'

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html */
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'
const LEVELS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'note' }
const PROBLEMS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'recommendation' }
const ROOT = '%SRCROOT%'

/**
 * What GitHub takes of a run; more is refused whole.
 * https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
 */
const MOST_RESULTS = 25_000
const MOST_LOCATIONS = 1_000

export interface SarifRules {
  readonly rules: readonly Rule[]
  /** The page of a rule, in Markdown. */
  readonly page: (rule: Rule) => string
  readonly url: (id: string) => string
}

/** A SARIF 2.1.0 log with one run: rules with their pages, results with levels, related places, fixes and stable fingerprints. */
export function sarif(report: Report, { rules, page, url }: SarifRules): string {
  const { tree, findings, notes } = report
  const named = new Set(findings.map(({ rule }) => rule))
  // Only the rules that found something: their pages make most of a log.
  const told = rules.filter(({ id }) => named.has(id))
  const index = new Map(told.map(({ id }, order) => [id, order]))
  const ids = identities(findings, tree)
  const at = artifactOf(report.prefix)
  const top = report.prefix === '' ? tree.root : tree.root.slice(0, -report.prefix.length)
  const worstFirst = [...findings].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level))
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'flask-dyno',
            semanticVersion: report.version,
            informationUri: 'https://github.com/flask-dyno/flask-dyno',
            rules: told.map((rule) => descriptor(rule, page(rule), url(rule.id))),
          },
        },
        // Columns are UTF-16 code units, as editors count them.
        columnKind: 'utf16CodeUnits',
        automationDetails: { id: 'flask-dyno/' },
        ...(tree.root === '-'
          ? {}
          : { originalUriBaseIds: { [ROOT]: { uri: `${pathToFileURL(top).href.replace(/\/$/, '')}/` } } }),
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: notes.map(({ path, message }) => ({
              level: 'note',
              message: { text: oneLine(message) },
              ...(path === null ? {} : { locations: [{ physicalLocation: { artifactLocation: at(path) } }] }),
            })),
          },
        ],
        results: worstFirst.slice(0, MOST_RESULTS).map((finding) =>
          result(finding, {
            tree,
            at,
            ruleIndex: index.get(finding.rule) ?? -1,
            fingerprint: ids.get(finding)?.id ?? '',
          }),
        ),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

const ORDER: readonly Level[] = ['error', 'warning', 'info']

function descriptor(rule: Rule, markdown: string, helpUri: string): object {
  const { id, summary, stage, level, why } = rule
  return {
    id,
    name: id.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase()),
    shortDescription: { text: sentence(summary) },
    fullDescription: { text: why.replace(/\s+/g, ' ').slice(0, 1000) },
    help: { text: `${why}\n\n${rule.instead}`, markdown },
    helpUri,
    defaultConfiguration: { level: LEVELS[level] },
    properties: { tags: ['heroku', 'flask', stage], precision: 'high', 'problem.severity': PROBLEMS[level] },
  }
}

const sentence = (summary: string): string => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`

type Artifact = (path: string) => object

interface ResultContext {
  readonly tree: Tree
  readonly at: Artifact
  readonly ruleIndex: number
  readonly fingerprint: string
}

function result(finding: Finding, { tree, at, ruleIndex, fingerprint }: ResultContext): object {
  const { rule, level, message, consequence, path, related, fix } = finding
  const replaced = fix === null || finding.secret === true ? undefined : replacements(fix.edits, tree, at)
  return {
    ruleId: rule,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: LEVELS[level],
    message: { text: `${oneLine(message)} On Heroku: ${oneLine(consequence)}` },
    locations: [{ physicalLocation: { artifactLocation: at(path), region: region(finding) } }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.slice(0, MOST_LOCATIONS - 1).map((place, id) => ({
            id,
            physicalLocation: {
              artifactLocation: at(place.path),
              region: { startLine: place.line, startColumn: place.column },
            },
            message: { text: oneLine(place.message) },
          })),
        }),
    // No line number in it: the alert stays the same one when lines above it come and go.
    partialFingerprints: { 'flaskDyno/v1': fingerprint },
    ...(fix === null || replaced === undefined
      ? {}
      : { fixes: [{ description: { text: `${fix.description} (${fix.safety})` }, artifactChanges: replaced }] }),
  }
}

const artifactOf =
  (prefix: string) =>
  (path: string): object => ({ uri: (prefix + path).split('/').map(encodeURIComponent).join('/'), uriBaseId: ROOT })

function region({ line, column, endLine, endColumn }: Finding): object {
  return { startLine: line, startColumn: column, endLine, endColumn }
}

/** The edits of a fix, by file; undefined when it makes, renames or deletes files, for which SARIF has no word. */
function replacements(edits: readonly { readonly kind: string }[], tree: Tree, at: Artifact): object[] | undefined {
  const isText = (edit: { readonly kind: string }): edit is TextEdit => edit.kind === 'text'
  if (edits.length === 0 || !edits.every(isText)) return undefined
  const files = new Map<string, TextEdit[]>()
  for (const edit of edits) files.set(edit.path, [...(files.get(edit.path) ?? []), edit])
  return [...files].map(([path, changes]) => {
    const lines = new LineIndex(tree.read(path)?.text ?? '')
    return {
      artifactLocation: at(path),
      replacements: changes.map(({ start, end, text }) => {
        const from = lines.position(start)
        const to = lines.position(end)
        return {
          deletedRegion: { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column },
          insertedContent: { text },
        }
      }),
    }
  })
}
