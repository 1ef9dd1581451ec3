import type { Procfile, ProcfileEntry } from '../../engine/facts/procfile.ts'
import type { FindingDraft, Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'

export const procfileUnportableName = defineRule({
  id: 'procfile-unportable-name',
  stage: 'processes',
  level: 'info',
  summary: 'A process type whose name heroku local or Fir reads otherwise than Cedar',
  why: 'Cedar takes letters, digits, `-` and `_` in a process type. Fir knows no upper case and no underscore: it renames `My_worker` to `my-worker`, so that `heroku ps:scale` wants another name there. The `heroku local` of the command line up to 11.9 stops at a hyphen.',
  consequence: 'The process has another name on Fir, or `heroku local` refuses the file. Cedar runs it as it is.',
  instead: 'Name process types in lower-case letters and digits alone:\n\n```procfile\nmailer: python mailer.py\n```',
  fix: {
    safety: 'unsafe',
    note: 'renames the process type; `heroku ps:scale` wants the new name, and the old one stops',
  },
  sources: [
    { title: "Process types in Fir's grammar", url: 'https://github.com/heroku/buildpacks-procfile/blob/main/SPEC.md' },
    { title: 'heroku local', url: 'https://devcenter.heroku.com/articles/heroku-local' },
  ],
  since: '0.1.0',
  needs: ['procfile'],
  check: ({ procfile }) =>
    [...procfile.effective.values()].flatMap((entry): FindingDraft[] => {
      // what Cedar does not read either is another rule's
      if (
        !entry.readBy.includes('cedar') ||
        procfile.lines.some((line) => line.entry === entry && line.problem !== null)
      )
        return []
      const message = messageOf(entry)
      const fix = renamed(procfile, entry)
      return message === null ? [] : [{ at: entry.typeAt, message, ...(fix === null ? {} : { fix }) }]
    }),
})

function messageOf({ type, readBy }: ProcfileEntry): string | null {
  // of `Web`, web-process-missing speaks
  if (type !== 'web' && type.toLowerCase() === 'web') return null
  const onFir = type.toLowerCase().replaceAll('_', '-')
  if (!readBy.includes('fir')) return `Fir refuses the process type \`${type}\`. Use at most 63 letters and digits.`
  if (onFir !== type) return `\`${type}\` becomes \`${onFir}\` on Fir. Write it in lower-case letters and digits.`
  return type.includes('-')
    ? `heroku local up to 11.9 stops at the hyphen of \`${type}\`. Write \`${type.replaceAll('-', '')}\`.`
    : null
}

function renamed({ effective }: Procfile, { type, typeAt: { path, start, end } }: ProcfileEntry): Fix | null {
  const name = type.toLowerCase().replace(/[^a-z0-9]/g, '')
  if (start === undefined || end === undefined || name === '' || name.length > 63 || effective.has(name)) return null
  return {
    safety: 'unsafe',
    description: `rename ${type} to ${name}`,
    edits: [{ kind: 'text', path, start, end, text: name }],
  }
}
