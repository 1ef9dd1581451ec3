/** Programs that only start another one: options of their own are skipped, and what they start is what counts. */
import { dropPrefix, literal, literalPrefix, type Word } from './shell-word.ts'

interface Wrapper {
  /** Options that take the next word as their value. */
  readonly values?: readonly string[]
  /** Words of its own before the command, as the duration of `timeout 30 cmd`. */
  readonly own?: number
  /** The command begins only behind `--`. */
  readonly dashes?: true
  /** Every option takes the next word. */
  readonly allValues?: true
}

const PLAIN: Wrapper = {}
const DASHES: Wrapper = { dashes: true }

const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['exec', { values: ['-a'] }],
  ['nohup', PLAIN],
  ['command', PLAIN],
  ['builtin', PLAIN],
  ['time', { values: ['-f', '-o', '--format', '--output'] }],
  ['nice', { values: ['-n', '--adjustment'] }],
  ['ionice', { values: ['-c', '-n'] }],
  ['stdbuf', { values: ['-i', '-o', '-e'] }],
  ['timeout', { values: ['-s', '-k', '--signal', '--kill-after'], own: 1 }],
  ['setsid', PLAIN],
  ['sudo', { values: ['-u', '-g', '-h', '-p'] }],
  ['gosu', { own: 1 }],
  ['su-exec', { own: 1 }],
  ['dumb-init', { values: ['-r', '--rewrite'] }],
  ['tini', { values: ['-e', '-p'] }],
  ['docker-init', PLAIN],
  ['catchsegv', PLAIN],
  ['xvfb-run', { values: ['-s', '-n', '-e', '-f', '-w', '-p', '--server-args', '--server-num', '--error-file'] }],
  ['newrelic-admin run-program', PLAIN],
  ['newrelic-admin run-python', PLAIN],
  ['ddtrace-run', PLAIN],
  ['opentelemetry-instrument', { allValues: true }],
  ['appsignal-wrap', PLAIN],
  ['pyagent run', { values: ['-c', '--config-file'] }],
  ['poetry run', PLAIN],
  ['pipenv run', PLAIN],
  ['pdm run', { values: ['-p', '--project', '-e', '--env-file'] }],
  ['rye run', PLAIN],
  ['hatch run', PLAIN],
  [
    'uv run',
    {
      values:
        '--with --extra --group --no-group --only-group --python -p --env-file --directory --project --package --index --with-requirements'.split(
          ' ',
        ),
    },
  ],
  ['conda run', { values: ['-n', '-p', '--name', '--prefix', '--cwd'] }],
  ['micromamba run', { values: ['-n', '-p', '--name', '--prefix'] }],
  ['honcho run', { values: ['-e', '--env', '-f', '-d', '-p'] }],
  ['foreman run', { values: ['-e', '--env', '-f', '-d', '-p'] }],
  ['dotenv run', { values: ['-f', '--file'] }],
  ['doppler run', { values: ['-p', '-c', '-t', '--project', '--config', '--token'] }],
  ['infisical run', DASHES],
  ['chamber exec', DASHES],
  ['aws-vault exec', DASHES],
  ['op run', DASHES],
  ['watchmedo auto-restart', DASHES],
  ['dockerize', { values: ['-wait', '-timeout', '-template', '-stdout', '-stderr'] }],
])

/** Options before a subcommand that take a value, as in `dotenv -f .env run`. */
const BEFORE_SUBCOMMAND = new Set(['-f', '--file', '-e', '--env', '-d', '-C', '--directory', '-n', '-p'])

export interface Peeled {
  readonly name: string
  readonly rest: readonly Word[]
  readonly assignments: readonly { readonly name: string; readonly value: Word }[]
}

/**
 * Takes the outermost wrapper off a command; null when there is none. `rest` is empty when nothing is behind it.
 * `path` is the program as far as it is known, its name at the end.
 * `absent` tells whether a path is no file of the project: buildpacks bring `bin/start-pgbouncer`, `bin/start-nginx` and their like.
 */
export function peel(words: readonly Word[], path: string, absent: (path: string) => boolean): Peeled | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name === 'env') return peelEnv(words)
  if (/^(?:\.\/|\/app\/)?bin\/(?:start-[\w-]+|qgsocksify|proximo|with_\w+)$/.test(path) && absent(path)) {
    return { name: path.replace(/^(?:\.\/|\/app\/)/, ''), rest: behindDashes(words, 1), assignments: [] }
  }
  const single = WRAPPERS.get(name)
  if (single !== undefined) return behindOptions(words, 1, name, single)
  for (let at = 1; at < Math.min(words.length, 8); at++) {
    const word = words[at]
    const text = word === undefined ? null : literal(word)
    if (text === null) return null
    const wrapper = WRAPPERS.get(`${name} ${text}`)
    if (wrapper !== undefined) return behindOptions(words, at + 1, `${name} ${text}`, wrapper)
    if (!text.startsWith('-')) break
    if (BEFORE_SUBCOMMAND.has(text)) at++
  }
  // `./wait-for-it.sh db:5432 -- gunicorn app:app`
  if (/^wait[-_]?for/.test(name) && words.some((word) => word.raw === '--'))
    return behindOptions(words, 1, name, DASHES)
  return null
}

function behindDashes(words: readonly Word[], from: number): readonly Word[] {
  return words.slice(words[from]?.raw === '--' ? from + 1 : from)
}

function behindOptions(words: readonly Word[], from: number, name: string, wrapper: Wrapper): Peeled | null {
  let at = from
  if (wrapper.dashes === true) {
    const dashes = words.findIndex((word, index) => index >= from && word.raw === '--')
    if (dashes < 0) return null
    return { name, rest: words.slice(dashes + 1), assignments: [] }
  }
  let own = wrapper.own ?? 0
  for (; at < words.length; at++) {
    const word = words[at]
    const text = word === undefined ? '' : literalPrefix(word)
    if (text === '--') {
      at++
      break
    }
    if (text.startsWith('-') && text.length > 1) {
      const separate = wrapper.allValues === true ? !text.includes('=') : wrapper.values?.includes(text) === true
      // `uv run -m gunicorn` and `uv run --module gunicorn` are `python -m gunicorn`
      if (name === 'uv run' && (text === '-m' || text === '--module'))
        return { name, rest: pythonModule(words, at), assignments: [] }
      if (separate) at++
    } else if (own > 0) own--
    else break
  }
  return { name, rest: words.slice(at), assignments: [] }
}

function pythonModule(words: readonly Word[], at: number): readonly Word[] {
  const flag = words[at]
  if (flag === undefined) return []
  const place = { start: flag.start, end: flag.start }
  const written = (text: string): Word => ({ parts: [{ kind: 'literal', text }], raw: text, ...place })
  return [written('python'), written('-m'), ...words.slice(at + 1)]
}

function peelEnv(words: readonly Word[]): Peeled | null {
  const assignments: { name: string; value: Word }[] = []
  let at = 1
  for (; at < words.length; at++) {
    const word = words[at]
    if (word === undefined) break
    const text = literalPrefix(word)
    const equals = /^([A-Za-z_]\w*)=/.exec(text)
    if (equals !== null) assignments.push({ name: equals[1] ?? '', value: dropPrefix(word, equals[0].length) })
    else if (text === '-u' || text === '-C' || text === '--unset' || text === '--chdir') at++
    else if (text === '--') {
      at++
      break
    } else if (!text.startsWith('-')) break
  }
  return { name: 'env', rest: words.slice(at), assignments }
}
