/** pyproject.toml: https://packaging.python.org/en/latest/specifications/pyproject-toml/ and Poetry's older tables. */
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import type { Distribution, LeftOut } from './distribution.ts'
import { parseSpecifier, pinnedVersion } from './pep440.ts'
import { type MarkerEnvironment, markerHolds, normaliseName, parseRequirement } from './pep508.ts'
import { poetrySpecifiers } from './poetry-constraint.ts'
import { isTable, listOf, readToml, type Table, tableAt, textOf, textsOf } from './toml.ts'

export interface Pyproject {
  readonly path: string
  readonly text: string
  /** Of `[project]` or `[tool.poetry]`, normalised. */
  readonly name: string | null
  /** The range of Pythons that the project says it needs, as written, and in whose notation. */
  readonly python: { readonly range: string; readonly notation: 'pep440' | 'poetry'; readonly at: Place } | null
  /** True when the file says what the project depends on; a file of tool settings does not. */
  readonly declares: boolean
  /** What the project itself depends on; what a marker leaves out on a dyno is not among it. */
  readonly main: readonly Distribution[]
  /** Extras and groups. */
  readonly elsewhere: readonly LeftOut[]
  /** `dependencies` is computed by a build backend, so that the list is not all. */
  readonly dynamic: boolean
}
export interface BrokenPyproject {
  readonly path: string
  readonly error: string
  readonly start: number
}

/** Where a text stands as a quoted string, or as a key, at or after `from`; the whole file when it is not found. */
function placeOf(path: string, text: string, needle: string, from: number): Place {
  for (const quote of ['"', "'"]) {
    const at = text.indexOf(quote + needle + quote, from)
    if (at >= 0) return { path, start: at + 1, end: at + 1 + needle.length }
  }
  return { path }
}

