import { readAppJson } from '../../engine/facts/app-json.ts'
import { type Dependencies, installs } from '../../engine/facts/dependencies.ts'
import type { FindingDraft, Fix, Place, RelatedPlace, TextEdit } from '../../engine/finding.ts'
import { withoutWords } from '../../engine/fix-command.ts'
import { assignmentOut, envOut, lineOut } from '../../engine/fix-variable.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { boots } from '../../engine/plan/plan.ts'
import { callsOf, conditionText, judge, reachable, settingsOf, trailTo } from '../../engine/plan/production.ts'
import { literal } from '../../engine/plan/shell.ts'
import { readDotenv } from '../../engine/python/environment.ts'
import { truthOf } from '../../engine/python/truth.ts'
import { type Alternative, both, certainty, type Guard, literalText, placeOf } from '../../engine/python/value.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const debugEnabled = defineRule({
  id: 'debug-enabled',
  stage: 'security',
  level: 'error',
  summary: 'Debug mode is on in production',
  why: "In debug mode Flask's development server shows an interactive debugger on every error page: whoever sees one can run Python on the dyno and read its config vars. Under gunicorn there is no debugger, but errors are re-raised, templates are reloaded on every request, and extensions that look at `app.debug` open up.",
  consequence:
    'With `app.run()` or `flask run`: anybody who provokes an error can run code on the dyno. With gunicorn: tracebacks and development behaviour in production.',
  instead: 'Leave `DEBUG` unset in production, and turn it on by hand:\n\n```bash\nflask --app app run --debug\n```',
  fix: {
    safety: 'safe',
    note: 'turns the argument of the call to `False`. A setting or FLASK_DEBUG is left out with unsafe fixes: code may ask for debug mode, and a laptop may count on it',
  },
  sources: [
    { title: 'Flask: debug mode', url: 'https://flask.palletsprojects.com/en/stable/quickstart/#debug-mode' },
    { title: 'Werkzeug: debugging applications', url: 'https://werkzeug.palletsprojects.com/en/stable/debug/' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree', 'dependencies'],
  check: ({ plan, tree, dependencies }) => {
    const found = [
      ...fromCommands(plan, tree),
      ...fromAppJson(plan, tree),
      ...fromServeCalls(plan, tree),
      ...fromConfig(plan, tree),
      ...fromDotenv(plan, tree, dependencies),
      ...fromDebuggers(plan, tree),
    ]
    return found.filter(
      (draft, i) =>
        found.findIndex((other) => other.at.path === draft.at.path && other.at.start === draft.at.start) === i,
    )
  },
})

/** Words that turn FLASK_DEBUG on (flask/helpers.py, get_debug_flag). */
const isOn = (word: string): boolean => word !== '' && !/^(?:0|false|no)$/i.test(word)

function fromCommands(plan: Plan, tree: Tree): FindingDraft[] {
  return plan.processes.flatMap(({ type, invocations, server }) => {
    const drafts: FindingDraft[] = []
    for (const invocation of invocations) {
      const word = invocation.environment.get('FLASK_DEBUG')
      const value = word === undefined ? null : literal(word)
      if (word !== undefined && value !== null && isOn(value) && type === 'web') {
        const at: Place = { path: invocation.path, start: word.start, end: word.end }
        drafts.push({
          at,
          message: 'FLASK_DEBUG turns debug mode on for the web process. Leave it out of the process line.',
          ...leaving('leave FLASK_DEBUG out', assignmentOut(tree, at, 'FLASK_DEBUG')),
        })
      }
    }
    const option =
      type === 'web' && server?.command.server === 'flask run' ? server.settings.get('debug')?.at(-1) : undefined
    const [given] = option?.value ?? []
    if (option && option.from === 'command line' && given && truthOf(given.atom) === true)
      drafts.push({
        at: option.at,
        message: '`--debug` turns debug mode on for the web process. Leave it out, and serve the app with gunicorn.',
        ...leaving('leave --debug out', withoutWords(tree, option.at)),
      })
    return drafts
  })
}

function fromAppJson(plan: Plan, tree: Tree): FindingDraft[] {
  const [run] = boots(plan)
  const text = tree.read('app.json')?.text
  const declared = run === undefined || text === undefined ? undefined : appJsonValue(tree, 'FLASK_DEBUG')
  if (text === undefined || declared === undefined || !isOn(declared)) return []
  const start = text.indexOf('"FLASK_DEBUG"')
  return [
    {
      at: { path: 'app.json', start, end: start + '"FLASK_DEBUG"'.length },
      message: 'app.json sets FLASK_DEBUG, which turns debug mode on in every app made from it. Leave it out.',
      ...leaving('leave FLASK_DEBUG out', envOut(tree, 'FLASK_DEBUG')),
    },
  ]
}

function appJsonValue(tree: Tree, name: string): string | undefined {
  try {
    const json: unknown = JSON.parse(tree.read('app.json')?.text ?? '')
    const env = typeof json === 'object' && json !== null && 'env' in json ? json.env : undefined
    const entry = typeof env === 'object' && env !== null ? (env as Record<string, unknown>)[name] : undefined
    if (typeof entry === 'string') return entry
    const value = typeof entry === 'object' && entry !== null && 'value' in entry ? entry.value : undefined
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined // broken JSON is app-json-invalid's business
  }
}

