/** What production writes to the dyno's disk, as far as the paths are known. */
import type { Place } from '../finding.ts'
import type { CallRecord } from '../python/records.ts'
import type { Atom, Value } from '../python/value.ts'
import { textShown } from './bind.ts'
import { functionAround } from './function-around.ts'
import type { Plan } from './plan.ts'
import { boots } from './plan.ts'
import type { CallInProduction, Run } from './production.ts'
import { callsOf } from './production.ts'

export interface FileWrite {
  readonly use: CallInProduction
  /** As a person would write it, relative to the app's folder; what reading cannot tell is `?`. */
  readonly path: string
  /** An upload that a visitor sent, a file opened for writing, or what a library writes whole, or a file that is put where it shall stay. */
  readonly kind: 'upload' | 'open' | 'export' | 'move'
  /** It adds to what the file holds. */
  readonly appends: boolean
  readonly at: Place
}

interface Shape {
  readonly name: RegExp
  readonly kind: FileWrite['kind']
  /** Where the path stands: a position, a keyword, or the object whose method is called. */
  readonly position: number | 'self'
  readonly keyword?: string
}

const SHAPES: readonly Shape[] = [
  { name: /^(?:builtins|io|codecs|gzip|bz2|lzma|aiofiles)\.open$/, kind: 'open', position: 0, keyword: 'file' },
  { name: /^(?:shelve\.open|pickledb\.load)$/, kind: 'open', position: 0 },
  { name: /^pathlib\.Path\.open$/, kind: 'open', position: 'self' },
  { name: /^pathlib\.Path\.write_(?:text|bytes)$/, kind: 'export', position: 'self' },
  {
    name: /^(?:flask\.request\.files\..*|.*\bFileField\.data|.*\bFileStorage)\.save$/,
    kind: 'upload',
    position: 0,
    keyword: 'dst',
  },
  { name: /\.save$/, kind: 'export', position: 0 },
  { name: /(?:\.to_(?:csv|excel|json|pickle|parquet)|\.savefig|\.write_(?:html|image))$/, kind: 'export', position: 0 },
  { name: /^(?:joblib\.dump|torch\.save)$/, kind: 'export', position: 1 },
  {
    name: /^(?:numpy\.savez?|numpy\.savetxt|cv2\.imwrite|soundfile\.write|imageio\.imwrite)$/,
    kind: 'export',
    position: 0,
  },
  { name: /^shutil\.(?:move|copy|copy2|copyfile)$/, kind: 'move', position: 1, keyword: 'dst' },
]

const WRITERS =
  /\.(?:open|write_text|write_bytes|save|savez?|savetxt|to_\w+|savefig|write_\w+|dump|imwrite|write|move|copy2?|copyfile)$/

