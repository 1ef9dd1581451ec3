import { type RuleExample, rulePage } from '../engine/report/page.ts'
import { type Paint, PLAIN, paint } from '../engine/report/paint.ts'
import { wrap } from '../engine/report/text.ts'
import { didYouMean } from '../engine/select.ts'
import examples from '../rules/examples.json' with { type: 'json' }
import { rules } from '../rules/registry.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { columnsOf, print, wantsColor } from './output.ts'

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
  return print(layOut(rulePage(rule, known[id]), await paint(wantsColor(given)), columnsOf()), 0)
}

/** The little Markdown that the pages are written in: headings, lists, code, links, emphasis. */
export function layOut(markdown: string, look: Paint, columns = WIDTH): string {
  const width = Math.min(WIDTH, columns)
  const out: string[] = []
  let fence = ''
  let prose: string[] = []
  const flush = (): void => {
    if (prose.length > 0) out.push(...paragraph(prose.join(' '), look, width))
    prose = []
  }
  for (const line of markdown.trimEnd().split('\n')) {
    const mark = /^(`{3,})/.exec(line)?.[1] ?? ''
    const isFence = mark !== '' && (fence === '' || mark === fence)
    const isPlain = !isFence && fence === '' && !/^([#|]|\s*$)/.test(line)
    if (!isPlain || ITEM.test(line)) flush()
    if (isFence) fence = fence === '' ? mark : ''
    else if (fence !== '') out.push(`    ${line}`.trimEnd())
    else if (line.startsWith('#')) out.push(heading(line, look))
    else if (isPlain) prose.push(line)
    else out.push(inline(line, look))
  }
  flush()
  return `${out.join('\n').replace(/\n{3,}/g, '\n\n')}\n`
}

const heading = (line: string, look: Paint): string => {
  const title = line.replace(/^#+ /, '')
  return line.startsWith('## ') ? look.frame(title) : look.strong(title)
}

const ITEM = /^\s*(?:[-*]|\d+\.)\s+/
/** Stands for a space at which a row must not be broken. */
const TIE = '\u00a0'

function paragraph(prose: string, look: Paint, width: number): string[] {
  const lead = ITEM.exec(prose)?.[0] ?? ''
  const text = prose
    .slice(lead.length)
    .replace(/\[([^\]]{1,200})\]\((https?:[^)\s]{1,500})\)/g, '$1: $2')
    .replace(/`[^`]{1,80}`|\*\*[^*]{1,80}\*\*/g, (code) => code.replaceAll(' ', TIE))
  const hang = ' '.repeat(lead.length)
  return wrap(text, width - lead.length).map((row, at) => (at === 0 ? lead : hang) + inline(row, look))
}

/** Without colours the marks stay: they are then all that tells code from prose. */
const inline = (line: string, look: Paint): string => (look === PLAIN ? line.replaceAll(TIE, ' ') : styled(line, look))

const styled = (line: string, look: Paint): string =>
  line
    .replaceAll(TIE, ' ')
    .replace(/https:\/\/[^\s)]{1,500}/g, (url) => look.link(url))
    .replace(/`([^`]{1,300})`/g, (_, code: string) => look.strong(code))
    .replace(/\*\*([^*]{1,300})\*\*/g, (_, words: string) => look.strong(words))
