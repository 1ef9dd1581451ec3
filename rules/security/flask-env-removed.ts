import { couldBeAtLeast } from '../../engine/facts/dependencies.ts'
import type { FindingDraft, Fix, Place, TextEdit } from '../../engine/finding.ts'
import { assignmentOut, envOut, lineOut } from '../../engine/fix-variable.ts'
import { boots, type Plan } from '../../engine/plan/plan.ts'
import { literal } from '../../engine/plan/shell.ts'
import { readDotenv } from '../../engine/python/environment.ts'
import { expressionsOf } from '../../engine/python/walk.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const flaskEnvRemoved = defineRule({
  id: 'flask-env-removed',
  stage: 'security',
  level: 'warning',
  summary: 'FLASK_ENV or app.env is used, which Flask 2.3 removed',
  why: 'Flask 2.3 took out `FLASK_ENV`, the config key `ENV` and the attribute `app.env`. A variable that is set does nothing any more: `FLASK_ENV=development` turns no debugger on, and what somebody meant to switch by it stays as it is. Code that asks for `app.env` or `app.config["ENV"]` fails.',
  consequence:
    'A setting that nothing reads; `app.env` ends in an AttributeError and `app.config["ENV"]` in a KeyError: H10 (App crashed) while the app starts, a 500 inside a request.',
  instead:
    'Debug mode is `flask run --debug`, or `FLASK_DEBUG=1` on a laptop; in production neither. To tell the places apart, read a config var of your own:\n\n```python\nSTAGE = os.environ.get("STAGE", "production")\n```',
  fix: { safety: 'safe', note: 'leaves FLASK_ENV out where it is set; what reads it is left to you' },
  sources: [
    { title: 'Flask 2.3: ENV is removed', url: 'https://flask.palletsprojects.com/en/stable/changes/#version-2-3-0' },
    { title: 'Flask: debug mode', url: 'https://flask.palletsprojects.com/en/stable/config/#DEBUG' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree', 'dependencies'],
  check: ({ plan, tree, dependencies }) => {
    if (couldBeAtLeast(dependencies, 'flask', '2.3') !== true) return []
    const settings = readsByItself(plan, tree)
      ? []
      : [...fromProcesses(plan, tree), ...fromAppJson(tree), ...fromDotenv(tree)]
    return [...settings, ...fromCode(plan, tree)]
  },
})

const READS = /FLASK_ENV|FLASK_CONFIG\b.*\bENV|from_prefixed_env/

/** A project that reads the variable itself has made it its own. */
function readsByItself(plan: Plan, tree: Tree): boolean {
  const reads = boots(plan).some(({ boot }) => boot.variables.has('FLASK_ENV'))
  return reads || tree.paths.some((path) => path.endsWith('.py') && READS.test(tree.read(path)?.text ?? ''))
}

function setting(at: Place, value: string): FindingDraft {
  const development = /^dev/i.test(value)
  return {
    at,
    // what was meant is how things are without it, too
    ...(development ? {} : { level: 'info' }),
    message: development
      ? 'FLASK_ENV does nothing since Flask 2.3, and debug mode stays off. Leave it out.'
      : 'FLASK_ENV does nothing since Flask 2.3. Leave it out.',
    consequence: 'Nothing reads it: the app runs as it would without.',
  }
}

const leaveOut = (edit: TextEdit | null): { readonly fix?: Fix } =>
  edit === null ? {} : { fix: { safety: 'safe', description: 'leave FLASK_ENV out', edits: [edit] } }

function fromProcesses(plan: Plan, tree: Tree): FindingDraft[] {
  const seen = new Set<string>()
  return plan.processes.flatMap(({ invocations }) =>
    invocations.flatMap((invocation) => {
      const word = invocation.environment.get('FLASK_ENV')
      const key = `${invocation.path}:${word?.start}`
      if (word === undefined || seen.has(key)) return []
      seen.add(key)
      const at = { path: invocation.path, start: word.start, end: word.end }
      return [{ ...setting(at, literal(word) ?? ''), ...leaveOut(assignmentOut(tree, at, 'FLASK_ENV')) }]
    }),
  )
}

