import { defineRule } from '../../engine/rule.ts'

export const herokuYmlIgnored = defineRule({
  id: 'heroku-yml-ignored',
  stage: 'platform',
  level: 'info',
  summary: 'heroku.yml and a Procfile stand side by side, and Heroku reads one of them only',
  why: 'Which of the two counts is decided by the stack of the app, which is not in the repository: on `container` Heroku builds the images of heroku.yml and does not look at the Procfile, on every other stack it is the other way round. Whoever changes a command in the wrong one changes nothing.',
  consequence: 'Nothing as long as both say the same; a change in one of them may never reach the app.',
  instead:
    'Keep one. `heroku stack` says which it is; `heroku stack:set heroku-26` leads from heroku.yml to the Procfile, `heroku stack:set container` back.',
  sources: [
    {
      title: 'Building Docker images with heroku.yml',
      url: 'https://devcenter.heroku.com/articles/build-docker-images-heroku-yml',
    },
    { title: 'Stacks', url: 'https://devcenter.heroku.com/articles/stack' },
  ],
  since: '0.1.0',
  needs: ['herokuYml', 'plan', 'procfile'],
  check: ({ herokuYml, plan, procfile }) => {
    // a file that Heroku refuses is another rule's business
    if (herokuYml.problem !== null || herokuYml.faults.length > 0) return []
    return plan.container
      ? [
          {
            at: { path: procfile.path },
            message:
              'app.json asks for the container stack, where heroku.yml counts and the Procfile does not. Keep one.',
          },
        ]
      : [
          {
            at: { path: herokuYml.path },
            message: 'Beside a Procfile heroku.yml counts on the container stack only. Keep one of them.',
          },
        ]
  },
})
