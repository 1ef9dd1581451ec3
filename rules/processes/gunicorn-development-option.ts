import type { FindingDraft, Fix, Place } from '../../engine/finding.ts'
import { withoutWords } from '../../engine/fix-command.ts'
import { gunicornRuns, switchedOn } from '../../engine/plan/gunicorn-settings.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const gunicornDevelopmentOption = defineRule({
  id: 'gunicorn-development-option',
  stage: 'processes',
  level: 'error',
  summary: 'gunicorn runs with an option that is made for a laptop',
  why: 'With `--daemon` gunicorn goes into the background and the command that the dyno waits for is over, so the dyno stops as soon as it has started. With `--reload` it watches every source file, though files on a dyno never change, and shows whoever asks the whole traceback of an app that does not load.',
  consequence: 'The process ends at once, and requests get H10 (App crashed).',
  instead: 'Leave both out of the process line and of gunicorn.conf.py:\n\n```procfile\nweb: gunicorn app:app\n```',
  fix: {
    safety: 'safe',
    note: 'takes the option out of the process line; to switch it off in gunicorn.conf.py is offered, to be read first',
  },
  sources: [
    { title: 'gunicorn: daemon', url: 'https://docs.gunicorn.org/en/stable/settings.html#daemon' },
    { title: 'gunicorn: reload', url: 'https://docs.gunicorn.org/en/stable/settings.html#reload' },
    { title: 'Heroku error codes: H10', url: 'https://devcenter.heroku.com/articles/error-codes#h10-app-crashed' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  check: ({ plan, tree }) =>
    gunicornRuns(plan).flatMap(({ process, server }): FindingDraft[] => {
      const findings: FindingDraft[] = []
      const daemon = switchedOn(server, 'daemon')
      const reload = switchedOn(server, 'reload')
      const others = process.invocations.slice(process.invocations.indexOf(server.invocation) + 1)
      const kept = others.find((each) => !each.background && each.processType === null)
      if (daemon !== null && kept !== undefined)
        findings.push({
          at: daemon.at,
          level: 'warning',
          message: `gunicorn goes into the background beside \`${kept.programName ?? kept.program.raw}\`, and the dyno does not notice when it ends. Give each a process type of its own.`,
          consequence:
            'When gunicorn ends, the dyno stays up without it, and requests fail until somebody restarts it.',
          ...asUnread(plan),
        })
      else if (daemon !== null)
        findings.push({
          at: daemon.at,
          message:
            'gunicorn goes into the background here, and the dyno stops for want of a process. Leave `daemon` out.',
          ...(process.type === 'web' ? {} : { consequence: `The ${process.type} process ends at once.` }),
          ...asUnread(plan),
          ...withFix(tree, daemon.at),
        })
      if (reload !== null)
        findings.push({
          at: reload.at,
          level: 'warning',
          message: 'gunicorn watches the source files for changes, which a dyno never sees. Leave `reload` out.',
          consequence:
            'Memory and time go into watching files, and a request to an app that does not load is shown its traceback.',
          ...withFix(tree, reload.at),
        })
      return findings
    }),
})

/** Takes a word of a command line out, with the blank before it, or switches a setting off. */
function withFix(tree: Tree, { path, start, end }: Place): { readonly fix?: Fix } {
  const text = tree.read(path)?.text
  if (text === undefined || start === undefined || end === undefined) return {}
  const word = text.slice(start, end)
  if (path.endsWith('.py') && word === 'True')
    return {
      fix: {
        // a laptop may count on it
        safety: 'unsafe',
        description: 'switch it off',
        edits: [{ kind: 'text', path, start, end, text: 'False' }],
      },
    }
  // of `-DR` only a part may go
  if (!/^(?:-D|--daemon|--reload)$/.test(word) || !/[ \t]/.test(text.charAt(start - 1))) return {}
  // in heroku.yml the blank before it is all that is known
  const edit = withoutWords(tree, { path, start, end }) ?? { kind: 'text', path, start: start - 1, end, text: '' }
  return { fix: { safety: 'safe', description: `take ${word} out`, edits: [edit] } }
}
