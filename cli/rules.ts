import { paint } from '../engine/report/paint.ts'
import { wrap } from '../engine/report/text.ts'
import { STAGES } from '../engine/rule.ts'
import { ruleUrl } from '../engine/run.ts'
import { rules } from '../rules/registry.ts'
import type { Arguments } from './arguments.ts'
import { columnsOf, print, wantsColor } from './output.ts'

const ABOUT: Readonly<Record<(typeof STAGES)[number], string>> = {
  build: 'the push would be refused',
  processes: 'the dyno would not serve',
  data: 'what would be lost',
  security: 'who would get in',
  platform: "the platform's own files",
}

/** The column of the levels, with the spaces around it. */
const LEVEL_WIDTH = 13

/** `flask-dyno rules`. */
export async function listRules(given: Arguments): Promise<number> {
  if (given.text('format') === 'json') {
    const list = rules.map(({ id, stage, level, summary, since, fix, predicts, sources }) => ({
      id,
      stage,
      level,
      summary,
      since,
      fix: fix?.safety ?? null,
      predicts: predicts ?? [],
      sources,
      url: ruleUrl(id),
    }))
    return print(`${JSON.stringify({ version: 1, rules: list }, null, 2)}\n`, 0)
  }
  const look = await paint(wantsColor(given))
  const width = Math.max(0, ...rules.map((rule) => rule.id.length))
  const room = (columnsOf() ?? Number.POSITIVE_INFINITY) - width - LEVEL_WIDTH
  const parts = STAGES.flatMap((stage) => {
    const ofStage = rules.filter((rule) => rule.stage === stage)
    if (ofStage.length === 0) return []
    const rows = ofStage.map(({ id, level, summary, fix }) => {
      const mark = fix === undefined ? '' : `(${fix.safety}\u00a0fix)`
      const shown = wrap(`${summary} ${mark}`.trimEnd(), room).map((row) =>
        mark !== '' && row.endsWith(mark)
          ? `${row.slice(0, -mark.length)}${look.faint(mark.replace('\u00a0', ' '))}`
          : row,
      )
      return `  ${look.strong(id.padEnd(width))}  ${look[level](level.padEnd(7))}  ${shown.join(`\n${' '.repeat(width + LEVEL_WIDTH)}`)}`
    })
    return [`${look.frame(`${stage}:`)} ${ABOUT[stage]}\n${rows.join('\n')}\n`]
  })
  return print(parts.join('\n'), 0)
}