function fromServeCalls(plan: Plan, tree: Tree): FindingDraft[] {
  return boots(plan).flatMap((run) =>
    (run.server?.serves ?? []).flatMap((serve) => {
      if (serve.debug === null || !serve.certain) return []
      const { at, value } = serve.debug
      return judge(reachable(value, run.boot), isTrue).flatMap(({ guards }) =>
        draftFor(
          {
            at,
            guards,
            what: `\`${serve.name}\` runs with debug mode on`,
            related: trailTo(run, at),
            isArgument: true,
          },
          tree,
        ),
      )
    }),
  )
}

function fromConfig(plan: Plan, tree: Tree): FindingDraft[] {
  return settingsOf(plan, 'DEBUG', isTrue)
    .map(({ alternative, guards, app, ...run }) => {
      const at = placeOf(alternative.atom) ?? app.at
      return { at, guards, what: 'Debug mode is on in production', related: trailTo(run, at) }
    })
    .flatMap((fault) => draftFor(fault, tree))
}

/** True as it is written. What a config var holds is for those to say who set it. */
const isTrue = ({ atom }: Alternative): boolean =>
  truthOf(atom) === true && (atom.kind !== 'text' || literalText(atom) !== null)

/** `flask run` loads a committed .env and .flaskenv where python-dotenv is installed (flask/cli.py, load_dotenv). */
function fromDotenv(plan: Plan, tree: Tree, dependencies: Dependencies): FindingDraft[] {
  if (plan.web?.server?.command.server !== 'flask run' || installs(dependencies, 'python-dotenv') !== 'yes') return []
  return ['.env', '.flaskenv'].flatMap((path) =>
    readDotenv(tree.read(path)?.text ?? '', path).flatMap(([name, value, at]) =>
      name === 'FLASK_DEBUG' && isOn(value)
        ? [
            {
              at,
              message: '`flask run` reads this file, and debug mode is on. Leave it out, and keep the file out of git.',
              ...lineOut(tree, at, 'FLASK_DEBUG'),
            },
          ]
        : [],
    ),
  )
}

/** Werkzeug's debugger without Flask's debug mode: `run_simple(use_debugger=True)`, `DebuggedApplication(evalex=True)`. */
function fromDebuggers(plan: Plan, tree: Tree): FindingDraft[] {
  const debuggers = [
    { name: /^werkzeug\.serving\.run_simple$/, option: 'use_debugger', what: '`run_simple()` runs with the debugger' },
    {
      name: /^werkzeug\.debug\.DebuggedApplication$/,
      option: 'evalex',
      what: '`DebuggedApplication` lets everybody run Python on an error page',
    },
  ]
  return debuggers.flatMap(({ name, option, what }) =>
    callsOf(plan, name).flatMap(({ call, reach, ...run }) => {
      const at = call.argAt.get(option) ?? call.at
      return judge(call.args.named.get(option) ?? [], isTrue).flatMap(({ guards: own }) => {
        const guards = both(reach, own)
        return guards === null ? [] : draftFor({ at, guards, what, related: trailTo(run, at), isArgument: true }, tree)
      })
    }),
  )
}

interface DebugOn {
  readonly at: Place
  readonly guards: readonly Guard[]
  readonly what: string
  readonly related: readonly RelatedPlace[]
  /** It is an argument of the call that starts the server or its debugger. */
  readonly isArgument?: boolean
}

function draftFor({ at, guards, what, related, isArgument = false }: DebugOn, tree: Tree): FindingDraft[] {
  const sure = certainty(guards)
  if (sure !== 'certain' && sure !== 'fallback') return []
  const fix = sure === 'certain' ? turnOff(at, tree, isArgument) : null
  const message =
    sure === 'certain'
      ? `${what}. Leave it off, and turn it on by hand with \`flask run --debug\`.`
      : `${what} when ${conditionText(guards)}. Make off the default, and turn it on by hand.`
  return [
    {
      at,
      message,
      ...(sure === 'fallback'
        ? { level: isSetByAppJson(tree, guards) ? ('info' as const) : ('warning' as const) }
        : {}),
      related,
      ...(fix ? { fix } : {}),
    },
  ]
}

/** An app that is made from app.json has the config var: only one that was made by hand may lack it. */
function isSetByAppJson(tree: Tree, guards: readonly Guard[]): boolean {
  const values = readAppJson(tree)?.values
  return guards.some(({ about }) => about.kind === 'set' && values?.has(about.name) === true)
}

const leaving = (description: string, edit: TextEdit | null): { readonly fix?: Fix } =>
  edit === null ? {} : { fix: { safety: 'unsafe', description, edits: [edit] } }

/** The argument itself, as it is written in a call. */
const ARGUMENT = /[(,\s](?:debug|use_debugger|evalex)\s*=\s*(?:True|1)$/

function turnOff(at: Place, tree: Tree, isArgument: boolean): Fix | null {
  if (at.start === undefined || at.end === undefined) return null
  const text = tree.read(at.path)?.text ?? ''
  const source = text.slice(at.start, at.end)
  const match = /(?:^|=\s*)(True|1)$/.exec(source)
  if (match?.[1] === undefined) return null
  const start = at.end - match[1].length
  const edits = [{ kind: 'text' as const, path: at.path, start, end: at.end, text: match[1] === '1' ? '0' : 'False' }]
  const description = 'turn debug mode off'
  if (isArgument && ARGUMENT.test(text.slice(Math.max(0, at.start - 40), at.end)))
    return { safety: 'safe', description, edits }
  // code asks the config, so that what stands under `if not app.debug:` is reached from then on
  return { safety: 'unsafe', description, edits, uncovers: true }
}
