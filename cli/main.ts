import { existsSync } from 'node:fs'
import { TreeError } from '../engine/git-process.ts'
import { didYouMean } from '../engine/select.ts'
import { readArguments, UsageError } from './arguments.ts'
import { COMMANDS, type Command } from './commands.ts'
import { complain, endWithTheReader, print } from './output.ts'
import manifest from './package.json' with { type: 'json' }

const REPORT = 'https://github.com/flask-dyno/flask-dyno/issues'

async function main(argv: readonly string[]): Promise<number> {
  const [first = ''] = argv
  if (first === '--version' || first === '-V') return print(`${manifest.version}\n`, 0)
  if (first === 'help' || first === '--help' || first === '-h') {
    const { helpFor } = await import('./help.ts')
    return print(helpFor(argv[1] === undefined ? undefined : commandNamed(argv[1])), 0)
  }
  const named = COMMANDS.find((command) => command.name === first)
  const command = named ?? commandNamed('lint')
  const rest = named === undefined ? argv : argv.slice(1)
  if (rest.some((word) => word === '--help' || word === '-h')) {
    const { helpFor } = await import('./help.ts')
    return print(helpFor(command), 0)
  }
  const given = readArguments(command.name, rest, command.options, operandsOf(command))
  if (named === undefined) refuseMisspeltCommand(given.positionals[0])
  const action = await command.load()
  return action(given)
}

const operandsOf = ({ operand, operands }: Command): number => operands ?? (operand === '' ? 0 : 1)

function commandNamed(name: string): Command {
  const found = COMMANDS.find((command) => command.name === name)
  if (found !== undefined) return found
  const names = COMMANDS.map((command) => command.name)
  throw new UsageError(`there is no command "${name}"${didYouMean(name, names) || `: there are ${names.join(', ')}`}`)
}

/** Without a command, the first word is a directory; a word that is none was meant as a command. */
function refuseMisspeltCommand(word: string | undefined): void {
  if (word === undefined || existsSync(word)) return
  const names = COMMANDS.map((command) => command.name)
  if (names.includes(word)) throw new UsageError(`name the command first: flask-dyno ${word} …`)
  if (!/[/\\.]/.test(word)) {
    throw new UsageError(`no such command or directory: "${word}"${didYouMean(word, names)}`)
  }
}

endWithTheReader()
const argv = process.argv.slice(2)
main(argv).then(
  (status) => {
    process.exitCode = status
  },
  (error: unknown) => {
    const isUsers = error instanceof UsageError || error instanceof TreeError
    const message = error instanceof Error ? error.message : String(error)
    if (isUsers) complain(message)
    else complain(`a fault in flask-dyno itself: ${message}; please report it at ${REPORT} (--verbose shows more)`)
    if (!isUsers && argv.includes('--verbose') && error instanceof Error) complain(error.stack ?? '')
    process.exitCode = isUsers ? 2 : 3
  },
)
