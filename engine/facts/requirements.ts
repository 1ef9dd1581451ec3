/** Requirements files as pip reads them: https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
import type { Place } from '../finding.ts'
import type { TextFile, Tree } from '../tree.ts'
import type { Distribution } from './distribution.ts'
import { parseSpecifier, pinnedVersion } from './pep440.ts'
import { type MarkerEnvironment, markerHolds, parseRequirement } from './pep508.ts'
import { breakOptions, type LogicalLine, logicalLines } from './requirement-line.ts'
import { distributionOfLink, looksLikePath } from './requirement-link.ts'
import { isOneOf, type Option, parseOptions } from './requirement-options.ts'

/** A line that pip stops at, or that installs nothing that is known. */
export interface BrokenRequirement {
  readonly at: Place
  readonly line: string
  readonly why: string
  /** `missing-file` for `-r` and `-c` to a file that is not there, `variable` for `${NAME}` that the build does not have. */
  readonly kind: 'syntax' | 'option' | 'encoding' | 'missing-file' | 'missing-path' | 'variable'
}

export interface Requirements {
  readonly read: readonly string[]
  /** What is installed, in order; what a marker leaves out on a dyno is not among it. */
  readonly installed: readonly Distribution[]
  /** Version limits of constraints files, by normalised name. */
  readonly constraints: ReadonlyMap<string, string>
  readonly broken: readonly BrokenRequirement[]
  /** Local directories that are installed, relative to the root ('' is the root). */
  readonly directories: readonly { readonly path: string; readonly extras: readonly string[]; readonly at: Place }[]
  /** True when every requirement carries a hash: pip then refuses anything that is not listed. */
  readonly hashed: boolean
  /** False when a name could not be told or a file not be read. */
  readonly certain: boolean
}

const DEEPEST = 30

/** Does a link point to the disk of the machine on which the file was written? The build runs in a folder of its own. */
const isLocalAddress = (link: string): boolean => /^(?:(?:git|hg|svn|bzr)\+)?file:|^[a-z]:[\\/]/i.test(link)

/** `path` as seen from the directory of `from`; undefined when it leads out of the tree. */
function resolve(from: string, path: string): string | undefined {
  const parts = path.startsWith('/') ? undefined : from.split('/').slice(0, -1)
  if (parts === undefined) return undefined
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined
    } else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

class Reading {
  readonly read: string[] = []
  readonly installed: Distribution[] = []
  readonly constraints = new Map<string, string>()
  readonly broken: BrokenRequirement[] = []
  readonly directories: { path: string; extras: readonly string[]; at: Place }[] = []
  hashes = 0
  requirements = 0
  certain = true
  readonly #tree: Tree
  readonly #environment: MarkerEnvironment
  readonly #seen = new Set<string>()

  constructor(tree: Tree, environment: MarkerEnvironment) {
    this.#tree = tree
    this.#environment = environment
  }

  file(path: string, constraint: boolean, depth = 0): void {
    const seen = `${constraint ? 'c' : 'r'} ${path}`
    if (depth > DEEPEST || this.#seen.has(seen)) return
    this.#seen.add(seen)
    if (!this.read.includes(path)) this.read.push(path)
    const file = this.#tree.read(path)
    if (file === undefined) {
      this.certain = false
      // what this machine cannot read, pip may
      if (this.#tree.bytes(path) !== undefined)
        this.#report({ path }, '', 'encoding', 'the file is no text that pip can read')
      return
    }
    if (file.encoding === 'latin1' && !/^[ \t\f]*#.*?coding[:=]/m.test(file.text.split('\n', 2).join('\n'))) {
      // pip falls back to the locale's encoding, which on a dyno is UTF-8 again
      const at = file.text.search(/[^\0-\x7f]/)
      this.#report({ path, start: at, end: at + 1 }, '', 'encoding', 'the file is not valid UTF-8')
    }
    for (const line of logicalLines(file.text)) this.#line(file, line, constraint, depth)
  }

  #report(at: Place, line: string, kind: BrokenRequirement['kind'], why: string): void {
    // Which distribution an unreadable line was meant for, nobody can tell.
    if (kind === 'syntax' || kind === 'encoding') this.certain = false
    this.broken.push({ at, line, kind, why })
  }

  #line(file: TextFile, line: LogicalLine, constraint: boolean, depth: number): void {
    const at: Place = { path: file.path, start: line.start, end: line.end }
    const variable = /\$\{[A-Z0-9_]+\}/.exec(line.text)
    if (variable !== null) {
      this.certain = false
      this.#report(at, line.text, 'variable', `${variable[0]} is not set while the build runs pip`)
      return
    }
    const [requirement, optionText] = breakOptions(line.text)
    const options = parseOptions(optionText)
    if (typeof options === 'string') {
      this.#report(at, line.text, 'option', `pip knows no option ${options} here`)
      if (requirement === '') return
    } else if (requirement === '') {
      this.#options(file.path, options, line, at, depth, constraint)
      return
    }
    const hashed = typeof options !== 'string' && options.some((option) => option.name === '--hash')
    this.#requirement(requirement, line, at, constraint, hashed)
  }

