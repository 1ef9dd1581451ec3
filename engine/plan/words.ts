/** Words of a command line as values: what a shell on a dyno would put in for each variable. */
import type { Place } from '../finding.ts'
import type { Environment } from '../python/environment.ts'
import { each, oneOf, type TextPart, text, type Value } from '../python/value.ts'
import { literal, type Word } from './shell.ts'

/** The variables that a process line itself sets to texts that are known. */
export function literalEnvironment(environment: ReadonlyMap<string, Word>): Map<string, string> {
  const out = new Map<string, string>()
  for (const [name, word] of environment) {
    const value = literal(word)
    if (value !== null) out.set(name, value)
  }
  return out
}

/** What a word may be on a dyno. */
export function wordValue(word: Word, path: string, environment: Environment): Value {
  const at: Place = { path, start: word.start, end: word.end }
  let value: Value = text([''], at)
  for (const part of word.parts) {
    const next = partValue(part, at, environment, path)
    value = each(value, (left) =>
      each(next, (right) => {
        const head: readonly TextPart[] = left.kind === 'text' ? left.parts : []
        const tail: readonly TextPart[] = right.kind === 'text' ? right.parts : [{ kind: 'unknown', name: '' }]
        return text([...head, ...tail], at)
      }),
    )
  }
  return value
}

function partValue(part: Word['parts'][number], at: Place, environment: Environment, path: string): Value {
  if (part.kind === 'literal') return text([part.text], at)
  if (part.kind === 'opaque') return text([{ kind: 'unknown', name: '' }], at)
  const { set, unset } = environment.lookup(part.name, at, [])
  const fallback = part.fallback === null ? text([''], at) : wordValue(part.fallback, path, environment)
  const otherwise: Value =
    unset === null
      ? []
      : fallback.map((alternative) => ({ atom: alternative.atom, guards: [...alternative.guards, ...unset] }))
  return oneOf(set ?? [], otherwise)
}
