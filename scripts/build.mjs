// Builds what is published: the bundled command line (and beside it what only YAML needs), the api, no runtime dependencies.
import { isAscii } from 'node:buffer'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.chdir(root)
const require = createRequire(import.meta.url)

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20.17',
  logLevel: 'warning',
  legalComments: 'none',
  metafile: true,
  // Names are kept, so that a stack trace in a report can be read.
  minifySyntax: true,
  minifyWhitespace: true,
}

function licences(metafiles) {
  const packages = new Map()
  for (const input of metafiles.flatMap((metafile) => Object.keys(metafile.inputs))) {
    const at = input.lastIndexOf('node_modules/')
    if (at < 0) continue
    const [scope, name] = input.slice(at + 'node_modules/'.length).split('/')
    const dir = `${input.slice(0, at)}node_modules/${scope.startsWith('@') ? `${scope}/${name}` : scope}`
    const { name: id, version, license } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
    if (!packages.has(id)) packages.set(id, { id, version, license, text: licenceText(dir) })
  }
  // data that was written after somebody else's, under their licence
  for (const name of readdirSync('data').filter((file) => file.endsWith('.LICENSE.txt'))) {
    const text = readFileSync(join('data', name), 'utf8')
    packages.set(name, {
      id: `data/${name.replace('.LICENSE.txt', '.json')}`,
      version: '',
      license: text.includes('Apache License') ? 'Apache-2.0 and MIT' : 'MIT',
      text,
    })
  }
  const sorted = [...packages.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const parts = sorted.map(
    ({ id, version, license, text }) => `${[id, version].filter(Boolean).join(' ')} (${license})\n\n${text.trim()}\n`,
  )
  return `flask-dyno contains the following packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`
}

function licenceText(dir) {
  const file = readdirSync(dir).find((name) => /^licen[cs]e/i.test(name))
  if (file === undefined) throw new Error(`${dir} has no licence file`)
  return readFileSync(join(dir, file), 'utf8').replaceAll('\r\n', '\n')
}

const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
const run = (file, ...args) => execFileSync(process.execPath, [file, ...args], { stdio: 'inherit' })

/** Modules that need YAML are taken from a file of their own, which is read when the first of them is wanted. */
const yamlApart = {
  name: 'yaml-apart',
  setup(esbuild) {
    esbuild.onResolve({ filter: /\/(?:config|heroku-yml|hook-yaml)\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './yaml-readers.cjs', external: true } : undefined,
    )
  },
}

/** The HTML report is a file of its own beside the command line. */
const reportApart = {
  name: 'report-apart',
  setup(esbuild) {
    esbuild.onResolve({ filter: /\/html\/html\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './html-report.cjs', external: true } : undefined,
    )
  },
}

/** The language server is a file of its own, with the library that speaks the protocol. */
const serverApart = {
  name: 'server-apart',
  setup(esbuild) {
    esbuild.onResolve({ filter: /\/lsp\/server\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './lsp.cjs', external: true } : undefined,
    )
  },
}

/** `import text from './x.css?raw'`: the file's text, without what only its authors need. */
const rawText = {
  name: 'raw-text',
  setup(esbuild) {
    esbuild.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.slice(0, -'?raw'.length)),
      namespace: 'raw',
    }))
    esbuild.onLoad({ filter: /.*/, namespace: 'raw' }, async ({ path }) => {
      const loader = path.endsWith('.css') ? 'css' : 'js'
      const { code } = await transform(readFileSync(path, 'utf8'), { loader, minify: true })
      return { contents: code.trim(), loader: 'text' }
    })
  },
}

/** The grammar names a colour for each of its nodes, for editors; nothing here paints Python, so the names are left out. */
const colourless = {
  name: 'colourless',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^@lezer\/highlight$/ }, () => ({ path: 'highlight', namespace: 'colourless' }))
    esbuild.onLoad({ filter: /.*/, namespace: 'colourless' }, () => ({
      contents: `const anything = new Proxy(() => anything, { get: () => anything })
        export const tags = anything
        export const styleTags = () => () => null`,
    }))
  },
}

