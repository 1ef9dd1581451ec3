import type { Part } from '../_shared/part.ts'

/** A git hook in the repository, that everybody who works on it can switch on: it lints the commits that are pushed. */
export const hook: Part = {
  name: 'hook',
  wanted: ({ hook }) => hook,
  files: () => ['.githooks/pre-push'],
  fragments: () => ({
    'readme.local': `
Before each push the hook in \`.githooks/\` looks at the commits that are pushed, and stops those that Heroku would stop. In each
clone, \`git config core.hooksPath .githooks\` switches it on, once. \`git push --no-verify\` goes past it.
`,
    slugignore: '/.githooks',
    dockerignore: '.githooks',
  }),
}
