import { Draft, type Edit, type Finding, type Fix, OFFERED_PYTHONS } from 'flask-dyno'
import type { Around } from './remedies.ts'

/**
 * The Python to ask for, where none is or a refused one: of those that Heroku offers, the newest with which the linter finds
 * least, since pins of some years ago have no wheels for the Python of today.
 */
export async function installablePython({ fix }: Finding, { facts: { tree }, lint }: Around): Promise<Fix | undefined> {
  if (fix === null) return undefined
  const version = asked(fix)
  // A version that the project itself asks for is kept.
  if (version === undefined || !OFFERED_PYTHONS.includes(version) || fix.safety === 'safe') return undefined
  let best: { readonly fix: Fix; readonly cost: number } | undefined
  for (const candidate of [...OFFERED_PYTHONS].reverse()) {
    const changed = {
      ...fix,
      description: fix.description.replace(version, candidate),
      edits: fix.edits.map((edit) => asking(edit, version, candidate)),
    }
    const draft = Draft.of(tree)
    if (draft.obstacle(changed) !== null) return undefined
    const cost = costOf(await lint(draft.with(changed.edits).tree()))
    if (best === undefined || cost < best.cost) best = { fix: changed, cost }
  }
  return best?.fix
}

/** The version that a fix writes down. */
function asked({ edits }: Fix): string | undefined {
  for (const edit of edits) {
    if (edit.kind !== 'create' && edit.kind !== 'text') continue
    const version = /^(\d+\.\d+)\n?$/.exec(edit.text)?.[1]
    if (version !== undefined) return version
  }
  return undefined
}

function asking(edit: Edit, version: string, candidate: string): Edit {
  if (edit.kind !== 'create' && edit.kind !== 'text') return edit
  return edit.text.trim() === version ? { ...edit, text: edit.text.replace(version, candidate) } : edit
}

const WEIGHT = { error: 100, warning: 1, info: 0 } as const

const costOf = (findings: readonly Finding[]): number => findings.reduce((sum, { level }) => sum + WEIGHT[level], 0)
