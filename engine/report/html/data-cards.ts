/** The cards of what the app keeps and reads: data stores and config vars. */
import type { PlanJson } from '../../plan/plan-json.ts'
import { oneLine } from '../report.ts'
import type { Card, Line } from './card.ts'

const MOST_VARS = 8
const MOST_STORES = 5

export function dataOf(
  plan: PlanJson,
  groupIds: ReadonlyMap<string, string>,
): { readonly cards: readonly Card[]; readonly lines: readonly Line[] } {
  const cards: Card[] = []
  const lines = new Map<string, Line>()
  const join = (path: string, to: string): void => {
    const from = groupIds.get(path)
    if (from !== undefined) lines.set(`${from} ${to}`, { from, to, absent: false })
  }
  const stores = storesOf(plan)
  for (const [index, { kind, address, when, uses }] of stores.entries()) {
    const id = `store-${index}`
    const title = kind === 'sqlite' ? 'SQLite file' : kind === 'postgres' ? 'Postgres' : 'Database'
    const about = kind === 'sqlite' ? ['lost at each restart'] : []
    if (when.length > 0) about.push(`depends on ${when.join(', ')}`)
    cards.push({ id, lane: 4, kind: 'where data goes', title, lines: [address, ...about].map(oneLine), absent: false })
    for (const { path } of uses) join(path, id)
  }
  const { configVars } = plan
  if (configVars.length > 0) {
    const inOrder = [...configVars].sort((a, b) => Number(b.required) - Number(a.required))
    const shown = inOrder
      .slice(0, MOST_VARS)
      .map(({ name, required }) => `${required ? '●' : '○'}\u00a0${oneLine(name)}`)
    if (inOrder.length > MOST_VARS) shown.push(`and ${inOrder.length - MOST_VARS} more`)
    shown.push('●\u00a0needed ○\u00a0optional')
    cards.push({ id: 'vars', lane: 4, kind: 'what the app reads', title: 'Config vars', lines: shown, absent: false })
    for (const { path } of configVars) join(path, 'vars')
  }
  return { cards, lines: [...lines.values()] }
}

type StoreUse = PlanJson['stores'][number]

export interface Store extends Pick<StoreUse, 'kind' | 'address' | 'when'> {
  readonly uses: readonly StoreUse[]
}

/** The stores of a plan, each once however many lines speak of it. */
export function storesOf({ stores }: PlanJson): readonly Store[] {
  const known = new Map<string, StoreUse[]>()
  for (const use of stores) {
    const key = `${use.kind} ${use.address}`
    known.set(key, [...(known.get(key) ?? []), use])
  }
  return [...known.values()].slice(0, MOST_STORES).flatMap((uses) => {
    const [first] = uses
    return first === undefined ? [] : [{ kind: first.kind, address: first.address, when: first.when, uses }]
  })
}
