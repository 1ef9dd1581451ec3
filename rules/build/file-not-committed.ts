import type { LeftOutFile } from '../../engine/facts/left-out.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Reason, Tree } from '../../engine/tree.ts'

export const fileNotCommitted = defineRule({
  id: 'file-not-committed',
  stage: 'build',
  level: 'error',
  summary: 'Production needs a file that lies on this machine and is not in git',
  why: 'Heroku builds what git holds, and nothing else. A module that nobody added, a `config.py` or a `*.csv` that `.gitignore` keeps back, a script that only you have: the app works here, and the dyno does not find it. This is the commonest reason why something works on one machine only.\n\nThe rule speaks only where the file is there. Of a commit (`--rev`, the pre-push hook), it also names files that git has elsewhere and the commit does not have. Where there is no working copy to compare with, as in CI, other rules say what is missing.',
  consequence: 'The process stops as it starts, and requests get H10 (App crashed).',
  instead:
    'Add the file to git:\n\n```sh\ngit add shop/models.py\ngit commit\n```\n\nA file that `.gitignore` keeps back is added with `git add --force`, or its line is made narrower. What is secret in it goes into config vars first: `os.environ["API_KEY"]`, and `heroku config:set API_KEY=...`.',
  sources: [
    { title: 'Deploying with Git', url: 'https://devcenter.heroku.com/articles/git' },
    { title: 'gitignore', url: 'https://git-scm.com/docs/gitignore' },
    { title: 'Configuration and config vars', url: 'https://devcenter.heroku.com/articles/config-vars' },
  ],
  since: '0.1.0',
  needs: ['tree', 'plan', 'leftOut'],
  check: ({ tree, plan, leftOut }) =>
    leftOut.map((file) => ({
      at: file.at,
      message: messageOf(tree, file),
      consequence: consequenceOf(file),
      related: file.trail,
      ...(file.kind === 'procfile' || file.kind === 'packages' ? {} : asUnread(plan)),
    })),
})

/** More names than these are counted. */
const MOST_NAMED = 3

function messageOf({ copy }: Tree, { paths }: LeftOutFile): string {
  const [path = '', ...others] = paths
  const reason = copy?.reason(path) ?? { kind: 'untracked' }
  const named = paths.length <= MOST_NAMED ? paths.join(' ') : `${path} …`
  const rest = others.length === 1 ? others[0] : `${others.length} files that go with it`
  const what = others.length === 0 ? `${path} is` : `${path} and ${rest} are`
  return `${what} here and not in ${whereNot(reason)}. ${remedy(reason, path, named)}`
}

function whereNot(reason: Reason): string {
  if (reason.kind === 'elsewhere') return 'this commit'
  if (reason.kind === 'untracked') return 'git'
  if (reason.kind === 'nested') return `this repository: ${reason.folder} is one of its own`
  return `git: ${reason.file} line ${reason.line} (\`${reason.pattern}\`) keeps it back`
}

/** Names behind which people keep what nobody should read. */
const PRIVATE = /(?:secret|credential|config|settings|token|key|password|\.env|local)[^/]*$/i

function remedy(reason: Reason, path: string, shown: string): string {
  const them = shown.includes(' ') ? 'them' : 'it'
  if (reason.kind === 'nested')
    return `Move ${reason.folder}/.git away, then \`git rm --cached ${reason.folder}\` and \`git add ${reason.folder}\`.`
  if (reason.kind !== 'ignored') return `Commit ${them}: \`git add ${shown}\`.`
  if (PRIVATE.test(path)) return 'Read what is secret in it from config vars, and commit the rest.'
  return `Commit ${them}: \`git add --force ${shown}\`, or make the line narrower.`
}

function consequenceOf({ kind, process }: LeftOutFile): string {
  const ends = (how: string): string =>
    process === null || process === 'web'
      ? `The web process ${how} as it starts, and requests get H10 (App crashed).`
      : process === 'release'
        ? 'The release phase fails, and Heroku does not deploy the new version.'
        : `The ${process} process ${how} as it starts, each time anew.`
  switch (kind) {
    case 'procfile':
      return 'Nothing says what to start: requests get H14 (No web dynos running).'
    case 'packages':
      return 'The build stops, since nothing says what to install.'
    case 'module':
      return ends('stops with ModuleNotFoundError')
    case 'script':
      return ends('ends with "No such file or directory"')
    case 'data':
      return 'What reads it fails with FileNotFoundError: as the process starts (H10), or in each request that gets there (500).'
    case 'template':
      return 'Each request for the page fails with TemplateNotFound (500).'
  }
}
