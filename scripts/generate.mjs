// Writes what is made of the rules: rules/registry.ts, and the pages docs/rules/*.md. With --check it writes nothing and
// fails when something is stale; with --registry it stops after the registry (the build needs no more).
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const check = process.argv.includes('--check')
const stale = []

const STAGES = ['build', 'processes', 'data', 'security', 'platform']

function registry() {
  const files = STAGES.flatMap((stage) =>
    list(join(root, 'rules', stage))
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => ({ stage, id: name.slice(0, -3) })),
  )
  const imports = files.map(({ stage, id }) => ({ name: camelCase(id), from: `./${stage}/${id}.ts` }))
  imports.sort((a, b) => (a.from < b.from ? -1 : 1))
  return [
    '// Generated from the files of rules/*/ by `npm run generate`; do not edit.',
    "import type { Rule } from '../engine/rule.ts'",
    ...imports.map(({ name, from }) => `import { ${name} } from '${from}'`),
    '',
    '/** Every rule, by stage and identifier. */',
    files.length === 0
      ? 'export const rules: readonly Rule[] = []'
      : `export const rules: readonly Rule[] = [\n${files.map(({ id }) => `  ${camelCase(id)},\n`).join('')}]`,
    '',
  ].join('\n')
}

const camelCase = (id) => id.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase())

function list(dir) {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

function put(path, text) {
  const file = join(root, path)
  let old
  try {
    old = readFileSync(file, 'utf8')
  } catch {}
  if (old === text) return
  stale.push(path)
  if (check) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** Loads TypeScript by bundling it to a temporary file. */
async function load(entry) {
  const { build } = await import('esbuild')
  const dir = mkdtempSync(join(tmpdir(), 'flask-dyno-generate-'))
  try {
    const outfile = join(dir, 'bundle.cjs')
    await build({
      entryPoints: [join(root, entry)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    })
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function pages() {
  const { rulePages } = await load('scripts/rule-pages.ts')
  const made = await rulePages(root)
  for (const [path, text] of made) put(path, text)
  for (const name of list(join(root, 'docs/rules'))) {
    if (made.has(`docs/rules/${name}`)) continue
    stale.push(`docs/rules/${name}`)
    if (!check) rmSync(join(root, 'docs/rules', name))
  }
}

put('rules/registry.ts', registry())
if (!process.argv.includes('--registry')) {
  await pages()
  const { readmeWithFlags } = await load('scripts/generator-flags.ts')
  put('generators/README.md', readmeWithFlags(root))
}
if (check && stale.length > 0) {
  console.error(`stale, run "npm run generate":\n${stale.map((path) => `  ${path}`).join('\n')}`)
  process.exitCode = 1
} else if (!check && stale.length > 0) console.log(`wrote ${stale.join(', ')}`)
