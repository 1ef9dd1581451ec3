import type { Part } from '../_shared/part.ts'

/** `bin/provision`: the whole set-up on Heroku as one script that a team can review, in every project. */
export const provision: Part = {
  name: 'provision',
  wanted: () => true,
  files: () => ['bin/provision'],
  fragments: () => ({
    slugignore: '/bin/provision',
    'readme.files': '| `bin/provision` | sets up an app on Heroku for this project |',
  }),
}
