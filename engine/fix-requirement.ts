/** A requirement more, written as the project writes its requirements. */
import { type Dependencies, type Distribution, installs, newestVersion } from './facts/dependencies.ts'
import { isOutOfReach, isStandalone } from './facts/packages.ts'
import { parseVersion } from './facts/pep440.ts'
import { normaliseName } from './facts/pep508.ts'
import type { Edit, Fix } from './finding.ts'
import { withLine } from './fix-line.ts'
import type { Tree } from './tree.ts'

const FILE = 'requirements.txt'

/** What a fix that adds a requirement consists of, and what it wrote. */
export type RequirementAdded = Pick<Fix, 'edits' | 'brings'> & { readonly line: string }

/**
 * Adds a distribution (perhaps with extras: `psycopg[binary]`) to requirements.txt. Null where a lock file or hashes say what
 * is installed: there its own tool has to write both files, or the build stops at a lock that is out of date.
 */
export function addRequirement(tree: Tree, dependencies: Dependencies, name: string): RequirementAdded | null {
  const file = tree.read(FILE)
  if (dependencies.found.length !== 1 || dependencies.manager !== 'pip' || file === undefined) return null
  const { text } = file
  // a list that a tool compiled, and a last line that goes on
  if (dependencies.complete || /\\\s*$/.test(text)) return null
  const version = name.includes('==') ? null : pinFor(dependencies, name)
  const line = version === null ? name : `${name}==${version}`
  return {
    line,
    edits: [withLine(FILE, text, line)],
    ...(line.includes('==') ? {} : { brings: ['requirement-unpinned'] }),
  }
}

/** What is declared in another group or file, in the version that it has there. */
export const asDeclared = ({ spelling, version, specifier }: Distribution): string =>
  version === null ? `${spelling}${specifier}` : `${spelling}==${version}`

/** The edits, and gunicorn among the requirements where it is missing. Null where it is missing and cannot be added. */
export function withGunicorn(
  tree: Tree,
  dependencies: Dependencies,
  edits: readonly Edit[],
): Pick<Fix, 'edits' | 'brings'> | null {
  if (installs(dependencies, 'gunicorn') !== 'no') return { edits }
  const left = dependencies.elsewhere.get('gunicorn')
  const added = addRequirement(tree, dependencies, left === undefined ? 'gunicorn' : asDeclared(left.distribution))
  if (added === null) return null
  return { edits: [...edits, ...added.edits], ...(added.brings === undefined ? {} : { brings: added.brings }) }
}

/**
 * The version to pin where the file pins all that it names: the newest one, of what no other pin can stand against
 * and the Python of the build can run; null for a name without a version.
 */
function pinFor({ production, python }: Dependencies, name: string): string | null {
  const bare = normaliseName(name.replace(/\[.*$/, ''))
  const newest = isStandalone(bare) ? newestVersion(bare) : undefined
  const direct = [...production.values()].filter(({ direct }) => direct)
  if (newest === undefined || !direct.every(({ version, url }) => version !== null || url !== null)) return null
  const parsed = parseVersion(newest)
  return parsed === undefined || isOutOfReach(bare, parsed, python) ? null : newest
}
