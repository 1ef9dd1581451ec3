import type { Part } from '../_shared/part.ts'

/** The Fir generation: Cloud Native Buildpacks in a Fir Private Space, which set less than the Cedar ones. */
export const fir: Part = {
  name: 'fir',
  wanted: ({ generation }) => generation === 'fir',
  files: () => ['project.toml'],
  fragments: ({ answers: { websockets } }) => ({
    'gunicorn.imports': websockets ? '' : 'import os',
    gunicorn: `
${
  websockets
    ? ''
    : `# Fir's Python buildpack does not count the workers, as Cedar's does: 2 fit in 512 MB.
# https://github.com/heroku/buildpacks-python
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))

`
}# A dyno is reached through Heroku's router alone, so that its X-Forwarded-Proto is true. On Cedar
# the buildpack says so.
# https://devcenter.heroku.com/articles/http-routing#heroku-headers
forwarded_allow_ips = "*"
`,
    'readme.files': '| `project.toml` | what Fir leaves out of the image |',
  }),
}
