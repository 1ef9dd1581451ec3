/**
 * The JSON that the command line hands out, version 1: what the tests check and schema/*.json is made of.
 * It is only ever added to: a key that is here stays, with its meaning and type.
 */
import { z } from 'zod'
import { FAILURE_KINDS } from '../cli/each-line.ts'

const position = { line: z.int().positive(), column: z.int().positive() }

/** `lint --format json`. */
export const lintFormat = z.strictObject({
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal('flask-dyno'), version: z.string() }),
  root: z.string(),
  revision: z.string().nullable(),
  findings: z.array(
    z.strictObject({
      rule: z.string(),
      level: z.enum(['error', 'warning', 'info']),
      message: z.string(),
      consequence: z.string(),
      path: z.string(),
      ...position,
      endLine: z.int().positive(),
      endColumn: z.int().positive(),
      related: z.array(z.strictObject({ path: z.string(), ...position, message: z.string() })),
      fix: z.strictObject({ safety: z.enum(['safe', 'unsafe']), description: z.string() }).nullable(),
      url: z.url(),
    }),
  ),
  hidden: z.strictObject({ suppressed: z.int(), baseline: z.int(), belowPreset: z.int(), before: z.optional(z.int()) }),
  notes: z.array(z.strictObject({ path: z.string().nullable(), message: z.string() })),
  summary: z.strictObject({
    error: z.int(),
    warning: z.int(),
    info: z.int(),
    files: z.int(),
    milliseconds: z.int(),
  }),
})

const failure = {
  kind: z.enum(FAILURE_KINDS),
  message: z.string(),
}

/** A line of `lint --each`: a lint with some keys more, or the reason why there is none. */
export const eachFormat = z.union([
  lintFormat.extend({
    repository: z.string().describe('as the list names it'),
    status: z.literal([0, 1, 3]),
    project: z.boolean().describe('false for a folder without a Flask app'),
    error: z.strictObject(failure).optional().describe('a rule failed; the others did not'),
  }),
  z.strictObject({
    version: z.literal(1),
    tool: lintFormat.shape.tool,
    repository: z.string(),
    status: z.literal([2, 3]),
    error: z.strictObject(failure),
  }),
])

const counts = { error: z.int(), warning: z.int(), info: z.int() }

/** `merge --format json`. */
export const mergeFormat = z.strictObject({
  version: z.literal(1),
  tool: lintFormat.shape.tool,
  repositories: z.strictObject({
    total: z.int(),
    clean: z.int(),
    withFindings: z.int(),
    withoutApp: z.int().describe('no Flask app, and no findings'),
    failed: z.int().describe('could not be linted, or not by every rule'),
    absent: z.int().describe('named by --expect, and in no file'),
  }),
  findings: z.strictObject(counts),
  rules: z.array(z.strictObject({ rule: z.string(), ...counts, repositories: z.int() })),
  worst: z.array(z.strictObject({ repository: z.string(), ...counts })),
  failures: z.array(z.strictObject({ repository: z.string(), ...failure })),
  absent: z.array(z.string()),
  broken: z.array(z.strictObject({ file: z.string(), line: z.int().positive(), message: z.string() })),
  repeated: z.array(z.string()).describe('repositories with several lines, of which the last counts'),
})

/** `plan --format json`; `null` for a folder without a Flask project. */
export const planFormat = z
  .strictObject({
    version: z.literal(1),
    generation: z.enum(['cedar', 'fir']),
    buildpack: z.string(),
    build: z.strictObject({
      failure: z.string().nullable().describe('the failure reason that the Python buildpack would give first'),
      warnings: z.array(z.string()),
      packageManager: z.string().nullable(),
      pythonVersion: z.string(),
      pythonVersionSource: z.string(),
    }),
    source: z.string().nullable().describe('the file that says what runs'),
    processes: z.array(
      z.strictObject({
        type: z.string(),
        command: z.string(),
        program: z.string().nullable(),
        server: z.string().nullable(),
        target: z
          .strictObject({
            module: z.string(),
            attribute: z.string().nullable(),
            path: z.string().nullable(),
            line: z.int().nullable(),
          })
          .nullable(),
        bind: z.string().nullable(),
        settings: z.record(z.string(), z.strictObject({ value: z.string(), from: z.string() })),
      }),
    ),
    release: z.string().nullable(),
    reachable: z.array(z.string()).describe('paths of the modules that production runs'),
    configVars: z.array(
      z.strictObject({ name: z.string(), required: z.boolean(), path: z.string(), line: z.int().positive() }),
    ),
    stores: z.array(
      z.strictObject({
        kind: z.enum(['postgres', 'sqlite', 'other']),
        through: z.string(),
        address: z.string(),
        when: z.array(z.string()).describe('config vars on which it depends'),
        path: z.string(),
        line: z.int().positive(),
      }),
    ),
  })
  .nullable()

/** `rules --format json`. */
export const rulesFormat = z.strictObject({
  version: z.literal(1),
  rules: z.array(
    z.strictObject({
      id: z.string(),
      stage: z.enum(['build', 'processes', 'data', 'security', 'platform']),
      level: z.enum(['error', 'warning', 'info']),
      summary: z.string(),
      since: z.string(),
      fix: z.enum(['safe', 'unsafe']).nullable(),
      predicts: z.array(z.string()).describe('failure reasons of the Python buildpack that the rule predicts'),
      sources: z.array(z.strictObject({ title: z.string(), url: z.url() })),
      url: z.url(),
    }),
  ),
})

const TITLES: Readonly<Record<string, string>> = { each: 'a line of flask-dyno lint --each' }

/** The formats as JSON Schema for programs that read them; a reader must not mind keys that come later. */
export function formatSchemas(): ReadonlyMap<string, string> {
  const formats = { lint: lintFormat, each: eachFormat, merge: mergeFormat, plan: planFormat, rules: rulesFormat }
  return new Map(
    Object.entries(formats).map(([name, format]) => {
      const schema = z.toJSONSchema(format, { target: 'draft-2020-12' })
      const text = JSON.stringify(
        { title: `${TITLES[name] ?? `flask-dyno ${name} --format json`}, version 1`, ...schema },
        null,
        2,
      )
      return [
        `schema/${name}.json`,
        `${text.replaceAll('"additionalProperties": false', '"additionalProperties": true')}\n`,
      ]
    }),
  )
}
