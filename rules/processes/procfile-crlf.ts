import { readProcfile } from '../../engine/facts/procfile.ts'
import type { Edit } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'

export const procfileCrlf = defineRule({
  id: 'procfile-crlf',
  stage: 'processes',
  level: 'warning',
  summary: 'The Procfile has the line ends of Windows',
  why: "The published pattern of Cedar's reader leaves the carriage return at the end of the command, where it belongs to the last word: `app:app\\r`. Blank lines that hold one make `heroku local` give the file up. Fir reads both kinds, and Heroku's own review of an app asks for plain line ends.",
  consequence:
    'The last word of the command may end in a carriage return, so that the process does not find what it names: H10 (App crashed).',
  instead:
    'Save the file with LF line ends, and keep git from changing them with a line in `.gitattributes`:\n\n```text\nProcfile text eol=lf\n```',
  fix: { safety: 'safe', note: 'writes LF line ends' },
  sources: [
    { title: "The pattern of Cedar's reader", url: 'https://github.com/heroku/buildpacks-procfile/blob/main/SPEC.md' },
    { title: 'git: end-of-line conversion', url: 'https://git-scm.com/docs/gitattributes#_end_of_line_conversion' },
  ],
  since: '0.1.0',
  needs: ['tree', 'procfileCandidates', 'plan'],
  check: ({ tree, procfileCandidates, plan }) => {
    if (plan.source.kind === 'heroku.yml') return []
    const procfile = tree.has('Procfile') ? readProcfile(tree) : procfileCandidates[0]?.procfile
    const text = procfile?.file.text ?? ''
    const first = text.indexOf('\r\n')
    // of UTF-16 nothing is read, whatever its line ends
    if (procfile === undefined || first < 0 || procfile.entries.length === 0 || /^utf-16/.test(procfile.file.encoding))
      return []
    const { path } = procfile
    if (tree.storesLf(path)) return []
    const edits: Edit[] = []
    for (let at = first; at >= 0; at = text.indexOf('\r\n', at + 1))
      edits.push({ kind: 'text', path, start: at, end: at + 1, text: '' })
    return [
      {
        at: { path, start: first, end: first },
        message: 'Lines end in CRLF here, as Windows writes them. Save the file with LF line ends.',
        fix: { safety: 'safe', description: 'write LF line ends', edits },
      },
    ]
  },
})
