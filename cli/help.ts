import type { Option } from './arguments.ts'
import { COMMANDS, type Command } from './commands.ts'

const WIDTH = 32

/** The help of one command, or of all. */
export function helpFor(command: Command | undefined): string {
  if (command === undefined) return overview()
  const usage = ['flask-dyno', command.name, '[OPTIONS]', command.operand].filter((word) => word !== '').join(' ')
  const lines = Object.entries(command.options).map(([name, option]) => row(spelling(name, option), option.help))
  return `${usage}\n\n${sentence(command.summary)}\n\nOptions:\n${lines.join('\n')}\n\n${command.about}\n`
}

function overview(): string {
  const rows = COMMANDS.map((command) => row([command.name, command.operand].join(' ').trim(), command.summary))
  return `flask-dyno says, before the push, whether a Flask app will build, boot, keep its data and stay safe on a Heroku dyno.

Usage: flask-dyno [COMMAND] [OPTIONS]

Commands:
${rows.join('\n')}

Options:
${row('--version, -V', 'show the version')}
${row('--help, -h', 'show this help, or that of a command')}
`
}

function spelling(name: string, option: Option): string {
  const value = typeof option.value === 'object' ? option.value.join('|') : option.value
  const short = option.short === undefined ? '' : `, -${option.short}`
  return value === undefined ? `--${name}${short}` : `--${name} ${value}${short}`
}

function row(left: string, right: string): string {
  return left.length < WIDTH - 2 ? `  ${left.padEnd(WIDTH - 2)}${right}` : `  ${left}\n${' '.repeat(WIDTH)}${right}`
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
