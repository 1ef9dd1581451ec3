import type { Option } from './arguments.ts'
import { COMMANDS, type Command } from './commands.ts'

const MAX_COLUMN = 32

/** The help of one command, or of all. */
export function helpFor(command: Command | undefined): string {
  if (command === undefined) return overview()
  const usage = ['flask-dyno', command.name, '[OPTIONS]', command.operand].filter((word) => word !== '').join(' ')
  const lines = table(Object.entries(command.options).map(([name, option]) => [spelling(name, option), option.help]))
  return `${usage}\n\n${sentence(command.summary)}\n\nOptions:\n${lines}\n\n${command.about}\n`
}

function overview(): string {
  const rows = COMMANDS.map(({ name, operand, summary }) => [`${name} ${operand}`.trim(), summary] as const)
  return `flask-dyno says, before the push, whether a Flask app will build, boot, keep its data and stay safe on a Heroku dyno.

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
    .map(([left, right]) =>
      left.length <= width ? `  ${left.padEnd(width)}  ${right}` : `  ${left}\n${' '.repeat(width + 4)}${right}`,
    )
    .join('\n')
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
