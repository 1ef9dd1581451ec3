import { oneLine, type Report } from './report.ts'

/**
 * One finding a line for programs that read and write code: what is wrong, what Heroku does, and the remedy, with no
 * frame, colour or summary. Fields stand in a fixed order and are told apart by ` | `.
 */
export function agent(report: Report): string {
  const program = report.program ?? 'flask-dyno'
  return report.findings
    .map(({ path, line, column, level, rule, message, consequence, fix }) => {
      const remedy =
        fix === null
          ? `explain: ${program} explain ${rule}`
          : `fix: ${oneLine(fix.description)} (${program} lint --fix${fix.safety === 'unsafe' ? ' --unsafe-fixes' : ''} --select ${rule})`
      const place = `${oneLine(path)}:${line}:${column}`
      return `${place} | ${level} | ${rule} | ${oneLine(message)} | on Heroku: ${oneLine(consequence)} | ${remedy}\n`
    })
    .join('')
}
