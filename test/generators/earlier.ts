import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { temporary } from '../scaffold/temporary.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The last commit whose generator had four questions, one folder of templates, and no update. */
const EARLIER = 'cfcc779'

/**
 * The package as it was built from an earlier commit, in a folder of its own; undefined in a checkout without history.
 * Its dependencies are today's, which it shares with this checkout.
 */
export async function earlierGenerator(): Promise<string | undefined> {
  const folder = temporary('earlier')
  const archive = join(folder, 'sources.tar')
  const cut = await execa('git', ['archive', '--output', archive, EARLIER, 'generators', 'tsconfig.json'], {
    cwd: ROOT,
    reject: false,
  })
  if (cut.failed) return undefined
  await execa('tar', ['-xf', archive], { cwd: folder })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  // It is written for the api of its own time, so that its types may not fit; the code is compiled all the same.
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  await execa('node', [tsc, '-p', 'generators/tsconfig.json'], { cwd: folder, reject: false })
  return join(folder, 'generators')
}

/** A package of the generator's name that writes these files, for any flags: what an old version looks like from outside. */
export function packageThatWrites(files: Readonly<Record<string, string>>, version = '0.0.9'): string {
  const folder = temporary('package')
  const name = 'generator-flask-dyno'
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, bin: { [name]: 'main.js' } }))
  const program = `
const { mkdirSync, writeFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
for (const [path, text] of Object.entries(${JSON.stringify(files)})) {
  const file = join(process.cwd(), process.argv[2], path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'main.js'), program)
  chmodSync(join(folder, 'main.js'), 0o755)
  return folder
}
