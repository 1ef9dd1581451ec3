/** What the picture needs to know of the plan: the plan as everybody gets it, and where its parts stand. */
import type { Facts } from '../../facts/facts.ts'
import type { Place } from '../../finding.ts'
import { type PlanJson, planJson } from '../../plan/plan-json.ts'
import { LineIndex } from '../../positions.ts'

export interface ProcessPlace {
  readonly type: string
  /** Where the process is declared. */
  readonly path: string
  readonly line: number
  readonly command: string
  /** Other files that its command goes through: shell scripts. */
  readonly through: readonly string[]
  /** The Python files of the tree that it runs. */
  readonly runs: readonly string[]
}

export interface Deploy {
  readonly plan: PlanJson
  /** Every process, release among them, in the order of the file that declares them. */
  readonly processes: readonly ProcessPlace[]
  /** The Flask app that the project is about, where no process starts it. */
  readonly unstarted: {
    readonly name: string
    readonly path: string
    readonly line: number
    readonly runs: readonly string[]
  } | null
}

/** Undefined when the tree is no Flask project. */
export function deployOf(facts: Facts): Deploy | undefined {
  const plan = planJson(facts)
  if (plan === undefined || facts.plan === undefined) return undefined
  const { processes, unstarted, webApp } = facts.plan
  const lineOf = ({ path, start = 0 }: Place): number =>
    new LineIndex(facts.tree.read(path)?.text ?? '').position(start).line
  return {
    plan,
    processes: processes.map(({ type, at, command, server, invocations }) => ({
      type,
      path: at.path,
      line: lineOf(at),
      command,
      through: [...new Set(invocations.map(({ path }) => path))].filter((path) => path !== at.path),
      runs: (server?.boot?.loaded ?? []).map(({ path }) => path),
    })),
    unstarted:
      unstarted === null || webApp === null
        ? null
        : {
            name: webApp.name,
            path: webApp.at.path,
            line: lineOf(webApp.at),
            runs: unstarted.loaded.map(({ path }) => path),
          },
  }
}
