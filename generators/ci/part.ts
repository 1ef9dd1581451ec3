import type { Part } from '../_shared/part.ts'

/** Tests and the linter at each push, where the team's pushes go. */
export const ci: Part = {
  name: 'ci',
  wanted: ({ ci }) => ci !== 'none',
  files: ({ answers }) => (answers.ci === 'github' ? ['.github/workflows/ci.yml'] : []),
}
