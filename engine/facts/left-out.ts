/** Files that production needs and that only this machine has. */
import type { Place, RelatedPlace } from '../finding.ts'
import { type Lack, lacks, standIns } from '../plan/lacks.ts'
import { Tree, type TreeEntry, type WorkingCopy } from '../tree.ts'
import type { Facts } from './facts.ts'

export interface LeftOutFile {
  readonly kind: Lack['kind']
  readonly at: Place
  readonly trail: readonly RelatedPlace[]
  readonly process: string | null
  /** The first is the one that is asked for at `at`; the others are what that needs in its turn. */
  readonly paths: readonly string[]
}

/** Files that need each other are found step by step; more steps than these are nobody's project. */
const MOST_STEPS = 6

/** Nothing where there is no working copy to compare with. `read` gives the facts of another tree. */
export function leftOutFiles(facts: Facts, read: (tree: Tree) => Facts): LeftOutFile[] {
  const { tree } = facts
  const { copy } = tree
  if (copy === undefined) return []
  const found = asked(facts, copy)
  if (found.length === 0) return []
  const known = new Set(found.flatMap(({ files }) => files))
  const [first] = found
  const more: string[] = []
  for (let step = 0; step < MOST_STEPS; step++) {
    const whole = read(withFiles(tree, copy, [...known]))
    const next = asked(whole, copy)
      .flatMap(({ files }) => files)
      .filter((path) => !known.has(path))
    if (next.length === 0) break
    for (const path of next) known.add(path)
    more.push(...next)
  }
  return found.map(({ lack, files }) => ({
    kind: lack.kind,
    at: lack.at,
    trail: lack.trail,
    process: lack.process,
    paths: lack === first?.lack ? [...files, ...new Set(more)] : files,
  }))
}

interface Asked {
  readonly lack: Lack
  readonly files: readonly string[]
}

/** One a file: who asks first is told. */
function asked({ tree, plan, dependencies }: Facts, copy: WorkingCopy): Asked[] {
  if (plan === undefined) return []
  const seen = new Set<string>()
  return lacks(tree, plan, dependencies).flatMap((lack): Asked[] => {
    const files = standIns(lack, tree, copy)
    const [file] = files
    if (file === undefined || seen.has(file)) return []
    seen.add(file)
    return [{ lack, files }]
  })
}

function withFiles(tree: Tree, copy: WorkingCopy, paths: readonly string[]): Tree {
  const added = new Set(paths)
  const entries = tree.paths.flatMap((path) => tree.entry(path) ?? [])
  return new Tree({
    root: tree.root,
    revision: tree.revision,
    entries: [...entries, ...paths.map((path): TreeEntry => ({ path, executable: true, link: null }))],
    bytes: (path, skip) => {
      if (added.has(path)) return copy.bytes(path, skip)
      return tree.bytes(path)
    },
    storesLf: (path) => tree.storesLf(path),
    copy,
  })
}
