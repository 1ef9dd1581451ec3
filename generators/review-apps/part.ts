import type { Part } from '../_shared/part.ts'

/** An app for each pull request: what app.json says of it (app/app-json.ts), and its first data. */
export const reviewApps: Part = {
  name: 'review-apps',
  wanted: ({ reviewApps }) => reviewApps,
  files: ({ answers }) => (answers.database === 'postgres' ? ['package/samples.py', 'tests/test_samples.py'] : []),
  fragments: ({ answers: { database }, imported }) => ({
    ...(database === 'postgres'
      ? { 'factory.imports': imported('samples'), 'factory.setup': 'app.cli.add_command(samples.add_samples)' }
      : {}),
    'readme.sections': `
## Review apps
With [review apps](https://devcenter.heroku.com/articles/github-integration-review-apps) Heroku makes an app for each pull request, as
\`environments.review\` in \`app.json\` says: with the smallest plans${
      database === 'postgres' ? ', and some first data by `flask add-samples`' : ''
    }. After
\`bin/provision\`, connect the pipeline to GitHub, once:

\`\`\`sh
heroku pipelines:connect PIPELINE --repo OWNER/REPOSITORY
heroku reviewapps:enable --pipeline PIPELINE --autodeploy --autodestroy
\`\`\`

Each pull request then costs what its dynos and add-ons cost, until it is closed. On a public repository leave \`--autodeploy\` away:
anybody may open a pull request, and its code would run with your config vars.
`,
  }),
}
