import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { LEVELS, type Level } from '../engine/finding.ts'
import { UsageError } from './arguments.ts'
import { FAILURE_KINDS, type Failure } from './each-line.ts'
import { type BrokenLine, NONE, plus, type RepositorySum } from './merge-sum.ts'

/** What the shards say: one sum for each repository. */
export interface Shards {
  readonly sums: ReadonlyMap<string, RepositorySum>
  readonly broken: readonly BrokenLine[]
  readonly repeated: ReadonlySet<string>
}

/**
 * Reads what `lint --each` wrote, line by line; `-` is stdin. Of a repository that has several lines the last one counts: a shard
 * that was run again stands behind the first try.
 *
 * @throws UsageError when a file cannot be read
 */
export async function readShards(files: readonly string[]): Promise<Shards> {
  const sums = new Map<string, RepositorySum>()
  const broken: BrokenLine[] = []
  const repeated = new Set<string>()
  for (const file of files) {
    let number = 0
    for await (const line of lines(file)) {
      number++
      if (line.trim() === '') continue
      const sum = sumOf(line)
      if (typeof sum === 'string') broken.push({ file, line: number, message: sum })
      else {
        if (sums.has(sum.repository)) repeated.add(sum.repository)
        sums.set(sum.repository, sum)
      }
    }
  }
  return { sums, broken, repeated }
}

async function* lines(file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  // An error of the stream is none of the reader's: it would simply end.
  const failed = new Promise<never>((_, reject) => input.once('error', reject))
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  const iterator = reader[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), failed])
      if (done === true) return
      yield value
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    throw new UsageError(
      code === 'ENOENT'
        ? `there is no file ${file}`
        : `${file} could not be read: ${error instanceof Error ? error.message : error}`,
    )
  }
}

/** What a line says of its repository, or why it says nothing. */
function sumOf(line: string): RepositorySum | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'not a whole line of JSON: was the run cut off?'
  }
  if (!isObject(value) || typeof value.repository !== 'string') return 'no line that flask-dyno lint --each writes'
  if (value.version !== 1) return `made by another flask-dyno (version ${String(value.version)} of the format)`
  const failure = failureIn(value.error)
  const findings = Array.isArray(value.findings) ? value.findings : undefined
  if (typeof value.status !== 'number' || (findings === undefined && failure === null)) {
    return 'no line that flask-dyno lint --each writes'
  }
  const rules = new Map<string, Readonly<Record<Level, number>>>()
  for (const finding of findings ?? []) {
    if (!isObject(finding)) continue
    const level = LEVELS.find((known) => known === finding.level)
    if (level === undefined || typeof finding.rule !== 'string') return 'a finding without its rule or level'
    rules.set(finding.rule, plus(rules.get(finding.rule) ?? NONE, { ...NONE, [level]: 1 }))
  }
  const project = typeof value.project === 'boolean' ? value.project : undefined
  return { repository: value.repository, status: value.status, rules, project, failure }
}

function failureIn(error: unknown): Failure | null {
  if (!isObject(error)) return null
  const kind = FAILURE_KINDS.find((known) => known === error.kind) ?? 'fault'
  return { kind, message: typeof error.message === 'string' ? error.message : '' }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
