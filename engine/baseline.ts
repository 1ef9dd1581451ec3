import type { Finding } from './finding.ts'
import { identities } from './identity.ts'
import type { Tree } from './tree.ts'

/** A known finding: reported no more, until it is gone. */
export interface BaselineEntry {
  readonly rule: string
  readonly path: string
  /** engine/identity.ts: of the place, and of what stands there whatever the file is called. */
  readonly id: string
  readonly content: string
  /** For the person who reads the file. */
  readonly message: string
}

export interface Baseline {
  readonly version: 1
  readonly findings: readonly BaselineEntry[]
}

/** A baseline that cannot be read; one line for the person whose file it is. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError'
}

/** What a baseline makes of a lint. */
export interface Compared {
  /** Findings that are not in it. */
  readonly findings: readonly Finding[]
  /** How many it hid. */
  readonly hidden: number
  /** Entries whose finding is gone. */
  readonly stale: readonly BaselineEntry[]
}

/**
 * Hides what a baseline knows. A finding is known by its identity, not by a line number or a count. In a file that was
 * renamed it is a new one, and the entry of the old name is not called stale besides: what moved is reported once.
 */
export function compare(baseline: Baseline, findings: readonly Finding[], tree: Tree): Compared {
  const now = identities(findings, tree)
  const known = new Set(baseline.findings.map(({ id }) => id))
  const isNew = (finding: Finding): boolean => !known.has(now.get(finding)?.id ?? '')
  const fresh = findings.filter(isNew)
  const present = new Set([...now.values()].map(({ id }) => id))
  const moved = new Set(fresh.map((finding) => now.get(finding)?.content))
  const stale = baseline.findings.filter(
    ({ id, path, content }) => !present.has(id) && !(moved.has(content) && !tree.has(path)),
  )
  return { findings: fresh, hidden: findings.length - fresh.length, stale }
}

export function baselineOf(findings: readonly Finding[], tree: Tree): Baseline {
  const known = identities(findings, tree)
  const entries = findings.flatMap((finding): BaselineEntry[] => {
    const identity = known.get(finding)
    const { rule, path, message } = finding
    return identity === undefined ? [] : [{ rule, path, ...identity, message }]
  })
  return { version: 1, findings: entries }
}

/** One entry a line, sorted, so that two branches that each change it merge without a conflict more than they must. */
export function baselineText({ findings }: Baseline): string {
  const lines = findings
    .map(({ path, rule, id, content, message }) => JSON.stringify({ path, rule, id, content, message }))
    .sort()
  const body = lines.length === 0 ? '[]' : `[\n${lines.map((line) => `    ${line}`).join(',\n')}\n  ]`
  return `{\n  "version": 1,\n  "findings": ${body}\n}\n`
}

/** @throws BaselineError */
export function parseBaseline(file: string, text: string): Baseline {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new BaselineError(`${file} is no JSON: ${reason}; flask-dyno lint --write-baseline makes it anew`)
  }
  const wrong = new BaselineError(`${file} is no baseline of version 1; flask-dyno lint --write-baseline makes it anew`)
  if (!isRecord(value) || value.version !== 1 || !Array.isArray(value.findings)) throw wrong
  const findings = value.findings.map((entry: unknown): BaselineEntry => {
    if (!isRecord(entry)) throw wrong
    const { rule, path, id, content, message } = entry
    if ([rule, path, id, content].some((text) => typeof text !== 'string' || text === '')) throw wrong
    return {
      rule: String(rule),
      path: String(path),
      id: String(id),
      content: String(content),
      message: String(message),
    }
  })
  return { version: 1, findings }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
