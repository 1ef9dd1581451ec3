import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver'
import type { Finding, Level } from '../finding.ts'
import { harmless } from '../report/report.ts'
import type { Places } from './places.ts'

/** What the editor can show of a diagnostic. */
export interface DiagnosticFeatures {
  readonly related: boolean
  readonly link: boolean
  readonly tags: readonly DiagnosticTag[]
}

const SEVERITIES: Readonly<Record<Level, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
}

/** What an editor shows faded or struck through. */
const TAGS: Readonly<Record<string, DiagnosticTag>> = {
  'suppression-unused': DiagnosticTag.Unnecessary,
  'heroku-yml-ignored': DiagnosticTag.Unnecessary,
  'runtime-txt': DiagnosticTag.Deprecated,
  'app-json-retired': DiagnosticTag.Deprecated,
  'flask-env-removed': DiagnosticTag.Deprecated,
  'python-version-deprecated': DiagnosticTag.Deprecated,
}

export const SOURCE = 'flask-dyno'

export function diagnosticOf(finding: Finding, places: Places, features: DiagnosticFeatures): Diagnostic {
  const spot = places.spot(finding)
  const related = features.related
    ? finding.related.flatMap(({ path, line, column, message }) => {
        const at = places.point(path, line, column)
        return at === null ? [] : [{ location: { uri: at.uri, range: at.range }, message: harmless(message) }]
      })
    : []
  const tag = TAGS[finding.rule]
  return {
    range: spot.range,
    severity: SEVERITIES[finding.level],
    code: finding.rule,
    ...(features.link ? { codeDescription: { href: finding.url } } : {}),
    source: SOURCE,
    message: `${harmless(finding.message)}\nOn Heroku: ${harmless(finding.consequence)}`,
    ...(related.length === 0 ? {} : { relatedInformation: related }),
    ...(tag !== undefined && features.tags.includes(tag) ? { tags: [tag] } : {}),
  }
}

const PLACED = /^(?:.*?):(\d+):(\d+): (.*)$/

/** A line about the config, `.flask-dyno.yml:3:1: …`, at its place; one without a place is shown at the first line. */
export function configDiagnostic(line: string, text: string, severity: DiagnosticSeverity): Diagnostic {
  const [, row, column, message = line] = PLACED.exec(line) ?? []
  const lines = text.split(/\r?\n/)
  const at = Math.min(Math.max(0, Number(row ?? 1) - 1), lines.length - 1)
  const character = Math.max(0, Number(column ?? 1) - 1)
  const end = (lines[at] ?? '').trimEnd().length
  return {
    range: { start: { line: at, character }, end: { line: at, character: Math.max(character, end) } },
    severity,
    source: SOURCE,
    code: 'config',
    message: harmless(message),
  }
}
