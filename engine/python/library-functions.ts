/** What the standard library's and some libraries' functions give back. */
import type { Place } from '../finding.ts'
import { fileTest } from './file-tests.ts'
import { loadHerokuExtension } from './flask-config.ts'
import { loadNamed } from './imports.ts'
import { isInstance } from './instance-tests.ts'
import type { Interpreter } from './interpreter.ts'
import { attributeOf, productionChoice } from './objects.ts'
import { substituted, textOf } from './text-methods.ts'
import { truthOf } from './truth.ts'
import {
  type Atom,
  type CallArguments,
  constant,
  each,
  external,
  literalText,
  narrow,
  oneOf,
  only,
  type TextPart,
  text,
  UNKNOWN,
  type Value,
} from './value.ts'

/** A function of the library by its arguments; undefined when it says nothing here. */
export type Known = (vm: Interpreter, args: CallArguments, at: Place) => Value | undefined
/** The first positional argument. */
export const firstArgument = (args: CallArguments): Value => args.positional[0] ?? UNKNOWN

const randomText: Known = (_vm, _args, at) => text([{ kind: 'random', name: '' }], at)
const identity: Known = (_vm, args) => firstArgument(args)
const exits: Known = (_vm, _args, at) => external('<exit>', at)

function pathJoin(args: CallArguments, at: Place): Value {
  const [head = UNKNOWN, ...rest] = args.positional
  return rest.reduce<Value>(
    (left, next) =>
      each(left, (base) =>
        each(next, (atom) => {
          const tail = textOf(atom)
          return typeof tail[0] === 'string' && tail[0].startsWith('/')
            ? text(tail, at)
            : text([...textOf(base), '/', ...tail], at)
        }),
      ),
    head,
  )
}

function directoryName(value: Value, at: Place): Value {
  return each(value, (atom) => {
    const parts: TextPart[] = [...textOf(atom)]
    const last = parts.at(-1)
    if (typeof last !== 'string' || !last.includes('/')) return UNKNOWN
    parts[parts.length - 1] = last.slice(0, last.lastIndexOf('/'))
    return text(parts, at)
  })
}

/** `URL.create("postgresql+psycopg", host=…, database=…)` as the address that it stands for. */
function databaseAddress(_vm: Interpreter, args: CallArguments, at: Place): Value {
  const database = args.named.get('database') ?? args.positional[5]
  return each(args.named.get('drivername') ?? firstArgument(args), (driver) => {
    const name = literalText(driver)
    if (name === null) return UNKNOWN
    if (!name.startsWith('sqlite')) return text([name, '://', { kind: 'unknown', name: '' }], at)
    return database === undefined
      ? text([name, '://'], at)
      : each(database, (file) => text([name, ':///', ...textOf(file)], at))
  })
}

