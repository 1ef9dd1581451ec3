import { z } from 'zod'

const position = { line: z.int().positive(), column: z.int().positive() }

/** JSON format 1 of `lint`. It is only ever added to: a key that is here stays. */
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
