import type { Facts } from '../engine/facts/facts.ts'
import type { RuleExample } from '../engine/report/page.ts'
import type { Report } from '../engine/report/report.ts'
import { rules } from '../rules/registry.ts'
import type { Arguments } from './arguments.ts'
import type { LINT_FORMATS } from './commands.ts'
import { columnsOf, complain, wantsColor } from './output.ts'

export type LintFormat = (typeof LINT_FORMATS)[number]

/** What a form may depend on besides the report. */
export interface FormatOptions {
  readonly given: Arguments
  /** Does it go to a file, which has no colours? */
  readonly isFile: boolean
  /** Is it written besides another one, for which colours were asked, and which has said the notes on stderr? */
  readonly isFurther: boolean
}

type Formatter = (report: Report, options: FormatOptions, facts: Facts) => string | Promise<string>

/** Each form of the report, with the loading of its code: nobody pays for one that was not asked for. */
const FORMATS: Readonly<Record<LintFormat, () => Promise<Formatter>>> = {
  text: async () => {
    const { text } = await import('../engine/report/text.ts')
    const { paint } = await import('../engine/report/paint.ts')
    return async (report, { given, isFile, isFurther }) => {
      const color = !isFurther && wantsColor(given, isFile)
      const columns = isFile || isFurther ? undefined : columnsOf()
      return text(report, await paint(color), { quiet: given.flag('quiet'), columns })
    }
  },
  concise: async () => noted((await import('../engine/report/concise.ts')).concise),
  agent: async () => noted((await import('../engine/report/agent.ts')).agent),
  json: async () => (await import('../engine/report/json.ts')).json,
  github: async () => {
    const { github, githubSummary } = await import('../engine/report/github.ts')
    const { appendFileSync } = await import('node:fs')
    return noted((report) => {
      const summary = process.env.GITHUB_STEP_SUMMARY
      if (summary !== undefined && summary !== '') appendFileSync(summary, githubSummary(report))
      return github(report)
    })
  },
  gitlab: async () => noted((await import('../engine/report/gitlab.ts')).gitlab),
  junit: async () => noted((await import('../engine/report/junit.ts')).junit),
  sarif: async () => {
    const { sarif } = await import('../engine/report/sarif.ts')
    const { rulePage } = await import('../engine/report/page.ts')
    const { ruleUrl } = await import('../engine/run.ts')
    return (report) => sarif(report, { rules, page: (rule) => rulePage(rule, undefined), url: ruleUrl })
  },
  html: async () => {
    const { htmlReport } = await import('../engine/report/html/html.ts')
    const { deployOf } = await import('../engine/report/html/deploy.ts')
    const { rulePage } = await import('../engine/report/page.ts')
    const { lintProject } = await import('../engine/run.ts')
    const { default: examples } = await import('../rules/examples.json', { with: { type: 'json' } })
    const known: Readonly<Record<string, RuleExample>> = examples
    return (report, _, facts) =>
      htmlReport(report, {
        deploy: deployOf(facts),
        rules,
        page: (rule) => rulePage(rule, known[rule.id]),
        // Frames show lines around a finding, where a secret may stand that nobody asked about or that is suppressed.
        secrets: lintProject(facts, rules, { suppressions: false }).findings.filter(({ secret }) => secret === true),
      })
  },
}

/** The report in a form. */
export async function formatted(
  report: Report,
  format: LintFormat,
  options: FormatOptions,
  facts: Facts,
): Promise<string> {
  const formatter = await FORMATS[format]()
  return formatter(report, options, facts)
}

/** For forms that have no place for notes: these go to stderr. */
function noted(form: (report: Report) => string): Formatter {
  return (report, { isFurther }) => {
    for (const { path, message } of isFurther ? [] : report.notes)
      complain(path === null ? message : `${path}: ${message}`)
    return form(report)
  }
}
