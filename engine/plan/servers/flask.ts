import type { Invocation } from '../command.ts'
import type { Reading } from '../server-arguments.ts'
import { literal } from '../shell-word.ts'
import { addFromEnvironment, optionTable, parseOptions } from './option-table.ts'

/** https://github.com/pallets/flask/blob/main/src/flask/cli.py (3.1.3) */
const GROUP = optionTable(
  `
-A --app =
-e --env-file =
--debug
--no-debug ! > debug
--version
--help
`,
  { abbreviations: false, interspersed: false },
)
const RUN = optionTable(
  `
-h --host =
-p --port =
--cert =
--key =
--reload
--no-reload ! > reload
--debugger
--no-debugger ! > debugger
--debug
--no-debug ! > debug
--with-threads
--without-threads ! > with_threads
--extra-files =
--exclude-patterns =
--eager-loading
--lazy-loader
--help
`,
  { abbreviations: false },
)

/** `flask [--app X] run …` or another subcommand. The target is what `--app` or FLASK_APP says. */
export function readFlask(invocation: Invocation): Reading {
  const group = parseOptions(invocation.arguments, GROUP, invocation.path, 'command line')
  const [command, ...rest] = group.positionals
  const name = command === undefined ? null : literal(command)
  const run = name === 'run' ? parseOptions(rest, RUN, invocation.path, 'command line') : null
  const settings = new Map(group.settings)
  for (const [key, list] of run?.settings ?? []) settings.set(key, [...(settings.get(key) ?? []), ...list])
  addFromEnvironment(settings, invocation.environment, {
    FLASK_APP: 'app',
    FLASK_RUN_HOST: 'host',
    FLASK_RUN_PORT: 'port',
    FLASK_DEBUG: 'debug',
    FLASK_ENV: 'flask_env',
  })
  const app = settings.get('app')?.at(-1)
  const spec = app !== undefined && typeof app.value === 'object' ? literal(app.value) : null
  const words = rest.map((word) => literal(word)).filter((word) => word !== null && !word.startsWith('-'))
  return {
    server: run === null ? 'flask' : 'flask run',
    parsed: {
      settings,
      positionals: [],
      unknown: [...group.unknown, ...(run?.unknown ?? []), ...(run?.positionals ?? [])],
    },
    target: app === undefined || spec === null ? null : { spec, at: app.at },
    subcommand: name === null ? null : [name, ...(run === null ? words.slice(0, 1) : [])].join(' '),
    rest: run === null ? rest : [],
  }
}
