/** Libraries and programs of the system that the app needs, and that no dyno has. */
import data from '../../data/system-libraries.json' with { type: 'json' }
import { mentionsBuildpack } from '../facts/buildpack-mentions.ts'
import type { Dependencies, Distribution } from '../facts/dependencies.ts'
import { parseSpecifier, parseVersion, satisfies } from '../facts/pep440.ts'
import type { Place, RelatedPlace } from '../finding.ts'
import type { Tree } from '../tree.ts'
import { boots, type Plan } from './plan.ts'
import { callsOf, trailTo } from './production.ts'

export interface MissingLibrary {
  readonly distribution: Distribution
  /** `build`: pip cannot build it. `import`: the app stops as it starts. `call`: a request fails. */
  readonly when: 'build' | 'import' | 'call'
  /** What is missing: `libGL.so.1`, `the program tesseract`. */
  readonly needs: string
  /** The distribution that needs nothing of the system; null when there is none. */
  readonly instead: string | null
  /** Where production comes to need it; null for the build. */
  readonly usedAt: Place | null
  readonly trail: readonly RelatedPlace[]
}

interface Known {
  readonly when: string
  readonly needs: string
  readonly versions?: string
  readonly module?: string
  readonly calls?: string
  readonly instead: string | null
  readonly packages: string
  readonly brings: string
}

const known: Readonly<Record<string, Known>> = data.distributions
/** Folders of the dyno into which buildpacks put what they bring. */
const BROUGHT = /\/app\/(?:\.apt|vendor|bin|\.chrom|\.linuxbrew)|\.apt\/usr/

function applies({ versions }: Known, { version, url, specifier }: Distribution): boolean {
  if (url !== null) return false
  if (versions === undefined) return true
  const [pinned, clauses] = [parseVersion(version ?? ''), parseSpecifier(versions)]
  return pinned !== undefined && clauses !== undefined && specifier !== '' && satisfies(pinned, clauses)
}

/** Does the project bring it itself: by an Aptfile, a buildpack, a config var for its path, or as a file of its own? */
function isBrought(tree: Tree, plan: Plan, { packages, brings }: Known): boolean {
  const words = new RegExp(brings, 'i')
  if (new RegExp(packages, 'i').test(tree.read('Aptfile')?.text ?? '')) return true
  if (tree.paths.some((path) => /^(?:bin|vendor|lib|\.apt)\//.test(path) && words.test(path))) return true
  if (mentionsBuildpack(tree, words)) return true
  const paths = new RegExp(`(?:environ|getenv|config|which)[^\\n]{0,40}(?:${brings})`, 'i')
  return boots(plan).some(({ boot }) =>
    boot.loaded.some(({ path }) => {
      const text = tree.read(path)?.text ?? ''
      return BROUGHT.test(text) || paths.test(text)
    }),
  )
}

/** The import of a module by production, outside of a try statement that may catch its failure. */
function importOf(
  tree: Tree,
  plan: Plan,
  module: string,
): { readonly at: Place; readonly trail: RelatedPlace[] } | null {
  const statement = new RegExp(`^[ \\t]*(?:import[ \\t][^\\n#;.]*?\\b${module}\\b|from[ \\t]+${module}\\b)`, 'm')
  for (const run of boots(plan)) {
    for (const { path, phase } of run.boot.loaded) {
      const text = tree.read(path)?.text ?? ''
      if (phase !== 'import' || !text.includes(module)) continue
      const match = statement.exec(text)
      if (match === null || /\btry:\s*$/.test(text.slice(0, match.index))) continue
      const start = match.index + match[0].length - match[0].trimStart().length
      const at = { path, start, end: match.index + match[0].length }
      return { at, trail: trailTo(run, at) }
    }
  }
  return null
}

/** All of it that the project does not bring. */
export function missingLibraries(tree: Tree, plan: Plan, dependencies: Dependencies): MissingLibrary[] {
  return [...dependencies.production.values()].flatMap((distribution): MissingLibrary[] => {
    const entry = Object.hasOwn(known, distribution.name) ? known[distribution.name] : undefined
    if (entry === undefined || !applies(entry, distribution)) return []
    const found = usedBy(tree, plan, entry)
    if (found === null || isBrought(tree, plan, entry)) return []
    const { needs, instead } = entry
    return [{ distribution, when: entry.when as MissingLibrary['when'], needs, instead, ...found }]
  })
}

function usedBy(
  tree: Tree,
  plan: Plan,
  { when, module, calls }: Known,
): { readonly usedAt: Place | null; readonly trail: readonly RelatedPlace[] } | null {
  if (when === 'build') return { usedAt: null, trail: [] }
  if (module !== undefined) {
    const found = importOf(tree, plan, module)
    return found === null ? null : { usedAt: found.at, trail: found.trail }
  }
  if (calls === undefined) return null
  const call = callsOf(plan, new RegExp(calls)).find(({ certainty }) => certainty === 'certain')
  return call === undefined ? null : { usedAt: call.call.at, trail: trailTo(call, call.call.at) }
}
