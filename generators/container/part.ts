import type { Part } from '../_shared/part.ts'

/** The container stack: an image of our own for all processes, in place of the buildpack's slug. */
export const container: Part = {
  name: 'container',
  wanted: ({ container }) => container,
  files: () => ['heroku.yml', 'Dockerfile', '_dockerignore'],
  fragments: ({ packageName }) => ({
    'readme.sections': `
## The image
The app runs on Heroku's [container stack](https://devcenter.heroku.com/articles/build-docker-images-heroku-yml): Heroku builds
\`Dockerfile\` at each push, and \`heroku.yml\` says what runs in it. Nobody but you updates the operating system in it: push again
from time to time. To try it on this computer:

\`\`\`sh
docker build --pull --tag ${packageName} .
docker run --rm --publish 127.0.0.1:8000:8000 --env PORT=8000 ${packageName}
\`\`\`
`,
    'readme.files': `
| \`heroku.yml\` | what Heroku builds and runs |
| \`Dockerfile\` | the image of all processes |
`,
  }),
}
