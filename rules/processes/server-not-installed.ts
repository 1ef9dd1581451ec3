import {
  type Dependencies,
  type Distribution,
  installs,
  programDistributions,
} from '../../engine/facts/dependencies.ts'
import type { FindingDraft, Fix, Place } from '../../engine/finding.ts'
import { addRequirement, asDeclared } from '../../engine/fix-requirement.ts'
import type { Invocation } from '../../engine/plan/command.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const serverNotInstalled = defineRule({
  id: 'server-not-installed',
  stage: 'processes',
  level: 'error',
  summary: 'A process starts a program that no production dependency brings',
  why: 'A dyno has what the build installs and nothing else: `requirements.txt`, or the main group of the lock file. A server that is only on your laptop, in a dev group or in an extra is not there.',
  consequence:
    'The process ends at once with status 127 (`bash: gunicorn: command not found`), and requests get H10 (App crashed).',
  instead:
    'Name the distribution that brings the program among the production dependencies, for example `gunicorn` in requirements.txt.',
  fix: { safety: 'unsafe', note: 'adds what brings the program to requirements.txt, or corrects its name there' },
  sources: [
    {
      title: 'Deploying Python applications with Gunicorn',
      url: 'https://devcenter.heroku.com/articles/python-gunicorn',
    },
    { title: 'Heroku error codes: H10', url: 'https://devcenter.heroku.com/articles/error-codes#h10-app-crashed' },
    { title: 'What the Python buildpack installs', url: 'https://devcenter.heroku.com/articles/python-support' },
  ],
  since: '0.1.0',
  needs: ['plan', 'dependencies', 'tree'],
  check: ({ plan, dependencies, tree }) => {
    // An image has programs of its own; with several package managers nobody knows which one will be kept.
    if (plan.container || dependencies.manager === null || dependencies.found.length > 1) return []
    const findings: FindingDraft[] = []
    const seen = new Set<string>()
    for (const process of plan.processes) {
      // `pip install gunicorn && gunicorn app:app` brings it at every start
      if (process.invocations.some(installsAtStart)) continue
      for (const { program, at } of process.invocations.flatMap((invocation) => startedBy(invocation, process.at))) {
        const brought = programDistributions(program)
        if (seen.has(program) || brought.length === 0) continue
        if (brought.some((name) => installs(dependencies, name) !== 'no')) continue
        seen.add(program)
        findings.push({ ...finding(program, brought, dependencies, at, tree), ...asUnread(plan) })
      }
    }
    return findings
  },
})

interface Started {
  readonly program: string
  readonly at: Place
}

/** The program itself and the wrappers before it: `newrelic-admin run-program gunicorn app:app`. */
function startedBy(invocation: Invocation, process: Place): Started[] {
  const { program, programName, path, trail, wrappers } = invocation
  if (invocation.conditional) return []
  const outer = wrappers.flatMap((wrapper): Started[] => {
    const [name = ''] = wrapper.split(' ')
    return name.includes('/') ? [] : [{ program: name, at: trail.length === 0 ? invocation.at : process }]
  })
  // `./gunicorn` or `bin/gunicorn` is a file of the project
  if (programName === null || program.raw.includes('/')) return outer
  return [...outer, { program: programName, at: { path, start: program.start, end: program.end } }]
}

function installsAtStart(invocation: Invocation): boolean {
  const words = invocation.arguments.map((word) => word.raw)
  if (/^pip[\d.]*$/.test(invocation.programName ?? '')) return words.includes('install')
  return (
    /^(?:poetry|pipenv|uv|pdm|conda)$/.test(invocation.programName ?? '') &&
    /\b(?:install|sync)\b/.test(words.join(' '))
  )
}

function finding(
  program: string,
  brought: readonly string[],
  dependencies: Dependencies,
  at: FindingDraft['at'],
  tree: Tree,
): FindingDraft {
  const elsewhere = brought.map((name) => dependencies.elsewhere.get(name)).find((left) => left !== undefined)
  const file = dependencies.found[0]?.path ?? 'requirements.txt'
  const [name = program] = brought
  if (elsewhere !== undefined) {
    return {
      at,
      message: `\`${program}\` is only in ${elsewhere.where}, which the production build does not install. Move ${name} to the production dependencies.`,
      related: [{ ...elsewhere.distribution.at, message: `${name} is declared here` }],
      ...adding(tree, dependencies, asDeclared(elsewhere.distribution)),
    }
  }
  const misspelt = [...dependencies.production.values()].find((known) => isMisspelling(known.name, name))
  if (misspelt !== undefined) {
    return {
      at,
      message: `\`${program}\` comes with ${name}, and ${misspelt.at.path} names \`${misspelt.name}\`. Write ${name} there.`,
      related: [{ ...misspelt.at, message: 'the distribution is misspelt here' }],
      ...respelling(tree, misspelt, name),
    }
  }
  return {
    at,
    message:
      program === name
        ? `${file} does not install \`${program}\`. Add ${name} to it.`
        : `\`${program}\` comes with ${name}, which ${file} does not install. Add ${name} to it.`,
    ...adding(tree, dependencies, name),
  }
}

function adding(tree: Tree, dependencies: Dependencies, name: string): Pick<FindingDraft, 'fix' | 'missing'> {
  const added = addRequirement(tree, dependencies, name)
  if (added === null) return { missing: [name] }
  const { line, ...made } = added
  return { fix: { safety: 'unsafe', description: `add ${line} to requirements.txt`, ...made } }
}

/** What stands behind the name, its version, may be one that the right distribution never had. */
function respelling(tree: Tree, { at: { path, start }, spelling }: Distribution, name: string): { readonly fix?: Fix } {
  if (start === undefined || !path.endsWith('.txt') || tree.read(path)?.text.startsWith(spelling, start) !== true)
    return {}
  const edits = [{ kind: 'text' as const, path, start, end: start + spelling.length, text: name }]
  return { fix: { safety: 'unsafe', description: `write ${name} for ${spelling}`, edits } }
}

/** One letter too many, too few or another one, or two that changed places. */
function isMisspelling(written: string, meant: string): boolean {
  if (written === meant || Math.abs(written.length - meant.length) > 1 || meant.length < 5) return false
  let start = 0
  while (start < meant.length && written[start] === meant[start]) start++
  let end = 0
  while (end < meant.length - start && written.at(-1 - end) === meant.at(-1 - end)) end++
  const [left, right] = [written.slice(start, written.length - end), meant.slice(start, meant.length - end)]
  return (left.length <= 1 && right.length <= 1) || (left.length === 2 && left === [...right].reverse().join(''))
}
