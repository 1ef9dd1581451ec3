/** The keys that Flask may sign sessions with in production, where the repository shows them or they do not last. */
import type { Place } from '../finding.ts'
import { type Alternative, type Atom, type Certainty, type Guard, literalText, placeOf } from '../python/value.ts'
import type { Plan } from './plan.ts'
import { type Run, settingsOf } from './production.ts'

export interface SecretKey {
  readonly at: Place
  readonly guards: readonly Guard[]
  readonly certainty: Certainty
  readonly run: Run
}

/** SECRET_KEY values that are written in a Python file (`literal`) or made while the program runs (`random`), once a place. */
export function secretKeys(plan: Plan, kind: 'literal' | 'random'): SecretKey[] {
  const found = new Map<string, SecretKey>()
  // Judged together: where one of two branches has a literal and the other makes a key, neither is right
  const isFaulty = ({ atom }: Alternative): boolean => isLiteral(atom) || isRandom(atom)
  for (const { alternative, guards, certainty, app, ...run } of settingsOf(plan, 'SECRET_KEY', isFaulty)) {
    if (isLiteral(alternative.atom) !== (kind === 'literal')) continue
    const at = placeOf(alternative.atom) ?? app.at
    // what app.json, the process line or a committed .env says is no Python file's fault
    if (!at.path.endsWith('.py')) continue
    const key = `${at.path}:${at.start}`
    const known = found.get(key)
    if (known === undefined || (known.certainty !== 'certain' && certainty === 'certain'))
      found.set(key, { at, guards, certainty, run })
  }
  return [...found.values()]
}

const isLiteral = (atom: Atom): boolean => (literalText(atom) ?? '') !== ''

const isRandom = (atom: Atom): boolean =>
  atom.kind === 'text' && atom.parts.some((part) => typeof part !== 'string' && part.kind === 'random')