function fromAppJson(tree: Tree): FindingDraft[] {
  const text = tree.has('app.json') ? (tree.read('app.json')?.text ?? '') : ''
  const match = /"FLASK_ENV"\s*:\s*(?:"([^"]*)"|\{[^{}]*"value"\s*:\s*"([^"]*)")/.exec(text)
  if (match === null) return []
  const end = match.index + '"FLASK_ENV"'.length
  const at = { path: 'app.json', start: match.index, end }
  return [{ ...setting(at, match[1] ?? match[2] ?? ''), ...leaveOut(envOut(tree, 'FLASK_ENV')) }]
}

/** The flask command reads both files in the working directory (https://flask.palletsprojects.com/en/stable/cli/#environment-variables-from-dotenv). */
function fromDotenv(tree: Tree): FindingDraft[] {
  return ['.env', '.flaskenv'].flatMap((path) => {
    const text = tree.has(path) ? (tree.read(path)?.text ?? '') : ''
    if (!text.includes('FLASK_ENV')) return []
    return readDotenv(text, path).flatMap(([name, value, at]) =>
      name === 'FLASK_ENV' ? [{ ...setting(at, value), ...lineOut(tree, at, name, 'safe') }] : [],
    )
  })
}

const APP = /^(?:app|application|current_app)$/

/** Reads of `app.env` and `app.config["ENV"]` in modules that production loads. */
function fromCode(plan: Plan, tree: Tree): FindingDraft[] {
  const seen = new Set<string>()
  return boots(plan).flatMap(({ boot }) => {
    if (boot.allApps.some(({ config }) => config.open || config.entries.has('ENV'))) return []
    return boot.loaded.flatMap(({ path }) => {
      if (seen.has(path)) return []
      seen.add(path)
      const text = tree.read(path)?.text ?? ''
      // cheap words first: hardly any module has them
      if (!/\.env\b/.test(text) && !/config\[\s*["']ENV["']/.test(text)) return []
      return readsIn(path, plan)
    })
  })
}

function readsIn(path: string, plan: Plan): FindingDraft[] {
  const { body } = plan.modules.parse(path)
  const all = [...expressionsOf(body)]
  const isApp = (name: string): boolean =>
    APP.test(name) && plan.definitions.some(({ variable }) => variable === name || name === 'current_app')
  const drafts: FindingDraft[] = []
  for (const expr of all) {
    if (expr.kind === 'attribute' && expr.name === 'env' && expr.of.kind === 'name' && isApp(expr.of.name))
      drafts.push(missing(path, expr, `${expr.of.name}.env`, 'an AttributeError'))
    if (
      expr.kind === 'subscript' &&
      expr.of.kind === 'attribute' &&
      expr.of.name === 'config' &&
      expr.of.of.kind === 'name' &&
      isApp(expr.of.of.name) &&
      expr.index.kind === 'string' &&
      expr.index.parts.length === 1 &&
      expr.index.parts[0] === 'ENV'
    )
      drafts.push(missing(path, expr, `${expr.of.of.name}.config["ENV"]`, 'a KeyError'))
  }
  return drafts.filter(({ at }) => !isTarget(tree(plan, path), at))
}

const tree = (plan: Plan, path: string): string => plan.modules.tree.read(path)?.text ?? ''

/** `app.env = …` sets it. */
const isTarget = (text: string, { end = 0 }: Place): boolean => /^\s*=(?!=)/.test(text.slice(end, end + 20))

function missing(
  path: string,
  { start, end }: { start: number; end: number },
  what: string,
  error: string,
): FindingDraft {
  return {
    at: { path, start, end },
    message: `\`${what}\` is gone since Flask 2.3. Read a config var of your own instead.`,
    consequence: `The line ends in ${error}: H10 (App crashed) while the app starts, a 500 inside a request.`,
  }
}
