#!/usr/bin/env node
/**
 * `npx generator-flask-dyno my-app`, `npx generator-flask-dyno update`: the generators without `yo`.
 *
 * `yo` drops root's rights and then fails on root's home directory, ends with status 0 on some aborts, and takes unknown
 * flags in silence. This runner works as root (in a container), refuses unknown flags, and its exit status is 0 only
 * when what was asked for was done: 1 is a merge that left conflicts, or a check that found something to do, 2 is wrong
 * use, 130 an interrupted question, and 1 anything else.
 */
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { createEnv } from 'yeoman-environment'
import type { CommandLine } from '../_shared/command.ts'
import { packageRoot } from '../_shared/generator.ts'
import { flagOf } from '../_shared/questions.ts'
import { isOurs } from '../_shared/record.ts'
import { Refusal } from '../_shared/refusal.ts'
import { APP, COMMANDS } from './commands.ts'
import { helpText, PROGRAM } from './help.ts'

const ROOT = packageRoot(import.meta.dirname)

interface Call {
  /** The generator's folder. */
  readonly folder: string
  readonly line: CommandLine
  readonly arguments: readonly string[]
}

/** The first word is a command or it is not: a folder of such a name is written `./update`. */
function callOf(argv: readonly string[]): Call {
  const [first, ...rest] = argv
  const line = first !== undefined && Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined
  if (first === undefined || line === undefined) return { folder: 'app', line: APP, arguments: argv }
  return { folder: first, line, arguments: rest }
}

function parse({ line, arguments: args }: Call) {
  const options: Record<string, { type: 'string' | 'boolean' }> = {
    help: { type: 'boolean' },
    version: { type: 'boolean' },
  }
  for (const question of line.questions) {
    options[flagOf(question)] = { type: question.kind === 'choice' ? 'string' : 'boolean' }
  }
  for (const { flag, value } of line.flags) options[flag] = { type: value === undefined ? 'boolean' : 'string' }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true })
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. To specify')[0] ?? '') : String(error)
    throw new Refusal(message.charAt(0).toLowerCase() + message.slice(1))
  }
}

/** Runs once and returns the exit status. */
async function main(argv: readonly string[]): Promise<number> {
  const call = callOf(argv)
  const { values, positionals } = parse(call)
  if (values.help === true) {
    console.log(helpText(call.folder, call.line))
    return 0
  }
  if (values.version === true) {
    console.log((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version)
    return 0
  }
  const [directory, ...more] = positionals
  if (more.length > 0) throw new Refusal(`one directory at a time, not ${positionals.join(' and ')}`)
  if (call.line === APP && directory !== undefined && Object.hasOwn(COMMANDS, directory)) {
    throw new Refusal(`a command comes first: "${PROGRAM} ${directory} ..."; a folder of that name is "./${directory}"`)
  }

  // Yeoman reads .yo-rc.json before any generator can say what is wrong with it.
  isOurs(process.cwd())
  const env = createEnv()
  // Yeoman names the step that failed, in a line of its own before ours, which says what was wrong.
  env.adapter.log.error = () => env.adapter.log
  const namespace = `flask-dyno:${call.folder}`
  const generator = join(import.meta.dirname, '..', call.folder, `index${extname(import.meta.filename)}`)
  env.register(generator, { namespace, packagePath: ROOT })
  await env.run([namespace, ...positionals], values)
  // A generator that did its work and leaves something to decide has said so here.
  return typeof process.exitCode === 'number' ? process.exitCode : 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof Refusal) {
    console.error(`${PROGRAM}: ${error.message}`)
    process.exitCode = 2
  } else if (error instanceof Error && error.name === 'ExitPromptError') {
    console.error(`\n${PROGRAM}: interrupted, nothing was written`)
    process.exitCode = 130
  } else if (error instanceof Error && error.message === 'Process aborted by user') {
    console.error(`${PROGRAM}: nothing was written`)
    process.exitCode = 1
  } else {
    console.error(`${PROGRAM}: this is a fault in the generator; please report it with the lines below`)
    console.error(error)
    process.exitCode = 1
  }
}
