import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandLine } from '../_shared/command.ts'
import { packageRoot } from '../_shared/generator.ts'
import { flagOf } from '../_shared/questions.ts'
import { APP, COMMANDS } from './commands.ts'

export const PROGRAM = 'generator-flask-dyno'

/** What `--help` prints for the generator in this folder. */
export function helpText(folder: string, line: CommandLine): string {
  const flags = [
    ...line.questions.map((question) =>
      question.kind === 'choice'
        ? [`--${flagOf(question)} ${question.choices.map(({ value }) => value).join('|')}`, question.description]
        : [`--[no-]${flagOf(question)}`, question.description],
    ),
    ...line.flags.map(({ flag, value, description }) => [
      `--${flag}${value === undefined ? '' : ` ${value}`}`,
      description,
    ]),
    ['--version', 'print the version'],
    ['--help', 'print this'],
  ] as [string, string][]
  const usage = readFileSync(join(packageRoot(import.meta.dirname), folder, 'USAGE'), 'utf8').trimEnd()
  const command = line === APP ? PROGRAM : `${PROGRAM} ${folder}`
  const commands = Object.entries(COMMANDS).map(([name, { summary }]): [string, string] => [
    `${PROGRAM} ${name}`,
    summary,
  ])
  return [
    `Usage: ${command} [directory] [options]`,
    '',
    `  directory: ${line.directory}`,
    '',
    ...aligned(flags),
    '',
    usage,
    ...(line === APP ? ['', 'In a project that exists (each has its own --help):', ...aligned(commands)] : []),
  ].join('\n')
}

function aligned(rows: readonly [string, string][]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, description]) => `  ${name.padEnd(width)}  ${description}`)
}
