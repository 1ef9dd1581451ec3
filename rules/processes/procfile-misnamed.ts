import type { ProcfileCandidate } from '../../engine/facts/procfile.ts'
import type { Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

function messageFor({ path, why }: ProcfileCandidate): string {
  switch (why) {
    case 'case':
      return `Heroku reads only \`Procfile\`, in exactly this case, and this file is called \`${path}\`. Rename it.`
    case 'extension':
      return `Heroku reads only \`Procfile\`, without an extension, and this file is called \`${path}\`. Rename it.`
    case 'misspelled':
      return `Heroku reads only \`Procfile\`, and this file is called \`${path}\`. Rename it.`
    case 'folder':
      return `Heroku reads only the Procfile at the root of what is pushed, and this one lies in \`${folderOf(path)}\`. Move it to the root, or push that folder as the root.`
  }
}

/** A Procfile of a folder is not simply moved: its commands are written for that folder. */
function fixFor({ path, why }: ProcfileCandidate, taken: boolean): Fix | undefined {
  if (why === 'folder' || taken) return undefined
  return {
    safety: 'safe',
    uncovers: true,
    description: `rename ${path} to Procfile`,
    edits: [{ kind: 'rename', path, to: 'Procfile' }],
  }
}

export const procfileMisnamed = defineRule({
  id: 'procfile-misnamed',
  stage: 'processes',
  level: 'error',
  summary: 'A file was meant as the Procfile, but Heroku does not read it under this name or in this place',
  why: 'Heroku looks for one file: `Procfile`, at the root, in exactly this case and without an extension. `procfile`, `Procfile.txt` or `backend/Procfile` are built into the slug like any other file and start nothing. On macOS and Windows the wrong case goes unnoticed, since the file system does not tell the names apart.',
  consequence: 'No process is declared, so that no dyno answers requests: Heroku reports H14 (No web dynos running).',
  instead:
    'Rename the file to `Procfile` and keep it at the root. git on macOS and Windows needs to be told: `git mv procfile Procfile`. Where the app lives in a folder of its own, push that folder as the root: `git subtree push --prefix backend heroku main`.',
  fix: { safety: 'safe', note: 'Renames the file; one that lies in a folder is left where it is.' },
  sources: [
    {
      title: 'The Procfile: name and location',
      url: 'https://devcenter.heroku.com/articles/procfile#procfile-naming-and-location',
    },
    {
      title: 'Heroku error codes: H14',
      url: 'https://devcenter.heroku.com/articles/error-codes#h14-no-web-dynos-running',
    },
  ],
  since: '0.1.0',
  needs: ['tree', 'procfileCandidates', 'plan'],
  check: ({ tree, procfileCandidates, plan }) => {
    const [best, ...others] = procfileCandidates
    // heroku.yml says what runs on the container stack, and then a Procfile is not read at all
    if (best === undefined || plan.source.kind === 'heroku.yml') return []
    const fix = fixFor(best, tree.has('Procfile'))
    return [
      {
        at: { path: best.path },
        message: messageFor(best),
        related: others.map(({ path }) => ({ path, message: 'nor is this one read' })),
        ...(fix === undefined ? {} : { fix }),
      },
    ]
  },
})
