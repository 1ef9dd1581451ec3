import type { Finding } from '../finding.ts'
import type { Report } from './report.ts'

/** Format 1, which is only ever added to. Edits stay inside: a fix is named by its safety and description. */
export const json = (report: Report): string => `${JSON.stringify(jsonValue(report), null, 2)}\n`

/** The same, not yet written down. */
export function jsonValue(report: Report): object {
  const { tree, findings, hidden, notes, summary } = report
  return {
    version: 1,
    tool: { name: 'flask-dyno', version: report.version },
    root: tree.root,
    revision: tree.revision,
    findings: findings.map(jsonFinding),
    hidden,
    notes,
    summary,
  }
}

function jsonFinding(finding: Finding): object {
  const { fix, url, related, secret: _, missing: __, ...rest } = finding
  return {
    ...rest,
    related: related.map(({ path, line, column, message }) => ({ path, line, column, message })),
    fix: fix === null ? null : { safety: fix.safety, description: fix.description },
    url,
  }
}
