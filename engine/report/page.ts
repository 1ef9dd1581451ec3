import type { Rule } from '../rule.ts'

/** The bad example of a rule: files of one of its fixtures, and what a lint of them says. */
export interface RuleExample {
  readonly files: readonly ExampleFile[]
  readonly report: string
  /** The files that the fix changes, as it leaves them. */
  readonly fixed: readonly ExampleFile[]
}

export interface ExampleFile {
  readonly path: string
  readonly text: string
}

const FIX_WORDS = {
  safe: 'The fix is safe: it cannot change what a working app does (`flask-dyno lint --fix`).',
  unsafe: 'The fix asks to be read before it is kept (`flask-dyno lint --fix --unsafe-fixes`).',
  some: 'What is safe of it cannot change what a working app does (`flask-dyno lint --fix`); for the rest add `--unsafe-fixes`.',
} as const

/** A note that speaks of both kinds: the rule's own word is that of its safest fix. */
const fixWords = ({ safety, note }: NonNullable<Rule['fix']>): string =>
  FIX_WORDS[safety === 'safe' && /\b(?:unsafe|offered)\b/i.test(note) ? 'some' : safety]

/** With a capital letter, unless it begins with the name of a file. */
const sentence = (text: string): string =>
  /^\S*\.\w/.test(text) ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** The page of a rule, in Markdown: what `explain` shows and docs/rules holds. */
export function rulePage(rule: Rule, example: RuleExample | undefined): string {
  const { id, stage, level, summary, since, fix, predicts = [], sources } = rule
  const parts = [
    `# ${id}`,
    `${sentence(summary)}.`,
    `Stage: ${stage}. Level: ${level}. Since: ${since}.`,
    '## Why it matters on Heroku',
    rule.why,
    '## What Heroku does',
    rule.consequence,
  ]
  if (predicts.length > 0) {
    const several = predicts.length > 1 ? 'one of ' : ''
    parts.push(`The Python buildpack reports it as ${several}${predicts.map((reason) => `\`${reason}\``).join(', ')}.`)
  }
  if (example !== undefined) {
    parts.push('## Example', ...example.files.map(fileBlock), 'is reported as', fenced('text', example.report))
  }
  parts.push('## What to write instead', rule.instead)
  if (fix !== undefined) parts.push('## Fix', `${sentence(fix.note.replace(/\.$/, ''))}. ${fixWords(fix)}`)
  if (fix !== undefined && example !== undefined && example.fixed.length > 0) {
    parts.push('It leaves the example as', ...example.fixed.map(fileBlock))
  }
  parts.push(
    '## When it is no fault here',
    `Write \`# flask-dyno: ignore[${id}] -- reason\` on the line or alone on the line above it, or list it under \`ignore\` in \`.flask-dyno.yml\`.`,
    '## Sources',
    sources.map(({ title, url }) => `- [${title}](${url})`).join('\n'),
  )
  return `${parts.join('\n\n')}\n`
}

const LANGUAGES: Readonly<Record<string, string>> = {
  py: 'python',
  sh: 'sh',
  json: 'json',
  toml: 'toml',
  yml: 'yaml',
  yaml: 'yaml',
  ini: 'ini',
}

function fileBlock({ path, text }: ExampleFile): string {
  return `\`${path}\`:\n\n${fenced(LANGUAGES[path.split('.').at(-1) ?? ''] ?? 'text', text)}`
}

function fenced(language: string, text: string): string {
  const fence = text.includes('```') ? '````' : '```'
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`
}
