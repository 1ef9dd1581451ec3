import { partCommand } from '../_shared/part-command.ts'
import { hook } from './part.ts'

/** What `hook` takes. */
export const HOOK = partCommand({
  name: 'hook',
  summary: 'adds a git hook that lints what is pushed',
  wants: { hook: true },
  afterwards: ['git config core.hooksPath .githooks'],
  part: hook,
})
