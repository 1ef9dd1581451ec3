import {
  applyFixes,
  type Config,
  type Facts,
  type Finding,
  isMendedFirst,
  lintProject,
  loadReaders,
  type Mended,
  type PlanJson,
  planJson,
  readProject,
  rules,
  type Tree,
} from 'flask-dyno'
import { newAppJson } from './app-json.ts'
import { settingsByHand } from './config-vars.ts'
import { asGitSees, ignoreEntries } from './ignore-files.ts'
import type { LockDesk } from './lock-desk.ts'
import { remedied } from './remedies.ts'

/** What a person said about the project that its files do not say. */
export interface Wishes {
  readonly config: Config
  readonly generation: 'cedar' | 'fir'
  /** Which one stays, where several files say what to install. */
  readonly packageManager: string | undefined
  /** Whether a project without an app.json gets one. */
  readonly makeAppJson: boolean
  /** Files that git does not track and does not ignore. */
  readonly untracked: readonly string[]
}

/** A project as it would be after the changes. */
export interface Adopted extends Mended {
  /** What the linter then still says. */
  readonly left: readonly Finding[]
  /** Commands that a person has to run, as sentences without their full stops. */
  readonly byHand: readonly string[]
}

export interface Survey {
  /** Undefined for what is no Flask project. */
  readonly plan: PlanJson | undefined
  /** What the linter says, as the project's config wants it. */
  readonly findings: readonly Finding[]
}

/** What Heroku would do with a tree, and what would go wrong. */
export async function survey(tree: Tree, wishes: Wishes): Promise<Survey> {
  const facts = await factsOf(tree, wishes)
  return { plan: planJson(facts), findings: findingsOf(facts, wishes) }
}

/**
 * The project with all changes made that are wanted: the fixes of `flask-dyno lint --fix`, what `adopt` has for a finding
 * that no fix of one rule can mend, and what it adds besides. Nothing is written.
 */
export async function adopted(
  tree: Tree,
  wishes: Wishes,
  desk: LockDesk,
  isWanted: (finding: Finding) => boolean,
): Promise<Adopted> {
  const lint = async (at: Tree): Promise<readonly Finding[]> => (await survey(at, wishes)).findings
  const look = async (at: Tree): Promise<readonly Finding[]> => {
    const facts = await factsOf(at, wishes)
    const found = findingsOf(facts, wishes)
    const mendable: Finding[] = []
    for (const finding of found) mendable.push(await remedied(finding, { facts, wishes, desk, found, lint }))
    return [...mendable, ...ignoreEntries(at, wishes.untracked), ...(wishes.makeAppJson ? newAppJson(facts) : [])]
  }
  const mended = await applyFixes(tree, look, {
    unsafe: true,
    isWanted: (finding) => isNeeded(finding) && isWanted(finding),
    isFirst: isMendedFirst,
  })
  const left = mended.remaining.filter(({ url }) => url !== '')
  const facts = await factsOf(mended.tree, wishes)
  const settings = settingsByHand(planJson(await factsOf(tree, wishes)), planJson(facts))
  return { ...mended, left, byHand: [...desk.left(left, facts), ...settings] }
}

/** What makes an app run better that runs, and what is merely worth knowing, is no reason to change a project here. */
const BETTER =
  /^(?:gunicorn-(?:workers-fixed|timeout-over-router)|python-version-deprecated|proxy-headers-trusted|connection-limit|log-to-file|requirement-unpinned|slug-too-large)$/

const isNeeded = ({ rule, level }: Finding): boolean => level === 'error' || (level === 'warning' && !BETTER.test(rule))

async function factsOf(tree: Tree, { generation, untracked }: Wishes): Promise<Facts> {
  const seen = asGitSees(tree, untracked)
  await loadReaders(seen)
  return readProject(seen, { generation })
}

function findingsOf(facts: Facts, { config }: Wishes): readonly Finding[] {
  const { findings, faults } = lintProject(facts, rules, {
    selection: { preset: 'strict', select: [], ignore: [], levels: config.rules },
    ...(config.isIgnored === undefined ? {} : { isIgnored: config.isIgnored }),
  })
  const [fault] = faults
  if (fault !== undefined) throw new Error(`the rule ${fault.rule} failed`, { cause: fault.error })
  return findings
}
