import { wrap } from '../engine/report/text.ts'
import type { Option } from './arguments.ts'
import { COMMANDS, type Command } from './commands.ts'
import { columnsOf } from './output.ts'

const MAX_COLUMN = 32
const columns = Math.min(120, columnsOf() ?? 120)
const ABOUT =
  'flask-dyno says, before the push, whether a Flask app will build, boot, keep its data and stay safe on a Heroku dyno.'

/** The help of one command, or of all. */
export function helpFor(command: Command | undefined): string {
  if (command === undefined) return overview()
  const usage = ['flask-dyno', command.name, '[OPTIONS]', command.operand].filter((word) => word !== '').join(' ')
  const lines = table(Object.entries(command.options).map(([name, option]) => [spelling(name, option), option.help]))
  return `${usage}\n\n${prose(sentence(command.summary))}\n\nOptions:\n${lines}\n\n${prose(command.about)}\n`
}

function overview(): string {
  const rows = COMMANDS.map(({ name, operand, summary }) => [`${name} ${operand}`.trim(), summary] as const)
  return `${prose(ABOUT)}

Usage: flask-dyno [COMMAND] [OPTIONS]

Commands:
${table(rows)}

Options:
${table([
  ['--version, -V', 'show the version'],
  ['--help, -h', 'show this help, or that of a command'],
])}
`
}

function spelling(name: string, option: Option): string {
  const value = typeof option.value === 'object' ? option.value.join('|') : option.value
  const short = option.short === undefined ? '' : `, -${option.short}`
  return value === undefined ? `--${name}${short}` : `--${name} ${value}${short}`
}

/** Two columns; a left part that is too long gets a line of its own. */
function table(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.min(MAX_COLUMN, Math.max(...rows.map(([left]) => left.length)))
  return rows
    .map(([left, right]) => {
      const hang = `\n${' '.repeat(width + 4)}`
      const words = wrap(right, columns - width - 4).join(hang)
      return left.length <= width ? `  ${left.padEnd(width)}  ${words}` : `  ${left}${hang}${words}`
    })
    .join('\n')
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`

const prose = (text: string): string => wrap(text, columns).join('\n')
