import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { flagOf, type Question } from '../generators/_shared/questions.ts'
import { QUESTIONS, RUN_FLAGS } from '../generators/app/options.ts'

const BEGIN = '<!-- flags: generated from generators/app/options.ts by `npm run generate` -->\n'
const END = '<!-- end of flags -->\n'

/** generators/README.md with the table of flags as the questions have it. */
export function readmeWithFlags(root: string): string {
  const text = readFileSync(join(root, 'generators/README.md'), 'utf8')
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin < 0 || end < begin) throw new Error('generators/README.md has lost the marks around its table of flags')
  const rows = [
    ...(QUESTIONS as readonly Question[]).map(row),
    ...RUN_FLAGS.map(({ flag, description }) => `| \`--${flag}\` | ${description} | |`),
  ]
  const table = `| flag | | default |\n| --- | --- | --- |\n${rows.join('\n')}\n`
  return `${text.slice(0, begin)}${BEGIN}${table}${text.slice(end)}`
}

function row(question: Question): string {
  if (question.kind === 'yes-no') {
    const initial = (question.unasked ?? question.default) ? 'yes' : 'no'
    return `| \`--[no-]${flagOf(question)}\` | ${question.description} | ${initial} |`
  }
  const values = question.choices.map(({ value }) => value).join('\\|')
  return `| \`--${flagOf(question)} ${values}\` | ${question.description} | ${question.default} |`
}
