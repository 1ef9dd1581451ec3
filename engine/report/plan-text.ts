import type { PlanJson, ProcessJson } from '../plan/plan-json.ts'
import type { Paint } from './paint.ts'
import { oneLine } from './report.ts'

/** A line of the tree and what hangs below it. */
interface Branch {
  readonly label: string
  readonly below?: readonly Branch[]
}

const MAX_FILES = 12
const MAX_CONDITIONS = 3

/** The plan as a tree to read, for somebody who has never deployed to Heroku. */
export function planText(plan: PlanJson, name: string, paint: Paint): string {
  const { strong, faint } = paint
  const generation = plan.generation === 'fir' ? 'Fir' : 'Cedar'
  const parts: Branch[] = [
    { label: `${strong('Build')} ${faint(aboutBuild(plan))}`, below: buildBranches(plan, paint) },
    ...releaseBranches(plan, paint),
    { label: `${strong('Processes')} ${faint(aboutProcesses(plan))}`, below: processBranches(plan, paint) },
    ...varBranches(plan, paint),
    ...storeBranches(plan, paint),
    ...fileBranches(plan, paint),
  ]
  const title = `${strong(oneLine(name))} on Heroku ${faint(`(${generation})`)}`
  return `${title}\n${draw(parts, paint)}`
}

function draw(branches: readonly Branch[], paint: Paint, margin = ''): string {
  return branches
    .map(({ label, below = [] }, index) => {
      const last = index === branches.length - 1
      const own = `${margin}${paint.frame(last ? '└─' : '├─')} ${label}\n`
      return own + draw(below, paint, `${margin}${last ? '   ' : paint.frame('│  ')}`)
    })
    .join('')
}

/** Labels of the same depth, with their first words in one column. */
function columns(rows: readonly (readonly [name: string, text: string])[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)
}

const aboutBuild = ({ buildpack }: PlanJson): string =>
  buildpack === 'container' ? 'of your own Docker image' : `with the buildpack ${buildpack}`

function buildBranches({ build, buildpack }: PlanJson, paint: Paint): Branch[] {
  if (buildpack === 'container') return []
  const from =
    build.pythonVersionSource === 'default'
      ? 'the default, as no file asks for one'
      : `from ${build.pythonVersionSource}`
  const branches: Branch[] = [
    { label: `Python ${oneLine(build.pythonVersion)} ${paint.faint(`(${from})`)}` },
    {
      label:
        build.packageManager === null
          ? 'no file says which packages to install'
          : `packages installed by ${build.packageManager}`,
    },
    ...build.warnings.map((warning) => ({ label: `${paint.warning('warns:')} ${oneLine(warning)}` })),
  ]
  if (build.failure !== null) branches.push({ label: `${paint.error('stops here:')} ${oneLine(build.failure)}` })
  return branches
}

function releaseBranches({ release }: PlanJson, { strong, faint }: Paint): Branch[] {
  if (release === null) return []
  const label = `${strong('Release')} ${faint('runs after each build, before the new version goes live')}`
  return [{ label, below: [{ label: oneLine(release) }] }]
}

/** Files that say what runs; another one is merely meant so. */
export const READ_BY_HEROKU: ReadonlySet<string> = new Set(['Procfile', 'heroku.yml', 'Dockerfile'])

const aboutProcesses = ({ source, processes }: PlanJson): string => {
  if (source === null) return 'none: there is no Procfile'
  if (!READ_BY_HEROKU.has(source)) return `as meant in ${oneLine(source)}, which Heroku does not read`
  return processes.length === 0 ? `none in ${oneLine(source)}` : `from ${oneLine(source)}`
}

function processBranches({ processes }: PlanJson, paint: Paint): Branch[] {
  const width = Math.max(0, ...processes.map(({ type }) => type.length))
  return processes.map((process) => ({
    label: `${paint.strong(oneLine(process.type).padEnd(width))}  ${oneLine(process.command)}`,
    below: columns(processRows(process)).map((label) => ({ label })),
  }))
}

/** Programs that may serve and may do anything else. */
export const GENERAL: ReadonlySet<string> = new Set(['python', 'flask'])

/** Settings that say how much one dyno can do, in the order in which a person asks for them. */
export const SETTINGS = ['workers', 'threads', 'worker_class', 'timeout', 'preload_app', 'max_requests'] as const

function processRows({ type, program, server, target, bind, settings }: ProcessJson): [name: string, text: string][] {
  const rows: [string, string][] = []
  if (server !== null && !GENERAL.has(server)) rows.push(['server', oneLine(server)])
  else if (program !== null) rows.push(['runs', oneLine(program)])
  if (target !== null) {
    const spec = target.attribute === null ? target.module : `${target.module}:${target.attribute}`
    const place =
      target.path === null ? 'not found' : target.line === null ? target.path : `${target.path}:${target.line}`
    rows.push(['app', `${oneLine(spec)} (${oneLine(place)})`])
  }
  if (bind !== null) rows.push(['listens', oneLine(bind)])
  else if (type === 'web' && server !== null) rows.push(['listens', 'nobody can tell where'])
  for (const name of SETTINGS) {
    const setting = settings[name]
    if (setting !== undefined)
      rows.push([name.replaceAll('_', ' '), `${oneLine(setting.value)} (${oneLine(setting.from)})`])
  }
  return rows
}

function varBranches({ configVars }: PlanJson, { strong, faint, warning }: Paint): Branch[] {
  if (configVars.length === 0) return []
  const inOrder = [...configVars].sort((a, b) => Number(b.required) - Number(a.required))
  const rows = columns(
    inOrder.map(({ name, required, path, line }) => [
      oneLine(name),
      `${required ? warning('needed  ') : faint('optional')}  ${faint(`${oneLine(path)}:${line}`)}`,
    ]),
  )
  return [{ label: `${strong('Config vars')} ${faint('that the app reads')}`, below: rows.map((label) => ({ label })) }]
}

function storeBranches({ stores }: PlanJson, { strong, faint, warning }: Paint): Branch[] {
  if (stores.length === 0) return []
  const below = stores.map(({ kind, through, address, when, path, line }) => {
    const what =
      kind === 'sqlite'
        ? warning('SQLite file, lost at each restart of the dyno')
        : kind === 'postgres'
          ? 'Postgres'
          : 'database'
    const only = when.length === 0 ? '' : `, depending on ${when.slice(0, MAX_CONDITIONS).map(oneLine).join(', ')}`
    return { label: `${what}: ${oneLine(address)} ${faint(`(${oneLine(through)}, ${oneLine(path)}:${line}${only})`)}` }
  })
  return [{ label: `${strong('Data')} ${faint('is kept in')}`, below }]
}

function fileBranches({ reachable }: PlanJson, { strong, faint }: Paint): Branch[] {
  if (reachable.length === 0) return []
  const below = reachable.slice(0, MAX_FILES).map((path) => ({ label: oneLine(path) }))
  const rest = reachable.length - below.length
  if (rest > 0) below.push({ label: faint(`and ${rest} more (--format json lists them all)`) })
  return [{ label: `${strong('Python files')} ${faint('that production runs')}`, below }]
}
