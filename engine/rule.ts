import type { Facts } from './facts/facts.ts'
import type { FindingDraft, FixSafety, Level } from './finding.ts'

export const STAGES = ['build', 'processes', 'data', 'security', 'platform'] as const
/** When a user would have met the fault. */
export type Stage = (typeof STAGES)[number]

export interface Source {
  readonly title: string
  readonly url: string
}

/** The names of the facts a rule may ask for. */
export type FactName = keyof Facts
/** The facts a rule asked for, each known to be present. */
export type Needed<N extends FactName> = { readonly [K in N]: NonNullable<Facts[K]> }

/** What every rule says of itself; its page and `explain` are made of this and of its fixtures. */
export interface RuleText {
  /** The fault in kebab-case; also the file's name. */
  readonly id: string
  readonly stage: Stage
  /** The level of a finding that names none itself. */
  readonly level: Level
  /** One line, no full stop: what the rule finds. */
  readonly summary: string
  /** Why it matters on Heroku: a few sentences of Markdown. */
  readonly why: string
  /** What Heroku does: its error code or the buildpack's failure reason. Used where a finding names none itself. */
  readonly consequence: string
  /** What to write instead: Markdown, with a snippet where one helps. */
  readonly instead: string
  readonly fix?: { readonly safety: FixSafety; readonly note: string }
  readonly sources: readonly Source[]
  /** Version of flask-dyno that brought the rule. */
  readonly since: string
  /**
   * The fault is that something is missing, and the rule gives way to the one that says where it lies: at the `place` that asks
   * for it, or as a whole.
   */
  readonly absence?: 'place' | 'procfile' | 'packages'
  /** Failure reasons of heroku-buildpack-python that this rule predicts. */
  readonly predicts?: readonly string[]
}

export interface Rule extends RuleText {
  readonly needs: readonly FactName[]
  readonly check: (facts: Facts) => Iterable<FindingDraft>
}

/**
 * Makes a rule of its text, the names of the facts it needs, and one pure function.
 * A rule one of whose facts is absent has nothing to say: `check` is not called then.
 */
export function defineRule<const N extends FactName>(
  rule: RuleText & { readonly needs: readonly N[]; readonly check: (facts: Needed<N>) => Iterable<FindingDraft> },
): Rule {
  const { check, ...text } = rule
  return {
    ...text,
    check: (facts) => {
      const given: Partial<Record<FactName, unknown>> = {}
      for (const name of rule.needs) {
        const fact = facts[name]
        if (fact === undefined || fact === null) return []
        given[name] = fact
      }
      const drafts = check(given as Needed<N>)
      return rule.absence === undefined ? drafts : [...drafts].filter((draft) => !isExplained(facts, rule, draft))
    },
  }
}

/** Asked only where there is a finding, since the answer takes a second look at the project. */
function isExplained({ leftOut }: Facts, { absence }: RuleText, { at }: FindingDraft): boolean {
  if (absence !== 'place') return leftOut.some(({ kind }) => kind === absence)
  return leftOut.some((file) => file.at.path === at.path && file.at.start === at.start)
}
