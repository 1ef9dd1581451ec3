/** The libraries by which Python programs read config vars. */
import type { Place } from '../finding.ts'
import { readDotenv } from './environment.ts'
import type { Interpreter } from './interpreter.ts'
import { asBoolean, wordTruth } from './library-functions.ts'
import { type CallArguments, constant, each, literalText, narrow, only, text, UNKNOWN, type Value } from './value.ts'

export interface VariableReader {
  /** What happens without a fallback: None is given back, or the program stops. */
  readonly missing: 'none' | 'raises'
  readonly cast: 'text' | 'bool' | 'number' | 'other'
  /** Reads a committed `.env` by itself. */
  readonly dotenv: boolean
  readonly loads?: true
}

const ENV_TYPES: ReadonlyMap<string, VariableReader['cast']> = new Map([
  ['str', 'text'],
  ['__call__', 'text'],
  ['bool', 'bool'],
  ['int', 'number'],
  ['float', 'number'],
  ['url', 'text'],
  ['db', 'text'],
  ['path', 'text'],
  ['db_url', 'other'],
  ['list', 'other'],
  ['json', 'other'],
  ['dict', 'other'],
  ['log_level', 'other'],
  ['decimal', 'number'],
  ['get_value', 'text'],
])

/** Recognises a function that reads one variable: os, environs, decouple, django-environ, starlette, dj-database-url, python-dotenv. */
export function variableReader(name: string): VariableReader | null {
  if (name === 'os.environ.get' || name === 'os.getenv') return { missing: 'none', cast: 'text', dotenv: false }
  if (
    /^(?:dotenv(?:\.main)?\.load_dotenv|dotenv\.read_dotenv|environs\.(?:Env|env)\.read_env|environ\.Env\.read_env|envparse\.(?:env|Env)\.read_envfile)$/.test(
      name,
    )
  ) {
    return { missing: 'none', cast: 'other', dotenv: true, loads: true }
  }
  if (/^(?:decouple\.config|decouple\.(?:Auto)?Config\.__call__|prettyconf\.config)$/.test(name))
    return { missing: 'raises', cast: 'text', dotenv: true }
  if (name === 'starlette.config.Config') return null
  const typed = /^(?:environs\.(?:Env|env)|environ\.(?:Env|FileAwareEnv)|envparse\.(?:env|Env))(?:\.(\w+))?$/.exec(name)
  if (typed) {
    // Calling the class makes a reader; calling the reader reads.
    const cast = typed[1] === undefined ? (/\.env$/.test(name) ? 'text' : null) : ENV_TYPES.get(typed[1])
    return cast ? { missing: 'raises', cast, dotenv: false } : null
  }
  return null
}

/** Reads a variable as the library would. */
export function readVariable(vm: Interpreter, reader: VariableReader, args: CallArguments, at: Place): Value {
  if (reader.dotenv) loadDotenv(vm, reader.loads ? args : null)
  if (reader.loads) return constant(true, at)
  const name = args.positional[0]
    ? vm.literal(args.positional[0])
    : args.named.has('key')
      ? vm.literal(args.named.get('key') ?? UNKNOWN)
      : null
  if (name === null) return text([{ kind: 'unknown', name: '' }], at)
  const fallback = args.named.get('default') ?? args.positional[1] ?? null
  if (fallback === null && reader.missing === 'raises') vm.stopsWithout(name)
  const value =
    fallback === null && reader.missing === 'raises'
      ? vm.environment.require(name, at, vm.guards)
      : vm.environment.get(name, fallback, at, vm.guards)
  const cast = reader.cast === 'text' ? castOf(args) : reader.cast
  switch (cast) {
    case 'bool':
      return each(value, (atom) => {
        if (atom.kind !== 'text') return asBoolean(vm, only(atom), at)
        const word = literalText(atom)
        const truth = word === null ? undefined : wordTruth(word)
        return truth === undefined ? UNKNOWN : only({ kind: 'constant', value: truth, at: atom.at })
      })
    case 'number':
      return each(value, (atom) => {
        const word = literalText(atom)
        return word !== null && /^\d+$/.test(word) ? constant(Number(word), at) : only(atom)
      })
    case 'other':
      return UNKNOWN
    default:
      return value
  }
}

function castOf(args: CallArguments): VariableReader['cast'] {
  const [cast] = args.named.get('cast') ?? []
  if (cast === undefined) return 'text'
  if (cast.atom.kind !== 'external') return 'other'
  if (/\bbool$/.test(cast.atom.name)) return 'bool'
  if (/\b(?:int|float)$/.test(cast.atom.name)) return 'number'
  return /\bstr$/.test(cast.atom.name) ? 'text' : 'other'
}

/** A committed .env is loaded on the dyno, too; variables that are set win (python-dotenv, `override=False`). */
function loadDotenv(vm: Interpreter, args: CallArguments | null): void {
  const given = args?.positional[0] ?? args?.named.get('dotenv_path')
  const named = given === undefined ? null : vm.literal(narrow(given, vm.guards))
  const directory = vm.frame.path.includes('/') ? vm.frame.path.slice(0, vm.frame.path.lastIndexOf('/')) : ''
  const candidates =
    named === null
      ? ancestors(directory).map((path) => (path === '' ? '.env' : `${path}/.env`))
      : [named.replace(/^\/app\//, '').replace(/^\.\//, '')]
  const path = candidates.find((candidate) => vm.modules.tree.has(candidate))
  const file = path === undefined ? undefined : vm.modules.tree.read(path)
  if (file !== undefined && vm.guards.length === 0) vm.environment.load(readDotenv(file.text, file.path))
}

function ancestors(directory: string): string[] {
  const out = [directory]
  for (let at = directory; at !== ''; ) {
    at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : ''
    out.push(at)
  }
  return out
}
