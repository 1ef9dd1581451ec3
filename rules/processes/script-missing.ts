import type { FindingDraft, Fix, Place } from '../../engine/finding.ts'
import type { CommandProblem, Invocation } from '../../engine/plan/command.ts'
import { nearestFile } from '../../engine/plan/command-paths.ts'
import { below } from '../../engine/plan/directories.ts'
import { missingDirectory, settingText } from '../../engine/plan/gunicorn-settings.ts'
import { inSubmodule } from '../../engine/plan/imports.ts'
import type { ProcessPlan } from '../../engine/plan/plan.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { serverCommand } from '../../engine/plan/server-arguments.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const scriptMissing = defineRule({
  id: 'script-missing',
  stage: 'processes',
  level: 'error',
  summary: 'A process starts a script, or enters a folder, that is not there or cannot be run',
  why: 'A dyno starts in the root of the repository, on Linux: upper and lower case differ, a script that is run as `./start.sh` needs its executable bit in git, a bare `start.sh` is looked for on PATH and not in the folder, and a shell takes the carriage return of a Windows line end for a part of the last word.',
  consequence:
    'The process ends at once, with status 127 (not found), 126 (not executable) or 2 (no such file), and requests get H10 (App crashed).',
  instead:
    'Name a file that git holds, from the root of the repository, and let its interpreter run it:\n\n```procfile\nweb: bash bin/start.sh\nworker: python jobs/worker.py\n```',
  fix: {
    safety: 'safe',
    note: 'lets bash run a script that is not executable or not on PATH, and takes carriage returns out of it; a file of the same name in other case or in another folder is named only with unsafe fixes',
  },
  sources: [
    { title: 'The Procfile: process types and commands', url: 'https://devcenter.heroku.com/articles/procfile' },
    { title: 'bash: exit status', url: 'https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html' },
    { title: 'Heroku error codes: H10', url: 'https://devcenter.heroku.com/articles/error-codes#h10-app-crashed' },
  ],
  since: '0.1.0',
  absence: 'place',
  needs: ['plan', 'tree'],
  check: ({ plan, tree }) => {
    // what lies where in an image is for its Dockerfile to say
    if (plan.container) return []
    const seen = new Set<string>()
    return plan.processes.flatMap((process) =>
      [...problems(tree, process), ...absentFiles(tree, process)].flatMap((draft): FindingDraft[] => {
        // one finding a missing file, however often it is named
        const key = `${draft.at.path}:${draft.message}`
        if (seen.has(key)) return []
        seen.add(key)
        return [{ ...draft, ...consequenceFor(process), ...asUnread(plan) }]
      }),
    )
  },
})

function consequenceFor({ type }: ProcessPlan): { readonly consequence?: string } {
  if (type === 'web') return {}
  if (type === 'release') return { consequence: 'The release phase fails, and Heroku does not deploy the new version.' }
  return { consequence: `The ${type} process ends at its start, each time anew.` }
}

function problems(tree: Tree, process: ProcessPlan): FindingDraft[] {
  return process.problems.flatMap((problem): FindingDraft[] => {
    if (problem.conditional || mayBeMade(tree, problem.detail)) return []
    const { at, detail, nearest, trail, kind } = problem
    switch (kind) {
      case 'script-missing':
        return [{ at, message: absentMessage(detail, nearest), related: trail, ...renamed(tree, at, detail, nearest) }]
      case 'directory-missing': {
        const instead = nearest === null ? 'Name a folder that git holds.' : `Write ${nearest}.`
        return [
          {
            at,
            message: `There is no folder ${detail} in the repository. ${instead}`,
            related: trail,
            ...renamed(tree, at, detail, nearest),
          },
        ]
      }
      case 'script-not-executable':
        return [
          {
            at,
            message: `${detail} is not executable in git. Write \`${interpreter(detail)} ${detail}\`, or run \`git update-index --chmod=+x ${detail}\`.`,
            related: trail,
            ...withBash(tree, problem),
          },
        ]
      case 'script-not-on-path':
        return [
          {
            at,
            message: `${detail} is looked for on PATH, where the app's own folder is not. Write \`${interpreter(detail)} ${detail}\`.`,
            related: trail,
            ...withBash(tree, problem),
          },
        ]
      case 'carriage-return':
        if (tree.storesLf(at.path)) return []
        return [
          {
            at,
            message:
              'This script has the line ends of Windows, which the shell takes for a part of each last word. Save it with LF.',
            related: trail,
            ...withoutReturns(tree, at.path),
          },
        ]
      default:
        return []
    }
  })
}

const absentMessage = (path: string, nearest: string | null): string =>
  nearest === null
    ? `There is no ${path} in the repository. Name a file that git holds.`
    : `There is no ${path} in the repository, but ${nearest}. Name that.`