/** Every write whose path is known well enough to say where the file ends up, once a place. */
export function fileWrites(plan: Plan): FileWrite[] {
  return callsOf(plan, WRITERS).flatMap((use) => {
    const { call } = use
    // Flask-Uploads (Flask-Reuploaded) saves below the folder of its set
    if (/^flask_(?:re)?uploads?\.(?:\w+\.)?UploadSet\.save$/.test(call.name))
      return [{ use, path: 'uploads/?', kind: 'upload', appends: true, at: call.at }]
    const shape = SHAPES.find(({ name }) => name.test(call.name))
    if (shape === undefined) return []
    const isStore = /^(?:shelve|pickledb)\./.test(call.name)
    const mode = isStore ? 'a' : shape.kind === 'open' ? modeOf(call, shape.position === 'self' ? 0 : 1) : 'w'
    if (mode === null || !/[wax+]/.test(mode)) return []
    const at =
      typeof shape.position === 'number'
        ? (call.argAt.get(shape.keyword ?? '') ?? call.argAt.get(shape.position))
        : undefined
    const isUpload = shape.kind === 'upload' || (call.name === '?.save' && handlesUploads(plan, call))
    const path = pathsOf(argument(call, shape), isUpload).find((known) => !isScratch(known))
    if (path === undefined) return []
    if (shape.name.source === '\\.save$' && !isUpload && !/\.\w{2,5}$|(?:^|\/)(?:static|media|uploads?)\//.test(path))
      return []
    return [{ use, path, kind: isUpload ? 'upload' : shape.kind, appends: /[a+]/.test(mode), at: at ?? call.at }]
  })
}

function argument(call: CallRecord, { position, keyword }: Shape): Value {
  if (position === 'self') return call.self === null ? [] : [{ atom: call.self, guards: [] }]
  return (keyword === undefined ? undefined : call.args.named.get(keyword)) ?? call.args.positional[position] ?? []
}

/** The mode that a file is opened in; null when reading cannot tell. */
function modeOf({ args }: CallRecord, position: number): string | null {
  const value = args.named.get('mode') ?? args.positional[position]
  if (value === undefined) return args.open ? null : 'r'
  const modes = value.map(({ atom }) => (atom.kind === 'text' ? textShown(atom.parts) : '?'))
  return modes.every((mode) => /^[rwaxbtU+]+$/.test(mode)) ? modes.join('') : null
}

/** A function that takes files out of the request, whatever it calls them. */
const handlesUploads = (plan: Plan, call: CallRecord): boolean =>
  /\brequest\.files\b|\bFileStorage\b/.test(functionAround(plan, call.at)?.source ?? '')

/** The paths that a value may be, relative to the app's folder, where their beginning or a folder in them is known. */
export function pathsOf(value: Value, isUpload: boolean): string[] {
  return value.flatMap(({ atom }) => {
    if (isUpload && isSecured(atom)) return ['?']
    if (atom.kind !== 'text') return []
    const [first] = atom.parts
    const path = textShown(atom.parts)
      .replace(/^\/app\//, '')
      .replace(/^(?:\.\/+)+/, '')
    const isLocal = typeof first === 'string' && /\w/.test(first) && !/^(?:[a-z]\w*:|[A-Z]:|~|\/(?!app\/))/.test(first)
    return isLocal || /\/(?:static|media|uploads?)\//.test(path) ? [path] : []
  })
}

/** `secure_filename(name)` has no folder: the file lands in the working directory. */
const isSecured = (atom: Atom): boolean =>
  atom.kind === 'instance' && atom.object.className === 'werkzeug.utils.secure_filename'

/** Folders whose names say that nobody counts on what is in them. */
const isScratch = (path: string): boolean =>
  /(?:^|\/)\.?(?:\w+[_-])?(?:te?mp|temporary|caches?|scratch)(?:[_-]?\w*)?(?:\/|\.|$)|(?:^|\/)__pycache__(?:\/|$)/i.test(
    path,
  ) || /\b(?:s3|gs|https?):\/\//.test(path)

const READERS =
  /^(?:builtins|io|codecs|pathlib\.Path)\.open$|^pandas\.read_\w+$|^openpyxl\.(?:\w+\.)*load_workbook$|^PIL\.Image\.open$|^cv2\.imread$|^(?:joblib|numpy|torch)\.load$|^flask\.send_(?:file|from_directory)$|^(?:os\.listdir|os\.scandir|glob\.i?glob)$|^pathlib\.Path\.read_(?:text|bytes)$/

/** A read of a path, in the form in which writes are shown. */
export interface FileRead {
  readonly run: Run
  readonly call: CallRecord
  readonly path: string
}

/** Every read whose path is known. */
export function fileReads(plan: Plan): FileRead[] {
  return boots(plan).flatMap((run) =>
    run.boot.calls.flatMap((call) => {
      if (!READERS.test(call.name)) return []
      if (call.name.endsWith('.open') && /[wax]/.test(modeOf(call, call.self === null ? 1 : 0) ?? 'w')) return []
      const value: Value =
        call.self?.kind === 'text' ? [{ atom: call.self, guards: [] }] : (call.args.positional[0] ?? [])
      return pathsOf(value, false).map((path) => ({ run, call, path }))
    }),
  )
}

/** A file that is a log by its name. */
export const isLogFile = (path: string): boolean =>
  /\.log$|(?:^|\/)logs?\//i.test(path) || /(?:^|\/)logs?\.txt$/i.test(path)
