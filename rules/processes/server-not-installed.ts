import { type Dependencies, installs, programDistributions } from '../../engine/facts/dependencies.ts'
import type { FindingDraft } from '../../engine/finding.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

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
  sources: [
    {
      title: 'Deploying Python applications with Gunicorn',
      url: 'https://devcenter.heroku.com/articles/python-gunicorn',
    },
    { title: 'Heroku error codes: H10', url: 'https://devcenter.heroku.com/articles/error-codes#h10-app-crashed' },
    { title: 'What the Python buildpack installs', url: 'https://devcenter.heroku.com/articles/python-support' },
  ],
  since: '0.1.0',
  needs: ['plan', 'dependencies'],
  check: ({ plan, dependencies }) => {
    // An image has programs of its own; with several package managers nobody knows which one will be kept.
    if (plan.container || dependencies.manager === null || dependencies.found.length > 1) return []
    const findings: FindingDraft[] = []
    const seen = new Set<string>()
    for (const process of plan.processes) {
      for (const invocation of process.invocations) {
        const program = invocation.programName
        if (program === null || invocation.conditional || seen.has(program)) continue
        // `./gunicorn` or `bin/gunicorn` is a file of the project
        if (invocation.program.raw.includes('/')) continue
        const brought = programDistributions(program)
        if (brought.length === 0 || brought.some((name) => installs(dependencies, name) !== 'no')) continue
        seen.add(program)
        const at = { path: invocation.path, start: invocation.program.start, end: invocation.program.end }
        findings.push({ ...finding(program, brought, dependencies, at), ...asUnread(plan) })
      }
    }
    return findings
  },
})

function finding(
  program: string,
  brought: readonly string[],
  dependencies: Dependencies,
  at: FindingDraft['at'],
): FindingDraft {
  const elsewhere = brought.map((name) => dependencies.elsewhere.get(name)).find((left) => left !== undefined)
  const file = dependencies.found[0]?.path ?? 'requirements.txt'
  const [name = program] = brought
  if (elsewhere !== undefined) {
    return {
      at,
      message: `\`${program}\` is only in ${elsewhere.where}, which the production build does not install. Move ${name} to the production dependencies.`,
      related: [{ ...elsewhere.distribution.at, message: `${name} is declared here` }],
    }
  }
  return { at, message: `\`${program}\` comes with ${name}, which ${file} does not install. Add ${name} to it.` }
}
