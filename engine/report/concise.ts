import { oneLine, type Report } from './report.ts'

/** `path:line:column level rule message`, one finding a line, as compilers do it and editors read it. */
export function concise(report: Report): string {
  return report.findings
    .map((finding) => {
      const { path, line, column, level, rule, message } = finding
      return `${oneLine(path)}:${line}:${column} ${level} ${rule} ${oneLine(message)}\n`
    })
    .join('')
}