function placeOfKey(path: string, text: string, key: string, from: number): Place {
  for (let at = text.indexOf(key, from); at >= 0; at = text.indexOf(key, at + 1)) {
    const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
    if (/^\s*["']?$/.test(before) && /^["']?\s*=/.test(text.slice(at + key.length, at + key.length + 20))) {
      const line = text.indexOf('\n', at)
      return { path, start: at, end: text.slice(at, line < 0 ? text.length : line).trimEnd().length + at }
    }
  }
  return { path }
}

/** Offset of a table's header, or 0. */
function header(text: string, name: string): number {
  return Math.max(text.indexOf(`[${name}]`), 0)
}

class Reading {
  readonly path: string
  readonly text: string
  readonly environment: MarkerEnvironment
  constructor(path: string, text: string, environment: MarkerEnvironment) {
    this.path = path
    this.text = text
    this.environment = environment
  }

  /** A list of PEP 508 requirements. */
  requirements(list: unknown, from: number): Distribution[] {
    return textsOf(list).flatMap((text) => {
      const parsed = parseRequirement(text)
      if (!parsed.ok || markerHolds(parsed.requirement.marker, this.environment) === false) return []
      const { marker: _, ...requirement } = parsed.requirement
      const version = pinnedVersion(parseSpecifier(requirement.specifier) ?? [])
      return [{ ...requirement, version, direct: true, at: placeOf(this.path, this.text, text, from) }]
    })
  }

  /** One of Poetry's tables, name to constraint or to a table of it. Optional ones are apart: they belong to extras. */
  poetry(table: Table, from: number): { readonly required: Distribution[]; readonly optional: Distribution[] } {
    const required: Distribution[] = []
    const optional: Distribution[] = []
    for (const [spelling, value] of Object.entries(table)) {
      if (normaliseName(spelling) === 'python') continue
      const choices = (Array.isArray(value) ? value : [value]).filter((choice) => {
        const marker = isTable(choice) ? textOf(choice.markers) : undefined
        return markerHolds(marker, this.environment) !== false
      })
      const choice: unknown = choices[0]
      if (choice === undefined) continue
      const detail = isTable(choice) ? choice : {}
      const constraint = textOf(choice) ?? textOf(detail.version) ?? ''
      const specifiers = poetrySpecifiers(constraint)
      const specifier = specifiers?.length === 1 ? (specifiers[0] ?? '') : ''
      const distribution: Distribution = {
        name: normaliseName(spelling),
        spelling,
        specifier,
        version: pinnedVersion(parseSpecifier(specifier) ?? []),
        extras: textsOf(detail.extras).map(normaliseName),
        url: textOf(detail.git) ?? textOf(detail.url) ?? textOf(detail.path) ?? null,
        direct: true,
        at: placeOfKey(this.path, this.text, spelling, from),
      }
      ;(detail.optional === true ? optional : required).push(distribution)
    }
    return { required, optional }
  }
}

/** PEP 735 groups, with the groups that they include. */
function groupRequirements(groups: Table, name: string, seen: ReadonlySet<string> = new Set()): string[] {
  if (seen.has(name)) return []
  const within = new Set([...seen, name])
  return listOf(groups[name]).flatMap((item) => {
    if (typeof item === 'string') return [item]
    const included = isTable(item) ? textOf(item['include-group']) : undefined
    return included === undefined ? [] : groupRequirements(groups, included, within)
  })
}

/**
 * Reads a pyproject.toml. `environment` decides the markers.
 * undefined when there is no such file; a `BrokenPyproject` when it is no TOML.
 */
export function readPyproject(
  tree: Tree,
  environment: MarkerEnvironment,
  path = 'pyproject.toml',
): Pyproject | BrokenPyproject | undefined {
  const document = readToml(tree, path)
  if (document === undefined) return undefined
  if ('error' in document) return { path, error: document.error, start: document.start }
  const { root, text } = document
  const reading = new Reading(path, text, environment)
  const project = tableAt(root, 'project')
  const poetry = tableAt(root, 'tool', 'poetry')
  const inProject = header(text, 'project')

  const main = reading.requirements(project.dependencies, Math.max(text.indexOf('dependencies', inProject), 0))
  const elsewhere: LeftOut[] = []
  const leaveOut = (distributions: readonly Distribution[], where: string): void => {
    for (const distribution of distributions) elsewhere.push({ distribution, where: `${where} of ${path}` })
  }
  for (const [extra, list] of Object.entries(tableAt(project, 'optional-dependencies'))) {
    leaveOut(reading.requirements(list, header(text, 'project.optional-dependencies')), `the extra ${extra}`)
  }
  const groups = tableAt(root, 'dependency-groups')
  for (const group of Object.keys(groups)) {
    leaveOut(
      reading.requirements(groupRequirements(groups, group), header(text, 'dependency-groups')),
      `the ${group} group`,
    )
  }
  const uvDev = tableAt(root, 'tool', 'uv')['dev-dependencies']
  leaveOut(reading.requirements(uvDev, header(text, 'tool.uv')), 'the dev dependencies')

  const table = reading.poetry(tableAt(poetry, 'dependencies'), header(text, 'tool.poetry.dependencies'))
  // Poetry 2 takes the list from [project] and only details, such as a source, from its own table
  const own = Array.isArray(project.dependencies)
    ? table.required.filter(({ name }) => main.every((m) => m.name !== name))
    : table.required
  const listed = Array.isArray(project.dependencies) && !textsOf(project.dynamic).includes('dependencies')
  if (!listed) main.push(...own)
  leaveOut(table.optional, 'the extras')
  const oldDev = reading.poetry(tableAt(poetry, 'dev-dependencies'), header(text, 'tool.poetry.dev-dependencies'))
  leaveOut([...oldDev.required, ...oldDev.optional], 'the dev group')
  for (const [group, value] of Object.entries(tableAt(poetry, 'group'))) {
    const members = reading.poetry(
      tableAt(value, 'dependencies'),
      header(text, `tool.poetry.group.${group}.dependencies`),
    )
    if (group === 'main') main.push(...members.required)
    else leaveOut([...members.required, ...members.optional], `the ${group} group`)
  }

  const requires = textOf(project['requires-python'])
  const poetryPython = textOf(tableAt(poetry, 'dependencies').python)
  const python =
    requires !== undefined
      ? { range: requires, notation: 'pep440' as const, at: placeOfKey(path, text, 'requires-python', inProject) }
      : poetryPython !== undefined
        ? {
            range: poetryPython,
            notation: 'poetry' as const,
            at: placeOfKey(path, text, 'python', header(text, 'tool.poetry.dependencies')),
          }
        : null
  const name = textOf(project.name) ?? textOf(poetry.name)
  return {
    path,
    text,
    name: name === undefined ? null : normaliseName(name),
    python,
    declares: Array.isArray(project.dependencies) || isTable(poetry.dependencies) || main.length > 0,
    main,
    elsewhere,
    dynamic: textsOf(project.dynamic).includes('dependencies') && !isTable(poetry.dependencies),
  }
}
