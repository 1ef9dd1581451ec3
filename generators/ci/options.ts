import { partCommand } from '../_shared/part-command.ts'
import { ci } from './part.ts'

/** What `ci` takes. */
export const CI = partCommand({
  name: 'ci',
  summary: 'adds tests and the linter at each push',
  wants: { ci: 'github' },
  part: ci,
})