/** The functions by qualified name. */
export const LIBRARY_FUNCTIONS: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['os.urandom', randomText],
  ['secrets.token_hex', randomText],
  ['secrets.token_urlsafe', randomText],
  ['secrets.token_bytes', randomText],
  ['uuid.uuid4', randomText],
  ['uuid.uuid1', randomText],
  ['Crypto.Random.get_random_bytes', randomText],
  ['random.choice', randomText],
  ['random.choices', randomText],
  ['random.sample', randomText],
  ['random.getrandbits', randomText],
  ['random.randbytes', randomText],
  ['random.SystemRandom.choice', randomText],
  ['secrets.choice', randomText],
  ['secrets.randbits', randomText],
  ['cryptography.fernet.Fernet.generate_key', randomText],
  ['sqlalchemy.engine.URL.create', databaseAddress],
  ['sqlalchemy.engine.url.URL', databaseAddress],
  ['sqlalchemy.engine.url.URL.create', databaseAddress],
  ['sqlalchemy.URL.create', databaseAddress],
  ['binascii.hexlify', identity],
  ['base64.b64encode', identity],
  ['os.path.join', (_vm, args, at) => pathJoin(args, at)],
  ['werkzeug.utils.safe_join', (_vm, args, at) => pathJoin(args, at)],
  ['werkzeug.security.safe_join', (_vm, args, at) => pathJoin(args, at)],
  ['flask.safe_join', (_vm, args, at) => pathJoin(args, at)],
  ['os.path.dirname', (_vm, args, at) => directoryName(firstArgument(args), at)],
  ['os.path.exists', fileTest('any')],
  ['os.path.isfile', fileTest('file')],
  ['os.path.isdir', fileTest('directory')],
  ['os.path.abspath', identity],
  ['os.path.realpath', identity],
  ['os.path.normpath', identity],
  ['os.path.expanduser', identity],
  ['os.fspath', identity],
  ['pathlib.Path', (_vm, args, at) => (args.positional.length === 0 ? text(['.'], at) : pathJoin(args, at))],
  ['pathlib.PurePath', (_vm, args, at) => pathJoin(args, at)],
  ['pathlib.Path.cwd', (vm, _args, at) => text([vm.cwd === '' ? '/app' : `/app/${vm.cwd}`], at)],
  ['os.getcwd', (vm, _args, at) => text([vm.cwd === '' ? '/app' : `/app/${vm.cwd}`], at)],
  [
    'builtins.str',
    (_vm, args, at) =>
      each(firstArgument(args), (atom) =>
        atom.kind === 'unknown' || atom.kind === 'instance' ? UNKNOWN : text(textOf(atom), at),
      ),
  ],
  ['builtins.int', (_vm, args, at) => each(firstArgument(args), (atom) => toNumber(atom, at))],
  ['builtins.float', (_vm, args, at) => each(firstArgument(args), (atom) => toNumber(atom, at))],
  ['builtins.bool', (vm, args, at) => asBoolean(vm, firstArgument(args), at)],
  [
    'builtins.dict',
    (_vm, args, at) =>
      only({
        kind: 'dict',
        object: { entries: new Map(args.named), open: args.open || args.positional.length > 0, config: false, at },
      }),
  ],
  [
    'builtins.len',
    (_vm, args, at) =>
      each(firstArgument(args), (atom) => {
        const whole = literalText(atom)
        if (whole !== null) return constant(whole.length, at)
        return atom.kind === 'list' && atom.object.exact ? constant(atom.object.items.length, at) : UNKNOWN
      }),
  ],
  ['builtins.getattr', getAttribute],
  ['builtins.isinstance', (_vm, args, at) => isInstance(args, at)],
  ['builtins.exit', exits],
  ['builtins.quit', exits],
  ['sys.exit', exits],
  ['os._exit', exits],
  ['os.abort', exits],
  ['builtins.__import__', importByName],
  ['importlib.import_module', importByName],
  ['werkzeug.utils.import_string', importByName],
  ['functools.partial', identity],
  [
    're.sub',
    (_vm, args, at) => {
      const [pattern, replacement, subject] = args.positional
      const source = pattern?.length === 1 && pattern[0] ? literalText(pattern[0].atom) : null
      const into = replacement?.length === 1 && replacement[0] ? textOf(replacement[0].atom) : null
      if (source === null || into === null || subject === undefined || source.length > 100) return UNKNOWN
      return each(subject, (atom) => substituted(source, into, atom, at))
    },
  ],
  [
    'json.loads',
    (_vm, args) =>
      each(firstArgument(args), (atom) => {
        const whole = literalText(atom)
        const at = 'at' in atom ? atom.at : { path: '' }
        return whole === 'true' || whole === 'false' ? constant(whole === 'true', at) : UNKNOWN
      }),
  ],
  ['distutils.util.strtobool', strictBoolean],
  ['setuptools._distutils.util.strtobool', strictBoolean],
  ['sys.path.append', addRoot],
  ['sys.path.insert', addRoot],
  [
    'os.environ.setdefault',
    (vm, args, at) => {
      const name = vm.literal(firstArgument(args))
      const value = args.positional[1]
      if (name === null || value === undefined) return UNKNOWN
      const both = vm.environment.get(name, value, at, vm.guards)
      vm.environment.write(name, both, vm.guards)
      return both
    },
  ],
  [
    'os.environ.update',
    (vm, args) => {
      for (const [name, value] of args.named) vm.environment.write(name, value, vm.guards)
      return UNKNOWN
    },
  ],
  ['flask_heroku.Heroku', loadHerokuExtension],
  [
    'dynaconf.FlaskDynaconf',
    (_vm, args) => {
      for (const value of [...args.positional, ...args.named.values()]) {
        for (const { atom } of value)
          if (atom.kind === 'instance')
            for (const { atom: config } of atom.object.attributes.get('config') ?? [])
              if (config.kind === 'dict') config.object.open = true
      }
      return UNKNOWN
    },
  ],
])

