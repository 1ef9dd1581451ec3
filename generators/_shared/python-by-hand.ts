import type { ForeignProject } from './foreign-project.ts'
import type { Context, Part, Slot } from './part.ts'
import { sortedImports } from './python-imports.ts'

/** Python for a file that belongs to somebody: where it goes, and the lines. */
export interface ByHand {
  readonly where: string
  readonly lines: string
}

/** What parts want in the settings and where the app is made. `examples` are modules that were not added. */
export function pythonByHand(
  parts: readonly Part[],
  context: Context,
  { app }: Pick<ForeignProject, 'app'>,
  examples: readonly string[],
): readonly ByHand[] {
  const own: Context = {
    ...context,
    imported: (...modules) => context.imported(...modules.filter((module) => !examples.includes(module))),
  }
  const text = (slot: Slot): string =>
    parts
      .map((part) => (part.fragments?.(own)[slot] ?? '').trim())
      .filter((fragment) => fragment !== '')
      .join('\n')
  const path = app?.path ?? 'the app'
  return [
    { where: `where ${path} reads its settings`, lines: settings(text) },
    { where: `in ${path}, when the app has its settings`, lines: setUp(text, examples, own) },
  ].filter(({ lines }) => lines !== '')
}

/** The settings of a dyno and of a computer side by side: each dyno has the variable DYNO. */
function settings(text: (slot: Slot) => string): string {
  const [dyno, local] = [required(text('settings.dyno')), text('settings.local')]
  if (dyno === '' && local === '') return ''
  const chosen = [
    '# Each dyno has this variable: https://devcenter.heroku.com/articles/dynos#local-environment-variables',
    'if "DYNO" in os.environ:',
    indented(dyno === '' ? 'pass' : dyno),
    ...(local === '' ? [] : ['else:', indented(local)]),
  ].join('\n')
  const imports = sortedImports(
    [
      'import os',
      ...text('settings.imports')
        .split('\n')
        .filter((line) => line !== ''),
    ],
    new Set(),
  )
  return [imports.trimEnd(), text('settings.functions'), chosen, text('settings.always')]
    .filter((block) => block !== '')
    .join('\n\n')
}

/** In our own settings.py `require` says which command sets what is missing; elsewhere the mapping's own error has to do. */
const required = (text: string): string =>
  text
    .replace(/require\(\s*("[^"]+"),\s*"[^"]*"\s*\)/g, 'os.environ[$1]')
    .replace(/\(\n\s*(os\.environ\["\w+"\])\n\s*\)/g, '($1)')
    // Ours says more; theirs is about something else.
    .replace(/^.*README\.md.*\n/gm, '')

function setUp(text: (slot: Slot) => string, examples: readonly string[], { answers, packageName }: Context): string {
  const isExample = (line: string): boolean => examples.some((module) => new RegExp(`\\b${module}\\b`).test(line))
  const imports = text('factory.imports')
    .split('\n')
    .filter((line) => line.trim() !== '' && !isExample(line))
  const calls = text('factory.setup')
    .split('\n')
    .filter((line) => line.trim() !== '' && !isExample(line))
  if (calls.length === 0) return ''
  const firstParty = new Set(
    answers.layout === 'package' ? [packageName] : ['jobs', 'keyvalue', 'uploads', 'extensions', 'commands'],
  )
  return [sortedImports(imports, firstParty).trimEnd(), calls.join('\n')].filter((block) => block !== '').join('\n\n')
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '    ')
