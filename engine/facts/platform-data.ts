/** What is known of Heroku's stacks, add-ons and dyno sizes (data/heroku.json). */
import data from '../../data/heroku.json' with { type: 'json' }

/** Why a name should stand in no file any more. */
export type Retired =
  | { readonly kind: 'ended'; readonly since: string | null; readonly instead: string | null; readonly name?: string }
  | { readonly kind: 'ending'; readonly until: string; readonly instead: string }

interface Ended {
  readonly since: string | null
  readonly source: string
}
interface AddonData {
  readonly name?: string
  readonly since?: string | null
  readonly instead?: string
  readonly ended?: Readonly<Record<string, Ended>>
}

const addons: Readonly<Record<string, AddonData>> = data.addons
const endedStacks: Readonly<Record<string, string | null>> = data.stacks.ended
const endingStacks: Readonly<Record<string, { readonly until: string }>> = data.stacks.ending
const endedSizes: Readonly<Record<string, { readonly since: string; readonly instead: string }>> = data.dynoSizes.ended

export const stacks: readonly string[] = [...data.stacks.current, ...Object.keys(data.stacks.ending)]
export const dynoSizes: readonly string[] = data.dynoSizes.current

/** Null for a stack that is there to stay, or that nobody here has heard of. */
export function retiredStack(name: string): Retired | null {
  const instead = data.stacks.recommended
  if (Object.hasOwn(endedStacks, name)) return { kind: 'ended', since: endedStacks[name] ?? null, instead }
  const ending = endingStacks[name]
  return ending === undefined ? null : { kind: 'ending', until: ending.until, instead }
}

/** `service` or `service:plan`; null for one that can be had, or that nobody here has heard of. */
export function retiredAddon(spec: string): Retired | null {
  const cut = spec.indexOf(':')
  const service = (cut < 0 ? spec : spec.slice(0, cut)).trim().toLowerCase()
  const plan =
    cut < 0
      ? null
      : spec
          .slice(cut + 1)
          .trim()
          .toLowerCase()
  const known = Object.hasOwn(addons, service) ? addons[service] : undefined
  if (known === undefined) return null
  if (known.ended === undefined)
    return {
      kind: 'ended',
      since: known.since ?? null,
      instead: known.instead ?? null,
      ...(known.name === undefined ? {} : { name: known.name }),
    }
  const ended = plan !== null && Object.hasOwn(known.ended, plan) ? known.ended[plan] : undefined
  if (ended === undefined) return null
  return {
    kind: 'ended',
    since: ended.since,
    instead: known.instead === undefined ? null : `${service}:${known.instead}`,
  }
}

/** Sizes are written in any case. */
export function retiredSize(name: string): Retired | null {
  const ended = endedSizes[name.toLowerCase()]
  return ended === undefined ? null : { kind: 'ended', since: ended.since, instead: ended.instead }
}