/** The tables of the grammar are unpacked when the first file is met that is not plain Python: that takes longer than most files. */
const grammarWhenWanted = {
  name: 'grammar-when-wanted',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^@lezer\/python$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'grammar', namespace: 'when-wanted' } : undefined,
    )
    esbuild.onLoad({ filter: /.*/, namespace: 'when-wanted' }, () => ({
      contents: `Object.defineProperty(exports, 'parser', { enumerable: true, get: () => require('@lezer/python').parser })`,
      resolveDir: root,
    }))
  },
}

async function commandLine(folder) {
  const results = await Promise.all([
    build({
      ...shared,
      entryPoints: ['cli/start.ts'],
      outfile: join(folder, 'main.cjs'),
      format: 'cjs',
      banner: { js: '#!/usr/bin/env node' },
    }),
    build({
      ...shared,
      entryPoints: ['cli/main.ts'],
      outfile: join(folder, 'command-line.cjs'),
      format: 'cjs',
      // becomes require(), for which compiled.ts need not hand V8 a loader
      supported: { 'dynamic-import': false },
      // as compiled.ts calls it: to put the function around it there means to copy a megabyte at each start
      banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
      footer: { js: '})' },
      plugins: [grammarWhenWanted, yamlApart, reportApart, serverApart, colourless],
    }),
    build({
      ...shared,
      entryPoints: ['cli/yaml-readers.ts'],
      outfile: join(folder, 'yaml-readers.cjs'),
      format: 'cjs',
    }),
    build({
      ...shared,
      entryPoints: ['engine/report/html/html.ts'],
      outfile: join(folder, 'html-report.cjs'),
      format: 'cjs',
      plugins: [rawText],
    }),
    build({
      ...shared,
      entryPoints: ['engine/lsp/server.ts'],
      outfile: join(folder, 'lsp.cjs'),
      format: 'cjs',
    }),
  ])
  chmodSync(join(folder, 'main.cjs'), 0o755)
  if (!isAscii(readFileSync(join(folder, 'command-line.cjs'))))
    throw new Error(
      'command-line.cjs is read as Latin-1 (cli/compiled.ts): write \\u… for what is not ASCII in a pattern',
    )
  // What V8 made of an older file goes; the next run leaves it anew (cli/compiled.ts).
  for (const name of readdirSync(folder)) if (name.endsWith('.bin')) rmSync(join(folder, name))
  return results
}

// The tests use this when the sources are newer than what was built.
const only = process.argv.indexOf('--only-command-line')
if (only > 0) {
  await commandLine(process.argv[only + 1])
  process.exit()
}

run('scripts/generate.mjs', '--registry')
const built = await Promise.all([
  commandLine('cli/dist'),
  existsSync('cli/api.ts') &&
    build({
      ...shared,
      entryPoints: ['cli/api.ts'],
      outfile: 'cli/dist/api.js',
      format: 'esm',
      plugins: [colourless],
      banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
    }),
])
const results = built.flat()
writeFileSync('cli/THIRD-PARTY-LICENSES.txt', licences(results.filter(Boolean).map(({ metafile }) => metafile)))
if (!process.argv.includes('--no-types')) {
  rmSync('cli/dist/types', { recursive: true, force: true })
  run(tsc, '-p', 'cli/tsconfig.json')
  if (existsSync('generators/tsconfig.json')) run(tsc, '-p', 'generators/tsconfig.json')
}
// One run leaves V8's compiled code (cli/compiled.ts), so that the first run of a person is a quick one too;
// what this project has no use for is compiled when it is wanted.
const { status } = spawnSync(
  process.execPath,
  ['cli/dist/main.cjs', 'lint', '--fail-on', 'warning', 'fixtures/projects/many-parts'],
  { stdio: 'ignore' },
)
if (status !== 1) throw new Error(`the built command line ended with status ${status} on a project that has faults`)
if (process.argv.includes('--verbose')) {
  for (const { metafile } of results.filter(Boolean)) {
    for (const [file, { bytes }] of Object.entries(metafile.outputs))
      console.log(`${relative(root, file)}: ${bytes} bytes`)
  }
}
