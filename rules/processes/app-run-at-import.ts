import type { FindingDraft, Fix, Place, TextEdit } from '../../engine/finding.ts'
import { spellingOf } from '../../engine/fix-spelling.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { asUnread, callsOf, trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

export const appRunAtImport = defineRule({
  id: 'app-run-at-import',
  stage: 'processes',
  level: 'error',
  summary: 'A module that a server imports starts the development server while it is imported',
  why: 'gunicorn imports the module that it serves. An `app.run()` at its top level, or in the factory, runs on that import, and does not come back: the worker listens on 127.0.0.1:5000 in place of answering what the router sends.',
  consequence:
    'gunicorn holds $PORT and no worker answers: requests end in H12 (Request timeout), and workers are killed and started anew.',
  instead:
    'Keep it for your laptop, where the file is started by hand:\n\n```python\nif __name__ == "__main__":\n    app.run()\n```',
  fix: {
    safety: 'safe',
    note: 'puts the call under `if __name__ == "__main__":` where it is a line of its own at the top level',
  },
  sources: [
    { title: 'Flask: app.run()', url: 'https://flask.palletsprojects.com/en/stable/api/#flask.Flask.run' },
    { title: 'Heroku error codes: H12', url: 'https://devcenter.heroku.com/articles/error-codes#h12-request-timeout' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) =>
    callsOf(plan, RUNS).flatMap((found): FindingDraft[] => {
      const { call, server, process, certainty } = found
      if (server === null || process === null || call.phase !== 'import' || certainty !== 'certain') return []
      if (!IMPORTING.has(server.command.server)) return []
      const fix = fixOf(plan, call.at)
      return [
        {
          at: call.at,
          message: `\`${call.name.endsWith('run_server') ? 'app.run_server()' : 'app.run()'}\` runs when ${server.name} imports this module, and never ends. Put it under \`if __name__ == "__main__":\`.`,
          ...(process.type === 'web'
            ? {}
            : { consequence: `The ${process.type} process hangs here and does no work.` }),
          ...asUnread(plan),
          related: trailTo(found, call.at),
          ...(fix ? { fix } : {}),
        },
      ]
    }),
})

const RUNS =
  /^(?:flask\.Flask\.run|(?:jupyter_)?dash\.(?:\w+\.)?(?:Jupyter)?Dash\.run(?:_server)?|flask_socketio\.SocketIO\.run|werkzeug\.serving\.run_simple)$/

/** Servers that import the app. The `flask` command ignores app.run() (flask/app.py, run). */
const IMPORTING: ReadonlySet<string> = new Set([
  'gunicorn',
  'waitress',
  'uwsgi',
  'hypercorn',
  'uvicorn',
  'daphne',
  'granian',
  'celery',
])

/** Only for a statement that has its lines for itself, and holds no text of several lines, which must not be moved. */
function fixOf(plan: Plan, { path, start, end }: Place): Fix | null {
  const text = plan.modules.tree.read(path)?.text
  if (text === undefined || start === undefined || end === undefined) return null
  const lines = text.slice(start, end)
  const alone =
    (start === 0 || text.charAt(start - 1) === '\n') && /^[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/.test(text.slice(end))
  if (!alone || /"""|'''|\\\r?\n/.test(lines)) return null
  const { indent, quoted } = spellingOf(plan, path)
  const inserted = (at: number, words: string): TextEdit => ({ kind: 'text', path, start: at, end: at, text: words })
  return {
    safety: 'safe',
    description: 'put it under if __name__ == "__main__":',
    // a debug mode that never came on so far is one for those who run the file by hand
    brings: ['debug-when-run-by-hand'],
    edits: [
      inserted(start, `${quoted('if __name__ == "__main__":')}\n${indent}`),
      ...[...lines.matchAll(/\n(?=[ \t]*[^\s])/g)].map(({ index }) => inserted(start + index + 1, indent)),
    ],
  }
}
