import type { Facts } from '../../engine/facts/facts.ts'
import type { FindingDraft, Fix, Level } from '../../engine/finding.ts'
import { otherWords } from '../../engine/fix-command.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import type { ServerPlan } from '../../engine/plan/process.ts'
import { callsOf } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const firUnsupported = defineRule({
  id: 'fir-unsupported',
  stage: 'platform',
  level: 'info',
  summary: 'Something that works on Cedar and not on the Fir generation',
  why: "Fir builds with Cloud Native Buildpacks, and its Python buildpack does less than Cedar's: it knows no Pipenv, runs no `bin/pre_compile` and `bin/post_compile`, and sets neither `WEB_CONCURRENCY` nor `FORWARDED_ALLOW_IPS`. heroku.yml, stacks and the buildpacks of app.json belong to Cedar; Fir reads project.toml. This rule speaks where the config says `generation: fir`, and where a project.toml shows that Fir is meant.",
  consequence: 'On Fir the build stops, or the setting has no effect. On Cedar nothing changes.',
  instead:
    'Use requirements.txt, uv or Poetry, a Procfile, and project.toml. What the buildpack does not set, `gunicorn.conf.py` can:\n\n```python\nimport os\n\nworkers = int(os.environ.get("WEB_CONCURRENCY", "2"))\nforwarded_allow_ips = "*"\n```',
  fix: { safety: 'unsafe', note: "has gunicorn trust the router's headers, by an option on the process line" },
  sources: [
    { title: 'Generations', url: 'https://devcenter.heroku.com/articles/generations' },
    { title: "Heroku's Cloud Native Buildpack for Python", url: 'https://github.com/heroku/buildpacks-python' },
    { title: 'Stacks', url: 'https://devcenter.heroku.com/articles/stack' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree', 'dependencies'],
  check: ({ plan, tree, dependencies }) => {
    const onFir = plan.generation === 'fir'
    if (!onFir && !meansFir(tree)) return []
    const faults = [
      ...ofBuild(tree, dependencies),
      ...ofContainer(plan, tree),
      ...ofIgnoredFiles(tree),
      ...ofServer(plan),
    ]
    return faults.map(({ hard, ...draft }): FindingDraft => ({ ...draft, level: levelOf(hard, onFir) }))
  },
})

interface Fault extends FindingDraft {
  /** The build or the app stops. */
  readonly hard: boolean
}

const levelOf = (hard: boolean, onFir: boolean): Level => (onFir ? (hard ? 'error' : 'warning') : 'info')

/** Only the Cloud Native Buildpacks read project.toml. */
const meansFir = (tree: Tree): boolean =>
  tree.has('project.toml') && /io\.buildpacks|heroku\/builder/.test(tree.read('project.toml')?.text ?? '')

function ofBuild(tree: Tree, { found }: Facts['dependencies']): Fault[] {
  if (!tree.has('Pipfile.lock') || found.some(({ manager }) => manager !== 'pipenv')) return []
  return [
    {
      at: { path: 'Pipfile.lock' },
      hard: true,
      message: "Fir's Python buildpack knows no Pipenv. Export a requirements.txt, or move to uv or Poetry.",
      consequence: 'The build stops: "Couldn\'t find any supported Python package manager files".',
    },
  ]
}

function ofContainer(plan: Plan, tree: Tree): Fault[] {
  if (!plan.container || !tree.has('heroku.yml') || tree.has('Procfile')) return []
  return [
    {
      at: { path: 'heroku.yml' },
      hard: true,
      message:
        'Fir has no container stack and does not read heroku.yml. Write a Procfile, and let the buildpack build.',
      consequence: 'Nothing in heroku.yml happens; without a Procfile no web process is there.',
    },
  ]
}

const IGNORED: readonly (readonly [path: string, message: string])[] = [
  ['bin/pre_compile', 'Fir runs no bin/pre_compile. Use a buildpack of your own, or do it in the release process.'],
  ['bin/post_compile', 'Fir runs no bin/post_compile. Use a buildpack of your own, or do it in the release process.'],
  ['nltk.txt', 'Fir downloads nothing for nltk.txt. Bring the data along, or fetch it where it is used.'],
  ['.slugignore', 'Fir does not read .slugignore. List the paths under "exclude" in project.toml.'],
]

function ofIgnoredFiles(tree: Tree): Fault[] {
  const excludes = tree.has('project.toml') && /^\s*exclude\b/m.test(tree.read('project.toml')?.text ?? '')
  return IGNORED.flatMap(([path, message]) =>
    tree.has(path) && !(path === '.slugignore' && excludes)
      ? [{ at: { path }, hard: false, message, consequence: 'On Fir the file has no effect.' }]
      : [],
  )
}

/** On a dyno nobody but the router reaches the port. */
function trusting(plan: Plan, { invocation: { program, programName, path } }: ServerPlan): { readonly fix?: Fix } {
  const at = { path, start: program.end, end: program.end }
  const option = "--forwarded-allow-ips='*'"
  const fix = program.raw === programName ? otherWords(plan.modules.tree, at, ` ${option}`, 'unsafe', option) : null
  return fix === null ? {} : { fix }
}

function ofServer(plan: Plan): Fault[] {
  const server = plan.web?.server
  if (plan.container || !plan.web || !server || server.command.server !== 'gunicorn') return []
  const { settings, invocation } = server
  const at = server.target?.at ?? plan.web.at
  const faults: Fault[] = []
  if (!settings.has('workers') && !invocation.environment.has('WEB_CONCURRENCY'))
    faults.push({
      at,
      hard: false,
      message:
        'On Fir nothing sets WEB_CONCURRENCY, so gunicorn runs one worker. Set it, or workers in gunicorn.conf.py.',
      consequence: 'One worker serves all requests: one after the other where it is a sync worker.',
    })
  const trusts =
    settings.has('forwarded_allow_ips') ||
    invocation.environment.has('FORWARDED_ALLOW_IPS') ||
    callsOf(plan, /\.ProxyFix$/).length > 0
  if (!trusts)
    faults.push({
      at,
      hard: false,
      message:
        'On Fir nothing sets FORWARDED_ALLOW_IPS, so the app takes https:// for http://. Set forwarded_allow_ips = "*", or use ProxyFix.',
      consequence: 'Links and redirects lead to http://, and a redirect to https:// never ends.',
      ...trusting(plan, server),
    })
  return faults
}
