import gunicorn from '../../../data/gunicorn.json' with { type: 'json' }
import type { Place } from '../../finding.ts'
import type { Invocation } from '../command.ts'
import { literalWord, type PlacedWord, splitFields } from '../shell-word.ts'
import { type Option, type OptionTable, type ParsedOptions, parseOptions, type Setting } from './option-table.ts'

const TABLE: OptionTable = {
  options: gunicorn.options.map(
    (option): Option => ({
      name: option.name,
      flags: option.flags,
      value: option.value === 'one' ? 'one' : option.value === 'optional' ? 'optional' : 'none',
      means: !('means' in option),
    }),
  ),
  abbreviations: true,
  interspersed: true,
}

/** Settings that collect their values instead of keeping the last. */
export const GUNICORN_LISTS: ReadonlySet<string> = new Set(
  gunicorn.options.flatMap((option) => ('repeats' in option ? [option.name] : [])),
)

/**
 * gunicorn's own words, by the names that gunicorn.conf.py uses (`bind`, `accesslog`, `raw_env`). GUNICORN_CMD_ARGS of the invocation's own
 * environment counts, too, before the command line, which is stronger
 * (https://github.com/benoitc/gunicorn/blob/master/gunicorn/app/base.py, load_config).
 */
export function readGunicorn(invocation: Invocation): ParsedOptions {
  const parsed = parseOptions(invocation.arguments, TABLE, invocation.path, 'command line')
  const extra = invocation.environment.get('GUNICORN_CMD_ARGS')
  if (extra === undefined) return parsed
  const settings = new Map(gunicornCommandArguments(extra))
  for (const [name, list] of parsed.settings) settings.set(name, [...(settings.get(name) ?? []), ...list])
  return { ...parsed, settings }
}

/** What a GUNICORN_CMD_ARGS sets: split as Python's `shlex.split` does, positional words ignored. `value` is a word, or text at `at`. */
export function gunicornCommandArguments(value: PlacedWord): Map<string, Setting[]>
export function gunicornCommandArguments(value: string, at: Place): Map<string, Setting[]>
export function gunicornCommandArguments(value: PlacedWord | string, at?: Place): Map<string, Setting[]> {
  const word =
    typeof value === 'string'
      ? { ...literalWord(value, { start: at?.start ?? 0, end: at?.end ?? 0 }), path: at?.path ?? '' }
      : value
  const place = at ?? { path: word.path, start: word.start, end: word.end }
  return parseOptions(splitFields(word, { quotes: true }), TABLE, word.path, 'GUNICORN_CMD_ARGS', place).settings
}
