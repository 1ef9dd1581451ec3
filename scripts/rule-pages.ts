import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configSchema } from '../engine/config.ts'
import { loadReaders, readProject } from '../engine/facts/project.ts'
import { type ExampleFile, type RuleExample, rulePage } from '../engine/report/page.ts'
import { PLAIN } from '../engine/report/paint.ts'
import { text } from '../engine/report/text.ts'
import { type Rule, STAGES } from '../engine/rule.ts'
import { lintProject } from '../engine/run.ts'
import { rules } from '../rules/registry.ts'
import { filesIn, fixtureTree } from './fixture-tree.ts'
import { formatSchemas } from './json-formats.ts'

const GENERATED = '<!-- Generated from the rule and its fixtures by `npm run generate`; do not edit. -->\n'
const MAX_EXAMPLE_CHARACTERS = 1500
/** The fixtures that show the fault as most people meet it, where the first by name does not. */
const USUAL: Readonly<Record<string, string>> = {
  'app-factory-not-called': 'bad-factory',
  'app-run-at-import': 'bad-top-level',
  'debug-enabled': 'bad-app-run',
  'debug-when-run-by-hand': 'bad-app-run',
  'dev-server': 'bad-python-file',
  'file-not-committed': 'bad-module',
  'import-not-installed': 'bad-in-a-view',
  'local-file-storage': 'bad-upload',
  'package-manager-missing': 'bad-nothing-declared',
  'port-not-bound': 'bad-fixed-port',
  'procfile-invalid-line': 'bad-no-colon',
  'procfile-missing': 'bad-single-module',
  'python-version-deprecated': 'bad-python-version-file',
  'python-version-invalid': 'bad-prefix',
  'python-version-misnamed': 'bad-without-dot',
  'python-version-missing': 'bad-pip',
  'python-version-unsupported': 'bad-python-version-file',
  'redis-tls': 'bad-from-url',
  'requirement-invalid': 'bad-single-equals',
  'requirement-not-installable': 'bad-ubuntu-package',
  'requirement-unpinned': 'bad-names-alone',
  'runtime-txt': 'bad-supported-version',
  'secret-key-fallback': 'bad-get',
  'server-not-installed': 'bad-nowhere',
  'sqlite-fallback': 'bad-get',
  'sqlite-on-ephemeral-disk': 'bad-flask-sqlalchemy',
}
/** What `explain` shows with an indentation of four, on a terminal of eighty columns. */
const EXAMPLE_COLUMNS = 76

/** Path to content of everything that is made of the rules and their fixtures. */
export async function rulePages(root: string): Promise<Map<string, string>> {
  const pages = new Map<string, string>()
  const examples: Record<string, RuleExample> = {}
  for (const rule of rules) {
    const example = await exampleOf(root, rule)
    if (example !== undefined) examples[rule.id] = example
    pages.set(`docs/rules/${rule.id}.md`, GENERATED + rulePage(rule, example))
  }
  pages.set('docs/rules/README.md', GENERATED + overview())
  for (const [path, text] of formatSchemas()) pages.set(path, text)
  pages.set('schema/flask-dyno.json', `${JSON.stringify(configSchema(rules.map((rule) => rule.id)), null, 2)}\n`)
  pages.set('rules/examples.json', `${JSON.stringify(examples, null, 2)}\n`)
  return pages
}

function overview(): string {
  const tables = STAGES.flatMap((stage) => {
    const rows = rules
      .filter((rule) => rule.stage === stage)
      .map(
        ({ id, level, summary, fix }) =>
          `| [${id}](${id}.md) | ${level} | ${summary.replaceAll('|', '\\|')} | ${fix?.safety ?? ''} |`,
      )
    return rows.length === 0
      ? []
      : [`## ${stage}\n\n| rule | level | finds | fix |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`]
  })
  return `# The rules\n\n**error**: the build is refused, the app does not serve, data is lost or an attacker gets in. **warning**: it hurts later.\n**info**: worth knowing; shown by \`--preset strict\`.\n\n${tables.join('\n')}`
}

/** The usual one of the rule's bad fixtures, else the first that is small: its files that matter, and the report of a lint. */
async function exampleOf(root: string, rule: Rule): Promise<RuleExample | undefined> {
  const folder = join(root, 'fixtures/rules', rule.id)
  if (!existsSync(folder)) return undefined
  const names = readdirSync(folder).filter((name) => name.startsWith('bad-') && !name.includes('.'))
  const usual = USUAL[rule.id]
  if (usual !== undefined) {
    if (!names.includes(usual)) throw new Error(`${rule.id} has no fixture ${usual}, which its page is to show`)
    return readExample(folder, usual, rule)
  }
  const examples = await Promise.all(names.sort().map((name) => readExample(folder, name, rule)))
  const found = examples.filter((example) => example !== undefined)
  return found.find((example) => size(example) <= MAX_EXAMPLE_CHARACTERS) ?? found[0]
}

const size = ({ files, fixed }: RuleExample): number =>
  [...files, ...fixed].reduce((sum, file) => sum + file.text.length, 0)

async function readExample(folder: string, name: string, rule: Rule): Promise<RuleExample | undefined> {
  const tree = fixtureTree(join(folder, name))
  await loadReaders(tree)
  // All rules run: those about suppressions speak of the others.
  const { findings: all, hidden } = lintProject(readProject(tree), rules)
  const findings = all.filter((finding) => finding.rule === rule.id)
  if (findings.length === 0) return undefined
  const paths = new Set(findings.flatMap((finding) => [finding.path, ...finding.related.map((place) => place.path)]))
  const summary = { error: 0, warning: 0, info: 0, files: tree.paths.length, milliseconds: 0 }
  const report = text({ version: '', tree, prefix: '', isProject: true, findings, hidden, notes: [], summary }, PLAIN, {
    quiet: true,
    columns: EXAMPLE_COLUMNS,
  })
  const involved: ExampleFile[] = [...paths].flatMap((path) => {
    const file = tree.read(path)
    return file === undefined || file.text.trim() === '' ? [] : [{ path, text: file.text }]
  })
  const fixed = Object.entries(filesIn(join(folder, `${name}.fixed`))).map(([path, bytes]) => ({
    path,
    text: bytes.toString('utf8'),
  }))
  const deleted = join(folder, `${name}.deleted.txt`)
  const gone = existsSync(deleted) ? readFileSync(deleted, 'utf8').trim().split('\n') : []
  for (const path of gone) fixed.push({ path, text: '(deleted)\n' })
  return { files: involved.length > 0 ? involved : [listing(tree.paths)], report, fixed }
}

const listing = (paths: readonly string[]): ExampleFile => ({
  path: 'a project of these files',
  text: paths.join('\n'),
})
