import { type RuleExample, rulePage } from '../engine/report/page.ts'
import { type Paint, paint } from '../engine/report/paint.ts'
import { wrap } from '../engine/report/text.ts'
import { didYouMean } from '../engine/select.ts'
import examples from '../rules/examples.json' with { type: 'json' }
import { rules } from '../rules/registry.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { print, wantsColor } from './output.ts'

const WIDTH = 92

/** `flask-dyno explain RULE`: the rule's page, laid out for a terminal. */
export async function explain(given: Arguments): Promise<number> {
  const [id] = given.positionals
  if (id === undefined) throw new UsageError('explain needs the identifier of a rule; flask-dyno rules lists them')
  const rule = rules.find((candidate) => candidate.id === id)
  if (rule === undefined) {
    const ids = rules.map((candidate) => candidate.id)
    throw new UsageError(`there is no rule "${id}"${didYouMean(id, ids) || '; flask-dyno rules lists them all'}`)
  }
  const known: Readonly<Record<string, RuleExample>> = examples
  return print(layOut(rulePage(rule, known[id]), await paint(wantsColor(given))), 0)
}

/** The little Markdown that the pages are written in: headings, lists, code, links, emphasis. */
export function layOut(markdown: string, look: Paint): string {
  const out: string[] = []
  let fence = ''
  for (const line of markdown.trimEnd().split('\n')) {
    const mark = /^(`{3,})/.exec(line)?.[1] ?? ''
    if (mark !== '' && (fence === '' || mark === fence)) {
      fence = fence === '' ? mark : ''
      continue
    }
    if (fence !== '') out.push(`    ${line}`.trimEnd())
    else if (line.startsWith('#')) out.push(heading(line, look))
    else if (line.startsWith('|')) out.push(inline(line, look))
    else out.push(...paragraph(line, look))
  }
  return `${out.join('\n').replace(/\n{3,}/g, '\n\n')}\n`
}

const heading = (line: string, look: Paint): string => {
  const title = line.replace(/^#+ /, '')
  return line.startsWith('## ') ? look.frame(title) : look.strong(title)
}

function paragraph(line: string, look: Paint): string[] {
  const [, lead = '', rest = ''] = /^(\s*(?:[-*]|\d+\.)\s+)?(.*)$/.exec(line) ?? []
  const hang = ' '.repeat(lead.length)
  return wrap(rest, WIDTH - lead.length).map((row, index) => (index === 0 ? lead : hang) + inline(row, look))
}

const inline = (line: string, look: Paint): string =>
  line
    .replace(
      /\[([^\]]{1,200})\]\((https?:[^)\s]{1,500})\)/g,
      (_, title: string, url: string) => `${title}: ${look.link(url)}`,
    )
    .replace(/`([^`]{1,300})`/g, (_, code: string) => look.strong(code))
    .replace(/\*\*([^*]{1,300})\*\*/g, (_, words: string) => look.strong(words))
