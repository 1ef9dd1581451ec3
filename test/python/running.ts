import { type Boot, boot, type Entry } from '../../engine/python/boot.ts'
import { Modules } from '../../engine/python/modules.ts'
import { type Atom, type Guard, type TextPart, UNKNOWN, type Value } from '../../engine/python/value.ts'
import { memoryTree } from '../../engine/tree.ts'

export interface RunOptions {
  readonly entry?: Entry
  readonly fixed?: Readonly<Record<string, string>>
  readonly declared?: Readonly<Record<string, string>>
  readonly generation?: 'cedar' | 'fir'
  readonly roots?: readonly string[]
}

/** Runs a small project in the head; without an entry, `app.py` is imported. */
export function run(files: Readonly<Record<string, string>>, options: RunOptions = {}): Boot {
  return boot(options.entry ?? { kind: 'import', module: 'app' }, {
    modules: new Modules(memoryTree(files)),
    generation: options.generation ?? 'cedar',
    fixed: new Map(Object.entries(options.fixed ?? {})),
    declared: new Map(Object.entries(options.declared ?? {})),
    roots: options.roots ?? [''],
    cwd: '',
  })
}

/** What the name `x` of app.py may be. */
export function valueOfX(source: string, options: RunOptions = {}): string {
  const module = run({ 'app.py': source }, options).loaded.find(({ path }) => path === 'app.py')
  return shown(module?.scope.names.get('x') ?? UNKNOWN)
}

/** `"a" if DATABASE_URL is set | None if not`, in a form that tests can read. */
export function shown(value: Value): string {
  return value
    .map(
      ({ atom, guards }) =>
        `${atomShown(atom)}${guards.length === 0 ? '' : ` if ${guards.map(guardShown).join(', ')}`}`,
    )
    .join(' | ')
}

function guardShown({ about, holds }: Guard): string {
  if (about.kind === 'unknown') return holds ? '?' : 'not ?'
  const text = about.kind === 'set' ? about.name : `${about.name}=${about.text}`
  return holds ? text : `not ${text}`
}

export function atomShown(atom: Atom): string {
  switch (atom.kind) {
    case 'constant':
      return atom.value === null
        ? 'None'
        : atom.value === true
          ? 'True'
          : atom.value === false
            ? 'False'
            : `${atom.value}`
    case 'text':
      return `"${atom.parts.map(partShown).join('')}"`
    case 'list':
      return `[${atom.object.items.map(shown).join(', ')}${atom.object.exact ? '' : ', …'}]`
    case 'dict':
      return `{${[...atom.object.entries].map(([key, value]) => `${key}: ${shown(value)}`).join(', ')}${atom.object.open ? ', …' : ''}}`
    case 'instance':
      return `<${atom.object.className || atom.object.class?.name}>`
    case 'function':
    case 'class':
      return `<${atom.kind} ${atom.object.name}>`
    case 'external':
    case 'module':
      return `<${atom.name}>`
    default:
      return `<${atom.kind}>`
  }
}

const partShown = (part: TextPart): string =>
  typeof part === 'string' ? part : part.kind === 'config-var' ? `$${part.name}` : part.kind === 'random' ? '*' : '?'
