import { readAppJsonSource } from '../../engine/facts/app-json.ts'
import { appJsonFaults } from '../../engine/facts/app-json-faults.ts'
import type { JsonProblem } from '../../engine/facts/json-source.ts'
import type { FindingDraft, Fix, TextEdit } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'

export const appJsonInvalid = defineRule({
  id: 'app-json-invalid',
  stage: 'platform',
  level: 'error',
  summary: 'app.json is no JSON, or holds something of the wrong kind',
  why: 'Heroku reads app.json when it makes an app from it: a review app, a Heroku CI run, the Deploy to Heroku button, `heroku pipelines:setup`. It is checked as a whole, so that one wrong value stops all of it. JSON is stricter than it looks: no comments, no comma after the last item, double quotes only; config vars and sizes are texts, quantities are numbers. A plain `git push` to an app that exists does not look at the file, which is why the fault stays unseen for so long.',
  consequence:
    'Setting up an app stops with "The content of app.json is not valid; please see app.json Schema for more information" or "invalid app.json". A push to an existing app goes on as before.',
  instead:
    'Keep to the published form:\n\n```json\n{\n  "env": {\n    "SECRET_KEY": { "generator": "secret" },\n    "WEB_CONCURRENCY": { "value": "2" }\n  },\n  "formation": { "web": { "quantity": 1, "size": "basic" } },\n  "addons": ["heroku-postgresql"],\n  "buildpacks": [{ "url": "heroku/python" }]\n}\n```',
  fix: {
    safety: 'safe',
    note: 'takes out comments and a comma too many, and writes a value in the form that is asked for',
  },
  sources: [
    { title: 'app.json schema', url: 'https://devcenter.heroku.com/articles/app-json-schema' },
    {
      title: "Heroku's own JSON Schema of app.json",
      url: 'https://github.com/heroku/heroku-mcp-server/blob/main/src/utils/app-json.schema.json',
    },
    { title: 'A report of the error that comments give', url: 'https://github.com/dibyadas/imagery/pull/20' },
  ],
  since: '0.1.0',
  needs: ['tree', 'plan'],
  check: ({ tree }) => {
    const source = readAppJsonSource(tree)
    if (source === undefined) return []
    const { path, file, root, problem } = source
    if (problem !== null) return [notJson(path, file.text, problem)]
    if (root === null) return []
    return appJsonFaults(root).map(({ kind, at, message, meant, replacement }): FindingDraft => {
      const fix: Fix | null =
        replacement === undefined
          ? null
          : {
              // a key that Heroku begins to read may bring an add-on that costs
              safety: kind === 'type' ? 'safe' : 'unsafe',
              description: replacement.description,
              edits: [{ kind: 'text', path, start: at.start, end: at.end, text: replacement.text }],
            }
      return {
        at: { path, ...at },
        message: asSentence(message),
        ...(kind === 'type' ? {} : ignored(meant)),
        ...(fix ? { fix } : {}),
      }
    })
  },
})

/** Whether Heroku refuses a key that it does not know is nowhere written; that it does nothing with one is sure. */
function ignored(meant: string | undefined): Pick<FindingDraft, 'level' | 'consequence'> {
  return {
    level: meant === undefined ? 'info' : 'warning',
    consequence: 'Heroku does nothing with a key that it does not know: what was meant by it does not happen.',
  }
}

function notJson(path: string, text: string, problem: JsonProblem): FindingDraft {
  const before = text.slice(0, problem.start).trimEnd()
  const comma = problem.message.includes('comma before') && before.endsWith(',') ? before.length - 1 : -1
  const comments = comma < 0 ? commentsIn(path, text) : []
  if (comma < 0)
    return {
      at: { path, start: problem.start, end: problem.end },
      message: `app.json is no JSON from here on: ${problem.message}.`,
      ...(comments.length === 0
        ? {}
        : { fix: { safety: 'safe', description: 'take the comments out', uncovers: true, edits: comments } }),
    }
  return {
    at: { path, start: comma, end: comma + 1 },
    message: 'app.json is no JSON: this comma is one too many. Take it out.',
    fix: {
      safety: 'safe',
      description: 'take the comma out',
      uncovers: true,
      edits: [{ kind: 'text', path, start: comma, end: comma + 1, text: '' }],
    },
  }
}

const asSentence = (text: string): string => {
  const begun = text.startsWith('app.json') ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
  return begun.endsWith('?') ? begun : `${begun}.`
}

/** Comments outside of texts, which JSON does not know; a line that holds nothing else goes with its comment. */
function commentsIn(path: string, text: string): TextEdit[] {
  const found = text.matchAll(/"(?:[^"\\\n]|\\.)*"|(?:(?<=\n|^)[ \t]*)?\/\/[^\n]*\n?|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g)
  return [...found].flatMap((match): TextEdit[] => {
    const [token] = match
    if (token.startsWith('"')) return []
    const alone = match.index === 0 || text.charAt(match.index - 1) === '\n'
    const end = match.index + (alone ? token.length : token.replace(/\r?\n$/, '').length)
    const start = alone ? match.index : match.index - (/[ \t]*$/.exec(text.slice(0, match.index))?.[0].length ?? 0)
    return [{ kind: 'text', path, start, end, text: '' }]
  })
}
