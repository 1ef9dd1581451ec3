import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { temporary } from './temporary.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = join(ROOT, 'generators/dist/generators/_run/main.js')

/** Compiles the generators when a source is newer than what was compiled. */
export async function builtGenerator(): Promise<string> {
  const folders = readdirSync(join(ROOT, 'generators'), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'dist' && entry.name !== 'node_modules',
  )
  const sources = folders.flatMap(({ name }) =>
    readdirSync(join(ROOT, 'generators', name))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => statSync(join(ROOT, 'generators', name, file)).mtimeMs),
  )
  if (!existsSync(MAIN) || statSync(MAIN).mtimeMs < Math.max(...sources)) {
    await execa('node', [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'generators/tsconfig.json')])
  }
  return MAIN
}

export interface RunOptions {
  readonly cwd?: string
  readonly input?: string
}

/** Runs the package's own program, as `npx generator-flask-dyno` does; returns its status and all that it printed. */
export async function runGenerator(args: readonly string[], options: RunOptions = {}) {
  const cwd = options.cwd ?? temporary('scaffold')
  const result = await execa('node', [await builtGenerator(), ...args], {
    cwd,
    input: options.input ?? '',
    reject: false,
    all: true,
    timeout: 30_000,
  })
  return { status: result.exitCode, output: result.all, cwd, path: (...parts: string[]) => join(cwd, ...parts) }
}
