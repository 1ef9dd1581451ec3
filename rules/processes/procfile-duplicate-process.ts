import { type ProcfileEntry, readProcfile } from '../../engine/facts/procfile.ts'
import type { FindingDraft, Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'

export const procfileDuplicateProcess = defineRule({
  id: 'procfile-duplicate-process',
  stage: 'processes',
  level: 'warning',
  summary: 'The Procfile has the same process type twice',
  why: 'A process type has one command. Of two lines, Fir takes the last one and warns; so does `heroku local`, without a word; foreman starts both; honcho refuses the file. Nothing says what Cedar does.',
  consequence: 'One of the two commands never runs, and which one depends on who reads the file.',
  instead:
    'Keep one line a type. What both should run belongs into one command, or into a type of its own:\n\n```procfile\nweb: gunicorn app:app\nworker: python worker.py\n```',
  fix: { safety: 'safe', note: 'takes out the first of two lines that say the same' },
  sources: [
    { title: "Duplicates in Fir's grammar", url: 'https://github.com/heroku/buildpacks-procfile/blob/main/SPEC.md' },
    { title: 'The Procfile', url: 'https://devcenter.heroku.com/articles/procfile' },
  ],
  since: '0.1.0',
  needs: ['tree', 'procfileCandidates', 'plan'],
  check: ({ tree, procfileCandidates, plan }) => {
    if (plan.source.kind === 'heroku.yml') return []
    const procfile = tree.has('Procfile') ? readProcfile(tree) : procfileCandidates[0]?.procfile
    return (procfile?.entries ?? []).flatMap((entry): FindingDraft[] => {
      const wins = procfile?.effective.get(entry.type)
      // the type of a stray command is none that anybody meant twice
      if (wins === undefined || wins === entry || entry.readBy.length === 0) return []
      const same = wins.command === entry.command
      const fix = same && procfile !== undefined ? withoutLine(procfile.file.text, entry) : null
      return [
        {
          at: entry.typeAt,
          message: same
            ? `\`${entry.type}\` stands here twice with the same command. Take one line out.`
            : `There are two lines for \`${entry.type}\`, and the last one wins. Keep one, or give the other another name.`,
          related: [{ ...wins.typeAt, message: `\`${entry.type}\` is given again here` }],
          ...(fix === null ? {} : { fix }),
        },
      ]
    })
  },
})

function withoutLine(text: string, { at: { path, start = 0, end = 0 }, type }: ProcfileEntry): Fix | null {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const next = text.indexOf('\n', end)
  // of a command that goes on in the next line, the reader takes one part only
  if (text.slice(from, end).includes('\n')) return null
  return {
    safety: 'safe',
    description: `take one of the two lines for ${type} out`,
    edits: [{ kind: 'text', path, start: from, end: next < 0 ? text.length : next + 1, text: '' }],
  }
}
