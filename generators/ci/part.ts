import type { Part } from '../_shared/part.ts'

/** Tests and the linter at each push, where the team's pushes go. What Heroku CI does is in app.json (app/app-json.ts). */
export const ci: Part = {
  name: 'ci',
  wanted: ({ ci }) => ci !== 'none',
  files: ({ answers }) => {
    if (answers.ci === 'github') return ['.github/workflows/ci.yml']
    return answers.ci === 'gitlab' ? ['.gitlab-ci.yml'] : []
  },
  fragments: ({ answers }) => {
    if (answers.ci === 'gitlab')
      return {
        slugignore: '/.gitlab-ci.yml',
        'readme.files': '| `.gitlab-ci.yml` | what GitLab runs for each push to main and each merge request |',
      }
    if (answers.ci === 'github')
      return { 'readme.files': '| `.github/` | what GitHub runs for each push to main and each pull request |' }
    return {
      'readme.sections': `
## Heroku CI
[Heroku CI](https://devcenter.heroku.com/articles/heroku-ci) runs what \`environments.test\` in \`app.json\` says for each push to GitHub${
        answers.database === 'postgres' ? ':\nthe tables are made in a real PostgreSQL, then come the tests' : ''
      }. Switch it on in the settings of the pipeline that
\`bin/provision\` made, after connecting it to GitHub; it costs a monthly fee for the pipeline and the time of its dynos.
`,
    }
  },
}
