// Generated from the files of rules/*/ by `npm run generate`; do not edit.
import type { Rule } from '../engine/rule.ts'

/** Every rule, by stage and identifier. */
export const rules: readonly Rule[] = []
