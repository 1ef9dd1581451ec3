import { type Finding, type Level, oneLine, type PlanJson, type ProcessJson } from 'flask-dyno'

/** What Heroku would do with a project, in a few lines for somebody who has never deployed to it. */
export function today(plan: PlanJson, findings: readonly Finding[]): string[] {
  const rows: [string, string][] = []
  const { build, processes, source, release, stores } = plan
  if (build.failure !== null) rows.push(['build', `stops (${build.failure})`])
  if (plan.buildpack === 'container') rows.push(['build', 'of your own Docker image'])
  else {
    const from =
      build.pythonVersionSource === 'default' ? 'which no file asks for' : `from ${build.pythonVersionSource}`
    rows.push(['Python', `${build.pythonVersion}, ${from}`])
    rows.push([
      'packages',
      build.packageManager === null ? 'no file says which' : `installed by ${build.packageManager}`,
    ])
  }
  if (release !== null) rows.push(['release', release])
  for (const process of processes) rows.push([process.type, processText(process)])
  if (!processes.some(({ type }) => type === 'web')) rows.push(['web', nobody(source)])
  for (const { kind, address } of stores) {
    const what = kind === 'sqlite' ? 'a SQLite file, lost at each restart of the dyno' : address
    if (!rows.some(([name, text]) => name === 'data' && text === what)) rows.push(['data', what])
  }
  rows.push(['findings', counted(findings)])
  return table(rows)
}

/** What runs and what is wrong with it is said by the findings; here is what it is. */
function processText({ command, server, target, bind }: ProcessJson): string {
  const app = target === null ? '' : `${target.module}${target.attribute === null ? '' : `:${target.attribute}`}`
  const place = target?.path == null ? '' : ` in ${target.path}${target.line === null ? '' : `:${target.line}`}`
  const details = [
    server === null ? '' : `by ${server}`,
    app === '' ? '' : `${app}${place}`,
    bind === null ? '' : `on ${bind}`,
  ]
  const text = details.filter((detail) => detail !== '').join(', ')
  return text === '' ? command : `${command}  (${text})`
}

const nobody = (source: string | null): string =>
  `no process answers requests: ${source === null ? 'there is no Procfile' : `${source} has no "web"`}`

const LEVEL_WORDS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'note' }

/** `2 errors, 1 warning`. */
export function counted(findings: readonly Pick<Finding, 'level'>[]): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((level) => {
    const count = findings.filter((finding) => finding.level === level).length
    return count === 0 ? [] : [`${count} ${LEVEL_WORDS[level]}${count === 1 ? '' : 's'}`]
  })
  return parts.length === 0 ? 'none' : parts.join(', ')
}

/** One line a finding: where it is, and what to write instead. */
export function listed(findings: readonly Finding[]): string[] {
  return findings.map(
    ({ level, path, line, rule, message }) =>
      `${LEVEL_WORDS[level].padEnd('warning'.length)}  ${oneLine(path)}:${line} ${oneLine(message)} (${rule})`,
  )
}

function table(rows: readonly (readonly [name: string, text: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${oneLine(name).padEnd(width)}  ${oneLine(text)}`)
}
