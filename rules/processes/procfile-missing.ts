import type { Edit } from '../../engine/finding.ts'
import { withGunicorn } from '../../engine/fix-requirement.ts'
import { defineRule } from '../../engine/rule.ts'

export const procfileMissing = defineRule({
  id: 'procfile-missing',
  stage: 'processes',
  level: 'error',
  summary: 'A Flask app without a Procfile: nothing tells Heroku what to start',
  why: "The Python buildpack starts nothing by itself: without a Procfile the build succeeds and no process is declared. Only an app on the container stack does without one, where heroku.yml or the image's own command says what runs.",
  consequence: 'No dyno answers requests: Heroku reports H14 (No web dynos running).',
  instead:
    'Write a file called `Procfile` at the root:\n\n```procfile\nweb: gunicorn app:app\n```\n\nand add gunicorn to the requirements. The part before the colon names the module, the part behind it the Flask object in it; an app factory is called in quotes: `web: gunicorn "shop:create_app()"`.',
  fix: {
    safety: 'unsafe',
    note: 'Writes a Procfile that starts gunicorn with the app that was found, and adds gunicorn to requirements.txt where it is missing.',
  },
  sources: [
    { title: 'The Procfile', url: 'https://devcenter.heroku.com/articles/procfile' },
    {
      title: 'What the Python buildpack declares by itself: no process',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/main/bin/release',
    },
    {
      title: 'Heroku error codes: H14',
      url: 'https://devcenter.heroku.com/articles/error-codes#h14-no-web-dynos-running',
    },
  ],
  since: '0.1.0',
  absence: 'procfile',
  needs: ['tree', 'procfileCandidates', 'plan', 'dependencies'],
  check: ({ tree, procfileCandidates, plan, dependencies }) => {
    if (tree.has('Procfile') || tree.has('heroku.yml') || procfileCandidates.length > 0) return []
    const { webApp } = plan
    if (webApp === null) return []
    // an image may be pushed instead of the code, and then its own command runs
    const image = plan.source.kind === 'dockerfile'
    const line = `web: gunicorn ${webApp.words}`
    const edit: Edit = { kind: 'create', path: 'Procfile', text: `${line}\n` }
    return [
      {
        at: { path: 'Procfile' },
        level: image ? 'warning' : 'error',
        message: image
          ? `No Procfile and no heroku.yml: unless the image is pushed as a container, nothing says what to start. Add a Procfile with \`${line}\`.`
          : `There is no Procfile, so nothing says what to start. Add one with \`${line}\`.`,
        related: [{ ...webApp.at, message: 'this Flask app answers HTTP' }],
        fix: {
          safety: 'unsafe',
          description: `write a Procfile that says \`${line}\``,
          ...(withGunicorn(tree, dependencies, [edit]) ?? { edits: [edit], brings: ['server-not-installed'] }),
        },
      },
    ]
  },
})
