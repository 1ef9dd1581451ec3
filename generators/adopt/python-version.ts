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
  pinsWithoutWheel,
} from 'flask-dyno'
import type { Around } from './remedies.ts'

/**
 * The Python to ask for, where none is or a refused one: of those that Heroku offers, the newest with which least goes wrong,
 * since pins of some years ago have no wheels for the Python of today.
 */
export async function installablePython(finding: Finding, { facts, lint }: Around): Promise<Fix | undefined> {
  const fix = finding.fix ?? readmitted(facts)
  if (fix === undefined) return undefined
  const version = asked(fix)
  // A version that the project itself asks for is kept.
  if (version === undefined || fix.safety === 'safe') return undefined
  let best: { readonly fix: Fix; readonly cost: number } | undefined
  for (const candidate of [...OFFERED_PYTHONS].reverse()) {
    const changed = asking(fix, version, candidate)
    const draft = Draft.of(facts.tree)
    if (draft.obstacle(changed) !== null) return undefined
    const found = await lint(draft.with(changed.edits).tree())
    const cost = costOf(found) + NO_WHEEL * pinsWithoutWheel(facts.dependencies, candidate).length
    if (best === undefined || cost < best.cost) best = { fix: changed, cost }
  }
  return best?.fix
}

/** A .python-version where .gitignore keeps it from being deployed: with the line that does so taken out. */
function readmitted({ tree, pythonVersion: { origin, shadowed } }: Facts): Fix | undefined {
  const path = '.python-version'
  const text = tree.read('.gitignore')?.text
  if (text === undefined || !tree.isIgnored(path) || shadowed.length > 0) return undefined
  // The one on this computer may say anything; a person decides whether it is meant for everybody.
  if (!['default', 'runtime.txt'].includes(origin) || existsSync(join(tree.root, path))) return undefined
  const line = /^\/?\.python-version[ \t]*(?:\r?\n|$)/m.exec(text)
  if (line === null) return undefined
  const edits: Edit[] = [
    { kind: 'text', path: '.gitignore', start: line.index, end: line.index + line[0].length, text: '' },
    { kind: 'create', path, text: `${DEFAULT_PYTHON}\n` },
  ]
  if (origin === 'runtime.txt') edits.push({ kind: 'delete', path: 'runtime.txt' })
  return {
    safety: 'unsafe',
    description: `let git have a .python-version that asks for Python ${DEFAULT_PYTHON}`,
    edits,
  }
}

/** The version that a fix writes down, where Heroku offers it. */
function asked({ edits }: Fix): string | undefined {
  for (const edit of edits) {
    if (edit.kind !== 'create' && edit.kind !== 'text') continue
    const version = edit.text.trim()
    if (OFFERED_PYTHONS.includes(version)) return version
  }
  return undefined
}

/** The same fix with another version. */
function asking(fix: Fix, version: string, candidate: string): Fix {
  const edits = fix.edits.map((edit) =>
    (edit.kind === 'create' || edit.kind === 'text') && edit.text.trim() === version
      ? { ...edit, text: edit.text.replace(version, candidate) }
      : edit,
  )
  return { ...fix, description: fix.description.replace(version, candidate), edits }
}

/** A pin that would have to be built from its source, if it can be, weighs more than a warning. */
const NO_WHEEL = 10
const WEIGHT = { error: 100, warning: 1, info: 0 } as const

const costOf = (findings: readonly Finding[]): number => findings.reduce((sum, { level }) => sum + WEIGHT[level], 0)
