import { LEVELS } from '../engine/finding.ts'
import { paint } from '../engine/report/paint.ts'
import { isAtLeast } from '../engine/select.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { MERGE_FORMATS } from './commands.ts'
import { readList } from './each-list.ts'
import { readShards } from './merge-shards.ts'
import { type Merged, merged } from './merge-sum.ts'
import { mergeMarkdown, mergeText } from './merge-text.ts'
import { print, wantsColor } from './output.ts'
import manifest from './package.json' with { type: 'json' }
import { writeReport } from './report-file.ts'

const TOP = 20

/** `flask-dyno merge`: what many runs of `lint --each` come to. */
export async function merge(given: Arguments): Promise<number> {
  if (given.positionals.length === 0) throw new UsageError('merge wants the files that flask-dyno lint --each wrote')
  const top = topOf(given)
  const expected = await expectedNames(given)
  const { sums, broken, repeated } = await readShards(given.positionals)
  const absent = expected.filter((name) => !sums.has(name))
  const whole = merged([...sums.values()], { broken, absent, repeated: [...repeated] }, top)
  const floor = given.choice('fail-on', LEVELS) ?? 'error'
  const isFailed = LEVELS.some((level) => isAtLeast(level, floor) && whole.findings[level] > 0)
  const worst = Math.max(isFailed ? 1 : 0, absent.length + broken.length > 0 ? 2 : 0)
  const status = [...sums.values()].reduce(
    (most, sum) => (sum.failure === null ? most : Math.max(most, sum.status)),
    worst,
  )
  return deliver(given, await formatted(given, whole), status)
}

async function formatted(given: Arguments, whole: Merged): Promise<string> {
  switch (given.choice('format', MERGE_FORMATS) ?? 'text') {
    case 'text':
      return mergeText(whole, await paint(wantsColor(given, given.text('output') !== undefined)))
    case 'markdown':
      return mergeMarkdown(whole)
    case 'json': {
      const tool = { name: 'flask-dyno', version: manifest.version }
      return `${JSON.stringify({ version: 1, tool, ...whole }, null, 2)}\n`
    }
  }
}

function deliver(given: Arguments, text: string, status: number): number {
  const file = given.text('output')
  if (file === undefined) return print(text, status)
  writeReport(file, text)
  return status
}

async function expectedNames(given: Arguments): Promise<string[]> {
  const file = given.text('expect')
  if (file === undefined) return []
  const list = readList(file, given.flag('null'))
  const names: string[] = []
  for (let name = await list.next(); name !== undefined; name = await list.next()) names.push(name)
  return names
}

function topOf(given: Arguments): number {
  const text = given.text('top')
  if (text === undefined) return TOP
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new UsageError(`--top wants a whole number, and not "${text}"`)
}