  #options(
    from: string,
    options: readonly Option[],
    line: LogicalLine,
    at: Place,
    depth: number,
    constraint: boolean,
  ): void {
    // pip looks at an editable first, then at one nested file, and at the rest only when there is neither
    const editable = options.find((option) => isOneOf(option, '-e', '--editable'))
    if (editable !== undefined) {
      this.#link(editable.value, at, constraint)
      return
    }
    const nested =
      options.find((option) => isOneOf(option, '-r', '--requirement', '--requirements')) ??
      options.find((option) => isOneOf(option, '-c', '--constraint', '--constraints'))
    if (nested === undefined) return
    if (/^(https?|ftp|file):/i.test(nested.value)) {
      this.certain = false
      return
    }
    const target = resolve(from, nested.value)
    if (target !== undefined && this.#tree.has(target)) {
      this.file(target, constraint || isOneOf(nested, '-c', '--constraint', '--constraints'), depth + 1)
      return
    }
    this.certain = false
    this.#report(at, line.text, 'missing-file', `${nested.value} is not in the repository`)
  }

  #requirement(text: string, line: LogicalLine, at: Place, constraint: boolean, hashed: boolean): void {
    if (/^[a-z][a-z0-9+.-]*:/i.test(text) || (looksLikePath(text) && !/^[\w.-]+(\[[^\]]*\])?\s*@/.test(text))) {
      const marker = /\s;\s*(.*)$/.exec(text)
      if (markerHolds(marker?.[1], this.#environment) !== false) {
        this.#link(marker === null ? text : text.slice(0, marker.index).trim(), at, constraint)
      }
      return
    }
    const parsed = parseRequirement(text)
    if (!parsed.ok) {
      this.#report(at, line.text, 'syntax', parsed.why)
      return
    }
    const { marker, ...requirement } = parsed.requirement
    const holds = markerHolds(marker, this.#environment)
    if (constraint) {
      if (holds !== false) {
        const before = this.constraints.get(requirement.name)
        this.constraints.set(requirement.name, before ? `${before},${requirement.specifier}` : requirement.specifier)
      }
      return
    }
    this.requirements++
    if (hashed) this.hashes++
    if (holds === false) return
    const clauses = parseSpecifier(requirement.specifier) ?? []
    const link = requirement.url === null ? undefined : distributionOfLink(requirement.url)
    if (requirement.url !== null && isLocalAddress(requirement.url)) {
      this.#report(at, line.text, 'missing-path', `${requirement.url} is on another machine's disk`)
    }
    this.installed.push({
      ...requirement,
      version: pinnedVersion(clauses) ?? link?.version ?? null,
      direct: true,
      at,
    })
  }

  #link(text: string, at: Place, constraint: boolean): void {
    if (constraint) return
    this.requirements++
    const bracket = /^(.*?)\[([^\]]*)\]$/.exec(text)
    const target = bracket?.[1] ?? text
    const extras = (bracket?.[2] ?? '')
      .split(',')
      .map((extra) => extra.trim())
      .filter((extra) => extra !== '')
    if (/#(?:.*&)?egg=[^&]*\[/.test(text)) {
      this.certain = false
      this.#report(at, text, 'syntax', 'after #egg= comes a name alone; extras go before an @')
      return
    }
    const link = distributionOfLink(target)
    if (link !== undefined) {
      if (!link.sure) this.certain = false
      this.installed.push({
        name: link.name,
        spelling: link.spelling,
        specifier: link.version === null ? '' : `==${link.version}`,
        version: link.version,
        extras: [...extras, ...link.extras],
        url: target,
        direct: true,
        at,
      })
    }
    if (isLocalAddress(target)) {
      this.#report(at, text, 'missing-path', `${target} is on another machine's disk`)
      return
    }
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
      if (link === undefined) this.certain = false
      return
    }
    // pip resolves a path from where it is run, not from the file that names it
    const path = resolve('', target.split('#', 1)[0] ?? '')
    if (path !== undefined && this.#tree.has(path)) {
      if (link === undefined) this.certain = false
      return
    }
    if (path !== undefined && this.#tree.hasDirectory(path)) {
      this.directories.push({ path, extras, at })
      return
    }
    this.certain = false
    this.#report(at, text, 'missing-path', `${target} is not in the repository`)
  }
}

/**
 * Reads a requirements file and all that it includes.
 * `environment` decides the markers. Never throws: what pip would refuse is in `broken`.
 */
export function readRequirements(tree: Tree, path: string, environment: MarkerEnvironment): Requirements {
  const reading = new Reading(tree, environment)
  reading.file(path, false)
  const { read, installed, constraints, broken, directories, certain } = reading
  const hashed = reading.requirements > 0 && reading.hashes === reading.requirements
  return { read, installed, constraints, broken, directories, hashed, certain }
}
