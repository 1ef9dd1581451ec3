import type { Level } from '../finding.ts'
import { identities } from '../identity.ts'
import { oneLine, type Report } from './report.ts'

/** GitLab's severities. https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
const SEVERITIES: Readonly<Record<Level, string>> = { error: 'critical', warning: 'major', info: 'info' }

/** A Code Quality report for GitLab: findings that a merge request adds are told from old ones by their fingerprints. */
export function gitlab(report: Report): string {
  const ids = identities(report.findings, report.tree)
  const issues = report.findings.map((finding) => ({
    type: 'issue',
    check_name: finding.rule,
    description: `${oneLine(finding.message)} On Heroku: ${oneLine(finding.consequence)}`,
    categories: ['Bug Risk'],
    severity: SEVERITIES[finding.level],
    fingerprint: ids.get(finding)?.id ?? '',
    location: { path: report.prefix + finding.path, lines: { begin: finding.line, end: finding.endLine } },
  }))
  return `${JSON.stringify(issues, null, 2)}\n`
}
