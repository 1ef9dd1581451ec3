#!/usr/bin/env node
/**
 * `npx generator-flask-dyno my-app`: the generator without `yo`.
 *
 * `yo` drops root's rights and then fails on root's home directory, ends with status 0 on some aborts, and takes unknown
 * flags in silence. This runner works as root (in a container), refuses unknown flags, and its exit status is 0 only
 * when the project was made: 2 is wrong use, 130 an interrupted question, 1 anything else.
 */
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { createEnv } from 'yeoman-environment'
import { packageRoot } from '../_shared/generator.ts'
import { flagOf } from '../_shared/questions.ts'
import { Refusal } from '../_shared/refusal.ts'
import { QUESTIONS, RUN_FLAGS } from '../app/options.ts'

const NAMESPACE = 'flask-dyno:app'
const ROOT = packageRoot(import.meta.dirname)

function help(): string {
  const lines = [
    ...QUESTIONS.map((question) =>
      question.kind === 'choice'
        ? [`--${flagOf(question)} ${question.choices.map(({ value }) => value).join('|')}`, question.description]
        : [`--[no-]${flagOf(question)}`, question.description],
    ),
    ...RUN_FLAGS.map(({ flag, description }) => [`--${flag}`, description]),
    ['--version', 'print the version'],
    ['--help', 'print this'],
  ] as [string, string][]
  const width = Math.max(...lines.map(([flag]) => flag.length))
  const options = lines.map(([flag, description]) => `  ${flag.padEnd(width)}  ${description}`)
  const usage = readFileSync(join(ROOT, 'app', 'USAGE'), 'utf8').trimEnd()
  return ['Usage: generator-flask-dyno [directory] [options]', '', ...options, '', usage].join('\n')
}

function parse(argv: readonly string[]) {
  const options: Record<string, { type: 'string' | 'boolean' }> = {
    help: { type: 'boolean' },
    version: { type: 'boolean' },
  }
  for (const question of QUESTIONS)
    options[flagOf(question)] = { type: question.kind === 'choice' ? 'string' : 'boolean' }
  for (const { flag } of RUN_FLAGS) options[flag] = { type: 'boolean' }
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, allowNegative: true })
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. To specify')[0] ?? '') : String(error)
    throw new Refusal(message.charAt(0).toLowerCase() + message.slice(1))
  }
}

/** Runs once and returns the exit status. */
async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parse(argv)
  if (values.help === true) {
    console.log(help())
    return 0
  }
  if (values.version === true) {
    console.log((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version)
    return 0
  }
  if (positionals.length > 1) throw new Refusal(`one directory at a time, not ${positionals.join(' and ')}`)

  const env = createEnv()
  // Yeoman names the step that failed, in a line of its own before ours, which says what was wrong.
  env.adapter.log.error = () => env.adapter.log
  const generator = join(import.meta.dirname, '..', 'app', `index${extname(import.meta.filename)}`)
  env.register(generator, { namespace: NAMESPACE, packagePath: ROOT })
  await env.run([NAMESPACE, ...positionals], values)
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof Refusal) {
    console.error(`generator-flask-dyno: ${error.message}`)
    process.exitCode = 2
  } else if (error instanceof Error && error.name === 'ExitPromptError') {
    console.error('\ngenerator-flask-dyno: interrupted, nothing was written')
    process.exitCode = 130
  } else if (error instanceof Error && error.message === 'Process aborted by user') {
    console.error('generator-flask-dyno: nothing was written')
    process.exitCode = 1
  } else {
    console.error('generator-flask-dyno: this is a fault in the generator; please report it with the lines below')
    console.error(error)
    process.exitCode = 1
  }
}
