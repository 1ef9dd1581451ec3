/** Files that are drawn as one card. */
export interface FileGroup {
  /** A path, `folder/` with all below it, or `folder/*.py` for the files directly in it. */
  readonly name: string
  readonly files: readonly string[]
}

/** A group that may still be taken apart, and the folder that all its files share: `''` or `app/`. */
interface Open extends FileGroup {
  readonly folder: string
}

/** Up to this many files are drawn one by one. */
const MOST_FILES = 8
const MOST_GROUPS = 10
/** A folder of so few is not worth taking apart. */
const SMALL = 4

/** Few files one by one; many by folders, of which the largest are taken apart as long as there is room. */
export function groupFiles(paths: readonly string[]): readonly FileGroup[] {
  if (paths.length <= MOST_FILES) return paths.map((path) => ({ name: path, files: [path] }))
  let groups: Open[] = [{ name: '', folder: '', files: paths }]
  const whole = new Set<Open>()
  for (;;) {
    const candidates = groups.filter((group) => !whole.has(group) && group.files.length > SMALL)
    const largest = candidates.reduce<Open | undefined>(
      (best, group) => (best === undefined || group.files.length > best.files.length ? group : best),
      undefined,
    )
    if (largest === undefined) break
    const room = MOST_GROUPS - groups.length + 1
    const parts = apart(largest)
    const fitting = parts.length > room && groups.length === 1 ? merged(parts, room) : parts
    // all its files are directly in it
    if (parts.length === 1 && parts[0]?.name.endsWith('*.py') === true) whole.add(largest)
    else if (fitting.length > room) whole.add(largest)
    else groups = groups.flatMap((group) => (group === largest ? fitting : [group]))
  }
  return groups.map(({ name, files }) => ({ name: files.length === 1 ? (files[0] ?? name) : name, files }))
}

/** The files directly in the folder of a group, and each folder below it. */
function apart({ folder, files }: Open): Open[] {
  const parts = new Map<string, string[]>()
  for (const file of files) {
    const cut = file.indexOf('/', folder.length)
    const part = cut < 0 ? `${folder}*.py` : file.slice(0, cut + 1)
    parts.set(part, [...(parts.get(part) ?? []), file])
  }
  return [...parts].map(([name, part]) => ({ name, folder: name.endsWith('/') ? name : folder, files: part }))
}

/** The largest parts, and one for all the others. */
function merged(parts: readonly Open[], room: number): Open[] {
  const kept = new Set([...parts].sort((a, b) => b.files.length - a.files.length).slice(0, room - 1))
  const rest = parts.filter((part) => !kept.has(part)).flatMap(({ files }) => files)
  return [...parts.filter((part) => kept.has(part)), { name: 'other folders', folder: '', files: rest }]
}
