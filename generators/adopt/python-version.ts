import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  DEFAULT_PYTHON,
  Draft,
  type Edit,
  type Facts,
  type Finding,
  type Fix,
  OFFERED_PYTHONS,
  pinsTooOldFor,
  type Tree,
} from 'flask-dyno'
import type { Around } from './remedies.ts'

/**
 * The Python to ask for, where none is or a refused one: of those that Heroku offers, the newest with which least goes wrong,
 * since pins of some years ago have no wheels for the Python of today.
 */
export async function installablePython(finding: Finding, { facts, lint }: Around): Promise<Fix | null | undefined> {
  const fix = finding.fix ?? readmitted(facts) ?? rewritten(facts)
  if (fix === undefined) return undefined
  const version = asked(fix)
  // A version that the project itself asks for is kept.
  if (version === undefined || fix.safety === 'safe') return fix
  const costWith = async (tree: Tree, python: string): Promise<number> =>
    costOf((await lint(tree)).filter(isOfBuild)) + TOO_OLD * pinsTooOldFor(facts.dependencies, python).length
  let best: { readonly fix: Fix; readonly cost: number } | undefined
  for (const candidate of [...OFFERED_PYTHONS].reverse()) {
    const changed = asking(fix, version, candidate)
    const draft = Draft.of(facts.tree)
    if (draft.obstacle(changed) !== null) return undefined
    const cost = await costWith(draft.with(changed.edits).tree(), candidate)
    if (best === undefined || cost < best.cost) best = { fix: changed, cost }
  }
  const now = facts.pythonVersion.full.split('.').slice(0, 2).join('.')
  if (best === undefined || best.cost >= (await costWith(facts.tree, now))) return null
  // A build that stops at the version has told nothing yet of what comes after it.
  return finding.level === 'error' ? { ...best.fix, uncovers: true } : best.fix
}

/** A .python-version where .gitignore keeps it from being deployed: with the line that does so taken out. */
function readmitted({ tree, pythonVersion: { origin, requested, problem, shadowed } }: Facts): Fix | undefined {
  const path = '.python-version'
  const text = tree.read('.gitignore')?.text
  if (text === undefined || !tree.isIgnored(path) || shadowed.length > 0) return undefined
  // The one on this computer may say anything; a person decides whether it is meant for everybody.
  if (!['default', 'runtime.txt'].includes(origin) || existsSync(join(tree.root, path))) return undefined
  const isKept = requested !== null && problem === null
  const version = isKept ? requested : DEFAULT_PYTHON
  const edits: Edit[] = [exception(text, path), { kind: 'create', path, text: `${version}\n` }]
  if (origin === 'runtime.txt') edits.push({ kind: 'delete', path: 'runtime.txt' })
  return {
    safety: isKept ? 'safe' : 'unsafe',
    description: `let git have a .python-version that asks for Python ${version}`,
    brings: ['python-version-deprecated', 'python-version-outdated-patch'],
    edits,
  }
}

/** Lets git have a file at the root: without the line that names it, or as an exception from a pattern. */
function exception(text: string, path: string): Edit {
  const line = new RegExp(`^/?${path.replaceAll('.', '\\.')}[ \\t]*(?:\\r?\\n|$)`, 'm').exec(text)
  if (line !== null)
    return { kind: 'text', path: '.gitignore', start: line.index, end: line.index + line[0].length, text: '' }
  const before = text === '' || text.endsWith('\n') ? '' : '\n'
  return { kind: 'text', path: '.gitignore', start: text.length, end: text.length, text: `${before}!${path}\n` }
}

/** A .python-version that names no version in any form that can be read. */
function rewritten({ tree, pythonVersion: { problem } }: Facts): Fix | undefined {
  const path = '.python-version'
  if (!/^python-version-file::(?:invalid-version|no-version|multiple-)/.test(problem?.reason ?? '') || !tree.has(path))
    return undefined
  return {
    safety: 'unsafe',
    description: `let ${path} ask for Python ${DEFAULT_PYTHON}`,
    edits: [{ kind: 'content', path, text: `${DEFAULT_PYTHON}\n` }],
  }
}

/** The version that a fix writes down, where Heroku offers it. */
function asked({ edits }: Fix): string | undefined {
  for (const edit of edits) {
    const version = written(edit)?.trim() ?? ''
    if (OFFERED_PYTHONS.includes(version)) return version
  }
  return undefined
}

/** The same fix with another version. */
function asking(fix: Fix, version: string, candidate: string): Fix {
  const edits = fix.edits.map((edit) =>
    written(edit)?.trim() === version ? { ...edit, text: written(edit)?.replace(version, candidate) ?? '' } : edit,
  )
  return {
    ...fix,
    description: fix.description.replace(version, candidate),
    edits,
    // Better a Python that is to go than one for which nothing installs.
    brings: [...(fix.brings ?? []), 'python-version-deprecated'],
  }
}

/** A pin from before a Python, which may not install or start with it, weighs more than a warning. */
const TOO_OLD = 10
const written = (edit: Edit): string | undefined => ('text' in edit ? edit.text : undefined)

/** What else goes wrong has changes of its own. */
const isOfBuild = ({ rule }: Finding): boolean => /^(?:requirement|python-version|lockfile)-/.test(rule)

const WEIGHT = { error: 100, warning: 1, info: 0 } as const

const costOf = (findings: readonly Finding[]): number => findings.reduce((sum, { level }) => sum + WEIGHT[level], 0)
