import { paint } from '../engine/report/paint.ts'
import { STAGES } from '../engine/rule.ts'
import { ruleUrl } from '../engine/run.ts'
import { rules } from '../rules/registry.ts'
import type { Arguments } from './arguments.ts'
import { print, wantsColor } from './output.ts'

const ABOUT: Readonly<Record<(typeof STAGES)[number], string>> = {
  build: 'the push would be refused',
  processes: 'the dyno would not serve',
  data: 'what would be lost',
  security: 'who would get in',
  platform: "the platform's own files",
}

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
  const parts = STAGES.flatMap((stage) => {
    const ofStage = rules.filter((rule) => rule.stage === stage)
    if (ofStage.length === 0) return []
    const rows = ofStage.map(
      ({ id, level, summary, fix }) =>
        `  ${look.strong(id.padEnd(width))}  ${look[level](level.padEnd(7))}  ${summary}${fix === undefined ? '' : look.faint(` (${fix.safety} fix)`)}`,
    )
    return [`${look.frame(`${stage}:`)} ${ABOUT[stage]}\n${rows.join('\n')}\n`]
  })
  return print(parts.join('\n'), 0)
}