function toNumber(atom: Atom, at: Place): Value {
  if (atom.kind === 'constant') return only({ ...atom, at })
  const whole = literalText(atom)
  if (whole !== null) return /^\s*\d+(?:\.\d+)?\s*$/.test(whole) ? constant(Number(whole), at) : UNKNOWN
  return atom.kind === 'text' ? only({ ...atom, at }) : UNKNOWN
}

/** `bool(x)` of each alternative; texts that are not empty are true. */
export function asBoolean(_vm: Interpreter, value: Value, at: Place): Value {
  return each(value, (atom) => {
    if (typeof constantOf(atom) === 'boolean') return only(atom)
    const truth = truthOf(atom)
    return truth === undefined ? UNKNOWN : constant(truth, at)
  })
}

const constantOf = (atom: Atom): number | boolean | null | undefined =>
  atom.kind === 'constant' ? atom.value : undefined

/** Words for yes and no, as strtobool, environs and decouple read them; undefined for anything else. */
export function wordTruth(word: string): boolean | undefined {
  if (/^(?:y|yes|t|true|on|1)$/i.test(word)) return true
  return /^(?:n|no|f|false|off|0|)$/i.test(word) ? false : undefined
}

function strictBoolean(_vm: Interpreter, args: CallArguments, at: Place): Value {
  return each(firstArgument(args), (atom) => {
    if (atom.kind === 'constant') return constant(truthOf(atom) ?? false, at)
    const whole = literalText(atom)
    const truth = whole === null ? undefined : wordTruth(whole)
    return truth === undefined ? UNKNOWN : constant(truth, at)
  })
}

function getAttribute(vm: Interpreter, args: CallArguments, at: Place): Value {
  const [of = UNKNOWN, name = UNKNOWN, fallback] = args.positional
  return each(of, (atom) =>
    each(name, (key): Value => {
      const wanted = literalText(key)
      if (wanted !== null) {
        const value = attributeOf(vm, atom, wanted, at)
        return fallback === undefined
          ? value
          : oneOf(...value.map((alternative): Value => (alternative.atom.kind === 'unknown' ? UNKNOWN : [alternative])))
      }
      if (atom.kind !== 'module' || key.kind !== 'text') return UNKNOWN
      // getattr(config, os.environ["CONFIG"]): one of the module's classes
      const classes = [...atom.scope.names]
        .filter(([, value]) => value.some((alternative) => alternative.atom.kind === 'class'))
        .map(([own]) => own)
      const { chosen, certain } = productionChoice(classes)
      return certain && chosen[0] !== undefined
        ? narrow(atom.scope.names.get(chosen[0]) ?? UNKNOWN, vm.guards)
        : UNKNOWN
    }),
  )
}

function importByName(vm: Interpreter, args: CallArguments, at: Place): Value {
  const name = vm.literal(firstArgument(args))
  if (name === null) return UNKNOWN
  const scope = loadNamed(vm, name, at)
  return scope === undefined ? external(name, at) : only({ kind: 'module', path: '', name, scope })
}

function addRoot(vm: Interpreter, args: CallArguments): Value {
  const path = args.positional.map((value) => vm.literal(value)).find((word) => word !== null && word !== undefined)
  if (path !== undefined && path !== null) {
    const root = path
      .replace(/^\/app\/?/, '')
      .replace(/^\.\/?/, '')
      .replace(/\/+$/, '')
    if (!root.startsWith('/') && !root.includes('..') && !vm.roots.includes(root)) vm.roots.push(root)
  }
  return UNKNOWN
}
