/** How much of the slug the heaviest distributions take (data/slug-sizes.json). */
import data from '../../data/slug-sizes.json' with { type: 'json' }
import type { Tree } from '../tree.ts'
import type { Dependencies, Distribution } from './dependencies.ts'
import { parseSpecifier, parseVersion, satisfies } from './pep440.ts'

export interface HeavyDistribution {
  /** What the project asks for. */
  readonly asked: Distribution
  /** What weighs, which may only come along. */
  readonly name: string
  readonly megabytes: number
  /** What would do the same work in less space; null when nothing is known to. */
  readonly light: string | null
}

interface Known {
  readonly megabytes: number
  readonly versions: string
  readonly light?: string
}

const sizes: Readonly<Record<string, Known>> = data.distributions
const bring: Readonly<Record<string, string>> = data.bring
/** Megabytes that a slug may have, and that it may have since the limit was raised in 2026. */
export const SLUG_LIMIT: number = data.limits.megabytes
export const RAISED_SLUG_LIMIT: number = data.limits.raised
/** PyTorch's own index of wheels without CUDA: https://pytorch.org/get-started/locally/ */
const CPU_INDEX = /download\.pytorch\.org\/whl\/(?:cpu|torch_stable)/

function sizeOf(name: string, distribution: Distribution | undefined): Known | undefined {
  const entry = Object.hasOwn(sizes, name) ? sizes[name] : undefined
  if (entry === undefined || distribution === undefined) return entry
  const { version, url, specifier } = distribution
  // A file of its own, or a build for the CPU such as 2.6.0+cpu, weighs what nobody knows here.
  if (url !== null || version?.includes('+') === true) return undefined
  if (version === null) return /[<=~!]/.test(specifier.replace(/>=/g, '')) ? undefined : entry
  const [pinned, clauses] = [parseVersion(version), parseSpecifier(entry.versions)]
  return pinned !== undefined && clauses !== undefined && satisfies(pinned, clauses) ? entry : undefined
}

/** The heavy ones among what is installed, the heaviest first. */
export function heavyDistributions(tree: Tree, dependencies: Dependencies): HeavyDistribution[] {
  const { production } = dependencies
  const cpu = ['pyproject.toml', ...dependencies.read].some((path) => CPU_INDEX.test(tree.read(path)?.text ?? ''))
  const found = new Map<string, HeavyDistribution>()
  for (const asked of production.values()) {
    const brought = Object.hasOwn(bring, asked.name) ? bring[asked.name] : undefined
    const name = brought ?? asked.name
    if (found.has(name) && brought !== undefined) continue
    // What is brought along in whichever version may be pinned beside it.
    const size = sizeOf(name, brought === undefined ? asked : production.get(brought))
    if (size === undefined || (cpu && name === 'torch')) continue
    found.set(name, {
      asked: production.get(name) ?? asked,
      name,
      megabytes: size.megabytes,
      light: size.light ?? null,
    })
  }
  return [...found.values()].sort((a, b) => b.megabytes - a.megabytes || (a.name < b.name ? -1 : 1))
}
