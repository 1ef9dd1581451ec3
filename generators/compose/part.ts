import type { Part } from '../_shared/part.ts'

/** The services that the app has on Heroku, for a developer's computer, by Docker Compose. */
export const compose: Part = {
  name: 'compose',
  wanted: ({ compose }) => compose,
  files: () => ['compose.yaml'],
  fragments: () => ({
    'readme.local': `
To work with the services that the app has on Heroku, in place of what stands in for them: \`docker compose up --detach --wait\`, and take
the \`#\` away from their addresses in \`.env\`. \`docker compose down\` ends them; with \`--volumes\` it throws their data away, too.
`,
    'readme.files': '| `compose.yaml` | the services of Heroku, for this computer |',
    slugignore: '/compose.yaml',
    dockerignore: 'compose.yaml',
  }),
}
