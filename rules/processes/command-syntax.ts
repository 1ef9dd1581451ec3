import type { FindingDraft, Fix, Place } from '../../engine/finding.ts'
import { isShellText, otherWords } from '../../engine/fix-command.ts'
import type { CommandProblem, CommandProblemKind } from '../../engine/plan/command.ts'
import type { ProcessPlan } from '../../engine/plan/plan.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const commandSyntax = defineRule({
  id: 'command-syntax',
  stage: 'processes',
  level: 'error',
  summary: 'bash cannot read the command of a process',
  why: 'Heroku hands the text behind the colon to bash. A bare parenthesis, a quote that is never closed or an operator without a command behind it stops bash before it starts anything. A Procfile line ends where it ends: what goes on in the next line is not read.',
  consequence: 'The process ends at once with a syntax error of bash (status 2), and requests get H10 (App crashed).',
  instead:
    "Put what holds parentheses into quotes, and close each quote on the same line:\n\n```procfile\nrelease: flask --app 'shop:create_app()' db upgrade\n```",
  fix: { safety: 'safe', note: 'puts the word with the parentheses into quotes' },
  sources: [
    { title: 'bash: quoting', url: 'https://www.gnu.org/software/bash/manual/html_node/Quoting.html' },
    { title: 'The Procfile', url: 'https://devcenter.heroku.com/articles/procfile' },
    { title: 'Heroku error codes: H10', url: 'https://devcenter.heroku.com/articles/error-codes#h10-app-crashed' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) =>
    plan.processes.flatMap((process): FindingDraft[] => {
      // only the line itself is plain shell for certain; a script may be written for another one
      const problem = process.problems.find(({ kind, at }) => kind in MESSAGES && at.path === process.at.path)
      if (problem === undefined || isFactoryCall(process, problem)) return []
      const fix = problem.kind === 'unquoted-parenthesis' ? quoted(plan.modules.tree, problem.at) : null
      return [
        {
          at: problem.at,
          message: MESSAGES[problem.kind] ?? '',
          ...(process.type === 'release'
            ? { consequence: 'The release phase fails, and Heroku does not deploy the new version.' }
            : process.type === 'web'
              ? {}
              : { consequence: `The ${process.type} process ends at its start, each time anew.` }),
          ...asUnread(plan),
          ...(fix === null ? {} : { fix }),
        },
      ]
    }),
})

/** A word that names a call, such as `shop:create_app()`; bash never got past it. */
function quoted(tree: Tree, at: Place): Fix | null {
  const text = isShellText(at.path) ? (tree.read(at.path)?.text ?? '') : ''
  const offset = at.start ?? -1
  const before = /\S*$/.exec(text.slice(Math.max(0, offset - 200), Math.max(0, offset)))?.[0] ?? ''
  const behind = /^\S*/.exec(text.slice(offset, offset + 200))?.[0] ?? ''
  const word = before + behind
  if (offset < 0 || !/^[\w.=:/-]*\w\([\w.,="]*\)$/.test(word)) return null
  return otherWords(
    tree,
    { path: at.path, start: offset - before.length, end: offset + behind.length },
    `'${word}'`,
    'safe',
  )
}

const MESSAGES: Partial<Record<CommandProblemKind, string>> = {
  'unquoted-parenthesis': 'bash stops at this bare parenthesis. Put the word that holds it into quotes.',
  'unterminated-quote': 'This quote is never closed on the line. Close it, or take it out.',
  syntax: 'bash does not understand the line from here on. Complete the command, or take the operator out.',
}

/** `gunicorn shop:create_app()`, of which app-factory-not-called speaks. */
function isFactoryCall({ server }: ProcessPlan, { kind, at }: CommandProblem): boolean {
  if (kind !== 'unquoted-parenthesis' || !server?.target) return false
  const { start = 0, end = 0, path } = server.target.at
  const holdsIt = at.path === path && (at.start ?? 0) >= start && (at.end ?? 0) <= end
  return holdsIt && /^[\w.]+:\w+\(/.test(server.target.spec)
}