/** `python file.py`, `gunicorn -c file`, `gunicorn --chdir folder`. */
function absentFiles(tree: Tree, process: ProcessPlan): FindingDraft[] {
  const scripts = process.invocations.flatMap((invocation): FindingDraft[] => {
    const script = scriptOf(tree, invocation)
    if (script === null) return []
    const { path, at } = script
    const nearest = nearestFile(tree, path)
    return [
      { at, message: absentMessage(path, nearest), related: invocation.trail, ...renamed(tree, at, path, nearest) },
    ]
  })
  const { server } = process
  if (server?.command.server !== 'gunicorn') return scripts
  const folder = missingDirectory(server, tree)
  if (folder !== null)
    return [
      ...scripts,
      { at: folder.at, message: `There is no folder ${folder.path} in the repository. Name one that git holds.` },
    ]
  const config = settingText(server, 'config')
  if (!config || server.config !== null || server.invocation.cwd === null || server.invocation.conditional)
    return scripts
  const named = config.text.replace(/^file:/, '')
  const path = named.startsWith('python:') ? undefined : below(server.invocation.cwd, named)
  if (path === undefined || path === '' || tree.has(path) || mayBeMade(tree, path)) return scripts
  const nearest = nearestFile(tree, path)
  return [
    ...scripts,
    { at: config.at, message: absentMessage(path, nearest), ...renamed(tree, config.at, path, nearest) },
  ]
}

function scriptOf(tree: Tree, invocation: Invocation): { readonly path: string; readonly at: Place } | null {
  const { conditional, cwd, programName } = invocation
  if (conditional || cwd === null || !/^python[\d.]*$/.test(programName ?? '')) return null
  const { target } = serverCommand(invocation, tree)
  if (target === null || !target.spec.endsWith('.py')) return null
  const path = below(cwd, target.spec)
  return path === undefined || tree.has(path) || mayBeMade(tree, path) ? null : { path, at: target.at }
}

/** A hook of the build, or an earlier command, may write the file (https://devcenter.heroku.com/articles/python-support). */
function mayBeMade(tree: Tree, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const hooks = ['bin/pre_compile', 'bin/post_compile'].map((hook) => tree.read(hook)?.text ?? '')
  if (hooks.some((text) => text.includes(name))) return true
  // git push brings submodules along, whose files no tree of this repository lists
  if (inSubmodule(tree, path)) return true
  // a buildpack that takes a folder for the root
  if (/monorepo|subdir/.test(tree.has('app.json') ? (tree.read('app.json')?.text ?? '') : '')) return true
  // what Node.js builds beside the app
  return (
    tree.paths.some((each) => /(?:^|\/)package\.json$/.test(each)) &&
    /(?:^|\/)(?:dist|build|out|public)(?:\/|$)/.test(path)
  )
}

const interpreter = (path: string): string => (path.endsWith('.py') ? 'python' : 'bash')

/** Puts `bash` or `python` in front of a script that the process line names. */
function withBash(tree: Tree, { at, detail }: CommandProblem): { readonly fix?: Fix } {
  const text = at.start === undefined ? undefined : tree.read(at.path)?.text.slice(at.start, at.end)
  if (at.start === undefined || text === undefined || at.path.endsWith('.yml')) return {}
  // environment and wrappers stand in front of the script
  if (!text.startsWith(detail) && !text.startsWith(`./${detail}`)) return {}
  const firstLine = tree.read(detail)?.text.split('\n', 1)[0] ?? ''
  const program = interpreter(detail)
  const expected = program === 'python' ? /\bpython/ : /\b(?:ba|da)?sh\b/
  if (firstLine.startsWith('#!') && !expected.test(firstLine)) return {}
  return {
    fix: {
      safety: 'safe',
      description: `run it with ${program}`,
      edits: [{ kind: 'text', path: at.path, start: at.start, end: at.start, text: `${program} ` }],
    },
  }
}

function withoutReturns(tree: Tree, path: string): { readonly fix?: Fix } {
  const text = tree.read(path)?.text ?? ''
  const edits = [...text.matchAll(/\r(?=\n)/g)].map(({ index }) => ({
    kind: 'text' as const,
    path,
    start: index,
    end: index + 1,
    text: '',
  }))
  return edits.length === 0 || edits.length > 5000
    ? {}
    : { fix: { safety: 'safe', description: 'write LF line ends', edits } }
}

/** Writes the nearest name where the missing one stands whole. */
function renamed(tree: Tree, at: Place, path: string, nearest: string | null): { readonly fix?: Fix } {
  const text = tree.read(at.path)?.text ?? ''
  const { start, end } = at
  if (nearest === null || start === undefined || end === undefined) return {}
  const offset = text.slice(start, end).indexOf(path)
  if (offset < 0) return {}
  const from = start + offset
  return {
    fix: {
      safety: 'unsafe',
      description: `name ${nearest}`,
      edits: [{ kind: 'text', path: at.path, start: from, end: from + path.length, text: nearest }],
    },
  }
}
