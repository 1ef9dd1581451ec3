import type { Finding, Fix } from 'flask-dyno'

/**
 * Something that `adopt` offers although no rule finds a fault there: it goes the way of a finding with a fix, and is gone
 * when the fix is made. The linter never shows it.
 */
export function offer(
  rule: `ignore-${string}` | `app-json-${string}`,
  path: string,
  message: string,
  fix: Fix,
): Finding {
  return {
    rule,
    level: 'warning',
    message,
    consequence: '',
    path,
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
    related: [],
    fix,
    url: '',
  }
}
